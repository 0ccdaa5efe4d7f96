//! Any values as what a guest hands over: refused with a reason, or let in as the contract's laws have it.

use std::collections::BTreeMap;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use samklang_core::connector::{
    Action, Attribute, Batch, Class, Completion, CredentialKind, Description, Extent, Kind, Need, Object,
    Operation, Outcome, Page, Receipt, Rejection, SystemLimits, Writable,
};
use samklang_core::value::{Attributes, Value};
use samklang_sandbox::{Limits, fuzzing};

use crate::oracle;

/// Names that come up often, so that things fit now and then.
const NAMES: [&str; 8] = ["id", "name", "person", "team", "a", "b", "", "å"];
const TEXTS: [&str; 12] = [
    "1",
    "2",
    "",
    "2026-11-22",
    "2026-1-22",
    "２０２６-11-22",
    "2026-11-22T10:00:00Z",
    "2026-11-22t10:00:00.123+01:00",
    "2026-11-22 10:00:00-00:00",
    "2026-11-22T10:00Z",
    "2026-11-22T10:00:00.Z",
    "2026-11-22é",
];
const KINDS: [Kind; 7] = [
    Kind::Text,
    Kind::Integer,
    Kind::Boolean,
    Kind::Date,
    Kind::Timestamp,
    Kind::Bytes,
    Kind::Structure,
];
const CREDENTIALS: [CredentialKind; 5] = [
    CredentialKind::Bearer,
    CredentialKind::Basic,
    CredentialKind::LdapBind,
    CredentialKind::SigningKey,
    CredentialKind::WsTrust,
];

/// A description, a read, an answer to `get` and one to `apply`.
pub(crate) fn run(octets: &[u8]) {
    // What runs out of octets goes on with zeros; the error is never seen.
    let _ = judge(&mut Unstructured::new(octets));
}

fn judge(from: &mut Unstructured<'_>) -> Result<()> {
    let description = description(from)?;
    let refused = fuzzing::description(&description);
    if let Err(reason) = refused {
        assert!(!reason.is_empty());
        return Ok(());
    }
    assert_eq!(oracle::description(&description), Ok(()), "{description:?}");
    drop((description.exposed_key(), description.calls_at_once(None)));
    read(from, &description)?;
    get(from, &description)?;
    apply(from, &description)
}

fn read(from: &mut Unstructured<'_>, description: &Description) -> Result<()> {
    let asked: Vec<String> = several(from, 2, name)?;
    let full = from.arbitrary()?;
    let extent = if full {
        Extent::Full
    } else {
        Extent::Since("1".to_owned())
    };
    let limits = Limits {
        rows: 8,
        empty_pages: 2,
        ..Limits::default()
    };
    let mut watch = fuzzing::ReadWatch::new(&asked, &extent, &limits);
    let mut counts: BTreeMap<String, u64> = asked.iter().map(|class| (class.clone(), 0)).collect();
    let (mut all, mut empty) = (0, 0);
    for _ in 0..from.int_in_range(0..=8)? {
        let max = from.int_in_range(0..=4)?;
        let batch = batch(from, &counts)?;
        if let Err(reason) = watch.batch(description, &batch, max) {
            assert!(!reason.is_empty());
            return Ok(());
        }
        match &batch {
            Batch::Page(page) => {
                let laws = oracle::page(description, &asked, full, max, page);
                assert_eq!(laws, Ok(()), "{page:?} of {description:?}");
                empty = if page.rows.is_empty() && page.removed.is_empty() {
                    empty + 1
                } else {
                    0
                };
                *counts.entry(page.class.clone()).or_default() += oracle::rows(&batch);
                all += page.rows.len().max(page.removed.len());
                assert!(empty <= 2 && all <= 8, "a read goes on past its bounds");
            }
            Batch::Complete(completion) => {
                let claimed: BTreeMap<String, u64> = completion.objects.iter().cloned().collect();
                assert_eq!(
                    claimed.len(),
                    completion.objects.len(),
                    "a class is counted twice"
                );
                assert_eq!(claimed, counts, "another number was handed over");
                return Ok(());
            }
        }
    }
    Ok(())
}

fn get(from: &mut Unstructured<'_>, description: &Description) -> Result<()> {
    let (class, keys) = (name(from)?, several(from, 3, text)?);
    let objects = several(from, 3, object)?;
    if fuzzing::objects(description, &class, &keys, &objects).is_ok() {
        let class = description
            .class(&class)
            .expect("objects of a class that is not declared");
        for (at, object) in objects.iter().enumerate() {
            assert!(keys.contains(&object.key), "an object that was not asked for");
            assert!(
                objects.iter().take(at).all(|other| other.key != object.key),
                "an object twice"
            );
            assert_eq!(oracle::fields(class, &object.fields), Ok(()));
        }
    }
    Ok(())
}

fn apply(from: &mut Unstructured<'_>, description: &Description) -> Result<()> {
    let operations = several(from, 3, operation)?;
    let outcomes = several(from, 3, outcome)?;
    if fuzzing::outcomes(description, &operations, &outcomes).is_err() {
        return Ok(());
    }
    assert_eq!(operations.len(), outcomes.len());
    for (operation, outcome) in operations.iter().zip(&outcomes) {
        let class = description
            .class(&operation.class)
            .expect("an operation of a class that is not declared");
        let (key, fields) = match outcome {
            Outcome::Done(receipt) | Outcome::Queued(receipt) => (&receipt.key, &receipt.assigned),
            Outcome::Conflict(object) => (&object.key, &object.fields),
            Outcome::Unchanged | Outcome::RetryLater { .. } | Outcome::Rejected(_) => continue,
        };
        assert!(!key.is_empty(), "an object without a key");
        assert_eq!(oracle::fields(class, fields), Ok(()));
    }
    Ok(())
}

type From<'a, 'b> = &'a mut Unstructured<'b>;

fn several<T>(from: From<'_, '_>, most: usize, one: fn(From<'_, '_>) -> Result<T>) -> Result<Vec<T>> {
    (0..from.int_in_range(0..=most)?).map(|_| one(from)).collect()
}

fn name(from: From<'_, '_>) -> Result<String> {
    from.choose(&NAMES).map(|name| (*name).to_owned())
}

fn text(from: From<'_, '_>) -> Result<String> {
    if from.ratio(1, 8)? {
        from.arbitrary()
    } else {
        from.choose(&TEXTS).map(|text| (*text).to_owned())
    }
}

fn description(from: From<'_, '_>) -> Result<Description> {
    let odd = from.ratio(1, 4)?;
    let word = |from: From<'_, '_>, usual: &str| {
        if odd {
            from.arbitrary()
        } else {
            Ok(usual.to_owned())
        }
    };
    Ok(Description {
        name: word(from, "any")?,
        version: word(from, "1.2.3")?,
        vendor: String::new(),
        system: String::new(),
        classes: several(from, 3, class)?,
        settings: word(from, "{}")?,
        mappings: String::new(),
        needs: several(from, 2, need)?,
        limits: SystemLimits {
            operations_per_apply: from.int_in_range(0..=2)?,
            requests_per_second: from.arbitrary()?,
        },
        reads_changes: from.arbitrary()?,
    })
}

fn class(from: From<'_, '_>) -> Result<Class> {
    let mut attributes = several(from, 4, attribute)?;
    if from.ratio(3, 4)? {
        let kind = Kind::Text;
        attributes.push(Attribute {
            name: "id".to_owned(),
            kind,
            multi_valued: false,
            ..attribute(from)?
        });
    }
    Ok(Class {
        name: name(from)?,
        summary: String::new(),
        key: if from.ratio(3, 4)? {
            "id".to_owned()
        } else {
            name(from)?
        },
        attributes,
        readable: from.arbitrary()?,
        gettable: from.arbitrary()?,
        replaces: from.arbitrary()?,
        actions: several(from, 2, action)?,
    })
}

fn attribute(from: From<'_, '_>) -> Result<Attribute> {
    Ok(Attribute {
        name: name(from)?,
        kind: *from.choose(&KINDS)?,
        multi_valued: from.arbitrary()?,
        required: from.arbitrary()?,
        sensitive: from.arbitrary()?,
        writable: *from.choose(&[Writable::Never, Writable::OnCreate, Writable::Always])?,
        refers_to: if from.ratio(1, 4)? {
            Some(name(from)?)
        } else {
            None
        },
        summary: String::new(),
    })
}

fn action(from: From<'_, '_>) -> Result<Action> {
    from.choose(&[Action::Create, Action::Update, Action::Delete])
        .copied()
}

fn need(from: From<'_, '_>) -> Result<Need> {
    let (name, origin, purpose) = (name(from)?, "{url}".to_owned(), String::new());
    let credentials = several(from, 2, |from| from.choose(&CREDENTIALS).copied())?;
    Ok(match from.int_in_range(0..=4)? {
        0 => Need::Http {
            name,
            origin,
            credentials,
            purpose,
        },
        1 => Need::Ldap {
            name,
            origin,
            credentials,
            purpose,
        },
        2 => Need::Signing { name, purpose },
        3 => Need::Inbox(purpose),
        _ => Need::Outbox(purpose),
    })
}

fn value(from: From<'_, '_>) -> Result<Value> {
    Ok(match from.int_in_range(0..=9)? {
        0 => Value::Absent,
        1 => Value::Integer(from.arbitrary()?),
        2 => Value::Boolean(from.arbitrary()?),
        3 => Value::Bytes(from.arbitrary()?),
        4 => Value::Texts(several(from, 2, text)?),
        5 => Value::Structure(serde_json::json!([{ "a": text(from)? }])),
        _ => Value::Text(text(from)?),
    })
}

fn fields(from: From<'_, '_>) -> Result<Attributes> {
    let pairs = several(from, 3, |from| Ok((name(from)?, value(from)?)))?;
    Ok(pairs.into_iter().collect())
}

fn batch(from: From<'_, '_>, counts: &BTreeMap<String, u64>) -> Result<Batch> {
    if from.ratio(1, 4)? {
        let mut objects: Vec<(String, u64)> = counts
            .iter()
            .map(|(class, count)| (class.clone(), *count))
            .collect();
        if from.ratio(1, 4)? {
            objects.push((name(from)?, from.int_in_range(0..=4)?));
        }
        return Ok(Batch::Complete(Completion {
            objects,
            cursor: from.arbitrary()?,
        }));
    }
    let columns = several(from, 4, name)?;
    let rows = several(from, 4, |from| several(from, 5, value))?;
    let mut rows: Vec<Vec<Value>> = rows;
    if from.ratio(3, 4)? {
        rows.iter_mut()
            .for_each(|row| row.resize(columns.len(), Value::Text("1".to_owned())));
    }
    Ok(Batch::Page(Page {
        class: name(from)?,
        columns,
        rows,
        removed: if from.ratio(1, 4)? {
            several(from, 3, text)?
        } else {
            Vec::new()
        },
    }))
}

fn object(from: From<'_, '_>) -> Result<Object> {
    Ok(Object {
        key: text(from)?,
        fields: fields(from)?,
    })
}

fn operation(from: From<'_, '_>) -> Result<Operation> {
    Ok(Operation {
        id: "o".to_owned(),
        action: action(from)?,
        class: name(from)?,
        key: text(from)?,
        desired: fields(from)?,
        changed: several(from, 2, name)?,
    })
}

fn outcome(from: From<'_, '_>) -> Result<Outcome> {
    let receipt = |from: From<'_, '_>| {
        Ok(Receipt {
            key: text(from)?,
            assigned: fields(from)?,
        })
    };
    Ok(match from.int_in_range(0..=5)? {
        0 => Outcome::Done(receipt(from)?),
        1 => Outcome::Queued(receipt(from)?),
        2 => Outcome::Unchanged,
        3 => Outcome::RetryLater {
            after: Duration::from_millis(from.arbitrary()?),
            reason: text(from)?,
        },
        4 => Outcome::Conflict(object(from)?),
        _ => Outcome::Rejected(Rejection {
            code: text(from)?,
            message: text(from)?,
            attribute: None,
        }),
    })
}
