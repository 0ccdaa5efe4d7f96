//! How the host proves itself: by certificates, by assertions, by a user's password. What is signed is verified with another library's hands.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{any, post};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use ring::signature::{self, UnparsedPublicKey};
use samklang_egress::{
    Credential, CredentialSettings, EgressLimits, KeySettings, ProofSettings, SecretReference,
    SignatureAlgorithm, SignerSettings,
};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::{Peer, serve_tls};
use serde_json::Value;

use crate::{World, get, serve};

/// A key as an operator keeps it. The folder is left to the system to clear.
pub(crate) fn kept(identity: &Identity) -> KeySettings {
    let folder = tempfile::tempdir().unwrap().keep();
    let file = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).unwrap();
        SecretReference::File(folder.join(name))
    };
    KeySettings::Pem {
        private_key: file("key.pem", identity.key_pem()),
        certificate: Some(file("certificate.pem", identity.certificate_pem())),
    }
}

pub(crate) fn secret_file(text: &str) -> SecretReference {
    let path = tempfile::tempdir().unwrap().keep().join("secret");
    std::fs::write(&path, text).unwrap();
    SecretReference::File(path)
}

/// Tells whose certificate it was shown, and by which connection.
fn mirror() -> Router {
    Router::new().fallback(async |ConnectInfo(peer): ConnectInfo<Peer>, headers: HeaderMap| {
        let shown = peer
            .certificate
            .map_or("none".to_owned(), |der| STANDARD.encode(der));
        let token = headers
            .get("authorization")
            .map_or("-", |value| value.to_str().unwrap())
            .to_owned();
        format!("{shown} {token}")
    })
}

fn shows(identity: &Identity) -> Credential {
    CredentialSettings::ClientCertificate { key: kept(identity) }
        .resolve()
        .unwrap()
}

#[tokio::test]
async fn a_certificate_is_shown_to_the_system_it_is_bound_to_and_to_no_other() {
    let server = Identity::new("server", KeyKind::P256);
    let (one, two) = (
        Identity::new("one", KeyKind::Rsa(1)),
        Identity::new("two", KeyKind::P384),
    );
    let origin = serve_tls(mirror(), &server, &[&one, &two]).await;
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let seen = async |credential: Option<Credential>| {
        let sender = world.sender_with(&origin, credential, EgressLimits::default());
        get(&sender, &format!("{origin}/")).await.unwrap().1
    };
    for identity in [&one, &two, &one] {
        let expected = format!("{} -", STANDARD.encode(identity.certificate_der()));
        assert_eq!(seen(Some(shows(identity))).await, expected);
        // Neither a connection nor a session of TLS is taken up again for somebody else.
        assert_eq!(seen(None).await, "none -");
    }
}

#[tokio::test]
async fn a_certificate_for_a_place_without_tls_is_refused_before_anything_is_sent() {
    let identity = Identity::new("one", KeyKind::P256);
    let world = World::new();
    let error = world
        .try_sender("http://127.0.0.1:1", Some(shows(&identity)))
        .err()
        .unwrap();
    assert!(error.to_string().contains("reached without TLS"), "{error}");
}

/// A token server that keeps what it was sent, and hands out one token.
#[derive(Clone, Default)]
struct Tokens(Arc<Mutex<Vec<(String, String)>>>);

impl Tokens {
    fn router(&self) -> Router {
        let taken = self.clone();
        let token = move |headers: HeaderMap, body: String| async move {
            let basic = headers
                .get(header::AUTHORIZATION)
                .map_or("", |value| value.to_str().unwrap());
            taken.0.lock().unwrap().push((basic.to_owned(), body));
            r#"{"access_token":"the-token","token_type":"Bearer","expires_in":3600}"#
        };
        let api = async |headers: HeaderMap| headers["authorization"].to_str().unwrap().to_owned();
        Router::new().route("/token", post(token)).route("/api", any(api))
    }

    /// The fields of the only request.
    fn only(&self) -> (String, Vec<(String, String)>) {
        let taken = self.0.lock().unwrap();
        let [(basic, body)] = taken.as_slice() else {
            panic!("{} requests", taken.len())
        };
        (
            basic.clone(),
            url::form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect(),
        )
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    let mut found = fields.iter().filter(|(field, _)| field == name);
    let value = &found.next().unwrap_or_else(|| panic!("no {name}")).1;
    assert!(found.next().is_none(), "{name} twice");
    value
}

async fn fetched(settings: impl Fn(&str) -> CredentialSettings) -> (String, Vec<(String, String)>, String) {
    let tokens = Tokens::default();
    let origin = serve(tokens.router()).await;
    let token_url = format!("{origin}/token");
    let credential = settings(&token_url).resolve().unwrap();
    let sender = World::new().sender_with(&origin, Some(credential.clone()), EgressLimits::default());
    assert_eq!(
        get(&sender, &format!("{origin}/api")).await.unwrap().1,
        "Bearer the-token"
    );
    assert_eq!(credential.redact("it said the-token"), "it said ••••••");
    let (basic, fields) = tokens.only();
    (basic, fields, token_url)
}

/// Header and claims of an assertion whose signature is right.
fn verified(
    assertion: &str,
    identity: &Identity,
    algorithm: &'static dyn signature::VerificationAlgorithm,
) -> (Value, Value) {
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let key = UnparsedPublicKey::new(algorithm, identity.public_key());
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    let read = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (read(head), read(claims))
}

fn thumbprint(identity: &Identity) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(
        &ring::digest::SHA256,
        identity.certificate_der(),
    ))
}

#[tokio::test]
async fn a_client_proves_itself_by_a_signed_assertion() {
    let rsa = Identity::new("client", KeyKind::Rsa(1));
    let p256 = Identity::new("client", KeyKind::P256);
    for (identity, wanted, alg, algorithm) in [
        (
            &rsa,
            None,
            "PS256",
            &signature::RSA_PSS_2048_8192_SHA256 as &'static dyn signature::VerificationAlgorithm,
        ),
        (
            &rsa,
            Some(SignatureAlgorithm::RsaPkcs1Sha256),
            "RS256",
            &signature::RSA_PKCS1_2048_8192_SHA256,
        ),
        (&p256, None, "ES256", &signature::ECDSA_P256_SHA256_FIXED),
    ] {
        let (basic, fields, token_url) = fetched(|token_url| CredentialSettings::Oauth2ClientCredentials {
            token_url: token_url.to_owned(),
            client_id: "samklang".to_owned(),
            proof: ProofSettings::Assertion(SignerSettings {
                key: kept(identity),
                algorithm: wanted,
                key_id: None,
            }),
            scope: Some("https://graph.microsoft.com/.default".to_owned()),
            audience: None,
        })
        .await;
        assert_eq!(basic, "");
        assert_eq!(field(&fields, "grant_type"), "client_credentials");
        assert_eq!(field(&fields, "client_id"), "samklang");
        assert_eq!(field(&fields, "scope"), "https://graph.microsoft.com/.default");
        assert_eq!(
            field(&fields, "client_assertion_type"),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let (head, claims) = verified(field(&fields, "client_assertion"), identity, algorithm);
        assert_eq!(head["alg"], alg);
        assert_eq!(head["x5t#S256"], thumbprint(identity));
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&"samklang".into(), &"samklang".into())
        );
        assert_eq!(claims["aud"], token_url);
        // The tests' clock stands at the beginning of 2026.
        assert_eq!(claims["iat"], 1_767_225_600);
        assert_eq!(claims["nbf"], 1_767_225_600);
        assert_eq!(claims["exp"], 1_767_225_660);
        assert!(claims["jti"].as_str().unwrap().len() >= 16);
    }
}

#[tokio::test]
async fn an_assertion_can_be_the_grant() {
    let identity = Identity::new("virksomhet", KeyKind::Rsa(2));
    let settings = |key_id: Option<String>| {
        let key = kept(&identity);
        move |token_url: &str| CredentialSettings::Oauth2JwtBearer {
            token_url: token_url.to_owned(),
            issuer: "issuer-1".to_owned(),
            audience: Some("https://maskinporten.example/".to_owned()),
            scope: Some("fint:read".to_owned()),
            resource: Some("https://api.example.no".to_owned()),
            signer: SignerSettings {
                key: key.clone(),
                algorithm: None,
                key_id: key_id.clone(),
            },
        }
    };
    let (basic, fields, _) = fetched(settings(None)).await;
    assert_eq!(
        (basic.as_str(), fields.len()),
        ("", 2),
        "grant and assertion, nothing else"
    );
    assert_eq!(
        field(&fields, "grant_type"),
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let algorithm = &signature::RSA_PKCS1_2048_8192_SHA256;
    let (head, claims) = verified(field(&fields, "assertion"), &identity, algorithm);
    assert_eq!(
        head["x5c"],
        serde_json::json!([STANDARD.encode(identity.certificate_der())])
    );
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&"issuer-1".into(), &"https://maskinporten.example/".into())
    );
    assert_eq!(
        (&claims["scope"], &claims["resource"]),
        (&"fint:read".into(), &"https://api.example.no".into())
    );
    let (_, fields, _) = fetched(settings(Some("key-7".to_owned()))).await;
    let (head, _) = verified(field(&fields, "assertion"), &identity, algorithm);
    assert_eq!((&head["kid"], &head["x5c"]), (&"key-7".into(), &Value::Null));
}

#[tokio::test]
async fn a_user_without_anything_newer_is_known_by_password() {
    let (basic, fields, _) = fetched(|token_url| CredentialSettings::Oauth2Password {
        token_url: token_url.to_owned(),
        client_id: "samklang".to_owned(),
        proof: ProofSettings::Secret {
            secret: secret_file("s3cret"),
            in_body: false,
        },
        user: "county@client".to_owned(),
        password: secret_file("p4ssword"),
        scope: Some("fint-client".to_owned()),
    })
    .await;
    assert_eq!(basic, format!("Basic {}", STANDARD.encode("samklang:s3cret")));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("grant_type", "password"),
            ("username", "county@client"),
            ("password", "p4ssword"),
            ("scope", "fint-client")
        ]
    );
}

#[tokio::test]
async fn a_client_proves_itself_by_its_certificate_at_both_places() {
    let server = Identity::new("server", KeyKind::P256);
    let client = Identity::new("client", KeyKind::Rsa(1));
    let shown = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&shown);
    let token = async move |ConnectInfo(peer): ConnectInfo<Peer>, body: String| {
        seen.lock().unwrap().push((peer.certificate, body));
        r#"{"access_token":"bound","expires_in":3600}"#
    };
    let router = mirror().route("/token", post(token));
    let origin = serve_tls(router, &server, &[&client]).await;
    let credential = CredentialSettings::Oauth2ClientCredentials {
        token_url: format!("{origin}/token"),
        client_id: "entity-id".to_owned(),
        proof: ProofSettings::Certificate(kept(&client)),
        scope: None,
        audience: None,
    };
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let sender = world.sender_with(
        &origin,
        Some(credential.resolve().unwrap()),
        EgressLimits::default(),
    );
    let answer = get(&sender, &format!("{origin}/api")).await.unwrap().1;
    assert_eq!(
        answer,
        format!("{} Bearer bound", STANDARD.encode(client.certificate_der()))
    );
    let shown = shown.lock().unwrap();
    assert_eq!(shown[0].0.as_deref(), Some(client.certificate_der()));
    assert_eq!(shown[0].1, "grant_type=client_credentials&client_id=entity-id");
}

#[tokio::test]
async fn a_token_server_that_repeats_what_it_was_sent_gives_nothing_away() {
    let token = async |body: String| {
        let words = serde_json::json!({"error": "invalid_grant", "error_description": body});
        (http::StatusCode::BAD_REQUEST, words.to_string())
    };
    let origin = serve(Router::new().route("/token", post(token))).await;
    let credential = CredentialSettings::Oauth2Password {
        token_url: format!("{origin}/token"),
        client_id: "samklang".to_owned(),
        proof: ProofSettings::Secret {
            secret: secret_file("s3cret"),
            in_body: true,
        },
        user: "county".to_owned(),
        password: secret_file("p4ssword"),
        scope: None,
    };
    let sender = World::new().sender_with(
        &origin,
        Some(credential.resolve().unwrap()),
        EgressLimits::default(),
    );
    let error = get(&sender, &origin).await.unwrap_err().to_string();
    assert!(
        error.contains("invalid_grant") && error.contains("county"),
        "{error}"
    );
    assert!(
        !error.contains("s3cret") && !error.contains("p4ssword"),
        "{error}"
    );
}
