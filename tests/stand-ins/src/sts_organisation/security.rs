//! The seam for the security layer: who a message is from, and how a reply is sealed.
//!
//! [`Security::admit`] sees each envelope as it came and says which authority (CVR number) it speaks for, or with which fault it is
//! refused. [`Security::seal`] gets each reply, faults included, before it is sent. Whether the register knows the authority and has an
//! agreement with it is no matter of this seam: a stand-in asks itself after a message is admitted, and a token service can ask
//! it by [`StsOrganisation::agreement`](super::StsOrganisation::agreement).

use std::fmt;

use jiff::Timestamp;

use super::xml::Node;

/// A message that asks to be let in.
#[derive(Debug)]
pub struct Knock<'a> {
    /// The envelope, octet by octet, as a signature covers it.
    pub envelope: &'a [u8],
    /// The same, parsed.
    pub document: &'a Node,
    /// The stand-in's time.
    pub now: Timestamp,
}

/// A fault of the security layer. It is answered with HTTP 500.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityFault {
    /// The code within the code, such as `wsse:FailedCheck`.
    pub code: String,
    /// The words.
    pub reason: String,
}

impl SecurityFault {
    /// A fault with this code and these words.
    #[must_use]
    pub fn new(code: &str, reason: &str) -> Self {
        Self {
            code: code.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// What stands between the line and the register.
pub trait Security: fmt::Debug + Send + Sync {
    /// The CVR number that a message speaks for.
    ///
    /// # Errors
    ///
    /// When the message is not let in.
    fn admit(&self, knock: &Knock<'_>) -> Result<String, SecurityFault>;

    /// A reply as it goes out; unchanged unless told otherwise.
    fn seal(&self, reply: String) -> String {
        reply
    }
}

/// Lets everybody in as one authority: for connectors that are tested without a host, which sends no security header.
#[derive(Debug, Clone)]
pub struct Off {
    /// The authority.
    pub cvr: String,
}

impl Security for Off {
    fn admit(&self, _: &Knock<'_>) -> Result<String, SecurityFault> {
        Ok(self.cvr.clone())
    }
}

/// The simplified mode: there is a security header with an assertion that has not run out and names a CVR number. No signature is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Simplified;

/// The attribute of an assertion that names the authority.
pub const CVR_ATTRIBUTE: &str = "dk:gov:saml:attribute:CvrNumberIdentifier";

const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

impl Security for Simplified {
    fn admit(&self, knock: &Knock<'_>) -> Result<String, SecurityFault> {
        let header = knock
            .document
            .named("Header")
            .and_then(|header| header.child(WSSE, "Security"));
        let header = header
            .ok_or_else(|| SecurityFault::new("wsse:InvalidSecurity", "there is no security header"))?;
        let assertion = header.child(SAML, "Assertion");
        let assertion = assertion
            .ok_or_else(|| SecurityFault::new("wsse:SecurityTokenUnavailable", "there is no assertion"))?;
        let attribute = |node: &Node, name: &str| {
            node.attributes
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        let end = assertion
            .find("Conditions")
            .and_then(|conditions| attribute(conditions, "NotOnOrAfter"));
        let end: Option<Timestamp> = end.and_then(|end| end.parse().ok());
        if end.is_none_or(|end| end <= knock.now) {
            return Err(SecurityFault::new(
                "wsse:InvalidSecurityToken",
                "the assertion has expired",
            ));
        }
        let statement = assertion.find("AttributeStatement");
        let cvr = statement
            .into_iter()
            .flat_map(|statement| &statement.children)
            .find(|attribute_| attribute(attribute_, "Name").as_deref() == Some(CVR_ATTRIBUTE));
        let cvr = cvr.and_then(|cvr| cvr.text_of("AttributeValue"));
        cvr.map(str::to_owned).ok_or_else(|| {
            SecurityFault::new("wsse:InvalidSecurityToken", "the assertion names no CVR number")
        })
    }
}
