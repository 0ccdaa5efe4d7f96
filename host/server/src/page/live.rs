//! The steps, kept up to date in every browser that watches them. They are written once for all who see the same - by tenant, language and
//! role - whenever something changes, and at most so often; a browser costs no more than handing the same octets out to it.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use fluent_bundle::FluentArgs;
use futures_util::stream::Stream;
use minijinja::context;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;

use super::cycle::{self, Scene};
use super::leaf::{Leaf, place};
use super::stream::{self, AGAIN, STILL_THERE, Still, TOGETHER, event, still};
use crate::access::{In, Viewer, Within};
use crate::app::App;
use crate::problem::Problem;
use crate::run::News;
use crate::text::Language;
use crate::view::{Counts, Look, Step};

/// Everything that is being watched.
#[derive(Clone, Default)]
pub(super) struct Stage(Arc<Mutex<HashMap<Seat, watch::Sender<Frame>>>>);

/// Who sees the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Seat {
    tenant: String,
    language: Language,
    role: &'static str,
}

/// What there is to see, as events of the stream.
#[derive(Debug, Clone, Default)]
struct Frame {
    /// The steps; empty before they were written the first time.
    steps: Bytes,
    /// What is said to those who do not see: only that a step changed its state, not each count.
    said: Option<Bytes>,
}

/// The stream of one browser.
pub(super) async fn show(
    State(app): State<App>,
    Extension(stage): Extension<Stage>,
    In(at): In<Viewer>,
    headers: HeaderMap,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let seen = stage.watch(&app, &at, leaf.language());
    Ok(stream::answer(events(app, at, headers, seen)))
}

/// What a browser is sent next.
enum Next {
    Changed(bool),
    StillThere,
    Again,
    Ends,
}

fn events(
    app: App,
    at: Within<Viewer>,
    headers: HeaderMap,
    seen: watch::Receiver<Frame>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    struct Watching {
        app: App,
        at: Within<Viewer>,
        headers: HeaderMap,
        seen: watch::Receiver<Frame>,
        again: Instant,
        newcomer: bool,
        over: bool,
    }
    let watching = Watching {
        app,
        at,
        headers,
        seen,
        again: Instant::now() + AGAIN,
        newcomer: true,
        over: false,
    };
    futures_util::stream::unfold(watching, async |mut own| {
        while !own.over {
            let next = tokio::select! {
                changed = own.seen.changed() => Next::Changed(changed.is_ok()),
                () = tokio::time::sleep_until(own.again) => Next::Again,
                () = own.app.runner().stopped() => Next::Ends,
                () = tokio::time::sleep(STILL_THERE) => Next::StillThere,
            };
            let sent = match next {
                Next::Changed(true) => {
                    let frame = own.seen.borrow_and_update().clone();
                    let said = frame.said.filter(|_| !own.newcomer);
                    own.newcomer = false;
                    match said {
                        Some(said) => Bytes::from([frame.steps, said].concat()),
                        None => frame.steps,
                    }
                }
                Next::StillThere => stream::NOTHING,
                Next::Again => {
                    own.again = Instant::now() + AGAIN;
                    match still(&own.app, &own.headers, &own.at).await {
                        Still::Same => continue,
                        // Whoever has another role now comes again and is shown what belongs to it.
                        Still::Otherwise => return None,
                        Still::Gone => {
                            own.over = true;
                            event("gone", "")
                        }
                    }
                }
                Next::Changed(false) | Next::Ends => return None,
            };
            return Some((Ok(sent), own));
        }
        None
    })
}

impl Stage {
    /// Takes a seat. The first one who sees something begins to have it written, and it ends with the last one.
    fn watch(&self, app: &App, at: &Within<Viewer>, language: Language) -> watch::Receiver<Frame> {
        let seat = Seat {
            tenant: at.tenant().to_owned(),
            language,
            role: at.role().as_str(),
        };
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = seats.get(&seat) {
            let mut seen = sender.subscribe();
            if !sender.borrow().steps.is_empty() {
                seen.mark_changed();
            }
            return seen;
        }
        let (sender, seen) = watch::channel(Frame::default());
        seats.insert(seat.clone(), sender.clone());
        tokio::spawn(write(self.clone(), app.clone(), at.clone(), seat, sender));
        seen
    }

    /// Leaves when nobody watches any more.
    fn leave(&self, seat: &Seat, sender: &watch::Sender<Frame>) -> bool {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = sender.receiver_count() == 0;
        if empty {
            seats.remove(seat);
        }
        empty
    }
}

/// Writes the steps for those who see the same, as long as somebody does.
async fn write(stage: Stage, app: App, at: Within<Viewer>, seat: Seat, sender: watch::Sender<Frame>) {
    let mut news = app.runner().listen(&seat.tenant);
    let mut scene = None;
    let mut look_again = true;
    loop {
        if look_again {
            match cycle::scene(&app, &at, None).await {
                Ok(now) => {
                    let said = said(&app, seat.language, scene.as_ref(), now.as_ref());
                    scene = now;
                    show_to_all(&app, &at, &seat, scene.as_ref(), said, &sender).await;
                }
                Err(problem) => {
                    tracing::warn!(tenant = seat.tenant, problem.detail, "the steps cannot be shown")
                }
            }
        } else {
            show_to_all(&app, &at, &seat, scene.as_ref(), None, &sender).await;
        }
        let heard = tokio::select! {
            heard = tokio::time::timeout(AGAIN, news.recv()) => heard,
            () = sender.closed() => {
                if stage.leave(&seat, &sender) {
                    return;
                }
                continue;
            }
        };
        look_again = match heard {
            // Nothing was said for a while.
            Err(_) => true,
            Ok(Err(RecvError::Closed)) => {
                stage.leave(&seat, &sender);
                return;
            }
            Ok(heard) => {
                let mut counted = BTreeMap::new();
                let mut changed = note(heard.map_err(|_| TryRecvError::Lagged(0)), &mut counted);
                tokio::time::sleep(TOGETHER).await;
                changed |= rest(&mut news, &mut counted);
                if let Some(scene) = &mut scene {
                    count(scene, counted);
                }
                changed
            }
        };
    }
}

/// Keeps what was heard; whether it takes another look.
fn note(heard: Result<News, TryRecvError>, counted: &mut BTreeMap<u32, Counts>) -> bool {
    match heard {
        Ok(News::Count(count)) => {
            counted.insert(count.position, count.counts);
            false
        }
        Ok(News::Changed) | Err(_) => true,
    }
}

/// Hears everything that was said meanwhile.
fn rest(news: &mut broadcast::Receiver<News>, counted: &mut BTreeMap<u32, Counts>) -> bool {
    let mut changed = false;
    loop {
        match news.try_recv() {
            Err(TryRecvError::Empty | TryRecvError::Closed) => return changed,
            heard => changed |= note(heard, counted),
        }
    }
}

fn count(scene: &mut Scene, counted: BTreeMap<u32, Counts>) {
    for step in &mut scene.cycle.steps {
        if let Some(counts) = counted.get(&step.position) {
            step.counts = *counts;
        }
    }
}

async fn show_to_all(
    app: &App,
    at: &Within<Viewer>,
    seat: &Seat,
    scene: Option<&Scene>,
    said: Option<String>,
    sender: &watch::Sender<Frame>,
) {
    let Some(scene) = scene else { return };
    let place = place(app, at).await;
    let content = context! { language => seat.language.tag(), ..context! { ..scene.content(), ..place } };
    let html = match app.templates().render("steps.html", content) {
        Ok(html) => html,
        Err(cause) => {
            tracing::error!("the steps cannot be written: {cause:#}");
            return;
        }
    };
    let frame = Frame {
        steps: event("steps", &html),
        said: said.map(|said| event("said", &said)),
    };
    sender.send_if_modified(|shown| {
        let differs = shown.steps != frame.steps;
        if differs {
            *shown = frame;
        }
        differs
    });
}

/// What changed its state, in words.
fn said(app: &App, language: Language, before: Option<&Scene>, now: Option<&Scene>) -> Option<String> {
    let (before, now) = (before?, now?);
    if before.cycle.summary.id != now.cycle.summary.id {
        return None;
    }
    let look_of = |position: u32| -> Option<Look> {
        let step = before.cycle.steps.iter().find(|step| step.position == position)?;
        Some(step.look)
    };
    let changed = now
        .cycle
        .steps
        .iter()
        .filter(|step| look_of(step.position).is_some_and(|look| look != step.look));
    let words: Vec<String> = changed.map(|step| words(app, language, step)).collect();
    (!words.is_empty()).then(|| words.join(". "))
}

fn words(app: &App, language: Language, step: &Step) -> String {
    let word = |room: &str, code: &str| {
        let found = app.texts().find(language, &format!("{room}-{code}"), None);
        found.unwrap_or_else(|| code.to_owned())
    };
    let system = step
        .system
        .as_deref()
        .or(step.connection.as_deref())
        .unwrap_or_default();
    let name = format!("{} {system}", word("step", &step.kind));
    let mut named = FluentArgs::new();
    named.set("step", name.trim().to_owned());
    named.set("look", word("look", step.look.as_str()));
    app.texts().say(language, "said-step", Some(&named))
}
