//! Against the contract: what is handed over must be what was declared and asked for.

use samklang_core::connector::{Action, Operation, Outcome};
use samklang_core::port::Session as _;

use crate::{assert_fault, assert_health, open, read, request};

#[tokio::test]
async fn a_crooked_page_is_a_violation_that_names_the_place() {
    for (misdeed, part) in [
        ("short-row", "row 2: it has 1 values for 2 columns"),
        (
            "wrong-type",
            "row 1: the attribute `age` is declared as integer, but a value is text",
        ),
        (
            "not-a-date",
            "row 1: the attribute `birth_date` is declared as date",
        ),
        (
            "text-for-texts",
            "row 1: the attribute `emails` is declared as texts",
        ),
        ("broken-structure", "row 1: a structure is not JSON"),
        ("duplicate-column", "the column `name` is there twice"),
        ("undeclared-column", "no attribute `salary`"),
        ("no-key-column", "the key `id` is not among the columns"),
        ("empty-key", "row 2: its key is empty"),
        ("absent-key", "row 1: its key is absent"),
        ("number-key", "row 1: the attribute `id` is declared as text"),
        ("too-many-rows", "it has 3 rows, but at most 2 were asked for"),
        ("removed-in-full", "removed keys in a full read"),
        ("undeclared-class", "the class `robot`"),
        ("class-not-asked", "the class was not asked for"),
        ("never-end", "more than 100 pages without a row"),
        (
            "lie-about-count",
            "says 12 objects of the class `person`, but 5 were handed over",
        ),
        (
            "count-a-stranger",
            "counts the class `robot`, which was not asked for",
        ),
        ("count-twice", "counts the class `person` twice"),
    ] {
        let fault = read(misdeed, &["person"]).await.expect_err(misdeed);
        assert_fault(&fault, "contract-violation", part);
        assert!(fault.message.starts_with("`next`: "), "{fault}");
        // Values may be personal data and have no place in a message.
        assert!(
            !fault.message.contains("010170") && !fault.message.contains("secret"),
            "{fault}"
        );
    }
    assert_health().await;
}

#[tokio::test]
async fn objects_must_be_those_that_were_asked_for() {
    let keys = ["1".to_owned(), "2".to_owned()];
    for (misdeed, part) in [
        ("get-another", "its key was not asked for"),
        ("get-undeclared", "no attribute `salary`"),
        ("get-twice", "the attribute `name` is given twice"),
    ] {
        let fault = open(request(misdeed))
            .await
            .get("person", &keys)
            .await
            .unwrap_err();
        assert_fault(&fault, "contract-violation", part);
    }
    let mut session = open(request("none")).await;
    assert_eq!(session.get("person", &keys).await.unwrap().len(), 2);
    let fault = session.get("group", &keys).await.unwrap_err();
    assert_fault(
        &fault,
        "unsupported",
        "no class `group` whose objects can be fetched",
    );
    // A complaint leaves the instance in good order.
    assert_eq!(session.get("person", &keys).await.unwrap().len(), 2);
}

fn operation(key: &str) -> Operation {
    Operation {
        id: format!("operation-{key}"),
        action: Action::Create,
        class: "person".to_owned(),
        key: key.to_owned(),
        desired: [("name".to_owned(), samklang_core::Value::Text("Anna".to_owned()))].into(),
        changed: Vec::new(),
    }
}

#[tokio::test]
async fn outcomes_must_fit_the_operations() {
    for (misdeed, code, part) in [
        (
            "too-few-outcomes",
            "contract-violation",
            "`apply`: 0 outcomes for 1 operations",
        ),
        (
            "empty-receipt",
            "contract-violation",
            "outcome 1: the key in the receipt is empty",
        ),
        ("assign-undeclared", "contract-violation", "no attribute `salary`"),
        (
            "assign-wrong-type",
            "contract-violation",
            "the attribute `age` is declared as integer",
        ),
        ("trap-in-apply", "trap", "`apply` trapped"),
    ] {
        let fault = open(request(misdeed))
            .await
            .apply(&[operation("1")])
            .await
            .unwrap_err();
        assert_fault(&fault, code, part);
    }
    let outcomes = open(request("none"))
        .await
        .apply(&[operation("1"), operation("2")])
        .await
        .unwrap();
    assert!(
        matches!(outcomes.as_slice(), [Outcome::Done(one), Outcome::Done(two)] if one.key == "1" && two.key == "2")
    );
}

#[tokio::test]
async fn a_complaint_keeps_its_kind_and_words() {
    let fault = crate::evil()
        .await
        .open(request("refuse-settings"))
        .await
        .err()
        .unwrap();
    assert_fault(
        &fault,
        "invalid-settings",
        "/misdeed: is of a kind that is refused",
    );
    let fault = read("none", &["robot"]).await.unwrap_err();
    assert_fault(&fault, "unsupported", "no class `robot` that can be read");
}
