//! The reference: what a target has to hold, and what may be done to it meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::Attributes;
use samklang_core::Value;
use samklang_core::connector::Action;
use samklang_core::plan::{Create, Policy, Removal, Update};

use super::register::{Known, Life, Person};
use super::town::{LIMITS, over};
use super::world::Carried;

/// The key of an object that was there before and stands for nobody.
pub(crate) const STRANGER: &str = "stranger";

/// What an object is called that was shut off.
pub(crate) const SHUT_OFF: &str = "gone: ";

/// Since when a person has had no place in a target.
#[derive(Debug, Clone, Copy)]
struct Out {
    since: i64,
    /// When a cycle first came to its end after that.
    noticed: Option<i64>,
    /// The target held an object for them.
    held: bool,
}

/// One target.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    policy: Policy,
    /// Only persons with a mail address have a place.
    wants_mail: bool,
    /// Somebody set something wrong, and it has not been settled since.
    pub(crate) troubled: bool,
    /// Keys at which somebody else was, since everything was settled last.
    pub(crate) tampered: BTreeSet<String>,
    /// For whom somebody asked and nothing has been made yet.
    pub(crate) asked: BTreeSet<Person>,
    /// The cycles in which a person let the plan pass.
    pub(crate) released: BTreeSet<i64>,
    /// How many objects there were when a cycle began, and how many it has removed.
    removals: BTreeMap<i64, (u64, u64)>,
    out: BTreeMap<Person, Out>,
    carried: BTreeSet<String>,
}

impl Target {
    pub(crate) fn new(name: &'static str, policy: Policy, wants_mail: bool) -> Self {
        Self {
            name,
            policy,
            wants_mail,
            troubled: false,
            tampered: BTreeSet::new(),
            asked: BTreeSet::new(),
            released: BTreeSet::new(),
            removals: BTreeMap::new(),
            out: BTreeMap::new(),
            carried: BTreeSet::new(),
        }
    }

    fn has_place_for(&self, known: &Known) -> bool {
        known.life != Life::Gone && (!self.wants_mail || known.values.mail.is_some())
    }

    /// The catalogue has changed: who has no place any more?
    pub(crate) fn look(&mut self, person: Person, known: &Known, held: bool, now: i64) {
        if self.has_place_for(known) {
            self.out.remove(&person);
        } else {
            self.out.entry(person).or_insert(Out {
                since: now,
                noticed: None,
                held,
            });
        }
    }

    /// A cycle has come to its end.
    pub(crate) fn noticed(&mut self, now: i64) {
        for out in self.out.values_mut() {
            out.noticed.get_or_insert(now);
        }
    }

    /// A run of a cycle begins; so many objects of persons are there.
    pub(crate) fn begins(&mut self, cycle: i64, objects: u64) {
        self.removals.entry(cycle).or_insert((objects, 0));
    }

    /// Whether something may be done that was done.
    pub(crate) fn allows(
        &mut self,
        done: &Carried,
        of: Option<(Person, &Known)>,
        cycle: i64,
        now: i64,
    ) -> Result<(), String> {
        let Carried { id, action, key, .. } = done;
        let wrong = |what: &str| Err(format!("{}: {action:?} of `{key}` {what}", self.name));
        if !self.carried.insert(id.clone()) {
            return wrong("was carried out twice");
        }
        if done.idle && !self.tampered.contains(key) {
            return wrong("did what was done already");
        }
        let Some((person, known)) = of else {
            return wrong("is about nobody");
        };
        let out = self.out.get(&person);
        match (action, out) {
            (Action::Create, Some(_)) => return wrong("is for somebody without a place"),
            (Action::Create, None) => {
                if self.policy.create == Create::OnRequest && !self.asked.remove(&person) {
                    return wrong("was asked for by nobody");
                }
            }
            (Action::Update, None) => {
                if self.policy.update == Update::Never {
                    return wrong("goes against the policy");
                }
            }
            (Action::Update, Some(out)) => {
                let stages = self.policy.gone.and_then(|gone| gone.disable_after);
                let early = stages.is_none_or(|after| now < out.since + after);
                let removal = self.removed_at(out.since).is_some_and(|at| now >= at);
                if early && !(removal && self.policy.delete == Removal::Deactivate) {
                    return wrong("is for somebody without a place, before its time");
                }
            }
            (Action::Delete, None) => {
                return wrong(&format!("takes away what somebody has a place for: {known:?}"));
            }
            (Action::Delete, Some(out)) => {
                if self.policy.delete != Removal::Delete {
                    return wrong("goes against the policy");
                }
                if self.removed_at(out.since).is_none_or(|at| now < at) {
                    return wrong("comes before its time");
                }
                let removals = self.removals.entry(cycle).or_default();
                removals.1 += 1;
                // What somebody else removed meanwhile counted for the guard, which could not know.
                let of = removals.0 + self.tampered.len() as u64;
                if over(LIMITS.removed, removals.1, of) && !self.released.contains(&cycle) {
                    return wrong(&format!("is number {} of {of}, past the guard", removals.1));
                }
            }
        }
        Ok(())
    }

    /// When an object is taken away whose person has had no place since then.
    fn removed_at(&self, since: i64) -> Option<i64> {
        match self.policy.gone {
            Some(stages) => stages.remove_after.map(|after| since + after),
            None => Some(since),
        }
    }

    fn shut_off_at(&self, since: i64) -> Option<i64> {
        let disabled = self.policy.gone.and_then(|gone| gone.disable_after);
        let disabled = disabled.map(|after| since + after);
        let removed = (self.policy.delete == Removal::Deactivate).then(|| self.removed_at(since));
        [disabled, removed.flatten()].into_iter().flatten().min()
    }

    /// Everything is settled: whether the target holds for a person what the policy says.
    pub(crate) fn holds(
        &self,
        person: Person,
        known: &Known,
        key: &str,
        object: Option<&Attributes>,
        now: i64,
    ) -> Result<(), String> {
        let wrong = |what: &str| {
            let out = self.out.get(&person);
            Err(format!(
                "{}: `{key}` {what}: {object:?} for {known:?}, {out:?} at {now}",
                self.name
            ))
        };
        let name = object
            .and_then(|object| object.get("name")?.as_text())
            .unwrap_or_default();
        let Some(out) = self.out.get(&person) else {
            return match object {
                None if self.policy.create == Create::OnRequest && !self.asked.contains(&person) => Ok(()),
                None => wrong("is missing"),
                Some(_) if self.policy.update == Update::Never => Ok(()),
                Some(object) if *object == wanted(known) => Ok(()),
                Some(_) => wrong("is not as it should be"),
            };
        };
        if self.tampered.contains(key) {
            return Ok(());
        }
        if !out.held {
            return if object.is_none() {
                Ok(())
            } else {
                wrong("should never have been made")
            };
        }
        let passed = |at: Option<i64>| at.is_some_and(|at| now >= at);
        let noticed = out.noticed.unwrap_or(now);
        let deletes = self.policy.delete == Removal::Delete;
        if deletes && passed(self.removed_at(noticed)) {
            return if object.is_none() {
                Ok(())
            } else {
                wrong("should be gone")
            };
        }
        if object.is_none() {
            let late = deletes && passed(self.removed_at(out.since));
            return if late {
                Ok(())
            } else {
                wrong("should be there still")
            };
        }
        let is_shut_off = name.starts_with(SHUT_OFF);
        let lets_go = matches!(self.policy.delete, Removal::Detach | Removal::Ask | Removal::Keep);
        match (
            is_shut_off,
            self.shut_off_at(out.since),
            self.shut_off_at(noticed),
        ) {
            (false, _, surely) if passed(surely) && !(lets_go && passed(self.removed_at(out.since))) => {
                wrong("should be shut off")
            }
            // Whoever came back and was not brought up to date is shut off still.
            (true, perhaps, _) if !passed(perhaps) && self.policy.update != Update::Never => {
                wrong("should not be shut off")
            }
            _ => Ok(()),
        }
    }

    /// Whether somebody is to be asked before anything is removed.
    pub(crate) fn asks(&self) -> bool {
        self.policy.delete == Removal::Ask
    }

    /// Everything was settled, and is known to be.
    pub(crate) fn settled(&mut self) {
        self.troubled = false;
        self.tampered.clear();
    }
}

/// What the target shall hold of a person.
fn wanted(known: &Known) -> Attributes {
    let text = |text: &String| Value::Text(text.clone());
    let mail = known.values.mail.as_ref();
    [("name", Some(text(&known.values.name))), ("mail", mail.map(text))]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}
