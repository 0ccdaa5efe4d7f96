//! `samklang explain`: where each value of an entity comes from, which objects stand for it and why, and what became of it
//! in each target. Everything is answered from what is kept; no system is asked.

mod conceal;
mod gather;
mod show;

use std::path::PathBuf;

use clap::Args;
use samklang_core::catalogue::Entity;
use samklang_store::TenantStore;
use serde_json::json;
use uuid::Uuid;

use super::Context;
use crate::configuration::Use;
use crate::failure::{Exit, Failure};
use conceal::Sensitive;

/// Entities that are offered to choose from.
const OFFERED: u32 = 20;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
}

pub(super) async fn run(context: &Context, explain: &Explain) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&explain.dir).await?;
    // What is sensitive is told by the connectors and the mappings, so both must be there.
    let fitted = tenant.fit(&premises.installed().await?, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let sensitive = Sensitive::of(&fitted);
    let text = explain.entity.trim();
    let found = store.find_entities(text, OFFERED).await?;
    let meant = meant(&store, text, &found).await?;
    match (meant, found.is_empty()) {
        (Some(entity), _) => {
            let explanation = gather::explanation(&store, entity, &sensitive).await?;
            screen.document(&json!({ "tenant": fitted.tenant.name, "entity": explanation }));
            show::explanation(screen, &explanation);
            Ok(Exit::Done)
        }
        (None, true) => Err(Failure::Usage(format!(
            "nothing in {} is known by `{text}`: give a UUID, a key, a user name, or a part of a name",
            fitted.tenant.name
        ))),
        (None, false) => {
            let matches = gather::matches(&store, &found, &sensitive).await?;
            screen.document(&json!({ "tenant": fitted.tenant.name, "matches": matches }));
            show::matches(screen, &matches, found.len() >= OFFERED as usize);
            Ok(Exit::Usage)
        }
    }
}

/// The one entity that is meant: the only one found, or the only one of which the text is more than a part.
async fn meant<'a>(
    store: &TenantStore,
    text: &str,
    found: &'a [Entity],
) -> Result<Option<&'a Entity>, Failure> {
    if let [only] = found {
        return Ok(Some(only));
    }
    if let Ok(id) = text.parse::<Uuid>()
        && let Some(entity) = found.iter().find(|entity| entity.id == id)
    {
        return Ok(Some(entity));
    }
    let mut exact = Vec::new();
    for entity in found {
        let value = entity.values.values().any(|value| value.as_text() == Some(text));
        if value
            || store
                .objects_of(entity.id)
                .await?
                .iter()
                .any(|(object, _)| object.key == text)
        {
            exact.push(entity);
        }
    }
    Ok(match exact.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}
