//! Who gives roles, and where.

use axum::http::StatusCode;
use samklang_server::{Role, first_link};
use samklang_store::Scope;

use super::visitor::House;

#[tokio::test]
async fn the_first_administrator_comes_by_a_link_that_is_told_once() {
    let house = House::new().await;
    let address = "https://samklang.example".parse().unwrap();
    let access = house.access();
    let link = first_link(&access, &address, house.now()).await.unwrap().unwrap();
    let path = link.strip_prefix("https://samklang.example").unwrap();
    assert_eq!(
        first_link(&access, &address, house.now()).await.unwrap(),
        None,
        "there is one already"
    );
    let later = house.now() + 25 * 3_600_000;
    assert!(
        first_link(&access, &address, later).await.unwrap().is_some(),
        "it is too old then"
    );
    let mut anna = house.visitor();
    anna.post(path, &[("name", "Anna")]).await;
    let page = anna.get("/access").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Anna") && page.body.contains("Came by a link"),
        "{}",
        page.body
    );
    assert_eq!(first_link(&access, &address, later).await.unwrap(), None);
}

#[tokio::test]
async fn an_administrator_gives_roles_there_and_nowhere_else() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Administrator).await;
    let mut bo = house.came("Bo", "nordvik", Role::Viewer).await;
    let mut eve = house.came("Eve", "solborg", Role::Viewer).await;
    let access = house.access();
    let of = |tenant: &'static str, name: &'static str| {
        let access = access.clone();
        async move {
            let holders = access.holders(&Scope::parse(tenant)).await.unwrap();
            holders
                .into_iter()
                .find(|(person, _)| person.name == name)
                .unwrap()
        }
    };
    let (bo_is, eve_is) = (of("nordvik", "Bo").await.0.id, of("solborg", "Eve").await.0.id);
    let give = |tenant: &str, person: uuid::Uuid, role: &str| {
        [
            ("tenant", tenant.to_owned()),
            ("person", person.to_string()),
            ("role", role.to_owned()),
        ]
    };
    async fn sent(visitor: &mut super::visitor::Visitor, fields: [(&str, String); 3]) -> StatusCode {
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        visitor.post("/access/role", &fields).await.status
    }
    assert_eq!(
        sent(&mut anna, give("nordvik", bo_is, "approver")).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(of("nordvik", "Bo").await.1.role, Role::Approver);
    assert_eq!(of("nordvik", "Bo").await.1.who, "Anna");
    assert_eq!(
        sent(&mut bo, give("nordvik", bo_is, "administrator")).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        sent(&mut anna, give("solborg", eve_is, "viewer")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sent(&mut anna, give("nordvik", eve_is, "viewer")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        sent(&mut anna, give("*", bo_is, "viewer")).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        sent(&mut eve, give("nordvik", eve_is, "administrator")).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        anna.get("/access?tenant=solborg").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(anna.get("/access?tenant=*").await.status, StatusCode::FORBIDDEN);
    assert_eq!(bo.get("/access").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        sent(&mut anna, give("nordvik", bo_is, "none")).await,
        StatusCode::SEE_OTHER
    );
    assert_ne!(bo.get("/t/nordvik").await.status, StatusCode::OK, "at once");

    // Those who work for all tenants give roles in each.
    let mut provider = house.came("Pia", "*", Role::Administrator).await;
    assert_eq!(
        sent(&mut provider, give("solborg", eve_is, "operator")).await,
        StatusCode::SEE_OTHER
    );
    assert_eq!(of("solborg", "Eve").await.1.role, Role::Operator);
    let told = provider
        .post(
            &format!("/access/persons/{eve_is}/shut-out"),
            &[("tenant", "*"), ("out", "true")],
        )
        .await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    assert_ne!(eve.get("/account").await.status, StatusCode::OK);
    let told = anna
        .post(
            &format!("/access/persons/{bo_is}/shut-out"),
            &[("tenant", "*"), ("out", "true")],
        )
        .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);

    let page = provider.get("/access").await.body;
    assert!(page.contains("Role given") && page.contains("Shut out"), "{page}");
    let notes: Vec<_> = house
        .desk
        .calls()
        .into_iter()
        .filter(|call| call.deed == "note")
        .collect();
    assert!(
        notes
            .iter()
            .any(|call| call.tenant.as_deref() == Some("solborg") && call.who.as_deref() == Some("Pia"))
    );
}

#[tokio::test]
async fn times_are_told_where_people_are() {
    let house = House::new().await;
    // It is twenty past five in Oslo.
    let mut anna = house.came("Anna", "nordvik", Role::Administrator).await;
    let mut bo = house.came("Bo", "*", Role::Administrator).await;
    for page in ["/account", "/access"] {
        let page = anna.get(page).await.body;
        assert!(page.contains("15 Jun 2026, 05:20"), "{page}");
        assert!(page.contains("time zone Europe/Oslo."), "{page}");
    }
    let page = bo.get("/access?tenant=nordvik").await.body;
    assert!(
        page.contains("15 Jun 2026, 05:20") && page.contains("Europe/Oslo"),
        "{page}"
    );
    // The tenants' zones are two, and so none is everybody's.
    for page in ["/account", "/access?tenant=*"] {
        let page = bo.get(page).await.body;
        assert!(page.contains("15 Jun 2026, 03:20"), "{page}");
        assert!(page.contains("time zone UTC."), "{page}");
    }
    let page = anna.get("/").await.body;
    assert!(
        page.contains("15 Jun 2026, 02:20"),
        "three hours ago in Oslo: {page}"
    );
}

#[tokio::test]
async fn links_are_made_for_a_role_and_shown_once() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Administrator).await;
    let told = anna
        .post("/access/link", &[("tenant", "nordvik"), ("role", "operator")])
        .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let (_, rest) = told
        .body
        .split_once("https://samklang.example/sign-in/link/")
        .unwrap();
    let secret = rest.split('"').next().unwrap();
    assert!(!anna.get("/access").await.body.contains(secret));
    let mut bo = house.visitor();
    bo.post(&format!("/sign-in/link/{secret}"), &[("name", "Bo")])
        .await;
    let page = bo.get("/account").await.body;
    assert!(
        page.contains("Operator") && page.contains("Nordvik Kommune"),
        "{page}"
    );
    let told = anna
        .post("/access/link", &[("tenant", "*"), ("role", "viewer")])
        .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}
