//! What templates have beside the engine's own, held against the reference page.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod system;

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::Value;
use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::mapping::{
    FILTERS, Graph, MappingSource, Mappings, Scope, Table, Tables, TargetKeys, Template, Vocabulary,
};
use serde_json::json;
use system::{description, texts};
use uuid::Uuid;

fn tables() -> Tables {
    let titles = Table::new([
        ("Lærer".to_owned(), json!("Teacher")),
        ("Rektor ".to_owned(), json!("Head")),
    ]);
    let schools = Table::new([("1".to_owned(), json!({ "code": "A1", "city": "Voss" }))]);
    Tables::from([
        ("titles".to_owned(), Arc::new(titles)),
        ("schools".to_owned(), Arc::new(schools)),
    ])
}

/// A person with three engagements, one ended, one current and one to come on 17 August 2026.
fn scope() -> Arc<dyn Scope> {
    let mut graph = Graph::new(Arc::new(Vocabulary::default()), jiff::civil::date(2026, 8, 17));
    let person = Uuid::from_u128(1);
    let entity = |id: u128, kind, values: &[(&str, &str)]| Entity {
        id: Uuid::from_u128(id),
        kind,
        state: EntityState::Active,
        values: texts(values),
        references: BTreeMap::new(),
        provenance: BTreeMap::new(),
    };
    graph.insert(entity(1, EntityKind::Person, &[("given_name", "Åse")]));
    let spans = [
        ("2020-01-01", "2026-08-16"),
        ("2026-08-17", ""),
        ("2026-08-18", "2027-01-01"),
    ];
    for (id, (begin, end)) in (2..).zip(spans) {
        let mut engagement = entity(
            id,
            EntityKind::Engagement,
            &[("begin", begin), ("job_function", begin)],
        );
        if !end.is_empty() {
            engagement
                .values
                .insert("end".to_owned(), Value::Text(end.to_owned()));
        }
        engagement.references.insert("person".to_owned(), person);
        graph.insert(engagement);
    }
    Arc::new(graph).scope(person)
}

fn evaluate(template: &str) -> Result<String, String> {
    let compiled = Template::compile(template, &tables()).map_err(|error| error.cause)?;
    match compiled.evaluate(&scope()) {
        Ok(Value::Text(text)) => Ok(text),
        Ok(Value::Absent) => Ok(String::new()),
        Ok(other) => Ok(other.to_json().to_string()),
        Err(error) => Err(error.cause),
    }
}

#[test]
fn every_example_of_the_reference_page_gives_what_it_says() {
    let page = include_str!("../../docs/mappings.md");
    for help in FILTERS {
        let (template, result) = help.example;
        let example = if template.is_empty() {
            String::new()
        } else {
            assert_eq!(evaluate(template).as_deref(), Ok(result), "{template}");
            format!("`{template}` → `{result}`")
        };
        let example = example.replace('|', "\\|");
        let row = format!("| `{}` | {} | {} | {example} |", help.name, help.kind, help.gives);
        assert!(page.contains(&row), "mappings.md lacks the row\n{row}");
    }
}

#[test]
fn what_holds_on_the_day_can_be_told() {
    assert_eq!(
        evaluate("{{ engagements | current | map(attribute='job_function') | join(',') }}").unwrap(),
        "2026-08-17"
    );
    assert_eq!(
        evaluate("{{ engagements | rejectattr('person', 'none') | select('future') | list | length }}")
            .unwrap(),
        "1"
    );
    assert_eq!(
        evaluate("{{ engagements | select('ended') | list | length }}").unwrap(),
        "1"
    );
    assert_eq!(evaluate("{{ as_of | date('%d.%m.%Y') }}").unwrap(), "17.08.2026");
    assert_eq!(
        evaluate("{{ current() }}").unwrap(),
        "true",
        "a person without days has always been"
    );
}

#[test]
fn what_is_absent_stays_absent() {
    for filter in [
        "ascii",
        "digits",
        "phone('dk')",
        "national_id('no')",
        "birth_date('dk')",
        "lookup('titles')",
        "date('%Y')",
        "current",
    ] {
        assert_eq!(
            evaluate(&format!("{{{{ nickname | {filter} }}}}")).unwrap(),
            "",
            "{filter}"
        );
    }
    assert_eq!(evaluate("{{ first(nickname, given_name) }}").unwrap(), "Åse");
    assert_eq!(evaluate("{{ first(nickname) }}").unwrap(), "");
}

#[test]
fn tables_give_values_and_records() {
    assert_eq!(evaluate("{{ ' Rektor' | lookup('titles') }}").unwrap(), "Head");
    assert_eq!(evaluate("{{ (1 | lookup('schools')).city }}").unwrap(), "Voss");
    assert_eq!(evaluate("{{ 'x' | lookup('titles', none) }}").unwrap(), "");
}

#[test]
fn a_failure_names_its_cause_and_never_the_value() {
    let failures = [
        (
            "{{ '0101901234' | lookup('titles') }}",
            "has no row for this value",
        ),
        (
            "{{ 'x' | lookup('places') }}",
            "there is no table `places`; there is: schools, titles",
        ),
        ("{{ 'x' | lookup(given_name) }}", "in quotation marks"),
        (
            "{{ 'x' | ascii(style='nordic') }}",
            "there is no style `nordic`; there is: danish",
        ),
        ("{{ 'x' | phone('xx') }}", "there is no country `xx`"),
        (
            "{{ '8112189876' | national_id('se', by='soon') }}",
            "neither a day",
        ),
        ("{{ '010190' | date('%Y') }}", "it is no day such as"),
        ("{{ '2026-08-17' | date('%Q%') }}", "cannot be written"),
        (
            "{{ [{'begin': 'soon', 'end': none}] | current }}",
            "`begin` is no day",
        ),
    ];
    for (template, cause) in failures {
        let said = evaluate(template).unwrap_err();
        assert!(said.contains(cause), "{template}: {said}");
        assert!(
            !said.contains("0101901234") && !said.contains("8112189876"),
            "{said}"
        );
    }
}

#[test]
fn what_day_it_is_is_unknown_inbound() {
    let source: MappingSource = toml::from_str(
        "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\nx = \"{{ current() }}\"\n",
    )
    .unwrap();
    let mut vocabulary = Vocabulary::default();
    let inbound = Mappings::compile_inbound(&source, &description(), &mut vocabulary).unwrap();
    let error = inbound["person"].contribution(texts(&[("id", "1")])).unwrap_err();
    assert_eq!(error.field, "inbound.person.attributes.x");
    assert!(error.cause.contains("only outbound templates"), "{}", error.cause);
}

/// Fingerprints of the mapping of two classes, of which one looks something up.
fn fingerprints(tables: Tables) -> (String, String) {
    let source: MappingSource = toml::from_str(
        "[outbound.person]\nentity = \"person\"\nkey = \"{{ id }}\"\n[outbound.person.attributes]\n\
         name = \"{{ given_name | lookup('titles', none) }}\"\n\
         [outbound.team]\nentity = \"unit\"\nkey = \"{{ id }}\"\n[outbound.team.attributes]\nname = \"{{ name }}\"\n",
    )
    .unwrap();
    let outbound =
        Mappings::compile_outbound(&source, &description(), &Vocabulary::with_tables(tables)).unwrap();
    (
        outbound["person"].fingerprint.clone(),
        outbound["team"].fingerprint.clone(),
    )
}

#[test]
fn a_changed_table_makes_exactly_its_own_results_stale() {
    let before = fingerprints(tables());
    let mut changed = tables();
    changed.insert(
        "titles".to_owned(),
        Arc::new(Table::new([("Lærer".to_owned(), json!("Tutor"))])),
    );
    let after = fingerprints(changed);
    assert_ne!(before.0, after.0);
    assert_eq!(before.1, after.1);
    let mut other = tables();
    other.insert("schools".to_owned(), Arc::new(Table::default()));
    assert_eq!(fingerprints(other), before, "it does not use that table");
}

struct Nobody;

impl TargetKeys for Nobody {
    fn key(&self, _: &str, _: Uuid) -> Option<String> {
        None
    }
}

#[test]
fn the_functions_of_the_engine_are_no_attributes() {
    let source: MappingSource = toml::from_str(
        "[outbound.person]\nentity = \"person\"\nkey = \"{{ id }}\"\n[outbound.person.attributes]\n\
         name = \"{% set found = namespace(value='a') %}{% set found.value = first(nickname, 'b') %}{{ found.value }}\"\n",
    )
    .unwrap();
    let outbound = Mappings::compile_outbound(&source, &description(), &Vocabulary::default()).unwrap();
    let mut graph = Graph::new(Arc::new(Vocabulary::default()), jiff::civil::date(2026, 8, 17));
    let id = Uuid::from_u128(1);
    graph.insert(Entity {
        id,
        kind: EntityKind::Person,
        state: EntityState::Active,
        values: BTreeMap::new(),
        references: BTreeMap::new(),
        provenance: BTreeMap::new(),
    });
    let desired = outbound["person"]
        .desired(&Arc::new(graph), id, &Nobody)
        .unwrap()
        .unwrap();
    assert_eq!(desired.attributes["name"], Value::Text("b".to_owned()));
}

#[test]
fn the_vocabulary_is_documented_word_for_word() {
    use samklang_core::mapping::{RELATIONS, terms};
    let page = include_str!("../../docs/vocabulary.md");
    for kind in EntityKind::ALL {
        let heading = format!("## {}", kind.as_str());
        let section = page
            .split("\n## ")
            .find(|section| section.to_lowercase().starts_with(kind.as_str()))
            .unwrap_or_else(|| panic!("vocabulary.md lacks {heading}"));
        let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> = terms(kind)
            .iter()
            .map(|(name, from, meaning)| format!("| `{name}` | {from} | {meaning} |"))
            .collect();
        assert_eq!(rows, expected, "{heading}");
    }
    for relation in RELATIONS {
        assert!(page.contains(&format!("`{}`", relation.name)));
    }
}

#[test]
fn no_template_takes_the_host_with_it() {
    for endless in [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='aaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 'x' | indent(4000000000) }}",
    ] {
        let cause = evaluate(endless).unwrap_err();
        assert!(
            cause.contains("takes too long or makes too much"),
            "{endless}: {cause}"
        );
    }
    // A chain is read by recursion, one level for each link.
    let chain = format!("{{{{ {}1 }}}}", "-".repeat(100_000));
    let cause = evaluate(&chain).unwrap_err();
    assert!(cause.contains("more than 2000 words and marks"), "{cause}");
    for kept in ["ns", "[1, [ns.x]]", "{'a': 1}"] {
        let template = format!("{{% set ns = namespace(x=1) %}}{{% set ns.x = {kept} %}}{{{{ ns.x }}}}");
        let cause = evaluate(&template).unwrap_err();
        assert!(
            cause.contains("a namespace keeps texts, numbers"),
            "{template}: {cause}"
        );
    }
    let kept = "{% set ns = namespace(x=1) %}{% for i in [1, 2] %}{% set ns.x = [ns.x | string, i] | join %}{% endfor %}{{ ns.x }}";
    assert_eq!(evaluate(kept).as_deref(), Ok("112"));
}
