//! Reads people from a CSV file in the inbox, line by line: it needs the same memory for a file of any length.

use std::{fs::File, iter};

use csv::{ReaderBuilder, StringRecord};
use samklang_sdk::prelude::*;

const KEY: &str = "entryUUID";
#[rustfmt::skip]
const COLUMNS: [&str; 20] = [
    KEY, "uid", "employeeNumber", "givenName", "sn", "displayName", "mail", "phone", "orgUnitId", "orgUnitName", "title",
    "managerUid", "status", "startDate", "endDate", "costCentre", "country", "preferredLanguage", "roles", "note",
];

/// What the operator sets; `settings.json` describes it.
#[derive(Debug, Deserialize)]
pub struct Settings {
    file: String,
    delimiter: Option<char>,
}

/// The connector.
#[derive(Debug)]
pub struct People(Settings);

impl Connector for People {
    type Settings = Settings;

    fn describe() -> Description {
        let attributes = COLUMNS.map(|name| Attribute::text(name, format!("the column {name}")));
        let person = Class::new("person", "a line of the file")
            .key(KEY)
            .attributes(attributes)
            .readable();
        Description::new("csv", env!("CARGO_PKG_VERSION"), "Samklang", "CSV files")
            .class(person)
            .settings_schema(include_str!("../settings.json"))
            .mappings(include_str!("../mappings.toml"))
            .need(Need::inbox("the file with the people"))
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        Ok(Self(settings))
    }

    fn read(&self, _: &[String], _: Extent) -> Result<Box<dyn Reader>, Error> {
        let Settings {
            file: name,
            delimiter,
        } = &self.0;
        let file =
            File::open(inbox().join(name)).map_err(|why| Error::WaitingForData(format!("{name}: {why}")))?;
        let delimiter = delimiter.and_then(|sign| u8::try_from(sign).ok()).unwrap_or(b',');
        let mut csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(file);
        let name = name.clone();
        let fault =
            move |line: u64, cause: String| Error::invalid_data(format!("{name}, line {line}"), cause);
        let line = |cause: &csv::Error| cause.position().map_or(1, csv::Position::line);
        let header = csv
            .headers()
            .map_err(|cause| fault(line(&cause), cause.to_string()))?;
        let places = COLUMNS
            .iter()
            .filter_map(|&name| Some((name, header.iter().position(|column| column == name)?)));
        let (columns, places): (Vec<_>, Vec<_>) = places.unzip();
        if columns.first() != Some(&KEY) {
            return Err(fault(1, format!("there is no column {KEY}")));
        }
        let mut record = StringRecord::new();
        let rows = iter::from_fn(move || match csv.read_record(&mut record) {
            Ok(more) => more.then(|| {
                Ok(places
                    .iter()
                    .map(|&place| Value::from(record.get(place)))
                    .collect())
            }),
            Err(cause) => Some(Err(fault(line(&cause), cause.to_string()))),
        });
        Ok(reader_of_rows("person", columns, rows))
    }
}

samklang_sdk::export!(People);
