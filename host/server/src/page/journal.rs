//! What happened and who did it, what is set aside, and for how long what is kept.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use uuid::Uuid;

use super::asked::{Asked, further, said};
use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{In, Operator, Viewer, Within};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{JournalVerdict, Part};

/// Entries on a page.
const ENTRIES: u32 = 50;

/// Objects set aside on a page.
const ASIDE: u32 = 50;

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    /// The entity that entries are about.
    entity: Option<String>,
    after: Option<String>,
    /// Where the rest of what is set aside begins.
    aside: Option<String>,
    done: Option<String>,
}

/// What was done or found before the page is shown.
#[derive(Default)]
struct Before<'a> {
    verdict: Option<JournalVerdict>,
    mishap: Option<&'a Mishap>,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(asked): Asked<View>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &at, &leaf, asked, Before::default()).await
}

async fn page(
    app: &App,
    at: &Within<Viewer>,
    leaf: &Leaf,
    asked: View,
    before: Before<'_>,
) -> Result<Response, Problem> {
    let part = |after: &Option<String>, limit| Part {
        after: after.clone(),
        limit: Some(limit),
    };
    let text = asked.entity.as_deref().unwrap_or_default().trim();
    let entity = text.parse::<Uuid>().ok();
    // What is no UUID is nobody's: the page says so instead of showing everybody's.
    let unknown = entity.is_none() && !text.is_empty();
    let entries = if unknown {
        None
    } else {
        Some(
            app.desk()
                .journal(at, entity, &part(&asked.after, ENTRIES))
                .await?,
        )
    };
    let aside = app.desk().quarantine(at, &part(&asked.aside, ASIDE)).await?;
    let retention = app.desk().retention(at).await?;
    let here = address(at);
    let next = entries.as_ref().and_then(|entries| entries.next.clone());
    let content = context! {
        entries => view(&entries.map(|entries| entries.items)),
        entity => text,
        unknown,
        first => asked.after.is_some().then(|| further(&here, &[("entity", text)])),
        next => next.map(|next| further(&here, &[("entity", text), ("after", &next)])),
        aside => view(&aside.items),
        aside_first => asked.aside.is_some().then(|| format!("{here}#aside")),
        aside_next => aside.next.map(|next| format!("{}#aside", further(&here, &[("aside", &next)]))),
        retention => view(&retention.get("retention")),
        verdict => view(&before.verdict),
        mishap => view(&before.mishap),
        done => said(asked.done, &["retry"]),
    };
    leaf.show_in(at, "journal.html", content).await
}

fn address(at: &Within<Viewer>) -> String {
    format!("{}/journal", root(at.tenant()))
}

/// Reads the whole journal and says whether it is as it was written. It takes a while, so it is a button and not part of every page.
pub(super) async fn verify(
    State(app): State<App>,
    In(at): In<Viewer>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let before = Before {
        verdict: Some(app.desk().verify_journal(&at).await?),
        ..Before::default()
    };
    page(&app, &at, &leaf.at(&address(&at)), View::default(), before).await
}

/// Has what is set aside tried again in the next cycle: one object, or all.
pub(super) async fn retry(
    State(app): State<App>,
    In(at): In<Operator>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let viewer = at.lower();
    match app.desk().retry(&at, typed.get("object")).await {
        Ok(_) => Ok(onwards(&format!("{}?done=retry#aside", address(&viewer)))),
        Err(error) => {
            let mishap = typed.mishap("retry", &error.into());
            let before = Before {
                mishap: Some(&mishap),
                ..Before::default()
            };
            let leaf = leaf.at(&address(&viewer));
            Ok(mishap.on(page(&app, &viewer, &leaf, View::default(), before).await?))
        }
    }
}
