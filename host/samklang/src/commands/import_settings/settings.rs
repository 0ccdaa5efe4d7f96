//! The settings of OS2MO's export to OS2sync, read strictly: every problem is named with its key, cause and remedy, all in one go.

use std::collections::BTreeMap;
use std::fmt;

use samklang_core::mapping::{Tables, Template};
use serde_json::Value;
use url::Url;

use crate::configuration::nearest;

/// Every setting that the program knew, in the form of the environment: dots are underscores.
pub(super) const KNOWN: [&str; 24] = [
    "municipality_cvr",
    "municipality_name",
    "mora_base",
    "os2sync_api_url",
    "os2sync_top_unit_uuid",
    "os2sync_hash_cache",
    "os2sync_xfer_cpr",
    "os2sync_phone_scope_classes",
    "os2sync_email_scope_classes",
    "os2sync_ignored_unit_levels",
    "os2sync_ignored_unit_types",
    "os2sync_autowash",
    "os2sync_sync_managers",
    "os2sync_templates",
    "os2sync_user_key_it_system_name",
    "os2sync_uuid_from_it_systems",
    "os2sync_use_lc_db",
    "os2sync_use_contact_for_tasks",
    "os2sync_employee_engagement_address",
    "os2sync_truncate_length",
    "os2sync_ca_verify_os2mo",
    "os2sync_ca_verify_os2sync",
    "os2sync_log_level",
    "os2sync_log_file",
];

/// The settings.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) cvr: String,
    pub(super) municipality: Option<String>,
    pub(super) os2mo: Url,
    pub(super) os2sync: Url,
    pub(super) top_unit: String,
    pub(super) xfer_cpr: bool,
    pub(super) phone_classes: Vec<String>,
    pub(super) email_classes: Vec<String>,
    pub(super) ignored_levels: Vec<String>,
    pub(super) ignored_types: Vec<String>,
    pub(super) autowash: bool,
    pub(super) sync_managers: bool,
    pub(super) name_template: Option<String>,
    pub(super) user_id_template: Option<String>,
    pub(super) user_system: String,
    pub(super) uuid_systems: Vec<String>,
    pub(super) contact_for_tasks: bool,
    pub(super) workplace_types: Vec<String>,
    pub(super) truncate: usize,
    pub(super) verifies: bool,
    /// The settings that the file has.
    pub(super) present: Vec<String>,
    /// Keys that begin like the program's own and that it did not know.
    pub(super) unknown: Vec<String>,
    /// Keys of other programs.
    pub(super) strangers: Vec<String>,
}

/// What is wrong with a setting.
#[derive(Debug)]
pub(super) struct Problem {
    key: String,
    cause: String,
    remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}; {}", self.key, self.cause, self.remedy)
    }
}

/// The file under reading.
struct Reader {
    values: BTreeMap<String, (String, Value)>,
    problems: Vec<Problem>,
}

impl Settings {
    pub(super) fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let whole = |cause: String, remedy: &str| {
            vec![Problem {
                key: "the file".to_owned(),
                cause,
                remedy: remedy.to_owned(),
            }]
        };
        let json: Value = serde_json::from_str(text).map_err(|cause| {
            whole(
                format!("it is not JSON: {cause}"),
                "hand over the settings.json of OS2MO's programs",
            )
        })?;
        let Value::Object(members) = json else {
            return Err(whole(
                format!("it holds {}, not an object", kind(&json)),
                "hand over the settings.json of OS2MO's programs",
            ));
        };
        let mut reader = Reader {
            values: BTreeMap::new(),
            problems: Vec::new(),
        };
        let (mut unknown, mut strangers) = (Vec::new(), Vec::new());
        for (key, value) in members {
            let normal = key.replace('.', "_").to_lowercase();
            if KNOWN.contains(&normal.as_str()) {
                if reader.values.contains_key(&normal) {
                    reader.problem(
                        &key,
                        "it is there twice, with dots and with underscores",
                        "leave one of them out",
                    );
                }
                reader.values.insert(normal, (key, value));
            } else if normal.starts_with("os2sync") {
                unknown.push(key);
            } else {
                strangers.push(key);
            }
        }
        let settings = Self {
            cvr: reader.required(
                "municipality_cvr",
                "municipality.cvr",
                "give the municipality's CVR number, eight digits",
            ),
            municipality: reader.text("municipality_name"),
            os2mo: reader.url("mora_base", "http://localhost:5000"),
            os2sync: reader.url("os2sync_api_url", "http://localhost:8081"),
            top_unit: reader.required(
                "os2sync_top_unit_uuid",
                "os2sync.top_unit_uuid",
                "give the UUID of the unit under which everything is sent",
            ),
            xfer_cpr: reader.flag("os2sync_xfer_cpr", false),
            phone_classes: reader.uuids("os2sync_phone_scope_classes"),
            email_classes: reader.uuids("os2sync_email_scope_classes"),
            ignored_levels: reader.uuids("os2sync_ignored_unit_levels"),
            ignored_types: reader.uuids("os2sync_ignored_unit_types"),
            autowash: reader.flag("os2sync_autowash", false),
            sync_managers: reader.flag("os2sync_sync_managers", false),
            name_template: reader.template("person.name"),
            user_id_template: reader.template("person.user_id"),
            user_system: reader
                .text("os2sync_user_key_it_system_name")
                .unwrap_or_else(|| "Active Directory".to_owned()),
            uuid_systems: reader.texts("os2sync_uuid_from_it_systems"),
            contact_for_tasks: reader.flag("os2sync_use_contact_for_tasks", false),
            workplace_types: reader.texts("os2sync_employee_engagement_address"),
            truncate: reader.length("os2sync_truncate_length", 200),
            verifies: reader.flag("os2sync_ca_verify_os2mo", true)
                && reader.flag("os2sync_ca_verify_os2sync", true),
            present: reader.values.keys().cloned().collect(),
            unknown,
            strangers,
        };
        let eight_digits =
            settings.cvr.len() == 8 && settings.cvr.bytes().all(|digit| digit.is_ascii_digit());
        if !settings.cvr.is_empty() && !eight_digits {
            reader.problem(
                "municipality.cvr",
                "it has not eight digits",
                "give the municipality's CVR number",
            );
        }
        if !settings.top_unit.is_empty() && settings.top_unit.parse::<uuid::Uuid>().is_err() {
            reader.problem(
                "os2sync.top_unit_uuid",
                "it is no UUID",
                "copy the unit's UUID from its page in OS2MO",
            );
        }
        reader.templates_known();
        if reader.problems.is_empty() {
            Ok(settings)
        } else {
            Err(reader.problems)
        }
    }
}

impl Reader {
    fn problem(&mut self, key: &str, cause: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem {
            key: key.to_owned(),
            cause: cause.into(),
            remedy: remedy.into(),
        });
    }

    /// The value, and the key as the file writes it.
    fn value(&self, key: &str) -> Option<(String, Value)> {
        self.values
            .get(key)
            .filter(|(_, value)| !value.is_null())
            .cloned()
    }

    fn required(&mut self, key: &str, name: &str, remedy: &str) -> String {
        match self.value(key) {
            Some((_, Value::String(text))) if !text.trim().is_empty() => text.trim().to_owned(),
            // A CVR number is often written as a number.
            Some((_, Value::Number(number))) => number.to_string(),
            Some((name, Value::String(_))) => {
                self.problem(&name, "it is empty", remedy);
                String::new()
            }
            Some((name, other)) => {
                self.problem(&name, format!("it holds {}, not text", kind(&other)), remedy);
                String::new()
            }
            None => {
                self.problem(name, "it is missing", remedy);
                String::new()
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.value(key)? {
            (_, Value::String(text)) if text.trim().is_empty() => None,
            (_, Value::String(text)) => Some(text),
            (name, other) => {
                self.problem(
                    &name,
                    format!("it holds {}, not text", kind(&other)),
                    "write it in quotation marks",
                );
                None
            }
        }
    }

    fn url(&mut self, key: &str, default: &str) -> Url {
        let (name, text) = match self.value(key) {
            None => (key.to_owned(), default.to_owned()),
            Some((name, Value::String(text))) => (name, text),
            Some((name, other)) => (name, other.to_string()),
        };
        let parsed = Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
        parsed.unwrap_or_else(|| {
            self.problem(&name, "it is no address", format!("write it as {default}"));
            #[expect(
                clippy::unwrap_used,
                reason = "the defaults are constants of this file, read by every test"
            )]
            Url::parse(default).unwrap()
        })
    }

    fn flag(&mut self, key: &str, default: bool) -> bool {
        match self.value(key) {
            None => default,
            Some((_, Value::Bool(flag))) => flag,
            Some((name, value)) => {
                let word = value.as_str().map(str::to_lowercase);
                let number = value.as_i64();
                match (word.as_deref(), number) {
                    (Some("true" | "yes" | "on" | "1"), _) | (_, Some(1)) => true,
                    (Some("false" | "no" | "off" | "0"), _) | (_, Some(0)) => false,
                    _ => {
                        self.problem(&name, format!("it holds {}", kind(&value)), "write true or false");
                        default
                    }
                }
            }
        }
    }

    fn length(&mut self, key: &str, default: usize) -> usize {
        match self.value(key) {
            None => default,
            Some((name, value)) => match value.as_u64().and_then(|number| usize::try_from(number).ok()) {
                Some(number) if number > 0 => number,
                _ => {
                    self.problem(
                        &name,
                        "it is no number of characters",
                        "write a whole number such as 200",
                    );
                    default
                }
            },
        }
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        let Some((name, value)) = self.value(key) else {
            return Vec::new();
        };
        let items = value.as_array().map(|items| {
            items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect::<Vec<_>>()
        });
        match (items, value.as_array()) {
            (Some(texts), Some(items)) if texts.len() == items.len() => texts,
            _ => {
                self.problem(
                    &name,
                    format!("it holds {}", kind(&value)),
                    "write a list of texts, such as [\"…\"]",
                );
                Vec::new()
            }
        }
    }

    fn uuids(&mut self, key: &str) -> Vec<String> {
        let texts = self.texts(key);
        let wrong: Vec<String> = texts
            .iter()
            .filter(|text| text.parse::<uuid::Uuid>().is_err())
            .cloned()
            .collect();
        if !wrong.is_empty() {
            let name = self.value(key).map_or_else(|| key.to_owned(), |(name, _)| name);
            self.problem(
                &name,
                format!("it holds `{}`, which is no UUID", wrong.join("`, `")),
                "name classes of OS2MO by their UUID",
            );
        }
        texts.into_iter().map(|text| text.to_lowercase()).collect()
    }

    fn template(&mut self, name: &str) -> Option<String> {
        let (key, value) = self.value("os2sync_templates")?;
        let Value::Object(templates) = value else {
            return None;
        };
        match templates.get(name)? {
            Value::String(text) => match Template::compile(text, &Tables::new()) {
                Ok(_) => Some(text.clone()),
                Err(error) => {
                    self.problem(&format!("{key}.{name}"), error.cause, "mend the template");
                    None
                }
            },
            other => {
                self.problem(
                    &format!("{key}.{name}"),
                    format!("it holds {}, not a template", kind(other)),
                    "write the template in quotation marks",
                );
                None
            }
        }
    }

    fn templates_known(&mut self) {
        let Some((key, value)) = self.value("os2sync_templates") else {
            return;
        };
        const FIELDS: [&str; 2] = ["person.name", "person.user_id"];
        match value {
            Value::Object(templates) => {
                for name in templates.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
                    let near = nearest(name, &FIELDS)
                        .map_or_else(|| FIELDS.join(" or "), |near| format!("{near}, perhaps"));
                    self.problem(
                        &format!("{key}.{name}"),
                        "there is no such template",
                        format!("there is: {near}"),
                    );
                }
            }
            other => self.problem(
                &key,
                format!("it holds {}, not an object", kind(&other)),
                "write it as { \"person.name\": \"…\" }",
            ),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
