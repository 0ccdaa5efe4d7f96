//! `properties`: whose document it is, of which type, and of which moment.

use std::io::BufRead;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

use super::order::PROPERTIES;
use super::xml::{Fault, Xml};

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The system that it comes from, such as `sats@eksempel.kommune.no`.
    pub datasource: String,
    /// How much it holds.
    pub kind: Kind,
    /// The moment that it speaks of.
    pub datetime: Stamp,
}

/// How much a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everything: what is left out is gone.
    Full,
    /// What has changed (`delta`), or what has just happened (`event`).
    Changes,
}

/// A document's own moment. One without an offset is taken as UTC: a source is compared with itself only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As it is written.
    pub text: String,
    /// For comparison.
    pub instant: Timestamp,
}

impl Stamp {
    /// Reads `xs:date` or `xs:dateTime`, with or without offset.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let instant = if text.contains('T') {
            let with_offset = text.parse::<Timestamp>().ok();
            with_offset.or_else(|| civil(text.parse::<DateTime>().ok()?))
        } else {
            let date = text.get(..10)?.parse::<Date>().ok()?;
            match text.get(10..)? {
                "" => civil(date.at(0, 0, 0, 0)),
                offset => format!("{date}T00:00:00{offset}").parse().ok(),
            }
        }?;
        Some(Self {
            text: text.to_owned(),
            instant,
        })
    }
}

fn civil(moment: DateTime) -> Option<Timestamp> {
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Reads `properties`, which is open.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Frame, Fault> {
    let (mut datasource, mut kind, mut datetime) = (String::new(), None, None);
    let mut order = PROPERTIES.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "datasource" => datasource = xml.text()?,
            "type" => {
                kind = Some(match xml.text()?.as_str() {
                    "full" => Kind::Full,
                    // The written specification calls an event "melding".
                    "delta" | "event" | "melding" => Kind::Changes,
                    other => {
                        let cause = format!("document type {other:?} is none of full, delta and event");
                        return Err(Fault::new(child.place, cause));
                    }
                });
            }
            "datetime" => {
                let text = xml.text()?;
                let cause = || {
                    Fault::new(
                        child.place,
                        format!("<datetime> {text:?} is neither xs:date nor xs:dateTime"),
                    )
                };
                datetime = Some(Stamp::parse(&text).ok_or_else(cause)?);
            }
            _ => xml.skip()?,
        }
    }
    let lacks = |what| xml.fault(format!("<properties> lacks <{what}>"));
    Ok(Frame {
        datasource: Some(datasource)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| lacks("datasource"))?,
        kind: kind.ok_or_else(|| lacks("type"))?,
        datetime: datetime.ok_or_else(|| lacks("datetime"))?,
    })
}
