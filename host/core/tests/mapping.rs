//! Mappings: what comes out, and what is said of a mistake.

#![allow(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod system;

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::Value;
use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::mapping::{Graph, MappingError, MappingSource, Mappings, TargetKeys, Vocabulary};
use serde_json::json;
use system::{description, texts};
use uuid::Uuid;

/// Compiles mappings, both halves.
fn compile(toml: &str) -> Result<(Mappings, Vocabulary), Vec<MappingError>> {
    let source: MappingSource = toml::from_str(toml).unwrap();
    let mut vocabulary = Vocabulary::default();
    let inbound = Mappings::compile_inbound(&source, &description(), &mut vocabulary)?;
    let outbound = Mappings::compile_outbound(&source, &description(), &vocabulary)?;
    Ok((Mappings { inbound, outbound }, vocabulary))
}

const INBOUND: &str = r#"
[inbound.person]
entity = "person"
when = "{{ name != 'nobody' }}"
match = ["national_id"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{% if mail %}{{ mail | lower }}{% endif %}"
greeting = "Hello {{ name }}"
national_id = "{{ number }}"

[inbound.place]
entity = "membership"
[inbound.place.attributes]
person = { reference = "person", key = "{{ person }}" }
group = { reference = "team", key = "{{ team }}" }
"#;

#[test]
fn an_object_says_what_its_templates_give() {
    let (mappings, _) = compile(INBOUND).unwrap();
    let person = &mappings.inbound["person"];
    let said = person
        .contribution(texts(&[
            ("id", "1"),
            ("name", "Åse"),
            ("mail", "ASE@Example.org"),
        ]))
        .unwrap()
        .unwrap();
    assert_eq!(
        said.values,
        texts(&[
            ("display_name", "Åse"),
            ("email", "ase@example.org"),
            ("greeting", "Hello Åse")
        ])
    );
    assert!(
        person
            .contribution(texts(&[("id", "1"), ("name", "nobody")]))
            .unwrap()
            .is_none()
    );
    assert!(
        person.sensitive.contains("national_id"),
        "a sensitive source attribute makes a sensitive one"
    );
    let place = mappings.inbound["place"]
        .contribution(texts(&[("id", "1"), ("person", "7")]))
        .unwrap()
        .unwrap();
    assert_eq!(
        place.references,
        BTreeMap::from([("person".to_owned(), ("person".to_owned(), "7".to_owned()))])
    );
}

#[test]
fn an_expression_keeps_its_type_and_absent_is_never_a_word() {
    let (mappings, _) = compile(
        "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\nlist = \"{{ [name, 'x'] }}\"\nmaybe = \"{{ mail }}\"\ntext = \"({{ mail }})\"\n",
    )
    .unwrap();
    let said = mappings.inbound["person"]
        .contribution(texts(&[("name", "b")]))
        .unwrap()
        .unwrap();
    assert_eq!(
        said.values["list"],
        Value::Texts(vec!["b".to_owned(), "x".to_owned()])
    );
    assert_eq!(said.values["text"], Value::Text("()".to_owned()));
    assert!(!said.values.contains_key("maybe"));
}

#[test]
fn the_members_of_a_structure_can_be_asked_for() {
    let (mappings, _) = compile(
        "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\nfirst = \"{{ (places | selectattr('kind', 'equalto', 'home') | first).city }}\"\n",
    )
    .unwrap();
    let places = json!([{ "kind": "work", "city": "Bergen" }, { "kind": "home", "city": "Voss" }]);
    let attributes = BTreeMap::from([("places".to_owned(), Value::Structure(places))]);
    let said = mappings.inbound["person"]
        .contribution(attributes)
        .unwrap()
        .unwrap();
    assert_eq!(said.values["first"], Value::Text("Voss".to_owned()));
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let mistakes = compile(
        r#"
[inbound.person]
entity = "person"
match = ["email"]
[inbound.person.attributes]
display_name = "{{ nmae }}"
broken = "{{ name"
[inbound.pupil]
entity = "person"
"#,
    )
    .unwrap_err();
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(
        said.iter().any(|text| text.starts_with(
            "inbound.person.attributes.display_name: there is no attribute of class `person` `nmae`"
        )),
        "{said:#?}"
    );
    assert!(
        said.iter().any(
            |text| text.starts_with("inbound.person.attributes.broken: template `{{ name`: syntax error")
        ),
        "{said:#?}"
    );
    assert!(
        said.iter()
            .any(|text| text.starts_with("inbound.person.match: there is no mapped attribute `email`")),
        "{said:#?}"
    );
    assert!(
        said.iter().any(|text| text.starts_with(
            "inbound.pupil: there is no class to read `pupil` (there is: login, person, place, team)"
        )),
        "{said:#?}"
    );
}

#[test]
fn a_template_that_fails_names_field_and_cause() {
    let (mappings, _) = compile(
        "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\nage = \"{{ name | int }}\"\n",
    )
    .unwrap();
    let error = mappings.inbound["person"]
        .contribution(texts(&[("name", "Åse")]))
        .unwrap_err();
    assert_eq!(error.field, "inbound.person.attributes.age");
    assert!(error.cause.contains("invalid"), "{error}");
}

const OUTBOUND: &str = r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
[outbound.team.attributes]
name = "{{ name }}"
parent = { reference = "team", of = "parent", optional = true }

[outbound.person]
entity = "person"
when = "{{ engagements }}"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
places = { each = "engagements", when = "{{ job_function }}", item = { title = "{{ job_function }}", team = { reference = "team", of = "unit" } } }
"#;

struct ByUuid(Arc<Graph>);

impl TargetKeys for ByUuid {
    fn key(&self, _: &str, entity: Uuid) -> Option<String> {
        self.0
            .entity(entity)?
            .values
            .get("uuid")?
            .as_text()
            .map(str::to_owned)
    }
}

fn entity(id: u128, kind: EntityKind, values: &[(&str, &str)], references: &[(&str, u128)]) -> Entity {
    Entity {
        id: Uuid::from_u128(id),
        kind,
        state: EntityState::Active,
        values: texts(values),
        references: references
            .iter()
            .map(|(name, to)| ((*name).to_owned(), Uuid::from_u128(*to)))
            .collect(),
        provenance: BTreeMap::new(),
    }
}

#[test]
fn a_person_carries_its_engagements_and_stays_out_without_any() {
    let (mappings, vocabulary) = compile(OUTBOUND).unwrap();
    let mut graph = Graph::new(Arc::new(vocabulary), jiff::civil::date(2026, 8, 17));
    graph.insert(entity(
        1,
        EntityKind::Unit,
        &[("uuid", "u1"), ("name", "School")],
        &[],
    ));
    graph.insert(entity(
        2,
        EntityKind::Person,
        &[("uuid", "p2"), ("display_name", "Åse")],
        &[],
    ));
    graph.insert(entity(
        3,
        EntityKind::Person,
        &[("uuid", "p3"), ("display_name", "Ole")],
        &[],
    ));
    graph.insert(entity(
        4,
        EntityKind::Engagement,
        &[("job_function", "Teacher")],
        &[("person", 2), ("unit", 1)],
    ));
    graph.insert(entity(
        5,
        EntityKind::Engagement,
        &[],
        &[("person", 2), ("unit", 1)],
    ));
    let graph = Arc::new(graph);
    let keys = ByUuid(Arc::clone(&graph));
    let person = &mappings.outbound["person"];
    let desired = person
        .desired(&graph, Uuid::from_u128(2), &keys)
        .unwrap()
        .unwrap();
    assert_eq!(desired.key, "p2");
    assert_eq!(
        desired.attributes["places"],
        Value::Structure(json!([{ "title": "Teacher", "team": "u1" }]))
    );
    assert_eq!(person.desired(&graph, Uuid::from_u128(3), &keys).unwrap(), None);
    let unit = mappings.outbound["team"]
        .desired(&graph, Uuid::from_u128(1), &keys)
        .unwrap()
        .unwrap();
    assert_eq!(unit.attributes["parent"], Value::Absent);
}

#[test]
fn outbound_mistakes_are_named_too() {
    let mistakes = compile(
        r#"
[outbound.person]
entity = "person"
key = "{{ engagements }}"
[outbound.person.attributes]
nmae = "{{ display_name }}"
mail = "{{ emial }}"
places = { each = "pupils", item = { a = "{{ id }}" } }
"#,
    )
    .unwrap_err();
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    for start in [
        "outbound.person.key: a key cannot hang on the relation `engagements`",
        "outbound.person.attributes.nmae: there is no attribute of class `person` `nmae`",
        "outbound.person.attributes.mail: there is no attribute of a person `emial`",
        "outbound.person.attributes.places: there is no relation of a person `pupils` (there is: accounts, engagements, memberships)",
    ] {
        assert!(
            said.iter().any(|text| text.starts_with(start)),
            "{start}: {said:#?}"
        );
    }
}

#[test]
fn rules_compare_only_what_the_mapping_gives_by_itself() {
    let class = |key: &str, rules: &str, mail: &str| {
        format!(
            r#"
[outbound.person]
entity = "person"
key = "{key}"
match = {rules}
[outbound.person.attributes]
name = "{{{{ display_name }}}}"
mail = {mail}
number = "{{{{ national_id }}}}"
"#
        )
    };
    let plain = r#""{{ email }}""#;
    let unique = r#"{ unique = ["{{ display_name }}{{ n }}"] }"#;
    for rules in [
        r#"["number"]"#,
        r#"["id", { by = ["name", "number"], one = "case" }]"#,
        r#"["name.part"]"#,
    ] {
        let (mappings, _) = compile(&class("{{ username }}", rules, plain)).unwrap();
        let person = &mappings.outbound["person"];
        assert_eq!(person.finder().rules.len(), person.matching.len());
        assert!(!person.matches_by("mail"));
    }
    for (rules, mail, cause) in [
        (r#"["phone"]"#, plain, "there is no mapped attribute `phone`"),
        (r#"["mail"]"#, unique, "`mail` cannot be compared"),
    ] {
        let mistakes = compile(&class("{{ username }}", rules, mail)).unwrap_err();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert_eq!(mistakes[0].place, "outbound.person.match");
        assert!(mistakes[0].cause.contains(cause), "{mistakes:?}");
    }
    let of_unique_key = class("{{ allotted('mail') }}", r#"["id"]"#, unique);
    let mistakes = compile(&of_unique_key).unwrap_err();
    assert!(
        mistakes[0].cause.contains("the key `id` is a unique name"),
        "{mistakes:?}"
    );
}

#[test]
fn overrides_replace_field_by_field() {
    let defaults: MappingSource = toml::from_str(INBOUND).unwrap();
    let overrides = toml::from_str(
        "[inbound.person.attributes]\ngreeting = \"Hej {{ name }}\"\n[inbound.place]\nenabled = false\n",
    )
    .unwrap();
    let merged = defaults.overridden_by(&overrides);

    assert_eq!(merged.inbound["person"].attributes.len(), 4);
    assert_eq!(merged.inbound["person"].entity, Some(EntityKind::Person));
    assert_eq!(merged.inbound["place"].enabled, Some(false));
}

#[test]
fn what_is_made_of_a_sensitive_value_is_concealed_by_whichever_way_it_comes() {
    let (mappings, _) = compile(
        r#"
[inbound.person]
entity = "person"
[inbound.person.attributes]
national_id = "{{ number }}"
payroll_number = "{{ number }}"
display_name = "{{ name }}"
[inbound.place]
entity = "membership"
[inbound.place.attributes]
person = { reference = "person", key = "{{ person }}" }

[outbound.person]
entity = "person"
key = "{{ id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ payroll_number }}"
places = { each = "memberships", item = { of = "{{ person.national_id }}" } }

[outbound.place]
entity = "membership"
key = "{{ id }}"
[outbound.place.attributes]
person = "{{ person.national_id }}"
team = "{{ person.display_name }}"
[outbound.place.deactivated]
team = "{{ person.national_id }}"

[outbound.team]
entity = "group"
key = "{{ id }}"
[outbound.team.attributes]
name = "{{ memberships | map(attribute='person.national_id') | join(' ') }}"
parent = "{{ short_name }}"
"#,
    )
    .unwrap();
    let concealed = |class: &str| {
        let outbound = &mappings.outbound[class];
        let mut names: Vec<&str> = outbound.concealed().collect();
        names.retain(|name| outbound.sets(name));
        names.join(" ")
    };
    assert_eq!(concealed("person"), "mail places");
    assert_eq!(
        concealed("place"),
        "person team",
        "also where only deactivation says it"
    );
    assert_eq!(concealed("team"), "name");
}

#[test]
fn a_path_over_a_relation_brings_what_it_leads_to() {
    let (mappings, _) = compile(
        r#"
[outbound.login]
entity = "account"
key = "{{ id }}"
[outbound.login.attributes]
name = "{{ person.memberships | length }}"
"#,
    )
    .unwrap();
    assert!(mappings.outbound["login"].gathers.contains(&EntityKind::Person));
}

#[test]
fn an_object_that_cannot_be_looked_at_cannot_keep_what_a_whole_update_takes() {
    let mut description = description();
    for class in &mut description.classes {
        (class.replaces, class.gettable) = (true, false);
    }
    let text = "[outbound.person]\nentity = \"person\"\nkey = \"{{ id }}\"\n[outbound.person.attributes]\nmail = \"{{ email }}\"\n\
                [outbound.person.overwrite]\nmail = \"when-present\"\n";
    let source: MappingSource = toml::from_str(text).unwrap();
    let mistakes = Mappings::compile_outbound(&source, &description, &Vocabulary::default()).unwrap_err();
    assert_eq!(
        mistakes[0].to_string(),
        "outbound.person.overwrite: an update puts the whole object in place, and objects of class `person` cannot be looked at before \
         (let the catalogue have every attribute: leave `overwrite` out)"
    );
    description
        .classes
        .iter_mut()
        .for_each(|class| class.gettable = true);
    assert!(Mappings::compile_outbound(&source, &description, &Vocabulary::default()).is_ok());
}
