//! The municipality itself: its Organisation, which everything belongs to, and the unit at the top of its tree.

use jiff::Timestamp;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::messages::{Criteria, related};
use crate::moment;
use crate::names::STS;
use crate::register::Register;
use crate::service::Service;
use crate::settings::Settings;
use crate::xml::Element;

/// The Organisation of a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organisation {
    pub(crate) uuid: Uuid,
    pub(crate) name: Option<String>,
    /// The unit at the top, where the register says which.
    pub(crate) root: Option<Uuid>,
}

/// Finds the Organisation of the settings.
///
/// # Errors
/// [`Error::InvalidSettings`] when the register has none for the CVR number or the UUID.
pub(crate) fn find(register: &Register, settings: &Settings) -> Result<Organisation, Error> {
    let uuid = identify(register, settings)?;
    let now: Timestamp = moment::now();
    let Some(registration) = register.read(Service::Organisation, uuid, None)? else {
        return Err(Error::invalid_setting(
            "/organisation_uuid",
            format!(
                "the register has no organisation {uuid}: leave the setting out, and it is looked up by /cvr"
            ),
        ));
    };
    Ok(Organisation {
        uuid,
        name: registration.text_at(now, "OrganisationNavn").map(str::to_owned),
        root: registration.target_at(now, "Overordnet"),
    })
}

/// The UUID of the Organisation, without reading it.
pub(crate) fn identify(register: &Register, settings: &Settings) -> Result<Uuid, Error> {
    if let Some(uuid) = settings.organisation_uuid {
        return Ok(uuid);
    }
    let of_cvr = Criteria {
        property: Some(Element::of_text(STS, "CVR-NummerTekst", &settings.cvr)),
        ..Criteria::default()
    };
    // Criteria for times are left out: a Virksomhed has no states, and neither search names more than one that counts.
    for business in register.search(Service::Virksomhed, &of_cvr)? {
        let of_business = Criteria {
            relations: vec![related("Virksomhed", business, None)],
            ..Criteria::default()
        };
        let found = register.search(Service::Organisation, &of_business)?;
        match found.as_slice() {
            [] => {}
            [one] => return Ok(*one),
            several => {
                return Err(Error::invalid_setting(
                    "/organisation_uuid",
                    format!(
                        "the register has {} organisations for the CVR number: say which one counts",
                        several.len()
                    ),
                ));
            }
        }
    }
    Err(Error::invalid_setting(
        "/cvr",
        "the register knows no organisation of this CVR number: look whether it is the municipality's, or set /organisation_uuid",
    ))
}
