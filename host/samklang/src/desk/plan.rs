//! What would happen in the targets: the plans of the newest cycle, in numbers and operation by operation.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::connector::Action;
use samklang_core::port::{OperationRecord, OperationState};
use samklang_server::view::{Page, Part, Plan, PlanCount, PlannedOperation};

use super::history::mark;
use super::people::conceal::{blot, key_is_sensitive, told};
use super::place::Place;
use crate::configuration::Fitted;
use crate::failure::Failure;

/// Operations on a page, unless somebody wants another number.
pub(super) const OPERATIONS: u32 = 50;

/// The states of operations that are shown.
const SHOWN: [OperationState; 7] = [
    OperationState::Draft,
    OperationState::Planned,
    OperationState::Sent,
    OperationState::Done,
    OperationState::Refused,
    OperationState::Deferred,
    OperationState::HeldOver,
];

/// How many operations there are of each target, class and action.
pub(super) type Kinds = BTreeMap<(String, String, &'static str), u64>;

/// As people see it.
pub(super) fn counted(kinds: Kinds) -> Vec<PlanCount> {
    let count = |((target, class, action), count): ((String, String, &str), u64)| PlanCount {
        target,
        class,
        action: action.to_owned(),
        count,
    };
    kinds.into_iter().map(count).collect()
}

impl Place {
    /// The plans of the newest cycle, in numbers.
    pub(super) async fn plan(&self) -> Result<Plan, Failure> {
        let Some(cycle) = self.store.newest_for_all().await? else {
            return Ok(Plan {
                cycle: None,
                counts: Vec::new(),
                open: false,
            });
        };
        let counts = self.store.counts_of_plan(cycle.id).await?;
        let waits = |state| matches!(state, OperationState::Draft | OperationState::Planned);
        let open = cycle.ended.is_none() && counts.iter().any(|count| waits(count.state));
        let mut kinds = Kinds::new();
        for count in counts {
            let kind = (count.target, count.class, count.action.as_str());
            *kinds.entry(kind).or_default() += count.count;
        }
        Ok(Plan {
            cycle: Some(cycle.id),
            counts: counted(kinds),
            open,
        })
    }

    /// Its operations; of one target and one action, when these are named.
    pub(super) async fn operations(
        &self,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Result<Page<PlannedOperation>, Failure> {
        let only = action.map(meant).transpose()?;
        let mut found = Page {
            items: Vec::new(),
            next: None,
        };
        let Some(cycle) = self.store.newest_for_all().await? else {
            return Ok(found);
        };
        let fitted = self.fitted().await?;
        let after: Option<String> = mark(part)?;
        let after = after.as_deref().and_then(|after| after.split_once('/'));
        let size = part.size(OPERATIONS);
        let counts = self.store.counts_of_plan(cycle.id).await?;
        let targets: BTreeSet<&str> = counts.iter().map(|count| count.target.as_str()).collect();
        let targets = targets
            .into_iter()
            .filter(|name| target.is_none_or(|target| target == *name));
        for target in targets.filter(|name| after.is_none_or(|(begun, _)| *name >= begun)) {
            let from = after.filter(|(begun, _)| *begun == target).map(|(_, id)| id);
            let left = size.saturating_sub(u32::try_from(found.items.len()).unwrap_or(u32::MAX));
            let wanted = left.saturating_add(1);
            let page = self
                .store
                .operations_among(cycle.id, target, (&SHOWN[..], only), from, wanted)
                .await?;
            for record in page {
                if found.items.len() >= usize::try_from(size).unwrap_or(usize::MAX) {
                    let last: Option<&PlannedOperation> = found.items.last();
                    found.next = last.map(|last| format!("{}/{}", last.target, last.id));
                    return Ok(found);
                }
                found.items.push(operation(&fitted, record));
            }
        }
        Ok(found)
    }
}

/// The action of that name.
pub(super) fn meant(word: &str) -> Result<Action, Failure> {
    [Action::Create, Action::Update, Action::Delete]
        .into_iter()
        .find(|action| action.as_str() == word)
        .ok_or_else(|| Failure::Usage(format!("`{word}` is no action; there is create, update, delete")))
}

pub(super) fn operation(fitted: &Fitted, record: OperationRecord) -> PlannedOperation {
    let operation = record.operation;
    let sensitive = key_is_sensitive(fitted, &record.connection, &operation.class);
    let hidden = Vec::from_iter(sensitive.then(|| operation.key.clone()));
    PlannedOperation {
        id: operation.id,
        target: record.connection,
        class: operation.class,
        action: operation.action.as_str().to_owned(),
        key: blot(&operation.key, &hidden),
        entity: record.entity,
        state: record.state.as_str().to_owned(),
        changed: operation.changed,
        reason: blot(&record.reason.to_string(), &hidden),
        told: told(&record.reason, &hidden),
    }
}
