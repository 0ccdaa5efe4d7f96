//! Accounts, terms, courses, sections, cross-listings and enrolments.

use super::super::files::Row;
use super::super::schema::ROLES;
use super::super::world::Class;
use super::{Applier, Refusal, refuse};

impl Applier<'_> {
    pub(super) fn account(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let account_id = row.get("account_id").unwrap_or_default();
        let parent = match row.get("parent_account_id") {
            None => self.world.root,
            Some(parent) => match self.world.table(Class::Account).by_sis(parent) {
                Some(parent) => parent,
                None => return refuse(format!("Parent account didn't exist for {account_id}")),
            },
        };
        let deleted = row.get("status") == Some("deleted");
        if deleted && self.params.skip_deletes {
            return Err(None);
        }
        if let Some(found) = self.world.table(Class::Account).by_sis(account_id)
            && self.world.beneath(parent, found)
        {
            return refuse(format!(
                "Setting account {account_id}'s parent would create a loop"
            ));
        }
        let account = self.find_or_add(Class::Account, account_id, "active");
        if self.may_set(Class::Account, account, "parent_account_id") {
            self.world
                .table_mut(Class::Account)
                .set_link(account, "parent", parent);
        }
        self.set(Class::Account, account, "name", row.get("name"));
        self.integration(Class::Account, account, row);
        self.set_state(
            Class::Account,
            account,
            if deleted { "deleted" } else { "active" },
        );
        self.touch(Class::Account, account);
        Ok(())
    }

    pub(super) fn term(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let term_id = row.get("term_id").unwrap_or_default();
        let deleted = row.get("status") == Some("deleted");
        if deleted && self.params.skip_deletes {
            return Err(None);
        }
        if let Some(kind) = row.get("date_override_enrollment_type") {
            let Some(term) = self.world.table(Class::Term).by_sis(term_id) else {
                return refuse(format!("Term {term_id} not found, skipping the dates of {kind}"));
            };
            let dates = format!(
                "{}/{}",
                row.get("start_date").unwrap_or_default(),
                row.get("end_date").unwrap_or_default()
            );
            let field = match kind {
                "StudentEnrollment" => "dates_of_students",
                "TeacherEnrollment" => "dates_of_teachers",
                "TaEnrollment" => "dates_of_tas",
                _ => "dates_of_designers",
            };
            self.set(
                Class::Term,
                term,
                field,
                Some(dates.as_str()).filter(|_| !deleted),
            );
            return Ok(());
        }
        if row.get("name").is_none() {
            return refuse(format!("No name given for term {term_id}"));
        }
        let term = self.find_or_add(Class::Term, term_id, "active");
        self.set(Class::Term, term, "name", row.get("name"));
        self.set(Class::Term, term, "start_at", row.get("start_date"));
        self.set(Class::Term, term, "end_at", row.get("end_date"));
        self.integration(Class::Term, term, row);
        self.set_state(Class::Term, term, if deleted { "deleted" } else { "active" });
        self.touch(Class::Term, term);
        Ok(())
    }

    pub(super) fn course(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let course_id = row.get("course_id").unwrap_or_default();
        let status = row.get("status").unwrap_or_default();
        if status == "deleted" && self.params.skip_deletes {
            return Err(None);
        }
        let course = self.find_or_add(Class::Course, course_id, "unpublished");
        for (column, to, class) in [
            ("account_id", "account", Class::Account),
            ("term_id", "term", Class::Term),
        ] {
            let fallback = if class == Class::Account {
                self.world.root
            } else {
                self.world.default_term
            };
            let wanted = row.get(column).map(|id| (id, self.world.table(class).by_sis(id)));
            if let Some((id, None)) = wanted {
                let what = if class == Class::Account {
                    "Account"
                } else {
                    "Term"
                };
                self.remark(
                    row,
                    format!("{what} not found \"{id}\" for course \"{course_id}\""),
                );
            }
            let found = wanted.and_then(|(_, found)| found);
            let has_one = self.world.table(Class::Course).of(course).link(to).is_some();
            if let Some(target) = found.or(Some(fallback).filter(|_| !has_one))
                && self.may_set(Class::Course, course, column)
            {
                self.world.table_mut(Class::Course).set_link(course, to, target);
            }
        }
        self.set(Class::Course, course, "course_code", row.get("short_name"));
        self.set(Class::Course, course, "name", row.get("long_name"));
        self.set_given(Class::Course, course, "friendly_name", row.get("friendly_name"));
        self.set_given(Class::Course, course, "course_format", row.get("course_format"));
        self.set_given(
            Class::Course,
            course,
            "grade_passback_setting",
            row.get("grade_passback_setting"),
        );
        self.set_given(
            Class::Course,
            course,
            "homeroom_course",
            row.get("homeroom_course"),
        );
        match row.get("blueprint_course_id") {
            Some("dissociate") => self.set(Class::Course, course, "blueprint_course_id", None),
            blueprint => self.set_given(Class::Course, course, "blueprint_course_id", blueprint),
        }
        for (column, field) in [("start_date", "start_at"), ("end_date", "end_at")] {
            match row.get(column) {
                Some("<delete>") => self.set(Class::Course, course, field, None),
                date => self.set_given(Class::Course, course, field, date),
            }
        }
        self.integration(Class::Course, course, row);
        if self.may_set(Class::Course, course, "status") {
            let now = self.world.table(Class::Course).of(course).state;
            let state = match (status, now) {
                ("published", _) | ("active", "available") => "available",
                ("completed", _) => "completed",
                ("deleted", _) => "deleted",
                _ => "unpublished",
            };
            self.set_state(Class::Course, course, state);
            if state == "deleted" {
                self.delete_linked(Class::Section, "course", course);
                self.delete_linked(Class::Enrollment, "course", course);
            }
        }
        self.touch(Class::Course, course);
        Ok(())
    }

    pub(super) fn section(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let section_id = row.get("section_id").unwrap_or_default();
        let course_id = row.get("course_id").unwrap_or_default();
        let Some(course) = self.world.table(Class::Course).by_sis(course_id) else {
            return refuse(format!(
                "Section {section_id} references course {course_id} which doesn't exist"
            ));
        };
        let deleted = row.get("status") == Some("deleted");
        if deleted && self.params.skip_deletes {
            return Err(None);
        }
        let section = self.find_or_add(Class::Section, section_id, "active");
        let crosslisted = self
            .world
            .table(Class::Section)
            .of(section)
            .link("home_course")
            .is_some();
        if crosslisted {
            self.world
                .table_mut(Class::Section)
                .set_link(section, "home_course", course);
        } else if self.may_set(Class::Section, section, "course_id") {
            self.move_section(section, course);
        }
        self.set(Class::Section, section, "name", row.get("name"));
        self.set(Class::Section, section, "start_at", row.get("start_date"));
        self.set(Class::Section, section, "end_at", row.get("end_date"));
        self.integration(Class::Section, section, row);
        self.set_state(
            Class::Section,
            section,
            if deleted { "deleted" } else { "active" },
        );
        if deleted {
            self.delete_linked(Class::Enrollment, "section", section);
        }
        self.touch(Class::Section, section);
        Ok(())
    }

    fn move_section(&mut self, section: u64, course: u64) {
        self.world
            .table_mut(Class::Section)
            .set_link(section, "course", course);
        for enrollment in self
            .world
            .table(Class::Enrollment)
            .linked("section", section)
            .to_vec()
        {
            self.world
                .table_mut(Class::Enrollment)
                .set_link(enrollment, "course", course);
        }
    }

    pub(super) fn xlist(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let course_id = row.get("xlist_course_id").unwrap_or_default();
        let section_id = row.get("section_id").unwrap_or_default();
        let Some(section) = self.world.table(Class::Section).by_sis(section_id) else {
            return refuse(format!(
                "A cross-listing referenced a non-existent section {section_id}"
            ));
        };
        if !self.may_set(Class::Section, section, "course_id") {
            return Err(None);
        }
        let home = self.world.table(Class::Section).of(section).link("home_course");
        if row.get("status") == Some("deleted") {
            if let Some(home) = home {
                self.move_section(section, home);
                self.world
                    .table_mut(Class::Section)
                    .of_mut(section)
                    .links
                    .remove("home_course");
            }
            return Ok(());
        }
        let Some(course) = self.world.table(Class::Course).by_sis(course_id) else {
            return refuse(format!(
                "A cross-listing referenced a non-existent course {course_id}"
            ));
        };
        if home.is_none() {
            let now = self
                .world
                .table(Class::Section)
                .of(section)
                .link("course")
                .expect("a section has a course");
            self.world
                .table_mut(Class::Section)
                .set_link(section, "home_course", now);
        }
        self.move_section(section, course);
        Ok(())
    }

    pub(super) fn enrollment(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let status = row.get("status").unwrap_or_default();
        if self.params.skip_deletes && status.starts_with("deleted") {
            return Err(None);
        }
        let user_id = row
            .get("user_integration_id")
            .or(row.get("user_id"))
            .unwrap_or_default();
        let logins = self.world.table(Class::Login);
        let login = match row.get("user_integration_id") {
            Some(id) => logins.by_integration(id),
            None => logins.by_sis(user_id),
        };
        let course_id = row.get("course_id").unwrap_or_default();
        let section_id = row.get("section_id").unwrap_or_default();
        let Some(login) = login.map(|login| logins.of(login)) else {
            return refuse(format!(
                "User not found for enrollment (User ID: {user_id}, Course ID: {course_id}, Section ID: {section_id})"
            ));
        };
        if !login.is_live() && !status.starts_with("deleted") {
            return refuse(format!(
                "Attempted enrolling with deleted sis login {user_id} in course {course_id}"
            ));
        }
        let user = login.link("user").expect("a login has a user");
        let section = self.enrollment_section(row, user_id)?;
        let (role, kind) = self.role(row)?;
        let associated = match row.get("associated_user_id") {
            None => None,
            Some(id) => match self.world.user_by_sis(id) {
                Some(found) => Some(found),
                None => {
                    return refuse(format!(
                        "An enrollment referenced a non-existent associated user {id}"
                    ));
                }
            },
        };
        let Some(enrollment) = self.enroll(
            user,
            section,
            kind,
            &role,
            associated,
            !status.starts_with("deleted"),
        ) else {
            return Err(None);
        };
        let both = row.get("start_date").zip(row.get("end_date"));
        self.set(
            Class::Enrollment,
            enrollment,
            "start_at",
            both.map(|(start, _)| start),
        );
        self.set(Class::Enrollment, enrollment, "end_at", both.map(|(_, end)| end));
        self.set_given(
            Class::Enrollment,
            enrollment,
            "limit_section_privileges",
            row.get("limit_section_privileges"),
        );
        self.end_enrollment(enrollment, status);
        Ok(())
    }

    /// Puts an enrolment into the state a status asks for.
    pub(in super::super) fn end_enrollment(&mut self, enrollment: u64, status: &str) {
        let state = match status {
            "completed" => "completed",
            "inactive" => "inactive",
            "deleted" => "deleted",
            "deleted_last_completed" => {
                let enrollments = self.world.table(Class::Enrollment);
                let this = enrollments.of(enrollment);
                let mut others = enrollments
                    .linked("user", this.link("user").unwrap_or_default())
                    .iter();
                let another = others.any(|&other| {
                    let other = enrollments.of(other);
                    other.id != enrollment
                        && other.state == "active"
                        && other.link("course") == this.link("course")
                });
                if another { "deleted" } else { "completed" }
            }
            _ => "active",
        };
        self.set_state(Class::Enrollment, enrollment, state);
        self.touch(Class::Enrollment, enrollment);
    }

    fn enrollment_section(&mut self, row: Row<'_>, user_id: &str) -> Result<u64, Refusal> {
        let sections = self.world.table(Class::Section);
        let courses = self.world.table(Class::Course);
        let course = row.get("course_id").map(|id| (id, courses.by_sis(id)));
        if let Some(section_id) = row.get("section_id") {
            let Some(section) = sections.by_sis(section_id) else {
                return refuse(format!(
                    "An enrollment referenced a non-existent section {section_id}"
                ));
            };
            let record = sections.of(section);
            if let Some((course_id, Some(course))) = course
                && record.link("course") != Some(course)
                && record.link("home_course") != Some(course)
            {
                return refuse(format!(
                    "An enrollment listed a section ({section_id}) and a course ({course_id}) that are unrelated for \
                     user ({user_id})"
                ));
            }
            return Ok(section);
        }
        let (course_id, course) = course.unwrap_or_default();
        let Some(course) = course else {
            return refuse(format!(
                "An enrollment referenced a non-existent course {course_id}"
            ));
        };
        let is_default = |&&id: &&u64| sections.of(id).text("default").is_some() && sections.of(id).is_live();
        if let Some(&section) = sections.linked("course", course).iter().find(is_default) {
            return Ok(section);
        }
        let name = courses.of(course).text("name").map(str::to_owned);
        let section = self.add(Class::Section, "active");
        let sections = self.world.table_mut(Class::Section);
        sections.set_link(section, "course", course);
        let texts = &mut sections.of_mut(section).texts;
        texts.insert("name", name.unwrap_or_default());
        texts.insert("default", "true".to_owned());
        Ok(section)
    }

    fn role(&self, row: Row<'_>) -> Result<(String, &'static str), Refusal> {
        let all = || {
            ROLES
                .iter()
                .map(|&(name, kind)| (name, kind))
                .chain(self.settings.custom_roles())
        };
        let by_id = row
            .get("role_id")
            .and_then(|id| id.parse::<usize>().ok()?.checked_sub(1));
        let found = match by_id {
            Some(at) => all().nth(at),
            None => all().find(|(name, _)| Some(*name) == row.get("role")),
        };
        match found {
            Some((name, kind)) => Ok((name.to_owned(), kind)),
            None => refuse(format!(
                "Improper role \"{}\" for an enrollment",
                row.get("role").unwrap_or_default()
            )),
        }
    }

    /// The enrolment of a user in a section in a role; made when there is none and `make`.
    pub(super) fn enroll(
        &mut self,
        user: u64,
        section: u64,
        kind: &str,
        role: &str,
        associated: Option<u64>,
        make: bool,
    ) -> Option<u64> {
        let key = format!("{user}|{section}|{role}|{}", associated.unwrap_or_default());
        if let Some(found) = self.world.table(Class::Enrollment).by_key(&key) {
            self.touch(Class::Enrollment, found);
            return Some(found);
        }
        if !make {
            return None;
        }
        let course = self
            .world
            .table(Class::Section)
            .of(section)
            .link("course")
            .expect("a section has a course");
        let enrollment = self.add(Class::Enrollment, "active");
        let enrollments = self.world.table_mut(Class::Enrollment);
        enrollments.set_link(enrollment, "user", user);
        enrollments.set_link(enrollment, "section", section);
        enrollments.set_link(enrollment, "course", course);
        if let Some(associated) = associated {
            enrollments.set_link(enrollment, "associated_user", associated);
        }
        enrollments.set_key(enrollment, Some(key));
        let record = enrollments.of_mut(enrollment);
        record.texts.insert("type", kind.to_owned());
        record.texts.insert("role", role.to_owned());
        self.touch(Class::Enrollment, enrollment);
        Some(enrollment)
    }
}
