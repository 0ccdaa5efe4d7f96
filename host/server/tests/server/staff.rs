//! Who may do what, by the API.

use axum::http::{Method, StatusCode};
use samklang_server::Role;
use samklang_store::Scope;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Who somebody is, of those with a role in a tenant.
async fn person(stage: &Stage, administrator: &str, tenant: &str, who: &str) -> Value {
    let staff = stage
        .get(administrator, &format!("/api/v1/access?tenant={tenant}"))
        .await
        .json();
    let holder = staff["holders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|holder| holder["who"] == who)
        .cloned();
    holder.unwrap_or_else(|| panic!("{who} in {staff}"))["person"].clone()
}

async fn who(stage: &Stage, token: &str) -> String {
    stage.get(token, "/api/v1/caller").await.json()["who"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_token_makes_none_and_revokes_itself() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let wish = json!({"name": "another", "tenant": "nordvik", "role": "viewer", "days": 5});
    assert_eq!(
        stage.post(&anna, "/api/v1/tokens", &wish).await.problem(),
        "forbidden"
    );
    let own = stage.get(&anna, "/api/v1/tokens").await.json();
    assert_eq!(
        (own[0]["name"].clone(), own[0]["counts"].clone()),
        (json!("test"), json!(true))
    );
    assert!(own[0].get("secret").is_none());
    let path = format!("/api/v1/tokens/{}", own[0]["id"]);
    let told = stage.send(Method::DELETE, &anna, &path, &Value::Null).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.text());
    assert_eq!(stage.get(&anna, "/api/v1/caller").await.problem(), "signed-out");
}

#[tokio::test]
async fn an_administrator_gives_roles_and_others_do_not() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let ola = stage.person_in("nordvik", Role::Viewer).await;
    let at = "/api/v1/access?tenant=nordvik";
    assert_eq!(stage.get(&ola, at).await.problem(), "forbidden");
    let person = person(&stage, &anna, "nordvik", &who(&stage, &ola).await).await;
    let wish = json!({"tenant": "nordvik", "person": person, "role": "approver"});
    assert_eq!(
        stage.post(&ola, "/api/v1/access/roles", &wish).await.problem(),
        "forbidden"
    );
    let bente = stage
        .browser("Bente", Scope::tenant("nordvik"), Role::Administrator)
        .await;
    let told = stage.post_in(&bente, "/api/v1/access/roles", &wish).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.text());
    let staff = stage.get(&anna, at).await.json();
    let holders = staff["holders"].as_array().unwrap();
    let role = holders
        .iter()
        .find(|holder| holder["person"] == person)
        .map(|holder| holder["role"].clone());
    assert_eq!(role, Some(json!("approver")));
    assert_eq!(staff["tokens"].as_array().unwrap().len(), 2);
    let changes = stage
        .get(&anna, "/api/v1/access/changes?tenant=nordvik&limit=1")
        .await
        .json();
    assert_eq!(
        (changes[0]["event"].clone(), changes.as_array().unwrap().len()),
        (json!("role-given"), 1)
    );
}

#[tokio::test]
async fn another_tenant_s_staff_is_nobody_s_business() {
    let stage = Stage::new().await;
    let stranger = stage.person_in("solborg", Role::Administrator).await;
    let anna = stage.person_in("nordvik", Role::Administrator).await;
    let person = person(&stage, &anna, "nordvik", &who(&stage, &anna).await).await;
    let role = json!({"tenant": "nordvik", "person": person, "role": "viewer"});
    let link = json!({"tenant": "nordvik", "role": "administrator"});
    let promise = json!({"tenant": "nordvik", "to": "x@example.org", "role": "viewer"});
    stage.desk.forget_calls();
    for (method, path, body) in [
        (Method::GET, "/api/v1/access?tenant=nordvik", &Value::Null),
        (Method::GET, "/api/v1/access/changes?tenant=nordvik", &Value::Null),
        (Method::POST, "/api/v1/access/roles", &role),
        (Method::POST, "/api/v1/access/links", &link),
        (Method::POST, "/api/v1/access/promises", &promise),
        (
            Method::DELETE,
            "/api/v1/access/promises/1?tenant=nordvik",
            &Value::Null,
        ),
        (
            Method::DELETE,
            "/api/v1/access/tokens/1?tenant=nordvik",
            &Value::Null,
        ),
    ] {
        let told = stage.send(method.clone(), &stranger, path, body).await;
        assert_eq!(
            (told.status.as_u16(), told.problem().as_str()),
            (404, "absent"),
            "{method} {path}"
        );
    }
    for path in ["/api/v1/access?tenant=*", "/api/v1/access/changes?tenant=*"] {
        assert_eq!(stage.get(&stranger, path).await.problem(), "forbidden");
    }
    let shut = format!("/api/v1/access/persons/{}", person.as_str().unwrap());
    let told = stage.post(&stranger, &shut, &json!({"shut_out": true})).await;
    assert_eq!(told.problem(), "forbidden");
    assert_eq!(stage.desk.calls(), []);
}

#[tokio::test]
async fn staff_of_all_tenants_make_links_and_shut_out() {
    let stage = Stage::new().await;
    let staff = stage.person("Staff", Scope::All, Role::Administrator).await;
    let pia = stage.browser("Pia", Scope::All, Role::Administrator).await;
    let link = json!({"tenant": "nordvik", "role": "operator"});
    let made = stage.post_in(&pia, "/api/v1/access/links", &link).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert!(
        made.json()["address"]
            .as_str()
            .unwrap()
            .contains("/sign-in/link/")
    );
    let ola = stage.person_in("nordvik", Role::Viewer).await;
    let person = person(&stage, &staff, "nordvik", &who(&stage, &ola).await).await;
    let shut = format!("/api/v1/access/persons/{}", person.as_str().unwrap());
    let told = stage.post(&staff, &shut, &json!({"shut_out": true})).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.text());
    assert_eq!(stage.get(&ola, "/api/v1/caller").await.problem(), "signed-out");
}

/// A token has an end, and so has whatever it does about who may come in: it takes, and gives nobody a way in that would be left when it is
/// over. Each of these would make whoever finds an administrator's token an administrator for good.
#[tokio::test]
async fn a_token_gives_nothing_that_outlives_it() {
    let stage = Stage::new().await;
    let leaked = stage.person("Staff", Scope::All, Role::Administrator).await;
    let ola = stage.person_in("nordvik", Role::Viewer).await;
    let person = person(&stage, &leaked, "nordvik", &who(&stage, &ola).await).await;
    let at = format!("/api/v1/access/persons/{}", person.as_str().unwrap());
    for tenant in ["nordvik", "*"] {
        for (path, body) in [
            ("links", json!({"tenant": tenant, "role": "viewer"})),
            (
                "promises",
                json!({"tenant": tenant, "to": "eve@example.org", "role": "viewer"}),
            ),
            (
                "roles",
                json!({"tenant": tenant, "person": person, "role": "administrator"}),
            ),
        ] {
            let told = stage
                .post(&leaked, &format!("/api/v1/access/{path}"), &body)
                .await;
            assert_eq!(told.problem(), "forbidden", "{path} {tenant}");
            assert!(told.text().contains("a token lets nobody in"), "{}", told.text());
        }
    }
    let shut = |out: bool| json!({ "shut_out": out });
    assert_eq!(
        stage.post(&leaked, &at, &shut(true)).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        stage.post(&leaked, &at, &shut(false)).await.problem(),
        "forbidden"
    );
    let none = json!({"tenant": "nordvik", "person": person, "role": null});
    let taken = stage.post(&leaked, "/api/v1/access/roles", &none).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{}", taken.text());
    let changes = stage.get(&leaked, "/api/v1/access/changes?tenant=*").await.json();
    let given = changes.as_array().unwrap().iter();
    let given = given.filter(|change| {
        change["who"] == "Staff"
            && ["role-given", "role-promised", "link-made"]
                .iter()
                .any(|event| change["event"] == *event)
    });
    assert_eq!(given.count(), 0, "{changes}");
}
