//! The keys of each filter, and the names of the filter types.

use super::{Bound, Kind, V25};

/// What a filter key asks.
#[derive(Clone, Copy, Debug)]
pub(in crate::os2mo) enum Ask {
    /// The object is one of these.
    Uuids,
    /// The attribute is one of these.
    Values(&'static str),
    /// The name or user key contains the text.
    Query,
    /// The target of a reference matches the nested filter.
    Nested(&'static str, Kind),
    /// The target of a reference is one of these.
    Targets(&'static str),
    /// The target of a reference has one of these user keys.
    TargetKeys(&'static str, Kind),
    /// The unit above matches; null asks for top units.
    Parent,
    /// A unit beneath matches; null asks for leaves.
    Child,
    /// The unit or one above it matches.
    Ancestor,
    /// The unit or one beneath it matches.
    Descendant,
    /// `from_date` and `to_date`, handled by the window.
    Date,
}

pub(in crate::os2mo) struct FilterKey {
    pub(in crate::os2mo) name: &'static str,
    pub(in crate::os2mo) ty: &'static str,
    pub(in crate::os2mo) since: u16,
    pub(in crate::os2mo) ask: Ask,
}

const fn key(name: &'static str, ty: &'static str, since: u16, ask: Ask) -> FilterKey {
    FilterKey { name, ty, since, ask }
}

impl Kind {
    /// The name of the filter type without a bound.
    pub(in crate::os2mo) fn filter_name(self) -> String {
        format!("{}Filter", self.type_name())
    }

    /// The name of the filter type with a bound; strawberry lower-cases some of them.
    pub(in crate::os2mo) fn bound_filter_name(self, bound: Bound, version: u16) -> String {
        // Units lost the plural one version before the others.
        let version = if (self, bound, version) == (Self::OrgUnit, Bound::Parent, 25) {
            26
        } else {
            version
        };
        let name = self.filter_name();
        let name = if matches!(bound, Bound::OrgUnit | Bound::ItSystem) {
            name.to_lowercase()
        } else {
            name
        };
        format!("{}{name}", bound.prefix(version))
    }

    pub(in crate::os2mo) fn filter_keys(self) -> Vec<FilterKey> {
        const LIST: &str = "[UUID!]";
        const TEXTS: &str = "[String!]";
        let class = |name, reference| key(name, "ClassFilter", 0, Ask::Nested(reference, Self::Class));
        let mut keys = vec![
            key("uuids", LIST, 0, Ask::Uuids),
            key("user_keys", TEXTS, 0, Ask::Values("user_key")),
            key("from_date", "DateTime", 0, Ask::Date),
            key("to_date", "DateTime", 0, Ask::Date),
        ];
        let person = || {
            [
                key(
                    "employee",
                    "EmployeeFilter",
                    0,
                    Ask::Nested("person", Self::Employee),
                ),
                key("employees", LIST, 0, Ask::Targets("person")),
            ]
        };
        let unit = || {
            [
                key(
                    "org_unit",
                    "OrganisationUnitFilter",
                    0,
                    Ask::Nested("org_unit", Self::OrgUnit),
                ),
                key("org_units", LIST, 0, Ask::Targets("org_unit")),
            ]
        };
        match self {
            Self::Employee => keys.extend([
                key("query", "String", 0, Ask::Query),
                key("cpr_numbers", "[CPR!]", 0, Ask::Values("cpr_number")),
            ]),
            Self::OrgUnit => keys.extend([
                key("query", "String", 0, Ask::Query),
                key("names", TEXTS, V25, Ask::Values("name")),
                key("parent", "OrganisationUnitFilter", 0, Ask::Parent),
                key("parents", LIST, 0, Ask::Targets("parent")),
                key("child", "OrganisationUnitFilter", V25, Ask::Child),
                key("ancestor", "OrganisationUnitFilter", V25, Ask::Ancestor),
                key("descendant", "OrganisationUnitFilter", V25, Ask::Descendant),
                key("subtree", "OrganisationUnitFilter", 0, Ask::Descendant),
                class("hierarchy", "unit_hierarchy"),
                key("hierarchies", LIST, 0, Ask::Targets("unit_hierarchy")),
            ]),
            Self::Engagement => {
                keys.extend(person());
                keys.extend(unit());
                keys.push(class("job_function", "job_function"));
                keys.push(key(
                    "engagement_type",
                    "ClassFilter",
                    V25,
                    Ask::Nested("engagement_type", Self::Class),
                ));
            }
            Self::Address => {
                keys.extend(person());
                keys.extend(unit());
                keys.push(key(
                    "engagement",
                    "EngagementFilter",
                    0,
                    Ask::Nested("engagement", Self::Engagement),
                ));
                keys.push(class("address_type", "address_type"));
                keys.push(key("address_types", LIST, 0, Ask::Targets("address_type")));
                keys.push(key(
                    "address_type_user_keys",
                    TEXTS,
                    0,
                    Ask::TargetKeys("address_type", Self::Class),
                ));
                keys.push(key(
                    "visibility",
                    "ClassFilter",
                    V25,
                    Ask::Nested("visibility", Self::Class),
                ));
            }
            Self::ItUser => {
                keys.extend(person());
                keys.extend(unit());
                keys.push(key(
                    "engagement",
                    "EngagementFilter",
                    0,
                    Ask::Nested("engagements", Self::Engagement),
                ));
                keys.push(key(
                    "itsystem",
                    "ITSystemFilter",
                    0,
                    Ask::Nested("itsystem", Self::ItSystem),
                ));
                keys.push(key("itsystem_uuids", LIST, 0, Ask::Targets("itsystem")));
                keys.push(key("external_ids", TEXTS, V25, Ask::Values("external_id")));
            }
            Self::ItSystem => {}
            Self::Manager => {
                keys.extend(person());
                keys.extend(unit());
                keys.push(class("responsibility", "responsibilities"));
                keys.push(key(
                    "manager_type",
                    "ClassFilter",
                    V25,
                    Ask::Nested("manager_type", Self::Class),
                ));
            }
            Self::Kle => keys.extend(unit()),
            Self::Class => keys.extend([
                key("name", TEXTS, V25, Ask::Values("name")),
                key("scope", TEXTS, 0, Ask::Values("scope")),
                key("facet", "FacetFilter", 0, Ask::Nested("facet", Self::Facet)),
                key("facets", LIST, 0, Ask::Targets("facet")),
                key("facet_user_keys", TEXTS, 0, Ask::TargetKeys("facet", Self::Facet)),
                key("parent", "ClassFilter", 0, Ask::Nested("parent", Self::Class)),
                key("parents", LIST, 0, Ask::Targets("parent")),
            ]),
            Self::Facet => {}
        }
        keys
    }
}
