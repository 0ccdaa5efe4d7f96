//! The targets' checks, followed by every browser that shows them: a target whose check begins or ends is told by its name, and the page
//! takes its part of itself anew. What the page shows comes with the request, so that nothing is missed between the page and its stream.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::stream::Stream;
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::asked::Asked;
use super::stream::{self, AGAIN, STILL_THERE, Still, TOGETHER, event, still};
use crate::access::{In, Viewer, Within};
use crate::app::App;
use crate::problem::Problem;
use crate::run::{News, enrolments};
use crate::view::Enrolment;

/// How each target stands, by name.
type Marks = BTreeMap<String, String>;

/// How a target stands: its newest check, whether one is at work, whether it is enrolled.
fn mark(one: &Enrolment) -> String {
    let newest = one.check.as_ref().map_or(0, |check| check.id);
    let checking = if one.checking { "c" } else { "" };
    let enrolled = if one.enrolled.is_some() { "e" } else { "" };
    format!("{newest}{checking}{enrolled}")
}

/// How the targets stand that a page shows, as the page hands it over to its stream: `canvas:21c,library:0`.
pub(super) fn written(shown: &[Enrolment]) -> String {
    let marks = shown
        .iter()
        .map(|one| format!("{}:{}", one.connection, mark(one)));
    marks.collect::<Vec<_>>().join(",")
}

fn read(written: &str) -> Marks {
    let marks = written.split(',').filter_map(|pair| pair.split_once(':'));
    marks
        .map(|(name, mark)| (name.to_owned(), mark.to_owned()))
        .collect()
}

/// What the page shows already.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    shown: String,
}

/// The stream of one browser.
pub(super) async fn follow(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(page): Asked<Shown>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    // A browser that comes again says what it was told last, for its address still says what it was shown first.
    let shown = read(last.unwrap_or(&page.shown));
    let news = app.runner().listen(at.tenant());
    Ok(stream::answer(events(app, at, headers, news, shown)))
}

/// What may have happened.
enum Next {
    Heard(bool),
    StillThere,
    Again,
    Ends,
}

fn events(
    app: App,
    at: Within<Viewer>,
    headers: HeaderMap,
    news: broadcast::Receiver<News>,
    shown: Marks,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    struct Following {
        app: App,
        at: Within<Viewer>,
        headers: HeaderMap,
        news: broadcast::Receiver<News>,
        shown: Marks,
        again: Instant,
        look: bool,
        over: bool,
    }
    let following = Following {
        app,
        at,
        headers,
        news,
        shown,
        again: Instant::now() + AGAIN,
        look: true,
        over: false,
    };
    futures_util::stream::unfold(following, async |mut own| {
        while !own.over {
            if std::mem::take(&mut own.look)
                && let Ok(now) = enrolments(&own.app, &own.at).await
                && let Some(told) = told(&mut own.shown, &now)
            {
                return Some((Ok(told), own));
            }
            let next = tokio::select! {
                heard = own.news.recv() => match heard {
                    Ok(News::Count(_)) => Next::Heard(false),
                    Ok(News::Changed) | Err(RecvError::Lagged(_)) => Next::Heard(true),
                    Err(RecvError::Closed) => Next::Ends,
                },
                () = tokio::time::sleep_until(own.again) => Next::Again,
                () = own.app.runner().stopped() => Next::Ends,
                () = tokio::time::sleep(STILL_THERE) => Next::StillThere,
            };
            match next {
                Next::Heard(false) => {}
                Next::Heard(true) => {
                    tokio::time::sleep(TOGETHER).await;
                    // What was said meanwhile is looked at together with it.
                    own.news = own.news.resubscribe();
                    own.look = true;
                }
                Next::StillThere => return Some((Ok(stream::NOTHING), own)),
                Next::Again => {
                    own.again = Instant::now() + AGAIN;
                    match still(&own.app, &own.headers, &own.at).await {
                        Still::Same => own.look = true,
                        Still::Otherwise => return None,
                        Still::Gone => {
                            own.over = true;
                            return Some((Ok(event("gone", "")), own));
                        }
                    }
                }
                Next::Ends => return None,
            }
        }
        None
    })
}

/// An event for each target that does not stand as shown, and keeps how it stands; none where all do.
fn told(shown: &mut Marks, now: &[Enrolment]) -> Option<Bytes> {
    let before = std::mem::replace(shown, read(&written(now)));
    let changed: Vec<&String> = shown
        .iter()
        .filter(|(name, mark)| before.get(*name) != Some(mark))
        .map(|(name, _)| name)
        .collect();
    if changed.is_empty() {
        return None;
    }
    let mut events = format!("id: {}\n", written(now)).into_bytes();
    for name in changed {
        events.extend_from_slice(&event(&format!("check-{name}"), ""));
    }
    Some(events.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(connection: &str, checking: bool) -> Enrolment {
        Enrolment {
            connection: connection.to_owned(),
            system: String::new(),
            enrolled: None,
            check: None,
            checking,
        }
    }

    #[test]
    fn only_what_does_not_stand_as_shown_is_told() {
        let mut shown = read(&written(&[target("canvas", false), target("library", false)]));
        assert_eq!(
            told(&mut shown, &[target("canvas", false), target("library", false)]),
            None
        );
        let begun = told(&mut shown, &[target("canvas", false), target("library", true)]).unwrap();
        let begun = String::from_utf8(begun.to_vec()).unwrap();
        assert_eq!(begun, "id: canvas:0,library:0c\nevent: check-library\ndata:\n\n");
        assert_eq!(
            told(&mut shown, &[target("canvas", false), target("library", true)]),
            None
        );
    }
}
