//! Takes steps in the world and in the reference alike, and holds the one against the other.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use samklang_core::Value;
use samklang_core::catalogue::ObjectRef;
use samklang_core::guard::{Limit, Limits, Subject};
use samklang_core::matching::{CaseKind, CaseState, Choice};
use samklang_core::port::{Clock as _, Request, StepSpec, StepState, Store as _};
use samklang_core::reconcile::Override;
use samklang_cycle::{Ended, Mode, Quiet, Report, Worker};
use samklang_store::{Answered, Decided, Ruling};
use uuid::Uuid;

use super::register::{Person, Register, Thing};
use super::step::{Configured, Fault, Outage, Step, Tampering};
use super::target::{STRANGER, Target};
use super::town::{Comes, LIMITS, Row, SOURCES, Stage, Town};
use super::world::{self, DAY, World};

/// Rows in a page of a source.
const PAGE: usize = 5;

const HOUR: i64 = DAY / 24;

/// Runs that everything needs at most to come to rest.
const REST: usize = 16;

const SCHOOL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
"#;

const PAYROLL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id", "email"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
"#;

const ROOM: &str = r#"
[outbound.person]
entity = "person"
key = "{{ id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
"#;

const ANNEX: &str = r#"
[outbound.person]
entity = "person"
when = "{{ email }}"
key = "{{ id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
[outbound.person.deactivated]
name = "gone: {{ display_name }}"
"#;

/// Whether everything went as it should.
pub(crate) type Verdict = Result<(), String>;

/// A world with its reference.
pub(crate) struct Drive {
    world: World,
    town: Town,
    register: Register,
    grace: i64,
    targets: [Target; 2],
    /// The identities of persons, as they turned out.
    ids: BTreeMap<Person, Uuid>,
}

fn limits() -> Limits {
    let limit = |(count, percent): (u64, u64)| Limit {
        count,
        percent: u8::try_from(percent).unwrap(),
        hard_percent: None,
    };
    Limits {
        removed: Limit {
            hard_percent: Some(u8::try_from(LIMITS.hard).unwrap()),
            ..limit(LIMITS.removed)
        },
        added: limit(LIMITS.added),
        key_changed: limit(LIMITS.key_changed),
        changed: limit(LIMITS.changed),
        ..Limits::of(Subject::Person)
    }
}

fn object(thing: &Thing) -> ObjectRef {
    ObjectRef {
        connection: SOURCES[thing.0].to_owned(),
        class: "person".to_owned(),
        key: thing.1.clone(),
    }
}

fn pick<T>(things: impl IntoIterator<Item = T>, number: u8) -> Option<T> {
    let mut things: Vec<T> = things.into_iter().collect();
    let at = usize::from(number) % things.len().max(1);
    (!things.is_empty()).then(|| things.swap_remove(at))
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl Drive {
    /// A school of ten, of whom six are on the payroll; everything settled for the first time.
    pub(crate) async fn begin(configured: &Configured) -> Result<Self, String> {
        let mut tenant = world::tenant(SCHOOL, PAYROLL, ROOM);
        let mut annex = world::tenant(SCHOOL, PAYROLL, ANNEX)
            .connections
            .remove("room")
            .unwrap();
        annex.policy.all = configured.annex;
        tenant.connections.insert("annex".to_owned(), annex);
        for kind in ["export", "feedback"] {
            tenant.steps.push(StepSpec {
                kind: kind.to_owned(),
                connection: Some("annex".to_owned()),
            });
        }
        for connection in tenant.connections.values_mut() {
            connection.guard.limits.insert(Subject::Person, limits());
        }
        let person = samklang_core::catalogue::EntityKind::Person;
        tenant.ownership.grace.insert(person, configured.grace * DAY);
        let mut drive = Self {
            world: World::of(tenant).await,
            town: Town::default(),
            register: Register::default(),
            grace: configured.grace,
            targets: [
                Target::new("room", samklang_core::plan::Policy::default(), false),
                Target::new("annex", configured.annex, true),
            ],
            ids: BTreeMap::new(),
        };
        for number in 0..10 {
            let row = |name: &str| Row {
                name: format!("{name} {number}"),
                number: Some(format!("n{number}")),
                mail: Some(format!("m{number}@x")),
            };
            drive.town.offered[0].insert(format!("k{number}"), row("Pupil"));
            if number % 2 == 0 || number == 1 {
                drive.town.offered[1].insert(format!("k{number}"), row("Clerk"));
            }
        }
        for target in ["room", "annex"] {
            drive
                .world
                .put(target, "person", STRANGER, &[("name", "Not Ours")]);
        }
        let before = drive.town.accepted.clone();
        drive.town.begin();
        drive.offer();
        let report = drive.world.run().await;
        ensure(report.ended == Ended::Done, || {
            format!("it does not begin: {report:?}")
        })?;
        drive.night(&before).await?;
        drive.after(&report).await?;
        drive.settle().await?;
        Ok(drive)
    }

    fn now(&self) -> i64 {
        self.world.clock.now()
    }

    /// Hands the sources to the world.
    fn offer(&self) {
        for (source, rows) in self.town.offered.iter().enumerate() {
            self.world.systems.with(SOURCES[source], |system| {
                system.page = PAGE;
                system.misdeeds = world::Misdeeds::default();
                match self.town.failing.get(&source) {
                    None => {}
                    Some(Fault::Down) => system.misdeeds.down = true,
                    // When everything has been handed over but the word that it was everything.
                    Some(Fault::Breaks) => system.misdeeds.read_fails_after = Some(rows.len().div_ceil(PAGE)),
                    Some(Fault::Miscounts) => system.misdeeds.lies_about_count = true,
                }
                system.objects = rows
                    .iter()
                    .map(|(key, row)| {
                        let mut attributes = vec![("name", row.name.as_str())];
                        attributes.extend(row.number.as_deref().map(|number| ("number", number)));
                        attributes.extend(row.mail.as_deref().map(|mail| ("mail", mail)));
                        let place = ("person".to_owned(), key.clone());
                        (place, world::texts(&attributes))
                    })
                    .collect();
            });
        }
    }

    pub(crate) async fn take(&mut self, step: &Step) -> Verdict {
        match step {
            Step::Run => self.run(&[], false).await,
            Step::Crash(polls, down) => self.run(polls, *down).await,
            Step::Settle => self.settle().await,
            Step::Release => self.release().await,
            Step::Reject => self.reject().await,
            Step::Decide(case, choice, whom) => self.decide(*case, *choice, *whom).await,
            Step::Unlink(number) => {
                let linked = self
                    .register
                    .links
                    .iter()
                    .map(|(thing, (person, _))| (thing.clone(), *person));
                match pick(linked, *number) {
                    Some((thing, person)) => self.rule(&thing, Choice::Apart, person).await,
                    None => Ok(()),
                }
            }
            Step::Link(number, whom) => {
                let things = self.town.accepted.iter().enumerate();
                let things =
                    things.flat_map(|(source, rows)| rows.keys().map(move |key| (source, key.clone())));
                match (pick(things, *number), pick(self.ids.keys().copied(), *whom)) {
                    (Some(thing), Some(person)) => self.rule(&thing, Choice::Link, person).await,
                    _ => Ok(()),
                }
            }
            Step::Override(whom, name, days) => self.set_by_hand(*whom, *name, *days).await,
            Step::Ask(whom) => self.ask(*whom).await,
            Step::Pass(hours) => {
                self.world.pass(i64::from(*hours) * HOUR);
                Ok(())
            }
            Step::Target(target, outage) => {
                self.disturb(usize::from(*target), *outage);
                Ok(())
            }
            Step::Tamper(tampering) => {
                self.tamper(*tampering);
                Ok(())
            }
            other => {
                self.change(other);
                Ok(())
            }
        }
    }

    /// What a source offers becomes something else.
    fn change(&mut self, step: &Step) {
        let key = |number: u8| format!("k{number}");
        let Town {
            offered,
            left_out,
            failing,
            ..
        } = &mut self.town;
        match step {
            Step::Put(source, number, row) => {
                offered[usize::from(*source)].insert(key(*number), row.clone());
            }
            Step::Remove(source, number) => {
                let source = usize::from(*source);
                left_out[source].extend(offered[source].remove_entry(&key(*number)));
            }
            Step::Rekey(source, number, new) => {
                let rows = &mut offered[usize::from(*source)];
                if let Some(row) = rows.remove(&key(*number)) {
                    rows.insert(key(*new), row);
                }
            }
            Step::Swap(source, one, other) => {
                let rows = &mut offered[usize::from(*source)];
                let (first, second) = (rows.remove(&key(*one)), rows.remove(&key(*other)));
                rows.extend(first.map(|row| (key(*other), row)));
                rows.extend(second.map(|row| (key(*one), row)));
            }
            Step::Empty(source) => {
                let source = usize::from(*source);
                left_out[source].append(&mut offered[source]);
            }
            Step::Halve(source) => {
                let source = usize::from(*source);
                let rows = std::mem::take(&mut offered[source]);
                for (number, (key, row)) in rows.into_iter().enumerate() {
                    let place = if number % 2 == 0 {
                        &mut *offered
                    } else {
                        &mut *left_out
                    };
                    place[source].insert(key, row);
                }
            }
            Step::Return(source) => {
                let source = usize::from(*source);
                offered[source].append(&mut left_out[source]);
            }
            Step::Source(source, fault) => {
                failing.insert(usize::from(*source), *fault);
            }
            _ => {}
        }
    }

    fn disturb(&mut self, target: usize, outage: Outage) {
        let whom = match outage {
            Outage::Refuses(whom) => pick(self.ids.values().copied(), whom),
            _ => None,
        };
        let target = &mut self.targets[target];
        target.troubled |= !matches!(outage, Outage::Well);
        self.world.systems.with(target.name, |system| {
            let misdeeds = &mut system.misdeeds;
            match outage {
                Outage::Down => misdeeds.down = true,
                Outage::Refuses(_) => misdeeds.refuses.extend(whom.map(|id| id.to_string())),
                Outage::AnswerLost => misdeeds.answer_lost = true,
                Outage::RequestLost => misdeeds.request_lost = true,
                Outage::RateLimited(many) => misdeeds.rate_limited = u32::from(many),
                Outage::PutsOff(many, seconds) => {
                    misdeeds.puts_off = u32::from(many);
                    misdeeds.off_for = Duration::from_secs(u64::from(seconds));
                }
                Outage::Well => *misdeeds = world::Misdeeds::default(),
            }
        });
    }

    fn tamper(&mut self, tampering: Tampering) {
        let (Tampering::Renames(whom) | Tampering::Removes(whom)) = tampering;
        // What nobody may bring up to date again is left alone.
        let target = &mut self.targets[0];
        let ours = self.ids.values().map(Uuid::to_string);
        self.world.systems.with(target.name, |system| {
            let there = ours.filter(|key| system.objects.contains_key(&("person".to_owned(), key.clone())));
            let Some(key) = pick(there, whom) else { return };
            let place = ("person".to_owned(), key.clone());
            match tampering {
                Tampering::Renames(_) => {
                    let renamed = Value::Text("Somebody Else".to_owned());
                    system
                        .objects
                        .entry(place)
                        .or_default()
                        .insert("name".to_owned(), renamed);
                }
                Tampering::Removes(_) => drop(system.objects.remove(&place)),
            }
            target.tampered.insert(key);
        });
    }

    /// A run; or several that are dropped where they stand, and one that is not.
    async fn run(&mut self, polls: &[u16], down: bool) -> Verdict {
        let before = self.town.accepted.clone();
        self.offer();
        let mut report = None;
        for polls in polls {
            report = self.cut_off(*polls).await?;
            if report.is_some() {
                break;
            }
        }
        let report = match report {
            Some(report) => report,
            None => {
                if down {
                    (0..self.targets.len()).for_each(|target| self.disturb(target, Outage::Down));
                }
                let run = self.world.try_run(Mode::Run).await;
                run.map_err(|error| format!("the run failed: {error}"))?
            }
        };
        let comes = self.town.run();
        self.town.failing.clear();
        let told = || format!("{comes:?} was expected, and not {:?}", report.ended);
        match (comes, &report.ended) {
            (Comes::ToASource, Ended::Failed(_)) => self.untouched("a source could not be read"),
            (Comes::ToTheGuard, Ended::Waiting(stop)) => {
                ensure(stop.message.starts_with("the guard halted the import"), told)?;
                self.untouched("the comparison was halted")
            }
            (Comes::ToASource | Comes::ToTheGuard, _) => Err(told()),
            (Comes::Through | Comes::ToTheTargets, ended) => {
                match ended {
                    Ended::Done => {}
                    Ended::Waiting(stop) if stop.message.starts_with("the guard halted the plan") => {}
                    Ended::Failed(_) if self.targets.iter().any(|target| target.troubled) => {}
                    _ => return Err(told()),
                }
                if comes == Comes::Through {
                    self.night(&before).await?;
                }
                self.after(&report).await
            }
        }
    }

    /// Polls a run this often, and drops it then.
    async fn cut_off(&self, polls: u16) -> Result<Option<Report>, String> {
        let store = self.world.store().await;
        let worker = Worker {
            store: &store,
            connectors: &self.world.systems,
            clock: &self.world.clock,
            tenant: &self.world.tenant,
            progress: &Quiet,
        };
        let mut run = pin!(worker.run(Mode::Run));
        let mut left = polls;
        let cut_off = poll_fn(|context| match left.checked_sub(1) {
            None => Poll::Ready(None),
            Some(fewer) => {
                left = fewer;
                run.as_mut().poll(context).map(Some)
            }
        });
        let report = cut_off.await.transpose();
        report.map_err(|error| format!("the run failed: {error}"))
    }

    /// Nothing may have been done to any target.
    fn untouched(&self, why: &str) -> Verdict {
        for target in &self.targets {
            let done = self
                .world
                .systems
                .with(target.name, |system| system.carried.clone());
            ensure(done.is_empty(), || {
                format!("{}: {done:?} although {why}", target.name)
            })?;
        }
        Ok(())
    }

    /// The catalogue has been brought up to date: who is who, and what is asked.
    async fn night(&mut self, before: &[BTreeMap<String, Row>; 2]) -> Verdict {
        let now = self.now();
        self.register.night(before, &self.town.accepted, self.grace, now);
        let store = self.world.store().await;
        let accepted = self.town.accepted.iter().enumerate();
        let things: Vec<Thing> = accepted
            .flat_map(|(source, rows)| rows.keys().map(move |key| (source, key.clone())))
            .collect();
        let objects: Vec<ObjectRef> = things.iter().map(object).collect();
        let links: BTreeMap<ObjectRef, Uuid> = store
            .links(&objects)
            .await
            .unwrap()
            .into_iter()
            .map(|link| (link.object, link.entity))
            .collect();
        for (thing, object) in things.iter().zip(&objects) {
            match (self.register.links.get(thing), links.get(object)) {
                (None, None) => {}
                (Some((person, _)), Some(&id)) => {
                    let known = *self.ids.entry(*person).or_insert(id);
                    ensure(known == id, || {
                        format!("{object} stands for {id}, and should for {known}")
                    })?;
                    let other = self
                        .ids
                        .iter()
                        .find(|(other, known)| *other != person && **known == id);
                    ensure(other.is_none(), || {
                        format!("{object} stands for {id}, and should for nobody yet")
                    })?;
                }
                (expected, found) => {
                    let expected = expected.map(|(person, _)| self.ids.get(person));
                    return Err(format!(
                        "{object} stands for {found:?}, and should for {expected:?}"
                    ));
                }
            }
        }
        let cases = store.cases(&[CaseState::Open], 999).await.unwrap();
        let (removals, cases): (Vec<_>, Vec<_>) =
            cases.into_iter().partition(|case| case.kind == CaseKind::Removal);
        for case in removals {
            // Nobody answers these here: that nothing is removed meanwhile is seen at the target.
            let asks = self
                .targets
                .iter()
                .any(|target| target.name == case.object.connection && target.asks());
            let of_somebody = case
                .entity
                .is_some_and(|entity| self.ids.values().any(|id| *id == entity));
            ensure(asks && of_somebody, || {
                format!("nobody wants to be asked about {}", case.object)
            })?;
        }
        let open: BTreeMap<(ObjectRef, CaseKind), BTreeSet<Uuid>> = cases
            .into_iter()
            .map(|case| {
                let candidates = case.candidates.iter().filter_map(|one| one.entity).collect();
                ((case.object, case.kind), candidates)
            })
            .collect();
        let expected = self.register.open.iter().map(|((thing, kind), whom)| {
            let whom = whom.iter().filter_map(|person| self.ids.get(person).copied());
            ((object(thing), *kind), whom.collect())
        });
        let expected: BTreeMap<(ObjectRef, CaseKind), BTreeSet<Uuid>> = expected.collect();
        ensure(open == expected, || {
            format!("these cases are open: {open:?}, and these should be: {expected:?}")
        })?;
        for target in &mut self.targets {
            for (person, known) in self.register.persons.iter().enumerate() {
                let held = self.ids.get(&person).is_some_and(|id| {
                    let place = ("person".to_owned(), id.to_string());
                    self.world.systems.with(target.name, |system| {
                        let carried = system.carried.iter().find(|done| done.key == place.1);
                        // What this very run did comes after.
                        match carried.map(|done| done.action) {
                            Some(samklang_core::connector::Action::Create) => false,
                            Some(_) => true,
                            None => system.objects.contains_key(&place),
                        }
                    })
                });
                target.look(person, known, held, now);
            }
        }
        Ok(())
    }

    /// The targets have had their turn.
    async fn after(&mut self, report: &Report) -> Verdict {
        let now = self.now();
        let people: BTreeMap<String, Person> = self
            .ids
            .iter()
            .map(|(person, id)| (id.to_string(), *person))
            .collect();
        for target in &mut self.targets {
            let (done, left) = self.world.systems.with(target.name, |system| {
                (std::mem::take(&mut system.carried), system.objects.len() as u64)
            });
            let removed = done
                .iter()
                .filter(|one| one.action == samklang_core::connector::Action::Delete);
            target.begins(report.cycle, left + removed.count() as u64);
            for one in &done {
                let of = people.get(&one.key);
                let of = of.map(|person| (*person, &self.register.persons[*person]));
                target.allows(one, of, report.cycle, now)?;
            }
            if report.ended == Ended::Done {
                target.noticed(now);
            }
        }
        self.town.stage = matches!(report.ended, Ended::Waiting(_)).then_some(Stage::Targets);
        Ok(())
    }

    /// Who has to decide decides.
    async fn verdict(&self, verdict: Ruling, hard: Option<bool>) -> Verdict {
        let first = self.world.decide_as(verdict, "anna", "seen").await;
        let second = match first {
            Decided::OneOfTwo { .. } if hard != Some(false) => {
                self.world.decide_as(verdict, "bo", "seen as well").await
            }
            Decided::Done { .. } if hard == Some(true) => {
                return Err("one person let pass what takes two".to_owned());
            }
            other => other,
        };
        ensure(matches!(second, Decided::Done { .. }), || {
            format!("{verdict:?} is answered by {second:?}")
        })
    }

    async fn release(&mut self) -> Verdict {
        match self.town.stage.clone() {
            Some(Stage::Halted { hard }) => {
                self.verdict(Ruling::Release, Some(hard)).await?;
                self.town.stage = Some(Stage::Released);
            }
            Some(Stage::Targets) => {
                let store = self.world.store().await;
                let cycle = store.cycles(1).await.unwrap()[0].id;
                let steps = store.steps(cycle).await.unwrap();
                let halted = steps.iter().find(|step| step.state == StepState::Halted);
                let halted = halted.and_then(|step| step.spec.connection.clone());
                // It may have been released before, and not run since.
                if let Some(name) = halted {
                    self.verdict(Ruling::Release, None).await?;
                    let target = self.targets.iter_mut().find(|target| target.name == name);
                    target.map(|target| target.released.insert(cycle));
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn reject(&mut self) -> Verdict {
        let store = self.world.store().await;
        let waits = match (&self.town.stage, store.cycles(1).await.unwrap().first()) {
            (Some(Stage::Halted { .. }), _) => true,
            (Some(Stage::Targets), Some(cycle)) => {
                let steps = store.steps(cycle.id).await.unwrap();
                steps.iter().any(|step| step.state == StepState::Halted)
            }
            _ => false,
        };
        if waits {
            self.verdict(Ruling::Reject, Some(false)).await?;
            self.town.stage = None;
        }
        Ok(())
    }

    fn answered(&self, choice: Choice, entity: Option<Uuid>) -> Answered<'static> {
        Answered {
            choice,
            entity,
            who: "anna",
            reason: "I know them",
            at: self.now(),
        }
    }

    async fn decide(&mut self, case: u8, choice: Choice, whom: u8) -> Verdict {
        let open = self
            .register
            .open
            .iter()
            .map(|(asked, whom)| (asked.clone(), whom.clone()));
        let Some((asked, candidates)) = pick(open, case) else {
            return Ok(());
        };
        let person = (choice == Choice::Link).then(|| pick(candidates, whom)).flatten();
        let store = self.world.store().await;
        let cases = store.cases(&[CaseState::Open], 999).await.unwrap();
        let about = object(&asked.0);
        let record = cases
            .iter()
            .find(|case| case.object == about && case.kind == asked.1);
        let record = record.ok_or_else(|| format!("the case about {about} is lost"))?;
        let answered = self.answered(choice, person.and_then(|person| self.ids.get(&person).copied()));
        let done = store
            .decide_case(record, &record.object, &answered, None)
            .await
            .unwrap();
        ensure(done, || format!("the case about {about} cannot be decided"))?;
        self.register.decide(&asked, choice, person);
        Ok(())
    }

    async fn rule(&mut self, thing: &Thing, choice: Choice, person: Person) -> Verdict {
        let Some(&id) = self.ids.get(&person) else {
            return Ok(());
        };
        let store = self.world.store().await;
        store
            .rule(&object(thing), &self.answered(choice, Some(id)))
            .await
            .unwrap();
        self.register.rule(thing, choice, person);
        Ok(())
    }

    async fn set_by_hand(&mut self, whom: u8, name: u8, days: u8) -> Verdict {
        let Some((person, id)) = pick(self.ids.iter().map(|(person, id)| (*person, *id)), whom) else {
            return Ok(());
        };
        let (name, until) = (format!("By Hand {name}"), self.now() + i64::from(days) * DAY);
        let set = Override {
            entity: id,
            attribute: "display_name".to_owned(),
            value: Value::Text(name.clone()),
            until: Some(until),
            who: "anna".to_owned(),
            reason: "as they wish".to_owned(),
            at: self.now(),
        };
        self.world.store().await.set_override(&set).await.unwrap();
        self.register.persons[person].by_hand = Some((name, until));
        Ok(())
    }

    async fn ask(&mut self, whom: u8) -> Verdict {
        let Some((person, id)) = pick(self.ids.iter().map(|(person, id)| (*person, *id)), whom) else {
            return Ok(());
        };
        let request = Request {
            entity: id,
            who: "anna".to_owned(),
            reason: "needed there".to_owned(),
            at: self.now(),
        };
        let annex = &mut self.targets[1];
        self.world
            .store()
            .await
            .ask(&request, &[annex.name.to_owned()])
            .await
            .unwrap();
        annex.asked.insert(person);
        Ok(())
    }

    /// Everything is well, whatever halts is let pass, and time enough passes for whatever is tried again.
    async fn settle(&mut self) -> Verdict {
        for target in &self.targets {
            self.world
                .systems
                .with(target.name, |system| system.misdeeds = world::Misdeeds::default());
        }
        for _ in 0..REST {
            self.world.pass(DAY);
            self.run(&[], false).await?;
            if self.town.stage.is_none() && self.was_quiet().await {
                self.check().await?;
                self.run(&[], false).await?;
                ensure(self.was_quiet().await, || {
                    "a cycle with nothing new does something".to_owned()
                })?;
                self.targets.iter_mut().for_each(Target::settled);
                return Ok(());
            }
            self.release().await?;
        }
        Err(format!("it has not come to rest in {REST} runs"))
    }

    /// Whether the last cycle found nothing to do.
    async fn was_quiet(&self) -> bool {
        let store = self.world.store().await;
        let cycle = store.cycles(1).await.unwrap()[0].id;
        let steps = store.steps(cycle).await.unwrap();
        steps.iter().all(|step| {
            let counts = step.counts;
            counts.added + counts.changed + counts.removed + counts.planned == 0
        })
    }

    /// Everything is settled: the targets hold what they should, nothing is left over, and the journal is whole.
    async fn check(&self) -> Verdict {
        let now = self.now();
        for target in &self.targets {
            let mut objects = self.world.objects(target.name);
            let mut taken = |key: &str| objects.remove(&("person".to_owned(), key.to_owned()));
            for (person, known) in self.register.persons.iter().enumerate() {
                let id = self
                    .ids
                    .get(&person)
                    .ok_or_else(|| format!("person {person} never came to be"))?;
                let key = id.to_string();
                target.holds(person, known, &key, taken(&key).as_ref(), now)?;
            }
            let stranger = taken(STRANGER);
            ensure(stranger == Some(world::texts(&[("name", "Not Ours")])), || {
                format!("{}: the stranger is {stranger:?}", target.name)
            })?;
            ensure(objects.is_empty(), || {
                format!("{}: whose are {objects:?}?", target.name)
            })?;
        }
        let store = self.world.store().await;
        let waiting = store.quarantined(9).await.unwrap();
        ensure(waiting.is_empty(), || {
            format!("in quarantine although all is well: {waiting:?}")
        })?;
        let journal = store.verify_journal().await.unwrap();
        ensure(journal.found == 0, || {
            format!("the journal does not verify: {journal:?}")
        })
    }
}
