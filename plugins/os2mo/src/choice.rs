//! Which state of an object becomes its row.
//!
//! The state that holds at the window's beginning; where there is none, the first that is to come, which the row says by `state`. A
//! later state of the same object never hides the present one: `changes` names the day on which it takes over, and then the next read
//! brings it. `begin` and `end` are those of the unbroken span around the state, so that a change of job function is no end of an
//! engagement. Dates are whole days, the last one included.

use jiff::Timestamp;

use crate::shape::{Container, State};
use crate::validity::{Days, Ends};

/// What a choice depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The window's beginning.
    pub(crate) at: Timestamp,
    /// What an end means in the version that is spoken.
    pub(crate) ends: Ends,
}

/// The state of an object that counts.
#[derive(Debug)]
pub(crate) struct Chosen<T> {
    pub(crate) uuid: String,
    pub(crate) state: T,
    pub(crate) span: Span,
    /// The first day on which the object ever held, as far as it is known.
    pub(crate) first_begin: Option<String>,
}

/// When the chosen state holds, as rows say it.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) begin: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) state: &'static str,
    pub(crate) changes: Option<String>,
}

/// The state of a container that counts. `None` for a container without a state in the window.
pub(crate) fn choose<T: State>(container: Container<T>, moment: Moment) -> Result<Option<Chosen<T>>, String> {
    let Container {
        uuid,
        validities,
        span,
    } = container;
    let mut states = Vec::with_capacity(validities.len());
    for state in validities {
        states.push((Days::of(state.validity(), moment.ends)?, state));
    }
    states.sort_by_key(|(days, _)| days.begins);
    let begun = |days: &Days| days.begins.is_none_or(|begins| begins <= moment.at);
    let at = states.iter().rposition(|(days, _)| begun(days)).unwrap_or(0);
    if at >= states.len() {
        return Ok(None);
    }
    let mut all: Vec<Days> = states.iter().map(|(days, _)| *days).collect();
    let changes = all.get(at + 1).and_then(|next| next.first);
    for state in &span {
        all.push(Days::of(&state.validity, moment.ends)?);
    }
    let (days, state) = states.swap_remove(at);
    let first = all.iter().map(|days| days.first).min().flatten();
    let whole = Days::unbroken(days, all);
    Ok(Some(Chosen {
        uuid,
        state,
        span: Span {
            begin: whole.first.map(|day| day.to_string()),
            end: whole.last.map(|day| day.to_string()),
            state: if begun(&days) { "current" } else { "future" },
            changes: changes.map(|day| day.to_string()),
        },
        first_begin: first.map(|day| day.to_string()),
    }))
}
