//! A connection's table `policy`: when objects of a target are made, brought up to date and taken away. The table's own keys hold for
//! every class; a table of a class says what is different there.

use std::collections::BTreeMap;

use samklang_core::mapping::Outbound;
use samklang_core::plan::{Create, Policies, Policy, Removal, Stages, Update};

use super::connection::Connection;
use super::document::Node;
use super::mistake::{Mistake, Mistakes};
use super::section::{Section, unknown};

const KEYS: [&str; 4] = ["create", "update", "delete", "gone"];

/// Reads the table.
pub(super) fn read(connection: &Section<'_>, mistakes: &mut Mistakes) -> Policies {
    let table = format!("{}.policy", connection.name());
    let known: Vec<&str> = KEYS.into_iter().chain(["classes"]).collect();
    let section = connection
        .get("policy")
        .and_then(|node| Section::new(node, &table, &known, mistakes));
    let Some(section) = section else {
        return Policies::default();
    };
    let all = policy(&section, Policy::default(), mistakes);
    let mut classes = BTreeMap::new();
    for (class, node) in section.get("classes").map(Node::entries).unwrap_or_default() {
        let table = format!("{table}.classes.{class}");
        if let Some(section) = Section::new(node, &table, &KEYS, mistakes) {
            classes.insert(class.clone(), policy(&section, all, mistakes));
        }
    }
    Policies { all, classes }
}

fn policy(section: &Section<'_>, otherwise: Policy, mistakes: &mut Mistakes) -> Policy {
    Policy {
        create: section
            .word("create", Create::WORDS, mistakes)
            .unwrap_or(otherwise.create),
        update: section
            .word("update", Update::WORDS, mistakes)
            .unwrap_or(otherwise.update),
        delete: section
            .word("delete", Removal::WORDS, mistakes)
            .unwrap_or(otherwise.delete),
        gone: stages(section, mistakes).or(otherwise.gone),
    }
}

fn stages(policy: &Section<'_>, mistakes: &mut Mistakes) -> Option<Stages> {
    let node = policy.get("gone")?;
    let table = format!("{}.gone", policy.name());
    let section = Section::new(
        node,
        &table,
        &["suspected", "disable_after", "remove_after"],
        mistakes,
    )?;
    let stages = Stages {
        suspected: duration(&section, "suspected", mistakes).unwrap_or_default(),
        disable_after: duration(&section, "disable_after", mistakes),
        remove_after: duration(&section, "remove_after", mistakes),
    };
    let order: Vec<i64> = [Some(stages.suspected), stages.disable_after, stages.remove_after]
        .into_iter()
        .flatten()
        .collect();
    if !order.is_sorted() {
        mistakes.add(
            Mistake::new(
                "order",
                node.span.clone(),
                format!("the times in `{table}` go backwards"),
            )
            .remedy("what is gone is first suspected, then disabled, then removed; let each time be as long as the one before or longer"),
        );
    }
    Some(stages)
}

/// A length of time in milliseconds, such as `90d`, `12h` or `15m`.
pub(super) fn duration(section: &Section<'_>, key: &str, mistakes: &mut Mistakes) -> Option<i64> {
    let text = section.text(key, mistakes)?;
    let unit = |unit: char| match unit {
        'd' => Some(86_400_000),
        'h' => Some(3_600_000),
        'm' => Some(60_000),
        's' => Some(1_000),
        _ => None,
    };
    let written = text.value.trim();
    let found = written
        .chars()
        .next_back()
        .and_then(|last| Some((unit(last)?, written.strip_suffix(last)?)))
        .and_then(|(unit, number)| number.parse::<i64>().ok()?.checked_mul(unit))
        .filter(|length| *length >= 0);
    if found.is_none() {
        mistakes.add(
            Mistake::new("duration", text.span, format!("`{written}` is no length of time"))
                .remedy("write a whole number and its unit, such as `90d`, `12h`, `15m` or `30s`"),
        );
    }
    found
}

/// Notes policies that the mappings cannot carry out.
pub(super) fn fits(connection: &Connection, outbound: &BTreeMap<String, Outbound>, mistakes: &mut Mistakes) {
    for class in connection.policy.classes.keys() {
        if !outbound.contains_key(class) {
            let known: Vec<&str> = outbound.keys().map(String::as_str).collect();
            let place = connection.node.place(["policy", "classes", class.as_str()], true);
            let table = format!("connections.{}.policy.classes", connection.name);
            mistakes.add(unknown(
                "unknown-class",
                "mapped class",
                class,
                place,
                &known,
                &table,
            ));
        }
    }
    for (class, mapping) in outbound {
        let policy = connection.policy.of(class);
        let deactivates = policy.delete == Removal::Deactivate
            || policy.gone.is_some_and(|stages| stages.disable_after.is_some());
        if deactivates && !mapping.deactivates() {
            let of_class = ["policy", "classes", class.as_str()];
            let place = if connection.node.has(&of_class) {
                connection.node.place(of_class, true)
            } else {
                connection.node.place(["policy"], true)
            };
            mistakes.add(
                Mistake::new(
                    "deactivation",
                    place,
                    format!("objects of class `{class}` are to be deactivated, but the mapping does not say how"),
                )
                .remedy(format!(
                    "say what their attributes are then, such as `[connections.{}.mappings.outbound.{class}.deactivated]` with \
                     `status = \"inactive\"`; or give the class a policy of its own",
                    connection.name
                )),
            );
        }
    }
}
