//! What goes on in one tenant: what is at work, what waits its turn, and what a cycle that stopped waits for. Nothing here waits by itself.

use std::collections::VecDeque;

use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use crate::access::{Operator, Within};
use crate::desk::DeskError;
use crate::run::patience::GoesOn;
use crate::run::{Busy, News, Task};
use crate::view::{CycleSummary, Moment, Wait};

/// News that somebody who listens may be behind by; who falls back further is told to look again.
const NEWS: usize = 64;
/// Tasks that may wait their turn in a tenant.
const TURNS: usize = 100;

/// A task with who wants it.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) at: Within<Operator>,
    pub(crate) task: Task,
    /// Under which number it is kept; none where it could not be.
    pub(crate) kept: Option<i64>,
    /// A former server was at work with it when that one ended.
    pub(crate) broken_off: bool,
}

/// A cycle that could not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// What is tried again: the cycle, or the cycle up to its plans.
    pub(crate) task: Task,
    /// Under which number it is kept until it is done; none where it could not be.
    pub(crate) kept: Option<i64>,
    /// Who makes it go on.
    pub(crate) goes_on: GoesOn,
    /// How often it was tried in a row.
    pub(crate) attempts: u32,
    /// When it is tried again; none when a person has to act.
    pub(crate) due: Option<i64>,
    /// Which cycle carries it out, when that is another's: when that one has come to its end, nothing is left to go on with.
    pub(crate) by: By,
}

/// Which cycle carries out what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// One that is to begin.
    None,
    /// The newest, which has begun: a person may end it.
    Newest,
    /// One after this, whoever runs it: something else was at work in the tenant when it was to begin, such as another process.
    After(i64),
}

impl By {
    /// Whether it is carried out, by what is known of the newest cycle.
    pub(crate) fn is_over(self, newest: Option<&CycleSummary>) -> bool {
        let ended = newest.is_none_or(|cycle| cycle.ended.is_some());
        match self {
            Self::None => false,
            Self::Newest => ended,
            Self::After(last) => ended && newest.is_some_and(|cycle| cycle.id > last),
        }
    }

    /// After the cycles that have come to their end.
    pub(crate) fn after(newest: Option<&CycleSummary>) -> Self {
        Self::After(newest.map_or(i64::MIN, |cycle| match cycle.ended {
            Some(_) => cycle.id,
            None => cycle.id.saturating_sub(1),
        }))
    }
}

/// An error that kept a task from being run.
#[derive(Debug, Clone, PartialEq)]
pub struct LastError {
    /// When.
    pub at: Moment,
    /// What.
    pub error: DeskError,
}

/// How a tenant's cycle stopped, for those who tell people.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Stopped {
    /// Why it could not be run at all.
    pub(crate) error: Option<DeskError>,
    /// It is tried again by itself.
    pub(crate) tried_again: bool,
    /// How often it was tried in a row.
    pub(crate) attempts: u32,
    /// What it stopped at.
    pub(crate) wait: Option<Box<Wait>>,
}

/// One tenant.
pub(crate) struct Lane {
    news: broadcast::Sender<News>,
    pub(crate) current: Option<Task>,
    /// Of the task that is at work some step has been, and none is just now: it is between two steps, or at its end.
    pub(crate) rests: bool,
    /// What breaks off the task that is at work; none while it waits for a place.
    pub(crate) abort: Option<AbortHandle>,
    /// Somebody carries out what stands in the row.
    pub(crate) driven: bool,
    queue: VecDeque<Wish>,
    pub(crate) waiting: Option<Waiting>,
    /// Something happened meanwhile that may let the cycle go on.
    pub(crate) woken: bool,
    pub(crate) error: Option<LastError>,
    /// What kept the last cycle from being run. What kept an errand from it says nothing of the nights.
    pub(crate) kept_from: Option<DeskError>,
    /// What the last cycle stopped at.
    pub(crate) wait: Option<Box<Wait>>,
    /// When the next cycle begins by itself.
    pub(crate) next: Option<i64>,
}

impl Lane {
    pub(crate) fn new() -> Self {
        Self {
            news: broadcast::Sender::new(NEWS),
            current: None,
            rests: false,
            abort: None,
            driven: false,
            queue: VecDeque::new(),
            waiting: None,
            woken: false,
            error: None,
            kept_from: None,
            wait: None,
            next: None,
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    pub(crate) fn tell(&self, news: News) {
        // Nobody may be listening.
        let _ = self.news.send(news);
    }

    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// The task is at work, or waits its turn.
    pub(crate) fn has(&self, task: &Task) -> bool {
        let mut known = self.queue.iter().map(|wish| &wish.task).chain(&self.current);
        known.any(|known| known == task)
    }

    /// The task is at work and may be at its end, and does not wait its turn once more.
    pub(crate) fn may_end(&self, task: &Task) -> bool {
        self.rests && self.current.as_ref() == Some(task) && !self.queue.iter().any(|wish| wish.task == *task)
    }

    pub(crate) fn stopped(&self) -> Stopped {
        let waiting = self.waiting.as_ref();
        Stopped {
            error: self.kept_from.clone(),
            tried_again: waiting.is_some_and(|waiting| waiting.goes_on != GoesOn::Person),
            attempts: waiting.map_or(0, |waiting| waiting.attempts),
            wait: self.wait.clone(),
        }
    }

    /// Whether a task can be put into the row: the same is neither at work nor waits already, and there is room.
    pub(crate) fn admits(&self, task: &Task) -> Result<(), Busy> {
        if self.has(task) {
            return Err(Busy::Already);
        }
        if self.queue.len() >= TURNS {
            return Err(Busy::Full);
        }
        Ok(())
    }

    /// Puts a wish into the row, where it can be.
    pub(crate) fn queue(&mut self, wish: Wish) -> Result<(), Busy> {
        self.admits(&wish.task)?;
        self.queue.push_back(wish);
        Ok(())
    }

    /// Begins the next in the row. When there is none, whoever carried out what stood in it is done.
    pub(crate) fn take(&mut self) -> Option<Wish> {
        let wish = self.queue.pop_front();
        self.current = wish.as_ref().map(|wish| wish.task.clone());
        self.driven = wish.is_some();
        self.rests = false;
        wish
    }

    /// Takes everything out of the row that has not begun, and what has not got a place.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.current = None;
    }

    /// A cycle, or the cycle up to its plans, has stopped for now: when it is tried again, which is not before the system wants it.
    pub(crate) fn stop(&mut self, wish: &Wish, goes_on: GoesOn, by: By, now: i64) {
        let by = match (by, &self.waiting) {
            // What has begun since the first attempt counts, not since the last.
            (By::After(_), Some(former)) if former.task == wish.task && matches!(former.by, By::After(_)) => {
                former.by
            }
            _ => by,
        };
        let not_before = self.wait.as_ref().and_then(|wait| wait.not_before);
        let before = self.waiting.as_ref().filter(|waiting| waiting.goes_on == goes_on);
        let attempts = before.map_or(0, |waiting| waiting.attempts).saturating_add(1);
        self.waiting = Some(Waiting {
            task: wish.task.clone(),
            kept: wish.kept,
            goes_on,
            attempts,
            due: goes_on.due(attempts, now, not_before.map(|moment| moment.0)),
            by,
        });
    }
}
