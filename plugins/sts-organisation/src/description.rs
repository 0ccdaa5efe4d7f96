//! What the connector says of itself. Names are the register's own, of addresses those of their roles.

use samklang_sdk::prelude::*;

use crate::names::{Role, UNIT_ROLES, USER_ROLES};
use crate::settings;

/// The class of units.
pub(crate) const ENHED: &str = "OrganisationEnhed";
/// The class of users.
pub(crate) const BRUGER: &str = "Bruger";
/// The class of positions: functions of the type position, one object for each user.
pub(crate) const STILLING: &str = "Stilling";
/// The class of managers: functions of the type manager, one object for each user.
pub(crate) const LEDER: &str = "Leder";

/// All classes.
pub(crate) const CLASSES: [&str; 4] = [ENHED, BRUGER, STILLING, LEDER];

/// Operations in one `apply`: each takes several requests.
const OPERATIONS: u32 = 50;

pub(crate) fn description() -> Description {
    Description::new(
        "sts-organisation",
        env!("CARGO_PKG_VERSION"),
        "Samklang",
        "Støttesystemet Organisation (FK Organisation)",
    )
    .class(unit())
    .class(user())
    .class(position())
    .class(manager())
    .settings_schema(settings::SCHEMA)
    .mappings(include_str!("mappings.toml"))
    .need(
        Need::http(
            "organisation",
            "{url}",
            "to read the municipality's units, users and functions, and to write them where this is a target",
        )
        .accepts(Credential::WsTrust),
    )
    .limits(OPERATIONS, None)
    .reads_changes()
}

fn addresses(roles: &'static [Role]) -> impl Iterator<Item = Attribute> {
    roles
        .iter()
        .map(|role| Attribute::text(role.attribute, role.summary).writable())
}

fn key() -> Attribute {
    Attribute::text(
        "BrugervendtNoegle",
        "the key that people know it by, at most 50 characters, never a CPR number; its UUID when absent",
    )
    .writable()
}

fn unit() -> Class {
    Class::new(ENHED, "a unit of the municipality's organisation")
        .key("UUID")
        .attribute(Attribute::text("UUID", "the unit's UUID").required().on_create())
        .attribute(
            Attribute::text("EnhedNavn", "its name, at most 200 characters")
                .required()
                .writable(),
        )
        .attribute(key())
        .attribute(
            Attribute::text("Overordnet", "the unit above it; absent for the top unit alone")
                .refers_to(ENHED)
                .writable(),
        )
        .attribute(Attribute::text("Enhedstype", "Afdeling or Team; any other type by its UUID").writable())
        .attributes(addresses(UNIT_ROLES))
        .attribute(
            Attribute::texts("Opgaver", "the KLE classes that it is responsible for, by UUID").writable(),
        )
        .attribute(Attribute::texts("ItSystemer", "the IT systems that it uses, by UUID").writable())
        // No reference in the description: users and managers refer to units, and units are to be sent first.
        .attribute(Attribute::text(
            "Leder",
            "the user who leads it now, by UUID; of several the first. To set one, write a Leder",
        ))
        .readable()
        .gettable()
        .writable()
}

fn user() -> Class {
    Class::new(BRUGER, "a user, with the person that it is")
        .key("UUID")
        .attribute(
            Attribute::text(
                "UUID",
                "the user's UUID, which has to be that in the login tokens of the municipality",
            )
            .required()
            .on_create(),
        )
        .attribute(
            Attribute::text("BrugerNavn", "the account's name, at most 200 characters")
                .required()
                .writable(),
        )
        .attribute(key())
        .attribute(
            Attribute::text(
                "Brugertype",
                "intern, ekstern or robot; any other type by its UUID",
            )
            .writable(),
        )
        .attribute(
            Attribute::text(
                "PersonUUID",
                "the person's UUID; one that follows from the user's when absent",
            )
            .on_create(),
        )
        .attribute(
            Attribute::text(
                "Navn",
                "the person's name, at most 100 characters; needs the data right SeNavn",
            )
            .required()
            .writable(),
        )
        .attribute(
            Attribute::text(
                "CPR",
                "the person's CPR number; needs the data right SeCPR-nummer",
            )
            .sensitive()
            .writable(),
        )
        .attributes(addresses(USER_ROLES))
        .readable()
        .gettable()
        .writable()
}

fn place() -> [Attribute; 2] {
    [
        Attribute::text("Enhed", "the unit, by UUID")
            .required()
            .refers_to(ENHED)
            .writable(),
        Attribute::text("Bruger", "the user, by UUID")
            .required()
            .refers_to(BRUGER)
            .writable(),
    ]
}

fn period() -> [Attribute; 2] {
    [
        Attribute::date("Fra", "the first day; today when a new one has none").writable(),
        Attribute::date("Til", "the last day; absent when there is no end").writable(),
    ]
}

fn uuid() -> Attribute {
    Attribute::text("UUID", "the function's UUID; absent where it has several users")
}

fn position() -> Class {
    Class::new(STILLING, "a position: that a user works in a unit as something")
        .key("Id")
        .attribute(
            Attribute::text(
                "Id",
                "the function's UUID, followed by the user's where the function has several users",
            )
            .required()
            .on_create(),
        )
        .attribute(uuid())
        .attribute(
            Attribute::text("FunktionNavn", "the job title, at most 200 characters")
                .required()
                .writable(),
        )
        .attribute(key())
        .attributes(place())
        .attributes(period())
        .readable()
        .gettable()
        .writable()
}

fn manager() -> Class {
    Class::new(LEDER, "that a user leads a unit")
        .key("Id")
        .attribute(Attribute::text(
            "Id",
            "the function's UUID, followed by the user's where the function has several users; follows from the unit's when it is made here",
        ))
        .attribute(uuid())
        .attribute(key())
        .attributes(place())
        .attributes(period())
        .readable()
        .gettable()
        .writable()
}
