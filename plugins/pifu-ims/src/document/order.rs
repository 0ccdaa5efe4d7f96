//! The elements of PIFU-IMS and the order of their children, which its schema fixes (XML Schema `xs:sequence`).
//!
//! An element that no version of the schema knows is passed over wherever it stands.

/// An element with its children, in the schema's order.
pub(super) struct Sequence {
    name: &'static str,
    children: &'static [&'static str],
}

/// How far the children of one element have come.
#[derive(Debug)]
pub(super) struct Progress {
    name: &'static str,
    children: &'static [&'static str],
    reached: usize,
}

impl Sequence {
    const fn new(name: &'static str, children: &'static [&'static str]) -> Self {
        Self { name, children }
    }

    pub(super) fn begin(&self) -> Progress {
        Progress {
            name: self.name,
            children: self.children,
            reached: 0,
        }
    }
}

impl Progress {
    pub(super) fn advance(&mut self, child: &'static str) -> Result<(), String> {
        let Some(at) = self.children.iter().position(|known| *known == child) else {
            return Ok(());
        };
        if at < self.reached {
            let before = self.children.get(self.reached).copied().unwrap_or_default();
            return Err(format!(
                "<{child}> follows <{before}> within <{}>, where the schema has it before",
                self.name
            ));
        }
        self.reached = at;
        Ok(())
    }
}

pub(super) const ENTERPRISE: Sequence = Sequence::new(
    "enterprise",
    &["comments", "properties", "person", "group", "membership"],
);
pub(super) const PROPERTIES: Sequence = Sequence::new(
    "properties",
    &[
        "comments",
        "datasource",
        "target",
        "type",
        "datetime",
        "extension",
    ],
);
pub(super) const SOURCEDID: Sequence = Sequence::new("sourcedid", &["source", "id"]);
pub(super) const PERSON: Sequence = Sequence::new(
    "person",
    &[
        "comments",
        "sourcedid",
        "userid",
        "name",
        "demographics",
        "email",
        "url",
        "tel",
        "adr",
        "photo",
        "extension",
    ],
);
pub(super) const NAME: Sequence = Sequence::new("name", &["fn", "n"]);
pub(super) const N: Sequence = Sequence::new("n", &["family", "given"]);
pub(super) const DEMOGRAPHICS: Sequence = Sequence::new("demographics", &["gender", "bday"]);
pub(super) const PHOTO: Sequence = Sequence::new("photo", &["extref"]);
pub(super) const ADR: Sequence = Sequence::new(
    "adr",
    &[
        "pobox", "extadd", "street", "locality", "region", "pcode", "country",
    ],
);
pub(super) const GROUP: Sequence = Sequence::new(
    "group",
    &[
        "comments",
        "sourcedid",
        "grouptype",
        "description",
        "timeframe",
        "email",
        "url",
        "relationship",
        "extension",
    ],
);
pub(super) const GROUPTYPE: Sequence = Sequence::new("grouptype", &["scheme", "typevalue"]);
pub(super) const DESCRIPTION: Sequence = Sequence::new("description", &["short", "long", "full"]);
pub(super) const TIMEFRAME: Sequence = Sequence::new("timeframe", &["begin", "end", "adminperiod"]);
pub(super) const RELATIONSHIP: Sequence = Sequence::new("relationship", &["sourcedid", "label"]);
pub(super) const MEMBERSHIP: Sequence = Sequence::new("membership", &["comments", "sourcedid", "member"]);
pub(super) const MEMBER: Sequence = Sequence::new("member", &["comments", "sourcedid", "idtype", "role"]);
pub(super) const ROLE: Sequence = Sequence::new(
    "role",
    &[
        "subrole",
        "status",
        "comments",
        "datetime",
        "timeframe",
        "interimresult",
        "finalresult",
        "extension",
    ],
);
pub(super) const EXTENSION: Sequence = Sequence::new(
    "extension",
    &[
        "pifu_id",
        "pifu_name",
        "pifu_email",
        "pifu_url",
        "pifu_tel",
        "pifu_adr",
        "pifu_status",
        "pifu_preferredLanguage",
        "pifu_nativeTongue",
        "pifu_hasContactPerson",
        "pifu_primaryRelation",
        "pifu_absence",
        "pifu_schoolType",
    ],
);
pub(super) const PIFU_ID: Sequence = Sequence::new("pifu_id", &["pifu_value", "pifu_scope", "pifu_unique"]);
pub(super) const PIFU_NAME: Sequence = Sequence::new("pifu_name", &["pifu_value", "pifu_language"]);
pub(super) const PIFU_ADR: Sequence = Sequence::new("pifu_adr", &["adr", "timeframe"]);
pub(super) const CONTACT_PERSON: Sequence = Sequence::new("pifu_hasContactPerson", &["sourcedid"]);

const SEQUENCES: [&Sequence; 22] = [
    &ENTERPRISE,
    &PROPERTIES,
    &SOURCEDID,
    &PERSON,
    &NAME,
    &N,
    &DEMOGRAPHICS,
    &PHOTO,
    &ADR,
    &GROUP,
    &GROUPTYPE,
    &DESCRIPTION,
    &TIMEFRAME,
    &RELATIONSHIP,
    &MEMBERSHIP,
    &MEMBER,
    &ROLE,
    &EXTENSION,
    &PIFU_ID,
    &PIFU_NAME,
    &PIFU_ADR,
    &CONTACT_PERSON,
];

/// The names of all elements, sorted.
static ELEMENTS: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
    let children = SEQUENCES
        .iter()
        .flat_map(|sequence| sequence.children.iter().copied());
    let mut names: Vec<&'static str> = children.chain(["enterprise"]).collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// The name as a constant; empty when PIFU-IMS has no such element.
pub(super) fn known_element(name: &str) -> &'static str {
    let at = ELEMENTS.binary_search(&name).ok();
    at.and_then(|at| ELEMENTS.get(at)).copied().unwrap_or_default()
}

/// The attributes that are read. A password is not among them.
pub(super) fn known_attribute(name: &str) -> Option<&'static str> {
    const READ: [&str; 10] = [
        "level",
        "priority",
        "recstatus",
        "relation",
        "roletype",
        "source",
        "sourcedidtype",
        "teltype",
        "type",
        "useridtype",
    ];
    READ.into_iter().find(|known| *known == name)
}
