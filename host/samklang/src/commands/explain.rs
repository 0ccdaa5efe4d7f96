//! `samklang explain`: where each value of an entity comes from, which objects stand for it and why, and what became of it
//! in each target. Everything is answered from what is kept; no system is asked.

mod life;
mod operation;
mod show;

use std::path::PathBuf;

use clap::Args;
use samklang_core::matching::CaseState;
use samklang_store::TenantStore;
use serde_json::json;

use super::Context;
use crate::configuration::Use;
use crate::desk::people::operation as desk;
use crate::desk::people::{Sensitive, gather, meant, target};
use crate::failure::{Exit, Failure};

/// Entities that are offered to choose from.
const OFFERED: u32 = 20;

/// Findings that are looked through.
const FINDINGS: u32 = 10_000;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY", required_unless_present = "operation")]
    entity: Option<String>,
    /// Say why the entity has no object in this target, or what it has there.
    #[arg(long, value_name = "NAME", conflicts_with = "operation")]
    target: Option<String>,
    /// Say why this operation was planned, and what became of it.
    #[arg(long, value_name = "ID", conflicts_with = "entity")]
    operation: Option<String>,
}

pub(super) async fn run(context: &Context, explain: &Explain) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&explain.dir).await?;
    // What is sensitive is told by the connectors and the mappings, so both must be there.
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let sensitive = Sensitive::of(&fitted);
    if let Some(id) = &explain.operation {
        let story = desk::story(&store, id, &fitted.tenant.name, &sensitive).await?;
        screen.document(&json!({ "tenant": fitted.tenant.name, "operation": story }));
        operation::show(screen, &story);
        return Ok(Exit::Done);
    }
    let text = explain.entity.as_deref().unwrap_or_default().trim();
    let found = store.find_entities(text, OFFERED).await?;
    let meant = meant(&store, text, &found).await?;
    match (meant, found.is_empty()) {
        (Some(entity), _) => {
            if let Some(target) = &explain.target {
                let answered = target::absences(&store, entity, target, &sensitive, &fitted).await?;
                let documents: Vec<_> = answered.iter().map(|one| &one.document).collect();
                screen.document(&json!({
                    "tenant": fitted.tenant.name, "entity": entity.id, "target": target, "classes": documents,
                }));
                for line in target::lines(entity, target, &answered) {
                    screen.line(line);
                }
                return Ok(Exit::Done);
            }
            let (explanation, findings) = gather::explanation(&store, entity, &sensitive, &fitted).await?;
            let mut document = json!(explanation);
            if let Some(members) = document.as_object_mut() {
                members.insert("findings".to_owned(), json!(findings));
            }
            screen.document(&json!({ "tenant": fitted.tenant.name, "entity": document }));
            show::explanation(screen, &explanation);
            Ok(Exit::Done)
        }
        (None, true) => Err(Failure::Usage(unknown(&store, text, &fitted.tenant.name).await?)),
        (None, false) => {
            let matches = gather::matches(&store, &found, &sensitive).await?;
            screen.document(&json!({ "tenant": fitted.tenant.name, "matches": matches }));
            show::matches(screen, &matches, found.len() >= OFFERED as usize);
            Ok(Exit::Usage)
        }
    }
}

/// Says what is known by a text that leads to no entity: objects that stand for nothing, and why.
async fn unknown(store: &TenantStore, text: &str, tenant: &str) -> Result<String, Failure> {
    let objects = store.objects_with_key(text, OFFERED).await?;
    if objects.is_empty() {
        return Ok(format!(
            "nothing in {tenant} is known by `{text}`: give a UUID, a key, a user name, or a part of a name"
        ));
    }
    let findings = store.findings(FINDINGS).await?;
    let cases = store.cases(&[CaseState::Open], FINDINGS).await?;
    let lines = objects.into_iter().map(|known| {
        let finding = findings.iter().find(|finding| finding.object == known.object);
        let case = cases.iter().find(|case| case.object == known.object);
        let why = match (finding, case) {
            (Some(finding), _) => format!("{}: {}; {}", finding.code, finding.message, finding.remedy),
            (None, Some(case)) => format!(
                "case {} asks a person what it stands for: `samklang case show DIR {}`",
                case.id, case.id
            ),
            (None, None) if known.waits => "it waits for the next cycle to be reconciled".to_owned(),
            (None, None) => "its mapping leaves it out".to_owned(),
        };
        format!("{} stands for no entity: {why}", known.object)
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}
