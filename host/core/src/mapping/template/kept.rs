//! What a template may keep from one turn of a loop to the next: texts, numbers, truths, nothing, and flat lists of them.
//!
//! The engine's `namespace` would keep anything, itself as well, and a list that holds what it was at the turn before: values without an
//! end, or as deep as a loop has turns. Whoever shows, compares or drops one goes into it by recursion and overflows the stack, and with it
//! ends the host. So each assignment to a member, `{% set found.value = … %}`, passes its value through a filter of this module.

use std::ops::Range;

use minijinja::Error;
use minijinja::value::{Value, ValueKind};

use super::engine::wrong;

/// The filter's name. Nobody writes it, though nothing is lost when somebody does.
pub(super) const FILTER: &str = "_kept";

/// The filter.
pub(super) fn filter(value: Value) -> Result<Value, Error> {
    let sound = match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => value.try_iter()?.all(|item| is_plain(&item)),
        _ => is_plain(&value),
    };
    if !sound {
        return Err(wrong(
            "a namespace keeps texts, numbers and lists of them, and nothing else",
        ));
    }
    match value.kind() {
        // What is worked out only when it is looked at may hold the one before it.
        ValueKind::Seq | ValueKind::Iterable => Ok(value.try_iter()?.collect()),
        _ => Ok(value),
    }
}

fn is_plain(value: &Value) -> bool {
    matches!(
        value.kind(),
        ValueKind::Undefined
            | ValueKind::None
            | ValueKind::Bool
            | ValueKind::Number
            | ValueKind::String
            | ValueKind::Bytes
    )
}

/// A template with the filter in each assignment to a member.
pub(super) fn guarded(source: &str) -> String {
    let mut guarded = String::with_capacity(source.len());
    let mut done = 0;
    for value in assigned(source) {
        guarded.push_str(source.get(done..value.start).unwrap_or_default());
        guarded.push('(');
        guarded.push_str(source.get(value.clone()).unwrap_or_default());
        guarded.push_str(") | ");
        guarded.push_str(FILTER);
        guarded.push(' ');
        done = value.end;
    }
    guarded.push_str(source.get(done..).unwrap_or_default());
    guarded
}

/// Where the values stand that are assigned to members.
fn assigned(source: &str) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find("{%")) {
        let start = at + found + 2;
        let tag = source.get(start..).unwrap_or_default();
        let (equals, end) = marks(tag);
        let end = end.unwrap_or(tag.len());
        let word = tag.trim_start_matches(['-', '+']).trim_start();
        let sets = word
            .strip_prefix("set")
            .is_some_and(|rest| !rest.starts_with(is_part));
        if let Some(equals) = equals.filter(|_| sets)
            && tag.get(..equals).is_some_and(|target| target.contains('.'))
        {
            values.push(start + equals + 1..start + end);
        }
        at = start + end;
    }
    values
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where in a tag its first equals sign stands, and where its end begins, neither of them within quotation marks.
fn marks(tag: &str) -> (Option<usize>, Option<usize>) {
    let (mut equals, mut quote, mut escaped) = (None, None, false);
    for (at, letter) in tag.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if letter == '\\' => escaped = true,
            Some(mark) if letter == mark => quote = None,
            Some(_) => {}
            None => {
                let rest = tag.get(at..).unwrap_or_default();
                if ["%}", "-%}", "+%}"].iter().any(|end| rest.starts_with(end)) {
                    return (equals, Some(at));
                }
                match letter {
                    '"' | '\'' => quote = Some(letter),
                    '=' => equals = equals.or(Some(at)),
                    _ => {}
                }
            }
        }
    }
    (equals, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_to_members_are_found_and_no_others() {
        for (source, expected) in [
            (
                "{% set a.b = 1 %}{{ a.b }}",
                "{% set a.b =( 1 ) | _kept %}{{ a.b }}",
            ),
            ("{%- set a.b=c ~ '%}' -%}", "{%- set a.b=(c ~ '%}' ) | _kept -%}"),
            (
                "{% set a.b = \"\\\"%}\" %}x",
                "{% set a.b =( \"\\\"%}\" ) | _kept %}x",
            ),
            ("{% set x, a.b = 1, 2 %}", "{% set x, a.b =( 1, 2 ) | _kept %}"),
            ("{%set\ta.b = 1+%}", "{%set\ta.b =( 1) | _kept +%}"),
        ] {
            assert_eq!(guarded(source), expected);
        }
        for source in [
            "{% set a = b.c %}",
            "{% set a.b %}x{% endset %}",
            "{% if a.b == 1 %}{% endif %}",
            "{% settle a.b = 1 %}",
            "{{ a.b }} set a.b = 1",
            "{% set a.b = ",
            "",
        ] {
            let unchanged = guarded(source);
            assert!(unchanged == source || source.ends_with("= "), "{unchanged}");
        }
    }
}
