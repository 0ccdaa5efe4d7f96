//! A network of library zones: one centre and three members, kept in concord by policies alone. Each test is a row of what the network has to
//! do; the members and the centre are systems in memory that treat what they are handed as the real ones do.

#![allow(clippy::unwrap_used, reason = "test support: a panic is the report")]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::{Action, Attribute, Class, Description, Kind, Writable};
use samklang_core::mapping::{MappingSource, Mappings, Vocabulary};
use samklang_core::matching::{CaseKind, CaseState, Choice, Side};
use samklang_core::plan::{Create, Policies, Policy, Removal, Update};
use samklang_core::port::{Request, StepSpec};
use samklang_core::reconcile::Ownership;
use samklang_core::{Attributes, Value};
use samklang_cycle::{Connection, Ended, Found, LinkJob, Links, Quiet, Report, Role, Tenant, Worker};
use samklang_store::{Answered, TenantStore};
use serde_json::{Value as Json, json};
use uuid::Uuid;
use world::World;

const SEGMENTS: [&str; 5] = ["emails", "phones", "notes", "blocks", "identifiers"];
/// What a member gives its own users, and the centre its own.
const OWN: [&str; 3] = ["roles", "proxies", "statistics"];
const MEMBERS: [&str; 3] = ["a", "b", "c"];

fn description() -> Description {
    let attribute = |name: &str, kind: Kind| Attribute {
        name: name.to_owned(),
        kind,
        multi_valued: false,
        required: name == "id",
        sensitive: false,
        writable: if name == "id" {
            Writable::OnCreate
        } else {
            Writable::Always
        },
        refers_to: None,
        summary: String::new(),
    };
    let texts = ["id", "name", "group", "expiry", "account_type"];
    let class = Class {
        name: "users".to_owned(),
        summary: String::new(),
        key: "id".to_owned(),
        attributes: texts
            .into_iter()
            .map(|name| attribute(name, Kind::Text))
            .chain(
                SEGMENTS
                    .into_iter()
                    .chain(OWN)
                    .map(|name| attribute(name, Kind::Structure)),
            )
            .collect(),
        readable: true,
        gettable: true,
        replaces: false,
        actions: vec![Action::Create, Action::Update, Action::Delete],
    };
    Description {
        classes: vec![class],
        ..world::description()
    }
}

const INBOUND: &str = r#"
[inbound.users]
entity = "person"
match = ["username"]
[inbound.users.attributes]
username = "{{ id }}"
display_name = "{{ name }}"
user_group = "{{ group }}"
expiry = "{{ expiry }}"
emails = "{{ emails }}"
phones = "{{ phones }}"
notes = "{{ notes }}"
blocks = "{{ blocks }}"
identifiers = "{{ identifiers }}"
"#;

/// Of a member, only who is registered as external speaks of a person, and only until the centre does.
const OF_MEMBERS: &str = r#"
[inbound.users]
when = "{{ account_type == 'EXTERNAL' }}"
contributes = "initially"
"#;

const OUTBOUND: &str = r#"
[outbound.users]
entity = "person"
key = "{{ username }}"
[outbound.users.attributes]
name = "{{ display_name }}"
group = "{{ user_group }}"
expiry = "{{ expiry }}"
account_type = "EXTERNAL"
emails = "{{ emails }}"
phones = "{{ phones }}"
notes = "{{ notes }}"
blocks = "{{ blocks }}"
identifiers = "{{ identifiers }}"
"#;

const SHARED: &str = r#"
[outbound.users.overwrite]
emails = { segment = "segment_type", ours = "External", same = ["value"], single = "preferred" }
phones = { segment = "segment_type", ours = "External", same = ["value"], single = "preferred" }
notes = { segment = "segment_type", ours = "External" }
blocks = { segment = "segment_type", ours = "External" }
identifiers = { segment = "segment_type", ours = "External", same = ["id_type", "value"] }
"#;

/// The centre takes a new user once, and only with what a later load will know it by.
const OF_CENTRE: &str = r#"
[outbound.users]
match = ["id", "identifiers.value"]
require = ["identifiers"]
"#;

/// A member's own user is found before a copy of the centre's is made.
const OF_MEMBER: &str = r#"
[outbound.users]
match = ["id"]
"#;

fn connection(name: &str, vocabulary: &mut Vocabulary) -> Connection {
    let parse = |text: &str| toml::from_str::<MappingSource>(text).unwrap();
    let centre = name == "nz";
    let source = parse(INBOUND)
        .overridden_by(&parse(if centre { "" } else { OF_MEMBERS }))
        .overridden_by(&parse(OUTBOUND))
        .overridden_by(&parse(if centre { OF_CENTRE } else { SHARED }))
        .overridden_by(&parse(if centre { "" } else { OF_MEMBER }));
    let inbound = Mappings::compile_inbound(&source, &description(), vocabulary).unwrap();
    let outbound = Mappings::compile_outbound(&source, &description(), vocabulary).unwrap();
    let policy = if centre {
        Policy {
            create: Create::Always,
            update: Update::Never,
            delete: Removal::Keep,
            gone: None,
        }
    } else {
        Policy {
            create: Create::OnRequest,
            update: Update::Linked,
            delete: Removal::Detach,
            gone: None,
        }
    };
    Connection {
        role: Role::Both,
        mappings: Mappings { inbound, outbound },
        policy: Policies {
            all: policy,
            classes: BTreeMap::new(),
        },
        ..Connection::default()
    }
}

struct Network(World);

fn step(kind: &str, connection: Option<&str>) -> StepSpec {
    StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    }
}

impl Network {
    async fn new() -> Self {
        let zones = || ["nz"].into_iter().chain(MEMBERS);
        let mut vocabulary = Vocabulary::default();
        // The centre's mapping names everything that the members' know.
        let connections = zones()
            .map(|name| (name.to_owned(), connection(name, &mut vocabulary)))
            .collect();
        let steps = zones()
            .map(|name| step("import", Some(name)))
            .chain([step("compare", None), step("reconcile", None)])
            .chain(zones().map(|name| step("export", Some(name))))
            .collect();
        let world = World::of(Tenant {
            name: "network".to_owned(),
            namespace: Tenant::namespace("network"),
            steps,
            connections,
            sources: zones().map(str::to_owned).collect(),
            ownership: Ownership::default(),
            retention: Default::default(),
            vocabulary: Arc::new(vocabulary),
            calendar: samklang_cycle::Calendar::default(),
        })
        .await;
        for name in zones() {
            world.systems.with(name, |system| {
                system.description = Some(description());
                system.keeps_the_rest = true;
                system.page = 100;
            });
        }
        let network = Self(world);
        // The centre is never empty, so that one user who leaves is one and not all.
        for number in 0..4 {
            network.edit("nz", &format!("other{number}"), |user| {
                set(user, "name", "Somebody")
            });
        }
        network
    }

    /// Changes a user in a zone as somebody there does; makes it where it is not there.
    fn edit(&self, zone: &str, id: &str, change: impl FnOnce(&mut Attributes)) {
        self.0.systems.with(zone, |system| {
            change(
                system
                    .objects
                    .entry(("users".to_owned(), id.to_owned()))
                    .or_default(),
            );
        });
    }

    fn user(&self, zone: &str, id: &str) -> Option<Attributes> {
        self.0
            .objects(zone)
            .get(&("users".to_owned(), id.to_owned()))
            .cloned()
    }

    fn text(&self, zone: &str, id: &str, attribute: &str) -> String {
        let user = self
            .user(zone, id)
            .unwrap_or_else(|| panic!("{zone} has no {id}"));
        user.get(attribute)
            .and_then(Value::as_text)
            .unwrap_or_default()
            .to_owned()
    }

    fn list(&self, zone: &str, id: &str, attribute: &str) -> Vec<Json> {
        let user = self
            .user(zone, id)
            .unwrap_or_else(|| panic!("{zone} has no {id}"));
        match user.get(attribute).map(Value::to_json) {
            Some(Json::Array(records)) => records,
            _ => Vec::new(),
        }
    }

    async fn run(&self) -> Report {
        let report = self.0.run().await;
        assert_eq!(report.ended, Ended::Done, "{report:#?}");
        report
    }

    /// What was done in the zones since last asked: zone, action and user, in the order of zones.
    fn done(&self) -> Vec<(&'static str, Action, String)> {
        ["nz", "a", "b", "c"]
            .into_iter()
            .flat_map(|zone| {
                let applied = self
                    .0
                    .systems
                    .with(zone, |system| std::mem::take(&mut system.applied));
                applied
                    .into_iter()
                    .map(move |(action, _, key)| (zone, action, key))
            })
            .collect()
    }

    async fn entity(&self, id: &str) -> Uuid {
        let found = self.0.store().await.find_entities(id, 10).await.unwrap();
        found
            .into_iter()
            .find(|entity| entity.values.get("username").and_then(Value::as_text) == Some(id))
            .unwrap_or_else(|| panic!("nobody is called {id}"))
            .id
    }

    /// Asks for a user in zones, and runs.
    async fn fetch(&self, id: &str, zones: &[&str], why: &str) {
        let request = Request {
            entity: self.entity(id).await,
            who: "desk".to_owned(),
            reason: why.to_owned(),
            at: 1,
        };
        let zones: Vec<String> = zones.iter().map(|&zone| zone.to_owned()).collect();
        self.0.store().await.ask(&request, &zones).await.unwrap();
        self.run().await;
    }

    fn worker<'a>(&'a self, store: &'a TenantStore) -> Worker<'a, TenantStore, world::Systems, world::Still> {
        Worker {
            store,
            connectors: &self.0.systems,
            clock: &self.0.clock,
            tenant: &self.0.tenant,
            progress: &Quiet,
        }
    }

    async fn link_job(&self, target: &str, tried: bool) -> Links {
        let store = self.0.store().await;
        let (report, links) = self
            .worker(&store)
            .run_link_job(&job(target, tried))
            .await
            .unwrap();
        assert_eq!(report.ended, Ended::Done, "{report:#?}");
        links
    }

    /// A user of the centre with copies in these members.
    async fn with_user(id: &str, members: &[&str]) -> Self {
        let network = Self::new().await;
        network.edit("nz", id, |user| {
            set(user, "name", "Linnea Moe");
            set(user, "group", "PUPIL");
            list(
                user,
                "emails",
                json!([{ "value": "linnea@fjordby.example", "segment_type": "External", "preferred": true }]),
            );
            list(
                user,
                "phones",
                json!([{ "value": "11111111", "segment_type": "External" }]),
            );
            list(
                user,
                "identifiers",
                json!([{ "id_type": "BARCODE", "value": "F1", "segment_type": "External" }]),
            );
            list(user, "roles", json!([{ "role_type": "200" }]));
        });
        network.run().await;
        network.fetch(id, members, "a loan").await;
        network.run().await;
        network.done();
        network
    }
}

fn job(target: &str, tried: bool) -> LinkJob {
    LinkJob {
        target: target.to_owned(),
        class: None,
        tried,
        who: "anna".to_owned(),
        reason: "after the migration".to_owned(),
    }
}

fn set(user: &mut Attributes, attribute: &str, text: &str) {
    user.insert(attribute.to_owned(), Value::Text(text.to_owned()));
}

fn list(user: &mut Attributes, attribute: &str, records: Json) {
    user.insert(attribute.to_owned(), Value::Structure(records).canonical());
}

fn updates(zones: &[&'static str], id: &str) -> Vec<(&'static str, Action, String)> {
    zones
        .iter()
        .map(|&zone| (zone, Action::Update, id.to_owned()))
        .collect()
}

fn values(records: &[Json]) -> Vec<&str> {
    let mut values: Vec<&str> = records
        .iter()
        .filter_map(|record| record["value"].as_str())
        .collect();
    values.sort_unstable();
    values
}

#[tokio::test]
async fn nz_01_without_distribution_an_update_changes_the_centre_only() {
    let mut network = Network::with_user("lin", &["a", "b"]).await;
    network
        .0
        .tenant
        .steps
        .retain(|step| step.kind != "export" || step.connection.as_deref() == Some("nz"));
    network.edit("nz", "lin", |user| set(user, "name", "Linnea Aune"));
    network.run().await;
    assert_eq!(network.done(), []);
    assert_eq!(network.text("a", "lin", "name"), "Linnea Moe");
}

#[tokio::test]
async fn nz_02_each_trigger_makes_one_linked_record_and_a_second_none() {
    let triggers = ["a loan", "a request", "a login", "a copy by staff"];
    for why in triggers {
        let network = Network::with_user("lin", &[]).await;
        assert_eq!(network.user("b", "lin"), None, "nobody asked");
        network.fetch("lin", &["b"], why).await;
        assert_eq!(network.done(), [("b", Action::Create, "lin".to_owned())], "{why}");
        network.fetch("lin", &["b"], why).await;
        network.run().await;
        assert_eq!(network.done(), [], "{why}, again");
        let asked = network
            .0
            .store()
            .await
            .journal(network.entity("lin").await, 20)
            .await
            .unwrap();
        let asked = asked.iter().find(|entry| entry.event == "requested").unwrap();
        assert_eq!(asked.detail["why"], why);
        assert_eq!(asked.detail["targets"], json!(["b"]));
    }
}

#[tokio::test]
async fn nz_03_whatever_changes_the_centre_distributes_the_same() {
    // A job, the interface, a load of the school's system, and a person at the form: each is a change of the centre's user.
    for writer in ["job", "interface", "load", "form"] {
        let network = Network::with_user("lin", &["a", "b"]).await;
        network.edit("nz", "lin", |user| set(user, "name", writer));
        network.run().await;
        assert_eq!(network.done(), updates(&["a", "b"], "lin"), "{writer}");
        assert_eq!(network.text("b", "lin", "name"), writer);
    }
}

#[tokio::test]
async fn nz_04_an_update_reaches_only_linked_members() {
    let network = Network::with_user("lin", &["a", "b"]).await;
    network.edit("nz", "lin", |user| set(user, "group", "TEACHER"));
    network.run().await;
    assert_eq!(network.done(), updates(&["a", "b"], "lin"));
    assert_eq!(network.user("c", "lin"), None);
}

#[tokio::test]
async fn nz_05_everything_of_the_user_is_distributed_blocks_included() {
    let network = Network::with_user("lin", &["a"]).await;
    network.edit("nz", "lin", |user| {
        set(user, "name", "Linnea Aune");
        set(user, "expiry", "2027-08-15");
        set(user, "group", "TEACHER");
        list(
            user,
            "emails",
            json!([{ "value": "new@fjordby.example", "segment_type": "External" }]),
        );
        list(
            user,
            "notes",
            json!([{ "value": "met", "segment_type": "External" }]),
        );
        list(
            user,
            "blocks",
            json!([{ "value": "LOST", "segment_type": "External" }]),
        );
    });
    network.run().await;
    assert_eq!(network.text("a", "lin", "name"), "Linnea Aune");
    assert_eq!(network.text("a", "lin", "expiry"), "2027-08-15");
    assert_eq!(network.text("a", "lin", "group"), "TEACHER");
    for (attribute, value) in [
        ("emails", "new@fjordby.example"),
        ("notes", "met"),
        ("blocks", "LOST"),
    ] {
        assert_eq!(
            values(&network.list("a", "lin", attribute)),
            [value],
            "{attribute}"
        );
    }
}

#[tokio::test]
async fn nz_06_roles_proxies_and_statistics_are_each_zones_own() {
    let network = Network::with_user("lin", &["a"]).await;
    network.edit("a", "lin", |user| {
        for own in OWN {
            list(user, own, json!([{ "value": "of a" }]));
        }
    });
    network.edit("nz", "lin", |user| {
        set(user, "name", "Linnea Aune");
        for own in OWN {
            list(user, own, json!([{ "value": "of the centre" }]));
        }
    });
    network.run().await;
    assert_eq!(network.text("a", "lin", "name"), "Linnea Aune");
    for own in OWN {
        assert_eq!(values(&network.list("a", "lin", own)), ["of a"], "{own}");
        assert_eq!(
            values(&network.list("nz", "lin", own)),
            ["of the centre"],
            "{own}"
        );
    }
}

#[tokio::test]
async fn nz_07_what_a_member_adds_internally_survives_every_update() {
    let own = json!({ "value": "99999999", "segment_type": "Internal" });
    for added_first in [true, false] {
        let network = Network::with_user("lin", &["a"]).await;
        let add = || {
            network.edit("a", "lin", |user| {
                let mut phones = match user.get("phones").map(Value::to_json) {
                    Some(Json::Array(phones)) => phones,
                    _ => Vec::new(),
                };
                phones.push(own.clone());
                list(user, "phones", Json::Array(phones));
            });
        };
        if added_first {
            add();
            network.run().await;
        }
        for (round, phone) in ["22222222", "33333333", "44444444"].into_iter().enumerate() {
            network.edit("nz", "lin", |user| {
                list(
                    user,
                    "phones",
                    json!([{ "value": phone, "segment_type": "External" }]),
                );
            });
            if round == 1 && !added_first {
                // Added after the last cycle saw the member, and before the next update.
                add();
            }
            network.run().await;
        }
        assert_eq!(
            values(&network.list("a", "lin", "phones")),
            ["44444444", "99999999"]
        );
        assert!(
            network.list("a", "lin", "phones").contains(&own),
            "as it was added"
        );
    }
}

#[tokio::test]
async fn nz_08_what_is_internal_at_the_centre_is_external_in_a_member() {
    let network = Network::with_user("lin", &["a"]).await;
    network.edit("nz", "lin", |user| {
        list(
            user,
            "emails",
            json!([{ "value": "staff@fjordby.example", "segment_type": "Internal" }]),
        );
    });
    network.run().await;
    let emails = network.list("a", "lin", "emails");
    assert_eq!(
        emails,
        [json!({ "value": "staff@fjordby.example", "segment_type": "External" })]
    );
}

#[tokio::test]
async fn nz_09_an_update_replaces_what_came_from_the_centre_removals_included() {
    let network = Network::with_user("lin", &["a"]).await;
    network.edit("a", "lin", |user| {
        list(
            user,
            "emails",
            json!([{ "value": "edited@fjordby.example", "segment_type": "External" }]),
        );
    });
    network.edit("nz", "lin", |user| drop(user.remove("phones")));
    network.run().await;
    assert!(
        network.list("a", "lin", "phones").is_empty(),
        "what went at the centre goes"
    );
    assert_eq!(
        values(&network.list("a", "lin", "emails")),
        ["linnea@fjordby.example"],
        "a local edit of the centre's is lost"
    );
}

#[tokio::test]
async fn nz_10_an_edit_in_a_member_flows_nowhere() {
    let network = Network::with_user("lin", &["a", "b"]).await;
    let (centre, other) = (network.user("nz", "lin"), network.user("b", "lin"));
    network.edit("a", "lin", |user| {
        set(user, "name", "My own name");
        list(
            user,
            "phones",
            json!([{ "value": "77777777", "segment_type": "Internal" }]),
        );
    });
    network.run().await;
    network.run().await;
    assert_eq!(network.done(), []);
    assert_eq!(
        (network.user("nz", "lin"), network.user("b", "lin")),
        (centre, other)
    );
}

#[tokio::test]
async fn nz_11_members_are_equal_and_none_owns_the_others() {
    let network = Network::with_user("lin", &["a", "b"]).await;
    for number in 0..3 {
        network.edit("a", &format!("local{number}"), |user| {
            set(user, "account_type", "INTERNAL")
        });
    }
    network.run().await;
    network.0.take("a", "users", "lin");
    network.run().await;
    network.edit("nz", "lin", |user| set(user, "name", "Linnea Aune"));
    network.run().await;
    assert_eq!(network.user("a", "lin"), None, "nobody asked for it again");
    assert_eq!(network.text("b", "lin", "name"), "Linnea Aune");
}

#[tokio::test]
async fn nz_12_who_is_deleted_at_the_centre_stays_in_members_and_cannot_be_fetched_any_more() {
    let network = Network::with_user("lin", &["a", "b"]).await;
    let copies = (network.user("a", "lin"), network.user("b", "lin"));
    network.0.take("nz", "users", "lin");
    network.run().await;
    assert_eq!(network.done(), []);
    network.fetch("lin", &["c"], "a loan").await;
    assert_eq!(network.user("c", "lin"), None);
    assert_eq!((network.user("a", "lin"), network.user("b", "lin")), copies);
    assert_eq!(network.user("nz", "lin"), None, "and no member brings it back");
}

/// Somebody is registered in a member.
fn register(network: &Network, member: &str, id: &str, account: &str, barcode: Option<&str>) {
    network.edit(member, id, |user| {
        set(user, "name", "Tor Aune");
        set(user, "account_type", account);
        if let Some(barcode) = barcode {
            list(
                user,
                "identifiers",
                json!([{ "id_type": "BARCODE", "value": barcode, "segment_type": "External" }]),
            );
        }
    });
}

#[tokio::test]
async fn nz_13_a_link_job_makes_only_links_and_a_second_one_none() {
    let network = Network::with_user("lin", &[]).await;
    network.edit("nz", "Carlos", |user| set(user, "name", "Carlos"));
    network.run().await;
    // Loaded into the member by itself, as in a migration.
    for (id, name) in [("lin", "Linnea"), ("carlos", "Carlos of a"), ("guest", "A guest")] {
        network.edit("a", id, |user| {
            set(user, "name", name);
            set(user, "account_type", "INTERNAL");
        });
    }
    let before = network.0.objects("a");
    let look = |links: &Links, found| {
        let told = links.told.iter().filter(|looked| looked.found == found);
        told.flat_map(|looked| looked.keys.clone()).collect::<Vec<_>>()
    };
    for (tried, linked) in [(true, 1), (true, 1), (false, 1), (false, 0), (true, 0)] {
        let links = network.link_job("a", tried).await;
        assert_eq!(links.of(Found::Linked), linked, "tried: {tried}");
        assert_eq!(look(&links, Found::Linked).len() as u64, linked);
        assert_eq!(
            look(&links, Found::NearMiss),
            ["carlos"],
            "it is listed and not merged"
        );
        let unclaimed = look(&links, Found::Unclaimed);
        assert_eq!(unclaimed, ["carlos", "guest"]);
        assert_eq!(links.of(Found::Unmatched), 4, "the other users of the centre");
        assert_eq!(network.done(), [], "nothing is written");
        assert_eq!(network.0.objects("a"), before);
        let cases = network.0.store().await.open_cases().await.unwrap();
        assert_eq!(
            cases,
            u64::from(!tried || linked == 0),
            "what is tried asks nobody"
        );
    }
    let store = network.0.store().await;
    let lin = network.entity("lin").await;
    let adopted = store.journal(lin, 20).await.unwrap();
    let adopted: Vec<_> = adopted.iter().filter(|entry| entry.event == "adopted").collect();
    assert_eq!(adopted.len(), 1);
    assert_eq!(adopted[0].detail["object"], "a/users/lin");
    drop(store);
    // What is linked gets future updates, and only that.
    network.edit("nz", "lin", |user| set(user, "group", "TEACHER"));
    network.edit("nz", "Carlos", |user| set(user, "group", "TEACHER"));
    network.run().await;
    assert_eq!(network.done(), updates(&["a"], "lin"));
    assert_eq!(network.text("a", "lin", "group"), "TEACHER");
}

#[tokio::test]
async fn a_link_job_that_is_cut_off_is_taken_up_and_one_that_cannot_be_is_refused() {
    let network = Network::with_user("lin", &[]).await;
    network.edit("a", "lin", |user| set(user, "account_type", "INTERNAL"));
    network.0.systems.with("a", |system| system.misdeeds.down = true);
    let store = network.0.store().await;
    let worker = network.worker(&store);
    let (report, links) = worker.run_link_job(&job("a", false)).await.unwrap();
    assert!(matches!(report.ended, Ended::Failed(_)), "{report:?}");
    assert_eq!(links, Links::default());
    network.0.systems.with("a", |system| system.misdeeds.down = false);
    let refused = worker.run_link_job(&job("nowhere", false)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "there is no connection `nowhere`; there are: a, b, c, nz"
    );
    let mut of_class = job("a", false);
    of_class.class = Some("groups".to_owned());
    let refused = worker.run_link_job(&of_class).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`a` has no mapped class `groups`; there are: users"
    );
    drop(store);
    assert_eq!(network.link_job("a", false).await.of(Found::Linked), 1);
}

#[tokio::test]
async fn nz_15_a_user_that_a_member_has_under_another_case_is_asked_about_before_a_second_is_made() {
    for (choice, made) in [(Choice::Link, false), (Choice::Create, true)] {
        let mut network = Network::with_user("Carlos", &[]).await;
        network.0.tenant.steps.push(step("feedback", Some("a")));
        network.edit("a", "carlos", |user| {
            set(user, "name", "Carlos of a");
            set(user, "account_type", "INTERNAL");
        });
        network.run().await;
        network.fetch("Carlos", &["a", "b"], "a loan").await;
        assert_eq!(
            network.done(),
            [("b", Action::Create, "Carlos".to_owned())],
            "the other member goes on"
        );
        let cases = network
            .0
            .store()
            .await
            .cases(&[CaseState::Open], 9)
            .await
            .unwrap();
        assert_eq!(cases.len(), 1, "{cases:?}");
        let case = &cases[0];
        assert_eq!((case.kind, case.side), (CaseKind::NearMiss, Side::Target));
        assert_eq!(case.object.connection, "a");
        assert_eq!(case.candidates[0].key.as_deref(), Some("carlos"));
        network.run().await;
        assert_eq!(network.done(), []);
        let decided = Answered {
            choice,
            entity: case.entity,
            who: "anna",
            reason: "I know him",
            at: 7,
        };
        let about = ObjectRef {
            key: if made {
                case.object.key.clone()
            } else {
                "carlos".to_owned()
            },
            ..case.object.clone()
        };
        let store = network.0.store().await;
        assert!(store.decide_case(case, &about, &decided, None).await.unwrap());
        drop(store);
        network.run().await;
        let expected = if made {
            ("a", Action::Create, "Carlos".to_owned())
        } else {
            ("a", Action::Update, "carlos".to_owned())
        };
        assert_eq!(network.done(), [expected], "{choice:?}");
        network.edit("nz", "Carlos", |user| set(user, "group", "TEACHER"));
        network.run().await;
        network.run().await;
        assert_eq!(network.done().len(), 2, "{choice:?}: both follow from then on");
    }
}

#[tokio::test]
async fn nz_16_who_is_registered_in_a_member_is_pushed_up_once_and_follows_from_then_on() {
    let network = Network::new().await;
    network.run().await;
    register(&network, "a", "tor", "EXTERNAL", Some("F77"));
    network.run().await;
    assert_eq!(network.done(), [("nz", Action::Create, "tor".to_owned())]);
    network.edit("a", "tor", |user| set(user, "name", "Tor Moe"));
    network.run().await;
    network.run().await;
    assert_eq!(
        network.text("nz", "tor", "name"),
        "Tor Aune",
        "the first values stay"
    );
    network.edit("nz", "tor", |user| set(user, "name", "Tor Sørli"));
    network.run().await;
    assert_eq!(
        network.text("a", "tor", "name"),
        "Tor Sørli",
        "what the centre says comes down"
    );
    network.done();
    network.run().await;
    assert_eq!(network.done(), []);
}

#[tokio::test]
async fn nz_17_only_who_carries_what_the_load_matches_by_is_pushed() {
    let network = Network::new().await;
    network.run().await;
    register(&network, "a", "tor", "EXTERNAL", None);
    network.run().await;
    assert_eq!(network.user("nz", "tor"), None);
    let findings = network.0.store().await.findings(10).await.unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        (findings[0].code.as_str(), findings[0].object.connection.as_str()),
        ("unmatchable", "nz")
    );
    assert!(
        findings[0]
            .message
            .contains("it lacks identifiers, by which objects of class `users` are found again"),
        "{}",
        findings[0].message
    );
    assert!(
        findings[0]
            .remedy
            .starts_with("give the entity that value in a source"),
        "{}",
        findings[0].remedy
    );
    register(&network, "a", "tor", "EXTERNAL", Some("F77"));
    network.run().await;
    // The school's system is loaded at the centre: it finds the user by the identifier and makes no twin.
    let updated = network.0.systems.with("nz", |system| {
        let known = system.objects.iter_mut().find(|(_, user)| {
            user.get("identifiers")
                .is_some_and(|identifiers| identifiers.to_json().to_string().contains("F77"))
        });
        known.map(|(_, user)| set(user, "group", "TEACHER")).is_some()
    });
    assert!(updated);
    network.run().await;
    assert_eq!(network.text("a", "tor", "group"), "TEACHER");
    assert!(network.0.store().await.findings(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn nz_18_who_is_registered_internally_is_not_pushed() {
    let network = Network::new().await;
    network.run().await;
    register(&network, "a", "tor", "INTERNAL", Some("F77"));
    network.run().await;
    assert_eq!(network.user("nz", "tor"), None);
    assert_eq!(network.done(), []);
}

#[tokio::test]
async fn nz_19_to_distribute_makes_and_links_where_missing() {
    let network = Network::with_user("lin", &["a"]).await;
    network.edit("nz", "lin", |user| set(user, "name", "Linnea Aune"));
    network.run().await;
    network.done();
    network.edit("nz", "lin", |user| set(user, "name", "Linnea Sørli"));
    network
        .fetch("lin", &MEMBERS, "the network's administrator")
        .await;
    assert_eq!(
        network.done(),
        [
            ("a", Action::Update, "lin".to_owned()),
            ("b", Action::Create, "lin".to_owned()),
            ("c", Action::Create, "lin".to_owned()),
        ]
    );
    network.edit("nz", "lin", |user| set(user, "group", "TEACHER"));
    network.run().await;
    assert_eq!(network.done(), updates(&MEMBERS, "lin"), "and all are linked");
}

#[tokio::test]
async fn nz_20_to_distribute_leaves_roles_out() {
    let network = Network::with_user("lin", &[]).await;
    network
        .fetch("lin", &MEMBERS, "the network's administrator")
        .await;
    for member in MEMBERS {
        assert!(network.list(member, "lin", "roles").is_empty(), "{member}");
    }
    assert_eq!(network.list("nz", "lin", "roles").len(), 1);
}

#[tokio::test]
async fn nz_21_one_member_that_fails_stops_no_other_and_catches_up() {
    let network = Network::with_user("lin", &MEMBERS).await;
    let misdeeds =
        |change: fn(&mut world::Misdeeds)| network.0.systems.with("b", |system| change(&mut system.misdeeds));
    // Down, refusing, and with its quota used up.
    for fault in ["down", "refuses", "quota"] {
        network.edit("nz", "lin", |user| set(user, "name", fault));
        match fault {
            "down" => misdeeds(|misdeeds| misdeeds.down = true),
            "refuses" => misdeeds(|misdeeds| misdeeds.refuses.extend(["lin".to_owned()])),
            _ => misdeeds(|misdeeds| {
                misdeeds.puts_off = 1;
                misdeeds.off_for = std::time::Duration::from_secs(3600);
            }),
        }
        let report = network.0.run().await;
        assert_eq!(
            matches!(report.ended, Ended::Failed(_)),
            fault == "down",
            "{fault}: {report:?}"
        );
        assert_eq!(network.done(), updates(&["a", "c"], "lin"), "{fault}");
        let listed = network.0.store().await.quarantined(9).await.unwrap();
        if fault == "down" {
            let failed = report.steps.iter().find(|step| step.message.is_some()).unwrap();
            assert_eq!(failed.spec.connection.as_deref(), Some("b"));
        } else {
            assert_eq!(listed.len(), 1, "{fault}");
            assert_eq!(listed[0].finding.object.connection, "b");
        }
        misdeeds(|misdeeds| *misdeeds = world::Misdeeds::default());
        network.0.pass(world::DAY);
        network.run().await;
        assert_eq!(network.done(), updates(&["b"], "lin"), "{fault}: it catches up");
        assert_eq!(network.text("b", "lin", "name"), fault);
        assert!(network.0.store().await.quarantined(9).await.unwrap().is_empty());
        network.run().await;
        assert_eq!(network.done(), [], "{fault}: and once is enough");
    }
}
