//! `samklang connector grants`: what a tenant's connectors ask for, what they are granted, and what of it they use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use samklang_core::connector::Need;
use samklang_core::port::Store as _;
use samklang_egress::{Origin, Protocol};
use serde_json::json;

use super::Context;
use crate::configuration::{Opening, Use};
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, grouped, moment, rfc3339};

/// How many cycles are looked back.
const CYCLES: u32 = 100;

/// Something that can be granted.
struct Grant {
    /// The connector's name for it; none when it is granted only.
    need: Option<String>,
    /// What the step's record calls it: an origin, a key or a folder.
    place: String,
    /// What the connector wants it for.
    purpose: String,
    asked: bool,
    granted: bool,
}

/// What of a grant was used: how often, and in the newest of which cycles.
#[derive(Default)]
struct Uses {
    requests: u64,
    newest: Option<i64>,
}

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let mut uses: BTreeMap<(String, String), Uses> = BTreeMap::new();
    let cycles = store.cycles(CYCLES).await?;
    for cycle in &cycles {
        for step in store.steps(cycle.id).await? {
            let Some(connection) = step.spec.connection else {
                continue;
            };
            for (place, count) in step.usage.reached {
                let entry = uses.entry((connection.clone(), place)).or_default();
                entry.requests += count;
                // The newest come first.
                entry.newest.get_or_insert(cycle.started);
            }
        }
    }
    let mut documents = Vec::new();
    let mut table = screen.new_table(&["connection", "what", "asked for", "granted", "used", "remark"]);
    let mut amiss = 0;
    for (connection, opening) in &fitted.openings {
        for grant in grants(opening) {
            let none = Uses::default();
            let used = uses
                .get(&(connection.clone(), grant.place.clone()))
                .unwrap_or(&none);
            let remark = remark(&grant, used, cycles.len());
            amiss += usize::from(!remark.is_empty());
            documents.push(json!({
                "connection": connection,
                "need": grant.need,
                "place": grant.place,
                "purpose": grant.purpose,
                "asked": grant.asked,
                "granted": grant.granted,
                "requests": used.requests,
                "used": used.newest.map(rfc3339),
                "remark": remark,
            }));
            let yes = |flag| screen.cell(if flag { "yes" } else { "no" }, Tone::Plain);
            let told = used.newest.map_or_else(
                || screen.cell("never", Tone::Faint),
                |newest| {
                    let text = format!("{} times, {}", grouped(used.requests), moment(newest));
                    screen.cell(text, Tone::Plain)
                },
            );
            table.add_row(vec![
                screen.cell(connection, Tone::Plain),
                screen.cell(&grant.place, Tone::Plain),
                yes(grant.asked),
                yes(grant.granted),
                told,
                screen.cell(&remark, Tone::Doubtful),
            ]);
        }
    }
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "cycles": cycles.len(),
        "grants": documents,
    }));
    if documents.is_empty() {
        screen.line("no connection asks for anything, and nothing is granted");
        return Ok(Exit::Done);
    }
    screen.table(&table);
    let looked = match cycles.len() {
        0 => "no cycle has run yet".to_owned(),
        1 => "use is that of the one cycle there is".to_owned(),
        several => format!("use is that of the newest {several} cycles"),
    };
    screen.line(format!("\n{looked}; grants stand in samklang.toml"));
    if amiss == 0 {
        screen.line("nothing is granted that is not asked for and used");
    }
    Ok(Exit::Done)
}

/// What is asked for and what is granted, each once.
fn grants(opening: &Opening) -> Vec<Grant> {
    let given = &opening.grants;
    let origins = |protocol, texts: &[String]| -> BTreeSet<String> {
        let origins = texts.iter();
        let origins = origins.filter_map(|text| Origin::granted(protocol, text).ok());
        origins.map(|origin| origin.to_string()).collect()
    };
    let mut left = origins(Protocol::Http, &given.http);
    left.extend(origins(Protocol::Ldap, &given.ldap));
    left.extend(given.signing.iter().map(|need| format!("signing `{need}`")));
    left.extend(given.inbox.then(|| "inbox".to_owned()));
    left.extend(given.outbox.then(|| "outbox".to_owned()));
    let granted = left.clone();
    let mut found = Vec::new();
    for need in &opening.connector.description.needs {
        let (place, purpose) = match need {
            Need::Http { origin, purpose, .. } => (origin_of(Protocol::Http, origin, opening), purpose),
            Need::Ldap { origin, purpose, .. } => (origin_of(Protocol::Ldap, origin, opening), purpose),
            Need::Signing { name, purpose } => (Some(format!("signing `{name}`")), purpose),
            Need::Inbox(purpose) => (Some("inbox".to_owned()), purpose),
            Need::Outbox(purpose) => (Some("outbox".to_owned()), purpose),
        };
        // An optional setting that is absent: there is nothing to grant.
        let Some(place) = place else { continue };
        left.remove(&place);
        found.push(Grant {
            need: need.name().map(ToOwned::to_owned),
            granted: granted.contains(&place),
            place,
            purpose: purpose.clone(),
            asked: true,
        });
    }
    found.extend(left.into_iter().map(|place| Grant {
        need: None,
        place,
        purpose: String::new(),
        asked: false,
        granted: true,
    }));
    found
}

fn origin_of(protocol: Protocol, template: &str, opening: &Opening) -> Option<String> {
    let origin = Origin::from_template(protocol, template, &opening.settings).ok()?;
    Some(origin.to_string())
}

/// What a person should do about it; empty when nothing.
fn remark(grant: &Grant, used: &Uses, cycles: usize) -> String {
    match (grant.asked, grant.granted) {
        (false, _) => "not asked for: take it out of the grants".to_owned(),
        (true, false) => format!("not granted: {}", grant.purpose),
        (true, true) if used.newest.is_none() && cycles > 0 => {
            "never used: take it out, unless it is for another day".to_owned()
        }
        (true, true) => String::new(),
    }
}
