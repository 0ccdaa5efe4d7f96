//! A target whose users are accounts: one person may have several, each with its own engagements, through whole cycles.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use samklang_core::Value;
use samklang_core::connector::Action;
use serde_json::{Value as Json, json};
use world::World;

const SCHOOL: &str = r#"
[inbound.team]
entity = "unit"
[inbound.team.attributes]
uuid = "{{ id }}"
name = "{{ name }}"
manager = { reference = "person", key = "{{ leader }}" }
[inbound.person]
entity = "person"
[inbound.person.attributes]
uuid = "{{ id }}"
display_name = "{{ name }}"
[inbound.place]
entity = "engagement"
[inbound.place.attributes]
uuid = "{{ id }}"
person = { reference = "person", key = "{{ person }}" }
unit = { reference = "team", key = "{{ team }}" }
[inbound.login]
entity = "account"
match = ["uuid"]
[inbound.login.attributes]
uuid = "{{ id }}"
person = { reference = "person", key = "{{ person }}" }
username = "{{ name }}"
engagement_uuids = "{{ for | split(' ') | list if for else none }}"
"#;

const ROOM: &str = r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
[outbound.team.attributes]
name = "{{ name }}"
leader = { reference = "login", of = "manager", optional = true }
[outbound.login]
entity = "account"
when = "{{ engagements }}"
key = "{{ uuid }}"
[outbound.login.attributes]
name = "{{ person.display_name }} as {{ username }}"
places = { each = "engagements", item = { team = { reference = "team", of = "unit" } } }
"#;

/// Kari leads a team, works in two, and has an account for each; Ola has one for everything.
async fn world() -> World {
    let world = World::made_of(SCHOOL, "", ROOM).await;
    for (key, leader) in [("a", "kari"), ("b", "")] {
        world.put("school", "team", key, &[("name", key), ("leader", leader)]);
    }
    for person in ["kari", "ola"] {
        world.put("school", "person", person, &[("name", person)]);
        for team in ["a", "b"] {
            let key = format!("{person}-{team}");
            world.put("school", "place", &key, &[("person", person), ("team", team)]);
        }
    }
    login(&world, "k1", "kari", "kari-a");
    login(&world, "k2", "kari", "kari-b");
    login(&world, "o1", "ola", "");
    world
}

fn login(world: &World, key: &str, person: &str, places: &str) {
    let attributes = [("person", person), ("name", key), ("for", places)];
    let given = attributes.into_iter().filter(|(_, text)| !text.is_empty());
    world.put("school", "login", key, &given.collect::<Vec<_>>());
}

/// What the room holds of an account.
fn held(world: &World, key: &str) -> Option<(String, Json)> {
    let objects = world.objects("room");
    let login = objects.get(&("login".to_owned(), key.to_owned()))?;
    let places = login.get("places").map_or(Json::Null, Value::to_json);
    Some((login["name"].as_text().unwrap().to_owned(), places))
}

fn leader(world: &World, team: &str) -> Option<String> {
    let objects = world.objects("room");
    let leader = objects[&("team".to_owned(), team.to_owned())]
        .get("leader")
        .cloned();
    leader.and_then(|leader| leader.as_text().map(str::to_owned))
}

fn of(name: &str, teams: &[&str]) -> Option<(String, Json)> {
    let places: Vec<Json> = teams.iter().map(|team| json!({ "team": team })).collect();
    Some((name.to_owned(), places.into()))
}

#[tokio::test]
async fn each_account_is_a_user_with_its_own_engagements() {
    let world = world().await;
    world.run().await;
    assert_eq!(held(&world, "k1"), of("kari as k1", &["a"]));
    assert_eq!(held(&world, "k2"), of("kari as k2", &["b"]));
    assert_eq!(
        held(&world, "o1"),
        of("ola as o1", &["a", "b"]),
        "for none by name is for all"
    );
    let first = leader(&world, "a").unwrap();
    assert!(["k1", "k2"].contains(&first.as_str()), "{first}");
    world.applied();
    world.run().await;
    assert_eq!(world.applied(), []);
}

#[tokio::test]
async fn what_changes_around_an_account_reaches_it() {
    let world = world().await;
    world.run().await;
    world.applied();
    world.put("school", "person", "kari", &[("name", "Kari")]);
    world.run().await;
    assert_eq!(held(&world, "k1"), of("Kari as k1", &["a"]));
    assert_eq!(held(&world, "k2"), of("Kari as k2", &["b"]));
    // An engagement ends, and with it the account that is for nothing else.
    world.take("school", "place", "kari-b");
    world.take("school", "place", "ola-b");
    world.applied();
    world.run().await;
    assert_eq!(held(&world, "k2"), None);
    assert_eq!(held(&world, "o1"), of("ola as o1", &["a"]));
    let done = world.applied();
    assert!(
        done.contains(&(Action::Delete, "login".to_owned(), "k2".to_owned())),
        "{done:?}"
    );
    assert_eq!(
        leader(&world, "a").as_deref(),
        Some("k1"),
        "the leader's account that is left"
    );
    // The account's own list of engagements decides, also when it is changed alone.
    login(&world, "o1", "ola", "ola-gone");
    login(&world, "o2", "ola", "ola-a");
    world.run().await;
    assert_eq!(held(&world, "o1"), None);
    assert_eq!(held(&world, "o2"), of("ola as o2", &["a"]));
    // The leader's last account goes, and comes back.
    world.take("school", "login", "k1");
    world.run().await;
    assert_eq!(leader(&world, "a"), None);
    login(&world, "k1", "kari", "");
    world.run().await;
    assert_eq!(leader(&world, "a").as_deref(), Some("k1"));
    world.applied();
    world.run().await;
    assert_eq!(world.applied(), []);
}
