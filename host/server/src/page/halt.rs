//! What a guard has halted: what exceeds which limit, by school and class, before and after, and the decision about exactly that.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{Approver, In, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::{Part, Verdict, VerdictKind};

/// How many changes one page of a search shows.
const FOUND: u32 = 50;

/// What the address adds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// What is searched for.
    find: Option<String>,
    /// Where the part of the results begins.
    after: Option<String>,
    /// Somebody has just been the first of two.
    first: Option<bool>,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Query(asked): Query<Asked>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &leaf, &at, asked, None).await
}

async fn page(
    app: &App,
    leaf: &Leaf,
    at: &Within<Viewer>,
    asked: Asked,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let halt = app.desk().halt(at).await?;
    let search = match (&asked.find, &halt) {
        (Some(text), Some(_)) => {
            let part = Part {
                after: asked.after.clone(),
                limit: Some(FOUND),
            };
            Some(app.desk().halted_changes(at, text.trim(), &part).await?)
        }
        _ => None,
    };
    let mine = halt
        .as_ref()
        .is_some_and(|halt| halt.approved_by.as_deref() == Some(at.who()));
    let content = context! {
        halt => view(&halt),
        search => view(&search.as_ref().map(|search| &search.found)),
        looked => search.as_ref().map(|search| search.looked),
        find => asked.find.unwrap_or_default(),
        after => asked.after,
        first => asked.first.unwrap_or_default(),
        mine,
        mishap => view(&mishap),
    };
    let page = leaf.show_in(at, "halt.html", content).await?;
    Ok(match mishap {
        Some(mishap) => mishap.on(page),
        None => page,
    })
}

/// Decides about what the page showed, and about nothing else.
pub(super) async fn decide(
    State(app): State<App>,
    In(at): In<Approver>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let deed = async {
        let verdict = match typed.needed("verdict")? {
            "release" => VerdictKind::Release,
            "release-as-promotion" => VerdictKind::ReleaseAsPromotion,
            "reject" => VerdictKind::Reject,
            "reject-source" => VerdictKind::RejectSource,
            other => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    format!("there is no decision {other:?}"),
                ));
            }
        };
        let verdict = Verdict {
            verdict,
            reason: typed.reason()?,
            digest: typed.needed("digest")?.to_owned(),
        };
        let ruling = app.desk().decide(&at, &verdict).await?;
        app.runner().wake(at.tenant());
        Ok(ruling)
    };
    match deed.await {
        Ok(ruling) if ruling.decided => Ok(onwards(&root(at.tenant()))),
        Ok(_) => Ok(onwards(&format!("{}/halt?first=true", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("verdict", &problem);
            let leaf = leaf.at(&format!("{}/halt", root(at.tenant())));
            page(&app, &leaf, &at.lower(), Asked::default(), Some(&mishap)).await
        }
    }
}
