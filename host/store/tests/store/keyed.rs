//! Requests with an idempotency key.

use samklang_store::{KeyedRequest, RequestKey};

use crate::place::Place;

const DAY: i64 = 86_400_000;

pub async fn a_request_is_answered_once_and_repeated(place: &Place) {
    let installation = place.open().await;
    let key = RequestKey::new("anna", "9b2f6c1e-0001");
    let begin = async |fingerprint: u8| {
        installation
            .begin_keyed(&key, &[fingerprint; 32], 5)
            .await
            .unwrap()
    };
    assert_eq!(begin(1).await, KeyedRequest::New);
    assert_eq!(begin(1).await, KeyedRequest::Begun);
    assert_eq!(begin(2).await, KeyedRequest::Another);
    installation.keep_keyed(&key, b"Anna is released").await.unwrap();
    assert_eq!(
        begin(1).await,
        KeyedRequest::Answered(b"Anna is released".to_vec())
    );
    assert_eq!(begin(2).await, KeyedRequest::Another);
}

pub async fn the_same_key_is_another_guest_s(place: &Place) {
    let installation = place.open().await;
    for (guest, key) in [
        ("anna", "1234"),
        ("ola", "1234"),
        ("anna1", "234"),
        ("anna", "12345"),
    ] {
        let key = RequestKey::new(guest, key);
        let begun = installation.begin_keyed(&key, &[1; 32], 5).await.unwrap();
        assert_eq!(begun, KeyedRequest::New, "{guest}");
    }
}

pub async fn what_failed_or_is_old_is_forgotten(place: &Place) {
    let installation = place.open().await;
    let (failed, old) = (RequestKey::new("anna", "failed"), RequestKey::new("anna", "old"));
    let begin = async |key: &RequestKey, at| installation.begin_keyed(key, &[1; 32], at).await.unwrap();
    assert_eq!(begin(&failed, 5).await, KeyedRequest::New);
    installation.forget_keyed(&failed).await.unwrap();
    assert_eq!(begin(&failed, 6).await, KeyedRequest::New);
    assert_eq!(begin(&old, 7).await, KeyedRequest::New);
    assert_eq!(begin(&old, DAY + 7).await, KeyedRequest::Begun);
    assert_eq!(begin(&old, DAY + 8).await, KeyedRequest::New);
}
