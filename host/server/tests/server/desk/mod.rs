//! A stand-in of the program: a [`samklang_server::Desk`] over a truth in memory, with two tenants and examples of everything that pages
//! and API show. It records what was asked, as whom and about which tenant, and deeds change its truth.

#![allow(dead_code, reason = "each subject of the tests uses its part of the stand-in")]

mod answers;
mod cast;
mod connections;
mod cycle;
mod doubts;
mod entities;
mod halt;
mod past;
mod truth;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use samklang_server::view::{Moment, Page, Part};
use samklang_server::{Answer, AtLeast, DeskError, Within};
use tokio::sync::watch;

pub use cast::{CASTS, Cast};
pub use connections::lies;
pub use truth::Truth;

/// The point in time that the examples are told from: a Monday in June, twenty past five in the morning in Oslo.
pub const NOW: i64 = 1_781_493_600_000;
/// An hour.
pub const HOUR: i64 = 3_600_000;
/// A day.
pub const DAY: i64 = 24 * HOUR;

/// So many milliseconds before [`NOW`].
pub fn ago(milliseconds: i64) -> Moment {
    Moment(NOW - milliseconds)
}

/// Something that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The tenant; none where it is about the installation.
    pub tenant: Option<String>,
    /// As whom.
    pub who: Option<String>,
    /// The method of the desk.
    pub deed: &'static str,
    /// What it was given.
    pub detail: String,
}

/// The stand-in.
pub struct Rehearsal {
    truths: Mutex<BTreeMap<String, Truth>>,
    calls: Mutex<Vec<Call>>,
    failure: Mutex<Option<DeskError>>,
    held: watch::Sender<bool>,
    inboxes: tempfile::TempDir,
}

impl Rehearsal {
    /// A stand-in whose tenants are as the examples say.
    pub fn new() -> Self {
        let truths = CASTS.iter().map(|cast| (cast.name.to_owned(), Truth::of(cast)));
        Self {
            truths: Mutex::new(truths.collect()),
            calls: Mutex::default(),
            failure: Mutex::default(),
            held: watch::Sender::new(false),
            inboxes: tempfile::tempdir().unwrap(),
        }
    }

    /// Everything that was asked since the last [`Self::forget_calls`].
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Forgets what was asked.
    pub fn forget_calls(&self) {
        self.calls.lock().unwrap().clear();
    }

    /// What is asked next fails like that.
    pub fn fail_next(&self, error: DeskError) {
        *self.failure.lock().unwrap() = Some(error);
    }

    /// Tasks stop after their first step until [`Self::let_go`].
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Lets tasks go on.
    pub fn let_go(&self) {
        self.held.send_replace(false);
    }

    /// Changes a tenant's truth.
    pub fn change(&self, tenant: &str, change: impl FnOnce(&mut Truth)) {
        change(self.truths.lock().unwrap().get_mut(tenant).unwrap());
    }

    /// The folder of a connection's inbox.
    pub fn inbox_of(&self, tenant: &str, connection: &str) -> PathBuf {
        self.inboxes.path().join(tenant).join(connection)
    }

    fn record<R: AtLeast>(
        &self,
        at: &Within<R>,
        deed: &'static str,
        detail: impl Into<String>,
    ) -> Answer<()> {
        self.keep(Call {
            tenant: Some(at.tenant().to_owned()),
            who: Some(at.who().to_owned()),
            deed,
            detail: detail.into(),
        })
    }

    fn keep(&self, call: Call) -> Answer<()> {
        self.calls.lock().unwrap().push(call);
        self.failure.lock().unwrap().take().map_or(Ok(()), Err)
    }

    fn truth<R: AtLeast>(&self, at: &Within<R>) -> Answer<Open<'_>> {
        let truths = self.truths.lock().unwrap();
        let tenant = at.tenant().to_owned();
        if truths.contains_key(&tenant) {
            Ok(Open { truths, tenant })
        } else {
            Err(DeskError::Absent(format!("there is no tenant {tenant}")))
        }
    }
}

/// A tenant's truth, held.
struct Open<'a> {
    truths: MutexGuard<'a, BTreeMap<String, Truth>>,
    tenant: String,
}

impl std::ops::Deref for Open<'_> {
    type Target = Truth;

    fn deref(&self) -> &Truth {
        &self.truths[&self.tenant]
    }
}

impl std::ops::DerefMut for Open<'_> {
    fn deref_mut(&mut self) -> &mut Truth {
        self.truths.get_mut(&self.tenant).unwrap()
    }
}

/// The part of a list; `after` is a place in it.
fn page<T: Clone>(items: Vec<T>, part: &Part) -> Answer<Page<T>> {
    let from: usize = match &part.after {
        None => 0,
        Some(after) => after.parse().map_err(|_| {
            DeskError::Refused(format!(
                "`{after}` is no place in this list; give `next` of the part before"
            ))
        })?,
    };
    let size = part.size(100) as usize;
    let next = (items.len() > from.saturating_add(size)).then(|| (from + size).to_string());
    Ok(Page {
        items: items.into_iter().skip(from).take(size).collect(),
        next,
    })
}
