//! What Canvas holds: one table per class, records with texts, links and the memory of fields edited by hand.
//!
//! Records are never removed, only put into a state; ids grow and are never used again. Indexes follow every change made
//! through a [`Table`]; nothing else may change a SIS id, a key or a link.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A class of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Class {
    Account,
    Term,
    Course,
    Section,
    User,
    Login,
    Enrollment,
    Admin,
    GroupCategory,
    Group,
    Membership,
    Observer,
    TagSet,
    Tag,
    TagMembership,
}

impl Class {
    /// The name in an import's statistics.
    pub(super) fn statistics(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Term => "EnrollmentTerm",
            Self::Course => "Course",
            Self::Section => "CourseSection",
            Self::User => "User",
            Self::Login => "Pseudonym",
            Self::Enrollment => "Enrollment",
            Self::Admin => "AccountUser",
            Self::GroupCategory | Self::TagSet => "GroupCategory",
            Self::Group | Self::Tag => "Group",
            Self::Membership | Self::TagMembership => "GroupMembership",
            Self::Observer => "UserObserver",
        }
    }
}

/// A record of any class.
#[derive(Debug, Clone)]
pub struct Record {
    /// Canvas's own id.
    pub id: u64,
    /// A user's stands on its logins.
    pub sis_id: Option<String>,
    /// The other foreign id.
    pub integration_id: Option<String>,
    /// `active`, `suspended`, `deleted`, `completed` …; a course's `unpublished`, `available` …
    pub state: &'static str,
    /// The last import that had a row for it.
    pub sis_import: Option<u64>,
    /// When it came to be.
    pub created_at: String,
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) links: BTreeMap<&'static str, u64>,
    pub(super) sticky: BTreeSet<&'static str>,
    key: Option<String>,
}

impl Record {
    /// A field: `name`, `sortable_name`, `unique_id`, `email`, `type`, `role` …
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(String::as_str)
    }

    /// The id of a record this one belongs to: `user`, `course`, `section`, `account`, `term`, `group` …
    #[must_use]
    pub fn link(&self, to: &str) -> Option<u64> {
        self.links.get(to).copied()
    }

    /// Fields edited by hand that imports leave alone.
    pub fn sticky(&self) -> impl Iterator<Item = &str> {
        self.sticky.iter().copied()
    }

    /// Whether it is not deleted.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state != "deleted"
    }
}

#[derive(Debug, Default)]
pub(super) struct Table {
    base: u64,
    rows: Vec<Record>,
    by_sis: HashMap<String, u64>,
    by_integration: HashMap<String, u64>,
    by_key: HashMap<String, u64>,
    by_link: HashMap<(&'static str, u64), Vec<u64>>,
}

impl Table {
    pub(super) fn add(&mut self, now: &str, state: &'static str) -> u64 {
        let id = self.base + self.rows.len() as u64 + 1;
        self.rows.push(Record {
            id,
            sis_id: None,
            integration_id: None,
            state,
            sis_import: None,
            created_at: now.to_owned(),
            texts: BTreeMap::new(),
            links: BTreeMap::new(),
            sticky: BTreeSet::new(),
            key: None,
        });
        id
    }

    fn at(&self, id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(self.base + 1)?).ok()
    }

    pub(super) fn get(&self, id: u64) -> Option<&Record> {
        self.rows.get(self.at(id)?)
    }

    pub(super) fn of(&self, id: u64) -> &Record {
        self.get(id).expect("ids are handed out by this table")
    }

    pub(super) fn of_mut(&mut self, id: u64) -> &mut Record {
        let at = self.at(id).expect("ids are handed out by this table");
        &mut self.rows[at]
    }

    pub(super) fn rows(&self) -> &[Record] {
        &self.rows
    }

    /// Records with a greater id, in order.
    pub(super) fn after(&self, id: u64) -> &[Record] {
        let from = id
            .checked_sub(self.base)
            .and_then(|from| usize::try_from(from).ok())
            .unwrap_or(0);
        &self.rows[from.min(self.rows.len())..]
    }

    pub(super) fn by_sis(&self, sis_id: &str) -> Option<u64> {
        self.by_sis.get(sis_id).copied()
    }

    pub(super) fn by_integration(&self, id: &str) -> Option<u64> {
        self.by_integration.get(id).copied()
    }

    pub(super) fn by_key(&self, key: &str) -> Option<u64> {
        self.by_key.get(key).copied()
    }

    pub(super) fn linked(&self, to: &'static str, id: u64) -> &[u64] {
        self.by_link.get(&(to, id)).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn set_sis(&mut self, id: u64, sis_id: Option<&str>) {
        let old = std::mem::replace(&mut self.of_mut(id).sis_id, sis_id.map(str::to_owned));
        if let Some(old) = old {
            self.by_sis.remove(&old);
        }
        if let Some(new) = sis_id {
            self.by_sis.insert(new.to_owned(), id);
        }
    }

    pub(super) fn set_integration(&mut self, id: u64, integration_id: Option<&str>) {
        let old = std::mem::replace(
            &mut self.of_mut(id).integration_id,
            integration_id.map(str::to_owned),
        );
        if let Some(old) = old {
            self.by_integration.remove(&old);
        }
        if let Some(new) = integration_id {
            self.by_integration.insert(new.to_owned(), id);
        }
    }

    /// The natural key that no two live records share.
    pub(super) fn set_key(&mut self, id: u64, key: Option<String>) {
        let old = std::mem::replace(&mut self.of_mut(id).key, key.clone());
        if let Some(old) = old
            && self.by_key.get(&old) == Some(&id)
        {
            self.by_key.remove(&old);
        }
        if let Some(new) = key {
            self.by_key.insert(new, id);
        }
    }

    pub(super) fn set_link(&mut self, id: u64, to: &'static str, target: u64) {
        let old = self.of_mut(id).links.insert(to, target);
        if old == Some(target) {
            return;
        }
        if let Some(old) = old
            && let Some(all) = self.by_link.get_mut(&(to, old))
        {
            all.retain(|&other| other != id);
        }
        self.by_link.entry((to, target)).or_default().push(id);
    }
}

#[derive(Debug)]
pub(super) struct World {
    tables: BTreeMap<Class, Table>,
    pub(super) root: u64,
    pub(super) default_term: u64,
    /// The user the tokens belong to.
    pub(super) admin: u64,
}

impl World {
    pub(super) fn new(base: u64, now: &str) -> Self {
        let classes = [
            Class::Account,
            Class::Term,
            Class::Course,
            Class::Section,
            Class::User,
            Class::Login,
            Class::Enrollment,
            Class::Admin,
            Class::GroupCategory,
            Class::Group,
            Class::Membership,
            Class::Observer,
            Class::TagSet,
            Class::Tag,
            Class::TagMembership,
        ];
        let tables = classes
            .into_iter()
            .map(|class| {
                (
                    class,
                    Table {
                        base,
                        ..Table::default()
                    },
                )
            })
            .collect();
        let mut world = Self {
            tables,
            root: base + 1,
            default_term: base + 1,
            admin: base + 1,
        };
        let accounts = world.table_mut(Class::Account);
        let root = accounts.add(now, "active");
        accounts.of_mut(root).texts.insert("name", "Root".to_owned());
        let terms = world.table_mut(Class::Term);
        let term = terms.add(now, "active");
        terms.of_mut(term).texts.insert("name", "Default Term".to_owned());
        let users = world.table_mut(Class::User);
        let admin = users.add(now, "active");
        users.of_mut(admin).texts.insert("name", "Integration".to_owned());
        let logins = world.table_mut(Class::Login);
        let login = logins.add(now, "active");
        logins.set_link(login, "user", admin);
        logins.set_link(login, "account", root);
        logins
            .of_mut(login)
            .texts
            .insert("unique_id", "integration".to_owned());
        logins.set_key(login, Some("integration".to_owned()));
        world
    }

    pub(super) fn table(&self, class: Class) -> &Table {
        &self.tables[&class]
    }

    pub(super) fn table_mut(&mut self, class: Class) -> &mut Table {
        self.tables.get_mut(&class).expect("all classes have a table")
    }

    /// A user by the SIS id of one of its logins.
    pub(super) fn user_by_sis(&self, sis_id: &str) -> Option<u64> {
        let logins = self.table(Class::Login);
        logins.of(logins.by_sis(sis_id)?).link("user")
    }

    /// The live login that stands for a user: the first with a SIS id, else the first.
    pub(super) fn main_login(&self, user: u64) -> Option<&Record> {
        let logins = self.table(Class::Login);
        let mut live = logins
            .linked("user", user)
            .iter()
            .map(|&id| logins.of(id))
            .filter(|login| login.is_live());
        let first = live.clone().next();
        live.find(|login| login.sis_id.is_some()).or(first)
    }

    /// Whether `account` is `above` or lies beneath it.
    pub(super) fn beneath(&self, account: u64, above: u64) -> bool {
        let accounts = self.table(Class::Account);
        let mut at = Some(account);
        while let Some(id) = at {
            if id == above {
                return true;
            }
            at = accounts.get(id).and_then(|account| account.link("parent"));
        }
        false
    }
}
