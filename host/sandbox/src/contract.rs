//! The contract's rules that types cannot hold, checked in this one place for every track.
//!
//! What a connector hands over is compared with what it says of itself. A violation names the class, the attribute and the
//! row, but never a value, which may be personal data. Nothing is mended here: an answer is right or it is refused.

mod answer;
mod description;
mod read;

pub(crate) use answer::{objects, outcomes};
pub(crate) use description::check as description;
pub(crate) use read::ReadWatch;

use samklang_core::connector::{Attribute, Class, Description, Kind};
use samklang_core::value::{Attributes, Value};

/// What is wrong, in words for the connector's vendor.
pub(crate) type Checked<T = ()> = Result<T, String>;

fn class<'a>(description: &'a Description, name: &str) -> Checked<&'a Class> {
    description
        .class(name)
        .ok_or_else(|| format!("the class `{name}` is not among those that `describe` declares"))
}

fn attribute<'a>(class: &'a Class, name: &str) -> Checked<&'a Attribute> {
    class.attribute(name).ok_or_else(|| {
        format!(
            "the class `{}` has no attribute `{name}` in what `describe` declares",
            class.name
        )
    })
}

/// Whether a value is of the kind that its attribute has.
fn value(attribute: &Attribute, value: &Value) -> Checked {
    let right = match (attribute.kind, value) {
        (_, Value::Absent) => true,
        (Kind::Text, Value::Texts(_)) => attribute.multi_valued,
        (Kind::Text, Value::Text(_)) => !attribute.multi_valued,
        (Kind::Date, Value::Text(text)) => is_date(text),
        (Kind::Timestamp, Value::Text(text)) => is_timestamp(text),
        (Kind::Integer, Value::Integer(_))
        | (Kind::Boolean, Value::Boolean(_))
        | (Kind::Bytes, Value::Bytes(_))
        | (Kind::Structure, Value::Structure(_)) => true,
        _ => false,
    };
    if right {
        return Ok(());
    }
    let declared = match attribute.kind {
        Kind::Text if attribute.multi_valued => "texts",
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::Boolean => "boolean",
        Kind::Date => "date (YYYY-MM-DD)",
        Kind::Timestamp => "timestamp (RFC 3339, with offset)",
        Kind::Bytes => "bytes",
        Kind::Structure => "structure",
    };
    let given = match value {
        Value::Absent => "absent",
        Value::Text(_) => "text",
        Value::Integer(_) => "integer",
        Value::Boolean(_) => "boolean",
        Value::Bytes(_) => "bytes",
        Value::Texts(_) => "texts",
        Value::Structure(_) => "structure",
    };
    Err(format!(
        "the attribute `{}` is declared as {declared}, but a value is {given} of another form",
        attribute.name
    ))
}

fn fields(class: &Class, fields: &Attributes) -> Checked {
    fields
        .iter()
        .try_for_each(|(name, given)| value(attribute(class, name)?, given))
}

/// RFC 3339 full-date, by its form.
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, octet)| match index {
            4 | 7 => octet == b'-',
            _ => octet.is_ascii_digit(),
        })
}

/// RFC 3339 date-time, by its form: a date, a time to the second at least, and an offset.
fn is_timestamp(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    let Some((time, offset)) = rest
        .find(['Z', 'z', '+', '-'])
        .and_then(|at| rest.split_at_checked(at))
    else {
        return false;
    };
    let form = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(octet, wanted)| match wanted {
                    b'0' => octet.is_ascii_digit(),
                    b'T' => matches!(octet, b'T' | b't' | b' '),
                    _ => octet == wanted,
                })
    };
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    is_date(date)
        && form(seconds, "T00:00:00")
        && !fraction.is_empty()
        && fraction.bytes().all(|octet| octet.is_ascii_digit())
        && (offset.eq_ignore_ascii_case("z") || form(offset, "+00:00") || form(offset, "-00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_timestamps_are_known_by_their_form() {
        assert!(is_date("2026-11-22"));
        for text in [
            "",
            "2026-1-22",
            "22.11.2026",
            "2026-11-22T00:00:00Z",
            "２０２６-11-22",
        ] {
            assert!(!is_date(text), "{text}");
        }
        for text in [
            "2026-11-22T10:00:00Z",
            "2026-11-22T10:00:00.123+01:00",
            "2026-11-22t10:00:00z",
            "2026-11-22T10:00:00-00:00",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T10:00:00",
            "2026-11-22T10:00Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00+0100",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
