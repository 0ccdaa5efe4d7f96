//! Secrets that are changed while the process runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::IntoResponse;
use axum::routing::{any, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use samklang_egress::{CredentialSettings, EgressLimits, KeySettings, ProofSettings, SecretReference};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::{Peer, serve_tls};

use crate::proof::{kept, secret_file};
use crate::{World, get, serve};

fn change(reference: &SecretReference, text: &str) {
    let SecretReference::File(path) = reference else {
        panic!("not a file")
    };
    std::fs::write(path, text).unwrap();
}

/// Takes only one secret, which can be another from some time on.
fn strict(right: &'static [&'static str], phase: &Arc<AtomicU32>) -> Router {
    let phase = Arc::clone(phase);
    Router::new().fallback(move |headers: HeaderMap| async move {
        let given = headers
            .get("authorization")
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let wanted = right[phase.load(Ordering::SeqCst) as usize];
        if given == format!("Bearer {wanted}") {
            given.into_response()
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    })
}

#[tokio::test]
async fn a_changed_secret_is_taken_up_by_the_next_step_and_when_the_old_one_is_turned_down() {
    let phase = Arc::new(AtomicU32::new(0));
    let origin = serve(strict(&["first", "second", "third", "fourth"], &phase)).await;
    let token = secret_file("first\n");
    let credential = CredentialSettings::Bearer { token: token.clone() }
        .resolve()
        .unwrap();
    let world = World::new();
    let sender = world.sender_with(&origin, Some(credential.clone()), EgressLimits::default());
    assert_eq!(get(&sender, &origin).await.unwrap().0, 200);
    // The next step.
    phase.store(1, Ordering::SeqCst);
    change(&token, "second");
    let sender = world.sender_with(&origin, Some(credential.clone()), EgressLimits::default());
    assert_eq!(get(&sender, &origin).await.unwrap().1, "Bearer second");
    assert_eq!(sender.record().traffic().repeats, 0);
    // In the middle of a step.
    phase.store(2, Ordering::SeqCst);
    change(&token, "third");
    assert_eq!(get(&sender, &origin).await.unwrap().1, "Bearer third");
    assert_eq!(sender.record().traffic().repeats, 1);
    assert_eq!(
        credential.redact("third"),
        "••••••",
        "what is struck out is the new one"
    );
    // One that was not changed is not sent twice.
    phase.store(3, Ordering::SeqCst);
    assert_eq!(get(&sender, &origin).await.unwrap().0, 401);
    assert_eq!(sender.record().traffic().repeats, 1);
    // One that is gone is told, and the old one is not used any longer.
    let SecretReference::File(path) = &token else {
        panic!()
    };
    std::fs::remove_file(path).unwrap();
    let error = world
        .try_sender(&origin, Some(credential))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("cannot be read"), "{error}");
}

#[tokio::test]
async fn a_changed_client_secret_gets_a_new_token_in_the_middle_of_a_step() {
    let (secrets, issued) = (Arc::new(AtomicU32::new(1)), Arc::new(AtomicU32::new(0)));
    let (right, count, newest) = (Arc::clone(&secrets), Arc::clone(&issued), Arc::clone(&issued));
    let token = move |headers: HeaderMap| async move {
        let wanted = STANDARD.encode(format!("samklang:s3cret-{}", right.load(Ordering::SeqCst)));
        if headers["authorization"] != format!("Basic {wanted}") {
            return (StatusCode::UNAUTHORIZED, r#"{"error":"invalid_client"}"#).into_response();
        }
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        format!(r#"{{"access_token":"t{number}","expires_in":3600}}"#).into_response()
    };
    let revoked = Arc::new(AtomicU32::new(0));
    let over = Arc::clone(&revoked);
    let api = move |headers: HeaderMap| async move {
        let live = newest.load(Ordering::SeqCst) > over.load(Ordering::SeqCst);
        let right = headers["authorization"] == format!("Bearer t{}", newest.load(Ordering::SeqCst));
        if live && right {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        }
    };
    let origin = serve(Router::new().route("/token", post(token)).route("/api", any(api))).await;
    let secret = secret_file("s3cret-1");
    let credential = CredentialSettings::Oauth2ClientCredentials {
        token_url: format!("{origin}/token"),
        client_id: "samklang".to_owned(),
        proof: ProofSettings::Secret {
            secret: secret.clone(),
            in_body: false,
        },
        scope: None,
        audience: None,
    };
    let sender = World::new().sender_with(
        &origin,
        Some(credential.resolve().unwrap()),
        EgressLimits::default(),
    );
    let api = format!("{origin}/api");
    assert_eq!(get(&sender, &api).await.unwrap().0, 200);
    // The secret is changed at both ends, and with it every token ends.
    secrets.store(2, Ordering::SeqCst);
    revoked.store(1, Ordering::SeqCst);
    change(&secret, "s3cret-2");
    assert_eq!(get(&sender, &api).await.unwrap().0, 200);
    assert_eq!(issued.load(Ordering::SeqCst), 2);
    // At the server first, here a moment later: the token server turns the old one down, and the new one is read then.
    secrets.store(3, Ordering::SeqCst);
    revoked.store(2, Ordering::SeqCst);
    let error = get(&sender, &api).await.unwrap_err().to_string();
    assert!(error.contains("invalid_client"), "{error}");
    change(&secret, "s3cret-3");
    assert_eq!(get(&sender, &api).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let server = Identity::new("server", KeyKind::P256);
    let (old, new) = (
        Identity::new("client", KeyKind::P256),
        Identity::new("client", KeyKind::Rsa(2)),
    );
    let shown = Router::new()
        .fallback(async |ConnectInfo(peer): ConnectInfo<Peer>| STANDARD.encode(peer.certificate.unwrap()));
    let origin = serve_tls(shown, &server, &[&old, &new]).await;
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let key = kept(&old);
    let credential = CredentialSettings::ClientCertificate { key: key.clone() }
        .resolve()
        .unwrap();
    let seen = async || {
        let sender = world.sender_with(&origin, Some(credential.clone()), EgressLimits::default());
        get(&sender, &origin).await.unwrap().1
    };
    assert_eq!(seen().await, STANDARD.encode(old.certificate_der()));
    let KeySettings::Pem {
        private_key,
        certificate: Some(certificate),
    } = &key
    else {
        panic!()
    };
    change(private_key, &new.key_pem());
    change(certificate, &new.certificate_pem());
    assert_eq!(seen().await, STANDARD.encode(new.certificate_der()));
}
