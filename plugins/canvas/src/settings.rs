//! What the operator sets. The defaults are those of the schema in `settings.json`; a test holds the two together.

use serde::Deserialize;

/// The settings of a connection to Canvas.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    pub(crate) url: String,
    #[serde(default = "own_account")]
    pub(crate) account: String,
    #[serde(default)]
    pub(crate) delete: UserEnd,
    #[serde(default)]
    pub(crate) delete_enrollment: EnrollmentEnd,
    pub(crate) authentication_provider_id: Option<String>,
    #[serde(default)]
    pub(crate) override_stickiness: bool,
    #[serde(default = "first_wait")]
    pub(crate) poll_seconds: u64,
    #[serde(default = "longest_wait")]
    pub(crate) poll_seconds_max: u64,
    #[serde(default = "patience")]
    pub(crate) import_minutes: u64,
}

/// What removal means for a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserEnd {
    #[default]
    Suspended,
    Deleted,
}

impl UserEnd {
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }
}

/// What removal means for an enrollment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EnrollmentEnd {
    #[default]
    Deleted,
    Completed,
    Inactive,
    DeletedLastCompleted,
}

impl EnrollmentEnd {
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Completed => "completed",
            Self::Inactive => "inactive",
            Self::DeletedLastCompleted => "deleted_last_completed",
        }
    }

    /// The states in which an enrollment is there. One that removal leads to is none of them.
    pub(crate) fn present(self) -> &'static [&'static str] {
        match self {
            Self::Deleted => &["active", "invited", "inactive", "completed"],
            Self::Completed | Self::DeletedLastCompleted => &["active", "invited", "inactive"],
            Self::Inactive => &["active", "invited", "completed"],
        }
    }
}

fn own_account() -> String {
    "self".into()
}

fn first_wait() -> u64 {
    5
}

fn longest_wait() -> u64 {
    30
}

fn patience() -> u64 {
    4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../settings.json")).unwrap();
        let mut explicit = serde_json::json!({ "url": "https://canvas.example.org" });
        let implicit: Settings = serde_json::from_value(explicit.clone()).unwrap();
        for (name, property) in schema["properties"].as_object().unwrap() {
            if let Some(default) = property.get("default") {
                explicit[name] = default.clone();
            }
        }
        assert!(explicit.as_object().unwrap().len() > 5, "the schema has defaults");
        let explicit: Settings = serde_json::from_value(explicit).unwrap();
        assert_eq!(format!("{explicit:?}"), format!("{implicit:?}"));
    }

    #[test]
    fn each_choice_of_the_schema_is_understood() {
        let schema: serde_json::Value = serde_json::from_str(include_str!("../settings.json")).unwrap();
        for name in ["delete", "delete_enrollment"] {
            for choice in schema["properties"][name]["enum"].as_array().unwrap() {
                let settings = serde_json::json!({ "url": "https://canvas.example.org", name: choice });
                let settings: Settings = serde_json::from_value(settings).unwrap();
                let status = if name == "delete" {
                    settings.delete.status()
                } else {
                    settings.delete_enrollment.status()
                };
                assert_eq!(status, choice);
            }
        }
    }
}
