//! Every case of what a connector answers.

use std::time::Duration;

use samklang_sdk::prelude::*;

/// The error of this name.
pub(crate) fn error(name: &str) -> Error {
    let words = || format!("the words of {name}");
    match name {
        "invalid-settings" => Error::invalid_setting("/task", "is not right"),
        "unauthorised" => Error::Unauthorised(words()),
        "unreachable" => Error::Unreachable(words()),
        "rate-limited" => Error::RateLimited(Duration::from_millis(1_500)),
        "waiting-for-data" => Error::WaitingForData(words()),
        "invalid-data" => Error::invalid_data("line 7", words()),
        "resync-required" => Error::ResyncRequired(words()),
        "unsupported" => Error::Unsupported(words()),
        _ => Error::Internal(words()),
    }
}

/// A value of each kind, by the name of its attribute.
fn values(key: &str) -> Vec<(String, Value)> {
    let named = |name: &str, value| (name.to_owned(), value);
    vec![
        named("id", Value::Text(key.to_owned())),
        named("text", Value::Text("Åse «Øvre» 李".to_owned())),
        named("integer", Value::Integer(i64::MIN)),
        named("boolean", Value::Boolean(true)),
        named("date", Value::Text("2026-02-28".to_owned())),
        named("timestamp", Value::Text("2026-02-28T23:59:59+01:00".to_owned())),
        named("bytes", Value::Bytes(vec![0, 127, 255])),
        named("texts", Value::Texts(vec!["b".to_owned(), "a".to_owned()])),
        named(
            "structure",
            Value::Structure("{\"b\":[1,2],\"a\":null}".to_owned()),
        ),
        named("other", Value::Absent),
    ]
}

/// A single object.
pub(crate) fn object(key: &str) -> Object {
    Object {
        key: key.to_owned(),
        fields: values(key),
    }
}

/// What becomes of an operation, by its key.
pub(crate) fn outcome(operation: &Operation) -> Outcome {
    let key = operation.key.as_str();
    match key {
        "queued" => Outcome::queued(key),
        "unchanged" => Outcome::Unchanged,
        "later" => Outcome::retry_later(Duration::from_millis(250), "it sleeps"),
        "conflict" => Outcome::Conflict(object("another")),
        "rejected" => Outcome::rejected_for("text", "E7", "it is not taken"),
        _ => Outcome::Done(
            Receipt::new(format!("{key}-made"))
                .assigned("integer", Value::Integer(7))
                .assigned(
                    "text",
                    Value::Text(format!("{:?} {:?}", operation.action, operation.changed)),
                ),
        ),
    }
}

/// Two pages and an end.
pub(crate) struct Pages {
    asked: bool,
    since: Option<String>,
    page: usize,
}

impl Pages {
    pub(crate) fn new(classes: &[String], extent: Extent) -> Self {
        Self {
            asked: classes.iter().any(|class| class == "thing"),
            since: match extent {
                Extent::Since(cursor) => Some(cursor),
                Extent::Full => None,
            },
            page: 0,
        }
    }
}

impl Reader for Pages {
    fn next(&mut self, _max: usize) -> Result<Batch, Error> {
        self.page += 1;
        let (columns, row): (Vec<String>, Vec<Value>) =
            values(&format!("k{}", self.page)).into_iter().unzip();
        Ok(match self.page {
            1 | 2 if self.asked => Batch::Page(Page {
                class: "thing".to_owned(),
                columns,
                rows: vec![row],
                removed: self.since.iter().map(|_| format!("gone{}", self.page)).collect(),
            }),
            _ => Batch::Complete(Completion {
                objects: vec![("thing".to_owned(), 2)],
                cursor: Some(format!(
                    "after {}",
                    self.since.as_deref().unwrap_or("the beginning")
                )),
            }),
        })
    }
}
