//! Nested filters and what the parent has already said.

/// Which key of a nested filter the parent fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::os2mo) enum Bound {
    Uuids,
    Employee,
    OrgUnit,
    Engagement,
    ItUser,
    ItSystem,
    Parent,
    Facet,
}

impl Bound {
    /// The start of the nested filter's type name; up to 25 in the plural.
    pub(in crate::os2mo) fn prefix(self, version: u16) -> &'static str {
        match (self, version <= 25) {
            (Self::Uuids, _) => "UuidsBound",
            (Self::Employee, true) => "EmployeesBound",
            (Self::Employee, false) => "EmployeeBound",
            (Self::OrgUnit, true) => "OrgUnitsbound",
            (Self::OrgUnit, false) => "OrgUnitbound",
            (Self::Engagement, _) => "EngagementBound",
            (Self::ItUser, _) => "ItuserBound",
            (Self::ItSystem, _) => "ItSystembound",
            (Self::Parent, true) => "ParentsBound",
            (Self::Parent, false) => "ParentBound",
            (Self::Facet, true) => "FacetsBound",
            (Self::Facet, false) => "FacetBound",
        }
    }

    /// The keys it takes away.
    pub(in crate::os2mo) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Uuids => &["uuids"],
            Self::Employee => &["employee", "employees"],
            Self::OrgUnit => &["org_unit", "org_units"],
            Self::Engagement => &["engagement"],
            Self::ItUser => &["ituser"],
            Self::ItSystem => &["it_system"],
            Self::Parent => &["parent", "parents"],
            Self::Facet => &["facet", "facets", "facet_user_keys"],
        }
    }
}
