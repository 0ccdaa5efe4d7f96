//! A session with a directory: opened by the host with its credential, used for a connector's requests one at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::error::plain;
use super::message::{self, Answer, PAGED, Request, Response, UNSOLICITED};
use super::wire::{Stream, Wire};
use super::{
    Attribute, Change, Control, DirectoryError, DirectoryLimits, DirectoryRefusal, Entry, Query, ber, filter,
};
use crate::credential::{Credential, CredentialError};
use crate::egress::{EgressLimits, Surroundings};
use crate::endpoint::Turns;
use crate::record::Record;
use crate::sender::Sender;

/// A session with a directory.
pub struct Directory {
    /// None after a failure that left it open what the connection was in the middle of.
    wire: Option<Wire>,
    /// The identifier of the last message.
    id: u32,
    credential: Option<Credential>,
    limits: DirectoryLimits,
    turns: Turns,
    surroundings: Surroundings,
    record: Arc<Record>,
    _place: Option<OwnedSemaphorePermit>,
}

/// A search that is under way.
pub struct Search {
    query: Query,
    filter: Vec<u8>,
    entries: VecDeque<Entry>,
    next: Next,
}

enum Next {
    /// To ask for more, with the cookie of the last page.
    Ask(Vec<u8>),
    /// Nothing: these controls came with the last answer.
    End(Vec<Control>),
}

/// What a search gives next.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Some entries.
    Entries(Vec<Entry>),
    /// There are no more; with the controls of the last answer.
    Complete(Vec<Control>),
}

impl Sender {
    /// Opens a session with the directory that the connector's need of this name stands for.
    ///
    /// # Errors
    ///
    /// When it is not asked for or not granted, cannot be reached or trusted, or does not take the credential.
    pub async fn directory(&self, need: &str) -> Result<Directory, DirectoryError> {
        let opened = self.open(need).await;
        match &opened {
            Ok(_) => {}
            Err(DirectoryError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "{refusal}");
                self.record.refuse(refusal);
            }
            Err(error @ (DirectoryError::Credential(_) | DirectoryError::Unauthorised { .. })) => {
                self.record.trouble(error.to_string());
            }
            Err(error) => tracing::debug!(%error, "a directory cannot be opened"),
        }
        opened
    }

    async fn open(&self, need: &str) -> Result<Directory, DirectoryError> {
        let origin = self.grants.directory(need)?;
        let credential = self.credentials.of(&[need]).cloned();
        let sessions = self.limits.directory.sessions;
        let place = Arc::clone(&self.directories)
            .try_acquire_owned()
            .map_err(|_| DirectoryError::TooManySessions(sessions))?;
        let turns = self.turns(origin);
        turns.wait(&self.surroundings).await;
        self.record.request(&origin.to_string());
        let wire = Wire::connect(self, origin).await?;
        let mut directory = Directory {
            wire: Some(wire),
            id: 1,
            limits: self.limits.directory,
            turns,
            surroundings: self.surroundings.clone(),
            record: Arc::clone(&self.record),
            credential,
            _place: Some(place),
        };
        directory.bind(need).await?;
        Ok(directory)
    }
}

impl Directory {
    /// A session that is not bound, over what is connected already. See [`crate::fuzzing`].
    pub(crate) fn over(stream: Box<dyn Stream>, limits: EgressLimits, surroundings: Surroundings) -> Self {
        let record = Arc::new(Record::default());
        let wire = Wire::over(stream, "a directory".to_owned(), limits, Arc::clone(&record));
        Self {
            wire: Some(wire),
            id: 1,
            credential: None,
            limits: limits.directory,
            turns: Turns::unbounded(),
            surroundings,
            record,
            _place: None,
        }
    }

    async fn bind(&mut self, need: &str) -> Result<(), DirectoryError> {
        let Some(credential) = self.credential.clone() else {
            return Ok(());
        };
        let ready = credential.ready();
        let (name, password) = ready.bind().ok_or(CredentialError::EmptyBind)?;
        let origin = self.wire()?.origin().to_owned();
        match self
            .exchange(Request::Bind(name, password), &[], &mut |_| Ok(()))
            .await
        {
            Err(DirectoryError::Answered(refusal)) => Err(DirectoryError::Unauthorised {
                origin,
                need: need.to_owned(),
                code: refusal.code,
                message: refusal.message,
            }),
            other => other.map(drop),
        }
    }

    /// Begins a search. Nothing is sent before the first entries are asked for.
    ///
    /// # Errors
    ///
    /// When the filter is none, or a control is the host's own.
    pub fn search(&self, query: Query) -> Result<Search, DirectoryError> {
        own(&query.controls)?;
        Ok(Search {
            filter: filter::encode(&query.filter).map_err(DirectoryError::Invalid)?,
            query,
            entries: VecDeque::new(),
            next: Next::Ask(Vec::new()),
        })
    }

    /// The next entries of a search, at most `max` and at least one unless it is complete.
    ///
    /// # Errors
    ///
    /// When the directory refuses, or the session is over.
    pub async fn next(&mut self, search: &mut Search, max: usize) -> Result<Found, DirectoryError> {
        loop {
            if !search.entries.is_empty() {
                let count = search.entries.len().min(max.max(1));
                return Ok(Found::Entries(search.entries.drain(..count).collect()));
            }
            match &mut search.next {
                Next::End(controls) => return Ok(Found::Complete(std::mem::take(controls))),
                Next::Ask(cookie) => {
                    let cookie = std::mem::take(cookie);
                    search.next = self.page(search, &cookie).await?;
                }
            }
        }
    }

    async fn page(&mut self, search: &mut Search, cookie: &[u8]) -> Result<Next, DirectoryError> {
        let limits = self.limits;
        let origin = self.wire()?.origin().to_owned();
        let mut controls = search.query.controls.clone();
        if let Some(size) = search.query.page_size {
            controls.push(message::page_request(size.clamp(1, limits.page_entries), cookie));
        }
        let (mut octets, entries) = (0_usize, &mut search.entries);
        let mut collect = |entry: Entry| {
            octets = octets.saturating_add(size(&entry));
            let (limit, unit) = if octets > limits.answer_octets {
                (limits.answer_octets, "octets")
            } else if entries.len() >= limits.answer_entries {
                (limits.answer_entries, "entries")
            } else {
                entries.push_back(entry);
                return Ok(());
            };
            Err(DirectoryError::TooLarge {
                origin: origin.clone(),
                limit,
                unit,
            })
        };
        let request = Request::Search(&search.query, &search.filter);
        let mut answered = self.exchange(request, &controls, &mut collect).await?;
        let paged = answered.iter().position(|control| control.oid == PAGED);
        let Some(paged) = paged.map(|at| answered.swap_remove(at)) else {
            return Ok(Next::End(answered));
        };
        let cookie = message::page_answer(&paged.value.unwrap_or_default())
            .map_err(|ber::Malformed| self.end_with("its cookie for the next page is none"))?;
        Ok(if cookie.is_empty() || search.query.page_size.is_none() {
            Next::End(answered)
        } else {
            Next::Ask(cookie)
        })
    }

    /// Adds an entry.
    ///
    /// # Errors
    ///
    /// When the directory refuses, or the session is over; likewise below.
    pub async fn add(
        &mut self,
        dn: &str,
        attributes: &[Attribute],
        controls: &[Control],
    ) -> Result<Vec<Control>, DirectoryError> {
        self.change(Request::Add(dn, attributes), controls).await
    }

    /// Changes an entry's attributes, in this order and all together.
    ///
    /// # Errors
    ///
    /// As [`Directory::add`].
    pub async fn modify(
        &mut self,
        dn: &str,
        changes: &[Change],
        controls: &[Control],
    ) -> Result<Vec<Control>, DirectoryError> {
        self.change(Request::Modify(dn, changes), controls).await
    }

    /// Removes an entry.
    ///
    /// # Errors
    ///
    /// As [`Directory::add`].
    pub async fn delete(&mut self, dn: &str, controls: &[Control]) -> Result<Vec<Control>, DirectoryError> {
        self.change(Request::Delete(dn), controls).await
    }

    /// Gives an entry another relative name, and another place where one is given.
    ///
    /// # Errors
    ///
    /// As [`Directory::add`].
    pub async fn rename(
        &mut self,
        dn: &str,
        new_rdn: &str,
        delete_old_rdn: bool,
        new_superior: Option<&str>,
        controls: &[Control],
    ) -> Result<Vec<Control>, DirectoryError> {
        let request = Request::Rename {
            dn,
            new_rdn,
            delete_old_rdn,
            new_superior,
        };
        self.change(request, controls).await
    }

    async fn change(
        &mut self,
        request: Request<'_>,
        controls: &[Control],
    ) -> Result<Vec<Control>, DirectoryError> {
        own(controls)?;
        self.exchange(request, controls, &mut |_| Ok(())).await
    }

    /// Sends a request and listens until its end. What leaves the connection in the middle of something ends the session.
    async fn exchange(
        &mut self,
        request: Request<'_>,
        controls: &[Control],
        collect: &mut (dyn FnMut(Entry) -> Result<(), DirectoryError> + Send),
    ) -> Result<Vec<Control>, DirectoryError> {
        self.turns.wait(&self.surroundings).await;
        self.record.request(self.wire()?.origin());
        self.id = self
            .id
            .checked_add(1)
            .filter(|id| i32::try_from(*id).is_ok())
            .unwrap_or(2);
        let (id, octets) = (self.id, request.encode(self.id, controls));
        // Taken away meanwhile, so that a call that is given up in the middle ends the session.
        let mut wire = self.wire.take().ok_or_else(over)?;
        let heard = converse(&mut wire, id, octets, collect).await;
        let heard = match heard {
            Ok((answer, controls)) if answer.code == 0 => Ok(controls),
            Ok((answer, controls)) => Err(DirectoryError::Answered(self.refusal(answer, controls))),
            Err(error) => Err(error),
        };
        if !heard.as_ref().is_err_and(DirectoryError::is_over) {
            self.wire = Some(wire);
        }
        heard
    }

    fn refusal(&self, answer: Answer, controls: Vec<Control>) -> DirectoryRefusal {
        let redacted = |text: &str| match &self.credential {
            Some(credential) => credential.redact(text),
            None => text.to_owned(),
        };
        DirectoryRefusal {
            code: answer.code,
            matched_dn: answer.matched_dn,
            message: plain(&redacted(&answer.message)),
            controls,
        }
    }

    fn wire(&self) -> Result<&Wire, DirectoryError> {
        self.wire.as_ref().ok_or_else(over)
    }

    /// Ends the session because of what came.
    fn end_with(&mut self, cause: &str) -> DirectoryError {
        match self.wire.take() {
            Some(wire) => wire.broken(cause),
            None => over(),
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // A polite end; the connection is closed in any case.
        let (Some(mut wire), Ok(runtime)) = (self.wire.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        let octets = Request::Unbind.encode(self.id.wrapping_add(1), &[]);
        runtime.spawn(async move { drop(wire.send(octets).await) });
    }
}

/// One request and what comes until its end.
async fn converse(
    wire: &mut Wire,
    id: u32,
    octets: Vec<u8>,
    collect: &mut (dyn FnMut(Entry) -> Result<(), DirectoryError> + Send),
) -> Result<(Answer, Vec<Control>), DirectoryError> {
    wire.send(octets).await?;
    loop {
        match wire.receive().await? {
            (UNSOLICITED, Response::Done(notice), _) => {
                return Err(wire.broken(&format!("the directory ends it: {}", plain(&notice.message))));
            }
            (found, Response::Entry(entry), _) if found == id => collect(entry)?,
            (found, Response::Done(answer), controls) if found == id => return Ok((answer, controls)),
            (_, Response::Ignored, _) => {}
            // Nothing else is under way.
            _ => return Err(wire.broken("an answer came that nobody asked for")),
        }
    }
}

fn over() -> DirectoryError {
    DirectoryError::Broken {
        origin: "the directory".to_owned(),
        cause: "an earlier failure had ended the session".to_owned(),
    }
}

/// Controls that are the host's own must not come from a connector.
fn own(controls: &[Control]) -> Result<(), DirectoryError> {
    if controls.iter().any(|control| control.oid == PAGED) {
        return Err(DirectoryError::Invalid(
            "pages are asked for by `page-size`, not by a control".to_owned(),
        ));
    }
    Ok(())
}

/// About how many octets an entry takes.
fn size(entry: &Entry) -> usize {
    let attributes = entry.attributes.iter().map(|attribute| {
        let values: usize = attribute.values.iter().map(|value| value.len() + 24).sum();
        attribute.name.len() + 48 + values
    });
    entry.dn.len() + attributes.sum::<usize>()
}
