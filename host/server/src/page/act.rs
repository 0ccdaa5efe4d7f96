//! What the cycle's page lets the reader do: run it, announce a promotion.

use axum::extract::State;
use axum::response::Response;

use super::cycle;
use super::form::{Typed, onwards, root};
use super::leaf::Leaf;
use crate::access::{Approver, In, Operator};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::PromotionWish;

/// Has the cycle run, or its plans made.
pub(super) async fn run(
    State(app): State<App>,
    In(at): In<Operator>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let (task, done) = match typed.needed("task")? {
        "cycle" => (Task::Cycle, "cycle"),
        "plan" => (Task::Plan, "plan"),
        other => {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("there is no task {other:?}"),
            ));
        }
    };
    match app.runner().ask(at.clone(), task).await.map_err(Problem::from) {
        Ok(()) => Ok(onwards(&format!("{}?done={done}", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("run", &problem);
            cycle::page(
                &app,
                &leaf.at(&root(at.tenant())),
                &at.lower(),
                None,
                Some(&mishap),
            )
            .await
        }
    }
}

/// Announces a school-year promotion.
pub(super) async fn promote(
    State(app): State<App>,
    In(at): In<Approver>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let wish = async {
        let days = typed
            .needed("days")?
            .parse()
            .ok()
            .filter(|days| (1..=45).contains(days));
        let days = days.ok_or_else(|| Problem::new(Kind::Refused, "the days are a number from 1 to 45"))?;
        let wish = PromotionWish {
            days: Some(days),
            reason: typed.reason()?,
        };
        app.desk()
            .announce(&at, typed.needed("connection")?, &wish)
            .await?;
        Ok::<_, Problem>(())
    };
    match wish.await {
        Ok(()) => Ok(onwards(&format!("{}?done=promotion", root(at.tenant())))),
        Err(problem) => {
            let mishap = typed.mishap("promotion", &problem);
            cycle::page(
                &app,
                &leaf.at(&root(at.tenant())),
                &at.lower(),
                None,
                Some(&mishap),
            )
            .await
        }
    }
}
