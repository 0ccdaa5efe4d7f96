//! What the server answers, for both generations of query texts.
//!
//! A relation is either a response container (`{objects: [{uuid, validities: […]}]}`) or a plain list of states; a reference is either
//! `{uuid, current: {…}}` or the state itself. These types take both, so that rows are made in one way. Members that a version lacks are
//! missing, and a missing member is the same as `null`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::validity::Validity;

/// A page of a collection.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Collection<T> {
    pub(crate) objects: Vec<Container<T>>,
    pub(crate) page_info: PageInfo,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PageInfo {
    pub(crate) next_cursor: Option<String>,
}

/// The data of a page query. Each query asks for one collection.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct PageData<T> {
    #[serde(
        alias = "org_units",
        alias = "persons",
        alias = "employees",
        alias = "engagements",
        alias = "addresses",
        alias = "itusers",
        alias = "managers",
        alias = "classes"
    )]
    pub(crate) collection: Collection<T>,
    #[serde(default)]
    pub(crate) org: Option<Reference>,
}

/// One object with its states.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Container<T> {
    pub(crate) uuid: String,
    #[serde(default)]
    pub(crate) validities: Vec<T>,
    #[serde(default)]
    pub(crate) span: Vec<Moment>,
}

/// A state of which only the validity is known.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Moment {
    #[serde(default)]
    pub(crate) uuid: Option<String>,
    pub(crate) validity: Validity,
}

/// A state knows its object and when it holds.
pub(crate) trait State {
    fn uuid(&self) -> &str;
    fn validity(&self) -> &Validity;
}

macro_rules! states {
    ($($name:ident),+) => {$(
        impl State for $name {
            fn uuid(&self) -> &str {
                &self.uuid
            }

            fn validity(&self) -> &Validity {
                &self.validity
            }
        }
    )+};
}
states!(Unit, Employee, Engagement, Address, ItUser, Manager, Kle, Class);

/// Another object, with what is to be known of it now.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Reference {
    pub(crate) uuid: String,
    #[serde(default)]
    current: Option<Known>,
    #[serde(default)]
    user_key: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scope: Option<String>,
}

/// What a class or an IT system says of itself.
#[derive(Debug, Clone, Default, Deserialize)]
struct Known {
    #[serde(default)]
    user_key: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scope: Option<String>,
}

impl Reference {
    pub(crate) fn user_key(&self) -> Option<String> {
        self.current
            .as_ref()
            .map_or(&self.user_key, |known| &known.user_key)
            .clone()
    }

    pub(crate) fn name(&self) -> Option<String> {
        self.current
            .as_ref()
            .map_or(&self.name, |known| &known.name)
            .clone()
    }

    pub(crate) fn scope(&self) -> Option<String> {
        self.current
            .as_ref()
            .map_or(&self.scope, |known| &known.scope)
            .clone()
    }
}

/// A unit with the units above it.
#[derive(Debug, Deserialize)]
pub(crate) struct Placed {
    pub(crate) uuid: String,
    #[serde(default)]
    pub(crate) ancestors: Vec<Reference>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unit {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) parent_response: Option<Reference>,
    #[serde(default)]
    pub(crate) parent_uuid: Option<String>,
    #[serde(default)]
    pub(crate) ancestors: Vec<Reference>,
    pub(crate) unit_type_response: Option<Reference>,
    pub(crate) unit_level_response: Option<Reference>,
    pub(crate) unit_hierarchy_response: Option<Reference>,
    pub(crate) time_planning_response: Option<Reference>,
    #[serde(default)]
    pub(crate) addresses_response: Relation<Address>,
    #[serde(default)]
    pub(crate) itusers_response: Relation<ItUser>,
    #[serde(default)]
    pub(crate) managers_response: Relation<Manager>,
    #[serde(default)]
    pub(crate) kles_response: Relation<Kle>,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Employee {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) surname: Option<String>,
    pub(crate) nickname: Option<String>,
    pub(crate) nickname_given_name: Option<String>,
    pub(crate) nickname_surname: Option<String>,
    pub(crate) cpr_number: Option<String>,
    pub(crate) seniority: Option<String>,
    #[serde(default)]
    pub(crate) addresses_response: Relation<Address>,
    #[serde(default)]
    pub(crate) itusers_response: Relation<ItUser>,
    #[serde(default)]
    pub(crate) manager_roles_response: Relation<Manager>,
    #[serde(default)]
    pub(crate) engagements_response: Relation<Engagement>,
    #[serde(default)]
    pub(crate) engagements_span: Vec<Moment>,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Engagement {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    pub(crate) is_primary: Option<bool>,
    pub(crate) fraction: Option<i64>,
    pub(crate) extension_1: Option<String>,
    pub(crate) extension_2: Option<String>,
    pub(crate) extension_3: Option<String>,
    pub(crate) extension_4: Option<String>,
    pub(crate) extension_5: Option<String>,
    pub(crate) extension_6: Option<String>,
    pub(crate) extension_7: Option<String>,
    pub(crate) extension_8: Option<String>,
    pub(crate) extension_9: Option<String>,
    pub(crate) extension_10: Option<String>,
    #[serde(default)]
    pub(crate) person_response: Option<Reference>,
    #[serde(default)]
    pub(crate) employee_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_unit_response: Option<Reference>,
    #[serde(default)]
    pub(crate) org_unit_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_units: Vec<Placed>,
    pub(crate) job_function_response: Option<Reference>,
    pub(crate) engagement_type_response: Option<Reference>,
    pub(crate) primary_response: Option<Reference>,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Address {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) value2: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) address_type_response: Option<Reference>,
    pub(crate) visibility_response: Option<Reference>,
    #[serde(default)]
    pub(crate) person_response: Option<Reference>,
    #[serde(default)]
    pub(crate) employee_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_unit_response: Option<Reference>,
    #[serde(default)]
    pub(crate) org_unit_uuid: Option<String>,
    #[serde(default)]
    pub(crate) engagement_response: Option<Reference>,
    #[serde(default)]
    pub(crate) engagement_uuid: Option<String>,
    #[serde(default)]
    pub(crate) ituser_response: Option<Reference>,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ItUser {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    #[serde(default)]
    pub(crate) external_id: Option<String>,
    pub(crate) itsystem_response: Option<Reference>,
    #[serde(default)]
    pub(crate) person_response: Option<Reference>,
    #[serde(default)]
    pub(crate) employee_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_unit_response: Option<Reference>,
    #[serde(default)]
    pub(crate) org_unit_uuid: Option<String>,
    #[serde(default)]
    pub(crate) engagements_responses: References,
    #[serde(default)]
    pub(crate) engagement_uuid: Option<String>,
    #[serde(default)]
    pub(crate) primary_response: Option<Reference>,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Manager {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    #[serde(default)]
    pub(crate) person_response: Option<Reference>,
    #[serde(default)]
    pub(crate) employee_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_unit_response: Option<Reference>,
    #[serde(default)]
    pub(crate) org_unit_uuid: Option<String>,
    #[serde(default)]
    pub(crate) org_units: Vec<Placed>,
    pub(crate) manager_type_response: Option<Reference>,
    pub(crate) manager_level_response: Option<Reference>,
    #[serde(default)]
    pub(crate) responsibilities_response: References,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Kle {
    pub(crate) uuid: String,
    #[serde(default)]
    pub(crate) kle_number_response: References,
    #[serde(default)]
    pub(crate) kle_aspects_response: References,
    pub(crate) validity: Validity,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Class {
    pub(crate) uuid: String,
    pub(crate) user_key: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) facet_response: Option<Reference>,
    #[serde(default)]
    pub(crate) parent_response: Option<Reference>,
    #[serde(default)]
    pub(crate) parent_uuid: Option<String>,
    #[serde(default)]
    pub(crate) it_system_response: Option<Reference>,
    #[serde(default)]
    pub(crate) it_system_uuid: Option<String>,
    pub(crate) validity: Validity,
}

/// The UUID of a relation in either form.
pub(crate) fn uuid(response: Option<&Reference>, direct: Option<&String>) -> Option<String> {
    response
        .map(|reference| reference.uuid.clone())
        .or_else(|| direct.cloned())
}

/// The objects of a relation with their states: containers, or states in a list.
#[derive(Debug)]
pub(crate) struct Relation<T>(pub(crate) Vec<Container<T>>);

impl<T> Default for Relation<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// References in any form: `{objects: […]}`, a list, or a single one.
#[derive(Debug, Default)]
pub(crate) struct References(pub(crate) Vec<Reference>);

impl<'de, T: DeserializeOwned + State> Deserialize<'de> for Relation<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form<T>(PhantomData<T>);

        #[derive(Deserialize)]
        #[serde(bound = "T: DeserializeOwned")]
        struct Containers<T> {
            objects: Vec<Container<T>>,
        }

        impl<'de, T: DeserializeOwned + State> Visitor<'de> for Form<T> {
            type Value = Relation<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a response container or a list of states")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Relation::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Containers::deserialize(MapAccessDeserializer::new(map))
                    .map(|containers| Relation(containers.objects))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let states = Vec::<T>::deserialize(SeqAccessDeserializer::new(list))?;
                let mut containers: Vec<Container<T>> = Vec::new();
                for state in states {
                    match containers
                        .iter_mut()
                        .find(|container| container.uuid == state.uuid())
                    {
                        Some(container) => container.validities.push(state),
                        None => containers.push(Container {
                            uuid: state.uuid().to_owned(),
                            validities: vec![state],
                            span: Vec::new(),
                        }),
                    }
                }
                Ok(Relation(containers))
            }
        }
        deserializer.deserialize_any(Form(PhantomData))
    }
}

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        #[derive(Deserialize)]
        struct OneOrObjects {
            objects: Option<Vec<Reference>>,
            uuid: Option<String>,
            current: Option<Known>,
            user_key: Option<String>,
            name: Option<String>,
            scope: Option<String>,
        }

        impl<'de> Visitor<'de> for Form {
            type Value = References;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a response container, a list of references or a reference")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(References::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let OneOrObjects {
                    objects,
                    uuid,
                    current,
                    user_key,
                    name,
                    scope,
                } = OneOrObjects::deserialize(MapAccessDeserializer::new(map))?;
                let one = uuid.map(|uuid| Reference {
                    uuid,
                    current,
                    user_key,
                    name,
                    scope,
                });
                Ok(References(objects.unwrap_or_else(|| one.into_iter().collect())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(References)
            }
        }
        deserializer.deserialize_any(Form)
    }
}
