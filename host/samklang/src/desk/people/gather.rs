//! Everything that is kept about one entity, put together and with what is sensitive left out. What is shown to a person
//! and what is given to a machine are made of the same.

use std::collections::BTreeMap;

use samklang_core::catalogue::{Entity, Link};
use samklang_core::mapping::FieldSource;
use samklang_core::port::{FindingRecord, Store as _};
use samklang_core::sentence::Outranked;
use samklang_server::view::{
    self, Attribute, EntityJournal, EntityLink, EntityOperation, EntityTarget, Match, Moment, OtherValue,
    Referred, Subject, Told, named,
};
use samklang_store::TenantStore;
use uuid::Uuid;

use super::conceal::{CONCEALED, Sensitive, blot, blot_json, told};
use super::life::course;
use crate::configuration::Fitted;
use crate::failure::Failure;

/// Entries of the journal and operations that are shown.
const SHOWN: u32 = 20;

/// Findings that are looked through for those about this entity.
const FINDINGS: u32 = 10_000;

/// Puts everything together.
pub(crate) async fn explanation(
    store: &TenantStore,
    entity: &Entity,
    sensitive: &Sensitive,
    fitted: &Fitted,
) -> Result<(view::Entity, Vec<FindingRecord>), Failure> {
    let hidden = sensitive.texts(entity);
    let links = store.links_of(&[entity.id]).await?;
    let mut targets = Vec::new();
    for (target, shadow) in store.shadows_for(entity.id).await? {
        let attributes = shadow.attributes.iter().map(|(name, value)| {
            let value = if sensitive.native(&target, &shadow.class, name) {
                CONCEALED.into()
            } else {
                blot_json(value.to_json(), &hidden)
            };
            (name.clone(), value)
        });
        targets.push(EntityTarget {
            attributes: attributes.collect(),
            target: target.clone(),
            class: shadow.class,
            key: blot(&shadow.key, &hidden),
            state: shadow.state.as_str().to_owned(),
            cycle: shadow.cycle,
        });
    }
    let operations = store
        .operations_of(entity.id, SHOWN)
        .await?
        .into_iter()
        .map(|record| EntityOperation {
            id: record.operation.id,
            cycle: record.cycle,
            target: record.connection,
            class: record.operation.class,
            action: record.operation.action.as_str().to_owned(),
            key: blot(&record.operation.key, &hidden),
            state: record.state.as_str().to_owned(),
            changed: record.operation.changed,
            reason: blot(&record.reason.to_string(), &hidden),
            told: told(&record.reason, &hidden),
            outcome: record.outcome.map(|outcome| blot_json(outcome, &hidden)),
        });
    let journal = store
        .journal(entity.id, SHOWN)
        .await?
        .into_iter()
        .map(|entry| EntityJournal {
            cycle: entry.cycle,
            at: Moment(entry.at),
            event: entry.event,
            detail: blot_json(entry.detail, &hidden),
        });
    let findings = findings(store, &links, &targets, &hidden).await?;
    let mut attributes = attributes(store, entity, sensitive, &hidden).await?;
    for line in &mut attributes {
        contest(line, entity, &links, fitted, sensitive, &hidden);
    }
    let subjects = findings.iter().map(|finding| Subject {
        object: finding.object.to_string(),
        code: finding.code.clone(),
        arguments: named(finding.arguments.clone()),
        message: finding.message.clone(),
        remedy: finding.remedy.clone(),
    });
    let entity = view::Entity {
        id: entity.id,
        kind: entity.kind.as_str().to_owned(),
        state: entity.state.as_str().to_owned(),
        name: blot(&name(entity), &hidden),
        course: course(store, entity, sensitive, &hidden).await?,
        attributes,
        links: links
            .iter()
            .map(|link| EntityLink {
                object: blot(&link.object.to_string(), &hidden),
                rule: link.rule.clone(),
                since: Moment(link.since),
            })
            .collect(),
        targets,
        operations: operations.collect(),
        journal: journal.collect(),
        findings: subjects.collect(),
    };
    Ok((entity, findings))
}

async fn attributes(
    store: &TenantStore,
    entity: &Entity,
    sensitive: &Sensitive,
    hidden: &[String],
) -> Result<Vec<Attribute>, Failure> {
    let from = |name: &str| {
        entity
            .provenance
            .get(name)
            .map(|object| blot(&object.to_string(), hidden))
    };
    let mut lines: Vec<Attribute> = entity
        .values
        .iter()
        .map(|(name, value)| Attribute {
            name: name.clone(),
            value: if sensitive.canonical(entity.kind, name) {
                CONCEALED.into()
            } else {
                blot_json(value.to_json(), hidden)
            },
            refers_to: None,
            referred: None,
            from: from(name),
            template: None,
            others: Vec::new(),
        })
        .collect();
    let referred: Vec<Uuid> = entity.references.values().copied().collect();
    let known: BTreeMap<Uuid, Referred> = store
        .entities(&referred)
        .await?
        .iter()
        .map(|entity| {
            (
                entity.id,
                Referred {
                    kind: entity.kind.as_str().to_owned(),
                    name: blot(&name(entity), &sensitive.texts(entity)),
                },
            )
        })
        .collect();
    let told = |to: &Uuid| {
        let referred = known.get(to);
        referred.map_or_else(
            || to.to_string(),
            |referred| format!("{} {}", referred.kind, referred.name),
        )
    };
    lines.extend(entity.references.iter().map(|(name, to)| Attribute {
        name: name.clone(),
        value: told(to).into(),
        refers_to: Some(*to),
        referred: known.get(to).cloned(),
        from: from(name),
        template: None,
        others: Vec::new(),
    }));
    lines.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(lines)
}

/// Adds to an attribute how its mapping writes it, and what other objects say of it and why they did not have their way.
fn contest(
    line: &mut Attribute,
    entity: &Entity,
    links: &[Link],
    fitted: &Fitted,
    sensitive: &Sensitive,
    hidden: &[String],
) {
    let winner = entity.provenance.get(&line.name);
    line.template = winner.and_then(|object| {
        let field = fitted
            .written
            .get(&object.connection)?
            .inbound
            .get(&object.class)?;
        match field.attributes.get(&line.name)? {
            FieldSource::Template(text) => Some(text.clone()),
            FieldSource::Object { reference, key } => Some(format!("{reference} of {key}")),
            FieldSource::Target { .. } | FieldSource::Each { .. } | FieldSource::Unique(_) => None,
        }
    });
    let rank = |connection: &str| {
        fitted
            .tenant
            .sources
            .iter()
            .position(|source| source == connection)
    };
    for link in links
        .iter()
        .filter(|link| Some(&link.object) != winner.map(|winner| &**winner))
    {
        let said = &link.contribution;
        let value = match (said.values.get(&line.name), said.references.get(&line.name)) {
            (Some(value), _) => value.to_json(),
            (None, Some((class, key))) => format!("{class}/{key}").into(),
            (None, None) => continue,
        };
        let why = match winner {
            Some(winner) if winner.connection == link.object.connection => Outranked::WithinSource,
            Some(winner) if rank(&winner.connection) < rank(&link.object.connection) => {
                Outranked::BelievedBefore {
                    winner: winner.connection.clone(),
                    loser: link.object.connection.clone(),
                }
            }
            Some(winner) => Outranked::Owned {
                winner: winner.connection.clone(),
            },
            None => Outranked::ByHand,
        };
        line.others.push(OtherValue {
            value: if sensitive.canonical(entity.kind, &line.name) {
                CONCEALED.into()
            } else {
                blot_json(value, hidden)
            },
            from: blot(&link.object.to_string(), hidden),
            why: why.to_string(),
            told: Told::of(&why),
        });
    }
}

async fn findings(
    store: &TenantStore,
    links: &[Link],
    targets: &[EntityTarget],
    hidden: &[String],
) -> Result<Vec<FindingRecord>, Failure> {
    let mut findings = store.findings(FINDINGS).await?;
    findings.retain(|finding| {
        let object = &finding.object;
        links.iter().any(|link| link.object == *object)
            || targets.iter().any(|target| {
                target.target == object.connection && target.class == object.class && target.key == object.key
            })
    });
    for finding in &mut findings {
        finding.message = blot(&finding.message, hidden);
        finding.arguments = blot_json(finding.arguments.take(), hidden);
        finding.object.key = blot(&finding.object.key, hidden);
    }
    Ok(findings)
}

/// Entities to choose from.
pub(crate) async fn matches(
    store: &TenantStore,
    found: &[Entity],
    sensitive: &Sensitive,
) -> Result<Vec<Match>, Failure> {
    let mut lines = Vec::with_capacity(found.len());
    for entity in found {
        let hidden = sensitive.texts(entity);
        let objects = store.objects_of(entity.id).await?;
        lines.push(Match {
            id: entity.id,
            kind: entity.kind.as_str().to_owned(),
            state: entity.state.as_str().to_owned(),
            name: blot(&name(entity), &hidden),
            objects: objects
                .iter()
                .map(|(object, _)| blot(&object.to_string(), &hidden))
                .collect(),
        });
    }
    Ok(lines)
}

/// What a person calls the entity.
pub(super) fn name(entity: &Entity) -> String {
    let text = |name: &str| {
        entity
            .values
            .get(name)
            .and_then(samklang_core::Value::as_text)
            .map(str::to_owned)
    };
    let full = || match (text("given_name"), text("family_name")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (given, family) => given.or(family),
    };
    text("display_name")
        .or_else(full)
        .or_else(|| text("name"))
        .or_else(|| text("username"))
        .or_else(|| text("job_function"))
        .or_else(|| text("role"))
        .unwrap_or_else(|| entity.id.to_string())
}
