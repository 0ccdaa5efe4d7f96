//! Reading what is in Canvas. Only objects with an SIS id are told of: what people made by hand is none of this connection's
//! business. Lists are fetched page by page as they are asked for; in memory are the accounts and the ids of suspended users.

mod objects;

use std::collections::HashSet;

use samklang_sdk::http::{Failure, segment};
use samklang_sdk::{Error, Object, Row};
use serde::Deserialize;

use crate::api::{Api, each};
use crate::key::EnrollmentKey;
use crate::settings::{EnrollmentEnd, UserEnd};
use objects::{Account, Accounts, Course, Enrollment, Login, Section, Term, Terms, User};

/// Rows of one class.
type Rows = Box<dyn Iterator<Item = Result<Row, Error>>>;

/// The state of one account and all below it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) api: Api,
    pub(crate) delete: UserEnd,
    pub(crate) delete_enrollment: EnrollmentEnd,
}

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
