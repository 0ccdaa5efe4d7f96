//! The request for a token (WS-Trust 1.3, Issue), signed with the key whose certificate stands in it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::signature::{Part, sign};
use super::xml::{Flaw, Xml, escape};
use super::{Made, names};
use crate::key::{Key, KeyError};

/// How long a message is good after it was signed.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// What is asked for.
pub(super) struct Ask<'a> {
    pub(super) token_url: &'a str,
    pub(super) applies_to: &'a str,
    pub(super) claims: &'a BTreeMap<String, String>,
    pub(super) key: &'a Key,
}

impl Ask<'_> {
    /// The whole envelope.
    pub(super) fn write(&self, now: SystemTime) -> Result<String, Made> {
        let certificate = self.key.certificate().ok_or(Flaw("there is no certificate"))?;
        let certificate = STANDARD.encode(certificate.der());
        let [action, message, to, reply, timestamp, token, body] = names_of_parts()?;
        let stamp = stamp(&timestamp, now);
        let binary = |attributes: &str| {
            format!(
                "<wsse:BinarySecurityToken{attributes} EncodingType=\"{}\" ValueType=\"{}\">{certificate}</wsse:BinarySecurityToken>",
                names::BASE64,
                names::X509
            )
        };
        let before = format!(
            "<s:Envelope xmlns:s=\"{soap}\" xmlns:wsa=\"{addressing}\" xmlns:wsse=\"{security}\" xmlns:wsu=\"{utility}\"><s:Header>\
             <wsa:Action s:mustUnderstand=\"1\" wsu:Id=\"{action}\">{trust}/RST/Issue</wsa:Action>\
             <wsa:MessageID wsu:Id=\"{message}\">{id}</wsa:MessageID>\
             <wsa:To s:mustUnderstand=\"1\" wsu:Id=\"{to}\">{url}</wsa:To>\
             <wsa:ReplyTo wsu:Id=\"{reply}\"><wsa:Address>{addressing}/anonymous</wsa:Address></wsa:ReplyTo>\
             <wsse:Security s:mustUnderstand=\"1\">{stamp}{token}",
            soap = names::SOAP,
            addressing = names::ADDRESSING,
            security = names::SECURITY,
            utility = names::UTILITY,
            trust = names::TRUST,
            id = message_id()?,
            url = escape(self.token_url),
            token = binary(&format!(" wsu:Id=\"{token}\"")),
        );
        let after = format!(
            "</wsse:Security></s:Header><s:Body wsu:Id=\"{body}\">{}</s:Body></s:Envelope>",
            self.body(&binary(""))
        );
        let unsigned = [before.as_str(), &after].concat();
        let xml = Xml::parse(&unsigned)?;
        let parts = [&action, &message, &to, &reply, &timestamp, &token, &body]
            .map(|id| Part::element(&xml, id))
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
        let key_info = format!(
            "<wsse:SecurityTokenReference><wsse:Reference URI=\"#{token}\" ValueType=\"{}\"></wsse:Reference></wsse:SecurityTokenReference>",
            names::X509
        );
        Ok([before, sign(&parts, self.key, &key_info)?, after].concat())
    }

    fn body(&self, certificate: &str) -> String {
        let claims: String = self
            .claims
            .iter()
            .map(|(name, value)| {
                format!(
                    "<auth:ClaimType Uri=\"{}\"><auth:Value>{}</auth:Value></auth:ClaimType>",
                    escape(name),
                    escape(value)
                )
            })
            .collect();
        let claims = if claims.is_empty() {
            claims
        } else {
            format!(
                "<wst:Claims xmlns:auth=\"{}\" Dialect=\"{}\">{claims}</wst:Claims>",
                names::CLAIMS,
                names::CLAIMS_DIALECT
            )
        };
        format!(
            "<wst:RequestSecurityToken xmlns:wst=\"{trust}\"><wst:TokenType>{saml}</wst:TokenType>\
             <wst:RequestType>{trust}/Issue</wst:RequestType>\
             <wsp:AppliesTo xmlns:wsp=\"{policy}\"><wsa:EndpointReference><wsa:Address>{service}</wsa:Address></wsa:EndpointReference>\
             </wsp:AppliesTo>{claims}<wst:KeyType>{trust}/PublicKey</wst:KeyType><wst:UseKey>{certificate}</wst:UseKey>\
             </wst:RequestSecurityToken>",
            trust = names::TRUST,
            saml = names::SAML_TOKEN,
            policy = names::POLICY,
            service = escape(self.applies_to),
        )
    }
}

/// The element `Timestamp`, in UTC with milliseconds.
pub(super) fn stamp(id: &str, now: SystemTime) -> String {
    let moment = |time: SystemTime| jiff::Timestamp::try_from(time).unwrap_or_default();
    format!(
        "<wsu:Timestamp xmlns:wsu=\"{}\" wsu:Id=\"{id}\"><wsu:Created>{:.3}</wsu:Created><wsu:Expires>{:.3}</wsu:Expires></wsu:Timestamp>",
        names::UTILITY,
        moment(now),
        moment(now + LIFE)
    )
}

/// Identifiers that no other element has.
pub(super) fn names_of_parts<const COUNT: usize>() -> Result<[String; COUNT], KeyError> {
    let root = random()?;
    let mut number = 0;
    Ok([(); COUNT].map(|()| {
        number += 1;
        format!("_{}-{number}", root.simple())
    }))
}

fn message_id() -> Result<String, KeyError> {
    Ok(format!("urn:uuid:{}", random()?))
}

fn random() -> Result<uuid::Uuid, KeyError> {
    let mut octets = [0; 16];
    SystemRandom::new()
        .fill(&mut octets)
        .map_err(|_| KeyError::Failed)?;
    Ok(uuid::Builder::from_random_bytes(octets).into_uuid())
}
