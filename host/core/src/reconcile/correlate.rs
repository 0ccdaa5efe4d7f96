//! Which entity an object stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::json;
use uuid::Uuid;

use super::situation::Situation;
use crate::catalogue::{Contribution, Entity, EntityKind, Link, ObjectRef};
use crate::key::MatchingKey;
use crate::mapping::{Contributes, FieldError, Inbound};
use crate::matching::{
    Candidate, CaseKind, CaseWrite, Choice, MatchValue, OnNone, OnOne, Rule, Rulebook, Ruling, Side,
    Unmatched, ground,
};
use crate::port::{Change, ChangeKind, FindingRecord, Found, JournalEntry};

/// A change with what its object says.
#[derive(Debug)]
pub struct Mapped<'a> {
    /// The change's number.
    pub seq: i64,
    /// The object.
    pub object: ObjectRef,
    /// The mapping of its class.
    pub inbound: &'a Inbound,
    /// What it says.
    pub says: Says,
    /// It has not changed, but what is made of it may have.
    pub anew: bool,
    /// It is gone, and not merely out of its mapping's scope.
    pub removed: bool,
}

/// What an object says.
#[derive(Debug)]
pub enum Says {
    /// This, about an entity.
    Contribution(Contribution),
    /// Nothing: it is gone, or the mapping's condition does not hold.
    Nothing,
    /// It cannot be mapped.
    Unclear(FieldError),
}

/// Maps a change.
#[must_use]
pub fn map(change: Change, inbound: &Inbound) -> Mapped<'_> {
    let removed = change.attributes.is_none();
    let says = match change.attributes {
        None => Says::Nothing,
        Some(attributes) => match inbound.contribution(attributes) {
            Ok(Some(contribution)) => Says::Contribution(contribution),
            Ok(None) => Says::Nothing,
            Err(error) => Says::Unclear(error),
        },
    };
    Mapped {
        seq: change.seq,
        object: change.object,
        inbound,
        says,
        anew: change.kind == ChangeKind::Remapped,
        removed,
    }
}

/// What correlation goes by, beside the objects.
pub struct Setting<'a> {
    /// What new identities are derived from.
    pub namespace: Uuid,
    /// What entities of each kind are found by.
    pub rulebook: &'a Rulebook,
    /// What fingerprints are made with.
    pub key: &'a MatchingKey,
    /// Sensitive attributes.
    pub sensitive: &'a BTreeMap<EntityKind, BTreeSet<String>>,
    /// The cycle.
    pub cycle: i64,
    /// When, in milliseconds since 1970.
    pub now: i64,
}

/// What is known about the objects of a batch and about the entities that they may stand for.
#[derive(Debug, Default)]
pub struct Known {
    /// Links of the batch's objects.
    pub links: HashMap<ObjectRef, Link>,
    /// Entities found by matching values: by kind, rule and folded value.
    pub candidates: Candidates,
    /// The entities for which objects were made that are read now: those of connections that are source and target.
    pub made: HashMap<ObjectRef, Uuid>,
    /// Links of those entities, and of those that persons named.
    pub candidate_links: HashMap<Uuid, Vec<Link>>,
    /// Objects that stood for those entities and are gone.
    pub former: HashMap<Uuid, Vec<ObjectRef>>,
    /// What persons decided about the batch's objects, oldest first.
    pub rulings: HashMap<ObjectRef, Vec<Ruling>>,
    /// Kinds of the entities that persons named, as far as those are there.
    pub kinds: HashMap<Uuid, EntityKind>,
    /// Objects of the batch about which a case is open.
    pub asked: HashSet<ObjectRef>,
}

/// Entities by what they are found under.
#[derive(Debug, Default)]
pub struct Candidates(HashMap<(EntityKind, String), ByFolded>);

/// By a folded value: the entities, each with its value as it stands.
type ByFolded = HashMap<String, Vec<(String, Uuid)>>;

impl Candidates {
    /// Adds an entity.
    pub fn add(&mut self, kind: EntityKind, rule: &str, found: Found) {
        let of = self.0.entry((kind, rule.to_owned())).or_default();
        let there = of.entry(found.folded).or_default();
        let one = (found.exact, found.entity);
        if !there.contains(&one) {
            there.push(one);
        }
    }

    fn get(&self, kind: EntityKind, value: &MatchValue) -> &[(String, Uuid)] {
        self.0
            .get(&(kind, value.rule.clone()))
            .and_then(|of| of.get(&value.folded))
            .map_or(&[], Vec::as_slice)
    }

    /// Every entity.
    pub fn entities(&self) -> impl Iterator<Item = Uuid> {
        self.0
            .values()
            .flat_map(HashMap::values)
            .flatten()
            .map(|(_, entity)| *entity)
    }
}

/// The values for which candidates are wanted, by kind and rule: those of objects that stand for nothing yet, and the new values of
/// those that do.
#[must_use]
pub fn wanted_candidates(
    mapped: &[Mapped<'_>],
    known: &Known,
    setting: &Setting<'_>,
) -> BTreeMap<(EntityKind, String), BTreeSet<String>> {
    let mut wanted: BTreeMap<(EntityKind, String), BTreeSet<String>> = BTreeMap::new();
    for one in mapped {
        let Says::Contribution(contribution) = &one.says else {
            continue;
        };
        let before = known
            .links
            .get(&one.object)
            .filter(|_| !known.asked.contains(&one.object) && !known.rulings.contains_key(&one.object));
        if before.is_some_and(|link| link.contribution == *contribution) {
            continue;
        }
        for rule in &one.inbound.matching {
            let Some(value) = rule.value(&contribution.values, setting.key) else {
                continue;
            };
            let same = before
                .and_then(|link| rule.value(&link.contribution.values, setting.key))
                .is_some_and(|old| old == value);
            if !same {
                wanted
                    .entry((one.inbound.entity, value.rule))
                    .or_default()
                    .insert(value.folded);
            }
        }
    }
    wanted
}

/// Entities of the batch's own objects that say something else now: whoever looks for an entity in the same batch may find them by that, and
/// has to know who stands for them already.
#[must_use]
pub fn wanted_holders(mapped: &[Mapped<'_>], known: &Known) -> BTreeSet<Uuid> {
    let (mut wanted, mut looking) = (BTreeSet::new(), false);
    for one in mapped {
        match (&one.says, known.links.get(&one.object)) {
            (Says::Contribution(says), Some(link)) if link.contribution != *says => {
                wanted.insert(link.entity);
            }
            (Says::Contribution(_), None) => looking = true,
            _ => {}
        }
    }
    // A person may have taken an object from its entity, and then it looks as well.
    if looking || !known.rulings.is_empty() {
        wanted
    } else {
        BTreeSet::new()
    }
}

/// A question that came up; what the candidates say is added to it before a person sees it.
#[derive(Debug)]
pub struct Doubt {
    /// The object.
    pub object: ObjectRef,
    /// What is asked.
    pub kind: CaseKind,
    /// The kind of entity.
    pub entity: EntityKind,
    /// What the object says.
    pub says: Contribution,
    /// Whom it may be.
    pub suspects: Vec<Suspect>,
}

impl Doubt {
    /// The question as a person sees it.
    #[must_use]
    pub fn question(self, entities: &HashMap<Uuid, Entity>, setting: &Setting<'_>) -> CaseWrite {
        let none = BTreeSet::new();
        let sensitive = setting.sensitive.get(&self.entity).unwrap_or(&none);
        let candidates = self
            .suspects
            .iter()
            .map(|suspect| {
                Candidate::of(
                    suspect.entity,
                    entities.get(&suspect.entity),
                    &self.says,
                    sensitive,
                )
            })
            .zip(&self.suspects)
            .map(|(candidate, suspect)| Candidate {
                rule: suspect.rule.clone(),
                near: suspect.near,
                holder: suspect.holder.as_ref().map(ToString::to_string),
                ..candidate
            })
            .collect();
        CaseWrite {
            name: crate::matching::named(&self.says.values, &self.object.key),
            object: self.object,
            kind: self.kind,
            side: Side::Source,
            entity: None,
            candidates,
            at: setting.now,
        }
    }
}

/// An entity that an object may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The entity.
    pub entity: Uuid,
    /// The rule that found it.
    pub rule: String,
    /// Whether it is equal only when folded.
    pub near: bool,
    /// The object of the same connection and class that stands for it.
    pub holder: Option<ObjectRef>,
}

/// What correlation decided.
#[derive(Debug, Default)]
pub struct Correlated {
    /// Links made or renewed.
    pub links: Vec<Link>,
    /// Of those, the objects that stood for nothing before, or for another entity.
    pub newly_linked: Vec<ObjectRef>,
    /// Links that are no more, with their entities.
    pub unlinked: Vec<(ObjectRef, Uuid)>,
    /// Of those, the ones whose object is gone.
    pub former: Vec<(ObjectRef, Uuid)>,
    /// Entities to be worked out anew, with their kinds.
    pub touched: BTreeMap<Uuid, EntityKind>,
    /// What a person should see.
    pub findings: Vec<FindingRecord>,
    /// What a person is asked.
    pub doubts: Vec<Doubt>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
    /// For the history of entities.
    pub journal: Vec<JournalEntry>,
    /// Changes that are now reconciled.
    pub settled: Vec<i64>,
    /// Rulings that have been followed.
    pub heeded: Vec<i64>,
    /// How many objects were found in each situation.
    pub situations: BTreeMap<Situation, u64>,
}

/// Links the objects of a batch.
#[must_use]
pub fn correlate(mapped: Vec<Mapped<'_>>, known: &Known, setting: &Setting<'_>) -> Correlated {
    let mut correlation = Correlation {
        known,
        setting,
        fresh: Candidates::default(),
        taken: HashMap::new(),
        gone: HashMap::new(),
        separated: HashSet::new(),
        renewed: HashMap::new(),
        out: Correlated::default(),
    };
    // What goes is let go first, so that an object that comes back under another key in the same batch finds its entity free.
    let (going, staying): (Vec<_>, Vec<_>) = mapped
        .into_iter()
        .partition(|one| matches!(one.says, Says::Nothing));
    // What stands for an entity comes before what looks for one, so that it is found by its newest values.
    let (linked, looking): (Vec<_>, Vec<_>) = staying
        .into_iter()
        .partition(|one| known.links.contains_key(&one.object));
    for one in going {
        correlation.decide(one);
    }
    // What the linked ones say now is known of all of them before any is decided about, so that their order does not matter: of two
    // that change their numbers with each other, neither is taken for the other.
    for one in &linked {
        correlation.foresee(one);
    }
    for one in linked.into_iter().chain(looking) {
        correlation.decide(one);
    }
    correlation.out
}

struct Correlation<'a> {
    known: &'a Known,
    setting: &'a Setting<'a>,
    /// Entities found by values of objects that were linked in this batch.
    fresh: Candidates,
    /// Which object of a connection and class stands for an entity, by links made in this batch.
    taken: HashMap<(Uuid, String, String), ObjectRef>,
    /// Objects unlinked in this batch, with their entities.
    gone: HashMap<ObjectRef, Uuid>,
    /// Of those, the ones that a person took from their entity; what the others said leads to their entity until the batch ends, so that
    /// who comes back under another key is found.
    separated: HashSet<ObjectRef>,
    /// Objects of this batch that say something else now, with what they say, by entity.
    renewed: HashMap<Uuid, HashMap<ObjectRef, Contribution>>,
    out: Correlated,
}

/// An object that looks for its entity.
struct Seeker<'a> {
    object: ObjectRef,
    inbound: &'a Inbound,
    says: Contribution,
    /// Entities that a person said it is not, and who.
    apart: BTreeMap<Uuid, String>,
}

impl Correlation<'_> {
    /// Notes what becomes of a linked object before it is decided about.
    fn foresee(&mut self, one: &Mapped<'_>) {
        let known = self.known;
        let (Says::Contribution(says), Some(link)) = (&one.says, known.links.get(&one.object)) else {
            return;
        };
        let kind = one.inbound.entity;
        let rulings = known.rulings.get(&one.object).map_or(&[][..], Vec::as_slice);
        let apart = apart(rulings);
        match named(last(rulings, &apart)) {
            Some(entity) if entity != link.entity && known.kinds.get(&entity) == Some(&kind) => {
                self.leave(&one.object, link.entity);
                self.take(&one.object, entity);
                self.remember(kind, says, entity);
            }
            // It is told that this cannot be, and the object stays as it was.
            Some(entity) if entity != link.entity => {}
            _ if apart.contains_key(&link.entity) => self.leave(&one.object, link.entity),
            _ if link.contribution != *says && !is_spent(one.inbound, link) => {
                let of = self.renewed.entry(link.entity).or_default();
                of.insert(one.object.clone(), says.clone());
                self.remember(kind, says, link.entity);
            }
            _ => {}
        }
    }

    fn decide(&mut self, one: Mapped<'_>) {
        let Mapped {
            seq,
            object,
            inbound,
            says,
            anew,
            removed,
        } = one;
        let known = self.known;
        let link = known.links.get(&object);
        self.out.settled.push(seq);
        match says {
            Says::Nothing => {
                self.note(if removed {
                    Situation::SourceGone
                } else {
                    Situation::OutOfScope
                });
                if let Some(link) = link {
                    self.unlink(&object, link.entity, inbound.entity);
                    self.out.former.push((object.clone(), link.entity));
                }
                self.out.cleared.push(object);
            }
            Says::Unclear(error) => {
                self.note(Situation::Unclear);
                self.out.findings.push(FindingRecord {
                    object,
                    code: "mapping".to_owned(),
                    message: error.to_string(),
                    remedy: "mend the template or the object; what it said before is kept until then"
                        .to_owned(),
                    entity: None,
                });
            }
            Says::Contribution(says) => {
                let rulings = known.rulings.get(&object).map_or(&[][..], Vec::as_slice);
                let seeker = Seeker {
                    apart: apart(rulings),
                    object,
                    inbound,
                    says,
                };
                self.out.heeded.extend(rulings.iter().map(|ruling| ruling.id));
                let last = last(rulings, &seeker.apart);
                self.follow(seeker, link, last, rulings, anew);
            }
        }
    }

    fn follow(
        &mut self,
        seeker: Seeker<'_>,
        link: Option<&Link>,
        last: Option<&Ruling>,
        rulings: &[Ruling],
        anew: bool,
    ) {
        let kind = seeker.inbound.entity;
        if let (Some(ruling), Some(entity)) = (last, named(last))
            && link.is_none_or(|link| link.entity != entity)
        {
            if self.known.kinds.get(&entity) != Some(&kind) {
                self.out.findings.push(FindingRecord {
                    object: seeker.object,
                    code: "ruling".to_owned(),
                    message: format!(
                        "{} linked it with {entity}, which is no {}",
                        ruling.who,
                        kind.as_str()
                    ),
                    remedy: "link it with an entity of that kind".to_owned(),
                    entity: None,
                });
                return;
            }
            if let Some(link) = link {
                self.unlink(&seeker.object, link.entity, kind);
            }
            self.note(Situation::Decided);
            self.record(entity, "linked", &seeker.object, ruling);
            let rule = format!("decided:{}", ruling.who);
            self.link(seeker, entity, rule);
            return;
        }
        match link {
            Some(link) => match rulings
                .iter()
                .rev()
                .find(|ruling| ruling.choice == Choice::Apart && ruling.entity == Some(link.entity))
            {
                Some(ruling) if seeker.apart.contains_key(&link.entity) => {
                    self.unlink(&seeker.object, link.entity, kind);
                    self.note(Situation::Decided);
                    self.record(link.entity, "unlinked", &seeker.object, ruling);
                    self.find(seeker, last);
                }
                _ => self.confirm(seeker, link, last, anew),
            },
            None => self.find(seeker, last),
        }
    }

    fn confirm(&mut self, seeker: Seeker<'_>, link: &Link, last: Option<&Ruling>, anew: bool) {
        let kind = seeker.inbound.entity;
        let spent = is_spent(seeker.inbound, link);
        let changed = link.contribution != seeker.says && !spent;
        let suspects = if spent {
            Vec::new()
        } else {
            self.twins(&seeker, link, last)
        };
        if anew || changed {
            self.out.touched.insert(link.entity, kind);
            let says = if spent { &link.contribution } else { &seeker.says };
            self.remember(kind, says, link.entity);
        }
        if changed {
            self.out.links.push(Link {
                contribution: seeker.says.clone(),
                ..link.clone()
            });
        }
        if suspects.is_empty() || let_be(last, &suspects) {
            self.note(Situation::Confirmed);
            self.out.cleared.push(seeker.object);
        } else {
            self.note(Situation::Twin);
            self.doubt(seeker, CaseKind::Twin, suspects);
        }
    }

    /// Other entities that a linked object's values lead to, looked for when those values are new or have been doubtful before: an answer to
    /// let it be is for the candidates that the person saw.
    fn twins(&self, seeker: &Seeker<'_>, link: &Link, last: Option<&Ruling>) -> Vec<Suspect> {
        let ignored = last.is_some_and(|ruling| ruling.choice == Choice::Ignore);
        let asked = ignored || self.known.asked.contains(&seeker.object);
        for rule in &seeker.inbound.matching {
            let Some(value) = rule.value(&seeker.says.values, self.setting.key) else {
                continue;
            };
            let old = rule.value(&link.contribution.values, self.setting.key);
            if !asked && old.as_ref() == Some(&value) {
                continue;
            }
            let mut others = self.look(seeker, rule, &value).0;
            others.retain(|suspect| suspect.entity != link.entity);
            if !others.is_empty() {
                return others;
            }
        }
        Vec::new()
    }

    fn find(&mut self, seeker: Seeker<'_>, last: Option<&Ruling>) {
        // What the host made for an entity stands for it, whatever its values have become. It is an echo of the catalogue, so that it is no
        // first word.
        if let Some(&entity) = self.known.made.get(&seeker.object)
            && !seeker.apart.contains_key(&entity)
            && self.holder(entity, &seeker.object).is_none()
        {
            let says = match seeker.inbound.contributes {
                Contributes::Always => seeker.says,
                Contributes::Initially => Contribution::default(),
            };
            self.note(Situation::Confirmed);
            return self.link(Seeker { says, ..seeker }, entity, "made".to_owned());
        }
        if last.is_some_and(|ruling| ruling.choice == Choice::Create) {
            self.note(Situation::Decided);
            return self.create(seeker, "decided:new");
        }
        let mut near: Vec<Suspect> = Vec::new();
        let mut absent = match seeker.inbound.unmatched {
            Unmatched::Create => OnNone::Create,
            Unmatched::Ignore => OnNone::Ignore,
            Unmatched::Case => OnNone::Case,
        };
        for rule in &seeker.inbound.matching {
            let Some(value) = rule.value(&seeker.says.values, self.setting.key) else {
                continue;
            };
            let (found, almost) = self.look(&seeker, rule, &value);
            near.extend(almost);
            match found.as_slice() {
                [] if rule.none == OnNone::Next => {}
                [] => {
                    absent = rule.none;
                    break;
                }
                [one] => return self.found(seeker, rule, one.clone(), near, last),
                _ => return self.ask(seeker, Situation::Ambiguous, CaseKind::Ambiguous, found, last),
            }
        }
        if !near.is_empty() {
            return self.ask(seeker, Situation::NearMiss, CaseKind::NearMiss, near, last);
        }
        match absent {
            OnNone::Create | OnNone::Next => {
                self.note(Situation::Absent);
                self.create(seeker, "created");
            }
            OnNone::Ignore => {
                self.note(Situation::Absent);
                self.out.cleared.push(seeker.object);
            }
            OnNone::Case => self.ask(seeker, Situation::Absent, CaseKind::Absent, Vec::new(), last),
        }
    }

    fn found(
        &mut self,
        seeker: Seeker<'_>,
        rule: &Rule,
        one: Suspect,
        mut near: Vec<Suspect>,
        last: Option<&Ruling>,
    ) {
        if one.holder.is_some() {
            return self.ask(
                seeker,
                Situation::LinkedToAnother,
                CaseKind::LinkedToAnother,
                vec![one],
                last,
            );
        }
        near.retain(|other| other.entity != one.entity);
        if !near.is_empty() {
            near.push(one);
            return self.ask(seeker, Situation::NearMiss, CaseKind::NearMiss, near, last);
        }
        if rule.one == OnOne::Case {
            return self.ask(seeker, Situation::Found, CaseKind::Found, vec![one], last);
        }
        let rekeyed = self.predecessor(one.entity, &seeker.object);
        self.note(if rekeyed.is_some() {
            Situation::Rekeyed
        } else {
            Situation::Found
        });
        if let Some(old) = rekeyed {
            self.out.journal.push(JournalEntry {
                cycle: self.setting.cycle,
                at: self.setting.now,
                entity: one.entity,
                event: "rekeyed".to_owned(),
                detail: json!({ "from": old.to_string(), "to": seeker.object.to_string(), "rule": rule.name }),
            });
        }
        let text = Self::reason(&seeker, rule);
        self.link(seeker, one.entity, text);
    }

    /// Entities under a value: those that the rule finds, and those that only folding finds.
    fn look(&self, seeker: &Seeker<'_>, rule: &Rule, value: &MatchValue) -> (Vec<Suspect>, Vec<Suspect>) {
        let kind = seeker.inbound.entity;
        let kept = self.known.candidates.get(kind, value).iter();
        let kept = kept.filter(|(own, entity)| self.still_says(*entity, rule, (&value.folded, own)));
        let mut exact: BTreeMap<Uuid, bool> = BTreeMap::new();
        for (own, entity) in kept.chain(self.fresh.get(kind, value)) {
            if !seeker.apart.contains_key(entity) {
                let equal = rule.fold || *own == value.exact;
                *exact.entry(*entity).or_default() |= equal;
            }
        }
        exact
            .into_iter()
            .map(|(entity, equal)| Suspect {
                entity,
                rule: rule.name.clone(),
                near: !equal,
                holder: self.holder(entity, &seeker.object),
            })
            .partition(|suspect| !suspect.near)
    }

    /// Whether one of an entity's objects has the value still, after what this batch changed. One that is gone has what it said last.
    fn still_says(&self, entity: Uuid, rule: &Rule, (folded, exact): (&str, &str)) -> bool {
        let Some(links) = self.known.candidate_links.get(&entity) else {
            return true;
        };
        let renewed = self.renewed.get(&entity);
        let separated = |link: &&Link| self.separated.contains(&link.object);
        // Whom persons took everything from is found by what it was last, as whoever is gone.
        if renewed.is_none()
            && (!links.iter().any(|link| separated(&link)) || links.iter().all(|link| separated(&link)))
        {
            return true;
        }
        links
            .iter()
            .filter(|link| !separated(link))
            .map(|link| {
                let newest = renewed.and_then(|renewed| renewed.get(&link.object));
                newest.unwrap_or(&link.contribution)
            })
            .filter_map(|says| rule.value(&says.values, self.setting.key))
            .any(|value| value.folded == folded && value.exact == exact)
    }

    /// Asks a person, unless one has said to let it be as long as it is about the same.
    fn ask(
        &mut self,
        seeker: Seeker<'_>,
        situation: Situation,
        kind: CaseKind,
        suspects: Vec<Suspect>,
        last: Option<&Ruling>,
    ) {
        if let_be(last, &suspects) {
            self.note(Situation::Decided);
            self.out.cleared.push(seeker.object);
        } else {
            self.note(situation);
            self.doubt(seeker, kind, suspects);
        }
    }

    fn doubt(&mut self, seeker: Seeker<'_>, kind: CaseKind, suspects: Vec<Suspect>) {
        self.out.doubts.push(Doubt {
            object: seeker.object,
            kind,
            entity: seeker.inbound.entity,
            says: seeker.says,
            suspects,
        });
    }

    /// Why the object stands for the entity: the rule, and whom a person had ruled out. The values are with the link itself.
    fn reason(seeker: &Seeker<'_>, rule: &Rule) -> String {
        let mut text = format!("matched:{}", rule.name);
        if rule.fold {
            text.push_str(", folded");
        }
        for (entity, who) in &seeker.apart {
            text.push_str(&format!("; not {entity}, by {who}"));
        }
        text
    }

    /// The object of the same connection and class that stands for the entity.
    fn holder(&self, entity: Uuid, object: &ObjectRef) -> Option<ObjectRef> {
        if let Some(holder) = self
            .taken
            .get(&(entity, object.connection.clone(), object.class.clone()))
        {
            return Some(holder.clone());
        }
        self.known
            .candidate_links
            .get(&entity)?
            .iter()
            .map(|link| &link.object)
            .find(|other| {
                other.connection == object.connection
                    && other.class == object.class
                    && *other != object
                    && !self.gone.contains_key(*other)
            })
            .cloned()
    }

    /// The object of the same connection and class that stood for the entity and is gone.
    fn predecessor(&self, entity: Uuid, object: &ObjectRef) -> Option<ObjectRef> {
        let like = |other: &&ObjectRef| {
            other.connection == object.connection && other.class == object.class && *other != object
        };
        let here = self
            .gone
            .iter()
            .filter(|(_, of)| **of == entity)
            .map(|(other, _)| other);
        let earlier = self.known.former.get(&entity).into_iter().flatten();
        here.filter(like)
            .min()
            .or_else(|| earlier.filter(like).max())
            .cloned()
    }

    fn create(&mut self, seeker: Seeker<'_>, rule: &str) {
        // The same object always makes the same entity, so that an interrupted run ends like an undisturbed one, and an object that
        // comes back gets its own entity again; but not when a person has said that it is not that one.
        let mut entity = seeker.object.identity(&self.setting.namespace);
        let mut again = 1_u32;
        while seeker.apart.contains_key(&entity) {
            again += 1;
            let name = format!("{}\n{again}", seeker.object);
            entity = Uuid::new_v5(&self.setting.namespace, name.as_bytes());
        }
        self.link(seeker, entity, rule.to_owned());
    }

    /// A person takes an object from its entity.
    fn leave(&mut self, object: &ObjectRef, entity: Uuid) {
        self.gone.insert(object.clone(), entity);
        self.separated.insert(object.clone());
    }

    /// An object stands for an entity from now on.
    fn take(&mut self, object: &ObjectRef, entity: Uuid) {
        let place = (entity, object.connection.clone(), object.class.clone());
        self.taken.insert(place, object.clone());
    }

    fn unlink(&mut self, object: &ObjectRef, entity: Uuid, kind: EntityKind) {
        self.out.touched.insert(entity, kind);
        self.out.unlinked.push((object.clone(), entity));
        self.gone.insert(object.clone(), entity);
    }

    fn link(&mut self, seeker: Seeker<'_>, entity: Uuid, rule: String) {
        let Seeker {
            object,
            inbound,
            says,
            ..
        } = seeker;
        self.remember(inbound.entity, &says, entity);
        self.take(&object, entity);
        self.out.touched.insert(entity, inbound.entity);
        self.out.newly_linked.push(object.clone());
        self.out.cleared.push(object.clone());
        self.out.links.push(Link {
            object,
            entity,
            rule,
            since: self.setting.now,
            contribution: says,
        });
    }

    /// Lets the rest of the batch find the entity by these values.
    fn remember(&mut self, kind: EntityKind, says: &Contribution, entity: Uuid) {
        for value in self.setting.rulebook.values(kind, &says.values, self.setting.key) {
            let found = Found {
                folded: value.folded,
                exact: value.exact,
                entity,
            };
            self.fresh.add(kind, &value.rule, found);
        }
    }

    fn note(&mut self, situation: Situation) {
        *self.out.situations.entry(situation).or_default() += 1;
    }

    fn record(&mut self, entity: Uuid, event: &str, object: &ObjectRef, ruling: &Ruling) {
        self.out.journal.push(JournalEntry {
            cycle: self.setting.cycle,
            at: self.setting.now,
            entity,
            event: event.to_owned(),
            detail: json!({ "object": object.to_string(), "by": ruling.who, "reason": ruling.reason }),
        });
    }
}

/// The entities that persons said the object is not, each with who did. A later word that it is one takes that back.
fn apart(rulings: &[Ruling]) -> BTreeMap<Uuid, String> {
    let mut apart = BTreeMap::new();
    for ruling in rulings {
        match (ruling.choice, ruling.entity) {
            (Choice::Apart, Some(entity)) => drop(apart.insert(entity, ruling.who.clone())),
            (Choice::Link, Some(entity)) => drop(apart.remove(&entity)),
            _ => {}
        }
    }
    apart
}

/// The last word that counts; what is kept apart stays so beside it.
fn last<'a>(rulings: &'a [Ruling], apart: &BTreeMap<Uuid, String>) -> Option<&'a Ruling> {
    rulings.iter().rev().find(|ruling| match ruling.choice {
        Choice::Apart => false,
        Choice::Link => ruling.entity.is_some_and(|of| !apart.contains_key(&of)),
        Choice::Create | Choice::Ignore => true,
    })
}

/// The entity that the object is, in that word.
fn named(last: Option<&Ruling>) -> Option<Uuid> {
    last.filter(|ruling| ruling.choice == Choice::Link)?.entity
}

/// Who has had a say initially has none any more.
fn is_spent(inbound: &Inbound, link: &Link) -> bool {
    inbound.contributes == Contributes::Initially && link.contribution.is_silent()
}

/// Whether a person has said to leave the object alone, and it is still about the same candidates.
fn let_be(last: Option<&Ruling>, suspects: &[Suspect]) -> bool {
    last.is_some_and(|ruling| {
        ruling.choice == Choice::Ignore
            && ruling.ground == ground(suspects.iter().map(|suspect| suspect.entity.to_string()))
    })
}
