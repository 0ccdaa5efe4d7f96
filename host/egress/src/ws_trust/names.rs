//! The names of namespaces and algorithms, and the prefixes that the host writes them with.

/// SOAP 1.2.
pub(super) const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Addressing 1.0.
pub(super) const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";
/// WS-Security 1.0.
pub(super) const SECURITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
/// WS-Security 1.1.
pub(super) const SECURITY_11: &str = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd";
/// The utility schema of WS-Security.
pub(super) const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
/// WS-Trust 1.3.
pub(super) const TRUST: &str = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
/// WS-Policy, as WS-Trust 1.3 refers to it.
pub(super) const POLICY: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy";
/// The claims of WS-Federation.
pub(super) const CLAIMS: &str = "http://docs.oasis-open.org/wsfed/authorization/200706";
/// The dialect of those claims.
pub(super) const CLAIMS_DIALECT: &str = "http://docs.oasis-open.org/wsfed/authorization/200706/authclaims";
/// XML signatures.
pub(super) const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
/// SAML 2.0.
pub(super) const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// Exclusive canonicalisation, which is also the namespace of its prefix list.
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// RSA with SHA-256 (RFC 6931 section 2.3.2).
pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// SHA-256.
pub(super) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// The token in the place of a reference to it.
pub(super) const STR_TRANSFORM: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform";

/// A SAML 2.0 token.
pub(super) const SAML_TOKEN: &str =
    "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0";
/// The identifier of a SAML token.
pub(super) const SAML_ID: &str = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLID";
/// A certificate in a security header.
pub(super) const X509: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
/// Base64 in a security header.
pub(super) const BASE64: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
/// Who holds the key is who the token is about.
pub(super) const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
