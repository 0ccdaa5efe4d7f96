//! What the connector says of itself.

use samklang_sdk::prelude::*;

use crate::settings;

pub(crate) fn description() -> Description {
    Description::new("os2mo", env!("CARGO_PKG_VERSION"), "Samklang", "OS2MO")
        .class(unit())
        .class(employee())
        .class(engagement())
        .class(address())
        .class(ituser())
        .class(manager())
        .class(class())
        .settings_schema(settings::SCHEMA)
        .mappings(include_str!("mappings.toml"))
        .need(
            Need::http(
                "os2mo",
                "{url}",
                "to read the organisation by OS2MO's GraphQL API",
            )
            .accepts(Credential::Oauth2ClientCredentials),
        )
}

/// A class with what all of them have: the key first, when the shown state holds last.
fn bitemporal(name: &str, summary: &str, attributes: impl IntoIterator<Item = Attribute>) -> Class {
    Class::new(name, summary)
        .key("uuid")
        .attribute(Attribute::text("uuid", "the object's UUID").required())
        .attribute(Attribute::text("user_key", "the short key that people know it by"))
        .attributes(attributes)
        .attributes([
            Attribute::date("begin", "the first day of the unbroken span that the shown state lies in; absent when it has always been"),
            Attribute::date("end", "the last day of that span; absent until further notice"),
            Attribute::text("state", "current, or future when the object is yet to begin").required(),
            Attribute::date("changes", "the day on which another state of the object takes over"),
        ])
        .readable()
        .gettable()
}

/// The user key, name and UUID of a class (OS2MO's word for a value of a classification).
fn classified(name: &str, summary: &str) -> [Attribute; 3] {
    [
        Attribute::text(name, format!("{summary}: the class's user key")),
        Attribute::text(format!("{name}_name"), format!("{summary}: the class's name")),
        Attribute::text(format!("{name}_uuid"), format!("{summary}: the class's UUID")).refers_to("class"),
    ]
}

fn structures(names: &[&str]) -> Vec<Attribute> {
    let all = [
        (
            "addresses",
            "its addresses: records with type, scope, visibility, public, value and name",
        ),
        (
            "itusers",
            "its IT accounts: records with system, system_name, user_key and external_id",
        ),
        (
            "managers",
            "offices of managers, those of the unit or those the person holds: records with person, unit, type and level",
        ),
        (
            "engagements",
            "the person's engagements: records with unit, job_function, is_primary and dates",
        ),
        (
            "kles",
            "its KLE marks: records with number, number_uuid and aspects",
        ),
    ];
    let wanted = all.into_iter().filter(|(name, _)| names.contains(name));
    wanted
        .map(|(name, summary)| Attribute::structure(name, summary))
        .collect()
}

fn unit() -> Class {
    let mut attributes = vec![
        Attribute::text("name", "the unit's name"),
        Attribute::text("parent", "the unit above it; absent for a top unit").refers_to("unit"),
    ];
    attributes.extend(classified("type", "what kind of unit it is"));
    attributes.extend(classified("level", "its level"));
    attributes.extend(classified("hierarchy", "the hierarchy that it belongs to"));
    attributes.push(Attribute::text(
        "time_planning",
        "how time is planned in it: the class's user key",
    ));
    attributes.extend(structures(&["addresses", "itusers", "managers", "kles"]));
    bitemporal("unit", "an organisation unit", attributes)
}

fn employee() -> Class {
    let mut attributes = vec![
        Attribute::text("name", "given name and surname"),
        Attribute::text("given_name", "the given name"),
        Attribute::text("surname", "the surname"),
        Attribute::text("nickname", "the whole nickname"),
        Attribute::text("nickname_given_name", "the given name of the nickname"),
        Attribute::text("nickname_surname", "the surname of the nickname"),
        Attribute::text("cpr_number", "the CPR number, ten digits").sensitive(),
        Attribute::date("seniority", "the day that seniority counts from"),
    ];
    attributes.extend(structures(&["addresses", "itusers", "managers", "engagements"]));
    bitemporal("employee", "a person", attributes)
}

fn engagement() -> Class {
    let mut attributes = vec![
        Attribute::text("person", "who is engaged").refers_to("employee"),
        Attribute::text("unit", "where").refers_to("unit"),
    ];
    attributes.extend(classified("job_function", "the job function"));
    attributes.extend(classified("type", "what kind of engagement it is"));
    attributes.push(Attribute::text(
        "primary",
        "how primary it is: the class's user key",
    ));
    attributes.push(Attribute::boolean(
        "is_primary",
        "OS2MO takes it for a primary one",
    ));
    attributes.push(Attribute::integer(
        "fraction",
        "the fraction of full time, in the installation's own measure",
    ));
    let extensions = 1..=10;
    attributes.extend(extensions.map(|number| {
        Attribute::text(
            format!("extension_{number}"),
            "a field that the installation uses in its own way",
        )
    }));
    attributes.push(Attribute::date(
        "first_begin",
        "the first day that it ever began, also before a break",
    ));
    bitemporal("engagement", "an engagement of a person in a unit", attributes)
}

fn address() -> Class {
    let mut attributes = vec![
        Attribute::text("value", "the value; for scope DAR the UUID of a Danish address"),
        Attribute::text("value2", "the second value, for scope MULTIFIELD_TEXT"),
        Attribute::text("name", "the text for people; the value where there is none"),
    ];
    attributes.extend(classified("type", "what the address is for"));
    attributes.extend([
        Attribute::text(
            "scope",
            "the form of the value: EMAIL, PHONE, DAR, EAN, PNUMBER, WWW, TEXT, MULTIFIELD_TEXT or UUID",
        ),
        Attribute::text(
            "visibility",
            "PUBLIC, INTERNAL or SECRET, or UNKNOWN when the class no longer holds; absent counts as public",
        ),
        Attribute::boolean("public", "without a visibility, or PUBLIC"),
        Attribute::text("person", "whose it is").refers_to("employee"),
        Attribute::text("unit", "the unit whose it is").refers_to("unit"),
        Attribute::text("engagement", "the engagement that it belongs to").refers_to("engagement"),
        Attribute::text("ituser", "the IT account that it belongs to").refers_to("ituser"),
    ]);
    bitemporal(
        "address",
        "an address of a person or a unit: e-mail, telephone, post and more",
        attributes,
    )
}

fn ituser() -> Class {
    bitemporal(
        "ituser",
        "an account in an IT system; user_key is the account's name",
        [
            Attribute::text(
                "external_id",
                "the system's own id of it, such as an objectGUID; not told by versions up to 24",
            ),
            Attribute::text("system", "the IT system's user key"),
            Attribute::text("system_name", "the IT system's name"),
            Attribute::text("system_uuid", "the IT system's UUID"),
            Attribute::text("person", "whose it is").refers_to("employee"),
            Attribute::text("unit", "the unit whose it is").refers_to("unit"),
            Attribute::texts("engagements", "the engagements that it is for").refers_to("engagement"),
            Attribute::text("primary", "how primary it is: the class's user key"),
        ],
    )
}

fn manager() -> Class {
    let mut attributes = vec![
        Attribute::text("person", "the manager; absent while the office is vacant").refers_to("employee"),
        Attribute::text("unit", "the unit that is led").refers_to("unit"),
    ];
    attributes.extend(classified("type", "what kind of manager it is"));
    attributes.push(Attribute::text(
        "level",
        "the level of management: the class's user key",
    ));
    attributes.push(Attribute::text(
        "level_name",
        "the level of management: the class's name",
    ));
    attributes.push(Attribute::texts(
        "responsibilities",
        "what the manager answers for: the classes' user keys",
    ));
    bitemporal("manager", "the office of a unit's manager", attributes)
}

fn class() -> Class {
    bitemporal(
        "class",
        "a value of a classification, such as a job function or an address type",
        [
            Attribute::text("name", "the name for people"),
            Attribute::text("scope", "the form of values, or a visibility, or how primary"),
            Attribute::text(
                "facet",
                "the user key of the facet, such as engagement_job_function",
            ),
            Attribute::text("facet_uuid", "the facet's UUID"),
            Attribute::text("parent", "the class above it").refers_to("class"),
            Attribute::text("it_system", "the IT system that it belongs to"),
            Attribute::text("owner", "the unit that owns it").refers_to("unit"),
            Attribute::text("published", "whether it is shown to users"),
        ],
    )
}
