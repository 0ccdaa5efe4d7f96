//! From OS2MO to OS2sync.

use std::collections::{BTreeMap, BTreeSet};

use samklang_municipality::{Municipality, UnitKind};
use serde_json::json;

use crate::organisation::{CVR, Shown, differences, os2mo, os2sync, sent, shown, tenant, wanted};

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

/// The sample of a section of the connector's README.
fn sample(heading: &str) -> String {
    let readme =
        std::fs::read_to_string(samklang_cycles::repository().join("plugins/os2sync/README.md")).unwrap();
    let section = readme
        .split(&format!("\n## {heading}\n"))
        .nth(1)
        .unwrap()
        .to_owned();
    let block = section.split("```toml\n").nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn each_account_is_a_user_of_fk_organisation() {
    let municipality = Municipality::new(3, 300);
    let (mo, target) = (os2mo(&municipality), os2sync());
    let tenant = tenant(&mo, &target, None, 500);
    tenant.add(&sample("A user for each account"));
    tenant.private().know(&municipality);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "refused"), 0);
    target.drain();
    assert!(target.failures().is_empty(), "{:?}", target.failures());
    let mut expected = BTreeMap::new();
    for employee in municipality.employees() {
        let main = &employee.engagements[0];
        let open = main.end.is_none() && main.start <= municipality.today();
        for account in employee
            .accounts
            .iter()
            .filter(|account| open && account.system == "Active Directory")
        {
            let guid = account.external_id.unwrap().to_string();
            expected.insert(
                guid,
                (
                    account.name.clone(),
                    employee.person.name.full(),
                    main.title.to_owned(),
                ),
            );
        }
    }
    let held: BTreeMap<_, _> = target
        .users()
        .into_iter()
        .filter(|user| user.active)
        .map(|found| {
            let positions = found.user.json()["Positions"].as_array().unwrap().clone();
            assert_eq!(positions.len(), 1, "only the engagement that the account is for");
            let person = found.user.person.clone().unwrap();
            let title = positions[0]["Name"].as_str().unwrap().to_owned();
            let name = found.user.text("UserId").unwrap().to_owned();
            (
                found.user.uuid.clone().unwrap(),
                (name, person.name.unwrap(), title),
            )
        })
        .collect();
    assert!(
        held.len() > municipality.employees().count() - 20,
        "{}",
        held.len()
    );
    assert_eq!(held, expected);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "planned"), 0);
}

#[test]
fn what_others_wrote_into_fk_organisation_stays() {
    let municipality = Municipality::new(3, 200);
    let (mo, target) = (os2mo(&municipality), os2sync());
    let unit = municipality.unit(1).uuid.to_string();
    let payout = municipality.unit(0).uuid.to_string();
    let theirs = json!({"Uuid": unit, "Name": "Before", "ParentOrgUnitUuid": payout, "LOSShortName": "LOS-7",
                        "ShortKey": "theirs", "PhoneNumber": "11111111"});
    target.send_unit(CVR, &theirs);
    target.drain();
    let tenant = tenant(&mo, &target, None, 500);
    tenant.add(&sample("Keep what FK Organisation has"));
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export os2sync", "refused"), 0);
    target.drain();
    let held = |field: &str| target.unit(&unit).unwrap().unit.text(field).map(str::to_owned);
    assert_eq!(held("Name").as_deref(), Some(municipality.unit(1).name.as_str()));
    assert_eq!(held("LOSShortName").as_deref(), Some("LOS-7"));
    assert_eq!(held("ShortKey").as_deref(), Some("theirs"));
    assert_ne!(
        held("PhoneNumber").as_deref(),
        Some("11111111"),
        "what is OS2MO's is brought right"
    );
    assert_eq!(tenant.run().ends(0).count("export os2sync", "planned"), 0);
}
