//! One entity: where its values come from, what became of it in each target, and what can be done about it.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use minijinja::context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::asked::{Asked, said};
use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{Administrator, Approver, In, Operator, Viewer, Within};
use crate::app::App;
use crate::desk::forget_person;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::{Connection, Entity, EntityTarget, Explanation, Leaving, OverrideWish};

/// What this page says after a deed.
const DEEDS: [&str; 3] = ["errand", "by-hand", "taken-back"];

/// The entity in the address.
type Whom = Result<Path<(String, Uuid)>, PathRejection>;

fn whom(path: Whom) -> Result<Uuid, Problem> {
    path.map(|Path((_, id))| id).map_err(|_| {
        Problem::new(
            Kind::Absent,
            "an entity's address ends with its UUID: search for it at /people",
        )
    })
}

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    /// The target for which it shall be explained.
    explain: Option<String>,
    /// What was done before.
    done: Option<String>,
}

/// A target and what it has of the entity.
#[derive(Serialize)]
struct Place<'a> {
    name: &'a str,
    system: &'a str,
    objects: Vec<&'a EntityTarget>,
    leaving: Vec<&'a Leaving>,
    explanation: Option<Explanation>,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    path: Whom,
    Asked(asked): Asked<View>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &at, whom(path)?, &leaf, asked, None).await
}

async fn page(
    app: &App,
    at: &Within<Viewer>,
    id: Uuid,
    leaf: &Leaf,
    asked: View,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let entity = app.desk().entity(at, id).await?;
    let connections = app.desk().connections(at).await?;
    let mut places = places(&entity, &connections);
    if let Some(target) = &asked.explain {
        let explanation = app.desk().explain_target(at, id, target).await?;
        if let Some(place) = places.iter_mut().find(|place| place.name == target) {
            place.explanation = Some(explanation);
        }
    }
    let content = context! {
        entity => view(&entity),
        places => view(&places),
        done => said(asked.done, &DEEDS),
        mishap => view(&mishap),
    };
    leaf.show_in(at, "person.html", content).await
}

/// Every target, whether it has something of the entity or not; and what has objects though it is no target any more.
fn places<'a>(entity: &'a Entity, connections: &'a [Connection]) -> Vec<Place<'a>> {
    let targets = connections
        .iter()
        .filter(|connection| connection.role != "source");
    let mut places: Vec<Place<'a>> = targets
        .map(|target| Place {
            name: &target.name,
            system: &target.system,
            objects: Vec::new(),
            leaving: Vec::new(),
            explanation: None,
        })
        .collect();
    for object in &entity.targets {
        if !places.iter().any(|place| place.name == object.target) {
            places.push(Place {
                name: &object.target,
                system: &object.target,
                objects: Vec::new(),
                leaving: Vec::new(),
                explanation: None,
            });
        }
    }
    for place in &mut places {
        place.objects = entity
            .targets
            .iter()
            .filter(|object| object.target == place.name)
            .collect();
        let of_it = |each: &&Leaving| each.object.split('/').next() == Some(place.name);
        place.leaving = entity.course.leaving.iter().filter(of_it).collect();
    }
    places
}

fn address(at: &Within<Viewer>, id: Uuid) -> String {
    format!("{}/people/{id}", root(at.tenant()))
}

/// The page with a form that was not taken; the problem alone where there is no such page any more.
async fn again(
    app: &App,
    at: &Within<Viewer>,
    id: Uuid,
    leaf: Leaf,
    mishap: Mishap,
    problem: Problem,
) -> Result<Response, Problem> {
    let leaf = leaf.at(&address(at, id));
    match page(app, at, id, &leaf, View::default(), Some(&mishap)).await {
        Ok(page) => Ok(mishap.on(page)),
        Err(_) => Err(problem),
    }
}

/// Has the entity synchronised now.
pub(super) async fn errand(
    State(app): State<App>,
    In(at): In<Operator>,
    path: Whom,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let id = whom(path)?;
    let viewer = at.lower();
    let sent = async {
        // Whoever is not there cannot be seen to: that is told now, not by a run that fails.
        app.desk().entity(&viewer, id).await?;
        let task = Task::Errand {
            entity: id,
            target: typed.get("target").map(str::to_owned),
            distribute: typed.get("distribute").is_some(),
            reason: typed.reason()?,
        };
        app.runner().ask(at.clone(), task).await.map_err(Problem::from)
    };
    match sent.await {
        Ok(()) => Ok(onwards(&format!("{}?done=errand", address(&viewer, id)))),
        Err(problem) => {
            let mishap = typed.mishap("errand", &problem);
            again(&app, &viewer, id, leaf, mishap, problem).await
        }
    }
}

/// Sets a value by hand, or takes it back.
pub(super) async fn by_hand(
    State(app): State<App>,
    In(at): In<Approver>,
    path: Whom,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let id = whom(path)?;
    let viewer = at.lower();
    let back = typed.get("back").is_some();
    let sent = async {
        let set = !back;
        let wish = OverrideWish {
            attribute: typed.needed("attribute")?.to_owned(),
            // An empty value is one, too: that there is none.
            value: set.then(|| typed.get("value").unwrap_or_default().into()),
            until: typed.get("until").filter(|_| set).map(str::to_owned),
            reason: typed.reason()?,
        };
        Ok::<_, Problem>(app.desk().set_by_hand(&at, id, &wish).await?)
    };
    match sent.await {
        Ok(()) => {
            let deed = if back { "taken-back" } else { "by-hand" };
            Ok(onwards(&format!("{}?done={deed}", address(&viewer, id))))
        }
        Err(problem) => {
            let form = match typed.get("attribute").filter(|_| back) {
                Some(attribute) => format!("take-back:{attribute}"),
                None => "by-hand".to_owned(),
            };
            let mishap = typed.mishap(form, &problem);
            again(&app, &viewer, id, leaf, mishap, problem).await
        }
    }
}

/// Everything that is kept about the entity, as a file. It is asked for by a form because it is noted who took it.
pub(super) async fn export(
    State(app): State<App>,
    In(at): In<Administrator>,
    path: Whom,
) -> Result<Response, Problem> {
    let id = whom(path)?;
    let kept = app.desk().export_person(&at, id).await?;
    download(&format!("{id}.json"), &kept)
}

/// A document as a file that nobody keeps on the way.
pub(super) fn download(name: &str, document: &serde_json::Value) -> Result<Response, Problem> {
    let text = serde_json::to_string_pretty(document).map_err(Problem::failed)?;
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, text).into_response())
}

/// Forgets a person who is gone.
pub(super) async fn forget(
    State(app): State<App>,
    In(at): In<Administrator>,
    path: Whom,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let id = whom(path)?;
    let viewer = at.lower();
    let sent = async {
        if typed.get("acknowledge").is_none() {
            return Err(Problem::new(
                Kind::Refused,
                "confirm that it cannot be undone: tick the box above the button",
            ));
        }
        Ok(forget_person(app.desk().as_ref(), &at, id, &typed.reason()?).await?)
    };
    match sent.await {
        Ok(_) => Ok(onwards(&format!("{}/people?done=forgotten", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("forget", &problem);
            again(&app, &viewer, id, leaf, mishap, problem).await
        }
    }
}
