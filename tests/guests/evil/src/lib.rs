//! A connector that does whatever a connector must not do. The setting `misdeed` names which; `none` is a healthy connector.
//! Each misdeed is answered by one test of the sandbox.

#![allow(
    clippy::indexing_slicing,
    reason = "a misdeed may trap: that is what it is there for"
)]

mod folders;
mod machine;
mod outside;
mod read;

use samklang_sdk::prelude::*;

/// Which misdeed, and against whom.
#[derive(Deserialize)]
pub struct Settings {
    misdeed: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    rows: u64,
}

/// The connector.
pub struct Evil {
    settings: Settings,
}

impl Connector for Evil {
    type Settings = Settings;

    fn describe() -> Description {
        let person = Class::new("person", "A person")
            .key("id")
            .attributes([
                Attribute::text("id", "The key").required(),
                Attribute::text("name", "The name"),
                Attribute::integer("age", "The age in years"),
                Attribute::texts("emails", "E-mail addresses"),
                Attribute::date("birth_date", "The date of birth"),
                Attribute::structure("posts", "Where the person works"),
            ])
            .readable()
            .gettable()
            .writable();
        let group = Class::new("group", "A group")
            .key("id")
            .attribute(Attribute::text("id", "The key"))
            .readable();
        Description::new("evil", env!("CARGO_PKG_VERSION"), "Samklang", "nothing")
            .class(person)
            .class(group)
            .need(Need::http("api", "{url}", "To see what gets through").accepts(Credential::Bearer))
            .need(Need::outbox("To write where it should not"))
            .need(Need::inbox("To read what it should not"))
            .need(Need::signing("seal", "To see what gets signed"))
            .settings_schema(r#"{"type":"object","required":["misdeed"]}"#)
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        match settings.misdeed.as_str() {
            "refuse-settings" => Err(Error::invalid_setting("/misdeed", "is of a kind that is refused")),
            "spin-in-open" => machine::spin(),
            _ => Ok(Self { settings }),
        }
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        match self.settings.misdeed.as_str() {
            "spin" => machine::spin(),
            "sleep" => machine::sleep(),
            "nap-for-ever" => machine::nap_for_ever(),
            "eat-memory" => machine::eat_memory(),
            "recurse" => Ok(vec![Finding::note(machine::recurse(1).to_string())]),
            "panic" => machine::panic(),
            "shout" => machine::shout(),
            "flood-log" => machine::flood_log(),
            "authorise" => outside::authorise(&self.settings.url),
            "call" => outside::call(&self.settings.url),
            "call-often" => outside::call_often(&self.settings.url),
            "call-elsewhere" => outside::call("http://127.0.0.1:9/"),
            "call-and-forget" => outside::call_and_forget(&self.settings.url),
            "smuggle-host" => outside::smuggle_host(&self.settings.url),
            "flood-headers" => outside::flood_headers(&self.settings.url),
            "huge-header" => outside::huge_header(&self.settings.url),
            "echo" => outside::echo(&self.settings.url),
            "hoard-handles" => machine::hoard_handles(),
            "spin-in-callback" => machine::spin_in_callback(&self.settings.url),
            "broken-text" => machine::broken_text(),
            "read-file" => folders::read_file(&self.settings.path),
            "write-file" => folders::write_file(&self.settings.path),
            "fill-outbox" => folders::fill(),
            "litter-outbox" => folders::litter(),
            "nest-outbox" => folders::nest(),
            "inflate-outbox" => folders::inflate(),
            "open-directory" => outside::open_directory(),
            "sign" => outside::sign("seal", self.settings.rows),
            "sign-elsewhere" => outside::sign("somebody-elses", self.settings.rows),
            "look-around" => outside::look_around(),
            _ => Ok(Vec::new()),
        }
    }

    fn read(&self, classes: &[String], _extent: Extent) -> Result<Box<dyn Reader>, Error> {
        Ok(read::reader(&self.settings.misdeed, classes, self.settings.rows))
    }

    fn get(&self, _class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        let object = |key: &str, name: &str, value: Value| Object {
            key: key.to_owned(),
            fields: vec![(name.to_owned(), value)],
        };
        Ok(match self.settings.misdeed.as_str() {
            "get-another" => vec![object("somebody-else", "name", Value::Text("X".into()))],
            "get-undeclared" => vec![object(&keys[0], "salary", Value::Integer(1))],
            "get-twice" => vec![Object {
                key: keys[0].clone(),
                fields: vec![
                    ("name".into(), Value::Text("X".into())),
                    ("name".into(), Value::Text("Y".into())),
                ],
            }],
            _ => keys
                .iter()
                .map(|key| object(key, "name", Value::Text(format!("name of {key}"))))
                .collect(),
        })
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        let done = |key: &str, assigned: Vec<(String, Value)>| {
            Outcome::Done(Receipt {
                key: key.to_owned(),
                assigned,
            })
        };
        let all: Vec<Outcome> = operations
            .iter()
            .map(|operation| done(&operation.key, Vec::new()))
            .collect();
        Ok(match self.settings.misdeed.as_str() {
            "too-few-outcomes" => all.into_iter().skip(1).collect(),
            "empty-receipt" => vec![done("", Vec::new())],
            "assign-undeclared" => vec![done("1", vec![("salary".into(), Value::Integer(1))])],
            "assign-wrong-type" => vec![done("1", vec![("age".into(), Value::Text("old".into()))])],
            "trap-in-apply" => machine::panic()?,
            _ => all,
        })
    }
}

samklang_sdk::export!(Evil);
