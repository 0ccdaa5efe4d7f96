//! The token service.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::canonical::in_attribute;
use super::signature::{covered, decoded, signature};
use super::tree::{Element, read};
use super::{CVR, Clock, Fault, names, public_key, timely};
use crate::identity::Identity;

/// A token service. Clones are the same one.
#[derive(Clone)]
pub struct TokenService(Arc<Inner>);

struct Inner {
    issuer: Identity,
    service: String,
    clock: Clock,
    clients: Vec<Vec<u8>>,
    state: Mutex<State>,
}

struct State {
    municipalities: BTreeSet<String>,
    agreements: BTreeSet<String>,
    lifetime: SignedDuration,
    issued: usize,
    claimed: Option<String>,
    audience: Option<String>,
    requests: Vec<String>,
}

impl TokenService {
    /// One that issues tokens for the service of this entity identifier to these clients. Tokens last for eight hours.
    #[must_use]
    pub fn new(issuer: Identity, service: &str, clients: &[&Identity], clock: Clock) -> Self {
        Self(Arc::new(Inner {
            issuer,
            service: service.to_owned(),
            clock,
            clients: clients
                .iter()
                .map(|client| client.certificate_der().to_vec())
                .collect(),
            state: Mutex::new(State {
                municipalities: BTreeSet::new(),
                agreements: BTreeSet::new(),
                lifetime: SignedDuration::from_hours(8),
                issued: 0,
                claimed: None,
                audience: None,
                requests: Vec::new(),
            }),
        }))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().expect("no panic while held")
    }

    /// Knows a municipality, with a service agreement or without.
    pub fn municipality(&self, cvr: &str, agreement: bool) {
        let mut state = self.state();
        state.municipalities.insert(cvr.to_owned());
        if agreement {
            state.agreements.insert(cvr.to_owned());
        } else {
            state.agreements.remove(cvr);
        }
    }

    /// Lets tokens last for so long from now on; a negative time makes those that are over when they are issued.
    pub fn lasting(&self, lifetime: SignedDuration) {
        self.state().lifetime = lifetime;
    }

    /// Lies from now on: writes another claim or audience into tokens than was asked for.
    pub fn lying(&self, cvr: Option<&str>, audience: Option<&str>) {
        let mut state = self.state();
        state.claimed = cvr.map(str::to_owned);
        state.audience = audience.map(str::to_owned);
    }

    /// How many tokens were issued.
    #[must_use]
    pub fn issued(&self) -> usize {
        self.state().issued
    }

    /// Every request for a token so far.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// The certificate that tokens are signed with.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        self.0.issuer.certificate_der()
    }

    /// The entity identifier of the service that tokens are for.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.0.service
    }

    /// Answers at `/issue`.
    pub fn router(&self) -> Router {
        let service = self.clone();
        let answer = move |body: String| async move {
            let (status, text) = match service.issue(&body) {
                Ok(text) => (StatusCode::OK, text),
                Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.envelope()),
            };
            (
                status,
                [(header::CONTENT_TYPE, "application/soap+xml; charset=utf-8")],
                text,
            )
                .into_response()
        };
        Router::new().route("/issue", post(answer))
    }

    /// Answers a request for a token.
    ///
    /// # Errors
    ///
    /// The fault that is sent instead.
    pub fn issue(&self, request: &str) -> Result<String, Fault> {
        self.state().requests.push(request.to_owned());
        let invalid = |reason: String| Fault::new("FailedAuthentication", reason);
        let asked = self.read(request).map_err(invalid)?;
        let mut state = self.state();
        if !state.municipalities.contains(&asked.cvr) {
            return Err(Fault::new("5015", format!("the CVR {} is not known", asked.cvr)));
        }
        if !state.agreements.contains(&asked.cvr) {
            let reason = format!("no agreement of {} with {}", asked.cvr, self.0.service);
            return Err(Fault::new("ServiceAgreementNotFound", reason));
        }
        state.issued += 1;
        let now = (self.0.clock)();
        let cvr = state.claimed.clone().unwrap_or(asked.cvr);
        let audience = state.audience.clone().unwrap_or_else(|| self.0.service.clone());
        let end = now + state.lifetime;
        drop(state);
        let token = self.assertion(&cvr, &audience, &asked.certificate, now, end);
        // The prefix of the assertion is declared far above it, as some servers do.
        Ok(format!(
            "<s:Envelope xmlns:s=\"{}\" xmlns:wsa=\"{}\" xmlns:saml=\"{}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><s:Header>\
             <wsa:RelatesTo>{}</wsa:RelatesTo></s:Header><s:Body><wst:RequestSecurityTokenResponseCollection xmlns:wst=\"{}\">\
             <wst:RequestSecurityTokenResponse><wst:TokenType>{}</wst:TokenType><wst:RequestedSecurityToken>{token}\
             </wst:RequestedSecurityToken><wst:Lifetime xmlns:wsu=\"{}\"><wsu:Created>{now:.3}</wsu:Created><wsu:Expires>{end:.3}\
             </wsu:Expires></wst:Lifetime></wst:RequestSecurityTokenResponse></wst:RequestSecurityTokenResponseCollection></s:Body>\
             </s:Envelope>",
            names::SOAP,
            names::WSA,
            names::SAML,
            asked.message_id,
            names::WST,
            names::SAML_TOKEN,
            names::WSU,
        ))
    }

    fn read(&self, request: &str) -> Result<Asked, String> {
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
        timely(stamp, (self.0.clock)())?;
        let binary = security.only(names::WSSE, "BinarySecurityToken")?;
        let certificate = certificate(binary)?;
        if !self.0.clients.contains(&certificate) {
            return Err("the certificate is not registered".into());
        }
        let sealed = security.only(names::DS, "Signature")?;
        let reference = sealed
            .only(names::DS, "KeyInfo")?
            .only(names::WSSE, "SecurityTokenReference")?;
        let named = reference.only(names::WSSE, "Reference")?.attribute("URI");
        if named.and_then(|uri| uri.strip_prefix('#')) != binary.attribute_in(names::WSU, "Id") {
            return Err("the signature refers to another certificate".into());
        }
        let covered = covered(&envelope, sealed, &public_key(&certificate)?, None)?;
        let message = header.only(names::WSA, "MessageID")?;
        let action = header.only(names::WSA, "Action")?;
        for part in [
            action,
            message,
            header.only(names::WSA, "To")?,
            stamp,
            binary,
            body,
        ] {
            if !covered.values().any(|covered| std::ptr::eq(*covered, part)) {
                return Err(format!("{} is not signed", part.name));
            }
        }
        if action.text() != format!("{}/RST/Issue", names::WST) {
            return Err(format!("the action {}", action.text()));
        }
        let ask = body.only(names::WST, "RequestSecurityToken")?;
        for (name, right) in [
            ("RequestType", format!("{}/Issue", names::WST)),
            ("TokenType", names::SAML_TOKEN.to_owned()),
            ("KeyType", format!("{}/PublicKey", names::WST)),
        ] {
            let given = ask.only(names::WST, name)?.text();
            if given != right {
                return Err(format!("{name} is {given}"));
            }
        }
        let service = ask
            .only(names::WSP, "AppliesTo")?
            .only(names::WSA, "EndpointReference")?;
        if service.only(names::WSA, "Address")?.text() != self.0.service {
            return Err("the token would be for another service".into());
        }
        let key = ask
            .only(names::WST, "UseKey")?
            .only(names::WSSE, "BinarySecurityToken")?;
        if self::certificate(key)? != certificate {
            return Err("the token would be for another key".into());
        }
        let claims = ask.only(names::WST, "Claims")?;
        if claims.attribute("Dialect") != Some(&format!("{}/authclaims", names::AUTH)) {
            return Err("the dialect of the claims".into());
        }
        let mut claimed = claims
            .all(names::AUTH, "ClaimType")
            .filter(|claim| claim.attribute("Uri") == Some(CVR));
        let claim = claimed.next().ok_or("no CVR is claimed")?;
        Ok(Asked {
            cvr: claim.only(names::AUTH, "Value")?.text(),
            message_id: message.text(),
            certificate,
        })
    }

    fn assertion(
        &self,
        cvr: &str,
        audience: &str,
        certificate: &[u8],
        now: Timestamp,
        end: Timestamp,
    ) -> String {
        let id = format!("_{}", Uuid::new_v4());
        let issuer = "<saml:Issuer>https://sts.example.org</saml:Issuer>";
        let before = now - SignedDuration::from_secs(30);
        let rest = format!(
            "<saml:Subject><saml:NameID>C=DK,O={cvr},CN=system</saml:NameID><saml:SubjectConfirmation Method=\"{}\">\
             <saml:SubjectConfirmationData xsi:type=\"saml:KeyInfoConfirmationDataType\"><ds:KeyInfo xmlns:ds=\"{}\"><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></saml:SubjectConfirmationData></saml:SubjectConfirmation>\
             </saml:Subject><saml:Conditions NotBefore=\"{before:.3}\" NotOnOrAfter=\"{end:.3}\"><saml:AudienceRestriction><saml:Audience>{}\
             </saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AttributeStatement><saml:Attribute Name=\"{CVR}\">\
             <saml:AttributeValue>{}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>",
            names::HOLDER,
            names::DS,
            STANDARD.encode(certificate),
            in_attribute(audience),
            in_attribute(cvr),
        );
        let start = format!("<saml:Assertion ID=\"{id}\" IssueInstant=\"{now:.3}\" Version=\"2.0\">{issuer}");
        let whole = format!(
            "<around xmlns:saml=\"{}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{start}{rest}</around>",
            names::SAML
        );
        let signature = signature(&whole, &[&id], true, &self.0.issuer, "");
        [start, signature, rest].concat()
    }
}

struct Asked {
    cvr: String,
    certificate: Vec<u8>,
    message_id: String,
}

fn certificate(binary: &Element) -> Result<Vec<u8>, String> {
    if binary.attribute("ValueType") != Some(names::X509)
        || binary.attribute("EncodingType") != Some(names::BASE64)
    {
        return Err("the certificate is of another type".into());
    }
    decoded(&binary.text())
}
