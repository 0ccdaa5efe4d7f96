//! Against the outside: nothing is reached that was not granted, and no secret is seen.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::HeaderMap;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use samklang_core::port::Session as _;
use samklang_egress::{
    Credential, CredentialSettings, EgressLimits, GrantSettings, KeySettings, Secret, SecretReference,
};
use samklang_sandbox::{Limits, OpenRequest};
use samklang_stand_ins::identity::{Identity, KeyKind};
use tracing_subscriber::fmt::MakeWriter;

use crate::{assert_fault, assert_health, evil, limits, open, request, request_to};

/// What was written to the log on this thread.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn subscribe(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Captured {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A server that tells which authorisation it was sent.
pub(crate) async fn server() -> String {
    let app = axum::Router::new()
        .route(
            "/host",
            axum::routing::get(async |headers: HeaderMap| headers["host"].to_str().unwrap().to_owned()),
        )
        .route(
            "/echo",
            axum::routing::get(async |headers: HeaderMap| {
                let sent = headers["authorization"].to_str().unwrap().to_owned();
                ([("x-echo", sent.clone())], format!("you sent {sent}, did you?"))
            }),
        )
        .fallback(async |headers: HeaderMap| {
            headers
                .get("authorization")
                .map_or("nobody", |value| value.to_str().unwrap())
                .to_owned()
        });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// What has to be granted for the connector to start at all.
fn folders() -> GrantSettings {
    GrantSettings {
        inbox: true,
        outbox: true,
        ..GrantSettings::default()
    }
}

fn with_token(request: OpenRequest) -> OpenRequest {
    let token = Credential::bearer(Secret::new("the-token".to_owned())).unwrap();
    OpenRequest {
        credentials: BTreeMap::from([("api".to_owned(), token)]),
        ..request
    }
}

#[tokio::test]
async fn what_is_granted_goes_through_with_the_hosts_credential() {
    let url = server().await;
    let mut session = open(with_token(request_to("call", &url))).await;
    let findings = session.check().await.unwrap();
    assert_eq!(findings[0].message, "200 Bearer the-token");
    let traffic = session.usage();
    assert_eq!(
        (traffic.requests, traffic.refused, traffic.received),
        (1, 0, 16),
        "{traffic:?}"
    );
}

#[tokio::test]
async fn what_a_system_repeats_of_the_credential_is_not_seen() {
    let url = server().await;
    let token = Credential::bearer(Secret::new("a-token-that-is-long".to_owned())).unwrap();
    let request = OpenRequest {
        credentials: BTreeMap::from([("api".to_owned(), token)]),
        ..request_to("echo", &url)
    };
    let findings = open(request).await.check().await.unwrap();
    let told: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "Bearer ********************",
            "you sent Bearer ********************, did you?"
        ]
    );
}

#[tokio::test]
async fn a_request_leaves_nothing_behind() {
    let url = server().await;
    let few = Limits {
        handles: 40,
        ..limits()
    };
    let mut session = open(OpenRequest {
        limits: Some(few),
        ..request_to("call-often", &url)
    })
    .await;
    let findings = session.check().await.unwrap();
    assert_eq!(findings[0].message, "200 nobody");
    assert_eq!(session.usage().requests, 200);
}

#[tokio::test]
async fn what_is_not_granted_is_refused_with_the_lines_that_would_allow_it() {
    let url = server().await;
    let ungranted = OpenRequest {
        grants: folders(),
        ..request_to("call", &url)
    };
    let mut session = open(ungranted).await;
    let fault = session.check().await.unwrap_err();
    assert_fault(
        &fault,
        "not-granted",
        &format!("[connections.village.grants]\nhttp = [\"{url}\"]"),
    );
    assert!(fault.message.contains("the connector says: "), "{fault}");
    let traffic = session.usage();
    assert_eq!((traffic.requests, traffic.refused), (0, 1));
    assert_health().await;
}

#[tokio::test]
async fn what_was_not_asked_for_is_refused_even_if_granted() {
    let elsewhere = OpenRequest {
        grants: GrantSettings {
            http: vec!["http://127.0.0.1:9".to_owned()],
            ..folders()
        },
        ..request("call-elsewhere")
    };
    let fault = open(elsewhere).await.check().await.unwrap_err();
    assert_fault(
        &fault,
        "not-granted",
        "the connector evil asks only for http://127.0.0.1:1",
    );
}

#[tokio::test]
async fn a_directory_that_was_not_asked_for_is_not_reached() {
    let granted = OpenRequest {
        grants: GrantSettings {
            ldap: vec!["ldaps://127.0.0.1".to_owned()],
            ..folders()
        },
        ..request("open-directory")
    };
    let mut session = open(granted).await;
    assert_fault(
        &session.check().await.unwrap_err(),
        "not-granted",
        "the connector evil asks for no directory of that name",
    );
    assert_eq!(session.usage().refused, 1);
    assert_health().await;
}

fn with_key(request: OpenRequest, identity: &Identity, granted: &[&str]) -> OpenRequest {
    let folder = tempfile::tempdir().unwrap().keep();
    let file = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).unwrap();
        SecretReference::File(folder.join(name))
    };
    let key = KeySettings::Pem {
        private_key: file("key.pem", identity.key_pem()),
        certificate: Some(file("certificate.pem", identity.certificate_pem())),
    };
    let key = CredentialSettings::SigningKey { key }.resolve().unwrap();
    OpenRequest {
        credentials: BTreeMap::from([("seal".to_owned(), key)]),
        grants: GrantSettings {
            signing: granted.iter().map(|&need| need.to_owned()).collect(),
            ..request.grants
        },
        ..request
    }
}

#[tokio::test]
async fn what_is_granted_is_signed_with_the_hosts_key() {
    let identity = Identity::new("seal", KeyKind::P256);
    let mut session = open(with_key(request("sign"), &identity, &["seal"])).await;
    let findings = session.check().await.unwrap();
    let octets = |text: &str| -> Vec<u8> {
        let digits = text
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    assert_eq!(octets(&findings[0].message), identity.certificate_der());
    // The settings say five rows.
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, identity.public_key())
        .verify(b"xxxxx", &octets(&findings[1].message))
        .unwrap();
    assert_eq!(session.usage().reached["signing `seal`"], 1);
}

#[tokio::test]
async fn a_key_that_is_not_granted_not_bound_or_not_asked_for_signs_nothing() {
    let identity = Identity::new("seal", KeyKind::P256);
    let lines = "[connections.village.grants]\nsigning = [\"other\", \"seal\"]";
    for (request, code, words) in [
        (
            with_key(request("sign"), &identity, &["other"]),
            "not-granted",
            lines,
        ),
        (
            with_key(request("sign-elsewhere"), &identity, &["somebody-elses"]),
            "not-granted",
            "the connector evil asks for no key of that name",
        ),
        (
            OpenRequest {
                credentials: BTreeMap::new(),
                ..with_key(request("sign"), &identity, &["seal"])
            },
            "unauthorised",
            "[connections.village.credentials.seal]\nkind = \"signing-key\"",
        ),
    ] {
        let mut session = open(request).await;
        assert_fault(&session.check().await.unwrap_err(), code, words);
        assert_eq!(session.usage().reached.get("signing `seal`"), None);
    }
    assert_health().await;
}

#[tokio::test]
async fn a_message_is_not_signed_beyond_its_bound() {
    let identity = Identity::new("seal", KeyKind::P256);
    let few = EgressLimits {
        signing_octets: 4,
        ..EgressLimits::default()
    };
    let bounded = OpenRequest {
        egress_limits: few,
        ..with_key(request("sign"), &identity, &["seal"])
    };
    let mut session = open(bounded).await;
    assert_fault(
        &session.check().await.unwrap_err(),
        "internal",
        "larger than 4 octets",
    );
    assert_eq!(session.usage().reached.get("signing `seal`"), None);
}

#[tokio::test]
async fn a_connector_cannot_bring_a_credential_of_its_own() {
    let url = server().await;
    let mut session = open(with_token(request_to("authorise", &url))).await;
    // The header is refused when it is set, so that nothing was sent.
    assert_fault(
        &session.check().await.unwrap_err(),
        "unreachable",
        "the header Authorization cannot be sent",
    );
    assert_eq!(session.usage().requests, 0);
}

#[tokio::test]
async fn a_refusal_that_the_connector_bears_is_counted() {
    let ungranted = OpenRequest {
        grants: folders(),
        ..request("call-and-forget")
    };
    let mut session = open(ungranted).await;
    let findings = session.check().await.unwrap();
    assert_eq!(
        findings.len(),
        1,
        "the host tells what the connector keeps to itself"
    );
    assert!(
        findings[0].message.contains("the operator has not granted it"),
        "{findings:?}"
    );
    assert_eq!(session.usage().refused, 1);
}

#[tokio::test]
async fn a_credential_must_be_bound_to_a_need() {
    let mut request = with_token(request("none"));
    let token = request.credentials.remove("api").unwrap();
    request.credentials.insert("apo".to_owned(), token);
    let fault = evil().await.open(request).await.err().unwrap();
    assert_fault(
        &fault,
        "invalid-settings",
        "bound to `apo`, but the connector's needs are named api, seal",
    );
}

#[tokio::test]
async fn nothing_of_the_machine_can_be_seen() {
    let findings = open(request("look-around")).await.check().await.unwrap();
    let seen: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        seen,
        ["path /inbox", "path /outbox", "no listener: PermissionDenied"]
    );
}

#[tokio::test]
async fn headers_that_are_the_hosts_cannot_be_set() {
    let url = server().await;
    let fault = open(request_to("smuggle-host", &url))
        .await
        .check()
        .await
        .unwrap_err();
    // The header is refused when it is set, so that nothing was sent.
    assert_fault(&fault, "unreachable", "the header Host cannot be sent");
}

#[tokio::test]
async fn a_flood_of_headers_is_dammed_and_hurts_nobody() {
    let url = server().await;
    for misdeed in ["flood-headers", "huge-header"] {
        let patient = OpenRequest {
            limits: Some(Limits {
                cpu: Duration::from_secs(20),
                ..limits()
            }),
            ..request_to(misdeed, &url)
        };
        let mut session = open(patient).await;
        let fault = session.check().await.unwrap_err();
        assert_fault(&fault, "trap", "");
        assert_eq!(session.usage().requests, 0, "{misdeed}");
    }
    assert_health().await;
}
