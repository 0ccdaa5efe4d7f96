//! The digest tells apart what differs and nothing else.

#![allow(clippy::unwrap_used, reason = "tests: a panic is the report")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use samklang_core::{Digest, Value};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Absent),
        ".{0,12}".prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
        proptest::collection::vec(".{0,6}", 0..5).prop_map(Value::Texts),
        proptest::collection::btree_map("[a-c]{1,2}", any::<i32>(), 0..4)
            .prop_map(|members| Value::Structure(serde_json::to_value(members).unwrap())),
    ]
}

fn attributes() -> impl Strategy<Value = BTreeMap<String, Value>> {
    proptest::collection::btree_map("[a-e]{1,3}", value().prop_map(Value::canonical), 0..6)
}

fn digest(attributes: &BTreeMap<String, Value>) -> Digest {
    Digest::of(attributes.iter().map(|(name, value)| (name.as_str(), value)))
}

fn present(attributes: &BTreeMap<String, Value>) -> BTreeMap<&String, &Value> {
    attributes
        .iter()
        .filter(|(_, value)| !value.is_absent())
        .collect()
}

proptest! {
    #[test]
    fn equal_objects_have_equal_digests_and_others_do_not(one in attributes(), other in attributes()) {
        prop_assert_eq!(present(&one) == present(&other), digest(&one) == digest(&other));
    }

    #[test]
    fn kept_and_read_back_a_value_is_the_same(value in value()) {
        let canonical = value.canonical();
        let text = serde_json::to_string(&canonical).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), canonical);
    }

    #[test]
    fn the_canonical_form_is_reached_in_one_step(value in value()) {
        let once = value.canonical();
        prop_assert_eq!(once.clone().canonical(), once);
    }

    #[test]
    fn the_order_of_texts_does_not_matter(mut texts in proptest::collection::vec(".{0,4}", 0..6)) {
        let forward = Value::Texts(texts.clone());
        texts.reverse();
        prop_assert_eq!(Digest::of([("a", &forward)]), Digest::of([("a", &Value::Texts(texts))]));
    }
}

#[test]
fn where_one_value_ends_and_the_next_begins_is_part_of_the_digest() {
    let text = |text: &str| Value::Text(text.to_owned());
    let one = Digest::of([("a", &text("xb")), ("c", &text("y"))]);
    let other = Digest::of([("a", &text("x")), ("bc", &text("y"))]);
    assert_ne!(one, other);
}
