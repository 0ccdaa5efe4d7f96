//! Objects as Canvas's REST interface shows them, and the rows that they are. What has no SIS id, or is deleted, has no row.

use std::collections::HashMap;

use samklang_sdk::Row;
use serde::Deserialize;

use crate::api::id;
use crate::key::EnrollmentKey;
use crate::settings::UserEnd;

/// Accounts' SIS ids by their ids.
pub(super) type Accounts = HashMap<String, Option<String>>;

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub(super) parent_account_id: String,
    pub(super) sis_account_id: Option<String>,
    pub(super) integration_id: Option<String>,
    pub(super) workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Terms {
    pub(super) enrollment_terms: Vec<Term>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Term {
    pub(super) name: Option<String>,
    pub(super) sis_term_id: Option<String>,
    pub(super) start_at: Option<String>,
    pub(super) end_at: Option<String>,
    pub(super) workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Course {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    pub(super) name: Option<String>,
    pub(super) course_code: Option<String>,
    pub(super) sis_course_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub(super) account_id: String,
    pub(super) term: Option<Term>,
    pub(super) integration_id: Option<String>,
    pub(super) start_at: Option<String>,
    pub(super) end_at: Option<String>,
    pub(super) course_format: Option<String>,
    pub(super) workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Section {
    pub(super) name: Option<String>,
    pub(super) sis_section_id: Option<String>,
    pub(super) sis_course_id: Option<String>,
    pub(super) integration_id: Option<String>,
    pub(super) start_at: Option<String>,
    pub(super) end_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) sis_user_id: Option<String>,
    pub(super) login_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) sortable_name: Option<String>,
    pub(super) short_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) integration_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Login {
    pub(super) sis_user_id: Option<String>,
    pub(super) workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Enrollment {
    pub(super) sis_course_id: Option<String>,
    pub(super) sis_section_id: Option<String>,
    pub(super) sis_user_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    pub(super) associated_user_id: String,
    pub(super) role: Option<String>,
    pub(super) r#type: Option<String>,
    pub(super) enrollment_state: Option<String>,
    pub(super) start_at: Option<String>,
    pub(super) end_at: Option<String>,
    pub(super) limit_privileges_to_course_section: Option<bool>,
}

fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

impl Account {
    pub(super) fn row(self, accounts: &Accounts) -> Option<Row> {
        if self.workflow_state.as_deref() == Some("deleted") {
            return None;
        }
        let parent = accounts.get(&self.parent_account_id).cloned().flatten();
        let row = Row::new().with("account_id", text(self.sis_account_id)?);
        let row = row
            .with("parent_account_id", parent)
            .with("name", self.name)
            .with("status", "active");
        Some(row.with("integration_id", self.integration_id))
    }
}

impl Term {
    pub(super) fn row(self) -> Option<Row> {
        if self.workflow_state.as_deref() == Some("deleted") {
            return None;
        }
        let row = Row::new()
            .with("term_id", text(self.sis_term_id)?)
            .with("name", self.name);
        Some(
            row.with("status", "active")
                .with("start_date", self.start_at)
                .with("end_date", self.end_at),
        )
    }
}

impl Course {
    pub(super) fn row(self, accounts: Option<&Accounts>) -> Option<Row> {
        let status = match self.workflow_state.as_deref() {
            Some("deleted") => return None,
            Some("available") => "published",
            Some("completed") => "completed",
            _ => "active",
        };
        let account = accounts
            .and_then(|accounts| accounts.get(&self.account_id))
            .cloned()
            .flatten();
        let term = self.term.and_then(|term| term.sis_term_id);
        let row = Row::new()
            .with("course_id", text(self.sis_course_id)?)
            .with("short_name", self.course_code);
        let row = row
            .with("long_name", self.name)
            .with("account_id", account)
            .with("term_id", term);
        let row = row
            .with("status", status)
            .with("integration_id", self.integration_id);
        let row = row
            .with("start_date", self.start_at)
            .with("end_date", self.end_at);
        Some(row.with("course_format", self.course_format))
    }
}

impl Section {
    pub(super) fn row(self, course: Option<String>) -> Option<Row> {
        let row = Row::new().with("section_id", text(self.sis_section_id)?);
        let row = row
            .with("course_id", course.or(self.sis_course_id))
            .with("name", self.name);
        let row = row
            .with("status", "active")
            .with("integration_id", self.integration_id);
        Some(
            row.with("start_date", self.start_at)
                .with("end_date", self.end_at),
        )
    }
}

impl Login {
    pub(super) fn is_suspended(&self) -> bool {
        self.workflow_state.as_deref() == Some("suspended")
    }
}

impl User {
    /// Where suspension is the way of removal, a suspended user is gone.
    pub(super) fn row(self, suspended: bool, end: UserEnd) -> Option<Row> {
        if suspended && end == UserEnd::Suspended {
            return None;
        }
        let row = Row::new()
            .with("user_id", text(self.sis_user_id)?)
            .with("login_id", self.login_id);
        let row = row
            .with("full_name", self.name)
            .with("sortable_name", self.sortable_name);
        let row = row.with("short_name", self.short_name).with("email", self.email);
        let row = row.with("status", if suspended { "suspended" } else { "active" });
        Some(row.with("integration_id", self.integration_id))
    }
}

impl Enrollment {
    /// The name that the role has in a file.
    fn role(&self) -> Option<&str> {
        let role = self.role.as_deref().or(self.r#type.as_deref())?;
        Some(match role {
            "StudentEnrollment" => "student",
            "TeacherEnrollment" => "teacher",
            "TaEnrollment" => "ta",
            "ObserverEnrollment" => "observer",
            "DesignerEnrollment" => "designer",
            own => own,
        })
    }

    /// Observers of a certain student are not told of: their enrollments belong to what ties them to the student.
    pub(super) fn key(&self) -> Option<EnrollmentKey> {
        let section = self.sis_section_id.as_deref().unwrap_or_default();
        let course = self.sis_course_id.as_deref().unwrap_or_default();
        let user = self.sis_user_id.as_deref().filter(|user| !user.is_empty())?;
        let in_a_place = !(section.is_empty() && course.is_empty());
        let alone = self.associated_user_id.is_empty();
        (in_a_place && alone).then_some(EnrollmentKey::new(section, course, user, self.role()?))
    }

    pub(super) fn row(self) -> Option<Row> {
        let key = self.key()?;
        let status = match self.enrollment_state.as_deref() {
            Some(state @ ("inactive" | "completed")) => state,
            Some("deleted") => return None,
            _ => "active",
        };
        let (section, course) = if key.in_section {
            (key.place.as_str(), "")
        } else {
            ("", key.place.as_str())
        };
        let row = Row::new().with("enrollment_id", key.text());
        let row = row
            .with("section_id", section)
            .with("user_id", key.user.as_str())
            .with("role", key.role.as_str());
        // In a section the course follows from it, and a mapping need not say it.
        let row = if key.in_section {
            row
        } else {
            row.with("course_id", course)
        };
        let row = row
            .with("status", status)
            .with("start_date", self.start_at)
            .with("end_date", self.end_at);
        Some(row.with(
            "limit_section_privileges",
            self.limit_privileges_to_course_section,
        ))
    }
}
