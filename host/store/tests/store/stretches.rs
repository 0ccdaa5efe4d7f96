use std::time::Duration;

use samklang_core::catalogue::EntityKind;
use samklang_core::port::{Counts, StepState, Store as _, Stretch as _};
use samklang_store::TenantStore;

use crate::material::{entity, id, keep, steps, write};
use crate::place::{Place, keys, tenant};

pub async fn person(store: &TenantStore, number: u8) {
    keep(
        store,
        vec![write(entity(number, EntityKind::Person, &[]))],
        &["mo"],
    )
    .await;
}

async fn known(store: &TenantStore) -> usize {
    let ids: Vec<_> = (1..90).map(id).collect();
    store.entities(&ids).await.unwrap().len()
}

/// What another way in sees of the same tenant.
async fn seen(place: &Place) -> usize {
    let installation = place.open().await;
    let store = installation.tenant("aarhus", &keys()).await.unwrap();
    known(&store).await
}

pub async fn batches_of_a_stretch_are_seen_by_their_own_run_and_last_at_its_end(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let stretch = store.stretch();
    for number in 1..=40 {
        person(&store, number).await;
        assert_eq!(known(&store).await, usize::from(number));
        store.renew_lease(2).await.unwrap();
    }
    assert_eq!(store.stale("mo", None, 99).await.unwrap().len(), 40);
    stretch.end().await.unwrap();
    assert_eq!(seen(place).await, 40);
}

pub async fn a_stretch_that_is_dropped_undoes_whole_batches_and_nobody_waits_for_it(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let stretch = store.stretch();
    person(&store, 1).await;
    person(&store, 2).await;
    let before = seen(place).await;
    drop(stretch);
    assert_eq!(
        known(&store).await,
        before,
        "what was not committed has not happened"
    );
    assert_eq!(store.stale("mo", None, 9).await.unwrap().len(), before);
    person(&store, 3).await;
    assert_eq!(
        seen(place).await,
        before + 1,
        "without a stretch a batch lasts at once"
    );
    store.begin_step(cycle, 0, 3).await.unwrap();
}

pub async fn whatever_else_writes_makes_a_stretch_last_first(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let stretch = store.stretch();
    person(&store, 1).await;
    store.begin_step(cycle, 0, 3).await.unwrap();
    assert_eq!(seen(place).await, 1);
    person(&store, 2).await;
    // A connection that has no number yet is given one.
    store.observe("elsewhere", &[], &[]).await.unwrap();
    keep(
        &store,
        vec![write(entity(3, EntityKind::Person, &[]))],
        &["a new target"],
    )
    .await;
    store
        .settle_step(cycle, 0, StepState::Done, Counts::default(), None, 4)
        .await
        .unwrap();
    assert_eq!(seen(place).await, 3);
    drop(stretch);
    assert_eq!(known(&store).await, 3, "what lasts is not undone");
}

/// The longest that somebody waits who should not wait at all.
pub const SOON: Duration = Duration::from_secs(20);

/// Two cycles are at work, one in the midst of a stretch and one behind it in the line, and somebody decides something.
pub async fn who_is_waited_for_writes_after_one_batch_at_most(place: &Place) {
    let (installation, _) = tenant(place).await;
    let leisure = installation.at_leisure();
    let store = leisure.tenant("aarhus", &keys()).await.unwrap();
    let behind = leisure.tenant("odense", &keys()).await.unwrap();
    store.begin_cycle(&steps(), 1).await.unwrap();
    let stretch = store.stretch();
    person(&store, 1).await;
    let behind = tokio::spawn(async move { behind.begin_cycle(&steps(), 1).await });
    let decides = tokio::spawn(async move { installation.tenant("vejle", &keys()).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    person(&store, 2).await;
    let decided = tokio::time::timeout(SOON, decides).await;
    assert!(decided.is_ok(), "it waits for the end of the stretch");
    decided.unwrap().unwrap().unwrap();
    assert_eq!(seen(place).await, 2, "what was written before lasts");
    person(&store, 3).await;
    stretch.end().await.unwrap();
    behind.await.unwrap().unwrap();
    assert_eq!(seen(place).await, 3);
}
