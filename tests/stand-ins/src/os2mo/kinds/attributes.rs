//! The scalar fields of each collection.

use super::{Kind, V25, V29};

/// A scalar field: name, type, first version, and the attribute or reference it shows where that has another name.
pub(in crate::os2mo) struct Attribute {
    pub(in crate::os2mo) name: &'static str,
    pub(in crate::os2mo) ty: &'static str,
    pub(in crate::os2mo) since: u16,
    pub(in crate::os2mo) of: Source,
}

/// What a scalar field shows.
#[derive(Clone, Copy)]
pub(in crate::os2mo) enum Source {
    /// The attribute of that name.
    Attribute(&'static str),
    /// The first target of a reference.
    Reference(&'static str),
    /// All targets of a reference.
    References(&'static str),
}

const fn plain(name: &'static str, ty: &'static str) -> Attribute {
    Attribute {
        name,
        ty,
        since: 0,
        of: Source::Attribute(name),
    }
}

const fn alias(name: &'static str, ty: &'static str, of: Source) -> Attribute {
    Attribute {
        name,
        ty,
        since: 0,
        of,
    }
}

const fn newer(name: &'static str, ty: &'static str, since: u16) -> Attribute {
    Attribute {
        name,
        ty,
        since,
        of: Source::Attribute(name),
    }
}

impl Kind {
    pub(in crate::os2mo) fn attributes(self) -> &'static [Attribute] {
        use Source::{Attribute as Own, Reference, References};
        match self {
            Self::Employee => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("cpr_number", "CPR"),
                        alias("cpr_no", "CPR", Own("cpr_number")),
                        plain("name", "String!"),
                        plain("given_name", "String!"),
                        alias("givenname", "String!", Own("given_name")),
                        plain("surname", "String!"),
                        plain("nickname", "String!"),
                        plain("nickname_given_name", "String"),
                        alias("nickname_givenname", "String", Own("nickname_given_name")),
                        plain("nickname_surname", "String"),
                        plain("seniority", "Date"),
                    ]
                }
            }
            Self::OrgUnit => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("name", "String!"),
                        alias("unit_type_uuid", "UUID", Reference("unit_type")),
                        alias("org_unit_level_uuid", "UUID", Reference("unit_level")),
                        alias("org_unit_hierarchy", "UUID", Reference("unit_hierarchy")),
                        alias("time_planning_uuid", "UUID", Reference("time_planning")),
                    ]
                }
            }
            Self::Engagement => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("is_primary", "Boolean!"),
                        plain("fraction", "Int"),
                        plain("extension_1", "String"),
                        plain("extension_2", "String"),
                        plain("extension_3", "String"),
                        plain("extension_4", "String"),
                        plain("extension_5", "String"),
                        plain("extension_6", "String"),
                        plain("extension_7", "String"),
                        plain("extension_8", "String"),
                        plain("extension_9", "String"),
                        plain("extension_10", "String"),
                        alias("employee_uuid", "UUID!", Reference("person")),
                        alias("org_unit_uuid", "UUID!", Reference("org_unit")),
                        alias("job_function_uuid", "UUID!", Reference("job_function")),
                        alias("engagement_type_uuid", "UUID!", Reference("engagement_type")),
                        alias("primary_uuid", "UUID", Reference("primary")),
                    ]
                }
            }
            Self::Address => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("value", "String!"),
                        plain("value2", "String"),
                        plain("name", "String"),
                        plain("href", "String"),
                        alias("employee_uuid", "UUID", Reference("person")),
                        alias("org_unit_uuid", "UUID", Reference("org_unit")),
                        alias("engagement_uuid", "UUID", Reference("engagement")),
                        alias("address_type_uuid", "UUID!", Reference("address_type")),
                        alias("visibility_uuid", "UUID", Reference("visibility")),
                    ]
                }
            }
            Self::ItUser => {
                &const {
                    [
                        plain("user_key", "String!"),
                        newer("external_id", "String", V25),
                        newer("binding_type", "String", V29),
                        alias("employee_uuid", "UUID", Reference("person")),
                        alias("org_unit_uuid", "UUID", Reference("org_unit")),
                        alias("engagement_uuid", "UUID", Reference("engagements")),
                        Attribute {
                            name: "engagement_uuids",
                            ty: "[UUID!]!",
                            since: V25,
                            of: References("engagements"),
                        },
                        alias("itsystem_uuid", "UUID!", Reference("itsystem")),
                        alias("primary_uuid", "UUID", Reference("primary")),
                    ]
                }
            }
            Self::ItSystem => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("name", "String!"),
                        plain("system_type", "String"),
                    ]
                }
            }
            Self::Manager => {
                &const {
                    [
                        plain("user_key", "String!"),
                        alias("employee_uuid", "UUID", Reference("person")),
                        alias("org_unit_uuid", "UUID!", Reference("org_unit")),
                        alias("manager_type_uuid", "UUID", Reference("manager_type")),
                        alias("manager_level_uuid", "UUID", Reference("manager_level")),
                        alias("responsibility_uuids", "[UUID!]", References("responsibilities")),
                    ]
                }
            }
            Self::Kle => {
                &const {
                    [
                        plain("user_key", "String!"),
                        alias("kle_number_uuid", "UUID!", Reference("kle_number")),
                        alias("kle_aspect_uuids", "[UUID!]!", References("kle_aspects")),
                        alias("org_unit_uuid", "UUID!", Reference("org_unit")),
                    ]
                }
            }
            Self::Class => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("name", "String!"),
                        alias("full_name", "String!", Own("name")),
                        plain("scope", "String"),
                        plain("published", "String"),
                        plain("example", "String"),
                        newer("description", "String", V25),
                        alias("facet_uuid", "UUID!", Reference("facet")),
                        plain("owner", "UUID"),
                        alias("it_system_uuid", "UUID", Reference("it_system")),
                        alias("parent_uuid", "UUID", Reference("parent")),
                    ]
                }
            }
            Self::Facet => {
                &const {
                    [
                        plain("user_key", "String!"),
                        plain("published", "String"),
                        plain("description", "String"),
                        alias("parent_uuid", "UUID", Reference("parent")),
                    ]
                }
            }
        }
    }
}
