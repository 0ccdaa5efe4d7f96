//! A connector's message on its way out: sealed as the service wants it, and refused when it is none that can be.

use samklang_egress::SendError;

use crate::{World, envelope};

#[tokio::test]
async fn a_message_is_sealed_and_its_answer_opened() {
    let world = World::new().await;
    let sender = world.usual();
    for number in 1..=3 {
        let (status, answer) = world.send(&sender, &envelope(number)).await.unwrap();
        assert_eq!(status, 200);
        assert!(answer.contains("<r:Cvr>11111111</r:Cvr>"), "{answer}");
        assert!(answer.contains("Ærø &amp; Læsø"), "{answer}");
        assert!(answer.contains("RelatesTo"), "{answer}");
        for left_out in ["Extra", "Security", "Signature>"] {
            assert!(!answer.contains(left_out), "{left_out} was handed on: {answer}");
        }
        let arrived = world.arrived();
        assert!(
            arrived.contains("2026-06-01T12:00:00.000Z") && arrived.contains("2026-06-01T12:05:00.000Z"),
            "{arrived}"
        );
        assert!(
            arrived.contains("#SAMLID\"") && arrived.contains("#STR-Transform"),
            "{arrived}"
        );
    }
    assert_eq!(world.tokens.issued(), 1, "a token is kept");
    let traffic = sender.record().traffic();
    assert_eq!((traffic.requests, traffic.repeats), (3, 0));
    assert!(
        traffic.sent > 3 * 5000,
        "what is sent counts as it is sent: {traffic:?}"
    );
}

#[tokio::test]
async fn a_message_without_a_reply_address_and_with_other_prefixes_is_sealed_too() {
    let world = World::new().await;
    let plain = "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\"><Header><Action xmlns=\"http://www.w3.org/2005/08/addressing\">\
                 urn:read</Action><wsse:MessageID xmlns:wsse=\"http://www.w3.org/2005/08/addressing\">urn:uuid:7</wsse:MessageID>\
                 <To xmlns=\"http://www.w3.org/2005/08/addressing\">x</To></Header><Body><Ask xmlns=\"\"/></Body></Envelope>";
    let (status, answer) = world.send(&world.usual(), plain).await.unwrap();
    assert_eq!(status, 200, "{answer}");
}

/// Every part of a message that must be signed, and what an attacker would make of it.
#[tokio::test]
async fn whatever_is_altered_on_the_way_is_noticed() {
    let world = World::new().await;
    world.send(&world.usual(), &envelope(1)).await.unwrap();
    let sealed = world.arrived();
    // The guard has seen this very message, so a fresh guard looks at the altered ones.
    let alter = |from: &str, to: &str| {
        assert!(sealed.contains(from), "{from} is not in {sealed}");
        sealed.replacen(from, to, 1)
    };
    let body = &sealed[sealed.find("<soap:Body").unwrap()..sealed.find("</soap:Body>").unwrap() + 12];
    let id = |element: &str| {
        let start = sealed.find(element).unwrap();
        let id = sealed[start..]
            .split("Id=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        id.to_owned()
    };
    let other_body = "<soap:Body><q:Ask xmlns:q=\"urn:q\">another</q:Ask></soap:Body>";
    let altered = [
        ("the action", alter(">urn:read<", ">urn:write<")),
        ("the message id", alter("8000-000000000001", "8000-000000000002")),
        (
            "where to",
            alter("https://localhost/service<", "https://localhost/other<"),
        ),
        (
            "where the answer goes",
            alter("addressing/anonymous</a:Address>", "addressing/none</a:Address>"),
        ),
        ("when it was made", alter("12:05:00.000Z", "12:09:00.000Z")),
        ("the body", alter("Læsø", "Samsø")),
        ("whom the token speaks for", alter(">11111111<", ">22222222<")),
        (
            "the signature",
            alter("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ),
        ("another body instead", sealed.replace(body, other_body)),
        (
            "the signed body moved into a header",
            sealed.replace(body, other_body).replacen(
                "</soap:Header>",
                &format!("<w>{body}</w></soap:Header>"),
                1,
            ),
        ),
        ("two bodies", sealed.replace(body, &format!("{other_body}{body}"))),
        (
            "the body's identifier twice",
            sealed.replacen(
                "<h:RequestHeader",
                &format!("<h:RequestHeader Id=\"{}\"", id("<soap:Body")),
                1,
            ),
        ),
        ("a document type", sealed.replacen("?>", "?><!DOCTYPE x>", 1)),
    ];
    for (what, message) in altered {
        assert_ne!(message, sealed, "{what}");
        let fault = world.guardian.open(&message).err();
        let fault = fault.unwrap_or_else(|| panic!("{what} was not noticed"));
        assert_eq!(fault.code, "FailedCheck", "{what}");
        assert!(!fault.reason.contains("here before"), "{what}: {fault:?}");
    }
    assert!(
        world
            .guardian
            .open(&sealed)
            .unwrap_err()
            .reason
            .contains("here before")
    );
}

#[tokio::test]
async fn a_message_that_cannot_be_sealed_is_refused() {
    let world = World::new().await;
    let sender = world.usual();
    let sound = envelope(1);
    let security = "<x:Security xmlns:x=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\"/></soap:Header>";
    let identified = "<soap:Body xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\" u:Id=\"b\">";
    for (message, words) in [
        (
            sound.replace("</soap:Header>", security),
            "brings a security header of its own",
        ),
        (sound.replace("<soap:Body>", identified), "brings identifiers"),
        (
            sound.replacen("?>", "?><!DOCTYPE soap:Envelope [<!ENTITY x \"y\">]>", 1),
            "has a document type",
        ),
        (sound.replace("</soap:Body>", ""), "not well-formed"),
        (sound.replace("&amp;", "&unknown;"), "not well-formed"),
        (
            sound.replace("2003/05/soap-envelope", "2001/12/soap-envelope"),
            "not a SOAP 1.2 envelope",
        ),
        (
            sound.replace("a:MessageID", "a:Other"),
            "lacks a header of WS-Addressing",
        ),
        (
            sound.replace("</soap:Body>", "</soap:Body><soap:Body/>"),
            "several times",
        ),
        (
            sound
                .replace("z='1'", "Id='1'")
                .replace("<q:Empty/>", "<q:Empty Id='1'/>"),
            "same identifier",
        ),
        ("{}".to_owned(), "not well-formed"),
        (String::new(), "not well-formed"),
        (
            format!("{}{}", "<a>".repeat(200), "</a>".repeat(200)),
            "not well-formed",
        ),
    ] {
        match world.send(&sender, &message).await {
            Err(SendError::Refused(refusal)) => {
                assert_eq!(refusal.code(), "message-unusable");
                let text = refusal.to_string();
                assert!(
                    text.contains(words) && text.contains("the connector's vendor"),
                    "{words}: {text}"
                );
            }
            other => panic!("{words}: {other:?}"),
        }
    }
    assert!(
        world.state.lock().unwrap().requests.is_empty(),
        "nothing was sent"
    );
    assert_eq!(world.tokens.issued(), 0, "not even for a token");
    assert_eq!(sender.record().traffic().refused, 12);
}
