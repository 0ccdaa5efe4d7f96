//! A strict provider of identities in this process. It signs with keys of its own, takes a code once, and only from the client that it was
//! given to; and it can be made to misbehave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use samklang_egress::Secret;
use samklang_server::SignIn;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What is wrong with an ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Nothing,
    Nonce,
    Audience,
    Issuer,
    Expired,
    Unsigned,
    UnknownKey,
    Forged,
}

pub struct Truth {
    pub fault: Fault,
    pub claims: Value,
    /// What is told of the person when it is asked for.
    pub userinfo: Option<Value>,
    key: EcdsaKeyPair,
    /// Its key has this name.
    pub kid: String,
    /// What waits for a code to be brought.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    pub fetched: usize,
}

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    pub truth: Arc<Mutex<Truth>>,
}

const CLIENT: &str = "samklang";
const SECRET: &str = "between us: 100% + more";

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

fn encoded(octets: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

impl Provider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            truth: Arc::new(Mutex::new(Truth {
                fault: Fault::Nothing,
                claims: json!({ "sub": "kari-1", "name": "Kari Nordmann", "email": "kari@nordvik.example", "email_verified": true }),
                userinfo: None,
                key: key(),
                kid: "one".to_owned(),
                codes: BTreeMap::new(),
                fetched: 0,
            })),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    pub fn sign_in(&self) -> SignIn {
        SignIn {
            issuer: self.issuer.parse().unwrap(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(SECRET.to_owned())),
            title: "Nordvik ID".to_owned(),
        }
    }

    /// The person agrees: what a browser that was sent to `address` comes back with.
    pub fn agree(&self, address: &str) -> String {
        let url = url::Url::parse(address).unwrap();
        assert_eq!(url.origin().ascii_serialization(), self.issuer);
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["redirect_uri"], "https://samklang.example/sign-in/callback");
        assert!(
            asked["scope"].split(' ').any(|scope| scope == "openid"),
            "{asked:?}"
        );
        assert!(asked["nonce"].len() > 15 && asked["state"].len() > 15);
        let mut truth = self.truth.lock().unwrap();
        let code = format!("code-{}", truth.codes.len());
        let state = asked["state"].clone();
        truth.codes.insert(code.clone(), asked);
        format!("/sign-in/callback?code={code}&state={state}")
    }

    /// The provider changes its keys.
    pub fn rotate(&self) {
        let mut truth = self.truth.lock().unwrap();
        truth.key = key();
        truth.kid = "two".to_owned();
    }
}

async fn describe(State(provider): State<Provider>) -> Response {
    let at = &provider.issuer;
    provider.truth.lock().unwrap().fetched += 1;
    let mut told = json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/keys"),
        "end_session_endpoint": format!("{at}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    });
    if provider.truth.lock().unwrap().userinfo.is_some() {
        told["userinfo_endpoint"] = json!(format!("{at}/userinfo"));
    }
    axum::Json(told).into_response()
}

async fn keys(State(provider): State<Provider>) -> Response {
    let truth = provider.truth.lock().unwrap();
    let public = truth.key.public_key().as_ref();
    let (x, y) = (encoded(&public[1..33]), encoded(&public[33..65]));
    axum::Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": truth.kid, "x": x, "y": y }
    ] }))
    .into_response()
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, axum::Json(json!({ "error": error }))).into_response()
}

/// The name and password of a client, each as a form would write it (RFC 6749, 2.3.1).
fn is_client(headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(given) = given.strip_prefix("Basic ") else {
        return false;
    };
    let given = String::from_utf8(BASE64_STANDARD.decode(given).unwrap()).unwrap();
    let written = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    given == format!("{}:{}", written(CLIENT), written(SECRET))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if !is_client(&headers) {
        return (
            StatusCode::UNAUTHORIZED,
            axum::Json(json!({ "error": "invalid_client" })),
        )
            .into_response();
    }
    if form["grant_type"] != "authorization_code" {
        return refused("unsupported_grant_type");
    }
    let mut truth = provider.truth.lock().unwrap();
    let Some(asked) = truth.codes.remove(&form["code"]) else {
        return refused("invalid_grant");
    };
    let challenge = encoded(Sha256::digest(form["code_verifier"].as_bytes()));
    if challenge != asked["code_challenge"] || form["redirect_uri"] != asked["redirect_uri"] {
        return refused("invalid_grant");
    }
    let now = jiff::Timestamp::now().as_second();
    let fault = truth.fault;
    let mut claims = truth.claims.clone();
    claims["iss"] = json!(if fault == Fault::Issuer {
        "https://other.example"
    } else {
        &provider.issuer
    });
    claims["aud"] = json!(if fault == Fault::Audience {
        "another"
    } else {
        CLIENT
    });
    claims["iat"] = json!(now);
    claims["exp"] = json!(if fault == Fault::Expired {
        now - 60
    } else {
        now + 300
    });
    claims["nonce"] = json!(if fault == Fault::Nonce {
        "another"
    } else {
        &asked["nonce"]
    });
    let algorithm = if fault == Fault::Unsigned { "none" } else { "ES256" };
    let mut head = json!({ "alg": algorithm, "typ": "JWT", "kid": truth.kid });
    if fault == Fault::UnknownKey {
        head["kid"] = json!("never-seen");
    }
    let text = format!("{}.{}", encoded(head.to_string()), encoded(claims.to_string()));
    let foreign = key();
    let signing = if fault == Fault::Forged {
        &foreign
    } else {
        &truth.key
    };
    let signature = signing.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    let signature = if fault == Fault::Unsigned {
        String::new()
    } else {
        encoded(signature)
    };
    axum::Json(json!({
        "access_token": "for the person's own claims", "token_type": "Bearer", "expires_in": 300,
        "id_token": format!("{text}.{signature}"),
    }))
    .into_response()
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if given != Some("Bearer for the person's own claims") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    axum::Json(provider.truth.lock().unwrap().userinfo.clone()).into_response()
}
