//! From OS2MO to OS2sync.

use std::collections::BTreeSet;

use samklang_municipality::{Municipality, UnitKind};

use crate::organisation::{Shown, differences, os2mo, os2sync, sent, shown, tenant, wanted};

/// The UUIDs whose state differs.
fn changed(before: &Shown, after: &Shown) -> BTreeSet<String> {
    let keys = before.keys().chain(after.keys());
    keys.filter(|key| before.get(*key) != after.get(*key))
        .cloned()
        .collect()
}

#[test]
fn an_administration_flows_into_fk_organisation_and_only_changes_follow() {
    let first = Municipality::new(3, 600);
    let (mo, target) = (os2mo(&first), os2sync());
    let tenant = tenant(&mo, &target, None, 500);
    tenant.private().know(&first);

    let answer = tenant.run().ends(0);
    assert_eq!(answer.json()["ended"], "done");
    assert_eq!(answer.count("export os2sync", "refused"), 0);
    let all = wanted(&first, 0);
    assert_eq!(answer.count("export os2sync", "done"), all.len() as u64);

    // Units went before persons, and parents before children.
    let requests = sent(&target);
    let first_user = requests
        .iter()
        .position(|one| one.starts_with("POST user "))
        .unwrap();
    let last_unit = requests
        .iter()
        .rposition(|one| one.starts_with("POST orgUnit "))
        .unwrap();
    assert!(last_unit < first_user, "a unit was sent after a person");
    let place = |uuid: &str| requests.iter().position(|one| one.ends_with(uuid)).unwrap();
    let units: Vec<_> = first.units().collect();
    for unit in &units {
        if let Some(parent) = unit.parent {
            let parent = units[parent as usize].uuid.to_string();
            assert!(
                place(&parent) < place(&unit.uuid.to_string()),
                "{} before its parent",
                unit.name
            );
        }
    }
    // Queued is not done: nothing is in FK before the scheduler has run.
    assert!(shown(&target).is_empty());
    assert_eq!(target.queue().len(), all.len());
    target.drain();
    assert!(target.failures().is_empty(), "{:?}", target.failures());
    assert_eq!(differences(&all, &shown(&target)), Vec::<String>::new());

    // A telephone that is secret in OS2MO was sent to nobody.
    let secret: Vec<String> = first
        .employees()
        .filter(|employee| employee.slot % 8 == 1)
        .map(|employee| format!("+459{}", &employee.person.phone[4..]))
        .collect();
    assert!(!secret.is_empty());
    for request in target.requests() {
        let body = request.text().unwrap_or_default().to_owned();
        assert!(
            !secret.iter().any(|number| body.contains(number.as_str())),
            "a secret telephone was sent"
        );
        tenant.private().look("a request to OS2sync", &body);
    }

    // Again: nothing to do.
    let before = sent(&target).len();
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("import os2mo", "changed"), 0);
    assert_eq!(answer.count("export os2sync", "planned"), 0);
    assert_eq!(answer.count("feedback os2sync", "changed"), 0);
    assert_eq!(answer.count("feedback os2sync", "removed"), 0);
    assert_eq!(sent(&target).len(), before);

    // A night later: exactly what changed.
    let later = first.after_nights(1);
    tenant.private().know(&later);
    mo.replace(&later);
    let truth = first.truth(&later);
    let now = wanted(&later, 0);
    assert!(truth.employees.added > 0 && truth.employees.removed > 0);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "refused"), 0);
    let requests = sent(&target);
    let night: BTreeSet<String> = requests[before..]
        .iter()
        .map(|one| one.rsplit(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(night, changed(&all, &now), "what was sent is what changed");
    assert_eq!(requests.len() - before, night.len(), "nothing was sent twice");
    let deleted = requests[before..]
        .iter()
        .filter(|one| one.starts_with("DELETE user "))
        .count();
    assert_eq!(deleted as u64, truth.employees.removed);
    target.drain();
    assert_eq!(differences(&now, &shown(&target)), Vec::<String>::new());

    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "planned"), 0);
}

#[test]
fn only_what_lies_beneath_the_root_unit_is_sent() {
    let municipality = Municipality::new(5, 800);
    let division = municipality
        .units()
        .find(|unit| unit.kind == UnitKind::Division)
        .unwrap();
    let (mo, target) = (os2mo(&municipality), os2sync());
    let tenant = tenant(&mo, &target, Some(division.uuid), 500);
    tenant.private().know(&municipality);
    let all = wanted(&municipality, division.index);
    // Somebody has one engagement within and one outside.
    let split = municipality.employees().find(|employee| {
        let open = employee
            .engagements
            .iter()
            .filter(|engagement| engagement.end.is_none())
            .count();
        let sent = all.get(&employee.person.uuid.to_string());
        sent.is_some_and(|user| user["Positions"].as_array().unwrap().len() < open)
    });
    assert!(
        split.is_some(),
        "the municipality has nobody with an engagement outside"
    );
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "refused"), 0);
    target.drain();
    assert!(target.failures().is_empty(), "{:?}", target.failures());
    assert_eq!(differences(&all, &shown(&target)), Vec::<String>::new());
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "planned"), 0);
}
