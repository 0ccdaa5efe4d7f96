//! What there is in OS2MO: collections with their attributes, relations and filter keys, each with the API version that
//! first has it. The schema and the resolvers are both driven by these tables, so neither can promise what the other
//! lacks. Versions 26 to 28 are taken to have what 25 has.

mod attributes;
mod bound;
mod keys;
mod relations;

pub(super) use attributes::Source;
pub(super) use bound::Bound;
pub(super) use keys::Ask;
pub(super) use relations::{Link, Relation};

/// The first versions known to have a field or filter key.
const V25: u16 = 25;
const V29: u16 = 29;

/// A collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Employee,
    OrgUnit,
    Engagement,
    Address,
    ItUser,
    ItSystem,
    Manager,
    Kle,
    Class,
    Facet,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::Employee,
        Self::OrgUnit,
        Self::Engagement,
        Self::Address,
        Self::ItUser,
        Self::ItSystem,
        Self::Manager,
        Self::Kle,
        Self::Class,
        Self::Facet,
    ];

    /// The GraphQL type.
    pub(super) const fn type_name(self) -> &'static str {
        match self {
            Self::Employee => "Employee",
            Self::OrgUnit => "OrganisationUnit",
            Self::Engagement => "Engagement",
            Self::Address => "Address",
            Self::ItUser => "ITUser",
            Self::ItSystem => "ITSystem",
            Self::Manager => "Manager",
            Self::Kle => "KLE",
            Self::Class => "Class",
            Self::Facet => "Facet",
        }
    }

    /// The type of the container.
    pub(super) const fn response_name(self) -> &'static str {
        match self {
            Self::Employee => "EmployeeResponse",
            Self::OrgUnit => "OrganisationUnitResponse",
            Self::Engagement => "EngagementResponse",
            Self::Address => "AddressResponse",
            Self::ItUser => "ITUserResponse",
            Self::ItSystem => "ITSystemResponse",
            Self::Manager => "ManagerResponse",
            Self::Kle => "KLEResponse",
            Self::Class => "ClassResponse",
            Self::Facet => "FacetResponse",
        }
    }

    /// The type of a page of containers.
    pub(super) const fn paged_name(self) -> &'static str {
        match self {
            Self::Employee => "EmployeeResponsePaged",
            Self::OrgUnit => "OrganisationUnitResponsePaged",
            Self::Engagement => "EngagementResponsePaged",
            Self::Address => "AddressResponsePaged",
            Self::ItUser => "ITUserResponsePaged",
            Self::ItSystem => "ITSystemResponsePaged",
            Self::Manager => "ManagerResponsePaged",
            Self::Kle => "KLEResponsePaged",
            Self::Class => "ClassResponsePaged",
            Self::Facet => "FacetResponsePaged",
        }
    }

    /// The collections at the top, each with its first version.
    pub(super) const fn collections(self) -> &'static [(&'static str, u16)] {
        match self {
            Self::Employee => &[("employees", 0), ("persons", V25)],
            Self::OrgUnit => &[("org_units", 0)],
            Self::Engagement => &[("engagements", 0)],
            Self::Address => &[("addresses", 0)],
            Self::ItUser => &[("itusers", 0)],
            Self::ItSystem => &[("itsystems", 0)],
            Self::Manager => &[("managers", 0)],
            Self::Kle => &[("kles", 0)],
            Self::Class => &[("classes", 0)],
            Self::Facet => &[("facets", 0)],
        }
    }

    /// The role that reading takes.
    pub(super) const fn role(self) -> &'static str {
        match self {
            Self::Employee => "read_employee",
            Self::OrgUnit => "read_org_unit",
            Self::Engagement => "read_engagement",
            Self::Address => "read_address",
            Self::ItUser => "read_ituser",
            Self::ItSystem => "read_itsystem",
            Self::Manager => "read_manager",
            Self::Kle => "read_kle",
            Self::Class => "read_class",
            Self::Facet => "read_facet",
        }
    }

    /// What the deprecated field `type` says.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::OrgUnit => "org_unit",
            Self::Engagement => "engagement",
            Self::Address => "address",
            Self::ItUser => "ituser",
            Self::ItSystem => "itsystem",
            Self::Manager => "manager",
            Self::Kle => "kle",
            Self::Class => "class",
            Self::Facet => "facet",
        }
    }

    /// Whether validity may begin at minus infinity.
    pub(super) const fn open(self) -> bool {
        matches!(self, Self::Employee | Self::ItSystem | Self::Class | Self::Facet)
    }
}
