//! One entity now: what is asked for is kept with who asked, and what is to be run follows from it.

use samklang_core::catalogue::ObjectRef;
use samklang_core::plan::Create;
use samklang_core::port::{Clock as _, Deed, Journal as _, Request};
use samklang_cycle::{Errand, Tenant};
use serde_json::json;
use uuid::Uuid;

use super::Ready;
use crate::desk::journal;
use crate::failure::Failure;
use crate::wiring::SystemClock;

/// What is asked for about one entity.
pub(crate) struct Errands<'a> {
    /// Whom it is about.
    pub(crate) entity: Uuid,
    /// The target; none for all.
    pub(crate) target: Option<&'a str>,
    /// Also make it where that is done on request.
    pub(crate) distribute: bool,
    /// Who asks.
    pub(crate) who: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// The targets in which an object may be asked for.
fn requestable(tenant: &Tenant) -> impl Iterator<Item = &String> {
    tenant
        .connections
        .iter()
        .filter(|(_, connection)| {
            connection
                .mappings
                .outbound
                .keys()
                .any(|class| connection.policy.of(class).create != Create::Never)
        })
        .map(|(name, _)| name)
}

/// Keeps what is asked for; answers what is to be run.
pub(crate) async fn asked(ready: &Ready, asked: &Errands<'_>) -> Result<Errand, Failure> {
    let known: Vec<&String> = requestable(&ready.tenant).collect();
    let targets: Vec<String> = match asked.target {
        Some(target) if !known.iter().any(|name| *name == target) => {
            return Err(Failure::Usage(format!(
                "`{target}` is no target of {} in which an object may be asked for; there is: {}",
                ready.tenant.name,
                if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.into_iter().cloned().collect::<Vec<_>>().join(", ")
                }
            )));
        }
        Some(target) => vec![target.to_owned()],
        None if asked.distribute => known.into_iter().cloned().collect(),
        None => Vec::new(),
    };
    let request = Request {
        entity: asked.entity,
        who: asked.who.to_owned(),
        reason: asked.reason.to_owned(),
        at: SystemClock.now(),
    };
    // Where nothing is asked for anew, it is kept who wanted it to be looked at.
    let wanted = if asked.distribute { &targets[..] } else { &[] };
    ready.store.ask(&request, wanted).await?;
    Ok(Errand {
        entity: Some(asked.entity),
        targets,
        ..Errand::default()
    })
}

/// An object of a source, when the text names one as CONNECTION/CLASS/KEY. It need not have been read before.
pub(crate) fn source_object(tenant: &Tenant, text: &str) -> Option<ObjectRef> {
    let object = journal::object(text)?;
    let mappings = &tenant.connections.get(&object.connection)?.mappings;
    mappings.inbound.contains_key(&object.class).then_some(object)
}

/// Keeps who asked for an object of a source, and why; answers what is to be run.
pub(crate) async fn fetched(
    ready: &Ready,
    object: &ObjectRef,
    (who, reason): (&str, &str),
) -> Result<Errand, Failure> {
    let deed = Deed {
        at: SystemClock.now(),
        who: who.to_owned(),
        event: "requested".to_owned(),
        cycle: None,
        entity: None,
        why: reason.to_owned(),
        detail: json!({ "object": object.to_string() }),
    };
    ready.store.note(&[deed]).await?;
    Ok(Errand {
        object: Some(object.clone()),
        ..Errand::default()
    })
}
