//! What OS2sync itself checks before it queues an object: few things, in this order, with these texts. The rest is FK's.

use super::objects::{OrgUnit, User};

fn blank(text: Option<&str>) -> bool {
    text.is_none_or(str::is_empty)
}

/// Why a user is turned away.
///
/// The person must be there: without one the service falls over before it checks anything.
pub(super) fn check_user(user: &User) -> Result<(), String> {
    let person = user
        .person
        .as_ref()
        .expect("the door answers 500 without a person");
    if blank(person.name.as_deref()) {
        return Err("Person.Name is null or empty".to_owned());
    }
    if blank(user.text("UserId")) {
        return Err("UserId is null or empty".to_owned());
    }
    if blank(user.uuid.as_deref()) {
        return Err("Uuid is null empty".to_owned());
    }
    let positions = user.positions.as_deref().unwrap_or_default();
    if positions.is_empty() {
        return Err("Positions is null or empty".to_owned());
    }
    if positions
        .iter()
        .any(|position| blank(position.name.as_deref()) || blank(position.unit.as_deref()))
    {
        return Err("Position Name or OrgUnitUUID is null".to_owned());
    }
    width("Uuid", user.uuid.as_deref(), 36)?;
    for (name, text) in &user.texts {
        width(name, Some(text), if *name == "ShortKey" { 50 } else { 255 })?;
    }
    width("Name", person.name.as_deref(), 255)?;
    width("Cpr", person.cpr.as_deref(), 10)?;
    width("Uuid", person.uuid.as_deref(), 36)?;
    for position in positions {
        width("Name", position.name.as_deref(), 255)?;
        width("OrgUnitUuid", position.unit.as_deref(), 36)?;
        width("StartDate", position.start.as_deref(), 10)?;
        width("StopDate", position.stop.as_deref(), 10)?;
    }
    Ok(())
}

/// Why a unit is turned away.
pub(super) fn check_unit(unit: &OrgUnit) -> Result<(), String> {
    if blank(unit.text("Name")) {
        return Err("name is null".to_owned());
    }
    if blank(unit.uuid.as_deref()) {
        return Err("uuid is null".to_owned());
    }
    width("Uuid", unit.uuid.as_deref(), 36)?;
    for (name, text) in &unit.texts {
        let most = match *name {
            "ParentOrgUnitUuid" | "ManagerUuid" | "PayoutUnitUuid" => 36,
            "ShortKey" => 50,
            _ => 255,
        };
        width(name, Some(text), most)?;
    }
    for (name, list) in &unit.lists {
        for uuid in list.iter().flatten() {
            width(name, Some(uuid), 36)?;
        }
    }
    Ok(())
}

/// The queue's column widths, in the database's own words.
pub(super) fn width(column: &str, text: Option<&str>, most: usize) -> Result<(), String> {
    match text {
        Some(text) if text.chars().count() > most => {
            Err(format!("Data too long for column '{column}' at row 1"))
        }
        _ => Ok(()),
    }
}
