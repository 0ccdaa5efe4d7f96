//! Users and units, as attributes of a class and as OS2sync writes them. The attributes have OS2sync's own names; what it keeps in
//! `Person` is on the user itself, since a mapping sets plain attributes.

use samklang_sdk::prelude::*;

/// A user as attributes: what a mapping sets, and what a read gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct User {
    pub(crate) uuid: String,
    pub(crate) user_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) cpr: Option<String>,
    pub(crate) person_uuid: Option<String>,
    pub(crate) positions: Vec<Position>,
    pub(crate) short_key: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) landline: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) location: Option<String>,
    #[serde(rename = "RacfID")]
    pub(crate) racf_id: Option<String>,
    #[serde(rename = "FMKID")]
    pub(crate) fmk_id: Option<String>,
    pub(crate) is_robot: bool,
}

/// A position. Members in the order of the alphabet, by which lists of records are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Position {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) org_unit_uuid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop_date: Option<String>,
}

/// A user as OS2sync writes it.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct WireUser {
    uuid: Option<String>,
    short_key: Option<String>,
    user_id: Option<String>,
    phone_number: Option<String>,
    landline: Option<String>,
    email: Option<String>,
    #[serde(rename = "RacfID")]
    racf_id: Option<String>,
    location: Option<String>,
    #[serde(rename = "FMKID")]
    fmk_id: Option<String>,
    is_robot: bool,
    positions: Option<Vec<Position>>,
    person: Option<Person>,
    /// Only ever read.
    #[serde(skip_serializing)]
    status: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Person {
    name: Option<String>,
    cpr: Option<String>,
    uuid: Option<String>,
}

/// The status of a user that has been deleted.
pub(crate) const INACTIVE: i64 = 2;

impl From<User> for WireUser {
    fn from(user: User) -> Self {
        Self {
            uuid: Some(user.uuid),
            short_key: user.short_key,
            user_id: user.user_id,
            phone_number: user.phone_number,
            landline: user.landline,
            email: user.email,
            racf_id: user.racf_id,
            location: user.location,
            fmk_id: user.fmk_id,
            is_robot: user.is_robot,
            positions: Some(user.positions),
            person: Some(Person {
                name: user.name,
                cpr: user.cpr,
                uuid: user.person_uuid,
            }),
            status: None,
        }
    }
}

impl WireUser {
    /// It has been deleted.
    pub(crate) fn is_gone(&self) -> bool {
        self.status == Some(INACTIVE)
    }

    /// As attributes, in the writing that a mapping has.
    pub(crate) fn into_user(self, key: &str) -> User {
        let person = self.person.unwrap_or_default();
        let mut positions = self.positions.unwrap_or_default();
        for position in &mut positions {
            position.org_unit_uuid = lower(position.org_unit_uuid.take());
            for text in [
                &mut position.name,
                &mut position.start_date,
                &mut position.stop_date,
            ] {
                text.take_if(|text| text.is_empty());
            }
        }
        positions.sort_by_cached_key(|position| serde_json::to_string(position).unwrap_or_default());
        User {
            uuid: key.to_owned(),
            user_id: self.user_id,
            name: person.name,
            cpr: person.cpr,
            person_uuid: lower(person.uuid),
            positions,
            short_key: self.short_key,
            phone_number: self.phone_number,
            landline: self.landline,
            email: self.email,
            location: self.location,
            racf_id: self.racf_id,
            fmk_id: self.fmk_id,
            is_robot: self.is_robot,
        }
    }
}

/// A UUID in small letters.
pub(crate) fn lower(uuid: Option<String>) -> Option<String> {
    uuid.map(|uuid| uuid.to_ascii_lowercase())
}

/// A unit, which is the same as attributes and as OS2sync writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct OrgUnit {
    pub(crate) uuid: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) parent_org_unit_uuid: Option<String>,
    pub(crate) short_key: Option<String>,
    pub(crate) manager_uuid: Option<String>,
    pub(crate) payout_unit_uuid: Option<String>,
    pub(crate) r#type: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) landline: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_remarks: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) ean: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) contact_open_hours: Option<String>,
    pub(crate) phone_open_hours: Option<String>,
    pub(crate) post: Option<String>,
    pub(crate) post_secondary: Option<String>,
    pub(crate) post_return: Option<String>,
    #[serde(rename = "LOSShortName")]
    pub(crate) los_short_name: Option<String>,
    #[serde(rename = "LOSId")]
    pub(crate) los_id: Option<String>,
    pub(crate) dtr_id: Option<String>,
    #[serde(rename = "FOA")]
    pub(crate) foa: Option<String>,
    #[serde(rename = "PNR")]
    pub(crate) pnr: Option<String>,
    #[serde(rename = "SOR")]
    pub(crate) sor: Option<String>,
    #[serde(deserialize_with = "list")]
    pub(crate) tasks: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(crate) contact_for_tasks: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(crate) it_systems: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(crate) contact_places: Vec<String>,
}

/// A list that may be null.
fn list<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Option::<Vec<String>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl OrgUnit {
    /// The lists of UUIDs with their names.
    pub(crate) fn lists(&mut self) -> [(&'static str, &mut Vec<String>); 4] {
        [
            ("Tasks", &mut self.tasks),
            ("ContactForTasks", &mut self.contact_for_tasks),
            ("ItSystems", &mut self.it_systems),
            ("ContactPlaces", &mut self.contact_places),
        ]
    }

    /// As a read gives it: UUIDs in small letters.
    pub(crate) fn normalised(mut self, key: &str) -> Self {
        self.uuid = Some(key.to_owned());
        self.parent_org_unit_uuid = lower(self.parent_org_unit_uuid);
        self.manager_uuid = lower(self.manager_uuid);
        self.payout_unit_uuid = lower(self.payout_unit_uuid);
        for (_, list) in self.lists() {
            list.iter_mut().for_each(|uuid| uuid.make_ascii_lowercase());
            list.sort_unstable();
            list.dedup();
        }
        self
    }
}
