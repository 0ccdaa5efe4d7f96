//! The answer of a service: verified, and handed on as it was signed.
//!
//! What the connector gets is put together anew of the very octets that the signature covers, so that there is nothing in it that was not
//! signed: no other header, no comment, no second body.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::names;
use super::signature::sha256;
use super::token::moment;
use super::xml::{Flaw, Node, Xml};

/// So far may the clocks of two machines be apart.
const SKEW: Duration = Duration::from_secs(60);

/// An element that a signature covers, with its octets.
struct Covered {
    node: Node,
    octets: Vec<u8>,
}

/// Verifies an answer with the service's public key and gives what of it is signed. It must refer to the message that was sent.
pub(super) fn verified(
    answer: &[u8],
    public_key: &[u8],
    message_id: &str,
    now: SystemTime,
) -> Result<String, Flaw> {
    let text = std::str::from_utf8(answer).map_err(|_| Flaw("it is not in UTF-8"))?;
    let xml = Xml::parse(text)?;
    let envelope = xml.top(names::SOAP, "Envelope")?;
    let header = xml.only(envelope, names::SOAP, "Header", "it is not signed")?;
    let body = xml.only(envelope, names::SOAP, "Body", "its envelope has no body")?;
    let security = xml.only(header, names::SECURITY, "Security", "it is not signed")?;
    let signature = xml.only(security, names::SIGNATURE, "Signature", "it is not signed")?;
    let covered = signed(&xml, signature, public_key)?;
    let octets = |node: Node| {
        covered
            .iter()
            .find(|part| part.node == node)
            .map(|part| &part.octets)
    };

    let timestamp = xml.only(security, names::UTILITY, "Timestamp", "it has no timestamp")?;
    octets(timestamp).ok_or(Flaw("its timestamp is not signed"))?;
    timely(&xml, timestamp, now)?;
    let relates = xml.only(
        header,
        names::ADDRESSING,
        "RelatesTo",
        "it does not say which message it answers",
    )?;
    octets(relates).ok_or(Flaw("it is not signed which message it answers"))?;
    if xml.text(relates) != message_id {
        return Err(Flaw("it answers another message than was sent"));
    }
    let body = octets(body).ok_or(Flaw("its body is not signed"))?;
    let headers = xml.elements(header);
    let headers = headers
        .into_iter()
        .filter(|node| *node != security)
        .filter_map(octets);
    let mut handed_on = format!("<s:Envelope xmlns:s=\"{}\"><s:Header>", names::SOAP).into_bytes();
    for octets in headers {
        handed_on.extend_from_slice(octets);
    }
    handed_on.extend_from_slice(b"</s:Header>");
    handed_on.extend_from_slice(body);
    handed_on.extend_from_slice(b"</s:Envelope>");
    String::from_utf8(handed_on).map_err(|_| Flaw("it is not in UTF-8"))
}

/// What a signature covers, when it is right.
fn signed(xml: &Xml<'_>, signature: Node, public_key: &[u8]) -> Result<Vec<Covered>, Flaw> {
    let unknown = Flaw(
        "its signature is made in a way that is not taken: exclusive canonicalisation, RSA and SHA-256 are",
    );
    let wrong = Flaw("its signature is not right");
    let is = |node: Node, name: &str, algorithm: &str| -> Result<bool, Flaw> {
        let method = xml.only(node, names::SIGNATURE, name, unknown.0)?;
        Ok(xml.attribute(method, "Algorithm") == Some(algorithm))
    };
    let info = xml.only(signature, names::SIGNATURE, "SignedInfo", unknown.0)?;
    if !is(info, "CanonicalizationMethod", names::EXCLUSIVE)?
        || !is(info, "SignatureMethod", names::RSA_SHA256)?
    {
        return Err(unknown);
    }
    let method = xml.only(info, names::SIGNATURE, "CanonicalizationMethod", unknown.0)?;
    let octets = xml.canonical(info, &prefixes(xml, method)?)?;
    let value = xml.only(signature, names::SIGNATURE, "SignatureValue", unknown.0)?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
        .verify(&octets, &decoded(&xml.text(value)).ok_or(wrong)?)
        .map_err(|_| Flaw("its signature is not one of the service's certificate"))?;

    let mut covered: Vec<Covered> = Vec::new();
    for reference in xml.all(info, names::SIGNATURE, "Reference") {
        let node = xml.referred(xml.attribute(reference, "URI").ok_or(unknown)?)?;
        let transforms = xml.only(reference, names::SIGNATURE, "Transforms", unknown.0)?;
        let [transform] = xml
            .elements(transforms)
            .as_slice()
            .try_into()
            .map_err(|_| unknown)?;
        if !is(transforms, "Transform", names::EXCLUSIVE)? || !is(reference, "DigestMethod", names::SHA256)? {
            return Err(unknown);
        }
        let octets = xml.canonical(node, &prefixes(xml, transform)?)?;
        let digest = xml.only(reference, names::SIGNATURE, "DigestValue", unknown.0)?;
        if decoded(&sha256(&octets)) != decoded(&xml.text(digest)) {
            return Err(Flaw("something in it was changed after it was signed"));
        }
        covered.push(Covered { node, octets });
    }
    Ok(covered)
}

/// The prefixes that are canonicalised in any case (Exclusive XML Canonicalization section 2.1).
fn prefixes(xml: &Xml<'_>, method: Node) -> Result<Vec<String>, Flaw> {
    let listed = xml.maybe(method, names::EXCLUSIVE, "InclusiveNamespaces")?;
    let listed = listed.and_then(|listed| xml.attribute(listed, "PrefixList"));
    Ok(listed
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect())
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .chars()
        .filter(|letter| !letter.is_ascii_whitespace())
        .collect();
    STANDARD.decode(text).ok()
}

fn timely(xml: &Xml<'_>, timestamp: Node, now: SystemTime) -> Result<(), Flaw> {
    let time = |name| -> Result<SystemTime, Flaw> {
        let node = xml.only(timestamp, names::UTILITY, name, "its timestamp is not whole")?;
        moment(Some(&xml.text(node))).ok_or(Flaw("its timestamp cannot be read"))
    };
    let (created, expires) = (time("Created")?, time("Expires")?);
    if created > now + SKEW {
        return Err(Flaw(
            "it was signed in the future: look at the clocks of both machines",
        ));
    }
    if expires + SKEW < now {
        return Err(Flaw("its time is over: look at the clocks of both machines"));
    }
    Ok(())
}
