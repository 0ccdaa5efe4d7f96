//! The deciding of names: who holds which is learnt a few names at a time, and what is decided here is newer than what the store knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use super::{Allotment, Unique, folded};
use crate::mapping::template::Scope;

/// As many names as are tried for one entity.
const TRIES: usize = 10_000;

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
                // The name it holds is as good as any that the patterns give first. Whoever comes back after the name's time may find that
                // somebody has just got it.
                let given = |name: &String| folded(name) == folded(&current.name);
                if candidates.iter().any(given) && self.free(&one.request, &current.name) {
                    self.give(&one.request, current.name, current.since);
                    continue;
                }
                one.current = None;
                if self.free(&one.request, &current.name) {
                    self.release(&one.request, current);
                }
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
