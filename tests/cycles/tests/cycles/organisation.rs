//! A municipality's administration: OS2MO, OS2sync, and what FK Organisation should show, by the reference for both systems.

use std::collections::{BTreeMap, HashMap};

use samklang_cycles::Tenant;
use samklang_municipality::{Employee, Municipality};
use samklang_stand_ins::{Os2mo, Os2sync};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const CLIENT_SECRET: &str = "os2mo-client-secret-4711";
const API_KEY: &str = "os2sync-api-key-0815";
pub(crate) const CVR: &str = "12345678";

/// OS2MO with this municipality.
pub(crate) fn os2mo(municipality: &Municipality) -> Os2mo {
    Os2mo::builder()
        .municipality(*municipality)
        .client("samklang", CLIENT_SECRET)
        .start_blocking()
        .unwrap()
}

/// OS2sync without a scheduler of its own.
pub(crate) fn os2sync() -> Os2sync {
    Os2sync::builder().api_key(API_KEY).start_blocking().unwrap()
}

/// A tenant whose OS2MO feeds its OS2sync; with a root, only what lies beneath it.
pub(crate) fn tenant(os2mo: &Os2mo, os2sync: &Os2sync, root: Option<Uuid>, page_size: u32) -> Tenant {
    let root = root
        .map(|root| format!("root_unit = \"{root}\""))
        .unwrap_or_default();
    let (source, target) = (os2mo.url(), os2sync.url());
    let tenant = Tenant::new(&format!(
        r#"
        tenant = "nordvik"
        steps = ["import os2mo", "compare", "reconcile", "export os2sync", "feedback os2sync"]

        [connections.os2mo]
        connector = "os2mo"
        role = "source"
        [connections.os2mo.settings]
        url = "{source}"
        page_size = {page_size}
        {root}
        [connections.os2mo.grants]
        http = ["{source}"]
        [connections.os2mo.credentials.os2mo]
        kind = "oauth2-client-credentials"
        token_url = "{source}/auth/realms/mo/protocol/openid-connect/token"
        client_id = "samklang"
        client_secret = "file:secrets/os2mo"

        [connections.os2sync]
        connector = "os2sync"
        role = "target"
        [connections.os2sync.settings]
        url = "{target}"
        cvr = "{CVR}"
        {root}
        [connections.os2sync.grants]
        http = ["{target}"]
        [connections.os2sync.credentials.os2sync]
        kind = "header"
        name = "ApiKey"
        value = "file:secrets/os2sync"
        "#
    ));
    tenant.secret("os2mo", CLIENT_SECRET);
    tenant.secret("os2sync", API_KEY);
    tenant
}

/// What FK Organisation shows: units and users by UUID.
pub(crate) type Shown = BTreeMap<String, Value>;

/// Whether the engagement's time has come. Those still to come lie ten years ahead of the municipality's first day.
fn has_begun(municipality: &Municipality, employee: &Employee) -> bool {
    let main = employee.engagements.first();
    main.is_some_and(|main| main.start.year() < municipality.today().year() + 5)
}

/// What OS2MO says of the units beneath a root and of those who work there, as FK Organisation is to show it.
pub(crate) fn wanted(municipality: &Municipality, root: u64) -> Shown {
    let units: Vec<_> = municipality.units().collect();
    let mut within: HashMap<u64, bool> = HashMap::new();
    for unit in &units {
        let inside = unit.index == root || unit.parent.is_some_and(|parent| within[&parent]);
        within.insert(unit.index, inside);
    }
    let mut shown = Shown::new();
    for employee in municipality.employees() {
        let positions: Vec<Value> = employee
            .engagements
            .iter()
            .filter(|engagement| engagement.end.is_none() && within[&engagement.unit])
            .map(|engagement| {
                json!({
                    "Name": engagement.title,
                    "OrgUnitUuid": units[engagement.unit as usize].uuid.to_string(),
                    "StartDate": engagement.start.to_string(),
                    "StopDate": null,
                })
            })
            .collect();
        if positions.is_empty() {
            continue;
        }
        let uuid = employee.person.uuid.to_string();
        let mut accounts = employee
            .accounts
            .iter()
            .filter(|account| account.system == "Active Directory");
        // The account name, where there is exactly one now; an account of somebody yet to come is none.
        let account = match (
            accounts.next(),
            accounts.next(),
            has_begun(municipality, &employee),
        ) {
            (Some(only), None, true) => only.name.clone(),
            _ => uuid.clone(),
        };
        shown.insert(
            uuid.clone(),
            user(
                &uuid,
                &account,
                &employee.person.name.full(),
                &employee.person.mail,
                positions,
            ),
        );
    }
    for unit in units.iter().filter(|unit| within[&unit.index]) {
        let uuid = unit.uuid.to_string();
        let manager = unit.manager.map(|slot| municipality.employee(slot));
        let manager = manager
            .filter(|manager| has_begun(municipality, manager))
            .map(|manager| manager.person.uuid.to_string())
            .filter(|manager| shown.contains_key(manager));
        let parent = unit
            .parent
            .filter(|_| unit.index != root)
            .map(|parent| units[parent as usize].uuid.to_string());
        shown.insert(
            uuid.clone(),
            json!({
                "Uuid": uuid, "Name": unit.name, "ParentOrgUnitUuid": parent, "ManagerUuid": manager,
                "Email": unit.mail, "PhoneNumber": unit.phone, "Ean": unit.ean,
            }),
        );
    }
    shown
}

fn user(uuid: &str, account: &str, name: &str, mail: &str, mut positions: Vec<Value>) -> Value {
    positions.sort_by_key(Value::to_string);
    json!({
        "Uuid": uuid, "UserId": account, "Person": {"Name": name}, "Email": mail, "PhoneNumber": null,
        "Landline": null, "Positions": positions,
    })
}

/// What FK Organisation shows of those who are active.
pub(crate) fn shown(os2sync: &Os2sync) -> Shown {
    let mut shown = Shown::new();
    for unit in os2sync.units().into_iter().filter(|unit| unit.active) {
        assert_eq!(unit.cvr, CVR);
        let text = |field: &str| unit.unit.text(field);
        let uuid = unit.unit.uuid.clone().unwrap();
        shown.insert(
            uuid.clone(),
            json!({
                "Uuid": uuid, "Name": text("Name"), "ParentOrgUnitUuid": text("ParentOrgUnitUuid"),
                "ManagerUuid": text("ManagerUuid"), "Email": text("Email"), "PhoneNumber": text("PhoneNumber"),
                "Ean": text("Ean"),
            }),
        );
    }
    for found in os2sync.users().into_iter().filter(|user| user.active) {
        assert_eq!(found.cvr, CVR);
        let text = |field: &str| found.user.text(field);
        let uuid = found.user.uuid.clone().unwrap();
        let person = found.user.person.clone().unwrap();
        assert_eq!(person.cpr, None, "nobody asked for numbers to be sent");
        let mut positions: Vec<Value> = found.user.json()["Positions"].as_array().unwrap().clone();
        positions.sort_by_key(Value::to_string);
        shown.insert(
            uuid.clone(),
            json!({
                "Uuid": uuid, "UserId": text("UserId"), "Person": {"Name": person.name}, "Email": text("Email"),
                "PhoneNumber": text("PhoneNumber"), "Landline": text("Landline"), "Positions": positions,
            }),
        );
    }
    shown
}

/// What is in one and not, or otherwise, in the other.
pub(crate) fn differences(one: &Shown, other: &Shown) -> Vec<String> {
    let keys: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    keys.into_iter()
        .filter(|key| one.get(*key) != other.get(*key))
        .map(|key| {
            format!(
                "{:?}\n  against {:?}",
                one.get(key).map(Value::to_string),
                other.get(key).map(Value::to_string)
            )
        })
        .collect()
}

/// What was sent to OS2sync to be queued, in order: `POST orgUnit UUID`, `DELETE user UUID`.
pub(crate) fn sent(os2sync: &Os2sync) -> Vec<String> {
    os2sync
        .requests()
        .iter()
        .filter(|request| request.method != "GET")
        .map(|request| {
            let path = request.path.trim_start_matches("/api/");
            let uuid = request
                .json()
                .and_then(|body| body["Uuid"].as_str().map(str::to_owned));
            match uuid {
                Some(uuid) => format!("{} {path} {uuid}", request.method),
                None => format!("{} {}", request.method, path.replace('/', " ")),
            }
        })
        .collect()
}
