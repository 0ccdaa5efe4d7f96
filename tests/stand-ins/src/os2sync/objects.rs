//! Users and units as OS2sync reads and writes them: property names in any case on the way in, PascalCase with nulls written
//! on the way out. A value of a wrong type makes the whole object unreadable, as in the real service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Text fields of a user.
pub(super) const USER_TEXTS: [&str; 8] = [
    "ShortKey",
    "UserId",
    "PhoneNumber",
    "Landline",
    "Email",
    "RacfID",
    "Location",
    "FMKID",
];

/// Text fields of a unit.
pub(super) const UNIT_TEXTS: [&str; 25] = [
    "ShortKey",
    "Name",
    "ParentOrgUnitUuid",
    "ManagerUuid",
    "PayoutUnitUuid",
    "PhoneNumber",
    "Landline",
    "Email",
    "EmailRemarks",
    "Url",
    "Ean",
    "Location",
    "Contact",
    "ContactOpenHours",
    "PhoneOpenHours",
    "Post",
    "PostSecondary",
    "PostReturn",
    "LOSShortName",
    "LOSId",
    "DtrId",
    "FOA",
    "PNR",
    "SOR",
    "Type",
];

/// List fields of a unit.
pub(super) const UNIT_LISTS: [&str; 4] = ["Tasks", "ContactForTasks", "ItSystems", "ContactPlaces"];

/// The texts of an object by PascalCase name; absent and null are the same.
pub(super) type Texts = BTreeMap<&'static str, String>;

/// The natural person behind a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Required.
    pub name: Option<String>,
    /// 10 digits.
    pub cpr: Option<String>,
    /// FK's own.
    pub uuid: Option<String>,
}

/// A position in a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// Job title, required.
    pub name: Option<String>,
    /// The unit, required.
    pub unit: Option<String>,
    /// `yyyy-MM-dd`; null is today.
    pub start: Option<String>,
    /// `yyyy-MM-dd`; null is open.
    pub stop: Option<String>,
}

/// A user registration.
#[derive(Debug, Clone)]
pub struct User {
    /// Required.
    pub uuid: Option<String>,
    /// Required with a name; null is an unhandled fault of the service.
    pub person: Option<Person>,
    /// At least one.
    pub positions: Option<Vec<Position>>,
    /// Read, never given back by FK.
    pub is_robot: bool,
    /// 0 unknown, 1 active, 2 inactive; meaningful on the way out only.
    pub status: i64,
    /// When it was made.
    pub timestamp: String,
    pub(super) texts: Texts,
}

/// A unit registration.
#[derive(Debug, Clone)]
pub struct OrgUnit {
    /// Required.
    pub uuid: Option<String>,
    /// When it was made.
    pub timestamp: String,
    pub(super) texts: Texts,
    pub(super) lists: BTreeMap<&'static str, Option<Vec<String>>>,
}

/// The body cannot be read as the object it should be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unreadable;

type Read<T> = Result<T, Unreadable>;

/// A JSON object with its property names in lower case; the last of equal names wins.
struct Properties(BTreeMap<String, Value>);

impl Properties {
    fn of(value: Value) -> Read<Self> {
        let Value::Object(map) = value else {
            return Err(Unreadable);
        };
        Ok(Self(
            map.into_iter()
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
        ))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(&name.to_lowercase())
    }

    fn text(&mut self, name: &str) -> Read<Option<String>> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Unreadable),
        }
    }

    fn texts(&mut self, names: &[&'static str]) -> Read<Texts> {
        let mut texts = Texts::new();
        for &name in names {
            if let Some(text) = self.text(name)? {
                texts.insert(name, text);
            }
        }
        Ok(texts)
    }

    /// `None` when absent, `Some(None)` when null.
    fn list(&mut self, name: &str) -> Read<Option<Option<Vec<Value>>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::Array(values)) => Ok(Some(Some(values))),
            Some(_) => Err(Unreadable),
        }
    }

    fn timestamp(&mut self, now: Timestamp) -> Read<String> {
        match self.take("Timestamp") {
            None => Ok(written(now - std::time::Duration::from_secs(300))),
            Some(Value::String(text)) => {
                let valid =
                    text.parse::<Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
                if valid { Ok(text) } else { Err(Unreadable) }
            }
            Some(_) => Err(Unreadable),
        }
    }
}

/// A point in time as the service writes it.
pub(super) fn written(time: Timestamp) -> String {
    format!("{time:.7}").trim_end_matches('Z').to_owned() + "+00:00"
}

fn parsed(body: &[u8]) -> Read<Properties> {
    Properties::of(serde_json::from_slice(body).map_err(|_| Unreadable)?)
}

impl User {
    pub(super) fn read(body: &[u8], now: Timestamp) -> Read<Self> {
        let mut properties = parsed(body)?;
        let person = match properties.take("Person") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let mut person = Properties::of(value)?;
                Some(Person {
                    name: person.text("Name")?,
                    cpr: person.text("Cpr")?,
                    uuid: person.text("Uuid")?,
                })
            }
        };
        let positions = match properties.list("Positions")?.flatten() {
            None => None,
            Some(values) => Some(values.into_iter().map(Position::read).collect::<Read<_>>()?),
        };
        Ok(Self {
            uuid: properties.text("Uuid")?,
            person,
            positions,
            is_robot: match properties.take("IsRobot") {
                None => false,
                Some(value) => value.as_bool().ok_or(Unreadable)?,
            },
            status: match properties.take("Status") {
                None => 0,
                Some(value) => value.as_i64().ok_or(Unreadable)?,
            },
            timestamp: properties.timestamp(now)?,
            texts: properties.texts(&USER_TEXTS)?,
        })
    }

    /// A text field by its PascalCase name.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(String::as_str)
    }

    /// As the service writes it.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut map = texts_json(&self.texts, &USER_TEXTS);
        map.insert("Uuid".to_owned(), json!(self.uuid));
        map.insert("Status".to_owned(), json!(self.status));
        map.insert("IsRobot".to_owned(), json!(self.is_robot));
        let positions = self
            .positions
            .as_ref()
            .map(|all| all.iter().map(Position::json).collect::<Vec<_>>());
        map.insert("Positions".to_owned(), json!(positions));
        let person = self
            .person
            .as_ref()
            .map(|p| json!({"Name": p.name, "Cpr": p.cpr, "Uuid": p.uuid}));
        map.insert("Person".to_owned(), json!(person));
        map.insert("Timestamp".to_owned(), json!(self.timestamp));
        Value::Object(map)
    }

    /// Whether the queue takes both for the same: all but short key, status and timestamp.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let texts = |user: &Self| {
            let mut texts = user.texts.clone();
            texts.remove("ShortKey");
            texts
        };
        self.uuid == other.uuid
            && self.person == other.person
            && self.positions == other.positions
            && self.is_robot == other.is_robot
            && texts(self) == texts(other)
    }
}

impl Position {
    fn read(value: Value) -> Read<Self> {
        let mut properties = Properties::of(value)?;
        Ok(Self {
            name: properties.text("Name")?,
            unit: properties.text("OrgUnitUuid")?,
            start: properties.text("StartDate")?,
            stop: properties.text("StopDate")?,
        })
    }

    fn json(&self) -> Value {
        json!({"Name": self.name, "OrgUnitUuid": self.unit, "StartDate": self.start, "StopDate": self.stop})
    }
}

impl OrgUnit {
    pub(super) fn read(body: &[u8], now: Timestamp) -> Read<Self> {
        let mut properties = parsed(body)?;
        let kind = match properties.take("Type") {
            None => "DEPARTMENT".to_owned(),
            Some(Value::String(kind)) if ["DEPARTMENT", "TEAM"].contains(&kind.as_str()) => kind,
            Some(_) => return Err(Unreadable),
        };
        let mut lists = BTreeMap::new();
        for name in UNIT_LISTS {
            let list = match properties.list(name)? {
                None => Some(Vec::new()),
                Some(None) => None,
                Some(Some(values)) => Some(values.into_iter().map(item).collect::<Read<_>>()?),
            };
            lists.insert(name, list);
        }
        let mut texts = properties.texts(&UNIT_TEXTS)?;
        texts.insert("Type", kind);
        Ok(Self {
            uuid: properties.text("Uuid")?,
            timestamp: properties.timestamp(now)?,
            texts,
            lists,
        })
    }

    /// A text field by its PascalCase name.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(String::as_str)
    }

    /// A list field by its PascalCase name; empty when it has none.
    #[must_use]
    pub fn list(&self, field: &str) -> &[String] {
        self.lists
            .get(field)
            .and_then(Option::as_deref)
            .unwrap_or_default()
    }

    /// As the service writes it.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut map = texts_json(&self.texts, &UNIT_TEXTS);
        map.insert("Uuid".to_owned(), json!(self.uuid));
        for (name, list) in &self.lists {
            map.insert((*name).to_owned(), json!(list));
        }
        map.insert("Timestamp".to_owned(), json!(self.timestamp));
        Value::Object(map)
    }
}

fn item(value: Value) -> Read<String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(Unreadable),
    }
}

fn texts_json(texts: &Texts, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .map(|&name| (name.to_owned(), json!(texts.get(name))))
        .collect()
}
