//! The canonical names of attributes, and how entities of one kind lead to those of another.

use std::collections::{BTreeMap, BTreeSet};

use super::template::Tables;
use crate::catalogue::EntityKind;

/// What a tenant's templates may use: the attribute names by kind of entity, canonical ones and those that its inbound mappings add, and
/// its look-up tables.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    names: BTreeMap<EntityKind, BTreeSet<String>>,
    sensitive: BTreeSet<String>,
    tables: Tables,
}

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

/// A canonical attribute: its name, the name in SCIM, eduPerson, SCHAC, norEdu, OIO, IMS or OS2MO that it borrows its meaning from, and what it is.
pub type Term = (&'static str, &'static str, &'static str);

/// The canonical attributes of a kind. `host/docs/vocabulary.md` is held against them by a test.
#[must_use]
pub fn terms(kind: EntityKind) -> &'static [Term] {
    match kind {
        EntityKind::Person => &[
            ("uuid", "OIO: UUID", "the person's UUID in the system that leads"),
            (
                "national_id",
                "schacPersonalUniqueID",
                "the national identity number; sensitive",
            ),
            (
                "employee_number",
                "SCIM: employeeNumber",
                "the number of an employee",
            ),
            (
                "student_number",
                "schacPersonalUniqueCode",
                "the number of a pupil or student",
            ),
            ("username", "SCIM: userName", "the name of the account that leads"),
            ("given_name", "SCIM: name.givenName", "given names"),
            ("family_name", "SCIM: name.familyName", "the family name"),
            ("display_name", "SCIM: displayName", "the name to show"),
            ("nickname", "SCIM: nickName", "the name that the person goes by"),
            ("email", "SCIM: emails", "the e-mail address"),
            ("phone", "SCIM: phoneNumbers", "a telephone number"),
            ("mobile", "SCIM: phoneNumbers, type mobile", "the mobile number"),
            ("landline", "OIO: Landline", "a number on the fixed network"),
            ("location", "OIO: Lokation", "where the person works"),
            ("birth_date", "schacDateOfBirth", "the day of birth"),
            ("gender", "schacGender", "the gender"),
        ],
        EntityKind::Unit => &[
            ("uuid", "OIO: UUID", "the unit's UUID in the system that leads"),
            ("name", "OIO: Enhedsnavn", "its name"),
            (
                "short_name",
                "OIO: Brugervendt nøgle",
                "the key that people know it by",
            ),
            ("kind", "OIO: Enhedstype", "what kind of unit it is"),
            ("level", "OS2MO: niveau", "its level"),
            ("parent", "OIO: Overordnet", "the unit above it"),
            ("manager", "OIO: Leder", "the person who leads it"),
            (
                "org_number",
                "norEduOrgNIN",
                "its number in the national register",
            ),
            ("email", "OIO: Email", "its e-mail address"),
            ("phone", "OIO: Telefon", "its telephone number"),
            ("landline", "OIO: Landline", "a number on the fixed network"),
            ("url", "OIO: Hjemmeside", "its page on the web"),
            ("ean", "OIO: EAN", "its EAN number"),
            ("location", "OIO: Lokation", "where it is"),
            ("post", "OIO: Postadresse", "its postal address"),
            ("contact", "OIO: Henvendelsessted", "where to turn to"),
            (
                "contact_open_hours",
                "OIO: Åbningstid",
                "when there is someone to turn to",
            ),
            (
                "phone_open_hours",
                "OIO: Telefontid",
                "when the telephone is answered",
            ),
            ("p_number", "OIO: P-nummer", "its production unit number"),
            ("dtr_id", "OIO: DtrId", "its id in the register of digital mail"),
            (
                "tasks",
                "OIO: Opgaver (KLE)",
                "the KLE numbers that it performs, by UUID",
            ),
            (
                "contact_tasks",
                "OIO: Henvendelsessted for opgaver (KLE)",
                "the KLE numbers that it is the contact for, by UUID",
            ),
            (
                "it_systems",
                "OIO: IT-systemer",
                "the IT systems that it uses, by UUID",
            ),
        ],
        EntityKind::Group => &[
            ("uuid", "OIO: UUID", "the group's UUID"),
            ("name", "SCIM: displayName", "its name"),
            ("short_name", "SCIM: externalId", "the key that people know it by"),
            (
                "kind",
                "IMS: grouptype",
                "what kind of group it is, such as a class",
            ),
            ("unit", "IMS: relationship", "the unit that it belongs to"),
            ("code", "eduCourseOffering", "the code of what is taught"),
            ("begin", "IMS: timeframe.begin", "its first day"),
            ("end", "IMS: timeframe.end", "its last day"),
            ("description", "SCIM: description", "what it is for"),
        ],
        EntityKind::Membership => &[
            ("person", "SCIM: members.value", "who is in the group"),
            ("group", "SCIM: groups.value", "the group"),
            ("role", "eduCourseMember: role", "the person's role"),
            ("subrole", "IMS: subrole", "the role within the role"),
            ("primary", "SCIM: primary", "it is the one that counts first"),
            ("begin", "IMS: timeframe.begin", "its first day"),
            ("end", "IMS: timeframe.end", "its last day"),
        ],
        EntityKind::Engagement => &[
            ("uuid", "OIO: UUID", "the engagement's UUID"),
            ("person", "OIO: Tilknyttet bruger", "who is engaged"),
            ("unit", "OIO: Tilknyttet enhed", "where"),
            ("job_function", "OIO: Funktionsnavn", "what the person does"),
            (
                "role",
                "eduPersonAffiliation",
                "the person's role, such as employee or student",
            ),
            ("kind", "OS2MO: engagement_type", "what kind of engagement it is"),
            ("begin", "OIO: FraTidspunkt", "its first day"),
            ("end", "OIO: TilTidspunkt", "its last day"),
            (
                "primary",
                "eduPersonPrimaryAffiliation",
                "it is the one that counts first",
            ),
            ("fraction", "OS2MO: fraction", "the share of full time"),
        ],
        EntityKind::Account => &[
            ("uuid", "OIO: UUID", "the account's UUID"),
            ("person", "OIO: Tilknyttet bruger", "whose it is"),
            ("system", "OIO: Tilknyttet IT-system", "the system"),
            ("username", "SCIM: userName", "its name there"),
            ("external_id", "SCIM: externalId", "its id there"),
            (
                "engagement_uuids",
                "OS2MO: engagementer",
                "the engagements that it is for, by UUID; none when it is for all of its person's",
            ),
        ],
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            names: EntityKind::ALL
                .into_iter()
                .map(|kind| {
                    (
                        kind,
                        terms(kind)
                            .iter()
                            .map(|(name, _, _)| (*name).to_owned())
                            .collect(),
                    )
                })
                .collect(),
            sensitive: SENSITIVE.iter().map(|&name| name.to_owned()).collect(),
            tables: Tables::new(),
        }
    }
}

impl Vocabulary {
    /// The canonical names, with a tenant's tables.
    #[must_use]
    pub fn with_tables(tables: Tables) -> Self {
        Self {
            tables,
            ..Self::default()
        }
    }

    /// The tenant's tables.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Adds a name.
    pub fn add(&mut self, kind: EntityKind, name: &str) {
        self.names.entry(kind).or_default().insert(name.to_owned());
    }

    /// Notes that what goes by this name, of whichever kind, must not be shown.
    pub fn conceal(&mut self, name: &str) {
        self.sensitive.insert(name.to_owned());
    }

    /// The names of what must not be shown.
    pub fn sensitive(&self) -> impl Iterator<Item = &str> {
        self.sensitive.iter().map(String::as_str)
    }

    /// Whether the name is an attribute of the kind.
    #[must_use]
    pub fn knows(&self, kind: EntityKind, name: &str) -> bool {
        matches!(name, "id" | "as_of") || self.names.get(&kind).is_some_and(|names| names.contains(name))
    }

    /// Every name that may stand in a template over the kind.
    pub fn names(&self, kind: EntityKind) -> impl Iterator<Item = &str> {
        let relations = RELATIONS
            .iter()
            .filter(move |relation| relation.from == kind)
            .map(|relation| relation.name);
        self.names
            .get(&kind)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(relations)
            .chain(["id", "as_of"])
    }
}

/// The entities of kind `to` whose attribute `by` refers to an entity of kind `from`, or to the one that it leads to.
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
    /// When the relation is that of another entity, and perhaps a part of it.
    pub through: Option<Through>,
}

/// A relation that an entity has by way of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// The attribute that refers to the other entity.
    pub reference: &'static str,
    /// The kind of the other entity.
    pub kind: EntityKind,
    /// The attribute that says by UUID which of the other's it are; without a value it are all of them.
    pub among: &'static str,
}

impl Relation {
    /// The kind of the entity that those referred to refer back to.
    #[must_use]
    pub fn owner(&self) -> EntityKind {
        self.through.map_or(self.from, |through| through.kind)
    }
}

/// Relations that lead to several entities. Those that lead to one are the reference attributes themselves.
pub const RELATIONS: &[Relation] = &[
    Relation {
        name: "memberships",
        from: EntityKind::Person,
        to: EntityKind::Membership,
        by: "person",
        through: None,
    },
    Relation {
        name: "engagements",
        from: EntityKind::Person,
        to: EntityKind::Engagement,
        by: "person",
        through: None,
    },
    Relation {
        name: "accounts",
        from: EntityKind::Person,
        to: EntityKind::Account,
        by: "person",
        through: None,
    },
    Relation {
        name: "engagements",
        from: EntityKind::Account,
        to: EntityKind::Engagement,
        by: "person",
        through: Some(Through {
            reference: "person",
            kind: EntityKind::Person,
            among: "engagement_uuids",
        }),
    },
    Relation {
        name: "engagements",
        from: EntityKind::Unit,
        to: EntityKind::Engagement,
        by: "unit",
        through: None,
    },
    Relation {
        name: "memberships",
        from: EntityKind::Group,
        to: EntityKind::Membership,
        by: "group",
        through: None,
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
