//! Everything about one entity, as the person whom it is about may have it: what the catalogue holds, what each source and target said, what
//! was done, and what persons asked and answered. Of others it gives nothing but that they were candidates too.

use samklang_core::catalogue::{Entity, ObjectRef};
use samklang_core::port::Store as _;
use samklang_core::{Attributes, Value as Kept};
use samklang_store::{About, TenantStore, Wanted};
use serde_json::{Map, Value, json};

use crate::desk::journal;
use crate::failure::Failure;
use crate::screen::rfc3339;

/// Entries and operations that are read at most.
const ALL: u32 = u32::MAX;

fn values(attributes: &Attributes) -> Map<String, Value> {
    attributes
        .iter()
        .map(|(name, value)| (name.clone(), Kept::to_json(value)))
        .collect()
}

fn named(object: &ObjectRef) -> String {
    object.to_string()
}

/// Everything about one entity.
pub(crate) async fn part(store: &TenantStore, entity: &Entity) -> Result<Value, Failure> {
    let links = store.links_of(&[entity.id]).await?;
    let objects: Vec<ObjectRef> = links.iter().map(|link| link.object.clone()).collect();
    let snapshot = store.snapshot_of(&objects).await?;
    let objects: Vec<Value> = links
        .iter()
        .map(|link| {
            let body = snapshot.iter().find(|(object, _)| *object == link.object);
            json!({
                "object": named(&link.object),
                "rule": link.rule,
                "since": rfc3339(link.since),
                "read": body.map(|(_, body)| values(body)),
                "says": values(&link.contribution.values),
                "refers_to": link.contribution.references,
            })
        })
        .collect();
    let targets: Vec<Value> = store
        .shadows_for(entity.id)
        .await?
        .iter()
        .map(|(target, shadow)| {
            json!({
                "target": target, "class": shadow.class, "key": shadow.key, "state": shadow.state.as_str(),
                "attributes": values(&shadow.attributes), "ours": values(&shadow.ours),
            })
        })
        .collect();
    let operations: Vec<Value> = store
        .operations_of(entity.id, ALL)
        .await?
        .iter()
        .map(|record| {
            json!({
                "id": record.operation.id, "cycle": record.cycle, "target": record.connection,
                "class": record.operation.class, "action": record.operation.action.as_str(), "key": record.operation.key,
                "desired": values(&record.operation.desired), "before": values(&record.before),
                "ours": values(&record.ours), "state": record.state.as_str(), "reason": record.reason.to_string(),
                "outcome": record.outcome,
            })
        })
        .collect();
    let wanted = Wanted {
        entity: Some(entity.id),
        ..Wanted::default()
    };
    let journal = store.journal_entries(&wanted, ALL).await?;
    let provenance: Map<String, Value> = entity
        .provenance
        .iter()
        .map(|(name, object)| (name.clone(), object.to_string().into()))
        .collect();
    let mut whole = json!({
        "id": entity.id,
        "kind": entity.kind.as_str(),
        "state": entity.state.as_str(),
        "attributes": values(&entity.values),
        "references": entity.references,
        "provenance": provenance,
        "objects": objects,
        "targets": targets,
        "operations": operations,
        "journal": journal.iter().map(journal::document).collect::<Vec<_>>(),
    });
    if let (Some(whole), Value::Object(rest)) = (whole.as_object_mut(), about(&store.about(entity.id).await?))
    {
        whole.extend(rest);
    }
    Ok(whole)
}

/// What lies about it beside itself.
fn about(about: &About) -> Value {
    let About {
        former,
        staged,
        waiting,
        life,
        overrides,
        found_by,
        names,
        unresolved,
        days,
        leaving,
        requests,
        stale,
        touched,
        cases,
        candidate_in,
        rulings,
        quarantined,
        findings,
        examples,
        checks,
    } = about;
    json!({
        "former_objects": former.iter().map(named).collect::<Vec<_>>(),
        "not_accepted_yet": staged.iter().map(|(object, kind, body)| json!({
            "object": named(object), "change": kind.as_str(), "read": body.as_ref().map(values),
        })).collect::<Vec<_>>(),
        "life": life.as_ref().map(|life| json!({
            "state": life.state.as_str(), "since": rfc3339(life.since), "until": life.due.map(rfc3339), "cause": life.cause.to_string(),
        })),
        "overrides": overrides.iter().map(|set| json!({
            "attribute": set.attribute, "value": set.value.to_json(), "until": set.until.map(rfc3339), "who": set.who,
            "reason": set.reason, "at": rfc3339(set.at),
        })).collect::<Vec<_>>(),
        "found_by": found_by,
        "names": names.iter().map(|name| json!({
            "scope": name.scope, "name": name.name, "since": rfc3339(name.since), "released": name.released.map(rfc3339),
        })).collect::<Vec<_>>(),
        "unresolved": unresolved.iter().map(named).collect::<Vec<_>>(),
        "days": days,
        "leaving": leaving.iter().map(|(target, leaving)| json!({
            "target": target, "class": leaving.class, "key": leaving.key, "stage": leaving.stage.as_str(),
            "since": rfc3339(leaving.since), "due": leaving.due.map(rfc3339),
        })).collect::<Vec<_>>(),
        "requests": requests.iter().map(|(target, request)| json!({
            "target": target, "who": request.who, "reason": request.reason, "at": rfc3339(request.at),
        })).collect::<Vec<_>>(),
        "waits": {
            "objects": waiting.iter().map(named).collect::<Vec<_>>(), "targets": stale, "worked_out_anew": touched,
        },
        "cases": cases.iter().map(|case| json!({
            "id": case.id, "object": named(&case.object), "name": case.name, "kind": case.kind.as_str(),
            "side": case.side.as_str(), "state": case.state.as_str(), "opened": rfc3339(case.opened),
            "closed": case.closed.map(rfc3339), "choice": case.choice.map(|choice| choice.as_str()), "chosen": case.chosen,
            "who": case.who, "reason": case.reason, "candidates": case.candidates.len(),
        })).collect::<Vec<_>>(),
        "candidate_in": candidate_in.iter().map(|(case, state, candidate)| json!({
            "case": case, "state": state.as_str(), "name": candidate.name, "rule": candidate.rule, "near": candidate.near,
            "holder": candidate.holder, "agrees": candidate.agrees,
            "differs": candidate.differs.iter()
                .map(|one| json!({ "attribute": one.attribute, "value": one.candidate })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "rulings": rulings.iter().map(|ruling| json!({
            "object": named(&ruling.object), "choice": ruling.choice.as_str(), "entity": ruling.entity, "who": ruling.who,
            "reason": ruling.reason, "at": rfc3339(ruling.at),
        })).collect::<Vec<_>>(),
        "quarantine": quarantined.iter().map(|one| json!({
            "object": named(&one.finding.object), "code": one.finding.code, "message": one.finding.message,
            "failures": one.failures, "since": rfc3339(one.since), "due": rfc3339(one.due),
        })).collect::<Vec<_>>(),
        "findings": findings,
        "halted": examples.iter().map(|(cycle, connection, sample)| json!({
            "cycle": cycle, "connection": connection, "class": sample.class, "key": sample.key, "change": sample.change,
            "before": values(&sample.before), "after": values(&sample.after),
        })).collect::<Vec<_>>(),
        "checks": checks.iter().map(|(target, at, finding)| json!({
            "target": target, "at": rfc3339(*at), "finding": finding,
        })).collect::<Vec<_>>(),
    })
}
