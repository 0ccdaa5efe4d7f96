//! Reads people from a CSV file in the inbox, line by line: the same memory for a file of any length.

use csv::{Position, ReaderBuilder, StringRecord};
use samklang_sdk::prelude::*;
use std::{io, iter};

#[rustfmt::skip]
const COLUMNS: [&str; 20] = [
    "entryUUID", "uid", "employeeNumber", "givenName", "sn", "displayName", "mail", "phone", "orgUnitId", "orgUnitName",
    "title", "managerUid", "status", "startDate", "endDate", "costCentre", "country", "preferredLanguage", "roles", "note",
];

/// The connector is no more than its settings, which `settings.json` describes.
#[derive(Deserialize)]
pub struct People {
    file: String,
    delimiter: Option<char>,
}

impl Connector for People {
    type Settings = Self;

    fn describe() -> Description {
        let columns = COLUMNS.map(|name| Attribute::text(name, format!("The column {name}.")));
        let person = Class::new("person", "A line of the file.").attributes(columns);
        Description::new("csv", env!("CARGO_PKG_VERSION"), "Samklang", "CSV files")
            .class(person.key(COLUMNS[0]).readable())
            .settings_schema(include_str!("../settings.json"))
            .mappings(include_str!("../mappings.toml"))
            .need(Need::inbox("Read the file with the people."))
    }

    fn open(settings: Self) -> Result<Self, Error> {
        Ok(settings)
    }

    fn read(&self, _: &[String], _: Extent) -> Result<Box<dyn Reader>, Error> {
        let (name, delimiter) = (self.file.clone(), self.delimiter.unwrap_or(','));
        let file = inbox_file(&name)?;
        let mut csv = ReaderBuilder::new().delimiter(delimiter as u8).from_reader(file);
        let fault = move |why: csv::Error| {
            let line = why.position().map_or(1, Position::line);
            Error::invalid_data(format!("{name}, line {line}"), why)
        };
        let header = csv.headers().map_err(&fault)?;
        let place = |name: &&'static str| Some((*name, header.iter().position(|column| column == *name)?));
        let (columns, places): (Vec<_>, Vec<_>) = COLUMNS.iter().filter_map(place).unzip();
        if columns.first() != COLUMNS.first() {
            return Err(fault(io::Error::other("there is no column entryUUID").into()));
        }
        let mut record = StringRecord::new();
        let rows = iter::from_fn(move || match csv.read_record(&mut record) {
            Ok(more) => more.then(|| Ok(places.iter().map(|&place| record.get(place).into()).collect())),
            Err(why) => Some(Err(fault(why))),
        });
        Ok(reader_of_rows("person", columns, rows))
    }
}

samklang_sdk::export!(People);
