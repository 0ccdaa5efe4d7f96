//! What a tenant's connectors ask for, what they are granted, and what of it they use.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::connector::Need;
use samklang_core::port::Store as _;
use samklang_egress::{Origin, Protocol};
use samklang_store::TenantStore;

use crate::configuration::Opening;
use crate::failure::Failure;

/// How many cycles are looked back.
const CYCLES: u32 = 100;

/// Something that can be granted.
pub(crate) struct Grant {
    /// The connector's name for it; none when it is granted only.
    pub(crate) need: Option<String>,
    /// What the step's record calls it: an origin, a key or a folder.
    pub(crate) place: String,
    /// What the connector wants it for.
    pub(crate) purpose: String,
    pub(crate) asked: bool,
    pub(crate) granted: bool,
}

/// What of a grant was used: how often, and in the newest of which cycles.
#[derive(Default)]
pub(crate) struct Uses {
    pub(crate) requests: u64,
    pub(crate) newest: Option<i64>,
}

/// The uses of grants, by connection and place, and the number of cycles that they are those of.
pub(crate) async fn uses(store: &TenantStore) -> Result<(usize, BTreeMap<(String, String), Uses>), Failure> {
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
    Ok((cycles.len(), uses))
}

/// What is asked for and what is granted, each once.
pub(crate) fn grants(opening: &Opening) -> Vec<Grant> {
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
pub(crate) fn remark(grant: &Grant, used: &Uses, cycles: usize) -> String {
    match (grant.asked, grant.granted) {
        (false, _) => "not asked for: take it out of the grants".to_owned(),
        (true, false) => format!("not granted: {}", grant.purpose),
        (true, true) if used.newest.is_none() && cycles > 0 => {
            "never used: take it out, unless it is for another day".to_owned()
        }
        (true, true) => String::new(),
    }
}
