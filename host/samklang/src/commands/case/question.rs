//! What a case asks, in a sentence, and the options by which it is answered.

use samklang_core::matching::{CaseKind, CaseRecord, Choice, Side};

/// What is asked, in a sentence.
pub(super) fn question(case: &CaseRecord) -> String {
    match case.side {
        Side::Source => question_of_source(case),
        Side::Target => question_of_target(case),
    }
}

fn question_of_target(case: &CaseRecord) -> String {
    let first = case.candidates.first();
    let key = first
        .and_then(|candidate| candidate.key.as_deref())
        .unwrap_or_default();
    let rule = first.map_or("", |candidate| candidate.rule.as_str());
    let (name, target) = (&case.name, &case.object.connection);
    match case.kind {
        CaseKind::Ambiguous => format!(
            "which of {} objects in {target} is {name}'s? They have the same {rule}",
            case.candidates.len()
        ),
        CaseKind::LinkedToAnother => {
            format!("is `{key}` in {target} also {name}'s? It has the same {rule}, and stands for another")
        }
        CaseKind::NearMiss => format!(
            "is `{key}` in {target} {name}'s? Their {rule} differs in case, accents or spelling alone"
        ),
        CaseKind::Found | CaseKind::Twin => {
            format!("is `{key}` in {target} {name}'s? They have the same {rule}")
        }
        CaseKind::Absent => {
            format!("is there anything of {name}'s in {target}? Nothing is found; make something new?")
        }
        CaseKind::Removal => {
            format!("what becomes of {name}'s object in {target}, since it has no place there any more?")
        }
    }
}

fn question_of_source(case: &CaseRecord) -> String {
    let count = case.candidates.len();
    let first = case
        .candidates
        .first()
        .map_or("", |candidate| candidate.name.as_str());
    let rule = case
        .candidates
        .first()
        .map_or("", |candidate| candidate.rule.as_str());
    let name = &case.name;
    match case.kind {
        CaseKind::Ambiguous => format!("which of {count} is {name}? They have the same {rule}"),
        CaseKind::LinkedToAnother => {
            format!("is {name} also {first}? Another object of the class stands for it")
        }
        CaseKind::NearMiss => {
            format!("is {name} the same as {first}? Their {rule} differs in case, accents or spelling alone")
        }
        CaseKind::Found => format!("is {name} the same as {first}? They have the same {rule}"),
        CaseKind::Absent => format!("who is {name}? Nobody is found; is it somebody new?"),
        CaseKind::Twin => format!("is {name} also {first}? It has got the same {rule}"),
        CaseKind::Removal => format!("what becomes of {name}?"),
    }
}

/// The option by which a choice is said.
pub(super) fn option(choice: Choice) -> &'static str {
    match choice {
        Choice::Link | Choice::Apart => "--link CANDIDATE",
        Choice::Create => "--new",
        Choice::Ignore => "--ignore",
        Choice::Delete => "--delete",
        Choice::Deactivate => "--deactivate",
        Choice::Detach => "--detach",
        Choice::Keep => "--keep",
    }
}

pub(super) fn options(case: &CaseRecord) -> String {
    let options: Vec<&str> = case.kind.choices().iter().map(|&choice| option(choice)).collect();
    options.join("|")
}
