//! The guard before a service: opens secured requests and seals answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::canonical::{canonical, in_attribute};
use super::signature::{covered, decoded, referred, signature, whole};
use super::tree::{Element, Node, read};
use super::{CVR, Clock, Fault, TokenService, names, public_key, timely};
use crate::identity::Identity;

/// The guard before one service.
pub struct Guardian {
    service: String,
    issuer: Vec<u8>,
    identity: Identity,
    clock: Clock,
    seen: Mutex<BTreeSet<String>>,
}

/// A request that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The municipality that the token speaks for.
    pub cvr: String,
    /// All claims of the token.
    pub claims: BTreeMap<String, String>,
    /// The WS-Addressing action.
    pub action: String,
    /// The message's identifier, which an answer refers to.
    pub message_id: String,
    /// What is in the body: the only element, with all its namespaces.
    pub body: String,
    /// The whole request as it was signed, without security.
    pub envelope: String,
}

impl Opened {
    /// The envelope of an answer to this request, to be sealed.
    #[must_use]
    pub fn reply(&self, action: &str, body: &str) -> String {
        format!(
            "<s:Envelope xmlns:s=\"{}\" xmlns:wsa=\"{}\"><s:Header><wsa:Action>{}</wsa:Action><wsa:MessageID>urn:uuid:{}</wsa:MessageID>\
             <wsa:RelatesTo>{}</wsa:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>",
            names::SOAP,
            names::WSA,
            in_attribute(action),
            Uuid::new_v4(),
            in_attribute(&self.message_id),
        )
    }
}

impl Guardian {
    /// One that takes this service's tokens, and signs answers as this identity.
    #[must_use]
    pub fn new(tokens: &TokenService, identity: Identity, clock: Clock) -> Self {
        Self {
            service: tokens.service().to_owned(),
            issuer: tokens.certificate().to_vec(),
            identity,
            clock,
            seen: Mutex::default(),
        }
    }

    /// The certificate that answers are signed with, in PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        self.identity.certificate_pem()
    }

    /// Verifies a request.
    ///
    /// # Errors
    ///
    /// The fault that the service answers with instead.
    pub fn open(&self, request: &str) -> Result<Opened, Fault> {
        let opened = self
            .verified(request)
            .map_err(|reason| Fault::new("FailedCheck", reason))?;
        if !self
            .seen
            .lock()
            .expect("no panic while held")
            .insert(opened.message_id.clone())
        {
            return Err(Fault::new("FailedCheck", "this message was here before"));
        }
        Ok(opened)
    }

    fn verified(&self, request: &str) -> Result<Opened, String> {
        let envelope = read(request)?;
        if !envelope.is(names::SOAP, "Envelope") {
            return Err("not SOAP 1.2".into());
        }
        let (header, body) = (
            envelope.only(names::SOAP, "Header")?,
            envelope.only(names::SOAP, "Body")?,
        );
        let security = header.only(names::WSSE, "Security")?;
        let stamp = security.only(names::WSU, "Timestamp")?;
        timely(stamp, (self.clock)())?;
        let assertion = security.only(names::SAML, "Assertion")?;
        let token = self.token(assertion)?;
        let sealed = security.only(names::DS, "Signature")?;
        let key = sealed
            .only(names::DS, "KeyInfo")?
            .only(names::WSSE, "SecurityTokenReference")?;
        if Some(referred(key)?.as_str()) != assertion.attribute("ID") {
            return Err("the key is not the token's".into());
        }
        let covered = covered(&envelope, sealed, &public_key(&token.holder)?, Some(assertion))?;
        let (action, message) = (
            header.only(names::WSA, "Action")?,
            header.only(names::WSA, "MessageID")?,
        );
        let mut parts = vec![
            action,
            message,
            header.only(names::WSA, "To")?,
            stamp,
            assertion,
            body,
        ];
        parts.extend(header.all(names::WSA, "ReplyTo"));
        for part in parts {
            if !covered.values().any(|covered| std::ptr::eq(*covered, part)) {
                return Err(format!("{} is not signed", part.name));
            }
        }
        let content = body.elements().next().ok_or("the body is empty")?;
        let utf8 = |octets: Vec<u8>| String::from_utf8(octets).map_err(|error| error.to_string());
        let mut bare = envelope.clone();
        for child in &mut bare.children {
            if let Node::Element(header) = child {
                header.children.retain(
                    |inner| !matches!(inner, Node::Element(inner) if inner.is(names::WSSE, "Security")),
                );
            }
        }
        Ok(Opened {
            cvr: token.claims.get(CVR).cloned().ok_or("the token has no CVR")?,
            claims: token.claims,
            action: action.text(),
            message_id: message.text(),
            body: utf8(canonical(content))?,
            envelope: utf8(canonical(&bare))?,
        })
    }

    fn token(&self, assertion: &Element) -> Result<Token, String> {
        let sealed = assertion.only(names::DS, "Signature")?;
        let mut bare = assertion.clone();
        bare.children
            .retain(|child| !matches!(child, Node::Element(child) if child.is(names::DS, "Signature")));
        let covered = enveloped(&bare, sealed, &public_key(&self.issuer)?);
        covered.map_err(|why| format!("the token: {why}"))?;
        let conditions = assertion.only(names::SAML, "Conditions")?;
        let time = |name: &str| -> Result<Timestamp, String> {
            let text = conditions.attribute(name).ok_or_else(|| format!("no {name}"))?;
            text.parse().map_err(|error| format!("{name}: {error}"))
        };
        let now = (self.clock)();
        if now >= time("NotOnOrAfter")? || now < time("NotBefore")? {
            return Err("the token is over".into());
        }
        let audience = conditions
            .only(names::SAML, "AudienceRestriction")?
            .only(names::SAML, "Audience")?;
        if audience.text() != self.service {
            return Err("the token is for another service".into());
        }
        let confirmation = assertion
            .only(names::SAML, "Subject")?
            .only(names::SAML, "SubjectConfirmation")?;
        if confirmation.attribute("Method") != Some(names::HOLDER) {
            return Err("the token is not for the holder of a key".into());
        }
        let data = confirmation.only(names::SAML, "SubjectConfirmationData")?;
        let key = data.only(names::DS, "KeyInfo")?.only(names::DS, "X509Data")?;
        let attributes = assertion
            .only(names::SAML, "AttributeStatement")?
            .all(names::SAML, "Attribute");
        let claims = attributes.map(|attribute| {
            let name = attribute.attribute("Name").ok_or("a claim without a name")?;
            Ok((
                name.to_owned(),
                attribute.only(names::SAML, "AttributeValue")?.text(),
            ))
        });
        Ok(Token {
            holder: decoded(&key.only(names::DS, "X509Certificate")?.text())?,
            claims: claims.collect::<Result<_, String>>()?,
        })
    }

    /// Signs an answer: the headers of WS-Addressing, the body and a timestamp of now. Other headers go along without being signed.
    ///
    /// # Panics
    ///
    /// When the answer is not an envelope of SOAP 1.2.
    #[must_use]
    pub fn seal(&self, reply: &str) -> String {
        self.seal_at(reply, (self.clock)())
    }

    /// The same, signed at another time.
    ///
    /// # Panics
    ///
    /// As [`Guardian::seal`].
    #[must_use]
    pub fn seal_at(&self, reply: &str, now: Timestamp) -> String {
        let envelope = read(reply).unwrap();
        assert!(envelope.is(names::SOAP, "Envelope"));
        let mut ids = Vec::new();
        let mut header = String::new();
        if let Ok(given) = envelope.only(names::SOAP, "Header") {
            for element in given.elements() {
                let text = String::from_utf8(canonical(element)).unwrap();
                if element.namespace == names::WSA {
                    ids.push(format!("h-{}", ids.len()));
                    header.push_str(&named(&text, ids.last().unwrap()));
                } else {
                    header.push_str(&text);
                }
            }
        }
        let body = String::from_utf8(canonical(envelope.only(names::SOAP, "Body").unwrap())).unwrap();
        let body = named(&body, "body");
        let end = now + SignedDuration::from_mins(5);
        let stamp = format!(
            "<wsu:Timestamp xmlns:wsu=\"{}\" wsu:Id=\"stamp\"><wsu:Created>{now:.3}</wsu:Created><wsu:Expires>{end:.3}</wsu:Expires>\
             </wsu:Timestamp>",
            names::WSU
        );
        ids.extend(["stamp".to_owned(), "body".to_owned()]);
        let key = format!(
            "<ds:KeyInfo><wsse:SecurityTokenReference><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>\
             </wsse:SecurityTokenReference></ds:KeyInfo>",
            STANDARD.encode(self.identity.certificate_der())
        );
        let with = |signature: &str| {
            format!(
                "<s:Envelope xmlns:s=\"{}\"><s:Header>{header}<wsse:Security xmlns:wsse=\"{}\" s:mustUnderstand=\"1\">{stamp}{signature}\
                 </wsse:Security></s:Header>{body}</s:Envelope>",
                names::SOAP,
                names::WSSE
            )
        };
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        with(&signature(&with(""), &ids, false, &self.identity, &key))
    }
}

struct Token {
    holder: Vec<u8>,
    claims: BTreeMap<String, String>,
}

/// A signature within what it signs: of one reference, to the whole.
fn enveloped(bare: &Element, sealed: &Element, public_key: &[u8]) -> Result<(), String> {
    let reference = sealed
        .only(names::DS, "SignedInfo")?
        .only(names::DS, "Reference")?;
    let transforms: Vec<_> = reference
        .only(names::DS, "Transforms")?
        .elements()
        .map(|transform| transform.attribute("Algorithm"))
        .collect();
    if transforms != [Some(names::ENVELOPED), Some(names::EXCLUSIVE)] {
        return Err("the transforms".into());
    }
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != bare.attribute("ID") {
        return Err("the signature is of something else".into());
    }
    whole(bare, sealed, public_key)
}

/// An element's text with an identifier in its start tag.
fn named(text: &str, id: &str) -> String {
    let place = text.find([' ', '>']).unwrap();
    let (start, rest) = text.split_at(place);
    format!("{start} xmlns:wsu=\"{}\" wsu:Id=\"{id}\"{rest}", names::WSU)
}
