//! What is seen of many tenants at a glance.

use samklang_server::Role;

use crate::access::visitor::House;

#[tokio::test]
async fn a_configuration_that_cannot_be_used_is_shown_as_failed_with_what_is_wrong() {
    let house = House::new().await;
    let mistake = "samklang.toml:7:1: this is no table";
    let mut visitor = house.came("Karen Holm", "nordvik", Role::Viewer).await;
    let page = visitor.get("/").await.body;
    assert!(!page.contains("look-failed"), "{page}");
    house
        .desk
        .change("nordvik", |truth| truth.broken = Some(mistake.to_owned()));
    let page = visitor.get("/").await.body;
    assert!(page.contains("look-failed") && page.contains(mistake), "{page}");
}
