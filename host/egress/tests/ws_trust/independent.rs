//! Signatures held against `xmlsec1`, which is neither the host's code nor the stand-in's.

use std::path::Path;
use std::process::Command;

use samklang_stand_ins::identity::{Identity, KeyKind};

use crate::{World, envelope};

const WSU: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSA: &str = "http://www.w3.org/2005/08/addressing";
const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// None when the environment says that there is to be no xmlsec1.
fn xmlsec1() -> Option<Command> {
    let without = std::env::var("SAMKLANG_TEST_WITHOUT").unwrap_or_default();
    if without.split(',').any(|name| name == "xmlsec1") {
        eprintln!("without xmlsec1, as SAMKLANG_TEST_WITHOUT asks");
        return None;
    }
    assert!(
        Command::new("xmlsec1")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success()),
        "xmlsec1 is missing: apt-get install xmlsec1"
    );
    Some(Command::new("xmlsec1"))
}

/// Whether the signature at this place of a document is this key's.
fn is_right(mut xmlsec1: Command, document: &str, place: &str, signer: &Identity) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (document, certificate) = (
        file("document.xml", document),
        file("certificate.pem", &signer.certificate_pem()),
    );
    xmlsec1.args([
        "--verify",
        "--enabled-reference-uris",
        "same-doc",
        "--node-xpath",
        place,
        "--pubkey-cert-pem",
    ]);
    xmlsec1.arg(certificate);
    for (attribute, namespace, name) in [
        ("Id", SOAP, "Body"),
        ("Id", WSA, "Action"),
        ("Id", WSA, "MessageID"),
        ("Id", WSA, "To"),
        ("Id", WSA, "ReplyTo"),
        ("Id", WSA, "RelatesTo"),
        ("Id", WSU, "Timestamp"),
        ("Id", WSSE, "BinarySecurityToken"),
        ("Id", WSSE, "SecurityTokenReference"),
        ("ID", SAML, "Assertion"),
    ] {
        xmlsec1.args([format!("--id-attr:{attribute}"), format!("{namespace}:{name}")]);
    }
    let output = run(xmlsec1.arg(&document), &document);
    println!("{output}");
    output.contains("\nOK\n") || output.starts_with("OK\n")
}

fn run(command: &mut Command, _document: &Path) -> String {
    let output = command.output().unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    )
}

const MESSAGE: &str = "/*/*[local-name()='Header']/*[local-name()='Security']/*[local-name()='Signature']";

#[tokio::test]
async fn the_request_for_a_token_is_signed_rightly() {
    if xmlsec1().is_none() {
        return;
    }
    let world = World::new().await;
    world.send(&world.usual(), &envelope(1)).await.unwrap();
    let request = world.tokens.requests().remove(0);
    let right = |document: &str, signer: &Identity| is_right(xmlsec1().unwrap(), document, MESSAGE, signer);
    assert!(right(&request, &world.client));
    assert!(
        !right(&request, &Identity::new("other", KeyKind::Rsa(3))),
        "another key"
    );
    for (from, to) in [
        ("11111111", "22222222"),
        ("RST/Issue<", "RST/Renew<"),
        ("urn:uuid:", "urn:uuid:1"),
        ("12:05:00.000Z", "12:06:00.000Z"),
    ] {
        assert!(request.contains(from));
        assert!(
            !right(&request.replacen(from, to, 1), &world.client),
            "{from} was altered"
        );
    }
}

#[tokio::test]
async fn the_tokens_own_signature_survives_in_the_message() {
    if xmlsec1().is_none() {
        return;
    }
    let world = World::new().await;
    world.send(&world.usual(), &envelope(1)).await.unwrap();
    let place = "//*[local-name()='Assertion']/*[local-name()='Signature']";
    let issuer = Identity::new("token service", KeyKind::Rsa(2));
    assert!(is_right(xmlsec1().unwrap(), &world.arrived(), place, &issuer));
    let altered = world.arrived().replacen(">11111111<", ">22222222<", 1);
    assert!(!is_right(xmlsec1().unwrap(), &altered, place, &issuer));
}

#[tokio::test]
async fn the_message_is_signed_rightly_but_for_the_reference_that_xmlsec1_does_not_know() {
    if xmlsec1().is_none() {
        return;
    }
    // xmlsec1 has no STR-Transform. Its digest is that of the assertion, so with the reference pointed at the assertion itself the digests are
    // all the same, and a signature made anew over that is verified as a whole.
    let world = World::new().await;
    world.send(&world.usual(), &envelope(1)).await.unwrap();
    let message = world.arrived();
    let start = message.find("<ds:Reference URI=\"#").unwrap();
    let last = message.rfind("<ds:Reference URI=\"#").unwrap();
    assert!(start < last && message[last..].contains("STR-Transform"));
    let assertion = message.split(" ID=\"").nth(1).unwrap().split('"').next().unwrap();
    let end = last + message[last..].find("<ds:DigestMethod").unwrap();
    let pointed = format!(
        "<ds:Reference URI=\"#{assertion}\"><ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>\
         </ds:Transforms>"
    );
    let pointed = [&message[..last], &pointed, &message[end..]].concat();
    let from = pointed.rfind("<ds:SignedInfo ").unwrap();
    let to = pointed.rfind("</ds:SignedInfo>").unwrap() + 16;
    let pair = ring::signature::RsaKeyPair::from_pkcs8(&world.client.key_der()).unwrap();
    let mut value = vec![0; pair.public().modulus_len()];
    // The host writes what it signs in canonical form, which this relies on.
    pair.sign(
        &ring::signature::RSA_PKCS1_SHA256,
        &ring::rand::SystemRandom::new(),
        &pointed.as_bytes()[from..to],
        &mut value,
    )
    .unwrap();
    let old = pointed.rfind("<ds:SignatureValue>").unwrap() + 19;
    let old_end = pointed.rfind("</ds:SignatureValue>").unwrap();
    let value = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, value);
    let signed = [&pointed[..old], &value, &pointed[old_end..]].concat();
    assert!(is_right(xmlsec1().unwrap(), &signed, MESSAGE, &world.client));
    let altered = signed.replacen("Læsø", "Samsø", 1);
    assert!(!is_right(xmlsec1().unwrap(), &altered, MESSAGE, &world.client));
}

#[tokio::test]
async fn the_stand_ins_answers_are_signed_rightly() {
    if xmlsec1().is_none() {
        return;
    }
    let world = World::new().await;
    world.change(|_, answer| {
        let service = Identity::new("service", KeyKind::Rsa(3));
        assert!(is_right(xmlsec1().unwrap(), &answer, MESSAGE, &service));
        answer
    });
    assert_eq!(world.send(&world.usual(), &envelope(1)).await.unwrap().0, 200);
}
