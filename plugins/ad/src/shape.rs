//! Entries of the directory as objects of our classes.

use samklang_sdk::ldap::{Dn, Entry, Failure};
use samklang_sdk::prelude::*;

use crate::description::Kind;
use crate::directory::Directory;
use crate::value::{self, DISABLED, PASSWORD_LASTS};

/// Attributes of users that are one text, by the directory's own names.
pub(crate) const USER_TEXTS: &[(&str, &str)] = &[
    ("displayName", "the name to show"),
    ("givenName", "given names, at most 64 characters"),
    ("sn", "the family name, at most 64 characters"),
    ("initials", "initials, at most 6 characters"),
    ("mail", "the e-mail address"),
    ("employeeNumber", "the number of the employee or pupil"),
    ("employeeID", "another number, at most 16 characters"),
    ("employeeType", "what kind of user it is"),
    ("title", "the job title"),
    ("department", "the department, at most 64 characters"),
    ("company", "the organisation, at most 64 characters"),
    ("division", "the division"),
    ("physicalDeliveryOfficeName", "the office"),
    ("telephoneNumber", "the telephone number"),
    ("mobile", "the mobile number"),
    ("homePhone", "the telephone number at home"),
    ("streetAddress", "street and number"),
    ("postalCode", "the postal code"),
    ("l", "the town"),
    ("st", "the region"),
    ("c", "the country, by two letters (ISO 3166)"),
    ("co", "the country's name"),
    ("description", "a description"),
    ("info", "a note"),
    ("preferredLanguage", "the language"),
    ("wWWHomePage", "the page on the web"),
    (
        "extensionAttribute1",
        "free for use; there once the schema was extended for Exchange",
    ),
    (
        "extensionAttribute2",
        "free for use; there once the schema was extended for Exchange",
    ),
    (
        "extensionAttribute3",
        "free for use; there once the schema was extended for Exchange",
    ),
    (
        "extensionAttribute4",
        "free for use; there once the schema was extended for Exchange",
    ),
    (
        "extensionAttribute5",
        "free for use; there once the schema was extended for Exchange",
    ),
    ("msDS-cloudExtensionAttribute1", "free for use"),
    ("msDS-cloudExtensionAttribute2", "free for use"),
    ("msDS-cloudExtensionAttribute3", "free for use"),
    ("msDS-cloudExtensionAttribute4", "free for use"),
    ("msDS-cloudExtensionAttribute5", "free for use"),
];
/// Attributes of users that are any number of texts.
pub(crate) const USER_LISTS: &[(&str, &str)] = &[
    (
        "proxyAddresses",
        "addresses for mail; the one that begins with SMTP: is the first",
    ),
    ("otherTelephone", "further telephone numbers"),
    ("otherMobile", "further mobile numbers"),
    ("url", "pages on the web"),
];
/// Attributes of groups that are one text.
pub(crate) const GROUP_TEXTS: &[(&str, &str)] = &[
    ("displayName", "the name to show"),
    ("description", "a description"),
    ("mail", "the e-mail address"),
    ("info", "a note"),
];
/// Attributes of organisational units that are one text.
pub(crate) const OU_TEXTS: &[(&str, &str)] = &[
    ("displayName", "the name to show"),
    ("description", "a description"),
    ("streetAddress", "street and number"),
    ("postalCode", "the postal code"),
    ("l", "the town"),
    ("telephoneNumber", "the telephone number"),
];

/// Bits of groupType.
const GLOBAL: i64 = 2;
const DOMAIN_LOCAL: i64 = 4;
const UNIVERSAL: i64 = 8;
const SECURITY: i64 = -0x8000_0000;

/// The type of a group of this scope in the directory's own form: a signed number of 32 bits.
pub(crate) fn group_type(scope: Option<&str>, security: bool) -> Option<i64> {
    let scope = match scope {
        None | Some("global") => GLOBAL,
        Some("domain-local") => DOMAIN_LOCAL,
        Some("universal") => UNIVERSAL,
        Some(_) => return None,
    };
    Some(if security { scope + SECURITY } else { scope })
}

/// The attributes to ask for.
pub(crate) fn asked(kind: Kind, anchor: &str) -> Vec<&str> {
    let mut names = vec![
        "objectGUID",
        "objectClass",
        "whenCreated",
        "whenChanged",
        "isDeleted",
        anchor,
    ];
    let texts = match kind {
        Kind::Ou => {
            names.push("ou");
            OU_TEXTS
        }
        Kind::User => {
            names.extend([
                "objectSid",
                "sAMAccountName",
                "userPrincipalName",
                "manager",
                "userAccountControl",
                "accountExpires",
                "adminCount",
                "isCriticalSystemObject",
            ]);
            names.extend(USER_LISTS.iter().map(|(name, _)| *name));
            USER_TEXTS
        }
        Kind::Group => {
            names.extend([
                "objectSid",
                "sAMAccountName",
                "groupType",
                "adminCount",
                "isCriticalSystemObject",
            ]);
            GROUP_TEXTS
        }
        Kind::Membership => {
            names.push("member");
            &[]
        }
    };
    names.extend(texts.iter().map(|(name, _)| *name));
    names
}

/// An entry's GUID and its plain name.
pub(crate) fn identity(entry: &Entry) -> Result<(String, Dn), Error> {
    let (_, name) = value::extended(&entry.dn);
    let guid = entry.octets("objectGUID").and_then(value::guid);
    match (guid, Dn::parse(name)) {
        (Some(guid), Some(dn)) => Ok((guid, dn)),
        // Its name may be a person's, and is not repeated.
        _ => Err(Error::invalid_data(
            "an entry of the directory",
            "it has no objectGUID or no name that is one",
        )),
    }
}

/// An entry as an object of a class. What it refers to is looked up where the directory does not tell it by itself.
pub(crate) fn row(directory: &Directory, kind: Kind, entry: &Entry) -> Result<Row, Failure> {
    let (guid, dn) = identity(entry)?;
    let anchor = &directory.settings.anchor;
    let mut row = Row::new()
        .with("objectGUID", guid)
        .with("distinguishedName", dn.to_string())
        .with("id", entry.text(anchor))
        .with("whenCreated", entry.text("whenCreated").and_then(value::moment))
        .with("whenChanged", entry.text("whenChanged").and_then(value::moment));
    let parent = dn.parent();
    match kind {
        Kind::Ou => {
            row.push("name", dn.rdn_value());
            row.push("parent", directory.ou_at(&parent)?.map(|ou| ou.guid));
            texts(&mut row, entry, OU_TEXTS);
        }
        Kind::User => {
            place(&mut row, directory, entry, &dn);
            row.push("unit", directory.ou_at(&parent)?.and_then(|ou| ou.anchor));
            row.push("sAMAccountName", entry.text("sAMAccountName"));
            row.push("userPrincipalName", entry.text("userPrincipalName"));
            texts(&mut row, entry, USER_TEXTS);
            for (name, _) in USER_LISTS {
                row.push(*name, entry.texts(name));
            }
            let manager = entry
                .text("manager")
                .and_then(|manager| value::extended(manager).0);
            row.push("managerId", directory.anchor_of(manager.as_deref())?);
            row.push("manager", manager);
            state(&mut row, entry);
        }
        Kind::Group => {
            place(&mut row, directory, entry, &dn);
            row.push("ou", directory.ou_at(&parent)?.map(|ou| ou.guid));
            row.push("sAMAccountName", entry.text("sAMAccountName"));
            texts(&mut row, entry, GROUP_TEXTS);
            let kind = number(entry, "groupType").unwrap_or(GLOBAL);
            let scope = match kind & (GLOBAL | DOMAIN_LOCAL | UNIVERSAL) {
                DOMAIN_LOCAL => "domain-local",
                UNIVERSAL => "universal",
                _ => "global",
            };
            row.push("scope", scope);
            row.push("security", kind < 0);
        }
        Kind::Membership => {}
    }
    Ok(row)
}

fn texts(row: &mut Row, entry: &Entry, names: &'static [(&str, &str)]) {
    for (name, _) in names {
        row.push(*name, entry.text(name));
    }
}

fn place(row: &mut Row, directory: &Directory, entry: &Entry, dn: &Dn) {
    let path = Dn::parse(&dn.parent()).and_then(|parent| parent.below(&directory.base));
    row.push("objectSid", entry.octets("objectSid").and_then(value::sid));
    row.push("cn", dn.rdn_value());
    row.push("path", path);
}

fn state(row: &mut Row, entry: &Entry) {
    let control = number(entry, "userAccountControl");
    let bit = |bit: i64| control.map(|control| control & bit != 0);
    row.push("enabled", bit(DISABLED).map(|disabled| !disabled));
    let last = entry.text("accountExpires").and_then(value::last_day);
    row.push("accountExpires", last.map(|day| day.to_string()));
    row.push("passwordNeverExpires", bit(PASSWORD_LASTS));
    row.push("userAccountControl", control);
}

/// A value that is a whole number.
pub(crate) fn number(entry: &Entry, name: &str) -> Option<i64> {
    entry.text(name)?.parse().ok()
}

/// Whether an attribute says TRUE.
pub(crate) fn says(entry: &Entry, name: &str) -> bool {
    entry
        .text(name)
        .is_some_and(|text| text.eq_ignore_ascii_case("TRUE"))
}
