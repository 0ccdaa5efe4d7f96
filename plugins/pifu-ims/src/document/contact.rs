//! E-mail addresses, URLs, telephone numbers and postal addresses, each of a type and with a priority.

use std::io::BufRead;

use serde::Serialize;

use super::order::{ADR, PIFU_ADR, TIMEFRAME};
use super::xml::{Fault, Tag, Xml};

/// An e-mail address, a URL or a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Contact {
    /// Its type, such as `personEmailPrivate`.
    #[serde(rename = "type")]
    pub kind: String,
    /// 1 is the highest; none without a priority.
    pub priority: Option<u32>,
    /// The address or number.
    pub value: String,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Address {
    pub post_box: String,
    pub extra: String,
    pub street: Vec<String>,
    pub locality: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
}

/// A postal address of a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LocatedAddress {
    /// Its type, such as `personPostalAddressPrivate`.
    #[serde(rename = "type")]
    pub kind: String,
    /// 1 is the highest; none without a priority.
    pub priority: Option<u32>,
    /// The address.
    pub address: Address,
    /// The first day that it holds, when it holds for a time.
    pub begin: String,
    /// The last day that it holds.
    pub end: String,
}

/// A time frame.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeframe {
    pub(super) begin: String,
    pub(super) end: String,
    pub(super) admin_period: String,
}

/// The priority of an element; 0 means none.
fn priority(tag: &Tag) -> Option<u32> {
    tag.attribute("priority")
        .parse()
        .ok()
        .filter(|priority| *priority > 0)
}

pub(super) fn read_contact<R: BufRead>(
    xml: &mut Xml<R>,
    tag: &Tag,
    into: &mut Vec<Contact>,
) -> Result<(), Fault> {
    let value = xml.text()?;
    if !value.is_empty() {
        into.push(Contact {
            kind: tag.attribute("type").to_owned(),
            priority: priority(tag),
            value,
        });
    }
    Ok(())
}

/// The value of that type with the highest priority, the first among equals; empty when there is none.
pub(super) fn best(contacts: &[Contact], kind: &str) -> String {
    let of_kind = contacts.iter().filter(|contact| contact.kind == kind);
    let best = of_kind.min_by_key(|contact| contact.priority.unwrap_or(u32::MAX));
    best.map(|contact| contact.value.clone()).unwrap_or_default()
}

pub(super) fn read_address<R: BufRead>(xml: &mut Xml<R>) -> Result<Address, Fault> {
    let mut address = Address::default();
    let mut order = ADR.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "pobox" => address.post_box = xml.text()?,
            "extadd" => address.extra = xml.text()?,
            "street" => address.street.push(xml.text()?),
            "locality" => address.locality = xml.text()?,
            "region" => address.region = xml.text()?,
            "pcode" => address.postal_code = xml.text()?,
            "country" => address.country = xml.text()?,
            _ => xml.skip()?,
        }
    }
    address.street.retain(|line| !line.is_empty());
    Ok(address)
}

pub(super) fn read_located<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<LocatedAddress, Fault> {
    let (mut address, mut timeframe) = (Address::default(), Timeframe::default());
    let mut order = PIFU_ADR.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "adr" => address = read_address(xml)?,
            "timeframe" => timeframe = read_timeframe(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(LocatedAddress {
        kind: tag.attribute("type").to_owned(),
        priority: priority(tag),
        address,
        begin: timeframe.begin,
        end: timeframe.end,
    })
}

pub(super) fn read_timeframe<R: BufRead>(xml: &mut Xml<R>) -> Result<Timeframe, Fault> {
    let mut timeframe = Timeframe::default();
    let mut order = TIMEFRAME.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "begin" => timeframe.begin = read_date(xml, &child)?,
            "end" => timeframe.end = read_date(xml, &child)?,
            "adminperiod" => timeframe.admin_period = xml.text()?,
            _ => xml.skip()?,
        }
    }
    Ok(timeframe)
}

/// A day that decides how long something holds; empty when the element is empty.
fn read_date<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<String, Fault> {
    let text = xml.text()?;
    if text.is_empty() {
        return Ok(text);
    }
    day(&text).ok_or_else(|| Fault::new(tag.place, format!("<{}> is not a date YYYY-MM-DD", tag.name)))
}

/// A day as YYYY-MM-DD, without the offset that `xs:date` may carry.
pub(super) fn day(text: &str) -> Option<String> {
    super::Stamp::parse(text)?;
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    Some(day.to_string())
}
