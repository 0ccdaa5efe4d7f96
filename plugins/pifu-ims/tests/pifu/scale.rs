//! Many members in one group and many groups: paging, counts, and references that are told apart.

use samklang_sdk::testing::check_description;

use crate::support::*;

#[test]
fn the_description_holds_together() {
    check_description::<samklang_pifu_ims::PifuIms>();
    let mappings: toml::Table = include_str!("../../mappings.toml").parse().unwrap();
    let inbound = mappings["inbound"].as_table().unwrap();
    let description = <samklang_pifu_ims::PifuIms as samklang_sdk::Connector>::describe();
    for class in inbound.keys() {
        assert!(
            description.classes.iter().any(|known| known.name == *class),
            "a mapping for the class {class}"
        );
    }
    let sensitive: Vec<&str> = description.classes[0]
        .attributes
        .iter()
        .filter(|attribute| attribute.sensitive)
        .map(|attribute| attribute.name.as_str())
        .collect();
    assert!(sensitive.contains(&"national_id") && sensitive.contains(&"national_id_encrypted"));
}

#[test]
fn thousands_of_members() {
    let persons: String = (0..3000)
        .map(|number| person(&format!("p{number}"), "Ola"))
        .collect();
    let classes: String = (0..100).map(|number| class(&format!("g{number}"), "s")).collect();
    let everybody: String = (0..3000)
        .map(|number| member(&format!("p{number}"), "01"))
        .collect();
    let by_class: String = (0..100)
        .map(|group| {
            let members: String = (0..30)
                .map(|number| member(&format!("p{}", group * 30 + number), "01"))
                .collect();
            membership(&format!("g{group}"), &members)
        })
        .collect();
    let content = persons + &school("s") + &classes + &membership("s", &everybody) + &by_class;
    let read = Inbox::with(full(&content)).read().unwrap();
    let counts: Vec<u64> = CLASSES
        .iter()
        .map(|class| {
            read.completion
                .objects
                .iter()
                .find(|(name, _)| name == class)
                .unwrap()
                .1
        })
        .collect();
    assert_eq!(counts, [3000, 1, 100, 3000, 3000, 0]);
    let mut keys = texts(read.column("membership", "id"));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3000);
}
