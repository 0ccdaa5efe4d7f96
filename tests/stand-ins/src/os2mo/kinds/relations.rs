//! What leads from one collection to another.

use super::{Bound, Kind, V25, V29};

/// How the target of a relation is found.
#[derive(Clone, Copy, Debug)]
pub(in crate::os2mo) enum Link {
    /// This object names the targets.
    Forward(&'static str),
    /// The targets name this object.
    Reverse(&'static str),
}

/// A relation in its two styles: containers and objects.
pub(in crate::os2mo) struct Relation {
    pub(in crate::os2mo) target: Kind,
    pub(in crate::os2mo) link: Link,
    /// The key that nested filters lack because the parent fills it.
    pub(in crate::os2mo) bound: Bound,
    /// The first version with containers.
    pub(in crate::os2mo) since: u16,
    response: &'static str,
    direct: &'static str,
}

impl Relation {
    /// The same, known from a later version on.
    const fn from(mut self, version: u16) -> Self {
        self.since = version;
        self
    }

    /// Name and type of the style with containers, from that version on; a type ending in `Paged!` takes a filter and pages.
    pub(in crate::os2mo) fn response(&self) -> Option<(&'static str, &'static str)> {
        self.response.split_once(": ")
    }

    /// Name and type of the older style.
    pub(in crate::os2mo) fn direct(&self) -> Option<(&'static str, &'static str)> {
        self.direct.split_once(": ")
    }
}

const fn relation(
    target: Kind,
    link: Link,
    response: &'static str,
    direct: &'static str,
    bound: Bound,
) -> Relation {
    Relation {
        target,
        link,
        bound,
        since: V25,
        response,
        direct,
    }
}

/// This object names the target.
const fn one(
    target: Kind,
    reference: &'static str,
    response: &'static str,
    direct: &'static str,
) -> Relation {
    relation(target, Link::Forward(reference), response, direct, Bound::Uuids)
}

/// The targets name this object.
const fn many(
    target: Kind,
    reference: &'static str,
    response: &'static str,
    direct: &'static str,
    bound: Bound,
) -> Relation {
    relation(target, Link::Reverse(reference), response, direct, bound)
}

impl Kind {
    pub(in crate::os2mo) fn relations(self) -> &'static [Relation] {
        use Bound::{Employee as ByEmployee, Facet as ByFacet, OrgUnit as ByUnit, Parent as ByParent, Uuids};
        use Kind::{Address, Class, Employee, Engagement, Facet, ItSystem, ItUser, Kle, Manager, OrgUnit};
        const PERSON: &str = "person_response: EmployeeResponse";
        const UNIT: &str = "org_unit_response: OrganisationUnitResponse";
        const ENGAGEMENTS: &str = "engagements_response: EngagementResponsePaged!";
        const ADDRESSES: &str = "addresses_response: AddressResponsePaged!";
        const ITUSERS: &str = "itusers_response: ITUserResponsePaged!";
        match self {
            Self::Employee => {
                &const {
                    [
                        many(
                            Engagement,
                            "person",
                            ENGAGEMENTS,
                            "engagements: [Engagement!]!",
                            ByEmployee,
                        ),
                        many(Address, "person", ADDRESSES, "addresses: [Address!]!", ByEmployee),
                        many(ItUser, "person", ITUSERS, "itusers: [ITUser!]!", ByEmployee),
                        many(
                            Manager,
                            "person",
                            "manager_roles_response: ManagerResponsePaged!",
                            "manager_roles: [Manager!]!",
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
                            "parent_response: OrganisationUnitResponse",
                            "parent: OrganisationUnit",
                        ),
                        many(
                            OrgUnit,
                            "parent",
                            "children_response: OrganisationUnitResponsePaged!",
                            "children: [OrganisationUnit!]!",
                            ByParent,
                        ),
                        one(
                            Class,
                            "unit_type",
                            "unit_type_response: ClassResponse",
                            "unit_type: Class",
                        ),
                        one(
                            Class,
                            "unit_level",
                            "unit_level_response: ClassResponse",
                            "org_unit_level: Class",
                        ),
                        one(
                            Class,
                            "unit_hierarchy",
                            "unit_hierarchy_response: ClassResponse",
                            "org_unit_hierarchy_model: Class",
                        ),
                        one(
                            Class,
                            "time_planning",
                            "time_planning_response: ClassResponse",
                            "time_planning: Class",
                        ),
                        many(
                            Engagement,
                            "org_unit",
                            ENGAGEMENTS,
                            "engagements: [Engagement!]!",
                            ByUnit,
                        ),
                        many(Address, "org_unit", ADDRESSES, "addresses: [Address!]!", ByUnit),
                        many(ItUser, "org_unit", ITUSERS, "itusers: [ITUser!]!", ByUnit),
                        many(
                            Kle,
                            "org_unit",
                            "kles_response: KLEResponsePaged!",
                            "kles: [KLE!]!",
                            ByUnit,
                        ),
                        many(
                            Manager,
                            "org_unit",
                            "managers_response: ManagerResponsePaged!",
                            "managers: [Manager!]!",
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
                            "person_response: EmployeeResponse!",
                            "person: [Employee!]!",
                        ),
                        relation(
                            Employee,
                            Link::Forward("person"),
                            "",
                            "employee: [Employee!]!",
                            Uuids,
                        ),
                        one(
                            OrgUnit,
                            "org_unit",
                            "org_unit_response: OrganisationUnitResponse!",
                            "org_unit: [OrganisationUnit!]!",
                        ),
                        one(
                            Class,
                            "job_function",
                            "job_function_response: ClassResponse!",
                            "job_function: Class!",
                        ),
                        one(
                            Class,
                            "engagement_type",
                            "engagement_type_response: ClassResponse!",
                            "engagement_type: Class!",
                        ),
                        one(
                            Class,
                            "primary",
                            "primary_response: ClassResponse",
                            "primary: Class",
                        ),
                        relation(
                            ItUser,
                            Link::Reverse("engagements"),
                            "itusers_response: ITUserResponsePaged!",
                            "",
                            Bound::Engagement,
                        ),
                    ]
                }
            }
            Self::Address => {
                &const {
                    [
                        one(Employee, "person", PERSON, "person: [Employee!]"),
                        relation(
                            Employee,
                            Link::Forward("person"),
                            "",
                            "employee: [Employee!]",
                            Uuids,
                        ),
                        one(OrgUnit, "org_unit", UNIT, "org_unit: [OrganisationUnit!]"),
                        one(
                            Engagement,
                            "engagement",
                            "engagement_response: EngagementResponse",
                            "engagement: [Engagement!]",
                        ),
                        one(
                            ItUser,
                            "ituser",
                            "ituser_response: ITUserResponse",
                            "ituser: [ITUser!]!",
                        ),
                        one(
                            Class,
                            "address_type",
                            "address_type_response: ClassResponse!",
                            "address_type: Class!",
                        ),
                        one(
                            Class,
                            "visibility",
                            "visibility_response: ClassResponse",
                            "visibility: Class",
                        ),
                    ]
                }
            }
            Self::ItUser => {
                &const {
                    [
                        one(Employee, "person", PERSON, "person: [Employee!]"),
                        relation(
                            Employee,
                            Link::Forward("person"),
                            "",
                            "employee: [Employee!]",
                            Uuids,
                        ),
                        one(OrgUnit, "org_unit", UNIT, "org_unit: [OrganisationUnit!]"),
                        relation(
                            Engagement,
                            Link::Forward("engagements"),
                            "engagements_responses: EngagementResponsePaged!",
                            "engagement: [Engagement!]",
                            Uuids,
                        ),
                        one(
                            ItSystem,
                            "itsystem",
                            "itsystem_response: ITSystemResponse!",
                            "itsystem: ITSystem!",
                        ),
                        one(
                            Class,
                            "primary",
                            "primary_response: ClassResponse",
                            "primary: Class",
                        ),
                        many(
                            Address,
                            "ituser",
                            ADDRESSES,
                            "addresses: [Address!]!",
                            Bound::ItUser,
                        ),
                    ]
                }
            }
            Self::ItSystem => {
                &const {
                    [relation(
                        Class,
                        Link::Reverse("it_system"),
                        "roles_response: ClassResponsePaged!",
                        "",
                        Bound::ItSystem,
                    )]
                }
            }
            Self::Manager => {
                &const {
                    [
                        relation(
                            Engagement,
                            Link::Forward("engagement"),
                            "engagement_response: EngagementResponse",
                            "",
                            Uuids,
                        )
                        .from(V29),
                        one(Employee, "person", PERSON, "person: [Employee!]"),
                        relation(
                            Employee,
                            Link::Forward("person"),
                            "",
                            "employee: [Employee!]",
                            Uuids,
                        ),
                        one(
                            OrgUnit,
                            "org_unit",
                            "org_unit_response: OrganisationUnitResponse!",
                            "org_unit: [OrganisationUnit!]!",
                        ),
                        one(
                            Class,
                            "manager_type",
                            "manager_type_response: ClassResponse",
                            "manager_type: Class!",
                        ),
                        one(
                            Class,
                            "manager_level",
                            "manager_level_response: ClassResponse",
                            "manager_level: Class!",
                        ),
                        one(
                            Class,
                            "responsibilities",
                            "responsibilities_response: ClassResponsePaged!",
                            "responsibilities: [Class!]!",
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
                            "kle_number_response: ClassResponse!",
                            "kle_number: [Class!]!",
                        ),
                        one(
                            Class,
                            "kle_aspects",
                            "kle_aspects_response: ClassResponsePaged!",
                            "kle_aspects: [Class!]!",
                        ),
                        one(OrgUnit, "org_unit", UNIT, "org_unit: [OrganisationUnit!]!"),
                    ]
                }
            }
            Self::Class => {
                &const {
                    [
                        one(
                            ItSystem,
                            "it_system",
                            "it_system_response: ITSystemResponse",
                            "it_system: ITSystem",
                        ),
                        one(Facet, "facet", "facet_response: FacetResponse!", "facet: Facet!"),
                        one(Class, "parent", "parent_response: ClassResponse", "parent: Class"),
                        many(
                            Class,
                            "parent",
                            "children_response: ClassResponsePaged!",
                            "children: [Class!]!",
                            ByParent,
                        ),
                    ]
                }
            }
            Self::Facet => {
                &const {
                    [
                        one(Facet, "parent", "parent_response: FacetResponse", "parent: Facet"),
                        many(
                            Facet,
                            "parent",
                            "children_response: FacetResponsePaged!",
                            "children: [Facet!]!",
                            ByParent,
                        ),
                        many(
                            Class,
                            "facet",
                            "classes_responses: ClassResponsePaged!",
                            "classes: [Class!]!",
                            ByFacet,
                        ),
                    ]
                }
            }
        }
    }
}
