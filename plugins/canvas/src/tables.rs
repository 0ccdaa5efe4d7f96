//! The CSV files of an SIS import that this connector writes, which are also its classes: a column is an attribute of the same
//! name. In the order in which Canvas works through them.
//!
//! Passwords are left out on purpose: they are no business of a synchronisation.

use samklang_sdk::{Attribute, Class, Kind};

/// A file and its class.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) class: &'static str,
    /// The file's name without its ending.
    pub(crate) file: &'static str,
    summary: &'static str,
    pub(crate) key: Key,
    pub(crate) columns: &'static [Column],
    /// The status of an object that is there, unless the mapping sets one.
    pub(crate) live: &'static str,
    /// The status of an object that is removed, unless the settings say another.
    pub(crate) gone: &'static str,
    pub(crate) statuses: &'static [&'static str],
    readable: bool,
}

/// What the key of a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// A column.
    Column(&'static str),
    /// An attribute that no file has, made of columns (see `key`).
    Composite(&'static str),
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Column(name) | Self::Composite(name) => name,
        }
    }
}

/// A column of a file and attribute of a class.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    kind: Kind,
    pub(crate) required: bool,
    refers_to: Option<&'static str>,
    summary: &'static str,
}

impl Column {
    const fn of(kind: Kind, name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            kind,
            required: false,
            refers_to: None,
            summary,
        }
    }

    const fn text(name: &'static str, summary: &'static str) -> Self {
        Self::of(Kind::Text, name, summary)
    }

    const fn flag(name: &'static str, summary: &'static str) -> Self {
        Self::of(Kind::Boolean, name, summary)
    }

    const fn moment(name: &'static str, summary: &'static str) -> Self {
        Self::of(Kind::Timestamp, name, summary)
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn to(mut self, class: &'static str) -> Self {
        self.refers_to = Some(class);
        self
    }

    fn attribute(&self) -> Attribute {
        let mut attribute = Attribute::new(self.kind, self.name, self.summary).writable();
        attribute.required = self.required;
        attribute.refers_to = self.refers_to.map(str::to_owned);
        attribute
    }
}

impl Table {
    pub(crate) fn class(&self) -> Class {
        let key = Attribute::text(self.key.name(), "The stable key, which is never used again.").required();
        let columns = self
            .columns
            .iter()
            .filter(|column| column.name != self.key.name());
        let class = Class::new(self.class, self.summary)
            .key(self.key.name())
            .attribute(key);
        let class = class.attributes(columns.map(Column::attribute)).writable();
        if self.readable {
            class.readable().gettable()
        } else {
            class
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The file must have this column, whatever the mapping sets: Canvas tells the kinds of file apart by such columns.
    pub(crate) fn always(&self, column: &Column) -> bool {
        column.required
            || column.name == "status"
            || self.key == Key::Column(column.name)
            || (self.class == "accounts" && column.name == "parent_account_id")
    }
}

pub(crate) fn table(class: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.class == class)
}

const STATUS: Column = Column::text(
    "status",
    "The status; what is right for an object that is there unless set.",
);
const INTEGRATION: Column = Column::text("integration_id", "A second identifier, for other integrations.");
const START: Column = Column::moment("start_date", "When it begins.");
const END: Column = Column::moment("end_date", "When it ends.");

/// All of them.
pub(crate) static TABLES: [Table; 8] = [
    Table {
        class: "accounts",
        file: "accounts",
        summary: "A sub-account, such as a school.",
        key: Key::Column("account_id"),
        columns: &[
            Column::text("account_id", "").required(),
            Column::text(
                "parent_account_id",
                "The account above; the root account when absent.",
            )
            .to("accounts"),
            Column::text("name", "The name.").required(),
            STATUS,
            INTEGRATION,
        ],
        live: "active",
        gone: "deleted",
        statuses: &["active", "deleted"],
        readable: true,
    },
    Table {
        class: "terms",
        file: "terms",
        summary: "A term, such as a school year.",
        key: Key::Column("term_id"),
        columns: &[
            Column::text("term_id", "").required(),
            Column::text("name", "The name.").required(),
            STATUS,
            INTEGRATION,
            START,
            END,
        ],
        live: "active",
        gone: "deleted",
        statuses: &["active", "deleted"],
        readable: true,
    },
    Table {
        class: "courses",
        file: "courses",
        summary: "A course.",
        key: Key::Column("course_id"),
        columns: &[
            Column::text("course_id", "").required(),
            Column::text("short_name", "The course code.").required(),
            Column::text("long_name", "The name.").required(),
            Column::text("account_id", "The account that it belongs to.").to("accounts"),
            Column::text("term_id", "The term that it belongs to.").to("terms"),
            STATUS,
            INTEGRATION,
            START,
            END,
            Column::text("course_format", "on_campus, online or blended."),
        ],
        live: "active",
        gone: "deleted",
        statuses: &["active", "deleted", "completed", "published"],
        readable: true,
    },
    Table {
        class: "sections",
        file: "sections",
        summary: "A section of a course.",
        key: Key::Column("section_id"),
        columns: &[
            Column::text("section_id", "").required(),
            Column::text("course_id", "The course.").required().to("courses"),
            Column::text("name", "The name.").required(),
            STATUS,
            INTEGRATION,
            START,
            END,
        ],
        live: "active",
        gone: "deleted",
        statuses: &["active", "deleted"],
        readable: true,
    },
    Table {
        class: "users",
        file: "users",
        summary: "A user with a login.",
        key: Key::Column("user_id"),
        columns: &[
            Column::text("user_id", "").required(),
            Column::text("login_id", "The name to log in with.").required(),
            Column::text(
                "authentication_provider_id",
                "The provider, where it differs from the setting's.",
            ),
            Column::text("first_name", "The given name; cannot be read back."),
            Column::text("last_name", "The family name; cannot be read back."),
            Column::text("full_name", "The whole name, instead of first and last name."),
            Column::text("sortable_name", "The name in lists: family name, given name."),
            Column::text("short_name", "The name to be called by."),
            Column::text("email", "The address."),
            Column::text("pronouns", "The pronouns."),
            Column::text(
                "declared_user_type",
                "administrative, observer, staff, student, student_other or teacher.",
            ),
            STATUS,
            INTEGRATION,
        ],
        live: "active",
        gone: "suspended",
        statuses: &["active", "suspended", "deleted"],
        readable: true,
    },
    Table {
        class: "enrollments",
        file: "enrollments",
        summary: "A user's role in a section, or in a course's default section.",
        key: Key::Composite("enrollment_id"),
        columns: &[
            Column::text("course_id", "The course, where there is no section.").to("courses"),
            Column::text("section_id", "The section.").to("sections"),
            Column::text("user_id", "The user.").required().to("users"),
            Column::text(
                "role",
                "student, teacher, ta, observer, designer or a role of the account's own.",
            )
            .required(),
            STATUS,
            START,
            END,
            Column::flag(
                "limit_section_privileges",
                "Sees only people of the same section.",
            ),
            Column::flag("notify", "Canvas sends the user a message; cannot be read back."),
        ],
        live: "active",
        gone: "deleted",
        statuses: &[
            "active",
            "deleted",
            "completed",
            "inactive",
            "deleted_last_completed",
        ],
        readable: true,
    },
    Table {
        class: "groups",
        file: "groups",
        summary: "A group of users in an account or a course; is not read back.",
        key: Key::Column("group_id"),
        columns: &[
            Column::text("group_id", "").required(),
            Column::text("name", "The name.").required(),
            Column::text("account_id", "The account that it belongs to.").to("accounts"),
            Column::text("course_id", "The course that it belongs to.").to("courses"),
            STATUS,
        ],
        live: "available",
        gone: "deleted",
        statuses: &["available", "deleted"],
        readable: false,
    },
    Table {
        class: "group_memberships",
        file: "groups_membership",
        summary: "A user's place in a group; is not read back.",
        key: Key::Composite("membership_id"),
        columns: &[
            Column::text("group_id", "The group.").required().to("groups"),
            Column::text("user_id", "The user.").required().to("users"),
            STATUS,
        ],
        live: "accepted",
        gone: "deleted",
        statuses: &["accepted", "deleted"],
        readable: false,
    },
];

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;

    /// What Canvas documents about its files.
    fn documented() -> Option<Value> {
        let folder = std::env::var_os("SAMKLANG_SCHEMAS").map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| {
            PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/schemas"))
        });
        let file = folder.join("canvas/sis_csv_columns.json");
        match std::fs::read_to_string(&file) {
            Ok(text) => Some(serde_json::from_str(&text).unwrap()),
            Err(_) => {
                println!(
                    "not checked against Canvas's columns: SAMKLANG_SCHEMAS has no canvas/sis_csv_columns.json"
                );
                None
            }
        }
    }

    #[test]
    fn columns_and_statuses_are_those_that_canvas_documents() {
        let Some(documented) = documented() else { return };
        for table in &TABLES {
            let file = &documented["files"][table.file];
            let columns = file["columns"]
                .as_object()
                .unwrap_or_else(|| panic!("{}", table.file));
            for column in table.columns {
                assert!(
                    columns.contains_key(column.name),
                    "{}.{} is unknown",
                    table.file,
                    column.name
                );
            }
            for (name, marks) in columns {
                let marks = marks.as_str().unwrap();
                let needed = marks.starts_with('r') && name != "status";
                let column = table.columns.iter().find(|column| column.name == name);
                if needed {
                    let column = column.unwrap_or_else(|| panic!("{}.{name} is required", table.file));
                    assert!(
                        table.always(column),
                        "{}.{name} is not always written",
                        table.file
                    );
                }
            }
            let statuses: Vec<_> = file["enums"]["status"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_str().unwrap())
                .collect();
            assert_eq!(table.statuses, statuses, "{}", table.file);
            assert!(statuses.contains(&table.live) && statuses.contains(&table.gone));
        }
    }

    #[test]
    fn files_are_told_apart_by_the_columns_that_are_always_there() {
        let Some(documented) = documented() else { return };
        let names = |list: &Value| -> Vec<String> {
            list.as_array()
                .map(|list| list.iter().map(|it| it.as_str().unwrap().to_owned()).collect())
                .unwrap_or_default()
        };
        for table in &TABLES {
            let header: Vec<_> = table
                .columns
                .iter()
                .filter(|column| table.always(column))
                .map(|column| column.name.to_owned())
                .collect();
            let fits = |detect: &Value| {
                let any = detect["any"].as_array().into_iter().flatten();
                names(&detect["all"]).iter().all(|name| header.contains(name))
                    && !names(&detect["none"]).iter().any(|name| header.contains(name))
                    && any
                        .map(names)
                        .all(|group| group.iter().any(|name| header.contains(name)))
            };
            let own = &documented["files"][table.file]["detect"];
            // An enrollment's place is in either of two columns, and each row fills one.
            assert!(
                own.is_null() || table.file == "enrollments" || fits(own),
                "{}: {header:?}",
                table.file
            );
        }
    }

    #[test]
    fn order_is_that_of_canvas() {
        let Some(documented) = documented() else { return };
        let order: Vec<_> = documented["import_order"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap())
            .collect();
        let place = |table: &Table| {
            let kind = if table.file == "groups_membership" {
                "group_membership"
            } else {
                table.file.trim_end_matches('s')
            };
            order
                .iter()
                .position(|known| *known == kind)
                .unwrap_or_else(|| panic!("{kind}"))
        };
        assert!(TABLES.is_sorted_by_key(place));
    }

    #[test]
    fn no_password_is_among_the_attributes() {
        let columns = TABLES.iter().flat_map(|table| table.columns);
        assert!(
            columns
                .into_iter()
                .all(|column| !column.name.contains("password"))
        );
    }
}
