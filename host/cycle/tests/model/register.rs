//! The reference: who is who. A plain reading of `host/docs/matching.md` over plain maps, one object after the other; persons are numbers,
//! and what is found is found by looking through everybody.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::matching::{CaseKind, Choice};

use super::DAY;
use super::town::{Row, Rows};

/// An object: the number of its source, and its key. They are looked at in this order.
pub(crate) type Thing = (usize, String);
pub(crate) type Person = usize;

/// Where a person is in their life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Active,
    /// Until then.
    Leaving(i64),
    Gone,
}

/// A person of the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) life: Life,
    /// What the catalogue has of them, or had last.
    pub(crate) values: Row,
    /// A name that somebody set, and until when.
    pub(crate) by_hand: Option<(String, i64)>,
}

/// What somebody decided about an object.
#[derive(Debug, Clone)]
struct Word {
    choice: Choice,
    whom: Option<Person>,
    /// The candidates that they saw.
    saw: BTreeSet<Person>,
}

#[derive(Debug, Default)]
pub(crate) struct Register {
    pub(crate) persons: Vec<Known>,
    /// Whom an object stands for, and what it said last.
    pub(crate) links: BTreeMap<Thing, (Person, Row)>,
    /// The questions that wait for a person, with their candidates.
    pub(crate) open: BTreeMap<(Thing, CaseKind), BTreeSet<Person>>,
    /// Those that were answered; the same question is not asked again.
    answered: BTreeMap<(Thing, CaseKind), BTreeSet<Person>>,
    words: BTreeMap<Thing, Vec<Word>>,
    /// The persons that an object made, the first and those that were made because it is not the ones before.
    made: BTreeMap<Thing, Vec<Person>>,
}

/// What two objects can agree on.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Number,
    Mail,
}

/// By which rules the objects of a source look for their person.
fn rules(source: usize) -> &'static [Rule] {
    match source {
        0 => &[Rule::Number],
        _ => &[Rule::Number, Rule::Mail],
    }
}

fn value(row: &Row, rule: Rule) -> Option<&String> {
    match rule {
        Rule::Number => row.number.as_ref(),
        Rule::Mail => row.mail.as_ref(),
    }
}

/// Whom a value leads to.
#[derive(Debug, Default)]
struct Findings {
    equal: BTreeSet<Person>,
    near: BTreeSet<Person>,
}

/// One night.
struct Night<'a> {
    register: &'a mut Register,
    /// Objects that stood for somebody until tonight, with what they said.
    lost: Vec<(Person, Row)>,
    /// Persons for whom nothing stood when the night began, with what the catalogue had of them last.
    absent: Vec<(Person, Row)>,
}

impl Register {
    /// Works a night's deliveries in.
    pub(crate) fn night(&mut self, before: &[Rows; 2], after: &[Rows; 2], grace: i64, now: i64) {
        let standing: BTreeSet<Person> = self.links.values().map(|(person, _)| *person).collect();
        let absent = self.persons.iter().enumerate();
        let absent = absent
            .filter(|(person, _)| !standing.contains(person))
            .map(|(person, known)| (person, known.values.clone()))
            .collect();
        let was_linked: BTreeSet<Thing> = self.links.keys().cloned().collect();
        let mut night = Night {
            register: self,
            lost: Vec::new(),
            absent,
        };
        for (source, rows) in before.iter().enumerate() {
            for key in rows.keys().filter(|key| !after[source].contains_key(*key)) {
                let thing = (source, key.clone());
                night.lost.extend(night.register.links.remove(&thing));
                night.settle_questions(&thing, None);
            }
        }
        let there = after.iter().enumerate();
        let there: Vec<(Thing, Row)> = there
            .flat_map(|(source, rows)| {
                rows.iter()
                    .map(move |(key, row)| ((source, key.clone()), row.clone()))
            })
            .collect();
        // Who stands for somebody comes before who looks for somebody.
        let (linked, looking): (Vec<_>, Vec<_>) = there
            .into_iter()
            .partition(|(thing, _)| was_linked.contains(thing));
        // What they say now is known of all of them before any is looked at.
        let said: Vec<Option<(Person, Row)>> = linked
            .iter()
            .map(|(thing, row)| night.foresee(thing, row))
            .collect();
        night.forsaken(linked.iter().map(|(thing, _)| thing).zip(&said));
        for ((thing, row), said) in linked.iter().zip(said) {
            night.linked(thing, row, said);
        }
        for (thing, row) in looking {
            night.looking(&thing, &row);
        }
        self.live(grace, now);
    }

    /// Somebody answers a question.
    pub(crate) fn decide(&mut self, asked: &(Thing, CaseKind), choice: Choice, whom: Option<Person>) {
        let saw = self.open.remove(asked).unwrap_or_default();
        self.answered.insert(asked.clone(), saw.clone());
        self.say(&asked.0, choice, whom, saw);
    }

    /// Somebody says who an object is or is not.
    pub(crate) fn rule(&mut self, thing: &Thing, choice: Choice, whom: Person) {
        self.say(thing, choice, Some(whom), BTreeSet::new());
    }

    fn say(&mut self, thing: &Thing, choice: Choice, whom: Option<Person>, saw: BTreeSet<Person>) {
        let word = Word { choice, whom, saw };
        self.words.entry(thing.clone()).or_default().push(word);
    }

    /// Everybody is what their objects say now; who has none any more leaves, and is gone in time.
    fn live(&mut self, grace: i64, now: i64) {
        for (person, known) in self.persons.iter_mut().enumerate() {
            let says: Vec<&Row> = self
                .links
                .values()
                .filter(|(of, _)| *of == person)
                .map(|(_, row)| row)
                .collect();
            known.by_hand = known.by_hand.take().filter(|(_, until)| *until > now);
            if let Some(first) = says.first() {
                known.life = Life::Active;
                known.values = Row {
                    name: known
                        .by_hand
                        .as_ref()
                        .map_or_else(|| first.name.clone(), |(name, _)| name.clone()),
                    number: says.iter().find_map(|row| row.number.clone()),
                    mail: says.iter().find_map(|row| row.mail.clone()),
                };
                continue;
            }
            let ends = match known.life {
                Life::Active => now + grace * DAY,
                Life::Leaving(until) => until,
                Life::Gone => continue,
            };
            known.life = if ends <= now {
                Life::Gone
            } else {
                Life::Leaving(ends)
            };
        }
    }

    /// Who is not whom, and the last word that counts beside.
    fn words_about(&self, thing: &Thing) -> (BTreeSet<Person>, Option<Word>) {
        let words = self.words.get(thing).map_or(&[][..], Vec::as_slice);
        let mut apart = BTreeSet::new();
        for word in words {
            match (word.choice, word.whom) {
                (Choice::Apart, Some(whom)) => drop(apart.insert(whom)),
                (Choice::Link, Some(whom)) => drop(apart.remove(&whom)),
                _ => {}
            }
        }
        let last = words.iter().rev().find(|word| match word.choice {
            Choice::Apart => false,
            Choice::Link => word.whom.is_some_and(|whom| !apart.contains(&whom)),
            _ => true,
        });
        (apart.clone(), last.cloned())
    }
}

impl Night<'_> {
    /// Withdraws the questions about an object, but for the one of that kind.
    fn settle_questions(&mut self, thing: &Thing, but: Option<CaseKind>) {
        self.register
            .open
            .retain(|(about, kind), _| about != thing || Some(*kind) == but);
    }

    /// Puts a linked object where a person's word takes it, or lets it say what it says now; answers what it was and said before.
    fn foresee(&mut self, thing: &Thing, row: &Row) -> Option<(Person, Row)> {
        let (apart, last) = self.register.words_about(thing);
        let links = &mut self.register.links;
        let (person, said) = links.get(thing)?.clone();
        match named(last.as_ref()) {
            Some(whom) => drop(links.insert(thing.clone(), (whom, row.clone()))),
            None if apart.contains(&person) => drop(links.remove(thing)),
            None => drop(links.insert(thing.clone(), (person, row.clone()))),
        }
        Some((person, said))
    }

    /// Whom persons took everything from is found by what it was last, as whoever is gone.
    fn forsaken<'a>(&mut self, were: impl Iterator<Item = (&'a Thing, &'a Option<(Person, Row)>)>) {
        let standing = self.register.links.values().chain(&self.lost);
        let standing: BTreeSet<Person> = standing.map(|(person, _)| *person).collect();
        let before = were.filter_map(|(_, said)| said.clone());
        let forsaken: Vec<_> = before.filter(|(person, _)| !standing.contains(person)).collect();
        self.lost.extend(forsaken);
    }

    fn linked(&mut self, thing: &Thing, row: &Row, before: Option<(Person, Row)>) {
        let (apart, last) = self.register.words_about(thing);
        let Some((was, said)) = before else { return };
        let person = match self.register.links.get(thing) {
            None => return self.looking(thing, row),
            Some((person, _)) if *person != was => return self.settle_questions(thing, None),
            Some((person, _)) => *person,
        };
        let asked = self.register.open.contains_key(&(thing.clone(), CaseKind::Twin));
        let ignored = last.as_ref().is_some_and(|word| word.choice == Choice::Ignore);
        let twins = rules(thing.0).iter().find_map(|rule| {
            let wanted = value(row, *rule)?;
            if value(&said, *rule) == Some(wanted) && !asked && !ignored {
                return None;
            }
            let mut found = self.found(*rule, wanted, &apart).equal;
            found.remove(&person);
            (!found.is_empty()).then_some(found)
        });
        match twins {
            Some(twins) => self.ask(thing, CaseKind::Twin, twins, last.as_ref()),
            None => self.settle_questions(thing, None),
        }
    }

    fn looking(&mut self, thing: &Thing, row: &Row) {
        let (apart, last) = self.register.words_about(thing);
        if let Some(whom) = named(last.as_ref()) {
            return self.link(thing, row, whom);
        }
        if last.as_ref().is_some_and(|word| word.choice == Choice::Create) {
            return self.create(thing, row, &apart);
        }
        let mut near = BTreeSet::new();
        for rule in rules(thing.0) {
            let Some(wanted) = value(row, *rule) else {
                continue;
            };
            let found = self.found(*rule, wanted, &apart);
            near.extend(found.near);
            let mut equal = found.equal.iter();
            match (equal.next(), equal.next()) {
                (None, _) => {}
                (Some(_), Some(_)) => {
                    return self.ask(thing, CaseKind::Ambiguous, found.equal, last.as_ref());
                }
                (Some(&one), None) if self.is_held(one, thing) => {
                    return self.ask(thing, CaseKind::LinkedToAnother, found.equal, last.as_ref());
                }
                (Some(&one), None) => {
                    near.remove(&one);
                    if near.is_empty() {
                        return self.link(thing, row, one);
                    }
                    near.insert(one);
                    return self.ask(thing, CaseKind::NearMiss, near, last.as_ref());
                }
            }
        }
        if near.is_empty() {
            self.create(thing, row, &apart);
        } else {
            self.ask(thing, CaseKind::NearMiss, near, last.as_ref());
        }
    }

    fn link(&mut self, thing: &Thing, row: &Row, person: Person) {
        self.register.links.insert(thing.clone(), (person, row.clone()));
        self.settle_questions(thing, None);
    }

    /// An object makes the same person whenever it makes one, unless somebody said that it is not that one.
    fn create(&mut self, thing: &Thing, row: &Row, apart: &BTreeSet<Person>) {
        let made = self.register.made.entry(thing.clone()).or_default();
        let person = made.iter().find(|person| !apart.contains(person)).copied();
        let person = person.unwrap_or_else(|| {
            self.register.persons.push(Known {
                life: Life::Active,
                values: row.clone(),
                by_hand: None,
            });
            let new = self.register.persons.len() - 1;
            made.push(new);
            new
        });
        self.link(thing, row, person);
    }

    fn ask(&mut self, thing: &Thing, kind: CaseKind, whom: BTreeSet<Person>, last: Option<&Word>) {
        if last.is_some_and(|word| word.choice == Choice::Ignore && word.saw == whom) {
            return self.settle_questions(thing, None);
        }
        self.settle_questions(thing, Some(kind));
        let question = (thing.clone(), kind);
        if self.register.answered.get(&question) != Some(&whom) {
            self.register.answered.remove(&question);
            self.register.open.insert(question, whom);
        }
    }

    fn is_held(&self, person: Person, by_another_than: &Thing) -> bool {
        self.register
            .links
            .iter()
            .any(|(thing, (of, _))| *of == person && thing.0 == by_another_than.0 && thing != by_another_than)
    }

    /// Everybody of whom an object says this, or said it until tonight, or the catalogue had it last.
    fn found(&self, rule: Rule, wanted: &str, apart: &BTreeSet<Person>) -> Findings {
        let mut findings = Findings::default();
        let says = self.register.links.values();
        for (person, row) in says.chain(&self.lost).chain(&self.absent) {
            let Some(own) = value(row, rule).filter(|_| !apart.contains(person)) else {
                continue;
            };
            if own == wanted {
                findings.equal.insert(*person);
            } else if own.to_lowercase() == wanted.to_lowercase() {
                findings.near.insert(*person);
            }
        }
        findings.near.retain(|person| !findings.equal.contains(person));
        findings
    }
}

fn named(last: Option<&Word>) -> Option<Person> {
    last.filter(|word| word.choice == Choice::Link)?.whom
}
