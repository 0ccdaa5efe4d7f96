//! SIS imports: what was asked, the queue of one at a time, and the way through the workflow states.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;

use super::apply::{Applier, Statistics};
use super::files::{Message, Table, unpack};
use super::schema::FILE_TYPES;
use super::world::World;
use super::{Settings, diff, sweep};

/// How imports get on.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// Done by the time anyone looks again.
    Immediate,
    /// One workflow state further at every so many requests to the imports' addresses.
    Polls(u32),
    /// One workflow state further each time this long has passed.
    Every(Duration),
}

/// What a request asked for.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are Canvas's parameters")]
pub(super) struct Params {
    pub(super) batch_mode: bool,
    pub(super) batch_term: Option<u64>,
    pub(super) multi_term: bool,
    pub(super) batch_drop_status: String,
    pub(super) skip_deletes: bool,
    pub(super) override_stickiness: bool,
    pub(super) add_stickiness: bool,
    pub(super) clear_stickiness: bool,
    pub(super) update_if_claimed: bool,
    pub(super) data_set: Option<String>,
    pub(super) remaster: bool,
    pub(super) diff_drop_status: String,
    pub(super) diff_user_status: String,
    pub(super) change_threshold: Option<u64>,
    pub(super) row_threshold: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Import {
    pub(super) id: u64,
    pub(super) params: Params,
    pub(super) name: String,
    pub(super) extension: String,
    pub(super) attachment: Bytes,
    pub(super) state: &'static str,
    pub(super) created: Timestamp,
    pub(super) entered: Timestamp,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) messages: Vec<Message>,
    pub(super) supplied: Vec<&'static str>,
    pub(super) counts: BTreeMap<&'static str, u64>,
    pub(super) statistics: Statistics,
    pub(super) rows: usize,
    pub(super) size: u64,
    /// Kept for the next diff of the same data set.
    pub(super) tables: Vec<Table>,
    pub(super) diffed: Vec<Table>,
    pub(super) diffed_against: Option<u64>,
    pub(super) threshold_exceeded: bool,
}

impl Import {
    pub(super) fn is_final(&self) -> bool {
        !["initializing", "created", "importing", "cleanup_batch"].contains(&self.state)
    }

    pub(super) fn succeeded(&self) -> bool {
        ["imported", "imported_with_messages"].contains(&self.state)
    }

    pub(super) fn progress(&self) -> u64 {
        match self.state {
            "created" | "importing" | "cleanup_batch" => 0,
            _ => 100,
        }
    }

    fn end(&mut self, now: Timestamp) {
        let failed = self.messages.iter().any(|message| message.failure);
        self.state = match (failed, self.messages.is_empty()) {
            (true, _) => "failed_with_messages",
            (false, false) => "imported_with_messages",
            (false, true) => "imported",
        };
        self.ended = Some(now);
    }
}

#[derive(Debug, Default)]
pub(super) struct Imports {
    pub(super) all: Vec<Import>,
    polls: u32,
    /// No import starts before.
    blocked: Option<Timestamp>,
}

impl Imports {
    pub(super) fn find(&self, id: u64) -> Option<&Import> {
        self.all.iter().find(|import| import.id == id)
    }

    /// Queues an import and says its id.
    pub(super) fn add(
        &mut self,
        params: Params,
        name: &str,
        extension: &str,
        bytes: Bytes,
        now: Timestamp,
    ) -> u64 {
        let id = self.all.len() as u64 + 1;
        self.all.push(Import {
            id,
            params,
            name: name.to_owned(),
            extension: extension.to_owned(),
            attachment: bytes,
            state: "created",
            created: now,
            entered: now,
            started: None,
            ended: None,
            messages: Vec::new(),
            supplied: Vec::new(),
            counts: BTreeMap::new(),
            statistics: Statistics::new(),
            rows: 0,
            size: 0,
            tables: Vec::new(),
            diffed: Vec::new(),
            diffed_against: None,
            threshold_exceeded: false,
        });
        id
    }

    fn head(&self) -> Option<usize> {
        self.all.iter().position(|import| !import.is_final())
    }

    /// Lets time pass: whatever should have happened by `now` has.
    pub(super) fn settle(&mut self, world: &mut World, settings: &Settings, now: Timestamp) {
        let wait = match settings.pace {
            Pace::Immediate => Duration::ZERO,
            Pace::Every(wait) => wait,
            Pace::Polls(_) => return,
        };
        while let Some(at) = self.head() {
            let before = at.checked_sub(1).and_then(|at| self.all[at].ended);
            let entered = self.all[at].entered.max(before.unwrap_or(Timestamp::MIN));
            let entered = entered.max(self.blocked.unwrap_or(Timestamp::MIN));
            if entered > now || entered + wait > now {
                return;
            }
            self.step(at, world, settings, entered + wait);
        }
    }

    /// Counts a request to the imports' addresses.
    pub(super) fn poll(&mut self, world: &mut World, settings: &Settings, now: Timestamp) {
        let Pace::Polls(polls) = settings.pace else { return };
        self.polls += 1;
        if self.polls < polls.max(1) {
            return;
        }
        self.polls = 0;
        if let Some(at) = self.head()
            && self.blocked.is_none_or(|until| until <= now)
        {
            self.step(at, world, settings, now);
        }
    }

    fn step(&mut self, at: usize, world: &mut World, settings: &Settings, now: Timestamp) {
        let (before, rest) = self.all.split_at_mut(at);
        let import = &mut rest[0];
        import.entered = now;
        match import.state {
            "created" => {
                import.started = Some(now);
                import.state = "importing";
            }
            "importing" => run(import, before, world, settings, now),
            _ => {
                sweep::sweep(import, world, settings, now);
                import.end(now);
            }
        }
    }

    /// Aborts an import that has not ended; the next one waits.
    pub(super) fn abort(&mut self, id: u64, pause: Duration, now: Timestamp) {
        if let Some(import) = self
            .all
            .iter_mut()
            .find(|import| import.id == id && !import.is_final())
        {
            if import.started.is_some() {
                self.blocked = Some(now + pause);
            }
            import.state = "aborted";
            import.ended = Some(now);
        }
    }
}

/// Applies the rows, then ends the import or leaves it at its cleanup.
fn run(import: &mut Import, before: &[Import], world: &mut World, settings: &Settings, now: Timestamp) {
    let unpacked = unpack(&import.name, &import.extension, &import.attachment);
    import.messages = unpacked.messages;
    import.size = unpacked.size;
    import.rows = unpacked.tables.iter().map(|table| table.rows.len()).sum();
    import.supplied = unpacked
        .tables
        .iter()
        .map(|table| FILE_TYPES[table.kind].name)
        .collect();
    import.supplied.dedup();
    import.tables = unpacked.tables;
    let mut diffed = None;
    if import.params.data_set.is_some() && !import.params.batch_mode {
        match diff::against(import, before) {
            Ok(tables) => diffed = tables,
            Err(text) => {
                import.messages.push(Message::failure("", &text));
                import.end(now);
                return;
            }
        }
    }
    let mut applier = Applier {
        world,
        settings,
        params: &import.params,
        import: import.id,
        file: String::new(),
        now: now.to_string(),
        messages: Vec::new(),
        statistics: Statistics::new(),
        counts: BTreeMap::new(),
    };
    for table in diffed.as_deref().unwrap_or(&import.tables) {
        applier.table(table);
    }
    let Applier {
        messages,
        statistics,
        counts,
        ..
    } = applier;
    import.messages.extend(messages);
    import.statistics = statistics;
    import.counts = counts;
    import.diffed = diffed.unwrap_or_default();
    if import.params.data_set.is_none() {
        import
            .tables
            .retain(|table| import.params.multi_term && FILE_TYPES[table.kind].name == "term");
    }
    let failed = import.messages.iter().any(|message| message.failure);
    if !import.params.batch_mode || failed {
        import.end(now);
    } else if let Err(text) = sweep::check(import, world) {
        import.messages.push(Message::warning("", None, text));
        import.state = "aborted";
        import.ended = Some(now);
    } else {
        import.state = "cleanup_batch";
    }
}
