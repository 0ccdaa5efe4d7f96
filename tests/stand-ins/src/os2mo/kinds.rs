//! What there is in OS2MO: collections with their attributes, relations and filter keys, each with the API version that
//! first has it. The schema and the resolvers are both driven by these tables, so neither can promise what the other
//! lacks. Versions 26 to 28 are taken to have what 25 has.

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

/// A scalar field: name, type, first version, and the attribute or reference it shows where that has another name.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) ty: &'static str,
    pub(super) since: u16,
    pub(super) of: Source,
}

/// What a scalar field shows.
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// The attribute of that name.
    Attribute(&'static str),
    /// The first target of a reference.
    Reference(&'static str),
    /// All targets of a reference.
    References(&'static str),
}

/// How the target of a relation is found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Link {
    /// This object names the targets.
    Forward(&'static str),
    /// The targets name this object.
    Reverse(&'static str),
}

/// A relation in its two styles: containers (`response`) and objects (`direct`).
pub(super) struct Relation {
    pub(super) target: Kind,
    pub(super) link: Link,
    /// Name and type from version 25 on; a type ending in `Paged!` takes a filter and pages.
    pub(super) response: Option<(&'static str, &'static str)>,
    /// Name and type of the older style.
    pub(super) direct: Option<(&'static str, &'static str)>,
    /// The key that nested filters lack because the parent fills it.
    pub(super) bound: Bound,
}

/// Which key of a nested filter the parent fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Uuids,
    Employee,
    OrgUnit,
    Engagement,
    ItUser,
    Parent,
    Facet,
}

impl Bound {
    /// The start of the nested filter's type name; up to 25 in the plural.
    pub(super) fn prefix(self, version: u16) -> &'static str {
        match (self, version <= 25) {
            (Self::Uuids, _) => "UuidsBound",
            (Self::Employee, true) => "EmployeesBound",
            (Self::Employee, false) => "EmployeeBound",
            (Self::OrgUnit, true) => "OrgUnitsbound",
            (Self::OrgUnit, false) => "OrgUnitbound",
            (Self::Engagement, _) => "EngagementBound",
            (Self::ItUser, _) => "ItuserBound",
            (Self::Parent, true) => "ParentsBound",
            (Self::Parent, false) => "ParentBound",
            (Self::Facet, true) => "FacetsBound",
            (Self::Facet, false) => "FacetBound",
        }
    }

    /// The keys it takes away.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Uuids => &["uuids"],
            Self::Employee => &["employee", "employees"],
            Self::OrgUnit => &["org_unit", "org_units"],
            Self::Engagement => &["engagement"],
            Self::ItUser => &["ituser"],
            Self::Parent => &["parent", "parents"],
            Self::Facet => &["facet", "facets", "facet_user_keys"],
        }
    }
}

/// What a filter key asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask {
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

pub(super) struct FilterKey {
    pub(super) name: &'static str,
    pub(super) ty: &'static str,
    pub(super) since: u16,
    pub(super) ask: Ask,
}

const fn key(name: &'static str, ty: &'static str, since: u16, ask: Ask) -> FilterKey {
    FilterKey { name, ty, since, ask }
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

const fn one(
    target: Kind,
    reference: &'static str,
    response: (&'static str, &'static str),
    direct: (&'static str, &'static str),
) -> Relation {
    Relation {
        target,
        link: Link::Forward(reference),
        response: Some(response),
        direct: Some(direct),
        bound: Bound::Uuids,
    }
}

const fn many(
    target: Kind,
    reference: &'static str,
    response: (&'static str, &'static str),
    direct: (&'static str, &'static str),
    bound: Bound,
) -> Relation {
    Relation {
        target,
        link: Link::Reverse(reference),
        response: Some(response),
        direct: Some(direct),
        bound,
    }
}

/// The first versions known to have a field or filter key.
const V25: u16 = 25;
const V29: u16 = 29;

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

    pub(super) fn attributes(self) -> &'static [Attribute] {
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

    pub(super) fn relations(self) -> &'static [Relation] {
        use Bound::{Employee as ByEmployee, Facet as ByFacet, OrgUnit as ByUnit, Parent as ByParent, Uuids};
        use Kind::{Address, Class, Employee, Engagement, Facet, ItSystem, ItUser, Kle, Manager, OrgUnit};
        const PERSON: (&str, &str) = ("person_response", "EmployeeResponse");
        const UNIT: (&str, &str) = ("org_unit_response", "OrganisationUnitResponse");
        const ENGAGEMENTS: (&str, &str) = ("engagements_response", "EngagementResponsePaged!");
        const ADDRESSES: (&str, &str) = ("addresses_response", "AddressResponsePaged!");
        const ITUSERS: (&str, &str) = ("itusers_response", "ITUserResponsePaged!");
        match self {
            Self::Employee => {
                &const {
                    [
                        many(
                            Engagement,
                            "person",
                            ENGAGEMENTS,
                            ("engagements", "[Engagement!]!"),
                            ByEmployee,
                        ),
                        many(
                            Address,
                            "person",
                            ADDRESSES,
                            ("addresses", "[Address!]!"),
                            ByEmployee,
                        ),
                        many(ItUser, "person", ITUSERS, ("itusers", "[ITUser!]!"), ByEmployee),
                        many(
                            Manager,
                            "person",
                            ("manager_roles_response", "ManagerResponsePaged!"),
                            ("manager_roles", "[Manager!]!"),
                            ByEmployee,
                        ),
                    ]
                }
            }
            Self::OrgUnit => {
                &const {
                    [
                        one(
                            OrgUnit,
                            "parent",
                            ("parent_response", "OrganisationUnitResponse"),
                            ("parent", "OrganisationUnit"),
                        ),
                        many(
                            OrgUnit,
                            "parent",
                            ("children_response", "OrganisationUnitResponsePaged!"),
                            ("children", "[OrganisationUnit!]!"),
                            ByParent,
                        ),
                        one(
                            Class,
                            "unit_type",
                            ("unit_type_response", "ClassResponse"),
                            ("unit_type", "Class"),
                        ),
                        one(
                            Class,
                            "unit_level",
                            ("unit_level_response", "ClassResponse"),
                            ("org_unit_level", "Class"),
                        ),
                        one(
                            Class,
                            "unit_hierarchy",
                            ("unit_hierarchy_response", "ClassResponse"),
                            ("org_unit_hierarchy_model", "Class"),
                        ),
                        one(
                            Class,
                            "time_planning",
                            ("time_planning_response", "ClassResponse"),
                            ("time_planning", "Class"),
                        ),
                        many(
                            Engagement,
                            "org_unit",
                            ENGAGEMENTS,
                            ("engagements", "[Engagement!]!"),
                            ByUnit,
                        ),
                        many(
                            Address,
                            "org_unit",
                            ADDRESSES,
                            ("addresses", "[Address!]!"),
                            ByUnit,
                        ),
                        many(ItUser, "org_unit", ITUSERS, ("itusers", "[ITUser!]!"), ByUnit),
                        many(
                            Kle,
                            "org_unit",
                            ("kles_response", "KLEResponsePaged!"),
                            ("kles", "[KLE!]!"),
                            ByUnit,
                        ),
                        many(
                            Manager,
                            "org_unit",
                            ("managers_response", "ManagerResponsePaged!"),
                            ("managers", "[Manager!]!"),
                            ByUnit,
                        ),
                    ]
                }
            }
            Self::Engagement => {
                &const {
                    [
                        one(
                            Employee,
                            "person",
                            ("person_response", "EmployeeResponse!"),
                            ("person", "[Employee!]!"),
                        ),
                        Relation {
                            target: Employee,
                            link: Link::Forward("person"),
                            response: None,
                            direct: Some(("employee", "[Employee!]!")),
                            bound: Uuids,
                        },
                        one(
                            OrgUnit,
                            "org_unit",
                            ("org_unit_response", "OrganisationUnitResponse!"),
                            ("org_unit", "[OrganisationUnit!]!"),
                        ),
                        one(
                            Class,
                            "job_function",
                            ("job_function_response", "ClassResponse!"),
                            ("job_function", "Class!"),
                        ),
                        one(
                            Class,
                            "engagement_type",
                            ("engagement_type_response", "ClassResponse!"),
                            ("engagement_type", "Class!"),
                        ),
                        one(
                            Class,
                            "primary",
                            ("primary_response", "ClassResponse"),
                            ("primary", "Class"),
                        ),
                        Relation {
                            target: ItUser,
                            link: Link::Reverse("engagements"),
                            response: Some(("itusers_response", "ITUserResponsePaged!")),
                            direct: None,
                            bound: Bound::Engagement,
                        },
                    ]
                }
            }
            Self::Address => {
                &const {
                    [
                        one(Employee, "person", PERSON, ("person", "[Employee!]")),
                        Relation {
                            target: Employee,
                            link: Link::Forward("person"),
                            response: None,
                            direct: Some(("employee", "[Employee!]")),
                            bound: Uuids,
                        },
                        one(OrgUnit, "org_unit", UNIT, ("org_unit", "[OrganisationUnit!]")),
                        one(
                            Engagement,
                            "engagement",
                            ("engagement_response", "EngagementResponse"),
                            ("engagement", "[Engagement!]"),
                        ),
                        one(
                            ItUser,
                            "ituser",
                            ("ituser_response", "ITUserResponse"),
                            ("ituser", "[ITUser!]!"),
                        ),
                        one(
                            Class,
                            "address_type",
                            ("address_type_response", "ClassResponse!"),
                            ("address_type", "Class!"),
                        ),
                        one(
                            Class,
                            "visibility",
                            ("visibility_response", "ClassResponse"),
                            ("visibility", "Class"),
                        ),
                    ]
                }
            }
            Self::ItUser => {
                &const {
                    [
                        one(Employee, "person", PERSON, ("person", "[Employee!]")),
                        Relation {
                            target: Employee,
                            link: Link::Forward("person"),
                            response: None,
                            direct: Some(("employee", "[Employee!]")),
                            bound: Uuids,
                        },
                        one(OrgUnit, "org_unit", UNIT, ("org_unit", "[OrganisationUnit!]")),
                        Relation {
                            target: Engagement,
                            link: Link::Forward("engagements"),
                            response: Some(("engagements_responses", "EngagementResponsePaged!")),
                            direct: Some(("engagement", "[Engagement!]")),
                            bound: Uuids,
                        },
                        one(
                            ItSystem,
                            "itsystem",
                            ("itsystem_response", "ITSystemResponse!"),
                            ("itsystem", "ITSystem!"),
                        ),
                        one(
                            Class,
                            "primary",
                            ("primary_response", "ClassResponse"),
                            ("primary", "Class"),
                        ),
                        many(
                            Address,
                            "ituser",
                            ADDRESSES,
                            ("addresses", "[Address!]!"),
                            Bound::ItUser,
                        ),
                    ]
                }
            }
            Self::ItSystem => &[],
            Self::Manager => {
                &const {
                    [
                        one(Employee, "person", PERSON, ("person", "[Employee!]")),
                        Relation {
                            target: Employee,
                            link: Link::Forward("person"),
                            response: None,
                            direct: Some(("employee", "[Employee!]")),
                            bound: Uuids,
                        },
                        one(
                            OrgUnit,
                            "org_unit",
                            ("org_unit_response", "OrganisationUnitResponse!"),
                            ("org_unit", "[OrganisationUnit!]!"),
                        ),
                        one(
                            Class,
                            "manager_type",
                            ("manager_type_response", "ClassResponse"),
                            ("manager_type", "Class!"),
                        ),
                        one(
                            Class,
                            "manager_level",
                            ("manager_level_response", "ClassResponse"),
                            ("manager_level", "Class!"),
                        ),
                        one(
                            Class,
                            "responsibilities",
                            ("responsibilities_response", "ClassResponsePaged!"),
                            ("responsibilities", "[Class!]!"),
                        ),
                    ]
                }
            }
            Self::Kle => {
                &const {
                    [
                        one(
                            Class,
                            "kle_number",
                            ("kle_number_response", "ClassResponse!"),
                            ("kle_number", "[Class!]!"),
                        ),
                        one(
                            Class,
                            "kle_aspects",
                            ("kle_aspects_response", "ClassResponsePaged!"),
                            ("kle_aspects", "[Class!]!"),
                        ),
                        one(OrgUnit, "org_unit", UNIT, ("org_unit", "[OrganisationUnit!]!")),
                    ]
                }
            }
            Self::Class => {
                &const {
                    [
                        one(
                            Facet,
                            "facet",
                            ("facet_response", "FacetResponse!"),
                            ("facet", "Facet!"),
                        ),
                        one(
                            Class,
                            "parent",
                            ("parent_response", "ClassResponse"),
                            ("parent", "Class"),
                        ),
                        many(
                            Class,
                            "parent",
                            ("children_response", "ClassResponsePaged!"),
                            ("children", "[Class!]!"),
                            ByParent,
                        ),
                    ]
                }
            }
            Self::Facet => {
                &const {
                    [many(
                        Class,
                        "facet",
                        ("classes_responses", "ClassResponsePaged!"),
                        ("classes", "[Class!]!"),
                        ByFacet,
                    )]
                }
            }
        }
    }

    /// The name of the filter type without a bound.
    pub(super) fn filter_name(self) -> String {
        format!("{}Filter", self.type_name())
    }

    /// The name of the filter type with a bound; strawberry lower-cases some of them.
    pub(super) fn bound_filter_name(self, bound: Bound, version: u16) -> String {
        // Units lost the plural one version before the others.
        let version = if (self, bound, version) == (Self::OrgUnit, Bound::Parent, 25) {
            26
        } else {
            version
        };
        let name = self.filter_name();
        let name = if bound == Bound::OrgUnit {
            name.to_lowercase()
        } else {
            name
        };
        format!("{}{name}", bound.prefix(version))
    }

    pub(super) fn filter_keys(self) -> Vec<FilterKey> {
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
