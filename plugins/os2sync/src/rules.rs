//! What must hold before an object is sent.
//!
//! OS2sync takes much that FK Organisation refuses later, where no API tells; and a text that is too long for its queue is answered
//! with the database's own words. So widths, forms and what is required are looked at here, and a refusal names the attribute. The widths
//! are the narrower of OS2sync's queue and FK Organisation. Values never appear in a refusal.

use jiff::civil::Date;
use samklang_sdk::prelude::*;

use crate::settings::{Settings, is_uuid};
use crate::shape::{OrgUnit, User, lower};

/// Names of units, users and positions, and addresses of all kinds (FK Organisation).
const TEXT: usize = 200;
/// Names of persons (FK Organisation).
const PERSON_NAME: usize = 100;
/// Short keys.
const SHORT_KEY: usize = 50;

/// Collects what an object breaks; the first is told.
struct Rules(Result<(), Rejection>);

impl Rules {
    fn refuse(&mut self, attribute: &str, message: impl Into<String>) {
        if self.0.is_ok() {
            let attribute = Some(attribute.to_owned());
            self.0 = Err(Rejection {
                code: String::new(),
                message: message.into(),
                attribute,
            });
        }
    }

    fn required(&mut self, attribute: &str, value: Option<&str>) {
        if value.is_none_or(|text| text.trim().is_empty()) {
            self.refuse(
                attribute,
                format!("{attribute} is required: map it to something that is always there"),
            );
        }
    }

    fn width(&mut self, attribute: &str, value: Option<&str>, width: usize) {
        // The databases count as UTF-16 does.
        let length = value.map_or(0, |text| text.encode_utf16().count());
        if length > width {
            let cut = format!("cut it in the mapping, such as with [:{width}]");
            self.refuse(
                attribute,
                format!("{attribute} has {length} characters where {width} are allowed: {cut}"),
            );
        }
    }

    fn uuid(&mut self, attribute: &str, value: Option<&str>) {
        if value.is_some_and(|text| !is_uuid(text)) {
            self.refuse(attribute, format!("{attribute} is no UUID"));
        }
    }

    fn date(&mut self, attribute: &str, member: &str, value: Option<&str>) -> Option<Date> {
        let text = value?;
        match text.parse::<Date>() {
            Ok(date) if text.len() == 10 => Some(date),
            _ => {
                self.refuse(
                    attribute,
                    format!("{member} of a position is no date such as 2026-02-01"),
                );
                None
            }
        }
    }
}

/// A user that can be sent: UUIDs in small letters, a CPR number without its hyphen.
pub(crate) fn user(mut user: User, key: &str) -> Result<User, Rejection> {
    let mut rules = Rules(Ok(()));
    user.uuid = key.to_ascii_lowercase();
    rules.uuid("Uuid", Some(&user.uuid));
    rules.required("Name", user.name.as_deref());
    rules.width("Name", user.name.as_deref(), PERSON_NAME);
    rules.required("UserId", user.user_id.as_deref());
    rules.width("UserId", user.user_id.as_deref(), TEXT);
    user.person_uuid = lower(user.person_uuid);
    rules.uuid("PersonUuid", user.person_uuid.as_deref());
    if let Some(cpr) = &mut user.cpr {
        cpr.retain(|letter| letter != '-' && letter != ' ');
        if cpr.len() != 10 || !cpr.bytes().all(|digit| digit.is_ascii_digit()) {
            rules.refuse("Cpr", "Cpr has not ten digits");
        }
    }
    if user.positions.is_empty() {
        rules.refuse("Positions", "a user needs a position: map at least one engagement in a unit that is sent, or leave the person out by `when`");
    }
    for position in &mut user.positions {
        position.org_unit_uuid = lower(position.org_unit_uuid.take());
        if position.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            rules.refuse("Positions", "a position has no Name");
        }
        if position.org_unit_uuid.is_none() {
            rules.refuse("Positions", "a position has no OrgUnitUuid");
        }
        rules.uuid("Positions", position.org_unit_uuid.as_deref());
        rules.width("Positions", position.name.as_deref(), TEXT);
        let start = rules.date("Positions", "StartDate", position.start_date.as_deref());
        let stop = rules.date("Positions", "StopDate", position.stop_date.as_deref());
        if start.zip(stop).is_some_and(|(start, stop)| stop < start) {
            rules.refuse("Positions", "a position stops before it starts");
        }
    }
    rules.width("ShortKey", user.short_key.as_deref(), SHORT_KEY);
    let texts = [
        ("PhoneNumber", &user.phone_number),
        ("Landline", &user.landline),
        ("Email", &user.email),
        ("Location", &user.location),
        ("RacfID", &user.racf_id),
        ("FMKID", &user.fmk_id),
    ];
    for (attribute, text) in texts {
        rules.width(attribute, text.as_deref(), TEXT);
    }
    rules.0.map(|()| user)
}

/// A unit that can be sent: UUIDs in small letters.
pub(crate) fn unit(unit: OrgUnit, key: &str, settings: &Settings) -> Result<OrgUnit, Rejection> {
    let mut rules = Rules(Ok(()));
    let key = key.to_ascii_lowercase();
    let mut unit = unit.normalised(&key);
    // OS2sync's own default: null instead would make the whole body unreadable to it.
    unit.r#type.get_or_insert_with(|| "DEPARTMENT".to_owned());
    rules.uuid("Uuid", Some(&key));
    rules.required("Name", unit.name.as_deref());
    rules.width("Name", unit.name.as_deref(), TEXT);
    rules.width("ShortKey", unit.short_key.as_deref(), SHORT_KEY);
    rules.uuid("ParentOrgUnitUuid", unit.parent_org_unit_uuid.as_deref());
    rules.uuid("ManagerUuid", unit.manager_uuid.as_deref());
    rules.uuid("PayoutUnitUuid", unit.payout_unit_uuid.as_deref());
    if unit.parent_org_unit_uuid.as_ref() == Some(&key) {
        rules.refuse("ParentOrgUnitUuid", "a unit cannot be its own parent");
    }
    if settings.root_unit.as_ref().is_some_and(|root| *root != key) && unit.parent_org_unit_uuid.is_none() {
        rules.refuse(
            "ParentOrgUnitUuid",
            "only the unit in /root_unit may be without a parent: is this one's parent sent?",
        );
    }
    if unit
        .r#type
        .as_deref()
        .is_some_and(|kind| !matches!(kind, "DEPARTMENT" | "TEAM"))
    {
        rules.refuse("Type", "Type is DEPARTMENT or TEAM");
    }
    if unit.post_secondary.is_some() && unit.post.is_none() {
        rules.refuse("PostSecondary", "PostSecondary needs Post");
    }
    let texts = [
        ("PhoneNumber", &unit.phone_number),
        ("Landline", &unit.landline),
        ("Email", &unit.email),
        ("EmailRemarks", &unit.email_remarks),
        ("Url", &unit.url),
        ("Ean", &unit.ean),
        ("Location", &unit.location),
        ("Contact", &unit.contact),
        ("ContactOpenHours", &unit.contact_open_hours),
        ("PhoneOpenHours", &unit.phone_open_hours),
        ("Post", &unit.post),
        ("PostSecondary", &unit.post_secondary),
        ("PostReturn", &unit.post_return),
        ("LOSShortName", &unit.los_short_name),
        ("LOSId", &unit.los_id),
        ("DtrId", &unit.dtr_id),
        ("FOA", &unit.foa),
        ("PNR", &unit.pnr),
        ("SOR", &unit.sor),
    ];
    for (attribute, text) in texts {
        rules.width(attribute, text.as_deref(), TEXT);
    }
    for (attribute, list) in unit.lists() {
        for uuid in list {
            rules.uuid(attribute, Some(uuid));
        }
    }
    rules.0.map(|()| unit)
}
