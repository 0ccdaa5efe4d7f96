//! Questions about who is who, and persons' answers.

use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::Action;
use samklang_core::matching::{Candidate, CaseRecord, CaseState, Choice, Side};
use samklang_server::view::{self, Case, CaseAnswer, Difference, Moment, Page, Part, Question};
use samklang_store::{Answered, TenantStore};
use uuid::Uuid;

use super::history::page;
use super::people::conceal::object_name;
use super::place::Place;
use crate::configuration::Fitted;
use crate::failure::Failure;

/// Questions on a page, unless somebody wants another number.
const QUESTIONS: u32 = 50;

/// Why a choice is no answer to a case.
pub(crate) enum Impossible {
    /// The question has other answers.
    NoAnswer,
    /// The target cannot follow it; why.
    Target(String),
}

/// Why a choice is no answer to a case; none when it is one.
pub(crate) fn impossible(fitted: &Fitted, case: &CaseRecord, choice: Choice) -> Option<Impossible> {
    if !case.kind.choices().contains(&choice) {
        return Some(Impossible::NoAnswer);
    }
    let ObjectRef {
        connection, class, ..
    } = &case.object;
    let outbound = fitted
        .tenant
        .connections
        .get(connection)
        .and_then(|connection| connection.mappings.outbound.get(class));
    match (choice, outbound) {
        (Choice::Delete, Some(outbound)) if !outbound.actions.contains(&Action::Delete) => {
            Some(Impossible::Target(format!(
                "the connector of {connection} cannot remove objects of class `{class}`"
            )))
        }
        (Choice::Deactivate, Some(outbound)) if !outbound.deactivates() => Some(Impossible::Target(format!(
            "the mapping does not say how objects of class `{class}` are deactivated; say it under \
             `[connections.{connection}.mappings.outbound.{class}.deactivated]`"
        ))),
        _ => None,
    }
}

/// The candidate that is named.
pub(crate) fn candidate<'a>(case: &'a CaseRecord, named: &str) -> Result<&'a Candidate, Failure> {
    let id = named.parse::<Uuid>().ok();
    let found = case.candidates.iter().find(|candidate| {
        candidate.identity() == named || (id.is_some() && candidate.key.is_none() && candidate.entity == id)
    });
    found.ok_or_else(|| {
        let candidates: Vec<String> = case.candidates.iter().map(Candidate::identity).collect();
        Failure::Usage(format!(
            "`{named}` is no candidate of case {}; its candidates are: {}. Anything else is linked with `samklang link`",
            case.id,
            candidates.join(", ")
        ))
    })
}

/// Writes a person's answer down: that it is this candidate, or what else becomes of it. Answers whether the question was still the one that the
/// person saw.
pub(crate) async fn answer(
    store: &TenantStore,
    case: &CaseRecord,
    (choice, candidate): (Choice, Option<&Candidate>),
    (who, reason): (&str, &str),
    now: i64,
) -> Result<bool, Failure> {
    let decided = Answered {
        choice,
        entity: match case.side {
            Side::Source => candidate.and_then(|candidate| candidate.entity),
            Side::Target => case.entity,
        },
        who,
        reason,
        at: now,
    };
    // In a target it is the object that is chosen for the entity that asks.
    let about = match (case.side, candidate.and_then(|candidate| candidate.key.clone())) {
        (Side::Target, Some(key)) => ObjectRef {
            key,
            ..case.object.clone()
        },
        _ => case.object.clone(),
    };
    let chosen = candidate.map(Candidate::identity);
    Ok(store
        .decide_case(case, &about, &decided, chosen.as_deref())
        .await?)
}

impl Place {
    /// Questions, newest first; the open ones, or all.
    pub(super) async fn cases(&self, all: bool, part: &Part) -> Result<Page<Question>, Failure> {
        let every = [CaseState::Open, CaseState::Decided, CaseState::Withdrawn];
        let states = if all { &every[..] } else { &[CaseState::Open] };
        let after = match &part.after {
            None => None,
            Some(text) => {
                let place = text.split_once('.');
                let place = place.and_then(|(opened, id)| Some((opened.parse().ok()?, id.parse().ok()?)));
                Some(place.ok_or_else(|| {
                    Failure::Usage(format!("`{text}` is no `after` that a list has given as `next`"))
                })?)
            }
        };
        let fitted = self.fitted().await?;
        let size = part.size(QUESTIONS);
        let cases = self
            .store
            .cases_after(states, after, size.saturating_add(1))
            .await?;
        Ok(page(
            cases,
            size,
            |case| format!("{}.{}", case.opened, case.id),
            |case| question(&fitted, &case),
        ))
    }

    async fn record(&self, id: i64) -> Result<CaseRecord, Failure> {
        let case = self.store.case(id).await?;
        case.ok_or_else(|| Failure::Absent(format!("there is no case {id}")))
    }

    /// One question.
    pub(super) async fn case(&self, id: i64) -> Result<Case, Failure> {
        let case = self.record(id).await?;
        let fitted = self.fitted().await?;
        let undoable = self.store.can_undo(&case).await?;
        let choices = case.kind.choices().iter();
        let choices = choices.filter(|choice| impossible(&fitted, &case, **choice).is_none());
        Ok(Case {
            question: question(&fitted, &case),
            entity: case.entity,
            closed: case.closed.map(Moment),
            since: case.since.map(Moment),
            chosen: case.chosen.clone(),
            who: case.who.clone(),
            reason: case.reason.clone(),
            choices: choices.map(|choice| choice.as_str().to_owned()).collect(),
            candidates: case.candidates.iter().map(shown).collect(),
            undoable,
        })
    }

    /// Answers one.
    pub(super) async fn answer_case(&self, id: i64, wish: &CaseAnswer, now: i64) -> Result<Case, Failure> {
        let case = self.record(id).await?;
        let fitted = self.fitted().await?;
        let choices = case.kind.choices();
        let known = Choice::parse(&wish.choice).map(|choice| (choice, impossible(&fitted, &case, choice)));
        let choice = match known {
            Some((choice, None)) => choice,
            Some((_, Some(Impossible::Target(why)))) => return Err(Failure::Usage(why)),
            Some((_, Some(Impossible::NoAnswer))) | None => {
                let words: Vec<&str> = choices.iter().map(|choice| choice.as_str()).collect();
                return Err(Failure::Usage(format!(
                    "`{}` is no answer to case {id}; it is answered by one of: {}",
                    wish.choice,
                    words.join(", ")
                )));
            }
        };
        let chosen = match (choice, &wish.candidate) {
            (Choice::Link, Some(named)) => Some(candidate(&case, named)?),
            (Choice::Link, None) => {
                return Err(Failure::Usage(
                    "say which candidate it is: `candidate`".to_owned(),
                ));
            }
            (_, _) => None,
        };
        let said = (self.who.as_str(), wish.reason.as_str());
        if !answer(&self.store, &case, (choice, chosen), said, now).await? {
            return Err(Failure::Busy(format!(
                "case {id} is not open any more, or its candidates have changed; look at it again"
            )));
        }
        self.case(id).await
    }

    /// Takes the answer to one back.
    pub(super) async fn undo_case(&self, id: i64, reason: &str, now: i64) -> Result<Case, Failure> {
        let case = self.record(id).await?;
        if !self.store.undo_case(&case, (&self.who, reason), now).await? {
            return Err(Failure::Busy(match case.state {
                CaseState::Decided => {
                    format!("a cycle has followed the answer to case {id} already, so that it stands")
                }
                _ => format!("case {id} has no answer that could be taken back"),
            }));
        }
        self.case(id).await
    }
}

fn question(fitted: &Fitted, case: &CaseRecord) -> Question {
    Question {
        id: case.id,
        kind: case.kind.as_str().to_owned(),
        side: case.side.as_str().to_owned(),
        object: object_name(fitted, &case.object),
        name: case.name.clone(),
        state: case.state.as_str().to_owned(),
        opened: Moment(case.opened),
        candidates: case.candidates.len() as u64,
        choice: case.choice.map(|choice| choice.as_str().to_owned()),
    }
}

fn shown(candidate: &Candidate) -> view::Candidate {
    let differs = candidate.differs.iter().map(|difference| Difference {
        attribute: difference.attribute.clone(),
        object: difference.object.clone(),
        candidate: difference.candidate.clone(),
    });
    view::Candidate {
        id: candidate.identity(),
        entity: candidate.entity,
        key: candidate.key.clone(),
        name: candidate.name.clone(),
        rule: candidate.rule.clone(),
        near: candidate.near,
        holder: candidate.holder.clone(),
        agrees: candidate.agrees.clone(),
        differs: differs.collect(),
    }
}
