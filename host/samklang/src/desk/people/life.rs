//! Where an entity is in its life, what persons set by hand for it, and what becomes of its objects in targets that it has left.

use samklang_core::catalogue::Entity;
use samklang_core::port::Lives as _;
use samklang_server::view::{Course, Leaving, Life, Moment, Override, Request};
use samklang_store::TenantStore;

use super::conceal::{CONCEALED, Sensitive, blot, blot_json, told};
use crate::failure::Failure;

/// Puts it together.
pub(super) async fn course(
    store: &TenantStore,
    entity: &Entity,
    sensitive: &Sensitive,
    hidden: &[String],
) -> Result<Course, Failure> {
    let life = store.lives(&[entity.id]).await?.into_iter().next();
    let overrides = store
        .overrides(&[entity.id])
        .await?
        .into_iter()
        .map(|set| Override {
            value: if sensitive.canonical(entity.kind, &set.attribute) {
                CONCEALED.into()
            } else {
                blot_json(set.value.to_json(), hidden)
            },
            attribute: set.attribute,
            who: set.who,
            reason: blot(&set.reason, hidden),
            since: Moment(set.at),
            until: set.until.map(Moment),
        });
    let leaving = store
        .leaving_of(entity.id)
        .await?
        .into_iter()
        .map(|(target, leaving)| Leaving {
            object: blot(&format!("{target}/{}/{}", leaving.class, leaving.key), hidden),
            stage: leaving.stage.as_str().to_owned(),
            since: Moment(leaving.since),
            due: leaving.due.map(Moment),
        });
    let requests = store
        .requests_of(entity.id)
        .await?
        .into_iter()
        .map(|(target, request)| Request {
            target,
            who: request.who,
            reason: blot(&request.reason, hidden),
            since: Moment(request.at),
        });
    Ok(Course {
        life: life.map(|life| Life {
            state: life.state.as_str().to_owned(),
            since: Moment(life.since),
            until: life.due.map(Moment),
            cause: blot(&life.cause.to_string(), hidden),
            told: told(&life.cause, hidden),
        }),
        overrides: overrides.collect(),
        leaving: leaving.collect(),
        requests: requests.collect(),
    })
}
