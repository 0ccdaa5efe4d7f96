//! Tokens for programs.

use axum::http::StatusCode;
use samklang_server::Role;
use samklang_store::{Scope, TokenWish};

use super::visitor::{House, Visitor, now};

/// Makes a token on the page, and answers its secret.
async fn made(visitor: &mut Visitor, tenant: &str, role: &str) -> String {
    let told = visitor
        .post(
            "/account/tokens",
            &[
                ("name", "delivery"),
                ("tenant", tenant),
                ("role", role),
                ("days", "30"),
            ],
        )
        .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let (_, rest) = told.body.split_once("id=\"secret\"").unwrap();
    let (_, rest) = rest.split_once("value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_shown_once_and_holds_where_it_says() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "*", Role::Approver).await;
    let secret = made(&mut anna, "nordvik", "operator").await;
    assert!(secret.starts_with("samklang_"));
    let page = anna.get("/account").await.body;
    assert!(
        !page.contains(&secret) && page.contains(&secret[..17]),
        "only its beginning is shown again"
    );
    let told = anna
        .with_token("GET", "/api/v1/tenants/nordvik", &secret, None)
        .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let told = anna
        .with_token("GET", "/api/v1/tenants/solborg", &secret, None)
        .await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    for wrong in ["", "samklang_0", &secret[..70]] {
        let told = anna
            .with_token("GET", "/api/v1/tenants/nordvik", wrong, None)
            .await;
        assert_eq!(told.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(told.header("www-authenticate").starts_with("Bearer"));
    }
}

#[tokio::test]
async fn a_token_allows_no_more_than_its_maker() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Operator).await;
    let refused = [
        ("nordvik", "approver", "30", StatusCode::FORBIDDEN),
        ("*", "viewer", "30", StatusCode::FORBIDDEN),
        ("solborg", "viewer", "30", StatusCode::NOT_FOUND),
        ("nordvik", "viewer", "0", StatusCode::UNPROCESSABLE_ENTITY),
        ("nordvik", "viewer", "366", StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (tenant, role, days, status) in refused {
        let fields = [("name", "x"), ("tenant", tenant), ("role", role), ("days", days)];
        assert_eq!(
            anna.post("/account/tokens", &fields).await.status,
            status,
            "{tenant} {role} {days}"
        );
    }
    let secret = made(&mut anna, "nordvik", "operator").await;
    let body = r#"{"name":"x","tenant":"nordvik","role":"viewer","days":30}"#;
    let told = anna
        .with_token("POST", "/api/v1/tokens", &secret, Some(body))
        .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN, "a token makes none");

    let (access, scope) = (house.access(), Scope::tenant("nordvik"));
    let person = access.holders(&scope).await.unwrap()[0].0.id;
    access
        .give(person, &scope, Role::Viewer, "Bo", now())
        .await
        .unwrap();
    let told = anna
        .with_token(
            "POST",
            "/api/v1/tenants/nordvik/connections/check",
            &secret,
            Some("{}"),
        )
        .await;
    assert_eq!(
        told.status,
        StatusCode::FORBIDDEN,
        "the maker is a viewer now: {}",
        told.body
    );
    access.take(person, &scope, "Bo", now()).await.unwrap();
    let told = anna
        .with_token("GET", "/api/v1/tenants/nordvik", &secret, None)
        .await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_that_is_revoked_or_too_old_does_not_count() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Operator).await;
    let secret = made(&mut anna, "nordvik", "viewer").await;
    let access = house.access();
    let person = access.holders(&Scope::tenant("nordvik")).await.unwrap()[0].0.id;
    let id = access.tokens_of(person).await.unwrap()[0].id;
    let mut bo = house.came("Bo", "nordvik", Role::Viewer).await;
    let told = bo.post(&format!("/account/tokens/{id}/revoke"), &[]).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND, "it is not his");
    let told = anna
        .with_token("GET", "/api/v1/tenants/nordvik", &secret, None)
        .await;
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(
        anna.post(&format!("/account/tokens/{id}/revoke"), &[])
            .await
            .location(),
        "/account"
    );
    let told = anna
        .with_token("GET", "/api/v1/tenants/nordvik", &secret, None)
        .await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);

    let old = TokenWish {
        name: "old".to_owned(),
        scope: Scope::tenant("nordvik"),
        role: Role::Viewer,
        expires: now() - 1,
    };
    let (_, old) = access.make_token(person, &old, now() - 10).await.unwrap();
    let told = anna
        .with_token("GET", "/api/v1/tenants/nordvik", old.tell(), None)
        .await;
    assert_eq!(told.status, StatusCode::UNAUTHORIZED);
    assert!(
        house
            .desk
            .calls()
            .iter()
            .any(|call| call.deed == "note" && call.who.as_deref() == Some("Anna")),
        "the tenant's journal has it, with the person"
    );
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended_by_a_program() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Operator).await;
    let mut ola = house.came("Ola", "nordvik", Role::Administrator).await;
    let secret = made(&mut anna, "nordvik", "viewer").await;
    let others = made(&mut ola, "nordvik", "administrator").await;
    let told = anna.with_token("GET", "/api/v1/sessions", &secret, None).await;
    let sessions: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(sessions.as_array().unwrap().len(), 1, "{sessions}");
    assert_eq!(sessions[0]["this"], false, "a token has none");
    let path = format!("/api/v1/sessions/{}", sessions[0]["id"]);
    let told = ola.with_token("DELETE", &path, &others, None).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND, "it is somebody else's");
    let told = anna.with_token("DELETE", &path, &secret, None).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.body);
    let told = anna.with_token("DELETE", &path, &secret, None).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_ne!(anna.get("/account").await.status, StatusCode::OK);
}
