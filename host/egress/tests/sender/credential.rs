//! Credentials as a server sees them, and tokens as they are fetched, kept and renewed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{any, post};
use http::{HeaderMap, StatusCode, header};
use samklang_egress::{
    Credential, CredentialError, EgressLimits, Grant, Proof, Secret, SendError, TokenClient, TokenError,
};

use crate::{World, get, serve};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[tokio::test]
async fn fixed_credentials_are_put_in_by_the_host() {
    let origin = serve(Router::new().fallback(async |headers: HeaderMap| {
        let header = |name: &str| {
            headers
                .get(name)
                .map_or("-", |value| value.to_str().unwrap())
                .to_owned()
        };
        // Backwards, since what is repeated as it is would be struck out.
        let both = format!("{} {}", header("authorization"), header("x-api-key"));
        both.chars().rev().collect::<String>()
    }))
    .await;
    let world = World::new();
    for (credential, seen) in [
        (Credential::bearer(secret("abc")).unwrap(), "Bearer abc -"),
        (Credential::basic("user", secret("pass")), "Basic dXNlcjpwYXNz -"),
        (Credential::header("X-Api-Key", secret("k")).unwrap(), "- k"),
    ] {
        let sender = world.sender_with(&origin, Some(credential.clone()), EgressLimits::default());
        let answer = get(&sender, &origin).await.unwrap().1;
        assert_eq!(answer.chars().rev().collect::<String>(), seen);
        assert!(
            sender
                .closed_headers()
                .contains(&credential.header_name().unwrap())
        );
    }
}

/// A token server and an API in one. Tokens are numbered; the API takes only the newest one from `valid_from` on.
async fn authority(expires_in: &'static str, valid_from: u32) -> (String, Arc<AtomicU32>) {
    let issued = Arc::new(AtomicU32::new(0));
    let (giver, taker) = (Arc::clone(&issued), Arc::clone(&issued));
    let token = move |headers: HeaderMap, body: String| async move {
        if headers[header::AUTHORIZATION] != "Basic Y2xpZW50JTNBMTpzJTJGM2NyZXQ=" {
            let denial = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
            return (StatusCode::UNAUTHORIZED, denial).into_response();
        }
        assert_eq!(body, "grant_type=client_credentials&scope=read+write");
        let number = giver.fetch_add(1, Ordering::SeqCst) + 1;
        format!(r#"{{"access_token":"t{number}","token_type":"bearer","expires_in":{expires_in}}}"#)
            .into_response()
    };
    let api = move |headers: HeaderMap| async move {
        let newest = taker.load(Ordering::SeqCst);
        let given = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        if given == format!("Bearer t{newest}") && newest >= valid_from {
            given.into_response()
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    };
    (
        serve(Router::new().route("/token", post(token)).route("/api", any(api))).await,
        issued,
    )
}

fn client(origin: &str, client_secret: &str) -> Credential {
    let proof = Proof::Secret {
        secret: secret(client_secret),
        in_body: false,
    };
    let grant = Grant::ClientCredentials {
        scope: Some("read write".to_owned()),
        audience: None,
    };
    Credential::token(TokenClient::new(&format!("{origin}/token"), "client:1", proof, grant).unwrap())
}

#[tokio::test]
async fn a_token_is_fetched_once_and_shared_by_all_steps_of_a_connection() {
    let (origin, issued) = authority("3600", 1).await;
    let credential = client(&origin, "s/3cret");
    for _ in 0..3 {
        let sender = World::new().sender_with(&origin, Some(credential.clone()), EgressLimits::default());
        assert_eq!(
            get(&sender, &format!("{origin}/api")).await.unwrap(),
            (200, "Bearer t1".to_owned())
        );
    }
    assert_eq!(issued.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_that_runs_out_is_fetched_anew() {
    // Some servers write the number as text.
    let (origin, issued) = authority("\"0\"", 1).await;
    let sender = World::new().sender_with(&origin, Some(client(&origin, "s/3cret")), EgressLimits::default());
    for count in 1..=2 {
        assert_eq!(
            get(&sender, &format!("{origin}/api")).await.unwrap().1,
            format!("Bearer t{count}")
        );
    }
    assert_eq!(issued.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_that_is_turned_down_is_renewed_once() {
    let (origin, issued) = authority("3600", 2).await;
    let sender = World::new().sender_with(&origin, Some(client(&origin, "s/3cret")), EgressLimits::default());
    assert_eq!(
        get(&sender, &format!("{origin}/api")).await.unwrap(),
        (200, "Bearer t2".to_owned())
    );
    assert_eq!(issued.load(Ordering::SeqCst), 2);

    let (origin, issued) = authority("3600", 99).await;
    let sender = World::new().sender_with(&origin, Some(client(&origin, "s/3cret")), EgressLimits::default());
    assert_eq!(
        get(&sender, &format!("{origin}/api")).await.unwrap().0,
        401,
        "once, not for ever"
    );
    assert_eq!(issued.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_client_that_is_turned_down_is_the_operators_to_mend() {
    let (origin, _) = authority("3600", 1).await;
    let sender = World::new().sender_with(&origin, Some(client(&origin, "wr0ng")), EgressLimits::default());
    let error = get(&sender, &format!("{origin}/api")).await.unwrap_err();
    assert!(
        matches!(
            &error,
            SendError::Credential(CredentialError::Token(TokenError::Refused { status: 401, .. }))
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains(": invalid_client: unknown client: renew"),
        "{error}"
    );
    assert!(!error.to_string().contains("wr0ng"), "{error}");
    assert_eq!(sender.record().take_troubles().len(), 1);
}
