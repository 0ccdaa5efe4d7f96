//! Unique names: an account name that is made of a person's name, is nobody else's, and stays.
//!
//! A name belongs to a scope (`username`), in which no two active entities ever hold the same one, compared without regard to case. An
//! entity keeps its name, also when what it was made of changes; the name of one that is gone is kept from others for a time. Which
//! names are held is told by the store; what is decided here is kept in the transaction that uses it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::template::{Scope, Tables, Template, TemplateError};
use crate::value::Value;

/// A unique name as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniqueSource {
    /// Templates, tried in order. The last one is tried with a growing number after that, which it may place by `n`.
    pub unique: Vec<String>,
    /// Within what the name is unique; the attribute's name when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// As many characters as a name may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Characters that are left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub forbidden: String,
    /// Names that nobody gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<String>,
    /// For how long the name of an entity that is gone is kept from others.
    #[serde(default = "a_year")]
    pub reuse_after_days: u32,
    /// A name that the patterns would not give any more is replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renew: bool,
}

fn a_year() -> u32 {
    365
}

/// A name that an entity holds, or held, in a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allotment {
    /// The scope.
    pub scope: String,
    /// The name.
    pub name: String,
    /// Who holds it; none when an account of a target has it that belongs to nobody.
    pub entity: Option<Uuid>,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// When it was given up, in milliseconds since 1970.
    pub released: Option<i64>,
}

/// A name as it is compared.
#[must_use]
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// As many names as are tried for one entity.
const TRIES: usize = 10_000;

/// A compiled unique name.
#[derive(Debug)]
pub struct Unique {
    /// The scope.
    pub scope: String,
    patterns: Vec<Template>,
    counted: bool,
    max_length: usize,
    forbidden: BTreeSet<char>,
    reserved: BTreeSet<String>,
    reuse_after: i64,
    renew: bool,
}

impl Unique {
    /// Compiles; answers the causes of what cannot be.
    pub(super) fn compile(
        attribute: &str,
        source: &UniqueSource,
        tables: &Tables,
    ) -> Result<Self, Vec<String>> {
        let mut causes = Vec::new();
        let mut patterns = Vec::with_capacity(source.unique.len());
        for text in &source.unique {
            match Template::compile(text, tables) {
                Ok(template) => patterns.push(template),
                Err(error) => causes.push(error.to_string()),
            }
        }
        let counts = |template: &Template| template.names().contains(NUMBER);
        if source.unique.is_empty() {
            causes.push("`unique` holds no pattern".to_owned());
        }
        if patterns.iter().rev().skip(1).any(counts) {
            causes.push(
                "only the last pattern may count with `n`: those behind it would never be tried".to_owned(),
            );
        }
        if source.max_length == Some(0) {
            causes.push("`max_length` leaves no room for a name".to_owned());
        }
        if !causes.is_empty() {
            return Err(causes);
        }
        Ok(Self {
            scope: source.scope.clone().unwrap_or_else(|| attribute.to_owned()),
            counted: patterns.last().is_some_and(counts),
            patterns,
            max_length: source.max_length.unwrap_or(usize::MAX),
            forbidden: source.forbidden.chars().collect(),
            reserved: source.reserved.iter().map(|name| folded(name)).collect(),
            reuse_after: i64::from(source.reuse_after_days) * 24 * 60 * 60 * 1000,
            renew: source.renew,
        })
    }

    /// For how long the name of an entity that is gone is kept from others, in milliseconds.
    #[must_use]
    pub fn reuse_after(&self) -> i64 {
        self.reuse_after
    }

    pub(super) fn patterns(&self) -> impl Iterator<Item = &Template> {
        self.patterns.iter()
    }

    /// The candidate with this number; none when it gives no text.
    fn candidate(&self, number: usize, scope: &Arc<dyn Scope>) -> Result<Option<String>, TemplateError> {
        let plain = self.patterns.len() - usize::from(self.counted);
        if let Some(pattern) = self.patterns.get(number).filter(|_| number < plain) {
            return Ok(self.clean(&self.text(pattern, scope, None)?, ""));
        }
        let count = (number - plain + FIRST).to_string();
        let Some(last) = self.patterns.last() else {
            return Ok(None);
        };
        let text = self.text(last, scope, self.counted.then_some(&count))?;
        let (base, tail) = if self.counted {
            // Where the number stands last, what is too long is cut before it.
            match text.strip_suffix(count.as_str()) {
                Some(base) => (base, count.as_str()),
                None => (text.as_str(), ""),
            }
        } else {
            (text.as_str(), count.as_str())
        };
        Ok(self.clean(base, tail))
    }

    fn text(
        &self,
        pattern: &Template,
        scope: &Arc<dyn Scope>,
        n: Option<&str>,
    ) -> Result<String, TemplateError> {
        let counted: Arc<dyn Scope> = Arc::new(Counted {
            inner: Arc::clone(scope),
            n: n.map(str::to_owned),
        });
        Ok(match pattern.evaluate(&counted)? {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            _ => String::new(),
        })
    }

    /// The name without what is forbidden, in the length that is allowed; none without a base.
    fn clean(&self, base: &str, tail: &str) -> Option<String> {
        let base = base
            .trim()
            .chars()
            .filter(|letter| !self.forbidden.contains(letter));
        let room = self.max_length.saturating_sub(tail.chars().count());
        let mut name: String = base.take(room).collect();
        if name.is_empty() {
            return None;
        }
        name.push_str(tail);
        Some(name)
    }
}

/// The name in patterns for the number that makes a name unique.
const NUMBER: &str = "n";
/// Its first value: the second of two that would have the same name is the second.
const FIRST: usize = 2;

/// A scope with the number.
#[derive(Debug)]
struct Counted {
    inner: Arc<dyn Scope>,
    n: Option<String>,
}

impl Scope for Counted {
    fn attribute(&self, name: &str) -> Option<&Value> {
        (name != NUMBER).then(|| self.inner.attribute(name)).flatten()
    }

    fn lookup(&self, name: &str) -> Option<minijinja::Value> {
        match (&self.n, name) {
            (Some(n), NUMBER) => Some(minijinja::Value::from(n.as_str())),
            _ => self.inner.lookup(name),
        }
    }

    fn as_of(&self) -> Option<jiff::civil::Date> {
        self.inner.as_of()
    }

    fn itself(&self) -> Option<minijinja::Value> {
        self.inner.itself()
    }
}

/// An entity that shall have a name.
#[derive(Debug)]
pub struct Request<'a> {
    /// The entity.
    pub entity: Uuid,
    /// The rule.
    pub unique: &'a Unique,
    /// What its patterns see.
    pub scope: Arc<dyn Scope>,
    /// The name that its object in the target has already.
    pub present: Option<String>,
}

/// A name by its scope and folded form.
type Place = (String, String);

/// The deciding of names for some entities: it says which names it wants to know about, learns of them, and decides.
#[derive(Debug)]
pub struct Allotting<'a> {
    now: i64,
    held: HashMap<Place, Allotment>,
    pending: Vec<Pending<'a>>,
    given: HashMap<(Uuid, String), String>,
    kept: BTreeMap<Place, Allotment>,
    failed: HashMap<(Uuid, String), String>,
}

#[derive(Debug)]
struct Pending<'a> {
    request: Request<'a>,
    /// The name it holds, which the patterns do not give any more.
    current: Option<Allotment>,
    tried: usize,
    candidates: Vec<String>,
}

/// What was decided about names.
#[derive(Debug, Default)]
pub struct Allotted {
    /// The name of an entity in a scope.
    pub names: HashMap<(Uuid, String), String>,
    /// What is to be kept, in place of what was known under the same name.
    pub kept: Vec<Allotment>,
    /// Why an entity has no name in a scope.
    pub failed: HashMap<(Uuid, String), String>,
}

impl<'a> Allotting<'a> {
    /// Begins with what these entities hold and held.
    #[must_use]
    pub fn new(requests: Vec<Request<'a>>, own: &[Allotment], now: i64) -> Self {
        let mut allotting = Self {
            now,
            held: HashMap::new(),
            pending: Vec::new(),
            given: HashMap::new(),
            kept: BTreeMap::new(),
            failed: HashMap::new(),
        };
        let mut of: HashMap<(Uuid, &str), Vec<&Allotment>> = HashMap::new();
        for allotment in own {
            allotting.learn_one(allotment.clone());
            if let Some(entity) = allotment.entity {
                of.entry((entity, &allotment.scope)).or_default().push(allotment);
            }
        }
        for request in requests {
            let of = of.get(&(request.entity, request.unique.scope.as_str()));
            let mut former: Vec<&Allotment> = of.into_iter().flatten().copied().collect();
            // Whoever returns has the name again that was theirs last.
            former
                .sort_by_key(|allotment| (allotment.released.is_some(), std::cmp::Reverse(allotment.since)));
            let current = former.first().map(|&allotment| allotment.clone());
            match current {
                Some(current) if !request.unique.renew => {
                    allotting.give(&request, current.name.clone(), current.since)
                }
                current => allotting.pending.push(Pending {
                    request,
                    current,
                    tried: 0,
                    candidates: Vec::new(),
                }),
            }
        }
        // Names that exist already go before names that are to be made; then the order of identity, whatever that of the rows.
        allotting.pending.sort_by(|one, other| {
            let key = |pending: &Pending<'_>| {
                let exists = pending.current.is_some() || pending.request.present.is_some();
                (!exists, pending.request.entity)
            };
            key(one)
                .cmp(&key(other))
                .then_with(|| one.request.unique.scope.cmp(&other.request.unique.scope))
        });
        allotting
    }

    /// The folded names, by scope, about which it must learn before it can go on; none when all is decided.
    pub fn wanted(&mut self) -> BTreeMap<String, BTreeSet<String>> {
        let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut pending = Vec::with_capacity(self.pending.len());
        for mut one in std::mem::take(&mut self.pending) {
            match one.next_candidates() {
                Ok(()) => {
                    let scope = &one.request.unique.scope;
                    let names = one.candidates.iter().map(|name| folded(name));
                    wanted.entry(scope.clone()).or_default().extend(names);
                    pending.push(one);
                }
                Err(cause) => {
                    let place = (one.request.entity, one.request.unique.scope.clone());
                    self.failed.insert(place, cause);
                }
            }
        }
        self.pending = pending;
        wanted
    }

    /// Learns who holds the wanted names, and decides as far as that goes.
    pub fn learn(&mut self, holders: Vec<Allotment>) {
        for holder in holders {
            self.learn_one(holder);
        }
        for mut one in std::mem::take(&mut self.pending) {
            let candidates = std::mem::take(&mut one.candidates);
            if let Some(current) = one.current.clone() {
                // The name it holds is as good as any that the patterns give first.
                if candidates
                    .iter()
                    .any(|name| folded(name) == folded(&current.name))
                {
                    self.give(&one.request, current.name, current.since);
                    continue;
                }
                one.current = None;
                self.release(&one.request, current);
            }
            match candidates.into_iter().find(|name| self.free(&one.request, name)) {
                Some(name) => self.give(&one.request, name, self.now),
                None => self.pending.push(one),
            }
        }
    }

    /// What was decided.
    #[must_use]
    pub fn finish(self) -> Allotted {
        Allotted {
            names: self.given,
            kept: self.kept.into_values().collect(),
            failed: self.failed,
        }
    }

    fn learn_one(&mut self, allotment: Allotment) {
        let place = (allotment.scope.clone(), folded(&allotment.name));
        // What was decided here is newer than what the store knows.
        if !self.kept.contains_key(&place) {
            self.held.insert(place, allotment);
        }
    }

    fn free(&self, request: &Request<'_>, name: &str) -> bool {
        let Some(holder) = self.held.get(&(request.unique.scope.clone(), folded(name))) else {
            return !request.unique.reserved.contains(&folded(name))
                || request.present.as_deref() == Some(name);
        };
        match holder.entity {
            Some(entity) if entity == request.entity => true,
            None => request
                .present
                .as_deref()
                .is_some_and(|present| folded(present) == folded(name)),
            Some(_) => holder
                .released
                .is_some_and(|released| released.saturating_add(request.unique.reuse_after) <= self.now),
        }
    }

    fn give(&mut self, request: &Request<'_>, name: String, since: i64) {
        let scope = &request.unique.scope;
        let place = (scope.clone(), folded(&name));
        let allotment = Allotment {
            scope: scope.clone(),
            name: name.clone(),
            entity: Some(request.entity),
            since,
            released: None,
        };
        self.given.insert((request.entity, scope.clone()), name);
        if self.held.get(&place) != Some(&allotment) {
            self.kept.insert(place.clone(), allotment.clone());
            self.held.insert(place, allotment);
        }
    }

    fn release(&mut self, request: &Request<'_>, current: Allotment) {
        let place = (request.unique.scope.clone(), folded(&current.name));
        let released = Allotment {
            released: current.released.or(Some(self.now)),
            ..current
        };
        self.kept.insert(place.clone(), released.clone());
        self.held.insert(place, released);
    }
}

impl Pending<'_> {
    /// The next names to try: few at first, more when those are held.
    fn next_candidates(&mut self) -> Result<(), String> {
        let many = self.tried.clamp(8, 512);
        let mut found = Vec::new();
        if self.tried == 0 {
            found.extend(self.request.present.clone());
        }
        let mut dry = 0;
        while found.len() < many && self.tried < TRIES && dry < 2 * many {
            let candidate = self
                .request
                .unique
                .candidate(self.tried, &self.request.scope)
                .map_err(|error| error.cause)?;
            self.tried += 1;
            match candidate {
                Some(name) => found.push(name),
                None => dry += 1,
            }
        }
        if found.is_empty() {
            return Err(if dry > 0 {
                "no pattern gives a name for this entity".to_owned()
            } else {
                format!("none of {TRIES} names is free in `{}`", self.request.unique.scope)
            });
        }
        self.candidates = found;
        Ok(())
    }
}
