//! A connector that uses every function, type and case of the contract. Built, it is frozen once for each version of the contract; every
//! host of the same track has to get the same from it.

mod answers;
mod outside;

use samklang_sdk::prelude::*;

/// What `check` shall do.
#[derive(Deserialize)]
pub struct Settings {
    task: String,
    #[serde(default)]
    url: String,
}

/// The connector.
pub struct Whole {
    settings: Settings,
}

/// One attribute of each kind, under its own name.
fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::text("id", "The key").required(),
        Attribute::text("text", "A text").on_create().sensitive(),
        Attribute::integer("integer", "A whole number").writable(),
        Attribute::boolean("boolean", "True or false"),
        Attribute::date("date", "A day"),
        Attribute::timestamp("timestamp", "A moment"),
        Attribute::bytes("bytes", "Octets"),
        Attribute::texts("texts", "Several texts"),
        Attribute::structure("structure", "A record"),
        Attribute::text("other", "Another of its kind").refers_to("thing"),
    ]
}

impl Connector for Whole {
    type Settings = Settings;

    fn describe() -> Description {
        let credentials = [
            Credential::Bearer,
            Credential::Header,
            Credential::Basic,
            Credential::Oauth2ClientCredentials,
            Credential::Oauth2Password,
            Credential::Oauth2JwtBearer,
            Credential::ClientCertificate,
            Credential::WsTrust,
        ];
        let api = Need::http("api", "{url}", "To ask");
        Description::new("whole", "1.2.3", "Samklang", "Everything")
            .class(
                Class::new("thing", "A thing")
                    .attributes(attributes())
                    .readable()
                    .gettable()
                    .replaces()
                    .writable(),
            )
            .class(Class::new("nothing", "What cannot be read").attribute(Attribute::text("id", "The key")))
            .need(credentials.into_iter().fold(api, Need::accepts))
            .need(Need::ldap("directory", "{directory}", "To look up").accepts(Credential::LdapBind))
            .need(Need::signing("seal", "To sign"))
            .need(Need::inbox("To read"))
            .need(Need::outbox("To write"))
            .settings_schema(r#"{"type":"object","required":["task"]}"#)
            .mappings("[inbound.thing]\nentity = \"person\"\n")
            .limits(7, Some(1_000))
            .reads_changes()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        Ok(Self { settings })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        match self.settings.task.as_str() {
            "findings" => Ok(vec![
                Finding::note("a note"),
                Finding::warning("a warning", "mend it"),
                Finding::failure("a failure", "mend it now"),
            ]),
            "http" => outside::http(&self.settings.url),
            "directory" => outside::directory(),
            "sign" => outside::sign(),
            "folders" => outside::folders(),
            "log" => outside::log(),
            error => Err(answers::error(error)),
        }
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(answers::Pages::new(classes, extent)))
    }

    fn get(&self, _class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        Ok(keys
            .iter()
            .filter(|key| *key != "nobody")
            .map(|key| answers::object(key))
            .collect())
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        Ok(operations.iter().map(answers::outcome).collect())
    }
}

samklang_sdk::export!(Whole);
