//! The canonical names of attributes, and how entities of one kind lead to those of another.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::EntityKind;

/// The attribute names that outbound templates may use, by kind of entity: the canonical ones and those that the tenant's inbound
/// mappings add.
#[derive(Debug, Clone)]
pub struct Vocabulary(BTreeMap<EntityKind, BTreeSet<String>>);

/// Attributes that hold personal data in need of particular care, whatever a source says of them.
pub const SENSITIVE: &[&str] = &["national_id"];

/// Attributes that identify an entity to systems; to change one is to rename it there.
pub(super) const IDENTIFIERS: &[&str] = &[
    "uuid",
    "national_id",
    "employee_number",
    "student_number",
    "username",
    "feide_id",
    "org_number",
    "external_id",
];

fn canonical(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::Person => &[
            "uuid",
            "national_id",
            "employee_number",
            "student_number",
            "username",
            "given_name",
            "family_name",
            "display_name",
            "nickname",
            "email",
            "phone",
            "mobile",
            "birth_date",
            "gender",
        ],
        EntityKind::Unit => &[
            "uuid",
            "name",
            "short_name",
            "kind",
            "level",
            "parent",
            "manager",
            "org_number",
            "email",
            "phone",
            "ean",
            "location",
            "post",
        ],
        EntityKind::Group => &[
            "uuid",
            "name",
            "short_name",
            "kind",
            "unit",
            "code",
            "begin",
            "end",
            "description",
        ],
        EntityKind::Membership => &["person", "group", "role", "subrole", "primary", "begin", "end"],
        EntityKind::Engagement => &[
            "uuid",
            "person",
            "unit",
            "job_function",
            "role",
            "kind",
            "begin",
            "end",
            "primary",
            "fraction",
        ],
        EntityKind::Account => &["uuid", "person", "system", "username", "external_id"],
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self(
            EntityKind::ALL
                .into_iter()
                .map(|kind| {
                    (
                        kind,
                        canonical(kind).iter().map(|&name| name.to_owned()).collect(),
                    )
                })
                .collect(),
        )
    }
}

impl Vocabulary {
    /// Adds a name.
    pub fn add(&mut self, kind: EntityKind, name: &str) {
        self.0.entry(kind).or_default().insert(name.to_owned());
    }

    /// Whether the name is an attribute of the kind.
    #[must_use]
    pub fn knows(&self, kind: EntityKind, name: &str) -> bool {
        name == "id" || self.0.get(&kind).is_some_and(|names| names.contains(name))
    }

    /// Every name that may stand in a template over the kind.
    pub fn names(&self, kind: EntityKind) -> impl Iterator<Item = &str> {
        let relations = RELATIONS
            .iter()
            .filter(move |relation| relation.from == kind)
            .map(|relation| relation.name);
        self.0
            .get(&kind)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(relations)
            .chain(["id"])
    }
}

/// The entities of kind `to` whose attribute `by` refers to an entity of kind `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// The name in templates.
    pub name: &'static str,
    /// The kind that has the relation.
    pub from: EntityKind,
    /// The kind that it leads to.
    pub to: EntityKind,
    /// The attribute of those that refers back.
    pub by: &'static str,
}

/// Relations that lead to several entities. Those that lead to one are the reference attributes themselves.
pub const RELATIONS: &[Relation] = &[
    Relation {
        name: "memberships",
        from: EntityKind::Person,
        to: EntityKind::Membership,
        by: "person",
    },
    Relation {
        name: "engagements",
        from: EntityKind::Person,
        to: EntityKind::Engagement,
        by: "person",
    },
    Relation {
        name: "accounts",
        from: EntityKind::Person,
        to: EntityKind::Account,
        by: "person",
    },
    Relation {
        name: "engagements",
        from: EntityKind::Unit,
        to: EntityKind::Engagement,
        by: "unit",
    },
    Relation {
        name: "memberships",
        from: EntityKind::Group,
        to: EntityKind::Membership,
        by: "group",
    },
];

/// The relation of that name.
#[must_use]
pub fn relation(from: EntityKind, name: &str) -> Option<Relation> {
    RELATIONS
        .iter()
        .copied()
        .find(|relation| relation.from == from && relation.name == name)
}

/// The kind of entity that a reference attribute leads to.
#[must_use]
pub fn reference(kind: EntityKind, attribute: &str) -> Option<EntityKind> {
    Some(match (kind, attribute) {
        (EntityKind::Unit, "parent") | (EntityKind::Engagement, "unit") | (EntityKind::Group, "unit") => {
            EntityKind::Unit
        }
        (EntityKind::Unit, "manager")
        | (EntityKind::Membership | EntityKind::Engagement | EntityKind::Account, "person") => {
            EntityKind::Person
        }
        (EntityKind::Membership, "group") => EntityKind::Group,
        _ => return None,
    })
}
