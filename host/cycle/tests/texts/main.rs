//! What persons read when something stops, waits or is missing, held against the texts beside this file. Whoever changes a text sees it in
//! the difference; `SAMKLANG_TEXTS=write` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

#[path = "../world/mod.rs"]
mod world;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use samklang_core::absence::Absence;
use samklang_core::guard::{FirstImport, Proposal};
use samklang_core::matching::CaseState;
use samklang_core::plan::{Policy, Removal, Update};
use samklang_core::port::{OperationState, ShadowState};
use samklang_core::{Fault, FaultKind};
use samklang_cycle::{Ended, Report, Stop, StopCode};
use samklang_store::Ruling;
use serde_json::json;
use world::World;

/// Holds a text against what is kept under that name.
#[track_caller]
fn told(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/texts/{name}.txt"));
    if std::env::var("SAMKLANG_TEXTS").is_ok_and(|word| word == "write") {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text,
        kept,
        "{} says something else; when that is meant, SAMKLANG_TEXTS=write writes it anew",
        path.display()
    );
}

fn stop(ended: &Ended) -> &Stop {
    match ended {
        Ended::Waiting(stop) | Ended::Failed(stop) => stop,
        other => panic!("nothing stopped: {other:?}"),
    }
}

/// A stop as it is told: what, who, what to do, and of a halt the greatest counts and examples.
fn shown(title: &str, report: &Report) -> String {
    let stop = stop(&report.ended);
    let mut text = format!("# {title}\n{}\n", stop.message);
    let (owner, remedy) = (stop.owner.as_str(), &stop.remedy);
    writeln!(text, "who: {owner}\nwhat to do: {remedy}").unwrap();
    let Some(proposal) = stop.detail.get("proposal") else {
        return text + "\n";
    };
    let proposal: Proposal = serde_json::from_value(proposal.clone()).unwrap();
    for (name, part) in &proposal.parts {
        for count in &part.counts {
            let (class, change) = (&count.class, &count.change);
            writeln!(text, "{name}: {class}: {change}: {} of {}", count.count, count.of).unwrap();
        }
        for sample in &part.sample {
            let (before, after) = (json!(sample.before), json!(sample.after));
            writeln!(
                text,
                "{name}: {} `{}`: {}: {before} → {after}",
                sample.class, sample.key, sample.change
            )
            .unwrap();
        }
    }
    text + "\n"
}

#[tokio::test]
async fn what_a_halt_says() {
    let mut text = String::new();
    let mut world = World::new().await;
    let school = world.tenant.connections.get_mut("school").unwrap();
    school.guard.first_import = Some(FirstImport::Approve);
    world.school(200);
    text += &shown("a first import", &world.run().await);
    world.decide(Ruling::Release, "this is our school").await;
    world.run().await;
    for number in 0..30 {
        world.take("school", "person", &format!("p{number}"));
    }
    text += &shown("many are gone", &world.run().await);
    for number in 0..130 {
        let name = format!("p{number}");
        world.put(
            "school",
            "person",
            &name,
            &[("name", "Another"), ("number", &name)],
        );
    }
    text += &shown("many have another name and number", &world.run().await);
    world.systems.with("school", |system| system.objects.clear());
    text += &shown("nothing at all is delivered", &world.run().await);
    world.school(200);
    for number in 0..30 {
        world.take("school", "person", &format!("p{number}"));
    }
    world.run().await;
    world.decide(Ruling::Release, "they moved").await;
    text += &shown("a plan that removes many", &world.run().await);
    told("halts", &text);
}

#[tokio::test]
async fn what_a_source_that_fails_says() {
    let mut text = String::new();
    let world = World::new().await;
    world.school(30);
    let with = |change: fn(&mut world::Misdeeds)| {
        world.systems.with("school", |system| {
            system.misdeeds = world::Misdeeds::default();
            change(&mut system.misdeeds);
        });
    };
    with(|misdeeds| misdeeds.down = true);
    text += &shown("it cannot be reached", &world.run().await);
    with(|misdeeds| misdeeds.read_fails_after = Some(2));
    text += &shown("it breaks off", &world.run().await);
    with(|misdeeds| misdeeds.lies_about_count = true);
    text += &shown("it counts otherwise", &world.run().await);
    with(|misdeeds| misdeeds.repeats = true);
    text += &shown("it names a key twice", &world.run().await);
    with(|_| {});
    world.run().await;
    world.systems.with("school", |system| system.objects.clear());
    world.run().await;
    world.decide(Ruling::RejectSource, "a test file").await;
    text += &shown("it delivers what was marked as bad", &world.run().await);
    told("sources", &text);
}

#[tokio::test]
async fn what_a_target_that_fails_says() {
    let mut text = String::new();
    let world = World::new().await;
    world.school(40);
    world.systems.with("room", |system| system.misdeeds.down = true);
    text += &shown("it cannot be reached", &world.run().await);
    world.systems.with("room", |system| {
        system.misdeeds = world::Misdeeds::default();
        system.misdeeds.refuses = (0..40).map(|number| format!("p{number}")).collect();
        // One call at a time, so that it is known how many were out already.
    });
    let mut world = world;
    world.tenant.connections.get_mut("room").unwrap().in_flight = Some(1);
    let report = world.run().await;
    assert_eq!(stop(&report.ended).code, StopCode::Breaker);
    text += &shown("it refuses in proportion", &report);
    told("targets", &text);
}

/// The list of quarantine and of findings.
async fn findings(title: &str, world: &World) -> String {
    let mut text = format!("# {title}\n");
    for finding in world.store().await.findings(99).await.unwrap() {
        let world_of = &finding.object;
        writeln!(
            text,
            "{world_of}: {}: {}\n  what to do: {}",
            finding.code, finding.message, finding.remedy
        )
        .unwrap();
    }
    text + "\n"
}

const KEYED: &str = r#"
[outbound.person]
entity = "person"
key = "{{ email }}"
require = ["number"]
[outbound.person.attributes]
name = "{{ display_name }}"
number = "{{ national_id }}"
"#;

#[tokio::test]
async fn what_an_object_in_quarantine_says() {
    let mut text = String::new();
    let world = World::new().await;
    world.school(4);
    world.systems.with("room", |system| {
        system.misdeeds.refuses.insert("p1".to_owned());
        system.misdeeds.puts_off = 1;
        system.misdeeds.off_for = Duration::from_secs(3600);
    });
    world.run().await;
    text += &findings("refused and put off", &world).await;

    let mut world = World::with("", KEYED).await;
    let person = |world: &World, key: &str, number: &str, mail: &str| {
        let attributes = [("name", key), ("number", number), ("mail", mail)];
        let there = attributes.into_iter().filter(|(_, value)| !value.is_empty());
        world.put("school", "person", key, &there.collect::<Vec<_>>());
    };
    person(&world, "a", "n1", "shared@x");
    person(&world, "b", "n2", "shared@x");
    person(&world, "c", "n3", "");
    person(&world, "d", "", "d@x");
    world.run().await;
    world.run().await;
    text += &findings(
        "a key that is another's, no key, and a value that is missing",
        &world,
    )
    .await;

    world.tenant.connections.get_mut("room").unwrap().policy.all = Policy {
        update: Update::Linked,
        delete: Removal::Ask,
        ..Policy::default()
    };
    world.put("room", "person", "e@x", &[("name", "There Before")]);
    world.run().await;
    for key in ["b", "c", "d"] {
        world.take("school", "person", key);
    }
    person(&world, "e", "n5", "e@x");
    world.run().await;
    world.take("school", "person", "a");
    world.run().await;
    text += &findings(
        "one that is there already, and one whose removal is asked about",
        &world,
    )
    .await;
    told("quarantine", &text);
}

#[tokio::test]
async fn what_a_case_says() {
    let persons = |rules: &str| {
        format!(
            "[inbound.person]\nentity = \"person\"\n{rules}\n[inbound.person.attributes]\ndisplay_name = \"{{{{ name }}}}\"\n\
             email = \"{{{{ mail }}}}\"\nnational_id = \"{{{{ number }}}}\"\n"
        )
    };
    let world = World::of(world::tenant(
        &persons("match = [\"national_id\"]"),
        &persons("match = [\"national_id\", \"email\"]"),
        world::ROOM,
    ))
    .await;
    let person = |system: &str, key: &str, name: &str, number: &str, mail: &str| {
        let attributes = [("name", name), ("number", number), ("mail", mail)];
        world.put(system, "person", key, &attributes);
    };
    person("school", "1", "Carlos", "n1", "Carlos@x");
    person("school", "2", "Kari", "n2", "shared@x");
    person("school", "3", "Ola", "n3", "shared@x");
    person("payroll", "5", "Bo", "n5", "bo@x");
    person("payroll", "9", "Carlos P", "n9", "carlos@x");
    person("payroll", "8", "Kari", "n8", "shared@x");
    world.run().await;
    person("school", "4", "Kari again", "n2", "kari@x");
    person("payroll", "5", "Bo", "n3", "bo@x");
    world.run().await;
    let mut cases = world.store().await.cases(&[CaseState::Open], 99).await.unwrap();
    cases.sort_by(|one, other| one.object.cmp(&other.object));
    let mut text = String::new();
    for case in cases {
        writeln!(text, "# {}: {} ({})", case.kind.as_str(), case.object, case.name).unwrap();
        for one in &case.candidates {
            let near = if one.near { ", but for its spelling" } else { "" };
            let holder = one.holder.as_deref().unwrap_or("nobody");
            writeln!(
                text,
                "{}, found by {}{near}; {holder} stands for it",
                one.name, one.rule
            )
            .unwrap();
            for differs in &one.differs {
                writeln!(
                    text,
                    "  {}: {} here, {} there",
                    differs.attribute, differs.object, differs.candidate
                )
                .unwrap();
            }
        }
        text.push('\n');
    }
    told("cases", &text);
}

#[test]
fn what_an_absence_says() {
    let outcome = || json!({ "rejected": { "code": "E17", "message": "that name is not allowed" } });
    let text = |text: &str| text.to_owned();
    let absences = [
        Absence::Present {
            key: text("kari"),
            state: ShadowState::Confirmed,
            cycle: 3,
        },
        Absence::Gone,
        Absence::OutOfScope,
        Absence::NoReference,
        Absence::Mapping {
            field: text("key"),
            cause: text("`email` has no value"),
        },
        Absence::Incomplete {
            missing: vec![text("mail"), text("name")],
        },
        Absence::NotCreatable,
        Absence::Refused {
            outcome: outcome(),
            cycle: 3,
        },
        Absence::Deferred {
            outcome: json!(null),
            cycle: 3,
        },
        Absence::Waits {
            state: OperationState::Planned,
            cycle: 3,
        },
        Absence::Rejected { cycle: 3 },
        Absence::Unseen { cycle: 3 },
        Absence::Found {
            code: text("key-taken"),
            arguments: json!(null),
            message: text("the key `kari` stands for another already"),
            remedy: text("see that the key of the mapping is different for every entity"),
        },
        Absence::NotPlanned,
        Absence::Unexplained,
    ];
    let mut all = String::new();
    for absence in absences {
        let word = serde_json::to_value(&absence).unwrap();
        writeln!(all, "{}: {}", word["condition"].as_str().unwrap(), absence.says()).unwrap();
    }
    told("absences", &all);
}

#[test]
fn what_a_fault_says() {
    let kinds = [
        FaultKind::InvalidSettings,
        FaultKind::Unauthorised,
        FaultKind::Unreachable,
        FaultKind::RateLimited {
            after: Duration::from_secs(60),
        },
        FaultKind::WaitingForData,
        FaultKind::InvalidData,
        FaultKind::ResyncRequired,
        FaultKind::Unsupported,
        FaultKind::Internal,
        FaultKind::Trap,
        FaultKind::OutOfCpu,
        FaultKind::OutOfTime,
        FaultKind::OutOfMemory,
        FaultKind::ContractViolation,
        FaultKind::NotLoadable,
        FaultKind::NotGranted,
    ];
    let mut text = String::new();
    for kind in kinds {
        let fault = Fault {
            kind,
            connector: "os2mo".to_owned(),
            version: "1.2.0".to_owned(),
            connection: "mo".to_owned(),
            step: "import".to_owned(),
            message: "what it said".to_owned(),
            last_words: None,
        };
        let (owner, remedy) = (fault.kind.owner().as_str(), fault.kind.remedy());
        writeln!(text, "{fault}\n  who: {owner}\n  what to do: {remedy}").unwrap();
    }
    told("faults", &text);
}
