//! Reading: accounts, terms, users, logins, courses, sections, enrolments and groups, page by page, with SIS fields only for
//! those who may see them.

use axum::response::Response;
use serde_json::{Value, json};

use super::door::{Call, json_answer, not_found, unauthorized};
use super::import_door::bad_page;
use super::paging::Page;
use super::schema::ROLES;
use super::world::{Class, Record, World};

/// A record by the id in an address: a number, `self`, `default`, or a SIS id with its prefix.
pub(super) fn find(world: &World, class: Class, id: &str) -> Option<u64> {
    let table = world.table(class);
    if let Ok(id) = id.parse() {
        return table.get(id).map(|record| record.id);
    }
    match (class, id) {
        (Class::Account, "self" | "default") => return Some(world.root),
        (Class::Term, "default" | "current") => return Some(world.default_term),
        (Class::User, "self") => return Some(world.admin),
        _ => {}
    }
    let (prefix, value) = id.split_once(':')?;
    let logins = world.table(Class::Login);
    let owner = |login: Option<u64>| login.and_then(|login| logins.of(login).link("user"));
    match (class, prefix) {
        (Class::User, "sis_user_id") => world.user_by_sis(value),
        (Class::User, "sis_login_id") => owner(logins.by_key(&value.to_lowercase())),
        (Class::User, "sis_integration_id") => owner(logins.by_integration(value)),
        (Class::Course | Class::Section, "sis_integration_id") => table.by_integration(value),
        (Class::Account, "sis_account_id")
        | (Class::Term, "sis_term_id")
        | (Class::Course, "sis_course_id")
        | (Class::Section, "sis_section_id")
        | (Class::Group, "sis_group_id")
        | (Class::GroupCategory, "sis_group_category_id") => table.by_sis(value),
        _ => None,
    }
}

pub(super) fn answer(call: &Call, parts: &[&str]) -> Response {
    if !call.may.read {
        return unauthorized();
    }
    let state = call.shared.state();
    let reader = Reader {
        call,
        world: &state.world,
    };
    let class = |name: &str| match name {
        "accounts" => Some(Class::Account),
        "users" => Some(Class::User),
        "courses" => Some(Class::Course),
        "sections" => Some(Class::Section),
        "groups" => Some(Class::Group),
        _ => None,
    };
    match parts {
        ["accounts"] => reader.list(Class::Account, |account| account.id == state.world.root),
        [name, id] => match class(name).and_then(|class| Some((class, find(&state.world, class, id)?))) {
            Some((class, id)) => reader.one(class, state.world.table(class).of(id)),
            None => not_found(),
        },
        ["accounts", account, "terms", term] => {
            let account = find(&state.world, Class::Account, account);
            match account.and_then(|_| find(&state.world, Class::Term, term)) {
                Some(term) => reader.one(Class::Term, state.world.table(Class::Term).of(term)),
                None => not_found(),
            }
        }
        [name, id, what] => match class(name).and_then(|class| Some((class, find(&state.world, class, id)?)))
        {
            Some((class, id)) => reader.below(class, id, what),
            None => not_found(),
        },
        _ => not_found(),
    }
}

struct Reader<'a> {
    call: &'a Call,
    world: &'a World,
}

impl Reader<'_> {
    fn one(&self, class: Class, record: &Record) -> Response {
        if !record.is_live() && class != Class::Course {
            return not_found();
        }
        json_answer(self.call, self.json(class, record))
    }

    fn below(&self, of: Class, id: u64, what: &str) -> Response {
        let root = id == self.world.root;
        let in_account = |record: &Record| {
            record
                .link("account")
                .is_some_and(|account| self.world.beneath(account, id))
        };
        match (of, what) {
            (Class::Account, "sub_accounts") => {
                let recursive = self.call.value("recursive") == Some("true");
                self.list(Class::Account, |account| {
                    let parent = account.link("parent");
                    account.is_live()
                        && if recursive {
                            account.id != id && self.world.beneath(account.id, id)
                        } else {
                            parent == Some(id)
                        }
                })
            }
            (Class::Account, "users") => self.users(),
            (Class::Account, "logins") => {
                self.list(Class::Login, |login| login.is_live() && in_account(login))
            }
            (Class::Account, "courses") => {
                let states = self.call.values("state");
                self.list(Class::Course, |course| {
                    in_account(course)
                        && if states.is_empty() {
                            course.is_live()
                        } else {
                            let created = course.state == "unpublished"
                                && states.iter().any(|state| ["created", "claimed"].contains(state));
                            created || states.contains(&"all") || states.contains(&course.state)
                        }
                })
            }
            (Class::Account, "terms") if root => {
                let all = self.call.values("workflow_state").contains(&"all");
                self.page(Class::Term, None, Some("enrollment_terms"), |term| {
                    all || term.is_live()
                })
            }
            (Class::Account, "admins") => {
                let linked = self.world.table(Class::Admin).linked("account", id);
                self.page(Class::Admin, Some(linked), None, Record::is_live)
            }
            (Class::Account | Class::Course, "groups" | "group_categories") => {
                let class = if what == "groups" {
                    Class::Group
                } else {
                    Class::GroupCategory
                };
                let to = if of == Class::Account { "account" } else { "course" };
                let linked = self.world.table(class).linked(to, id);
                self.page(class, Some(linked), None, Record::is_live)
            }
            (Class::User, "logins") => {
                let linked = self.world.table(Class::Login).linked("user", id);
                self.page(Class::Login, Some(linked), None, Record::is_live)
            }
            (Class::Course, "sections") => {
                let linked = self.world.table(Class::Section).linked("course", id);
                self.page(Class::Section, Some(linked), None, Record::is_live)
            }
            (Class::User, "enrollments") => self.enrollments("user", id),
            (Class::Course, "enrollments") => self.enrollments("course", id),
            (Class::Section, "enrollments") => self.enrollments("section", id),
            (Class::Group, "memberships") => {
                let linked = self.world.table(Class::Membership).linked("group", id);
                self.page(Class::Membership, Some(linked), None, Record::is_live)
            }
            _ => not_found(),
        }
    }

    fn users(&self) -> Response {
        let term = self.call.value("search_term").map(str::to_lowercase);
        let matches = |user: &Record, login: &Record| {
            let Some(term) = &term else { return true };
            let texts = [
                user.text("name"),
                login.text("unique_id"),
                login.text("email"),
                login.sis_id.as_deref(),
            ];
            texts
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().contains(term))
        };
        self.list(Class::User, |user| {
            self.world
                .main_login(user.id)
                .is_some_and(|login| matches(user, login))
        })
    }

    fn enrollments(&self, to: &'static str, id: u64) -> Response {
        let linked = self.world.table(Class::Enrollment).linked(to, id);
        let (types, states) = (self.call.values("type"), self.call.values("state"));
        self.page(Class::Enrollment, Some(linked), None, |enrollment| {
            let of_type = types.is_empty() || types.iter().any(|kind| enrollment.text("type") == Some(kind));
            let in_state = if states.is_empty() {
                enrollment.state == "active"
            } else {
                states.contains(&enrollment.state)
            };
            of_type && in_state
        })
    }

    fn list(&self, class: Class, wanted: impl Fn(&Record) -> bool) -> Response {
        self.page(class, None, None, wanted)
    }

    /// A page of a table, or of the records in `linked`, in the order of their ids.
    fn page(
        &self,
        class: Class,
        linked: Option<&[u64]>,
        wrapper: Option<&str>,
        wanted: impl Fn(&Record) -> bool,
    ) -> Response {
        let Some(page) = Page::of(self.call) else {
            return bad_page();
        };
        let table = self.world.table(class);
        let mut found: Vec<&Record> = match linked {
            None => table
                .after(page.after)
                .iter()
                .filter(|record| wanted(record))
                .take(page.size + 1)
                .collect(),
            Some(linked) => {
                let mut ids: Vec<u64> = linked.iter().copied().filter(|&id| id > page.after).collect();
                ids.sort_unstable();
                ids.into_iter()
                    .map(|id| table.of(id))
                    .filter(|record| wanted(record))
                    .take(page.size + 1)
                    .collect()
            }
        };
        let more = found.len() > page.size;
        found.truncate(page.size);
        let next = found.last().filter(|_| more).map(|record| record.id);
        let items: Vec<Value> = found.into_iter().map(|record| self.json(class, record)).collect();
        let items = match wrapper {
            Some(name) => json!({name: items}),
            None => Value::Array(items),
        };
        page.answer(self.call, items, next)
    }

    fn json(&self, class: Class, record: &Record) -> Value {
        let text = |field: &str| record.text(field);
        let link = |to: &str| record.link(to);
        let sis = |class: Class, to: &str| Some(self.world.table(class).of(record.link(to)?).sis_id.clone());
        let mut value = match class {
            Class::Account => json!({
                "name": text("name"), "parent_account_id": link("parent"), "root_account_id": root_of(self.world, record),
                "workflow_state": record.state, "sis_account_id": record.sis_id,
            }),
            Class::Term => json!({
                "name": text("name"), "start_at": text("start_at"), "end_at": text("end_at"),
                "workflow_state": record.state, "sis_term_id": record.sis_id,
            }),
            Class::User => self.user(record),
            Class::Login => {
                let provider = text("authentication_provider_id").and_then(|id| id.parse::<u64>().ok());
                let kind = self
                    .call
                    .shared
                    .settings
                    .providers
                    .iter()
                    .find(|(id, _)| Some(*id) == provider);
                json!({
                    "account_id": link("account"), "user_id": link("user"), "unique_id": text("unique_id"),
                    "authentication_provider_id": provider, "authentication_provider_type": kind.map(|(_, kind)| kind),
                    "workflow_state": record.state, "declared_user_type": text("declared_user_type"),
                    "sis_user_id": record.sis_id,
                })
            }
            Class::Course => {
                let mut course = json!({
                    "name": text("name"), "course_code": text("course_code"), "account_id": link("account"),
                    "enrollment_term_id": link("term"), "start_at": text("start_at"), "end_at": text("end_at"),
                    "workflow_state": record.state, "friendly_name": text("friendly_name"),
                    "course_format": text("course_format"), "root_account_id": self.world.root,
                    "sis_course_id": record.sis_id,
                });
                if self.call.values("include").contains(&"term")
                    && let Some(term) = link("term")
                {
                    course["term"] = self.json(Class::Term, self.world.table(Class::Term).of(term));
                }
                course
            }
            Class::Section => json!({
                "name": text("name"), "course_id": link("course"), "nonxlist_course_id": link("home_course"),
                "start_at": text("start_at"), "end_at": text("end_at"), "sis_section_id": record.sis_id,
                "sis_course_id": sis(Class::Course, "course"),
            }),
            Class::Enrollment => {
                let login = record.link("user").and_then(|user| self.world.main_login(user));
                json!({
                    "course_id": link("course"), "course_section_id": link("section"), "user_id": link("user"),
                    "associated_user_id": link("associated_user"), "type": text("type"),
                    "role": role_name(record), "role_id": self.role_id(record), "enrollment_state": record.state,
                    "start_at": text("start_at"), "end_at": text("end_at"),
                    "limit_privileges_to_course_section": text("limit_section_privileges") == Some("true"),
                    "sis_course_id": sis(Class::Course, "course"), "sis_section_id": sis(Class::Section, "section"),
                    "sis_user_id": login.and_then(|login| login.sis_id.clone()),
                })
            }
            Class::Membership => json!({
                "group_id": link("group"), "user_id": link("user"), "workflow_state": record.state,
            }),
            Class::Admin => {
                let user = link("user").map(|user| self.user(self.world.table(Class::User).of(user)));
                json!({"role": text("role"), "user": user, "workflow_state": record.state})
            }
            Class::Group | Class::GroupCategory => json!({
                "name": text("name"), "account_id": link("account"), "course_id": link("course"),
                "group_category_id": link("group_category"), "sis_group_id": record.sis_id,
            }),
            _ => json!({"name": text("name"), "workflow_state": record.state}),
        };
        value["id"] = json!(record.id);
        value["created_at"] = json!(record.created_at);
        if value.get("integration_id").is_none() {
            value["integration_id"] = json!(record.integration_id);
        }
        value["sis_import_id"] = json!(record.sis_import);
        if class == Class::GroupCategory {
            value["sis_group_category_id"] = value["sis_group_id"].take();
        }
        if !self.call.may.read_sis
            && let Value::Object(map) = &mut value
        {
            map.retain(|name, _| !name.starts_with("sis_") && name != "integration_id");
        }
        value
    }

    fn user(&self, record: &Record) -> Value {
        let login = self.world.main_login(record.id);
        let mut user = json!({
            "id": record.id, "name": record.text("name"), "sortable_name": record.text("sortable_name"),
            "short_name": record.text("short_name"), "pronouns": record.text("pronouns"),
            "sis_user_id": login.and_then(|login| login.sis_id.clone()),
            "integration_id": login.and_then(|login| login.integration_id.clone()),
            "login_id": login.and_then(|login| login.text("unique_id")),
        });
        let single = !self.call.path.ends_with("/users");
        if single || self.call.values("include").contains(&"email") {
            user["email"] = json!(login.and_then(|login| login.text("email")));
        }
        user
    }

    fn role_id(&self, record: &Record) -> Option<usize> {
        let custom = self.call.shared.settings.custom_roles();
        let mut all = ROLES
            .iter()
            .map(|(name, _)| *name)
            .chain(custom.map(|(name, _)| name));
        all.position(|name| record.text("role") == Some(name))
            .map(|at| at + 1)
    }
}

/// Built-in roles go by the enrolment's type, custom ones by their own name.
fn role_name(record: &Record) -> Option<&str> {
    let role = record.text("role")?;
    if ROLES.iter().any(|(name, _)| *name == role) {
        record.text("type")
    } else {
        Some(role)
    }
}

fn root_of(world: &World, record: &Record) -> Option<u64> {
    (record.id != world.root).then_some(world.root)
}
