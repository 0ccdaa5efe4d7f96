//! Why an entity has no object of a class in a target: the first condition that fails, in the order in which a cycle meets them. A
//! decision over stored facts; no system is asked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::EntityState;
use crate::connector::Action;
use crate::mapping::{Graph, Outbound, TargetKeys};
use crate::port::{FindingRecord, OperationRecord, OperationState, Shadow, ShadowState};
use crate::value::Value;

/// What is known of an entity and a class of a target.
pub struct Facts<'a> {
    /// The mapping of the class.
    pub outbound: &'a Outbound,
    /// The entity and what hangs together with it.
    pub graph: &'a Arc<Graph>,
    /// The entity.
    pub entity: Uuid,
    /// The target's keys.
    pub keys: &'a dyn TargetKeys,
    /// The target's object that stands for the entity.
    pub shadow: Option<&'a Shadow>,
    /// The newest operation for the entity and this class.
    pub operation: Option<&'a OperationRecord>,
    /// What was found about the object that the entity would have.
    pub finding: Option<&'a FindingRecord>,
    /// The case about which a person has yet to tell whether the target holds its object already.
    pub case: Option<i64>,
    /// The planner has yet to look at the entity.
    pub stale: bool,
}

/// Where the way to a target ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "kebab-case")]
pub enum Absence {
    /// It does not: the target has an object for it.
    Present {
        /// The object's key.
        key: String,
        /// How sure that is.
        state: ShadowState,
        /// The cycle that saw it last.
        cycle: i64,
    },
    /// No object of any source stands for the entity any more.
    Gone,
    /// The mapping's condition does not hold.
    OutOfScope,
    /// The mapping's condition holds, but what its object must refer to has no object in the target.
    NoReference,
    /// The mapping cannot be evaluated for it.
    Mapping {
        /// The field.
        field: String,
        /// Why.
        cause: String,
    },
    /// Values are missing without which the target's object cannot be.
    Incomplete {
        /// The target's attributes.
        missing: Vec<String>,
    },
    /// A person has yet to tell whether the target holds its object already.
    Asked {
        /// The case.
        case: i64,
    },
    /// The target's objects of the class cannot be made.
    NotCreatable,
    /// The target refused.
    Refused {
        /// Its words, as they are kept.
        outcome: serde_json::Value,
        /// The cycle.
        cycle: i64,
    },
    /// The target put it off.
    Deferred {
        /// Its words, as they are kept.
        outcome: serde_json::Value,
        /// The cycle.
        cycle: i64,
    },
    /// It is planned and was not carried out yet: its plan was not settled, or the cycle has not come so far.
    Waits {
        /// Where the operation is.
        state: OperationState,
        /// The cycle.
        cycle: i64,
    },
    /// Its plan was rejected.
    Rejected {
        /// The cycle.
        cycle: i64,
    },
    /// The target has taken it over and not shown it yet.
    Unseen {
        /// The cycle.
        cycle: i64,
    },
    /// Something was found that stands in the way.
    Found {
        /// Its stable code.
        code: String,
        /// What it speaks of, by name.
        arguments: serde_json::Value,
        /// What was found.
        message: String,
        /// What to do about it.
        remedy: String,
    },
    /// Nothing stands in the way: the next plan has yet to look at it.
    NotPlanned,
    /// Nothing stands in the way, and yet nothing is planned.
    Unexplained,
}

/// Finds the first condition that fails.
#[must_use]
pub fn absence(facts: &Facts<'_>) -> Absence {
    if let Some(shadow) = facts.shadow {
        return Absence::Present {
            key: shadow.key.clone(),
            state: shadow.state,
            cycle: shadow.cycle,
        };
    }
    let entity = facts.graph.entity(facts.entity);
    if entity.is_none_or(|entity| entity.state == EntityState::Gone) {
        return Absence::Gone;
    }
    let failed = |error: crate::mapping::FieldError| Absence::Mapping {
        field: error.field,
        cause: error.cause,
    };
    match facts.outbound.in_scope(facts.graph, facts.entity) {
        Ok(true) => {}
        Ok(false) => return Absence::OutOfScope,
        Err(error) => return failed(error),
    }
    let desired = match facts.outbound.desired(facts.graph, facts.entity, facts.keys) {
        Ok(Some(desired)) => desired,
        Ok(None) => return Absence::NoReference,
        Err(error) => return failed(error),
    };
    let missing: Vec<String> = facts
        .outbound
        .required
        .iter()
        .filter(|name| desired.attributes.get(*name).is_none_or(Value::is_absent))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Absence::Incomplete { missing };
    }
    if let Some(case) = facts.case {
        return Absence::Asked { case };
    }
    if !facts.outbound.actions.contains(&Action::Create) {
        return Absence::NotCreatable;
    }
    if let Some(failed) = facts.operation.and_then(operation) {
        return failed;
    }
    if let Some(finding) = facts.finding {
        return Absence::Found {
            code: finding.code.clone(),
            arguments: finding.arguments.clone(),
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
        };
    }
    if facts.stale {
        Absence::NotPlanned
    } else {
        Absence::Unexplained
    }
}

/// What the newest operation tells, unless it removed the object.
fn operation(record: &OperationRecord) -> Option<Absence> {
    if record.operation.action == Action::Delete {
        return None;
    }
    let cycle = record.cycle;
    let outcome = || record.outcome.clone().unwrap_or_default();
    Some(match record.state {
        OperationState::Refused => Absence::Refused {
            outcome: outcome(),
            cycle,
        },
        OperationState::Deferred => Absence::Deferred {
            outcome: outcome(),
            cycle,
        },
        OperationState::Dropped => Absence::Rejected { cycle },
        OperationState::Done => Absence::Unseen { cycle },
        state => Absence::Waits { state, cycle },
    })
}

impl Absence {
    /// The condition's stable code and what it speaks of, by name. What others said is among it as `words`.
    #[must_use]
    pub fn coded(&self) -> (String, serde_json::Value) {
        let mut members = match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(members)) => members,
            _ => serde_json::Map::new(),
        };
        let code = match members.remove("condition") {
            Some(serde_json::Value::String(code)) => code,
            _ => String::new(),
        };
        if let Some(outcome) = members.remove("outcome") {
            members.insert("words".to_owned(), texts(&outcome).join(": ").into());
        }
        if let Some(cause) = members.remove("cause") {
            members.insert("words".to_owned(), cause);
        }
        (code, serde_json::Value::Object(members))
    }

    /// The answer in words for a person; of a condition, the program adds the template and the values.
    #[must_use]
    pub fn says(&self) -> String {
        match self {
            Self::Present { key, state, cycle } => {
                format!("it has one: `{key}`, {} in cycle {cycle}", state.as_str())
            }
            Self::Gone => "no object of any source stands for it any more".to_owned(),
            Self::OutOfScope => "it is out of scope: the mapping's condition does not hold for it".to_owned(),
            Self::NoReference => {
                "what its object must refer to has no object in the target: explain that one first".to_owned()
            }
            Self::Mapping { field, cause } => format!("the mapping fails for it at {field}: {cause}"),
            Self::Incomplete { missing } => {
                format!("the target's object cannot be without {}, which no source gives", missing.join(", "))
            }
            Self::Asked { case } => {
                format!("a person has yet to tell whether the target holds its object already: case {case}")
            }
            Self::NotCreatable => "the connector cannot make objects of this class".to_owned(),
            Self::Refused { outcome, cycle } => format!("the target refused in cycle {cycle}: {}", words(outcome)),
            Self::Deferred { outcome, cycle } => {
                format!("the target put it off in cycle {cycle}: {}", words(outcome))
            }
            Self::Waits {
                state: OperationState::HeldOver,
                cycle,
            } => {
                format!("it is planned in cycle {cycle}, and the target has got what it gets in a day: it waits for another day")
            }
            Self::Waits { state, cycle } => {
                format!(
                    "it is planned in cycle {cycle} and was not carried out yet ({})",
                    state.as_str()
                )
            }
            Self::Rejected { cycle } => format!("the plan of cycle {cycle} was rejected by a person"),
            Self::Unseen { cycle } => {
                format!("the target took it over in cycle {cycle} and has not shown it since")
            }
            Self::Found { code, message, .. } => format!("{code}: {message}"),
            Self::NotPlanned => "nothing stands in the way: the next cycle plans it".to_owned(),
            Self::Unexplained => {
                "nothing stands in the way, and nothing is planned: run a cycle, and ask support if this stays".to_owned()
            }
        }
    }
}

/// The words within an outcome, as a sentence says them.
fn words(outcome: &serde_json::Value) -> String {
    let texts = texts(outcome);
    if texts.is_empty() {
        "it said nothing".to_owned()
    } else {
        texts.join(": ")
    }
}

/// The words within an outcome.
fn texts(outcome: &serde_json::Value) -> Vec<String> {
    let mut texts = Vec::new();
    fn gather(value: &serde_json::Value, texts: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => texts.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
            serde_json::Value::Object(members) => members.values().for_each(|member| gather(member, texts)),
            _ => {}
        }
    }
    gather(outcome, &mut texts);
    texts
}
