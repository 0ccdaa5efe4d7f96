//! The tables `ownership` and `grace` of a tenant: which sources are believed about an attribute, and how long an entity stays after the last
//! source fell silent.

use std::collections::BTreeMap;

use samklang_core::catalogue::EntityKind;
use samklang_core::reconcile::{Order, Ownership};

use super::connection::{Connection, reads};
use super::document::{Content, Node};
use super::mistake::{Mistake, Mistakes};
use super::policy::duration;
use super::section::{Placed, Section, unknown};

/// Reads both tables.
pub(super) fn read(file: &Section<'_>, connections: &[Connection], mistakes: &mut Mistakes) -> Ownership {
    let kinds: Vec<&str> = EntityKind::ALL.into_iter().map(EntityKind::as_str).collect();
    let mut ownership = Ownership::default();
    let table = file
        .get("ownership")
        .and_then(|node| Section::new(node, "ownership", &kinds, mistakes));
    if let Some(table) = table {
        for kind in EntityKind::ALL {
            let attributes = table.get(kind.as_str()).map(Node::entries).unwrap_or_default();
            let orders: BTreeMap<String, Order> = attributes
                .iter()
                .filter_map(|(attribute, node)| {
                    Some((
                        attribute.clone(),
                        order(kind, attribute, node, connections, mistakes)?,
                    ))
                })
                .collect();
            if !orders.is_empty() {
                ownership.attributes.insert(kind, orders);
            }
        }
    }
    let table = file
        .get("grace")
        .and_then(|node| Section::new(node, "grace", &kinds, mistakes));
    if let Some(table) = table {
        for kind in EntityKind::ALL {
            if let Some(length) = duration(&table, kind.as_str(), mistakes) {
                ownership.grace.insert(kind, length);
            }
        }
    }
    ownership
}

fn order(
    kind: EntityKind,
    attribute: &str,
    node: &Node,
    connections: &[Connection],
    mistakes: &mut Mistakes,
) -> Option<Order> {
    let name = format!("ownership.{}.{attribute}", kind.as_str());
    let (from, only) = match &node.content {
        Content::List(items) => (texts(items), false),
        Content::Table(_) => {
            let section = Section::new(node, &name, &["from", "only"], mistakes)?;
            let only = section.flag("only", mistakes).unwrap_or_default();
            (section.texts("from", mistakes), only)
        }
        _ => {
            mistakes.add(
                Mistake::new("kind", node.span.clone(), format!("`{name}` is {}", node.kind())).remedy(
                    "write the sources in the order in which they are believed, such as `[\"os2mo\", \"sas\"]`",
                ),
            );
            return None;
        }
    };
    let sources: Vec<&str> = connections
        .iter()
        .filter(|connection| reads(connection.role))
        .map(Connection::name)
        .collect();
    for source in from
        .iter()
        .filter(|source| !sources.contains(&source.value.as_str()))
    {
        mistakes.add(unknown(
            "unknown-source",
            "source",
            &source.value,
            source.span.clone(),
            &sources,
            &name,
        ));
    }
    Some(Order {
        from: from.into_iter().map(|source| source.value).collect(),
        only,
    })
}

fn texts(items: &[Node]) -> Vec<Placed<String>> {
    items
        .iter()
        .map(|item| Placed {
            // What is no text is no source either, and is told as that.
            value: match &item.content {
                Content::Text(text) => text.clone(),
                _ => item.kind().to_owned(),
            },
            span: item.span.clone(),
        })
        .collect()
}
