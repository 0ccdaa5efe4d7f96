//! The query texts and which of them a GraphQL version is asked with.
//!
//! OS2MO adds fields inside a version and raises the number only to break something. The `…_response` relations exist in every known
//! server from version 25 on; a server that speaks 22, 23 or 24 may or may not have them, but always has the direct relations. So there
//! are two texts per class: *legacy* for versions up to 24 and *current* from 25 on. The legacy texts use aliases, so that both
//! generations are read by the same types. No text is put together at run time: everything that varies is a variable.

/// Which set of texts a GraphQL version understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// Versions 22 to 24: direct relations.
    Legacy,
    /// Versions 25 and later: relations through response containers.
    Current,
}

impl Generation {
    /// The generation of a GraphQL version.
    pub fn of(version: u8) -> Self {
        if version <= 24 {
            Self::Legacy
        } else {
            Self::Current
        }
    }
}

/// One query as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// The class whose objects it fetches; empty for the query that only looks whether the server answers.
    pub class: &'static str,
    /// The collection that it asks for.
    pub collection: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// The text.
    pub text: &'static str,
}

macro_rules! texts {
    ($folder:literal: $($class:literal $file:literal $collection:literal $operation:literal),+ $(,)?) => {
        &[$(Query {
            class: $class,
            collection: $collection,
            operation: $operation,
            text: include_str!(concat!("queries/", $folder, "/", $file, ".graphql")),
        }),+]
    };
}

const CURRENT: &[Query] = texts!("current":
    "unit" "unit" "org_units" "UnitPage",
    "employee" "employee" "persons" "EmployeePage",
    "engagement" "engagement" "engagements" "EngagementPage",
    "address" "address" "addresses" "AddressPage",
    "ituser" "ituser" "itusers" "ItUserPage",
    "manager" "manager" "managers" "ManagerPage",
    "class" "class" "classes" "ClassPage",
    "" "connect" "version" "CanIConnect",
);

const LEGACY: &[Query] = texts!("legacy":
    "unit" "unit" "org_units" "UnitPage",
    "employee" "employee" "employees" "EmployeePage",
    "engagement" "engagement" "engagements" "EngagementPage",
    "address" "address" "addresses" "AddressPage",
    "ituser" "ituser" "itusers" "ItUserPage",
    "manager" "manager" "managers" "ManagerPage",
    "class" "class" "classes" "ClassPage",
    "" "connect" "version" "CanIConnect",
);

/// All texts of a generation.
pub fn texts(generation: Generation) -> &'static [Query] {
    match generation {
        Generation::Legacy => LEGACY,
        Generation::Current => CURRENT,
    }
}

/// The text that fetches a class, if it is one of this connector's.
pub fn of_class(generation: Generation, class: &str) -> Option<Query> {
    texts(generation)
        .iter()
        .copied()
        .find(|query| !class.is_empty() && query.class == class)
}

/// The text that looks whether the server answers.
pub fn connect(generation: Generation) -> Option<Query> {
    texts(generation)
        .iter()
        .copied()
        .find(|query| query.class.is_empty())
}
