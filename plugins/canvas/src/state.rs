//! Reading what is in Canvas. Only objects with an SIS id are told of: what people made by hand is none of this connection's
//! business. Lists are fetched page by page as they are asked for; in memory are the accounts and the ids of suspended users.

use std::collections::{HashMap, HashSet};

use samklang_sdk::http::{Failure, segment};
use samklang_sdk::{Error, Object, Row};
use serde::Deserialize;

use crate::api::{Api, each, id};
use crate::key::EnrollmentKey;
use crate::settings::{EnrollmentEnd, UserEnd};

/// Rows of one class.
type Rows = Box<dyn Iterator<Item = Result<Row, Error>>>;

/// The state of one account and all below it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) api: Api,
    pub(crate) delete: UserEnd,
    pub(crate) delete_enrollment: EnrollmentEnd,
}

#[derive(Debug, Deserialize)]
struct Account {
    #[serde(deserialize_with = "id")]
    id: String,
    name: Option<String>,
    #[serde(default, deserialize_with = "id")]
    parent_account_id: String,
    sis_account_id: Option<String>,
    integration_id: Option<String>,
    workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Terms {
    enrollment_terms: Vec<Term>,
}

#[derive(Debug, Deserialize)]
struct Term {
    name: Option<String>,
    sis_term_id: Option<String>,
    start_at: Option<String>,
    end_at: Option<String>,
    workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Course {
    #[serde(deserialize_with = "id")]
    id: String,
    name: Option<String>,
    course_code: Option<String>,
    sis_course_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    account_id: String,
    term: Option<Term>,
    integration_id: Option<String>,
    start_at: Option<String>,
    end_at: Option<String>,
    course_format: Option<String>,
    workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Section {
    name: Option<String>,
    sis_section_id: Option<String>,
    sis_course_id: Option<String>,
    integration_id: Option<String>,
    start_at: Option<String>,
    end_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    sis_user_id: Option<String>,
    login_id: Option<String>,
    name: Option<String>,
    sortable_name: Option<String>,
    short_name: Option<String>,
    email: Option<String>,
    integration_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Login {
    sis_user_id: Option<String>,
    workflow_state: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Enrollment {
    sis_course_id: Option<String>,
    sis_section_id: Option<String>,
    sis_user_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    associated_user_id: String,
    role: Option<String>,
    r#type: Option<String>,
    enrollment_state: Option<String>,
    start_at: Option<String>,
    end_at: Option<String>,
    limit_privileges_to_course_section: Option<bool>,
}

/// Accounts' SIS ids by their ids.
type Accounts = HashMap<String, Option<String>>;

impl State {
    /// Every object of a class; an unknown class has none.
    pub(crate) fn rows(&self, class: &str) -> Result<Rows, Error> {
        Ok(match class {
            "accounts" => {
                let accounts = self.accounts()?;
                let rows = self
                    .list_accounts()
                    .filter_map(move |account| row(account, |it| it.row(&accounts)));
                Box::new(rows)
            }
            "terms" => Box::new(self.terms().filter_map(|term| row(term, |term| term.row()))),
            "courses" => {
                let accounts = self.accounts()?;
                let courses = self
                    .api
                    .list::<Course>(&self.api.account("/courses"), &[("include[]", "term")]);
                Box::new(courses.filter_map(move |course| row(course, |course| course.row(Some(&accounts)))))
            }
            "sections" => {
                let api = self.api.clone();
                let sections = self.course_ids().flat_map(move |course| {
                    follow(
                        course.map(|course| api.list::<Section>(&format!("/courses/{course}/sections"), &[])),
                    )
                });
                Box::new(sections.filter_map(|section| row(section, |section| section.row(None))))
            }
            "users" => {
                let suspended = self.suspended()?;
                let (query, end) = ([("include[]", "email")], self.delete);
                let users = self.api.list::<User>(&self.api.account("/users"), &query);
                Box::new(users.filter_map(move |user| {
                    row(user, |user| {
                        let is_suspended = user.sis_user_id.as_ref().is_some_and(|id| suspended.contains(id));
                        user.row(is_suspended, end)
                    })
                }))
            }
            "enrollments" => {
                let (api, end) = (self.api.clone(), self.delete_enrollment);
                let enrollments = self.course_ids().flat_map(move |course| {
                    let path = course.map(|course| format!("/courses/{course}/enrollments"));
                    follow(path.map(|path| api.list::<Enrollment>(&path, &present(end))))
                });
                Box::new(enrollments.filter_map(|enrollment| row(enrollment, |it| it.row())))
            }
            _ => Box::new(std::iter::empty()),
        })
    }

    /// One object.
    pub(crate) fn object(&self, class: &str, key: &str) -> Result<Option<Object>, Error> {
        let sis = segment(key);
        let found = match class {
            "accounts" => match self
                .api
                .find::<Account>(&format!("/accounts/sis_account_id:{sis}"))?
            {
                Some(account) => account.row(&self.accounts()?),
                None => None,
            },
            "terms" => match self
                .api
                .find::<Term>(&self.api.account(&format!("/terms/sis_term_id:{sis}")))?
            {
                Some(term) => term.row(),
                None => None,
            },
            "courses" => match self
                .api
                .find::<Course>(&format!("/courses/sis_course_id:{sis}?include%5B%5D=term"))?
            {
                Some(course) => course.row(Some(&self.accounts()?)),
                None => None,
            },
            "sections" => match self
                .api
                .find::<Section>(&format!("/sections/sis_section_id:{sis}"))?
            {
                Some(section) => section.row(None),
                None => None,
            },
            "users" => self.user(&sis)?,
            "enrollments" => self.enrollment(key)?,
            _ => None,
        };
        Ok(found.map(|row| row.into_object(key)))
    }

    fn user(&self, sis: &str) -> Result<Option<Row>, Error> {
        let path = format!("/users/sis_user_id:{sis}");
        let Some(user) = self.api.find::<User>(&path)? else {
            return Ok(None);
        };
        let mut suspended = false;
        for login in self.api.list::<Login>(&format!("{path}/logins"), &[]) {
            let login = login?;
            suspended |= login.sis_user_id == user.sis_user_id && login.is_suspended();
        }
        Ok(user.row(suspended, self.delete))
    }

    fn enrollment(&self, key: &str) -> Result<Option<Row>, Error> {
        let Some(parsed) = EnrollmentKey::parse(key) else {
            return Ok(None);
        };
        let path = format!("/users/sis_user_id:{}", segment(&parsed.user));
        if self.api.find::<User>(&path)?.is_none() {
            return Ok(None);
        }
        let enrollments = self
            .api
            .list::<Enrollment>(&format!("{path}/enrollments"), &present(self.delete_enrollment));
        for enrollment in enrollments {
            let enrollment = enrollment?;
            // Enrollments by course are found under their default section, which has no SIS id.
            if enrollment.key().is_some_and(|found| found == parsed) {
                return Ok(enrollment.row());
            }
        }
        Ok(None)
    }

    /// The name of a group, which a removal must repeat.
    pub(crate) fn group_name(&self, key: &str) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Group {
            name: Option<String>,
        }
        let group = self
            .api
            .find::<Group>(&format!("/groups/sis_group_id:{}", segment(key)))?;
        Ok(group.and_then(|group| group.name))
    }

    fn list_accounts(&self) -> impl Iterator<Item = Result<Account, Error>> + 'static + use<> {
        self.api
            .list(&self.api.account("/sub_accounts"), &[("recursive", "true")])
    }

    fn accounts(&self) -> Result<Accounts, Error> {
        self.list_accounts()
            .map(|account| account.map(|account| (account.id, account.sis_account_id)))
            .collect()
    }

    fn terms(&self) -> impl Iterator<Item = Result<Term, Error>> + 'static + use<> {
        let pages = self.api.pages::<Terms>(&self.api.account("/terms"), &[]);
        pages.flat_map(|page| each(page.map(|page| page.enrollment_terms)))
    }

    /// The ids of courses that came from SIS.
    fn course_ids(&self) -> impl Iterator<Item = Result<String, Error>> + 'static + use<> {
        let courses = self.api.list::<Course>(&self.api.account("/courses"), &[]);
        courses.filter_map(|course| match course {
            Ok(course) => course
                .sis_course_id
                .filter(|sis| !sis.is_empty())
                .map(|_| Ok(course.id)),
            Err(error) => Some(Err(error)),
        })
    }

    /// The SIS ids of users whose login is suspended. The list of users does not tell.
    fn suspended(&self) -> Result<HashSet<String>, Error> {
        let mut suspended = HashSet::new();
        for login in self.api.list::<Login>(&self.api.account("/logins"), &[]) {
            let login = login?;
            if login.is_suspended() {
                suspended.extend(login.sis_user_id);
            }
        }
        Ok(suspended)
    }

    /// Whether the token's user sees SIS ids; `None` where there is no user to tell by.
    pub(crate) fn sees_sis_ids(&self) -> Result<Option<bool>, Failure> {
        let users: Vec<serde_json::Map<String, serde_json::Value>> =
            self.api.one(&self.api.account("/users?per_page=1"))?;
        Ok(users.first().map(|user| user.contains_key("sis_user_id")))
    }
}

/// The states that count, as a query.
fn present(end: EnrollmentEnd) -> Vec<(&'static str, &'static str)> {
    end.present().iter().map(|state| ("state[]", *state)).collect()
}

/// An object's row, where it has one.
fn row<T>(object: Result<T, Error>, row: impl FnOnce(T) -> Option<Row>) -> Option<Result<Row, Error>> {
    match object {
        Ok(object) => row(object).map(Ok),
        Err(error) => Some(Err(error)),
    }
}

/// What lies below an object, or why the object could not be had.
fn follow<T, I: Iterator<Item = Result<T, Error>>>(
    below: Result<I, Error>,
) -> impl Iterator<Item = Result<T, Error>> {
    let (below, error) = match below {
        Ok(below) => (Some(below), None),
        Err(error) => (None, Some(Err(error))),
    };
    below.into_iter().flatten().chain(error)
}

fn text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

impl Account {
    fn row(self, accounts: &Accounts) -> Option<Row> {
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
    fn row(self) -> Option<Row> {
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
    fn row(self, accounts: Option<&Accounts>) -> Option<Row> {
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
    fn row(self, course: Option<String>) -> Option<Row> {
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
    fn is_suspended(&self) -> bool {
        self.workflow_state.as_deref() == Some("suspended")
    }
}

impl User {
    /// Where suspension is the way of removal, a suspended user is gone.
    fn row(self, suspended: bool, end: UserEnd) -> Option<Row> {
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
    fn key(&self) -> Option<EnrollmentKey> {
        let section = self.sis_section_id.as_deref().unwrap_or_default();
        let course = self.sis_course_id.as_deref().unwrap_or_default();
        let user = self.sis_user_id.as_deref().filter(|user| !user.is_empty())?;
        let in_a_place = !(section.is_empty() && course.is_empty());
        let alone = self.associated_user_id.is_empty();
        (in_a_place && alone).then_some(EnrollmentKey::new(section, course, user, self.role()?))
    }

    fn row(self) -> Option<Row> {
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
