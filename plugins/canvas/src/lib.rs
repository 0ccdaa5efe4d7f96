//! Connector for Canvas LMS: writes accounts, terms, courses, sections, users, enrollments and groups by one SIS import per
//! run, and reads them back by REST. Rows are upserts and removals are explicit; Canvas's batch and diffing modes, which
//! delete what a file does not name, are never used.

mod api;
mod apply;
mod batch;
mod check;
mod import;
mod key;
mod settings;
mod sheet;
mod state;
mod tables;

use samklang_sdk::prelude::*;

use api::Api;
pub use settings::Settings;
use state::State;
use tables::TABLES;

/// The connector at work for one account.
#[derive(Debug)]
pub struct Canvas {
    settings: Settings,
    state: State,
}

impl Connector for Canvas {
    type Settings = Settings;

    fn describe() -> Description {
        let description = Description::new("canvas", env!("CARGO_PKG_VERSION"), "Samklang", "Canvas LMS");
        let description = TABLES
            .iter()
            .fold(description, |description, table| description.class(table.class()));
        let purpose = "Send SIS imports and read accounts, courses, users and enrollments.";
        description
            .settings_schema(include_str!("../settings.json"))
            .mappings(include_str!("../mappings.toml"))
            .need(Need::http("canvas", "{url}", purpose).accepts(Credential::Bearer))
            .limits(50_000, None)
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        let state = State {
            api: Api::new(&settings.url, &settings.account),
            delete: settings.delete,
            delete_enrollment: settings.delete_enrollment,
        };
        Ok(Self { settings, state })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        check::check(&self.state)
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        if let Extent::Since(_) = extent {
            return Err(Error::ResyncRequired(
                "Canvas does not tell what has changed".into(),
            ));
        }
        let state = self.state.clone();
        let classes = TABLES
            .iter()
            .map(|table| table.class)
            .filter(|class| classes.iter().any(|name| name == class));
        // A class is begun when the one before it has been read.
        let rows = classes.collect::<Vec<_>>().into_iter().flat_map(move |class| {
            let (rows, error) = match state.rows(class) {
                Ok(rows) => (Some(rows), None),
                Err(error) => (None, Some(Err(error))),
            };
            rows.into_iter()
                .flatten()
                .chain(error)
                .map(move |row| row.map(|row| (class, row)))
        });
        Ok(Reading::new(rows).boxed())
    }

    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        keys.iter()
            .filter_map(|key| self.state.object(class, key).transpose())
            .collect()
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        apply::apply(self, operations)
    }
}

samklang_sdk::export!(Canvas);
