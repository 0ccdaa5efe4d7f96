//! Objects with their two times: when something was registered, and when it is true. A registration is whole; a change makes a new one.

use jiff::Timestamp;
use uuid::Uuid;

use super::names::{OF, SD, Service};
use super::time::{self, Period};
use super::xml::Node;

/// An entry of one of the three lists: what it says, and when that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The element without its Virkning's times, which are in `period`.
    pub node: Node,
    /// When it is true.
    pub period: Period,
}

/// How an object stands from one registration to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// When it was registered.
    pub time: Timestamp,
    /// Opstaaet, Importeret, Passiveret or Slettet.
    pub life: &'static str,
    /// Who registered it.
    pub by: Option<Uuid>,
    /// Egenskab.
    pub properties: Vec<Entry>,
    /// Gyldighed.
    pub states: Vec<Entry>,
    /// Relations, in the order of the schema.
    pub relations: Vec<Entry>,
}

/// An object with all its registrations, oldest first.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The Organisation of the authority that made it.
    pub authority: Uuid,
    /// The registrations. Empty for an object of which nothing but its UUID is known.
    pub registrations: Vec<Registration>,
}

impl Stored {
    pub(super) fn current(&self) -> Option<&Registration> {
        self.registrations.last()
    }

    /// Its life has ended.
    pub(super) fn is_over(&self) -> bool {
        self.current()
            .is_some_and(|current| matches!(current.life, "Passiveret" | "Slettet"))
    }
}

impl Entry {
    /// Reads an entry of a request.
    pub(super) fn read(mut node: Node) -> Self {
        let virkning = node.child(SD, "Virkning").cloned();
        let period = virkning.as_ref().map(Period::read).unwrap_or_default();
        if let Some(virkning) = node.children.iter_mut().find(|child| child.is(SD, "Virkning")) {
            virkning
                .children
                .retain(|child| !matches!(&*child.name, "FraTidspunkt" | "TilTidspunkt"));
        }
        Self { node, period }
    }

    /// As replies carry it: always with both times.
    pub(super) fn write(&self) -> Node {
        let mut node = self.node.clone();
        let times = [self.period.begin_node(), self.period.end_node()];
        match node.children.iter_mut().find(|child| child.is(SD, "Virkning")) {
            Some(virkning) => {
                virkning.children.splice(0..0, times);
            }
            None => node.children.insert(0, Node::new(SD, "Virkning").with_all(times)),
        }
        node
    }

    /// The UUID of its ReferenceID, also where it stands as a URN.
    #[must_use]
    pub fn reference(&self) -> Option<Uuid> {
        let reference = self.node.child(SD, "ReferenceID")?.children.first()?;
        Uuid::try_parse(reference.text.trim()).ok()
    }

    /// The UUID of its Rolle.
    #[must_use]
    pub fn role(&self) -> Option<Uuid> {
        Uuid::try_parse(self.node.child(SD, "Rolle")?.text_of("UUIDIdentifikator")?).ok()
    }
}

impl Registration {
    /// A registration of the three lists of a request; lists that are left out come from the one before.
    pub(super) fn read(
        body: &Node,
        service: Service,
        life: &'static str,
        time: Timestamp,
        before: Option<&Self>,
    ) -> Self {
        let ns = service.ns();
        let list = |name: &str| {
            let list = body.child(&ns, name)?;
            Some(list.children.iter().cloned().map(Entry::read).collect::<Vec<_>>())
        };
        let kept = |of: fn(&Self) -> &Vec<Entry>| before.map(of).cloned().unwrap_or_default();
        Self {
            time,
            life,
            by: None,
            properties: list("AttributListe").unwrap_or_else(|| kept(|before| &before.properties)),
            states: list("TilstandListe").unwrap_or_else(|| kept(|before| &before.states)),
            relations: list("RelationListe").unwrap_or_else(|| kept(|before| &before.relations)),
        }
    }

    /// As replies carry it, seen through a filter.
    pub(super) fn write(&self, service: Service, seen: &impl Fn(&Entry) -> bool) -> Node {
        let ns = service.ns();
        let list = |name: &str, entries: &[Entry]| {
            Node::new(&ns, name).with_all(entries.iter().filter(|entry| seen(entry)).map(Entry::write))
        };
        let by = self
            .by
            .map(|by| Node::new(SD, "BrugerRef").with(Node::text(SD, "UUIDIdentifikator", by)));
        Node::new(&ns, "Registrering")
            .with(Node::text(SD, "Tidspunkt", time::written(self.time)))
            .with(Node::text(SD, "LivscyklusKode", self.life))
            .with_all(by)
            .with(list("AttributListe", &self.properties))
            .with(list("TilstandListe", &self.states))
            .with(list("RelationListe", &self.relations))
    }

    /// It is Aktiv at a moment.
    #[must_use]
    pub fn is_active(&self, at: Timestamp) -> bool {
        self.states.iter().any(|state| {
            state.period.holds(at)
                && state
                    .node
                    .child(OF, "GyldighedStatusKode")
                    .is_some_and(|code| code.text == "Aktiv")
        })
    }

    /// A text of the Egenskab that holds at a moment.
    #[must_use]
    pub fn text(&self, name: &str, at: Timestamp) -> Option<String> {
        let mut holding = self
            .properties
            .iter()
            .filter(|property| property.period.holds(at));
        holding
            .find_map(|property| property.node.text_of(name))
            .map(str::to_owned)
    }

    /// The relations of a name that hold at a moment.
    pub fn related<'a>(&'a self, name: &'a str, at: Timestamp) -> impl Iterator<Item = &'a Entry> {
        self.relations
            .iter()
            .filter(move |relation| relation.node.name == name && relation.period.holds(at))
    }
}
