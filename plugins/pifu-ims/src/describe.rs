//! What the connector says of itself: classes, settings, mappings.

use samklang_sdk::prelude::*;

use crate::rows::{AFFILIATION, GROUP, GUARDIANSHIP, MEMBERSHIP, ORGANISATION, PERSON};

const SETTINGS: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "file": {
      "type": "string",
      "minLength": 1,
      "pattern": "^[^/\\\\]+$",
      "default": "*.xml",
      "description": "The name of the file in the inbox, or a pattern with * and ?. Of several files the newest full one counts, by the moment that the document itself gives, and the deltas after it."
    }
  }
}"#;

pub(crate) fn describe() -> Description {
    Description::new("pifu-ims", env!("CARGO_PKG_VERSION"), "Samklang", "PIFU-IMS")
        .class(
            Class::new(PERSON, "A pupil, an employee or somebody to contact")
                .attributes(person())
                .readable(),
        )
        .class(
            Class::new(ORGANISATION, "A school owner or a school")
                .attributes(organisation())
                .readable(),
        )
        .class(
            Class::new(GROUP, "A class, a teaching group or another group of a school")
                .attributes(group())
                .readable(),
        )
        .class(
            Class::new(AFFILIATION, "A person's role in a school or with a school owner")
                .attributes(role(ORGANISATION))
                .readable(),
        )
        .class(
            Class::new(MEMBERSHIP, "A person's role in a group")
                .attributes(role(GROUP))
                .readable(),
        )
        .class(
            Class::new(GUARDIANSHIP, "Somebody to contact for a person")
                .attributes(guardianship())
                .readable(),
        )
        .settings_schema(SETTINGS)
        .mappings(include_str!("../mappings.toml"))
        .need(Need::inbox(
            "to read the PIFU-IMS files that the school administration system delivers",
        ))
        .reads_changes()
}

/// What every object with a `sourcedid` has.
fn identity() -> [Attribute; 5] {
    [
        Attribute::text("id", "the key: source and id of the sourcedid, as source:id").required(),
        Attribute::text("source", "the system that gave the id").required(),
        Attribute::text("source_id", "the id within that system").required(),
        Attribute::texts("old_ids", "keys that it had before (sourcedid of type Old)"),
        Attribute::texts(
            "duplicate_ids",
            "keys of records that are the same (sourcedid of type Duplicate)",
        ),
    ]
}

fn person() -> Vec<Attribute> {
    let text = |name: &str, summary: &str| Attribute::text(name, summary);
    let mut attributes = identity().to_vec();
    attributes.extend([
        text("national_id", "national identity number or D-number (personNIN)").sensitive(),
        text(
            "national_id_encrypted",
            "the number, encrypted by the source (personNINencrypted)",
        )
        .sensitive(),
        text(
            "local_id",
            "number given locally to somebody without a national one (personLIN)",
        )
        .sensitive(),
        text("county_id", "number given by the county (personFIN)").sensitive(),
        text("student_id", "pupil number (studentID)"),
        text("workforce_id", "employee number (workforceID)"),
        text("username", "local user name"),
        text("sis_id", "id within the school administration system (sisID)"),
        text("feide_id", "Feide name (feideID)"),
        text(
            "microsoft_upn",
            "user principal name in Microsoft 365 (microsoftUPN)",
        ),
        text("full_name", "the name as it is written"),
        text("family_name", "family name"),
        text("given_name", "given name"),
        text("gender", "female or male; absent when unknown"),
        Attribute::date(
            "birth_date",
            "day of birth, which may disagree with the national identity number",
        ),
        text(
            "grade",
            "the school year that a pupil is in, 1 to 13, by the year group or class",
        ),
        Attribute::boolean(
            "contact_only",
            "nobody in any school or group, but somebody to contact; absent in a delta, which does not tell",
        ),
        text("email", "e-mail address of the highest priority"),
        text("url", "web address of the highest priority"),
        text("telephone", "telephone number of the highest priority"),
        text("fax", "fax number of the highest priority"),
        text("mobile", "mobile number of the highest priority"),
        Attribute::structure("address", "postal address of the highest priority"),
        text("photo", "where a picture can be found"),
        text("email_private", "personEmailPrivate of the highest priority"),
        text("email_at_org", "personEmailAtOrg of the highest priority"),
        text(
            "telephone_private",
            "personTelephonePrivate of the highest priority",
        ),
        text("mobile_private", "personMobilePrivate of the highest priority"),
        text("telephone_at_org", "personTelephoneAtOrg of the highest priority"),
        text("mobile_at_org", "personMobileAtOrg of the highest priority"),
        text("fax_at_org", "personFaxAtOrg of the highest priority"),
        text("switchboard", "personSwitchboard of the highest priority"),
        Attribute::structure("emails", "all e-mail addresses with type and priority"),
        Attribute::structure("urls", "all web addresses with type and priority"),
        Attribute::structure("telephones", "all telephone numbers with type and priority"),
        Attribute::structure(
            "addresses",
            "all postal addresses with type, priority and the days that they hold",
        ),
        text("status", "active or inactive"),
        text(
            "pupil_status",
            "heltid, deltid, voksen, privatist, norsk-utv-i-utlandet or utenlandsk-utv-i-norge",
        ),
        Attribute::structure("statuses", "all statuses with their type"),
        text("preferred_language", "code of the preferred language, ISO 639"),
        Attribute::texts("native_tongues", "codes of the native tongues, ISO 639"),
    ]);
    attributes
}

fn organisation() -> Vec<Attribute> {
    let text = |name: &str, summary: &str| Attribute::text(name, summary);
    let mut attributes = identity().to_vec();
    attributes.extend([
        text("type", "skoleeier (school owner) or skole (school)").required(),
        text("name", "short description, which is the name"),
        text("long_name", "longer description"),
        text("description", "full description"),
        text("legal_name", "legal name"),
        text("full_name", "full name"),
        text("short_name", "short name"),
        Attribute::date("begin", "first day"),
        Attribute::date("end", "last day"),
        text("admin_period", "school year or term, such as 2031/2032 or H2031"),
        text("parent", "the organisation above; absent for the topmost").refers_to(ORGANISATION),
        Attribute::texts("also_known_as", "keys of groups that are the same in another way"),
        text("organisation_number", "number in the register of legal entities"),
        text("municipality_number", "municipality number"),
        text("county_number", "county number"),
        text("vigo_number", "school number in VIGO"),
        text("gsi_number", "school number in GSI"),
        text("domain_name", "internet domain"),
        Attribute::structure("identifiers", "all identifiers with type and scope"),
        Attribute::texts(
            "school_types",
            "barneskole, ungdomsskole, videregående, barnehage or sfo",
        ),
        text("email", "e-mail address of the highest priority"),
        text("url", "web address of the highest priority"),
        text("telephone", "telephone number of the highest priority"),
        Attribute::structure("emails", "all e-mail addresses with type and priority"),
        Attribute::structure("urls", "all web addresses with type and priority"),
        Attribute::structure("telephones", "all telephone numbers with type and priority"),
        Attribute::structure(
            "addresses",
            "all postal addresses with type, priority and the days that they hold",
        ),
        text("status", "active or inactive"),
    ]);
    attributes
}

fn group() -> Vec<Attribute> {
    let text = |name: &str, summary: &str| Attribute::text(name, summary);
    let mut attributes = identity().to_vec();
    attributes.extend([
        text(
            "type",
            "the type in Norwegian, such as basisgruppe or undervisningsgruppe",
        )
        .required(),
        Attribute::texts("types", "all types, when it has several"),
        text("name", "short description, which is the name"),
        text("long_name", "longer description"),
        text("description", "full description"),
        Attribute::date("begin", "first day"),
        Attribute::date("end", "last day"),
        text("admin_period", "school year or term, such as 2031/2032 or H2031"),
        text("organisation", "the school that it belongs to").refers_to(ORGANISATION),
        Attribute::texts("organisations", "all schools that it belongs to").refers_to(ORGANISATION),
        Attribute::texts("also_known_as", "keys of groups that are the same in another way"),
        text("grep_code", "code in the national curriculum register"),
        text("grep_code_short_form", "short form of that code, such as MAT0010"),
        text("grep_code_grade_level", "code of the year group in that register"),
        Attribute::structure("identifiers", "all identifiers with type and scope"),
        text("email", "e-mail address"),
        text("url", "web address"),
        text("status", "active or inactive"),
    ]);
    attributes
}

fn role(of: &str) -> Vec<Attribute> {
    let text = |name: &str, summary: &str| Attribute::text(name, summary);
    vec![
        text("id", "the key: group, person, role type and subrole").required(),
        text(of, "what the role is in").refers_to(of).required(),
        text("person", "whose role it is").refers_to(PERSON).required(),
        text(
            "role",
            "pupil, teacher, content-developer, member, manager, mentor, administrator or assistant",
        )
        .required(),
        text("role_code", "the role type, 01 to 08").required(),
        text("subrole", "the subrole as it is written, such as rektor or vikar"),
        Attribute::boolean("active", "the source calls it active").required(),
        Attribute::boolean(
            "current",
            "it is active, and the moment of the file lies within begin and end",
        )
        .required(),
        Attribute::date("begin", "first day"),
        Attribute::date("end", "last day"),
        text("admin_period", "school year or term, such as 2031/2032 or H2031"),
        text("established", "when it was set up"),
        Attribute::boolean("primary", "it is the person's main one"),
    ]
}

fn guardianship() -> Vec<Attribute> {
    let text = |name: &str, summary: &str| Attribute::text(name, summary);
    vec![
        text("id", "the key: child, contact and type").required(),
        text("child", "whom it is about").refers_to(PERSON).required(),
        text("contact", "whom to contact").refers_to(PERSON).required(),
        text("type", "guardian, next-of-kin or other").required(),
    ]
}
