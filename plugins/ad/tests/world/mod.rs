//! A small directory in memory, with the strictness of Windows that matters here: unique names, existing parents, links that lead somewhere,
//! members handed over by threes, no half a modification; and what Samba lets pass and Windows does not, see [`windows`].
#![allow(dead_code, reason = "not every test uses all of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "test support: a panic is the report"
)]

pub(crate) mod filter;
pub(crate) mod windows;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use samklang_sdk::ldap::{Attribute, ChangeKind, Code, Dn, Entry, Query, Refusal, Scope};
use samklang_sdk::testing::{Asked, DirectoryError, Reply, with_directory};

pub(crate) const DOMAIN: &str = "DC=kommune,DC=test";
/// Members that are handed over at once.
const RANGE: usize = 3;
const EXTENDED: &str = "1.2.840.113556.1.4.529";

#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) guid: String,
    pub(crate) dn: String,
    /// By name in small letters: the name as it is written, and the values.
    pub(crate) attributes: BTreeMap<String, (String, Vec<Vec<u8>>)>,
    /// It was given a password.
    pub(crate) password: bool,
}

impl Held {
    pub(crate) fn values(&self, name: &str) -> Vec<Vec<u8>> {
        self.attributes
            .get(&name.to_lowercase())
            .map(|(_, values)| values.clone())
            .unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.values(name)
            .into_iter()
            .next()
            .map(|value| String::from_utf8(value).unwrap())
    }

    fn set(&mut self, name: &str, values: Vec<Vec<u8>>) {
        if values.is_empty() {
            self.attributes.remove(&name.to_lowercase());
        } else {
            self.attributes
                .insert(name.to_lowercase(), (name.to_owned(), values));
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) entries: Vec<Held>,
    pub(crate) asked: Vec<Asked>,
    made: u32,
}

/// The directory. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct World(pub(crate) Rc<RefCell<State>>);

pub(crate) fn refused<T>(code: Code, number: u32, message: &str) -> Result<T, DirectoryError> {
    Err(DirectoryError::Refused(Refusal {
        code,
        number,
        matched_dn: String::new(),
        message: message.to_owned(),
        controls: Vec::new(),
    }))
}

impl World {
    /// With the domain and an organisational unit of each of these names beneath it.
    pub(crate) fn new(ous: &[&str]) -> Self {
        let world = Self::default();
        world.put(DOMAIN, "domainDNS", &[]);
        for ou in ous {
            world.put(&format!("{ou},{DOMAIN}"), "organizationalUnit", &[]);
        }
        world
    }

    /// Puts an entry in, as somebody else would have done; its GUID.
    pub(crate) fn put(&self, dn: &str, class: &str, attributes: &[(&str, &str)]) -> String {
        let mut state = self.0.borrow_mut();
        let guid = state.next();
        let mut held = Held {
            guid: guid.clone(),
            dn: dn.to_owned(),
            attributes: BTreeMap::new(),
            password: true,
        };
        let classes: &[&str] = match class {
            "user" => &["top", "person", "organizationalPerson", "user"],
            class => &["top", class],
        };
        held.set(
            "objectClass",
            classes.iter().map(|class| class.as_bytes().to_vec()).collect(),
        );
        held.set("whenChanged", vec![b"20261129131558.0Z".to_vec()]);
        if class == "user" {
            held.set("objectCategory", vec![b"person".to_vec()]);
        }
        for (name, value) in attributes {
            let mut values = held.values(name);
            values.push(value.as_bytes().to_vec());
            held.set(name, values);
        }
        state.entries.push(held);
        guid
    }

    /// Runs with this directory.
    pub(crate) fn during<R>(&self, body: impl FnOnce() -> R) -> R {
        let state = Rc::clone(&self.0);
        with_directory(move |asked| state.borrow_mut().answer(asked), body)
    }

    pub(crate) fn by_guid(&self, guid: &str) -> Option<Held> {
        self.0
            .borrow()
            .entries
            .iter()
            .find(|held| held.guid == guid)
            .cloned()
    }

    /// What was asked that changes something, and forgets it.
    pub(crate) fn writes(&self) -> Vec<Asked> {
        let asked = std::mem::take(&mut self.0.borrow_mut().asked);
        asked
            .into_iter()
            .filter(|asked| !matches!(asked, Asked::Open(_) | Asked::Search(_)))
            .collect()
    }
}

impl State {
    fn next(&mut self) -> String {
        self.made += 1;
        format!("{:08x}-0000-4000-8000-000000000000", self.made)
    }

    fn find(&self, dn: &str) -> Option<usize> {
        if let Some(guid) = dn.strip_prefix("<GUID=").and_then(|rest| rest.strip_suffix('>')) {
            return self.entries.iter().position(|held| held.guid == guid);
        }
        let dn = Dn::parse(dn)?;
        self.entries
            .iter()
            .position(|held| Dn::parse(&held.dn).unwrap() == dn)
    }

    fn answer(&mut self, asked: Asked) -> Result<Reply, DirectoryError> {
        self.asked.push(asked.clone());
        match asked {
            Asked::Open(need) if need == "directory" => Ok(Reply::default()),
            Asked::Open(_) => Err(DirectoryError::NotPermitted("not-asked".to_owned())),
            Asked::Search(query) => self.search(&query),
            Asked::Add { dn, attributes } => self.add(&dn, attributes),
            Asked::Modify { dn, changes, .. } => {
                let Some(at) = self.find(&dn) else {
                    return refused(Code::NoSuchObject, 32, "gone");
                };
                let mut changed = self.entries[at].clone();
                for change in changes {
                    let name = change.attribute.name;
                    let values = self.linked(&name, change.attribute.values)?;
                    let mut held = changed.values(&name);
                    match change.kind {
                        ChangeKind::Replace => held = values,
                        ChangeKind::Add => {
                            if values.iter().any(|value| held.contains(value)) {
                                return refused(Code::EntryAlreadyExists, 68, "00000562: is a member");
                            }
                            held.extend(values);
                        }
                        ChangeKind::Delete => {
                            if values.iter().any(|value| !held.contains(value)) {
                                return refused(Code::UnwillingToPerform, 53, "00000561: is no member");
                            }
                            held.retain(|value| !values.contains(value));
                        }
                    }
                    changed.set(&name, held);
                }
                windows::judge(&mut changed)?;
                self.unique(&changed)?;
                self.entries[at] = changed;
                Ok(Reply::default())
            }
            Asked::Delete { dn, .. } => {
                let Some(at) = self.find(&dn) else {
                    return refused(Code::NoSuchObject, 32, "gone");
                };
                let dn = Dn::parse(&self.entries[at].dn).unwrap();
                if self
                    .entries
                    .iter()
                    .any(|held| Dn::parse(&Dn::parse(&held.dn).unwrap().parent()) == Some(dn.clone()))
                {
                    return refused(Code::NotAllowedOnNonLeaf, 66, "00002015: has children");
                }
                self.entries.remove(at);
                Ok(Reply::default())
            }
            Asked::Rename {
                dn,
                new_rdn,
                delete_old_rdn,
                new_superior,
            } => {
                assert!(delete_old_rdn, "Active Directory wants the old name deleted");
                let Some(at) = self.find(&dn) else {
                    return refused(Code::NoSuchObject, 32, "gone");
                };
                let old = self.entries[at].dn.clone();
                let parent = new_superior.unwrap_or_else(|| Dn::parse(&old).unwrap().parent());
                let Some(above) = self.find(&parent) else {
                    return refused(Code::NoSuchObject, 32, "no parent");
                };
                let new = format!("{new_rdn},{}", self.entries[above].dn);
                windows::name(&new)?;
                if self.find(&new).is_some_and(|found| found != at) {
                    return refused(Code::EntryAlreadyExists, 68, "00002071: exists");
                }
                let base = Dn::parse(&old).unwrap();
                for held in &mut self.entries {
                    match Dn::parse(&held.dn).unwrap().below(&base).as_deref() {
                        Some("") => held.dn.clone_from(&new),
                        Some(path) => held.dn = format!("{path},{new}"),
                        None => {}
                    }
                }
                Ok(Reply::default())
            }
        }
    }

    /// Links are kept by GUID, and must lead somewhere.
    fn linked(&self, name: &str, values: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, DirectoryError> {
        if !["manager", "member"].contains(&name) {
            return Ok(values);
        }
        let guid = |value: Vec<u8>| match self.find(std::str::from_utf8(&value).unwrap()) {
            Some(at) => Ok(self.entries[at].guid.clone().into_bytes()),
            None => refused(Code::NoSuchObject, 32, "00002030: no such object"),
        };
        values.into_iter().map(guid).collect()
    }

    fn unique(&self, new: &Held) -> Result<(), DirectoryError> {
        for (name, code, number) in [
            ("samaccountname", Code::EntryAlreadyExists, 68),
            ("userprincipalname", Code::ConstraintViolation, 19),
        ] {
            let Some(value) = new.text(name) else { continue };
            assert!(!value.is_empty());
            let same = |held: &&Held| {
                held.guid != new.guid
                    && held
                        .text(name)
                        .is_some_and(|own| own.eq_ignore_ascii_case(&value))
            };
            if self.entries.iter().any(|held| same(&held)) {
                return refused(code, number, "00000524: in use");
            }
        }
        Ok(())
    }

    fn add(&mut self, dn: &str, attributes: Vec<Attribute>) -> Result<Reply, DirectoryError> {
        if self.find(dn).is_some() {
            return refused(Code::EntryAlreadyExists, 68, "00002071: exists");
        }
        if self.find(&Dn::parse(dn).expect("a name").parent()).is_none() {
            return refused(Code::NoSuchObject, 32, "no parent");
        }
        let guid = self.next();
        let mut held = Held {
            guid,
            dn: dn.to_owned(),
            attributes: BTreeMap::new(),
            password: false,
        };
        for Attribute { name, values } in attributes {
            assert!(
                !values.is_empty() && values.iter().all(|value| !value.is_empty()),
                "{name} has no value"
            );
            assert!(
                !["objectGUID", "cn", "ou", "name"].contains(&name.as_str()),
                "{name} is the directory's own"
            );
            let values = self.linked(&name, values)?;
            held.set(&name, values);
        }
        if held.values("objectClass") == [b"user".to_vec()] {
            held.set("objectCategory", vec![b"person".to_vec()]);
            held.set(
                "objectSid",
                vec![vec![1, 1, 0, 0, 0, 0, 0, 5, self.made as u8, 0, 0, 0]],
            );
        }
        windows::judge(&mut held)?;
        self.unique(&held)?;
        self.entries.push(held);
        Ok(Reply::default())
    }

    fn search(&self, query: &Query) -> Result<Reply, DirectoryError> {
        if query.base.is_empty() {
            let root = [
                Attribute::new("defaultNamingContext", [DOMAIN]),
                Attribute::new("supportedCapabilities", ["1.2.840.113556.1.4.800"]),
            ];
            return Ok(Reply {
                entries: vec![Entry {
                    dn: String::new(),
                    attributes: root.into(),
                }],
                controls: Vec::new(),
            });
        }
        let Some(base) = self.find(&query.base) else {
            return refused(Code::NoSuchObject, 32, "no base");
        };
        let base = Dn::parse(&self.entries[base].dn).unwrap();
        let filter = filter::parse(&query.filter);
        let found = self.entries.iter().filter(|held| {
            let below = Dn::parse(&held.dn).unwrap().below(&base);
            match query.scope {
                Scope::Base => below.as_deref() == Some(""),
                Scope::OneLevel => below
                    .is_some_and(|path| !path.is_empty() && Dn::parse(&path).unwrap().parent().is_empty()),
                Scope::Subtree => below.is_some(),
            }
        });
        let found = found.filter(|held| filter.matches(&|name| self.shown(held, name)));
        let found: Vec<&Held> = found.collect();
        windows::page(query, found.len())?;
        let found = found.into_iter();
        let extended = query.controls.iter().any(|control| control.oid == EXTENDED);
        Ok(Reply {
            entries: found.map(|held| self.entry(held, query, extended)).collect(),
            controls: Vec::new(),
        })
    }

    /// An attribute's values for a filter.
    fn shown(&self, held: &Held, name: &str) -> Vec<Vec<u8>> {
        match name.to_lowercase().as_str() {
            "distinguishedname" => vec![held.dn.clone().into_bytes()],
            "member" | "manager" => held
                .values(name)
                .iter()
                .map(|guid| self.named(guid, false))
                .collect(),
            name => held.values(name),
        }
    }

    fn named(&self, guid: &[u8], extended: bool) -> Vec<u8> {
        let guid = std::str::from_utf8(guid).unwrap();
        let held = self
            .entries
            .iter()
            .find(|held| held.guid == guid)
            .expect("a link leads somewhere");
        if extended {
            format!("<GUID={guid}>;<SID=S-1-5-21-1>;{}", held.dn).into_bytes()
        } else {
            held.dn.clone().into_bytes()
        }
    }

    fn entry(&self, held: &Held, query: &Query, extended: bool) -> Entry {
        let mut attributes = Vec::new();
        for asked in &query.attributes {
            let (name, range) = asked.split_once(";range=").unwrap_or((asked, ""));
            let mut values = match name {
                "objectGUID" => vec![octets(&held.guid)],
                "member" | "manager" => held
                    .values(name)
                    .iter()
                    .map(|guid| self.named(guid, extended))
                    .collect(),
                name => held.values(name),
            };
            let first: usize = range.split('-').next().unwrap().parse().unwrap_or(0);
            if name == "member" && (values.len() > RANGE || first > 0) {
                let rest = values.split_off(first.min(values.len()));
                let last = if rest.len() > RANGE {
                    (first + RANGE - 1).to_string()
                } else {
                    "*".to_owned()
                };
                attributes.push(Attribute {
                    name: "member".to_owned(),
                    values: Vec::new(),
                });
                let values = rest.into_iter().take(RANGE).collect();
                attributes.push(Attribute {
                    name: format!("member;range={first}-{last}"),
                    values,
                });
            } else if !values.is_empty() {
                attributes.push(Attribute {
                    name: name.to_owned(),
                    values,
                });
            }
        }
        let dn = if extended {
            String::from_utf8(self.named(held.guid.as_bytes(), true)).unwrap()
        } else {
            held.dn.clone()
        };
        Entry { dn, attributes }
    }
}

/// A GUID as the directory keeps it.
pub(crate) fn octets(guid: &str) -> Vec<u8> {
    let digits: String = guid.chars().filter(|letter| *letter != '-').collect();
    let mut octets: Vec<u8> = (0..16)
        .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap())
        .collect();
    octets[0..4].reverse();
    octets[4..6].reverse();
    octets[6..8].reverse();
    octets
}
