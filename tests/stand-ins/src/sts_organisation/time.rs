//! Times of the register: moments with an offset, and open ends.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::names::SD;
use super::xml::Node;

/// A period: from, inclusive, to, exclusive. Open where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// When it begins.
    pub from: Option<Timestamp>,
    /// When it ends.
    pub to: Option<Timestamp>,
}

/// A moment in the register's writing: Danish time with milliseconds.
pub(super) fn written(moment: Timestamp) -> String {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule");
    moment
        .to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
        .to_string()
}

/// The moment of a Tidspunkt; `None` inside for an open end.
pub(super) fn read(node: &Node) -> Result<Option<Timestamp>, String> {
    let inner = match node.children.as_slice() {
        [inner] if inner.ns == SD => inner,
        _ => return Err(format!("{} is neither a moment nor an open end", node.name)),
    };
    match (&*inner.name, inner.text.trim()) {
        ("GraenseIndikator", "true" | "1") => Ok(None),
        ("TidsstempelDatoTid", text) => match text.parse() {
            Ok(moment) => Ok(Some(moment)),
            Err(_) => Err(format!("{} is no moment with an offset", node.name)),
        },
        _ => Err(format!("{} is neither a moment nor an open end", node.name)),
    }
}

impl Period {
    /// The period of a Virkning that has been looked at before.
    pub(super) fn read(virkning: &Node) -> Self {
        let end = |name: &str| virkning.child(SD, name).and_then(|end| read(end).ok().flatten());
        Self {
            from: end("FraTidspunkt"),
            to: end("TilTidspunkt"),
        }
    }

    /// It includes a moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// It has a moment in common with another one.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let before = |end: Option<Timestamp>, begin: Option<Timestamp>| {
            end.zip(begin).is_some_and(|(end, begin)| end <= begin)
        };
        !before(self.to, other.from) && !before(other.to, self.from)
    }

    pub(super) fn begin_node(self) -> Node {
        end("FraTidspunkt", self.from)
    }

    pub(super) fn end_node(self) -> Node {
        end("TilTidspunkt", self.to)
    }
}

fn end(name: &str, moment: Option<Timestamp>) -> Node {
    Node::new(SD, name).with(match moment {
        Some(moment) => Node::text(SD, "TidsstempelDatoTid", written(moment)),
        None => Node::text(SD, "GraenseIndikator", "true"),
    })
}
