//! The token that was issued: an assertion of SAML 2.0, taken only when it says what was asked for.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::names;
use super::xml::{Flaw, Node, Xml};

/// A token is renewed this long before it runs out, or after half of its life when that is shorter.
const MARGIN: Duration = Duration::from_secs(120);

/// A token that can be shown.
pub(super) struct Token {
    /// The assertion as it was written.
    pub(super) assertion: String,
    /// Its identifier.
    pub(super) id: String,
    /// The octets that its own signature covers, by which it is seen that it arrives unchanged.
    pub(super) canonical: Vec<u8>,
    /// Until when it is shown.
    pub(super) fresh_until: SystemTime,
}

impl Token {
    /// Reads the answer of a token service.
    pub(super) fn read(
        answer: &str,
        applies_to: &str,
        claims: &BTreeMap<String, String>,
        certificate: &[u8],
        now: SystemTime,
    ) -> Result<Self, Flaw> {
        let xml = Xml::parse(answer)?;
        let envelope = xml.top(names::SOAP, "Envelope")?;
        let body = xml.only(envelope, names::SOAP, "Body", "its envelope has no body")?;
        let none = "it holds no token";
        let around = xml
            .maybe(body, names::TRUST, "RequestSecurityTokenResponseCollection")?
            .unwrap_or(body);
        let response = xml.only(around, names::TRUST, "RequestSecurityTokenResponse", none)?;
        let requested = xml.only(response, names::TRUST, "RequestedSecurityToken", none)?;
        let assertion = xml.only(
            requested,
            names::SAML,
            "Assertion",
            "its token is no assertion of SAML 2.0 that can be read",
        )?;
        let conditions = xml.only(
            assertion,
            names::SAML,
            "Conditions",
            "the assertion has no conditions",
        )?;
        is_for(&xml, conditions, applies_to)?;
        carries(&xml, assertion, claims)?;
        confirms(&xml, assertion, certificate)?;
        let mut end = moment(xml.attribute(conditions, "NotOnOrAfter"))
            .ok_or(Flaw("the assertion does not say until when it is good"))?;
        if let Some(lifetime) = xml.maybe(response, names::TRUST, "Lifetime")? {
            let expires = xml.maybe(lifetime, names::UTILITY, "Expires")?;
            let expires = expires.and_then(|expires| moment(Some(&xml.text(expires))));
            end = expires.map_or(end, |expires| expires.min(end));
        }
        let left = end
            .duration_since(now)
            .map_err(|_| Flaw("the assertion is over already: look at the clocks of both machines"))?;
        Ok(Self {
            id: xml
                .attribute(assertion, "ID")
                .ok_or(Flaw("the assertion has no identifier"))?
                .to_owned(),
            canonical: xml.canonical(assertion, &[])?,
            assertion: xml.detached(assertion)?,
            fresh_until: now + left.saturating_sub(MARGIN.min(left / 2)),
        })
    }
}

/// For the service, and for no other.
fn is_for(xml: &Xml<'_>, conditions: Node, applies_to: &str) -> Result<(), Flaw> {
    let restrictions = xml.all(conditions, names::SAML, "AudienceRestriction");
    let named = |restriction: &Node| {
        let audiences = xml.all(*restriction, names::SAML, "Audience");
        audiences.iter().any(|audience| xml.text(*audience) == applies_to)
    };
    if !restrictions.is_empty() && restrictions.iter().all(named) {
        Ok(())
    } else {
        Err(Flaw(
            "the assertion is for another service than `applies_to` names",
        ))
    }
}

/// With every claim as it was asked for, once.
fn carries(xml: &Xml<'_>, assertion: Node, claims: &BTreeMap<String, String>) -> Result<(), Flaw> {
    let statements = xml.all(assertion, names::SAML, "AttributeStatement");
    let attributes: Vec<Node> = statements
        .iter()
        .flat_map(|statement| xml.all(*statement, names::SAML, "Attribute"))
        .collect();
    for (name, value) in claims {
        let of_name = attributes
            .iter()
            .filter(|attribute| xml.attribute(**attribute, "Name") == Some(name));
        let values: Vec<String> = of_name
            .flat_map(|attribute| xml.all(*attribute, names::SAML, "AttributeValue"))
            .map(|value| xml.text(value))
            .collect();
        if values.len() != 1 || values.first() != Some(value) {
            return Err(Flaw(
                "the assertion does not carry the claims that were asked for",
            ));
        }
    }
    Ok(())
}

/// For whoever holds the key, and where it names the certificate, for this one.
fn confirms(xml: &Xml<'_>, assertion: Node, certificate: &[u8]) -> Result<(), Flaw> {
    use base64::Engine as _;
    let other = Flaw("the assertion is not for the holder of the key");
    let subject = xml.only(assertion, names::SAML, "Subject", "the assertion is about nobody")?;
    let confirmations = xml.all(subject, names::SAML, "SubjectConfirmation");
    let held = confirmations
        .into_iter()
        .find(|confirmation| xml.attribute(*confirmation, "Method") == Some(names::HOLDER_OF_KEY))
        .ok_or(other)?;
    let mut place = held;
    for (namespace, name) in [
        (names::SAML, "SubjectConfirmationData"),
        (names::SIGNATURE, "KeyInfo"),
        (names::SIGNATURE, "X509Data"),
        (names::SIGNATURE, "X509Certificate"),
    ] {
        match xml.maybe(place, namespace, name)? {
            Some(within) => place = within,
            // It names the key in another way, which the service will judge.
            None => return Ok(()),
        }
    }
    let mut named = xml.text(place);
    named.retain(|letter| !letter.is_ascii_whitespace());
    let named = base64::engine::general_purpose::STANDARD
        .decode(named)
        .map_err(|_| other)?;
    if named == certificate { Ok(()) } else { Err(other) }
}

/// A time in XML, which must say how far it is from UTC.
pub(super) fn moment(text: Option<&str>) -> Option<SystemTime> {
    text?.parse::<jiff::Timestamp>().ok().map(SystemTime::from)
}
