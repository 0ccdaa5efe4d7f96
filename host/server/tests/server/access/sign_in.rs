//! Signing in at a provider of identities.

use axum::http::StatusCode;
use samklang_server::Role;
use samklang_store::{Promised, Scope};
use serde_json::json;

use super::provider::{Fault, Provider};
use super::visitor::{House, Told, Visitor};

async fn house(provider: &Provider) -> House {
    let house = House::at("https://samklang.example", Some(provider.sign_in())).await;
    let to = Promised::Mail("kari@nordvik.example".to_owned());
    let scope = Scope::tenant("nordvik");
    house
        .access()
        .promise(&to, &scope, Role::Approver, "Anna", house.now())
        .await
        .unwrap();
    house
}

/// Goes to the provider, agrees, and comes back.
async fn through(visitor: &mut Visitor, provider: &Provider) -> Told {
    let told = visitor.get("/sign-in/go?back=/t/nordvik").await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    let back = provider.agree(told.location());
    visitor.get(&back).await
}

#[tokio::test]
async fn somebody_with_a_promised_role_comes_in_and_goes_out() {
    let provider = Provider::start().await;
    let house = house(&provider).await;
    let mut kari = house.visitor();
    assert!(
        kari.get("/sign-in")
            .await
            .body
            .contains("Sign in with Nordvik ID")
    );
    let told = through(&mut kari, &provider).await;
    assert_eq!(
        (told.status, told.location()),
        (StatusCode::SEE_OTHER, "/t/nordvik"),
        "{}",
        told.body
    );
    assert_eq!(kari.cookies.len(), 1, "{:?}", kari.cookies);
    let page = kari.get("/account").await.body;
    assert!(
        page.contains("Kari Nordmann") && page.contains("Approver"),
        "{page}"
    );
    assert!(
        page.contains("kari@nordvik.example"),
        "decisions keep the address"
    );
    kari.post("/sign-out", &[]).await;
    assert!(kari.cookies.is_empty());
    let page = kari.get("/sign-out").await.body;
    assert!(page.contains(&format!("{}/end?", provider.issuer)), "{page}");
}

#[tokio::test]
async fn nobody_comes_in_by_an_identity_that_cannot_be_believed() {
    let provider = Provider::start().await;
    let house = house(&provider).await;
    for fault in [
        Fault::Nonce,
        Fault::Audience,
        Fault::Issuer,
        Fault::Expired,
        Fault::Unsigned,
        Fault::UnknownKey,
        Fault::Forged,
    ] {
        provider.truth.lock().unwrap().fault = fault;
        let mut kari = house.visitor();
        kari.from = ([192, 0, 2, 100], 1).into();
        let told = through(&mut kari, &provider).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{fault:?}: {}", told.body);
        assert!(kari.cookies.is_empty(), "{fault:?}: {:?}", kari.cookies);
    }
    provider.truth.lock().unwrap().fault = Fault::Nothing;
    assert_eq!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn the_way_back_is_the_same_browsers_and_taken_once() {
    let provider = Provider::start().await;
    let house = house(&provider).await;
    let mut kari = house.visitor();
    let told = kari.get("/sign-in/go").await;
    let back = provider.agree(told.location());
    let told = house.visitor().get(&back).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST, "another browser");
    let told = kari.get(&back.replace("state=", "state=x")).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST, "another state");
    let told = kari.get("/sign-in/go").await;
    let back = provider.agree(told.location());
    assert_eq!(kari.get(&back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(kari.get(&back).await.status, StatusCode::BAD_REQUEST, "once");
    let told = kari.get("/sign-in/go").await;
    let state = provider.agree(told.location());
    let (_, state) = state.split_once("&state=").unwrap();
    let told = kari
        .get(&format!("/sign-in/callback?error=access_denied&state={state}"))
        .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_counts_only_when_it_is_verified() {
    let provider = Provider::start().await;
    let house = house(&provider).await;
    for verified in [json!(false), json!(null)] {
        provider.truth.lock().unwrap().claims["email_verified"] = verified;
        let told = through(&mut house.visitor(), &provider).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        assert!(told.body.contains("have no role here"), "{}", told.body);
    }
    assert!(
        house
            .access()
            .holders(&Scope::tenant("nordvik"))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_the_identity_lacks_is_asked_for() {
    let provider = Provider::start().await;
    {
        let mut truth = provider.truth.lock().unwrap();
        truth.claims = json!({ "sub": "kari-1" });
        truth.userinfo = Some(json!({
            "sub": "kari-1", "name": "Kari Nordmann", "email": "kari@nordvik.example", "email_verified": true
        }));
    }
    let house = house(&provider).await;
    let mut kari = house.visitor();
    let told = through(&mut kari, &provider).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    assert!(kari.get("/account").await.body.contains("Kari Nordmann"));
    // An answer about somebody else is not taken for this one.
    provider.truth.lock().unwrap().userinfo.as_mut().unwrap()["sub"] = json!("ola-1");
    assert_ne!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn keys_are_fetched_anew_when_the_provider_changes_them() {
    let provider = Provider::start().await;
    let house = house(&provider).await;
    assert_eq!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(provider.truth.lock().unwrap().fetched, 1, "it is asked once");
    provider.rotate();
    assert_eq!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(provider.truth.lock().unwrap().fetched, 2);
    provider.rotate();
    assert_eq!(
        through(&mut house.visitor(), &provider).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        provider.truth.lock().unwrap().fetched,
        2,
        "nobody makes the server ask again and again"
    );
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said() {
    let provider = Provider::start().await;
    let mut gone = provider.sign_in();
    gone.issuer = "http://127.0.0.1:1".parse().unwrap();
    let house = House::at("https://samklang.example", Some(gone)).await;
    let told = house.visitor().get("/sign-in/go").await;
    assert_eq!(told.status, StatusCode::BAD_GATEWAY);
    assert!(told.body.contains("does not answer"), "{}", told.body);
    let mut plain = provider.sign_in();
    plain.issuer = "http://id.example".parse().unwrap();
    let house = House::at("https://samklang.example", Some(plain)).await;
    assert_eq!(
        house.visitor().get("/sign-in/go").await.status,
        StatusCode::BAD_GATEWAY
    );
}
