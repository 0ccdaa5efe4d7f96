//! Which object of a target an entity that has none there finds, before one is made: rule by rule, in order, over what the target is known
//! to hold. One that is equal and free is the entity's from then on. Several, one that is equal only when case, accents and spelling do not
//! count, and one that stands for another entity are asked about, and nothing is made meanwhile. A person's word comes before every rule.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::matching::{CaseKind, Choice, MatchValue, OnNone, OnOne, Rule, Unmatched, Verdicts, ground};
use crate::port::{Like, Shadow};

/// An entity that looks for its object of a class.
#[derive(Debug)]
pub struct Seeker<'a> {
    /// The entity.
    pub entity: Uuid,
    /// The class.
    pub class: &'a str,
    /// The rules, in order.
    pub rules: &'a [Rule],
    /// What each of them compares for the entity.
    pub values: Vec<Vec<MatchValue>>,
    /// What happens when none of them finds anything.
    pub unmatched: Unmatched,
    /// Whether something would be made for it.
    pub makes: bool,
}

/// What the target is known to hold that entities may mean.
#[derive(Debug, Default)]
pub struct Holdings {
    /// By class and rule.
    likes: HashMap<(String, String), ByFolded>,
    objects: HashMap<(String, String), Shadow>,
}

/// By a folded value: the objects, each with its value as it stands and its key.
type ByFolded = HashMap<String, Vec<(String, String)>>;

impl Holdings {
    /// Adds an object under a value.
    pub fn add_like(&mut self, class: &str, rule: &str, like: Like) {
        let of = self.likes.entry((class.to_owned(), rule.to_owned())).or_default();
        let there = of.entry(like.folded).or_default();
        let one = (like.exact, like.key);
        if !there.contains(&one) {
            there.push(one);
        }
    }

    /// Adds an object.
    pub fn add_object(&mut self, shadow: Shadow) {
        self.objects
            .insert((shadow.class.clone(), shadow.key.clone()), shadow);
    }

    /// The keys of a class's objects that were found under a value.
    pub fn keys(&self, class: &str) -> impl Iterator<Item = &str> {
        self.likes
            .iter()
            .filter(move |((of, _), _)| of == class)
            .flat_map(|(_, of)| of.values().flatten())
            .map(|(_, key)| key.as_str())
    }

    fn object(&self, class: &str, key: &str) -> Option<&Shadow> {
        self.objects.get(&(class.to_owned(), key.to_owned()))
    }
}

/// An object that an entity may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The object.
    pub shadow: Shadow,
    /// The rule that found it.
    pub rule: String,
    /// Whether it is equal only when folded.
    pub near: bool,
    /// The other entity that it stands for.
    pub holder: Option<Uuid>,
}

/// What an entity found.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// This object: it is the entity's from now on, and why.
    Object(Box<Shadow>, Why),
    /// A person has to tell.
    Asked(CaseKind, Vec<Suspect>),
    /// Nothing is to be made for it.
    Alone,
    /// Nothing. A new one may be made.
    Nothing,
}

/// Why an object is an entity's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A rule found it.
    Rule(String),
    /// A person said so: the ruling's number, who and why.
    Decided(i64, String, String),
}

/// Has entities look for their objects. Those that come first find first; an object is found once.
#[must_use]
pub fn seek(
    seekers: Vec<Seeker<'_>>,
    holdings: &Holdings,
    verdicts: &Verdicts,
) -> HashMap<(Uuid, String), Sought> {
    let mut search = Search {
        holdings,
        verdicts,
        taken: HashMap::new(),
    };
    // What persons said is settled first, so that no rule takes what they gave to somebody.
    let (decided, looking): (Vec<_>, Vec<_>) = seekers
        .into_iter()
        .partition(|seeker| search.decided(seeker).is_some());
    let mut found = HashMap::new();
    for seeker in decided.into_iter().chain(looking) {
        let sought = match search.decided(&seeker) {
            Some(decided) => decided,
            None => search.by_rules(&seeker),
        };
        if let Sought::Object(shadow, _) = &sought {
            let place = (seeker.class.to_owned(), shadow.key.clone());
            search.taken.insert(place, seeker.entity);
        }
        found.insert((seeker.entity, seeker.class.to_owned()), sought);
    }
    found
}

/// What is asked about these suspects, or what a person has answered to that.
#[must_use]
pub(super) fn asked(
    (entity, class): (Uuid, &str),
    kind: CaseKind,
    suspects: Vec<Suspect>,
    verdicts: &Verdicts,
) -> Sought {
    let asked = ground(suspects.iter().map(|suspect| suspect.shadow.key.clone()));
    match verdicts.answer(entity, class, &asked).map(|answer| answer.choice) {
        Some(Choice::Create) => Sought::Nothing,
        Some(_) => Sought::Alone,
        None => Sought::Asked(kind, suspects),
    }
}

struct Search<'a> {
    holdings: &'a Holdings,
    verdicts: &'a Verdicts,
    /// Objects that were found, by class and key.
    taken: HashMap<(String, String), Uuid>,
}

impl Search<'_> {
    /// The object that a person gave the entity, as long as it is there.
    fn decided(&self, seeker: &Seeker<'_>) -> Option<Sought> {
        let ruling = self.verdicts.own(seeker.entity, seeker.class)?;
        let shadow = self.holdings.object(seeker.class, &ruling.object.key)?;
        let why = Why::Decided(ruling.id, ruling.who.clone(), ruling.reason.clone());
        Some(Sought::Object(Box::new(shadow.clone()), why))
    }

    fn by_rules(&self, seeker: &Seeker<'_>) -> Sought {
        let place = (seeker.entity, seeker.class);
        let mut near: Vec<Suspect> = Vec::new();
        let mut absent = match seeker.unmatched {
            Unmatched::Create => OnNone::Create,
            Unmatched::Ignore => OnNone::Ignore,
            Unmatched::Case => OnNone::Case,
        };
        for (rule, values) in seeker.rules.iter().zip(&seeker.values) {
            if values.is_empty() {
                continue;
            }
            let (found, almost) = self.look(seeker, rule, values);
            for one in almost {
                if !near.iter().any(|other| other.shadow.key == one.shadow.key) {
                    near.push(one);
                }
            }
            match found.as_slice() {
                [] if rule.none == OnNone::Next => {}
                [] => {
                    absent = rule.none;
                    break;
                }
                [one] => return self.found(seeker, rule, one.clone(), near),
                _ => return asked(place, CaseKind::Ambiguous, found, self.verdicts),
            }
        }
        if !near.is_empty() {
            return asked(place, CaseKind::NearMiss, near, self.verdicts);
        }
        match absent {
            OnNone::Create | OnNone::Next => Sought::Nothing,
            OnNone::Ignore => Sought::Alone,
            OnNone::Case if seeker.makes => asked(place, CaseKind::Absent, Vec::new(), self.verdicts),
            OnNone::Case => Sought::Nothing,
        }
    }

    fn found(&self, seeker: &Seeker<'_>, rule: &Rule, one: Suspect, mut near: Vec<Suspect>) -> Sought {
        let place = (seeker.entity, seeker.class);
        if one.holder.is_some() {
            return asked(place, CaseKind::LinkedToAnother, vec![one], self.verdicts);
        }
        near.retain(|other| other.shadow.key != one.shadow.key);
        if !near.is_empty() {
            near.push(one);
            return asked(place, CaseKind::NearMiss, near, self.verdicts);
        }
        if rule.one == OnOne::Case {
            return asked(place, CaseKind::Found, vec![one], self.verdicts);
        }
        let folded = if rule.fold { ", folded" } else { "" };
        Sought::Object(Box::new(one.shadow), Why::Rule(format!("{}{folded}", rule.name)))
    }

    /// Objects under these values: those that the rule finds, and those that only folding finds.
    fn look(&self, seeker: &Seeker<'_>, rule: &Rule, values: &[MatchValue]) -> (Vec<Suspect>, Vec<Suspect>) {
        let under = self
            .holdings
            .likes
            .get(&(seeker.class.to_owned(), rule.name.clone()));
        let mut equal: BTreeMap<&str, bool> = BTreeMap::new();
        for value in values {
            let found = under
                .and_then(|under| under.get(&value.folded))
                .into_iter()
                .flatten();
            for (exact, key) in found {
                *equal.entry(key).or_default() |= rule.fold || *exact == value.exact;
            }
        }
        equal
            .into_iter()
            .filter(|(key, _)| {
                let apart = self.verdicts.apart(seeker.class, key, seeker.entity);
                apart.is_none_or(|ruling| ruling.choice != Choice::Apart)
            })
            .filter_map(|(key, equal)| {
                let shadow = self.holdings.object(seeker.class, key)?;
                Some(Suspect {
                    holder: self.holder(seeker, shadow),
                    shadow: shadow.clone(),
                    rule: rule.name.clone(),
                    near: !equal,
                })
            })
            .partition(|suspect| !suspect.near)
    }

    /// The other entity that an object is: by a person's word, by what was found just now, or as it is known.
    fn holder(&self, seeker: &Seeker<'_>, shadow: &Shadow) -> Option<Uuid> {
        let given = self
            .verdicts
            .given(&shadow.class, &shadow.key)
            .and_then(|ruling| ruling.entity);
        let taken = || {
            self.taken
                .get(&(shadow.class.clone(), shadow.key.clone()))
                .copied()
        };
        given
            .or_else(taken)
            .or_else(|| {
                // What a person took from an entity is nobody's, though it is not written down yet.
                shadow
                    .entity
                    .filter(|&entity| self.verdicts.apart(&shadow.class, &shadow.key, entity).is_none())
            })
            .filter(|&entity| entity != seeker.entity)
    }
}
