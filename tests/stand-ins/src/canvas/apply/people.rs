//! Users, logins, admins and observers.

use super::super::files::Row;
use super::super::world::Class;
use super::{Applier, Refusal, refuse};

impl Applier<'_> {
    pub(super) fn user(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let user_id = row.get("user_id").unwrap_or_default();
        let login_id = row.get("login_id").unwrap_or_default();
        let mut existing = self.world.table(Class::Login).by_sis(user_id);
        if row.get("status") == Some("deleted") {
            return self.remove_login(user_id, existing);
        }
        let provider = self.provider(row, user_id)?;
        let claimed = self.world.table(Class::Login).by_key(&login_id.to_lowercase());
        if let Some(other) = claimed.filter(|_| claimed != existing) {
            if !self.params.update_if_claimed || existing.is_some() {
                return refuse(self.claimed(other, user_id));
            }
            self.world.table_mut(Class::Login).set_sis(other, Some(user_id));
            existing = Some(other);
        }
        let (user, login) = match existing {
            Some(login) => (
                self.world
                    .table(Class::Login)
                    .of(login)
                    .link("user")
                    .expect("a login has a user"),
                login,
            ),
            None => {
                let user = self.add(Class::User, "active");
                let login = self.add_login(user);
                self.world.table_mut(Class::Login).set_sis(login, Some(user_id));
                (user, login)
            }
        };
        self.names(user, row, existing.is_none());
        match row.get("pronouns") {
            Some("<delete>") => self.set(Class::User, user, "pronouns", None),
            pronouns => self.set_given(Class::User, user, "pronouns", pronouns),
        }
        match row.get("declared_user_type") {
            Some("<delete>") => self.set(Class::Login, login, "declared_user_type", None),
            kind => self.set_given(Class::Login, login, "declared_user_type", kind),
        }
        self.fill_login(login, row, login_id, provider);
        if self.may_set(Class::Login, login, "status") {
            let state = if row.get("status") == Some("suspended") {
                "suspended"
            } else {
                "active"
            };
            self.set_state(Class::Login, login, state);
            self.set_state(Class::User, user, "active");
        }
        self.touch(Class::Login, login);
        self.touch(Class::User, user);
        Ok(())
    }

    pub(super) fn login(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let user_id = row.get("user_id").unwrap_or_default();
        let login_id = row.get("login_id").unwrap_or_default();
        let logins = self.world.table(Class::Login);
        let by_canvas_id = || {
            let id = row.get("existing_canvas_user_id")?.parse().ok()?;
            self.world.table(Class::User).get(id).map(|user| user.id)
        };
        let by_integration = || {
            logins
                .of(logins.by_integration(row.get("existing_integration_id")?)?)
                .link("user")
        };
        let by_sis = || self.world.user_by_sis(row.get("existing_user_id")?);
        let Some(user) = by_canvas_id().or_else(by_integration).or_else(by_sis) else {
            return refuse(format!(
                "Could not find the existing user for login {user_id}, skipping"
            ));
        };
        let existing = logins.by_sis(user_id);
        if let Some(login) = existing
            && logins.of(login).link("user") != Some(user)
        {
            return refuse(format!("The login {user_id} belongs to another user, skipping"));
        }
        let provider = self.provider(row, user_id)?;
        let claimed = self.world.table(Class::Login).by_key(&login_id.to_lowercase());
        if let Some(other) = claimed.filter(|_| claimed != existing) {
            return refuse(self.claimed(other, user_id));
        }
        let login = existing.unwrap_or_else(|| {
            let login = self.add_login(user);
            self.world.table_mut(Class::Login).set_sis(login, Some(user_id));
            login
        });
        self.fill_login(login, row, login_id, provider);
        self.set_state(Class::Login, login, "active");
        self.touch(Class::Login, login);
        Ok(())
    }

    fn add_login(&mut self, user: u64) -> u64 {
        let login = self.add(Class::Login, "active");
        let root = self.world.root;
        let logins = self.world.table_mut(Class::Login);
        logins.set_link(login, "user", user);
        logins.set_link(login, "account", root);
        logins
            .of_mut(login)
            .texts
            .insert("password_is_auto", "true".to_owned());
        login
    }

    fn fill_login(&mut self, login: u64, row: Row<'_>, login_id: &str, provider: Option<u64>) {
        self.set(Class::Login, login, "unique_id", Some(login_id));
        let logins = self.world.table_mut(Class::Login);
        let key = logins.of(login).text("unique_id").map(str::to_lowercase);
        logins.set_key(login, key);
        self.integration(Class::Login, login, row);
        let provider = provider.map(|id| id.to_string());
        self.set(
            Class::Login,
            login,
            "authentication_provider_id",
            provider.as_deref(),
        );
        let record = self.world.table_mut(Class::Login).of_mut(login);
        if let Some(password) = row.get("password").or(row.get("ssha_password"))
            && record.texts.remove("password_is_auto").is_some()
        {
            record.texts.insert("password", password.to_owned());
        }
        if let Some(email) = row.get("email") {
            if record.text("email").is_none() {
                self.count("CommunicationChannel", "created");
            }
            self.set(Class::Login, login, "email", Some(email));
        }
    }

    /// Without a value the login loses its provider.
    fn provider(&self, row: Row<'_>, user_id: &str) -> Result<Option<u64>, Refusal> {
        let Some(wanted) = row.get("authentication_provider_id") else {
            return Ok(None);
        };
        let known = self
            .settings
            .providers
            .iter()
            .find(|(id, kind)| kind == wanted || id.to_string() == wanted);
        match known {
            Some((id, _)) => Ok(Some(*id)),
            None => refuse(format!(
                "unrecognized authentication provider {wanted} for {user_id}, skipping"
            )),
        }
    }

    fn claimed(&self, other: u64, user_id: &str) -> String {
        let other = self.world.table(Class::Login).of(other);
        let owner = match &other.sis_id {
            Some(sis_id) => format!("SIS ID {sis_id}"),
            None => format!("Canvas ID {}", other.link("user").unwrap_or_default()),
        };
        format!(
            "An existing Canvas user with the {owner} has already claimed {user_id}'s user_id requested login \
             information, skipping"
        )
    }

    fn remove_login(&mut self, user_id: &str, existing: Option<u64>) -> Result<(), Refusal> {
        if self.params.skip_deletes {
            return Err(None);
        }
        let Some(login) = existing else { return Err(None) };
        let user = self
            .world
            .table(Class::Login)
            .of(login)
            .link("user")
            .expect("a login has a user");
        if user == self.world.admin {
            return refuse(format!("Can't remove yourself user_id '{user_id}'"));
        }
        if !self.may_set(Class::Login, login, "status") {
            return Ok(());
        }
        self.set_state(Class::Login, login, "deleted");
        self.world.table_mut(Class::Login).set_key(login, None);
        self.touch(Class::Login, login);
        let logins = self.world.table(Class::Login);
        if !logins
            .linked("user", user)
            .iter()
            .any(|&other| logins.of(other).is_live())
        {
            self.delete_linked(Class::Enrollment, "user", user);
            self.delete_linked(Class::Membership, "user", user);
        }
        Ok(())
    }

    fn names(&mut self, user: u64, row: Row<'_>, new: bool) {
        let both = match (row.get("first_name"), row.get("last_name")) {
            (None, None) => None,
            (first, last) => Some([first, last].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        };
        let given = row.get("full_name").map(str::to_owned).or(both);
        let fallback = ["sortable_name", "short_name", "login_id"]
            .into_iter()
            .find_map(|column| row.get(column));
        let name = given.or_else(|| fallback.filter(|_| new).map(str::to_owned));
        self.set_given(Class::User, user, "name", name.as_deref());
        let sortable = match (
            row.get("sortable_name"),
            row.get("last_name"),
            row.get("first_name"),
        ) {
            (Some(sortable), ..) => Some(sortable.to_owned()),
            (None, Some(last), Some(first)) if row.get("full_name").is_none() => {
                Some(format!("{last}, {first}"))
            }
            _ => name.as_deref().map(last_name_first),
        };
        self.set_given(Class::User, user, "sortable_name", sortable.as_deref());
        let short = row.get("short_name").or(name.as_deref().filter(|_| new));
        self.set_given(Class::User, user, "short_name", short);
    }

    pub(super) fn admin(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let user_id = row.get("user_id").unwrap_or_default();
        let Some(user) = self.world.user_by_sis(user_id) else {
            return refuse(format!("Invalid or unknown user_id '{user_id}' for admin"));
        };
        let account = match row.get("account_id") {
            None => self.world.root,
            Some(id) => match self.world.table(Class::Account).by_sis(id) {
                Some(account) => account,
                None => return refuse(format!("Invalid account_id given for admin. '{id}'")),
            },
        };
        let by_id = row
            .get("role_id")
            .and_then(|id| id.parse::<usize>().ok())
            .and_then(|id| self.settings.admin_role(id));
        let by_name = row
            .get("role")
            .filter(|role| self.settings.admin_roles.iter().any(|known| known == role));
        let Some(role) = by_id.or(by_name).map(str::to_owned) else {
            return refuse(format!(
                "Invalid role '{}' for admin",
                row.get("role").unwrap_or_default()
            ));
        };
        let key = format!("{user}|{account}|{role}");
        let found = self.world.table(Class::Admin).by_key(&key);
        if row.get("status") == Some("deleted") {
            let Some(found) = found.filter(|_| !self.params.skip_deletes) else {
                return Err(None);
            };
            if self.world.table(Class::Admin).of(found).sis_import.is_some() {
                self.set_state(Class::Admin, found, "deleted");
            }
            return Ok(());
        }
        let admin = found.unwrap_or_else(|| {
            let admin = self.add(Class::Admin, "active");
            let admins = self.world.table_mut(Class::Admin);
            admins.set_link(admin, "user", user);
            admins.set_link(admin, "account", account);
            admins.of_mut(admin).texts.insert("role", role);
            admins.set_key(admin, Some(key));
            admin
        });
        self.set_state(Class::Admin, admin, "active");
        self.touch(Class::Admin, admin);
        Ok(())
    }

    pub(super) fn observer(&mut self, row: Row<'_>) -> Result<(), Refusal> {
        let mut users = [0; 2];
        for (at, column) in ["observer_id", "student_id"].into_iter().enumerate() {
            let id = row.get(column).unwrap_or_default();
            let Some(user) = self.world.user_by_sis(id) else {
                return refuse(format!("An observer referenced a non-existent user {id}"));
            };
            users[at] = user;
        }
        let [observer, student] = users;
        if observer == student {
            return refuse("A user cannot observe themselves");
        }
        let key = format!("{observer}|{student}");
        let found = self.world.table(Class::Observer).by_key(&key);
        let deleted = row.get("status") == Some("deleted");
        if deleted && (found.is_none() || self.params.skip_deletes) {
            return Err(None);
        }
        let link = found.unwrap_or_else(|| {
            let link = self.add(Class::Observer, "active");
            let links = self.world.table_mut(Class::Observer);
            links.set_link(link, "user", observer);
            links.set_link(link, "student", student);
            links.set_key(link, Some(key));
            link
        });
        self.set_state(Class::Observer, link, if deleted { "deleted" } else { "active" });
        self.touch(Class::Observer, link);
        let enrollments = self.world.table(Class::Enrollment);
        if deleted {
            let mine = enrollments.linked("user", observer).to_vec();
            for id in mine {
                if self.world.table(Class::Enrollment).of(id).link("associated_user") == Some(student) {
                    self.set_state(Class::Enrollment, id, "deleted");
                }
            }
            return Ok(());
        }
        let sections: Vec<u64> = enrollments
            .linked("user", student)
            .iter()
            .map(|&id| enrollments.of(id))
            .filter(|enrollment| {
                enrollment.state == "active" && enrollment.text("type") == Some("StudentEnrollment")
            })
            .filter_map(|enrollment| enrollment.link("section"))
            .collect();
        for section in sections {
            let enrollment = self.enroll(
                observer,
                section,
                "ObserverEnrollment",
                "observer",
                Some(student),
                true,
            );
            if let Some(enrollment) = enrollment {
                self.set_state(Class::Enrollment, enrollment, "active");
            }
        }
        Ok(())
    }
}

fn last_name_first(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((first, last)) => format!("{last}, {first}"),
        None => name.to_owned(),
    }
}
