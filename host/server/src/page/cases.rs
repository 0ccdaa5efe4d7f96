//! Questions that a person answers: who is who, side by side.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::form::{Mishap, Typed, onwards, root};
use super::leaf::{Leaf, view};
use crate::access::{Approver, In, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::{Candidate, CaseAnswer, Part};

/// How many questions one page shows.
const SHOWN: u32 = 50;

/// What the address adds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    all: bool,
    after: Option<String>,
}

/// The questions, newest first.
pub(super) async fn list(
    State(app): State<App>,
    In(at): In<Viewer>,
    Query(asked): Query<Asked>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let part = Part {
        after: asked.after.clone(),
        limit: Some(SHOWN),
    };
    let page = app.desk().cases(&at, asked.all, &part).await?;
    let content = context! { page => view(&page), all => asked.all, after => asked.after };
    leaf.show_in(&at, "cases.html", content).await
}

/// One question.
pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path((_, id)): Path<(String, String)>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    page(&app, &leaf, &at, number(&id)?, None).await
}

async fn page(
    app: &App,
    leaf: &Leaf,
    at: &Within<Viewer>,
    id: i64,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let case = app.desk().case(at, id).await?;
    let content = context! {
        case => view(&case),
        rows => view(&rows(&case.candidates)),
        holders => case.candidates.iter().any(|one| one.holder.is_some()),
        keys => case.candidates.iter().any(|one| one.key.is_some()),
        mishap => view(&mishap),
    };
    let page = leaf.show_in(at, "case.html", content).await?;
    Ok(match mishap {
        Some(mishap) => mishap.on(page),
        None => page,
    })
}

/// Answers it.
pub(super) async fn answer(
    State(app): State<App>,
    In(at): In<Approver>,
    Path((_, id)): Path<(String, String)>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let id = number(&id)?;
    let deed = async {
        let (choice, candidate) = match typed.needed("choice")? {
            linked if linked.starts_with("link:") => ("link", linked.strip_prefix("link:")),
            other => (other, None),
        };
        let answer = CaseAnswer {
            choice: choice.to_owned(),
            candidate: candidate.map(str::to_owned),
            reason: typed.reason()?,
        };
        app.desk().answer_case(&at, id, &answer).await?;
        Ok::<_, Problem>(())
    };
    match deed.await {
        Ok(()) => Ok(onwards(&format!("{}/cases/{id}", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("answer", &problem);
            let leaf = leaf.at(&format!("{}/cases/{id}", root(at.tenant())));
            page(&app, &leaf, &at.lower(), id, Some(&mishap)).await
        }
    }
}

/// Takes the answer back.
pub(super) async fn undo(
    State(app): State<App>,
    In(at): In<Approver>,
    Path((_, id)): Path<(String, String)>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let id = number(&id)?;
    let deed = async {
        app.desk().undo_case(&at, id, &typed.reason()?).await?;
        Ok::<_, Problem>(())
    };
    match deed.await {
        Ok(()) => Ok(onwards(&format!("{}/cases/{id}", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("undo", &problem);
            let leaf = leaf.at(&format!("{}/cases/{id}", root(at.tenant())));
            page(&app, &leaf, &at.lower(), id, Some(&mishap)).await
        }
    }
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| {
        Problem::new(
            Kind::Absent,
            format!("there is no case {id:?}: see the list of cases"),
        )
    })
}

/// One attribute of the object beside that of each candidate.
#[derive(Debug, PartialEq, Serialize)]
struct Row {
    attribute: String,
    /// What the object says is known: where all candidates agree it is not said again.
    told: bool,
    object: Value,
    cells: Vec<Cell>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Cell {
    state: &'static str,
    value: Value,
}

/// Lays the attributes side by side; those that differ somewhere come first.
fn rows(candidates: &[Candidate]) -> Vec<Row> {
    let mut objects: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut agreed: BTreeSet<&str> = BTreeSet::new();
    for candidate in candidates {
        for difference in &candidate.differs {
            objects.insert(&difference.attribute, &difference.object);
        }
        agreed.extend(candidate.agrees.iter().map(String::as_str));
    }
    let alike = agreed.into_iter().filter(|name| !objects.contains_key(name));
    let names: Vec<&str> = objects.keys().copied().chain(alike).collect();
    let row = |name: &str| Row {
        attribute: name.to_owned(),
        told: objects.contains_key(name),
        object: objects.get(name).map_or(Value::Null, |value| (*value).clone()),
        cells: candidates.iter().map(|one| cell(one, name)).collect(),
    };
    names.into_iter().map(row).collect()
}

fn cell(candidate: &Candidate, name: &str) -> Cell {
    let differs = candidate.differs.iter().find(|one| one.attribute == name);
    match differs {
        Some(difference) => Cell {
            state: "differs",
            value: difference.candidate.clone(),
        },
        None if candidate.agrees.iter().any(|one| one == name) => Cell {
            state: "agrees",
            value: Value::Null,
        },
        None => Cell {
            state: "unknown",
            value: Value::Null,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::view::Difference;

    fn candidate(agrees: &[&str], differs: &[(&str, &str)]) -> Candidate {
        Candidate {
            id: "1".to_owned(),
            entity: None,
            key: None,
            name: String::new(),
            rule: String::new(),
            near: false,
            holder: None,
            agrees: agrees.iter().map(|name| (*name).to_owned()).collect(),
            differs: differs
                .iter()
                .map(|(attribute, value)| Difference {
                    attribute: (*attribute).to_owned(),
                    object: json!("own"),
                    candidate: json!(value),
                })
                .collect(),
        }
    }

    #[test]
    fn attributes_that_differ_come_first_and_each_candidate_has_its_cell() {
        let rows = rows(&[
            candidate(&["birth", "name"], &[("school", "a")]),
            candidate(&["school", "name"], &[]),
        ]);
        let seen: Vec<(&str, bool, Vec<&str>)> = rows
            .iter()
            .map(|row| {
                let states = row.cells.iter().map(|cell| cell.state).collect();
                (row.attribute.as_str(), row.told, states)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("school", true, vec!["differs", "agrees"]),
                ("birth", false, vec!["agrees", "unknown"]),
                ("name", false, vec!["agrees", "agrees"]),
            ]
        );
    }
}
