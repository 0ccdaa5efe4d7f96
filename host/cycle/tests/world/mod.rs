//! Systems in memory, and a tenant that keeps one in concord with another.

#![allow(dead_code, reason = "each file of tests uses its own part of this")]

#[path = "../../../core/tests/system/mod.rs"]
mod system;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use samklang_core::connector::{
    Action, Batch, Completion, Description, Extent, Finding, Object, Operation, Outcome, Page, Receipt,
    Rejection,
};
use samklang_core::key::{Keyring, TenantKey};
use samklang_core::mapping::{MappingSource, Mappings, Vocabulary};
use samklang_core::port::{Clock, Connectors, Session, StepSpec};
use samklang_core::reconcile::Ownership;
use samklang_core::{Attributes, Fault, FaultKind, Value};
use samklang_cycle::{Connection, CycleError, Mode, Quiet, Report, Role, Tenant, Worker};
use samklang_store::{Decided, Decision, Installation, Ruling, TenantStore, Worker as Holder};
pub(crate) use system::{description, texts};

/// The keys of every tenant of the tests.
pub(crate) fn keys() -> Keyring {
    Keyring::new(TenantKey::new([7; 32]), Vec::new())
}

pub(crate) type Objects = BTreeMap<(String, String), Attributes>;

/// What a system shall do wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Misdeeds {
    /// Fails a read after this many pages.
    pub(crate) read_fails_after: Option<usize>,
    /// Says another count than it hands over.
    pub(crate) lies_about_count: bool,
    /// Hands the first object over twice.
    pub(crate) repeats: bool,
    /// Refuses objects with this key.
    pub(crate) refuses: BTreeSet<String>,
    /// Puts operations on all but teams off this many times.
    pub(crate) puts_off: u32,
    /// For this long.
    pub(crate) off_for: Duration,
    /// Carries operations out, but fails before it answers.
    pub(crate) answer_lost: bool,
    /// Fails before it carries anything out, and cannot tell.
    pub(crate) request_lost: bool,
    /// Asks for a pause in place of this many answers.
    pub(crate) rate_limited: u32,
    /// Cannot be reached.
    pub(crate) down: bool,
    /// Takes operations over without showing them.
    pub(crate) queues: bool,
    /// Repeats the number that it was sent in its refusals.
    pub(crate) echoes: bool,
}

/// An operation that a system carried out.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    pub(crate) id: String,
    pub(crate) action: Action,
    pub(crate) key: String,
    /// It was so before.
    pub(crate) idle: bool,
}

/// One system.
#[derive(Debug, Default)]
pub(crate) struct System {
    pub(crate) objects: Objects,
    pub(crate) misdeeds: Misdeeds,
    pub(crate) applied: Vec<(Action, String, String)>,
    pub(crate) carried: Vec<Carried>,
    /// When what it holds was delivered.
    pub(crate) delivered: Option<i64>,
    /// The classes of the calls that are under way, and of those that ever were at one time.
    pub(crate) under_way: Vec<String>,
    pub(crate) at_one_time: Vec<Vec<String>>,
    /// The class whose first call goes on only when another has joined it.
    pub(crate) wants_company: Option<String>,
    /// What its connector says of itself, where it is not the common one.
    pub(crate) description: Option<Description>,
    /// An update leaves what it does not name.
    pub(crate) keeps_the_rest: bool,
    /// Attributes that only a look at a single object shows.
    pub(crate) hides: BTreeSet<String>,
    /// Rows per page, and whether they come backwards.
    pub(crate) page: usize,
    pub(crate) backwards: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Systems(pub(crate) Arc<Mutex<BTreeMap<String, System>>>);

impl Systems {
    pub(crate) fn with<T>(&self, name: &str, change: impl FnOnce(&mut System) -> T) -> T {
        change(self.0.lock().unwrap().entry(name.to_owned()).or_default())
    }
}

pub(crate) struct Memory {
    systems: Systems,
    name: String,
    step: String,
    pages: std::vec::IntoIter<Batch>,
    handed: usize,
}

impl Memory {
    fn fault(&self, kind: FaultKind, message: &str) -> Fault {
        Fault {
            kind,
            connector: "memory".to_owned(),
            version: "1.0.0".to_owned(),
            connection: self.name.clone(),
            step: self.step.clone(),
            message: message.to_owned(),
            last_words: None,
        }
    }
}

impl Connectors for Systems {
    type Session = Memory;

    fn describe(&self, connection: &str) -> Result<Arc<Description>, Fault> {
        let own = self.with(connection, |system| system.description.clone());
        Ok(Arc::new(own.unwrap_or_else(description)))
    }

    async fn delivered(&self, connection: &str) -> Option<i64> {
        self.with(connection, |system| system.delivered)
    }

    async fn open(&self, connection: &str, step: &str) -> Result<Memory, Fault> {
        tokio::task::yield_now().await;
        let memory = Memory {
            systems: self.clone(),
            name: connection.to_owned(),
            step: step.to_owned(),
            pages: Vec::new().into_iter(),
            handed: 0,
        };
        if self.with(connection, |system| system.misdeeds.down) {
            return Err(memory.fault(FaultKind::Unreachable, "nobody answers"));
        }
        Ok(memory)
    }
}

impl Session for Memory {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        Ok(Vec::new())
    }

    async fn read(&mut self, classes: &[String], _: &Extent) -> Result<(), Fault> {
        let mut batches = Vec::new();
        self.systems.with(&self.name, |system| {
            let mut completion = Completion::default();
            for class in classes {
                let mut rows: Vec<(&String, &Attributes)> = system
                    .objects
                    .iter()
                    .filter(|((of, _), _)| of == class)
                    .map(|((_, key), attributes)| (key, attributes))
                    .collect();
                if system.misdeeds.repeats {
                    rows.extend(rows.first().copied());
                }
                if system.backwards {
                    rows.reverse();
                }
                let lie = u64::from(system.misdeeds.lies_about_count);
                completion.objects.push((class.clone(), rows.len() as u64 + lie));
                let description = system.description.clone().unwrap_or_else(description);
                let columns: Vec<String> = description
                    .class(class)
                    .unwrap()
                    .attributes
                    .iter()
                    .map(|attribute| attribute.name.clone())
                    .filter(|name| !system.hides.contains(name))
                    .collect();
                for chunk in rows.chunks(system.page.max(1)) {
                    let rows = chunk
                        .iter()
                        .map(|(key, attributes)| {
                            columns
                                .iter()
                                .map(|name| match name.as_str() {
                                    "id" => Value::Text((*key).clone()),
                                    name => attributes.get(name).cloned().unwrap_or_default(),
                                })
                                .collect()
                        })
                        .collect();
                    batches.push(Batch::Page(Page {
                        class: class.clone(),
                        columns: columns.clone(),
                        rows,
                        removed: Vec::new(),
                    }));
                }
            }
            batches.push(Batch::Complete(completion));
        });
        self.pages = batches.into_iter();
        self.handed = 0;
        Ok(())
    }

    async fn next(&mut self, _: u32) -> Result<Batch, Fault> {
        tokio::task::yield_now().await;
        let fails_after = self
            .systems
            .with(&self.name, |system| system.misdeeds.read_fails_after);
        if fails_after.is_some_and(|after| self.handed >= after) {
            return Err(self.fault(FaultKind::Unreachable, "the line is dead"));
        }
        self.handed += 1;
        self.pages
            .next()
            .ok_or_else(|| self.fault(FaultKind::Internal, "read past the end"))
    }

    async fn get(&mut self, class: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        Ok(self.systems.with(&self.name, |system| {
            keys.iter()
                .filter_map(|key| {
                    let fields = system.objects.get(&(class.to_owned(), key.clone()))?.clone();
                    Some(Object {
                        key: key.clone(),
                        fields,
                    })
                })
                .collect()
        }))
    }

    async fn apply(&mut self, operations: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        let class = operations
            .first()
            .map(|one| one.class.clone())
            .unwrap_or_default();
        self.systems.with(&self.name, |system| {
            system.under_way.push(class.clone());
            system.at_one_time.push(system.under_way.clone());
        });
        self.company(&class).await;
        if let Some(fault) = self.refusal() {
            self.ended(&class);
            return Err(fault);
        }
        let (outcomes, lost) = self.systems.with(&self.name, |system| {
            let outcomes = operations
                .iter()
                .map(|operation| one(system, operation))
                .collect();
            (outcomes, std::mem::take(&mut system.misdeeds.answer_lost))
        });
        tokio::task::yield_now().await;
        self.ended(&class);
        if lost {
            Err(self.fault(FaultKind::OutOfTime, "no answer in time"))
        } else {
            Ok(outcomes)
        }
    }
}

impl Memory {
    /// Why nothing of a call is carried out.
    fn refusal(&self) -> Option<Fault> {
        let (lost, limited) = self.systems.with(&self.name, |system| {
            let misdeeds = &mut system.misdeeds;
            let limited = misdeeds.rate_limited > 0;
            misdeeds.rate_limited = misdeeds.rate_limited.saturating_sub(1);
            (std::mem::take(&mut misdeeds.request_lost), limited)
        });
        let after = Duration::from_secs(1);
        if lost {
            Some(self.fault(FaultKind::OutOfTime, "no answer in time"))
        } else {
            limited.then(|| self.fault(FaultKind::RateLimited { after }, "too many requests"))
        }
    }

    fn ended(&self, class: &str) {
        self.systems.with(&self.name, |system| {
            let ended = system.under_way.iter().position(|under_way| under_way == class);
            ended.map(|at| system.under_way.swap_remove(at))
        });
    }

    /// Gives others their turn; where company is wanted, until it has come, or for so long that it never will.
    async fn company(&self, class: &str) {
        tokio::task::yield_now().await;
        for _ in 0..500 {
            let alone = self.systems.with(&self.name, |system| {
                system.wants_company.as_deref() == Some(class)
                    && system.at_one_time.iter().all(|together| together.len() < 2)
            });
            if !alone {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn one(system: &mut System, operation: &Operation) -> Outcome {
    let place = (operation.class.clone(), operation.key.clone());
    if system.misdeeds.puts_off > 0 && operation.class != "team" {
        system.misdeeds.puts_off -= 1;
        return Outcome::RetryLater {
            after: system.misdeeds.off_for,
            reason: "busy".to_owned(),
        };
    }
    if system.misdeeds.refuses.contains(&operation.key) {
        let mut message = "that name is not allowed".to_owned();
        if system.misdeeds.echoes
            && let Some(Value::Text(number)) = operation.desired.get("number")
        {
            message.push_str(&format!(" for {number}"));
        }
        return Outcome::Rejected(Rejection {
            code: "E17".to_owned(),
            message,
            attribute: Some("name".to_owned()),
        });
    }
    system
        .applied
        .push((operation.action, operation.class.clone(), operation.key.clone()));
    if system.misdeeds.queues {
        return Outcome::Queued(Receipt {
            key: operation.key.clone(),
            assigned: Attributes::new(),
        });
    }
    let before = system.objects.get(&place).cloned();
    carry_out(system, operation, &place);
    system.carried.push(Carried {
        id: operation.id.clone(),
        action: operation.action,
        key: operation.key.clone(),
        idle: match operation.action {
            Action::Create => before.is_some(),
            _ => before.as_ref() == system.objects.get(&place),
        },
    });
    Outcome::Done(Receipt {
        key: operation.key.clone(),
        assigned: Attributes::new(),
    })
}

fn carry_out(system: &mut System, operation: &Operation, place: &(String, String)) {
    match operation.action {
        Action::Delete => drop(system.objects.remove(place)),
        Action::Create | Action::Update => {
            for name in operation
                .desired
                .values()
                .filter_map(|value| match value {
                    Value::Structure(json) => json.as_array(),
                    _ => None,
                })
                .flatten()
                .filter_map(|record| record["team"].as_str())
            {
                assert!(
                    system.objects.contains_key(&("team".to_owned(), name.to_owned())),
                    "a team is made before who is in it"
                );
            }
            let mut object = match system.objects.remove(place) {
                Some(rest) if system.keeps_the_rest => rest,
                _ => Attributes::new(),
            };
            for name in &operation.changed {
                object.remove(name);
            }
            object.extend(operation.desired.clone());
            drop(system.objects.insert(place.clone(), object));
        }
    }
}

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// A clock that stands still, but for what is slept.
#[derive(Debug, Default)]
pub(crate) struct Still(pub(crate) AtomicI64);

impl Clock for Still {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    async fn sleep(&self, duration: Duration) {
        self.0
            .fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

pub(crate) const SCHOOL: &str = r#"
[inbound.team]
entity = "unit"
[inbound.team.attributes]
uuid = "{{ id }}"
name = "{{ name }}"
parent = { reference = "team", key = "{{ parent }}" }
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
uuid = "{{ id }}"
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
[inbound.place]
entity = "engagement"
[inbound.place.attributes]
person = { reference = "person", key = "{{ person }}" }
unit = { reference = "team", key = "{{ team }}" }
"#;

pub(crate) const ROOM: &str = r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
[outbound.team.attributes]
name = "{{ name }}"
parent = { reference = "team", of = "parent", optional = true }
[outbound.person]
entity = "person"
when = "{{ engagements }}"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
places = { each = "engagements", item = { team = { reference = "team", of = "unit" } } }
"#;

/// Two systems and the tenant that keeps them in concord.
pub(crate) struct World {
    pub(crate) systems: Systems,
    pub(crate) installation: Installation,
    pub(crate) clock: Still,
    pub(crate) tenant: Tenant,
    runs: Mutex<u32>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with("", ROOM).await
    }

    pub(crate) async fn with(second_source: &str, room: &str) -> Self {
        Self::made_of(SCHOOL, second_source, room).await
    }

    pub(crate) async fn made_of(school: &str, second_source: &str, room: &str) -> Self {
        Self::of(tenant(school, second_source, room)).await
    }

    pub(crate) async fn of(tenant: Tenant) -> Self {
        let installation = Installation::open("sqlite::memory:", Holder::new("test"))
            .await
            .unwrap();
        Self {
            systems: Systems::default(),
            installation,
            clock: Still::default(),
            tenant,
            runs: Mutex::new(0),
        }
    }

    /// The store in the hands of a new worker; the former one is dead.
    pub(crate) async fn store(&self) -> TenantStore {
        let number = {
            let mut runs = self.runs.lock().unwrap();
            *runs += 1;
            *runs
        };
        let holder = Holder::new(format!("run {number}")).alive_when(|_| false);
        self.installation
            .with_worker(holder)
            .tenant("nordvik", &keys())
            .await
            .unwrap()
    }

    pub(crate) async fn try_run(&self, mode: Mode) -> Result<Report, CycleError> {
        let store = self.store().await;
        let worker = Worker {
            store: &store,
            connectors: &self.systems,
            clock: &self.clock,
            tenant: &self.tenant,
            progress: &Quiet,
        };
        worker.run(mode).await
    }

    pub(crate) async fn run(&self) -> Report {
        self.try_run(Mode::Run).await.unwrap()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// A person decides about whatever waits.
    pub(crate) async fn decide(&self, verdict: Ruling, reason: &str) {
        let decided = self.decide_as(verdict, "anna", reason).await;
        assert!(matches!(decided, Decided::Done { .. }), "{decided:?}");
    }

    pub(crate) async fn decide_as(&self, verdict: Ruling, who: &str, reason: &str) -> Decided {
        let decision = Decision {
            verdict,
            who,
            reason,
            digest: None,
        };
        let now = self.clock.now();
        self.store().await.decide_halt(&decision, now).await.unwrap()
    }

    pub(crate) fn put(&self, system: &str, class: &str, key: &str, attributes: &[(&str, &str)]) {
        self.systems.with(system, |system| {
            system
                .objects
                .insert((class.to_owned(), key.to_owned()), texts(attributes))
        });
    }

    pub(crate) fn take(&self, system: &str, class: &str, key: &str) {
        self.systems.with(system, |system| {
            system.objects.remove(&(class.to_owned(), key.to_owned()))
        });
    }

    pub(crate) fn objects(&self, system: &str) -> Objects {
        self.systems.with(system, |system| system.objects.clone())
    }

    pub(crate) fn applied(&self) -> Vec<(Action, String, String)> {
        self.systems
            .with("room", |system| std::mem::take(&mut system.applied))
    }

    /// A person as the school has it at first.
    pub(crate) fn school_person(&self, number: u32) {
        let (name, id) = (format!("Person {number}"), format!("n{number}"));
        self.put(
            "school",
            "person",
            &format!("p{number}"),
            &[("name", &name), ("number", &id)],
        );
    }

    /// A school with some persons in two teams, one beneath the other.
    pub(crate) fn school(&self, persons: u32) {
        self.put("school", "team", "a", &[("name", "Whole"), ("parent", "")]);
        self.put("school", "team", "0", &[("name", "Part"), ("parent", "a")]);
        for number in 0..persons {
            let key = format!("p{number}");
            self.school_person(number);
            let team = if number % 2 == 0 { "a" } else { "0" };
            self.put(
                "school",
                "place",
                &format!("{key}-{team}"),
                &[("person", &key), ("team", team)],
            );
        }
    }
}

pub(crate) fn tenant(school: &str, second_source: &str, room: &str) -> Tenant {
    let description = description();
    let mut vocabulary = Vocabulary::default();
    let mut connections = BTreeMap::new();
    let mut steps = vec![("import", Some("school"))];
    let mut sources = vec!["school".to_owned()];
    let mut inbound = vec![("school", school)];
    if !second_source.is_empty() {
        inbound.push(("payroll", second_source));
        steps.push(("import", Some("payroll")));
        sources.push("payroll".to_owned());
    }
    for (name, text) in inbound {
        let source: MappingSource = toml::from_str(text).unwrap();
        let inbound = Mappings::compile_inbound(&source, &description, &mut vocabulary).unwrap();
        let mappings = Mappings {
            inbound,
            ..Mappings::default()
        };
        connections.insert(
            name.to_owned(),
            Connection {
                mappings,
                ..Connection::default()
            },
        );
    }
    let source: MappingSource = toml::from_str(room).unwrap();
    let outbound = Mappings::compile_outbound(&source, &description, &vocabulary).unwrap();
    let mappings = Mappings {
        outbound,
        ..Mappings::default()
    };
    connections.insert(
        "room".to_owned(),
        Connection {
            role: Role::Target,
            mappings,
            ..Connection::default()
        },
    );
    steps.extend([
        ("compare", None),
        ("reconcile", None),
        ("export", Some("room")),
        ("feedback", Some("room")),
    ]);
    Tenant {
        name: "nordvik".to_owned(),
        namespace: Tenant::namespace("nordvik"),
        steps: steps
            .into_iter()
            .map(|(kind, connection)| StepSpec {
                kind: kind.to_owned(),
                connection: connection.map(str::to_owned),
            })
            .collect(),
        connections,
        sources,
        ownership: Ownership::default(),
        retention: Default::default(),
        vocabulary: Arc::new(vocabulary),
        calendar: samklang_cycle::Calendar::default(),
    }
}
