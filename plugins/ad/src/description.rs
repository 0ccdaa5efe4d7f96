//! What the connector says of itself.

use samklang_sdk::prelude::*;

use crate::settings;
use crate::shape::{GROUP_TEXTS, OU_TEXTS, USER_LISTS, USER_TEXTS};

/// The classes, in the order in which they are made: what is referred to first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Ou,
    User,
    Group,
    Membership,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Ou, Self::User, Self::Group, Self::Membership];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ou => "ou",
            Self::User => "user",
            Self::Group => "group",
            Self::Membership => "membership",
        }
    }

    pub(crate) fn of(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| Error::Unsupported(format!("Active Directory has no class {name} here")))
    }
}

pub(crate) fn known(classes: &[String]) -> Result<Vec<Kind>, Error> {
    classes.iter().map(|class| Kind::of(class)).collect()
}

pub(crate) fn description() -> Description {
    Description::new("ad", env!("CARGO_PKG_VERSION"), "Samklang", "Active Directory")
        .class(ou())
        .class(user())
        .class(group())
        .class(membership())
        .settings_schema(settings::SCHEMA)
        .mappings(include_str!("mappings.toml"))
        .need(
            Need::ldap(
                "directory",
                "{url}",
                "to read and change users, groups and organisational units",
            )
            .accepts(Credential::LdapBind),
        )
        .limits(100, None)
        .reads_changes()
}

fn set(attributes: &[(&str, &str)], of: fn(&str, &str) -> Attribute) -> Vec<Attribute> {
    attributes
        .iter()
        .map(|&(name, summary)| of(name, summary))
        .collect()
}

/// What every object has, set by the directory itself.
fn own() -> Vec<Attribute> {
    vec![
        Attribute::text("objectGUID", "the object's GUID, which never changes"),
        Attribute::text("distinguishedName", "where the object is"),
        Attribute::text("id", "the id of what it stands for, where it was made from here"),
        Attribute::timestamp("whenCreated", "when it was made"),
        Attribute::timestamp("whenChanged", "when this domain controller saw it change last"),
    ]
}

fn account() -> [Attribute; 3] {
    [
        Attribute::text("objectSid", "its security identifier"),
        Attribute::text(
            "cn",
            "its name within the place where it is, at most 64 characters",
        )
        .writable(),
        Attribute::text(
            "path",
            "the place where it is, from the base on, such as `OU=Skoler,OU=Ansatte`",
        )
        .writable(),
    ]
}

fn ou() -> Class {
    Class::new("ou", "an organisational unit, in which users and groups are kept")
        .key("objectGUID")
        .attributes(own())
        .attribute(
            Attribute::text("name", "its name within the one above, at most 64 characters")
                .required()
                .writable(),
        )
        .attribute(
            Attribute::text("parent", "the one above it; absent beneath the base")
                .refers_to("ou")
                .writable(),
        )
        .attributes(set(OU_TEXTS, |name, summary| {
            Attribute::text(name, summary).writable()
        }))
        .readable()
        .gettable()
        .writable()
}

fn user() -> Class {
    Class::new("user", "a person's account")
        .key("objectGUID")
        .attributes(own())
        .attributes(account())
        .attribute(
            Attribute::text(
                "unit",
                "the place where it is, by the id of the OU that was made for a unit; goes before `path`",
            )
            .writable(),
        )
        .attribute(
            Attribute::text("sAMAccountName", "its name for logging on, at most 20 characters")
                .required()
                .writable(),
        )
        .attribute(Attribute::text("userPrincipalName", "its name for logging on with the domain").writable())
        .attributes(set(USER_TEXTS, |name, summary| {
            Attribute::text(name, summary).writable()
        }))
        .attributes(set(USER_LISTS, |name, summary| {
            Attribute::texts(name, summary).writable()
        }))
        .attribute(
            Attribute::text("manager", "the user who leads this one")
                .refers_to("user")
                .writable(),
        )
        .attribute(
            Attribute::text(
                "managerId",
                "the same by the id of the person whose account it is; goes before `manager`",
            )
            .writable(),
        )
        .attribute(Attribute::boolean("enabled", "it can be used").writable())
        .attribute(
            Attribute::date(
                "accountExpires",
                "the last day on which it can be used; absent for ever",
            )
            .writable(),
        )
        .attribute(Attribute::boolean("passwordNeverExpires", "its password need not be changed").writable())
        .attribute(Attribute::integer(
            "userAccountControl",
            "its state in the directory's own form",
        ))
        .attribute(
            Attribute::text(
                "initialPassword",
                "its first password; one that nobody knows is made when there is none. Cannot be read",
            )
            .sensitive()
            .on_create(),
        )
        .readable()
        .gettable()
        .writable()
}

fn group() -> Class {
    Class::new("group", "a group of users")
        .key("objectGUID")
        .attributes(own())
        .attributes(account())
        .attribute(
            Attribute::text("ou", "the place where it is, by the OU; goes before `path`")
                .refers_to("ou")
                .writable(),
        )
        .attribute(
            Attribute::text(
                "sAMAccountName",
                "its name, unique in the domain among users as well",
            )
            .required()
            .writable(),
        )
        .attributes(set(GROUP_TEXTS, |name, summary| {
            Attribute::text(name, summary).writable()
        }))
        .attribute(
            Attribute::text(
                "scope",
                "where it can be used: global (the default), domain-local or universal",
            )
            .on_create(),
        )
        .attribute(
            Attribute::boolean(
                "security",
                "rights can be given to it; the default. Else it is for mail alone",
            )
            .on_create(),
        )
        .readable()
        .gettable()
        .writable()
}

fn membership() -> Class {
    Class::new(
        "membership",
        "that a user is in a group. The primary group of a user does not count as one",
    )
    .key("key")
    .attribute(Attribute::text("key", "the GUIDs of group and user"))
    .attribute(
        Attribute::text("group", "the group")
            .refers_to("group")
            .required()
            .on_create(),
    )
    .attribute(
        Attribute::text("user", "the user")
            .refers_to("user")
            .required()
            .on_create(),
    )
    .readable()
    .gettable()
    .actions([Action::Create, Action::Delete])
}
