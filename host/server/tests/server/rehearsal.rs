//! What the other tests rely on in the stand-in.

use std::collections::BTreeSet;

use samklang_server::view::Look;
use samklang_server::{Desk, DeskError};

use crate::desk::{CASTS, Rehearsal, Truth};

#[tokio::test]
async fn there_are_two_tenants_and_examples_of_everything() {
    let desk = Rehearsal::new();
    let names: Vec<String> = desk
        .tenants()
        .await
        .iter()
        .map(|plan| plan.name.clone())
        .collect();
    assert_eq!(names, ["nordvik", "solborg"]);
    let truth = Truth::of(&CASTS[0]);
    let looks: BTreeSet<String> = (truth.cycle.steps.iter())
        .map(|step| format!("{:?}", step.look))
        .collect();
    assert_eq!(looks.len(), 8, "every look: {looks:?}");
    assert!(truth.cycle.steps.iter().any(|step| step.look == Look::Late));
    assert!(truth.operations.len() > 500);
    assert!(truth.cases.len() > 50);
    assert!(truth.entities.len() > 8);
    assert!(truth.nights.len() > 30);
    assert!(truth.journal.len() > 60);
}

#[tokio::test]
async fn what_the_tenants_say_is_told_apart() {
    let [one, other] = [Truth::of(&CASTS[0]), Truth::of(&CASTS[1])].map(|truth| format!("{truth:?}"));
    for (cast, truth) in [(&CASTS[0], &other), (&CASTS[1], &one)] {
        for mark in cast.marks() {
            assert!(!truth.contains(mark), "{mark}");
        }
    }
}

#[tokio::test]
async fn what_is_asked_is_recorded_and_may_be_made_to_fail() {
    let desk = Rehearsal::new();
    desk.installed().await.unwrap();
    assert_eq!(desk.calls().len(), 1);
    assert_eq!(desk.calls()[0].deed, "installed");
    assert_eq!(desk.calls()[0].tenant, None);
    let full = DeskError::Failed("the disk is full; make room".to_owned());
    desk.fail_next(full.clone());
    assert_eq!(desk.support().await, Err(full));
    assert!(desk.support().await.is_ok());
    desk.forget_calls();
    assert!(desk.calls().is_empty());
}
