//! From the school administration system to Canvas.

use std::collections::{BTreeMap, BTreeSet};

use samklang_municipality::{Municipality, Person};
use samklang_stand_ins::Canvas;

use crate::roster::{
    active_enrollments, active_people, differences, enrollments, imports, people, picture, tenant,
};

/// Everybody in the extract, contacts included, by key.
fn persons(municipality: &Municipality) -> BTreeMap<String, Person> {
    let last = municipality.size().employees - 1;
    let contacts: BTreeSet<String> = municipality
        .pupils()
        .flat_map(|pupil| pupil.contacts)
        .map(|contact| contact.person)
        .collect();
    let employees = municipality.employees().filter(|employee| {
        employee.school.is_some() || employee.slot == last || contacts.contains(&employee.person.id)
    });
    let pupils = municipality.pupils().map(|pupil| pupil.person);
    let guardians = municipality.guardians().map(|guardian| guardian.person);
    employees
        .map(|employee| employee.person)
        .chain(pupils)
        .chain(guardians)
        .map(|person| (person.id.clone(), person))
        .collect()
}

/// How many are only in the later, in both but different, only in the earlier.
fn difference<T: PartialEq>(before: &BTreeMap<String, T>, after: &BTreeMap<String, T>) -> (u64, u64, u64) {
    let added = after.keys().filter(|key| !before.contains_key(*key)).count();
    let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
    let changed = before
        .iter()
        .filter(|(key, one)| after.get(*key).is_some_and(|two| two != *one))
        .count();
    (added as u64, changed as u64, removed as u64)
}

#[test]
fn a_school_owner_flows_into_canvas_and_only_changes_follow() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let first = Municipality::new(7, 400);
    tenant.deliver_pifu("sas", &first);

    // The first night: everybody.
    let answer = tenant.run().ends(0);
    assert_eq!(answer.json()["ended"], "done");
    assert_eq!(
        answer.count("import sas", "added"),
        answer.count("import sas", "read")
    );
    assert_eq!(answer.count("export canvas", "refused"), 0);
    assert_eq!(active_people(&canvas), people(&first));
    assert_eq!(active_enrollments(&canvas), enrollments(&first));
    assert!(imports(&canvas) > 0);

    // Again: nothing to do, and nothing is sent.
    let before = picture(&canvas);
    let sent = imports(&canvas);
    let answer = tenant.run().ends(0);
    for what in ["added", "changed", "removed"] {
        assert_eq!(answer.count("import sas", what), 0, "{what}");
        assert_eq!(answer.count("feedback canvas", what), 0, "{what} in Canvas");
    }
    assert_eq!(answer.count("export canvas", "planned"), 0);
    assert_eq!(imports(&canvas), sent);
    assert_eq!(differences(&before, &picture(&canvas)), Vec::<String>::new());

    // A night later: exactly what changed.
    let later = first.after_nights(1);
    let truth = first.truth(&later);
    let (added, changed, removed) = difference(&persons(&first), &persons(&later));
    assert!(added >= truth.pupils.added + truth.guardians.added && truth.pupils.added > 0);
    assert!(removed >= truth.pupils.removed + truth.guardians.removed);
    assert!(changed > 0);
    tenant.deliver_pifu("sas", &later);
    let answer = tenant.run().ends(0);
    assert_eq!(
        answer.count("import sas", "added"),
        added + truth.groups.added + truth.memberships.added
    );
    assert_eq!(
        answer.count("import sas", "changed"),
        changed + truth.groups.changed + truth.memberships.changed
    );
    assert_eq!(
        answer.count("import sas", "removed"),
        removed + truth.groups.removed + truth.memberships.removed
    );
    assert_eq!(answer.count("export canvas", "refused"), 0);
    let (was, is) = (people(&first), people(&later));
    assert_eq!(active_people(&canvas), is);
    assert_eq!(active_enrollments(&canvas), enrollments(&later));
    let users = difference(&was, &is);
    let (one, two) = (enrollments(&first), enrollments(&later));
    let enrolled = (two.difference(&one).count() + one.difference(&two).count()) as u64;
    assert_eq!(
        answer.count("export canvas", "planned"),
        users.0 + users.1 + users.2 + enrolled,
        "operations are users {users:?} and {enrolled} enrolments"
    );

    // One who left can no longer log in, and keeps what there is of them.
    let leaver = was
        .keys()
        .find(|mail| !is.contains_key(*mail))
        .expect("somebody left");
    let login = canvas
        .logins()
        .into_iter()
        .find(|login| login.text("unique_id") == Some(leaver))
        .unwrap();
    assert_eq!(login.state, "suspended");
    // One who has another name has it in Canvas, and is still the same user.
    let renamed = was
        .iter()
        .find(|(mail, names)| is.get(*mail).is_some_and(|now| now != *names));
    let (mail, old) = renamed.expect("somebody has another name");
    let login = canvas
        .logins()
        .into_iter()
        .find(|login| login.text("unique_id") == Some(mail))
        .unwrap();
    let user = canvas
        .users()
        .into_iter()
        .find(|user| Some(user.id) == login.link("user"))
        .unwrap();
    assert_ne!(user.text("name").unwrap(), old.0);
    assert_eq!(user.text("name").unwrap(), is[mail].0);

    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export canvas", "planned"), 0);
}

#[test]
fn what_connectors_use_is_told_beside_what_they_were_granted() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let url = canvas.url();
    let told = |place: &str| {
        let grants = tenant.call("connector grants", &["--json"]).ends(0).json();
        let grants = grants["grants"].as_array().unwrap().clone();
        grants.into_iter().find(|grant| grant["place"] == place)
    };
    let before = told(url.as_str()).unwrap();
    assert_eq!(
        (&before["asked"], &before["granted"], &before["used"]),
        (&true.into(), &true.into(), &serde_json::Value::Null)
    );
    tenant.deliver_pifu("sas", &Municipality::new(7, 40));
    let _ = tenant.run().ends(0);

    let used = told(url.as_str()).unwrap();
    assert!(used["requests"].as_u64().unwrap() > 3, "{used}");
    assert_ne!(used["used"], serde_json::Value::Null);
    assert_eq!(used["remark"], "");
    assert_ne!(told("inbox").unwrap()["used"], serde_json::Value::Null);
    let status = tenant.call("status", &["--json"]).ends(0).json();
    let usage = |step: &str| {
        let steps = status["steps"].as_array().unwrap();
        steps.iter().find(|one| one["step"] == step).unwrap()["usage"].clone()
    };
    let (import, export) = (usage("import sas"), usage("export canvas"));
    assert_eq!(import["requests"], 0);
    for figure in ["cpu_us", "peak_memory"] {
        assert!(import[figure].as_u64().unwrap() > 0, "{import}");
    }
    for figure in ["requests", "sent", "received", "cpu_us"] {
        assert!(export[figure].as_u64().unwrap() > 0, "{export}");
    }
    let history = tenant.call("history", &["--json"]).ends(0).json();
    let sum = history["cycles"][0]["usage"]["requests"].as_u64().unwrap();
    assert_eq!(sum, used["requests"].as_u64().unwrap());

    // What is granted beyond need is told, and what is needed and not granted as well: without reaching for anything.
    let configuration = std::fs::read_to_string(tenant.folder().join("samklang.toml")).unwrap();
    let odd = configuration.replace(
        &format!("http = [\"{url}\"]"),
        "http = [\"https://old.example.org\"]\noutbox = true",
    );
    assert_ne!(odd, configuration);
    tenant.configure(&odd);
    assert!(
        told(url.as_str()).unwrap()["remark"]
            .as_str()
            .unwrap()
            .starts_with("not granted: ")
    );
    for beyond in ["https://old.example.org", "outbox"] {
        assert_eq!(
            told(beyond).unwrap()["remark"],
            "not asked for: take it out of the grants"
        );
    }
}

#[test]
fn the_published_example_flows_into_canvas() {
    let beside = || samklang_cycles::repository().join("../shared/data");
    let folder = std::env::var_os("SAMKLANG_DATA").map_or_else(beside, std::path::PathBuf::from);
    let file = folder.join("pifu-ims/PIFU-IMS_SAS_eksempel.xml");
    let Ok(example) = std::fs::read(&file) else {
        eprintln!(
            "the published example is not run: {} is not there (SAMKLANG_DATA)",
            file.display()
        );
        return;
    };
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    // The example has user names of its own.
    let configuration = std::fs::read_to_string(tenant.folder().join("samklang.toml")).unwrap();
    let own: String = configuration
        .lines()
        .filter(|line| !line.trim_start().starts_with("username"))
        .map(|line| format!("{line}\n"))
        .collect();
    tenant.configure(&own);
    tenant.deliver("sas", "example.xml", &example);
    for number in ["17097055655", "09119311111"] {
        tenant.private().number(number);
    }
    for secret in [
        "4bee4fc53ab2a25fb6bc15b892e97b82",
        "58ddb4dee070bea75429fc667a375167",
    ] {
        tenant.private().secret(secret);
    }
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export canvas", "refused"), 0);
    let found = active_people(&canvas);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["jannest", "olanord"]);
    assert!(found["jannest"].0.contains("Stor"), "{found:?}");
    let sections: Vec<String> = canvas
        .sections()
        .iter()
        .filter_map(|section| section.text("name").map(str::to_owned))
        .collect();
    assert!(sections.contains(&"7A".to_owned()), "{sections:?}");
    assert!(sections.contains(&"MAT0008-8A".to_owned()), "{sections:?}");
    let accounts: Vec<String> = canvas
        .records(samklang_stand_ins::canvas::Class::Account)
        .iter()
        .filter_map(|account| account.text("name").map(str::to_owned))
        .collect();
    assert!(
        accounts.contains(&"Måneflekken barne- og ungdomsskole".to_owned()),
        "{accounts:?}"
    );
    for command in ["status", "history"] {
        for arguments in [&["--json"][..], &[]] {
            let _ = tenant.call(command, arguments).ends(0);
        }
    }
    for person in ["jannest", "olanord", "Nordmann"] {
        for arguments in [&[person, "--json"][..], &[person]] {
            let answer = tenant.call("explain", arguments);
            assert!(matches!(answer.code, Some(0 | 2)), "{answer:?}");
        }
    }
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export canvas", "planned"), 0);
}

#[test]
fn a_school_year_is_known_by_the_connectors_own_mappings() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let first = Municipality::new(17, 600);
    tenant.deliver_pifu("sas", &first);
    let _ = tenant.run().ends(0);
    let next = first.after_nights(1).after_school_years(1);
    tenant.deliver_pifu("sas", &next);
    let halted = tenant.run().ends(3).json();
    let words = halted["stop"]["remedy"].as_str().unwrap();
    let parts = &halted["stop"]["detail"]["proposal"]["parts"];
    let promotion = &parts["sas"]["promotion"];
    assert_eq!(promotion["remaining"], serde_json::json!([]), "{promotion}");
    let years = &promotion["years"];
    assert!(
        years["stay"].as_u64() > Some(100) && years["up"] == years["stay"],
        "{years}"
    );
    assert!(
        halted["stop"]
            .to_string()
            .contains("looks like a school-year promotion"),
        "{words}"
    );
    let reason = "the schools have moved their classes up";
    let released = tenant.call(
        "release",
        &[
            "--as",
            "promotion",
            "--reason",
            reason,
            "--by",
            "astrid",
            "--json",
        ],
    );
    let released = match released.code {
        Some(3) => tenant.call(
            "release",
            &["--as", "promotion", "--reason", reason, "--by", "odd", "--json"],
        ),
        _ => released,
    };
    assert_eq!(released.ends(0).json()["verdict"], "released-as-promotion");
    // The plan for Canvas is another matter: persons look at that too.
    for person in ["astrid", "odd", "astrid", "odd"] {
        if tenant.run().code == Some(0) {
            break;
        }
        drop(tenant.call("release", &["--reason", reason, "--by", person]));
    }
    assert_eq!(active_people(&canvas), people(&next));
    assert_eq!(active_enrollments(&canvas), enrollments(&next));
}

#[test]
fn a_school_that_loses_its_teachers_is_no_promotion() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = tenant(&canvas);
    let first = Municipality::new(17, 1500);
    tenant.deliver_pifu("sas", &first);
    let _ = tenant.run().ends(0);
    let mut extract = Vec::new();
    samklang_municipality::write_pifu(&first.after_nights(1).after_school_years(1), &mut extract).unwrap();
    // Every teacher has left the lists.
    let extract = String::from_utf8(extract).unwrap();
    let without = without_teachers(&extract);
    assert!(without.len() < extract.len());
    tenant.deliver("sas", "extract.xml", without.as_bytes());
    let _ = tenant.run().ends(3);
    let refused = tenant
        .call("release", &["--as", "promotion", "--reason", "a new school year"])
        .ends(2);
    assert!(
        refused.stderr.contains("it cannot be released as a promotion"),
        "{}",
        refused.stderr
    );
}

/// An extract without those who have an employee number.
fn without_teachers(extract: &str) -> String {
    let mut parts = extract.split("<person>");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (person, rest) = part.split_once("</person>").unwrap();
        if person.contains("workforceID") {
            kept.push_str(rest);
        } else {
            kept.push_str("<person>");
            kept.push_str(part);
        }
    }
    kept
}
