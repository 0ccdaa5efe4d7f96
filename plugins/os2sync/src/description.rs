//! What the connector says of itself.

use samklang_sdk::prelude::*;

use crate::order::{ORG_UNIT, USER};
use crate::settings;

pub(crate) fn description() -> Description {
    Description::new("os2sync", env!("CARGO_PKG_VERSION"), "Samklang", "OS2sync")
        .class(unit())
        .class(user())
        .settings_schema(settings::SCHEMA)
        .mappings(include_str!("mappings.toml"))
        .need(
            Need::http(
                "os2sync",
                "{url}",
                "to send users and units to OS2sync and read back what FK Organisation has",
            )
            .accepts(Credential::Header),
        )
        .limits(100, None)
}

fn texts(attributes: &[(&str, &str)]) -> Vec<Attribute> {
    attributes
        .iter()
        .map(|&(name, summary)| Attribute::text(name, summary).writable())
        .collect()
}

fn unit() -> Class {
    let uuids = [
        ("Tasks", "the KLE classes that the unit performs, by UUID"),
        (
            "ContactForTasks",
            "the KLE classes that it is the contact for; ignored unless OS2sync is set to take them",
        ),
        ("ItSystems", "the IT systems that it uses, by UUID"),
        (
            "ContactPlaces",
            "its places of contact, by UUID; ignored unless OS2sync is set to take them",
        ),
    ];
    Class::new(ORG_UNIT, "a unit of the municipality's organisation")
        .key("Uuid")
        .attribute(
            Attribute::text("Uuid", "the unit's UUID in FK Organisation")
                .required()
                .on_create(),
        )
        .attribute(
            Attribute::text("Name", "its name, at most 200 characters")
                .required()
                .writable(),
        )
        .attribute(
            Attribute::text(
                "ParentOrgUnitUuid",
                "the unit above it; absent for the root alone",
            )
            .refers_to(ORG_UNIT)
            .writable(),
        )
        // No reference in the description: users refer to units, and units are to be sent first.
        .attribute(Attribute::text("ManagerUuid", "the user who leads it, by UUID").writable())
        .attribute(
            Attribute::text(
                "PayoutUnitUuid",
                "the unit that pays for it; ignored unless OS2sync is set to take it",
            )
            .refers_to(ORG_UNIT)
            .writable(),
        )
        .attributes(texts(&[
            (
                "ShortKey",
                "the key that people know it by, at most 50 characters; FK Organisation's own when absent",
            ),
            ("Type", "DEPARTMENT, which is the default, or TEAM"),
            ("PhoneNumber", "its telephone number"),
            ("Landline", "its number on the fixed network"),
            ("Email", "its e-mail address"),
            ("EmailRemarks", "a remark on its e-mail address"),
            ("Url", "its page on the web"),
            ("Ean", "its EAN number"),
            ("Location", "where it is"),
            ("Contact", "whom to turn to"),
            ("ContactOpenHours", "when there is someone to turn to"),
            ("PhoneOpenHours", "when the telephone is answered"),
            ("Post", "its postal address"),
            (
                "PostSecondary",
                "a second postal address; only together with Post",
            ),
            ("PostReturn", "where returned mail goes"),
            ("LOSShortName", "its short name in LOS; makes it a payout unit"),
            ("LOSId", "its id in LOS"),
            ("DtrId", "its id in the register of digital mail"),
            ("FOA", "its FOA number"),
            ("PNR", "its P-number"),
            ("SOR", "its SOR code; ignored unless OS2sync is set to take it"),
        ]))
        .attributes(uuids.map(|(name, summary)| Attribute::texts(name, summary).writable()))
        .readable()
        .gettable()
        .replaces()
        .writable()
}

fn user() -> Class {
    Class::new(USER, "a user: a person with an account and at least one position")
        .key("Uuid")
        .attribute(Attribute::text("Uuid", "the user's UUID in FK Organisation").required().on_create())
        .attribute(Attribute::text("UserId", "the account's name").required().writable())
        .attribute(Attribute::text("Name", "the person's name, at most 100 characters").required().writable())
        .attribute(Attribute::text("Cpr", "the CPR number, with or without a hyphen").sensitive().writable())
        .attribute(Attribute::text("PersonUuid", "the person's UUID in FK Organisation; its own when absent").writable())
        .attribute(
            Attribute::structure(
                "Positions",
                "records with Name and OrgUnitUuid, and StartDate and StopDate (YYYY-MM-DD) where there are such; at least one",
            )
            .required()
            .refers_to(ORG_UNIT)
            .writable(),
        )
        .attributes(texts(&[
            ("ShortKey", "the key that people know the user by, at most 50 characters; FK Organisation's own when absent"),
            ("PhoneNumber", "the mobile telephone number"),
            ("Landline", "the number on the fixed network"),
            ("Email", "the e-mail address"),
            ("Location", "where the person works"),
            ("RacfID", "the RACF id"),
            ("FMKID", "the id in the shared medication record"),
        ]))
        .attribute(Attribute::boolean("IsRobot", "the user is no person").writable())
        .attribute(Attribute::structure(
            "HierarchyPositions",
            "the positions as a full read knows them: Name and OrgUnitUuid without dates",
        ))
        .readable()
        .gettable()
        .replaces()
        .writable()
}
