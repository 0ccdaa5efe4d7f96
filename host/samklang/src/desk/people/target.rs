//! Why somebody has no account: the first condition that failed on the way from a source to a target.

use samklang_core::absence::Absence;
use samklang_core::catalogue::Entity;
use samklang_core::matching::CaseState;
use samklang_core::port::{Clock as _, Store as _};
use samklang_cycle::Kept;
use samklang_server::view::{Explained, Held, Moment, Told};
use samklang_store::TenantStore;
use serde_json::{Value, json};

use super::conceal::{CONCEALED, Sensitive, blot, blot_json};
use crate::configuration::Fitted;
use crate::failure::Failure;
use crate::screen::plain;
use crate::wiring::SystemClock;

/// Operations that are looked through.
const OPERATIONS: u32 = 200;

/// Findings that are looked through.
const FINDINGS: u32 = 10_000;

/// Open cases that are looked through.
const CASES: u32 = 10_000;

/// An answer for one class of a target: as a machine gets it, and as it is shown.
pub(crate) struct Answered {
    pub(crate) document: Value,
    pub(crate) shown: Explained,
}

/// Why the entity has no object in the target, or what it has there, class by class.
pub(crate) async fn absences(
    store: &TenantStore,
    entity: &Entity,
    target: &str,
    sensitive: &Sensitive,
    fitted: &Fitted,
) -> Result<Vec<Answered>, Failure> {
    let known: Vec<&str> = fitted
        .tenant
        .connections
        .iter()
        .filter(|(_, connection)| !connection.mappings.outbound.is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    if !known.contains(&target) {
        return Err(Failure::Usage(format!(
            "`{target}` is no target of {}; it has {}",
            fitted.tenant.name,
            if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            }
        )));
    }
    let operations = store.operations_of(entity.id, OPERATIONS).await?;
    let findings = store.findings(FINDINGS).await?;
    let cases = store.cases(&[CaseState::Open], CASES).await?;
    let kept = Kept {
        operations: &operations,
        findings: &findings,
        cases: &cases,
        stale: store.awaits_plan(target, entity.id).await?,
    };
    let answers =
        samklang_cycle::absences(store, &fitted.tenant, SystemClock.now(), target, entity, &kept).await?;
    let hidden = sensitive.texts(entity);
    let waiting = halted(store, target).await?;
    let mut answered = Vec::new();
    for (class, answer) in answers {
        let template = matches!(answer, Absence::OutOfScope)
            .then(|| condition(fitted, target, &class))
            .flatten();
        let values = template
            .as_deref()
            .map(|text| values(entity, text, sensitive, &hidden));
        let halts = matches!(
            answer,
            Absence::Waits { .. } | Absence::NotPlanned | Absence::Unexplained
        );
        let held = waiting.as_ref().filter(|_| halts);
        let words = blot(&answer.says(), &hidden);
        let mut document = blot_json(serde_json::to_value(&answer).unwrap_or_default(), &hidden);
        if let Value::Object(members) = &mut document {
            members.insert("class".to_owned(), json!(class));
            members.insert("words".to_owned(), json!(words));
            members.insert("template".to_owned(), json!(template));
            members.insert("values".to_owned(), json!(values));
            members.insert("halted".to_owned(), json!(held.map(|held| &held.words)));
        }
        let (code, arguments) = answer.coded();
        let remedy = match answer {
            Absence::Found { remedy, .. } => Some(remedy),
            _ => None,
        };
        let shown = Explained {
            class,
            told: Told::new(&code, blot_json(arguments, &hidden)),
            words,
            template,
            values: values.unwrap_or_default().into_iter().collect(),
            remedy,
            held: held.cloned(),
        };
        answered.push(Answered { document, shown });
    }
    Ok(answered)
}

/// The answers as a person reads them, one line each.
pub(crate) fn lines(entity: &Entity, target: &str, answered: &[Answered]) -> Vec<String> {
    let mut lines = Vec::new();
    if answered.is_empty() {
        lines.push(format!(
            "no class of {target} stands for a {}: its mapping has none",
            entity.kind.as_str()
        ));
    }
    for Answered { shown, .. } in answered {
        lines.push(format!("{target}/{}: {}", shown.class, shown.words));
        if let Some(template) = &shown.template {
            lines.push(format!("  the condition: {template}"));
            for (name, value) in &shown.values {
                let value = if value.is_null() {
                    "(nothing)".to_owned()
                } else {
                    plain(value)
                };
                lines.push(format!("  {name}: {value}"));
            }
        }
        let held = shown.held.as_ref().map(|held| held.words.as_str());
        let rest = [(shown.remedy.as_deref(), "what to do"), (held, "the cycle waits")];
        for (text, label) in rest {
            lines.extend(text.map(|text| format!("  {label}: {text}")));
        }
    }
    lines
}

/// The condition of a class, as it is written.
fn condition(fitted: &Fitted, target: &str, class: &str) -> Option<String> {
    fitted.written.get(target)?.outbound.get(class)?.when.clone()
}

/// The entity's values whose names stand in a template; what it has no value for is null.
fn values(
    entity: &Entity,
    template: &str,
    sensitive: &Sensitive,
    hidden: &[String],
) -> serde_json::Map<String, Value> {
    let words = template.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    let words: std::collections::BTreeSet<&str> = words
        .filter(|word| word.starts_with(|letter: char| letter.is_alphabetic()) && !ENGINE.contains(word))
        .collect();
    words
        .into_iter()
        .map(|name| {
            let value = match entity.values.get(name) {
                Some(_) if sensitive.canonical(entity.kind, name) => CONCEALED.into(),
                Some(value) => blot_json(value.to_json(), hidden),
                None => entity
                    .references
                    .get(name)
                    .map_or(Value::Null, |id| id.to_string().into()),
            };
            (name.to_owned(), value)
        })
        .collect()
}

/// Words of the template language.
const ENGINE: [&str; 14] = [
    "and", "or", "not", "in", "is", "if", "else", "elif", "endif", "defined", "none", "true", "false",
    "length",
];

/// Why the newest cycle waits before or at the target's export.
async fn halted(store: &TenantStore, target: &str) -> Result<Option<Held>, Failure> {
    let Some(cycle) = store.newest_cycle().await? else {
        return Ok(Some(Held {
            cycle: None,
            kind: None,
            system: None,
            since: None,
            words: "no cycle has run yet".to_owned(),
        }));
    };
    for step in store.steps(cycle.id).await? {
        let stop = step.message.as_deref().and_then(samklang_cycle::Stop::parse);
        if let Some(stop) = stop {
            let name = crate::configuration::step_words(&step.spec);
            return Ok(Some(Held {
                cycle: Some(cycle.id),
                words: format!("{name} of cycle {}: {}", cycle.id, stop.message),
                since: step.ended.or(step.started).map(Moment),
                kind: Some(step.spec.kind),
                system: step.spec.connection,
            }));
        }
        if step.spec.kind == "export" && step.spec.connection.as_deref() == Some(target) {
            break;
        }
    }
    Ok(None)
}
