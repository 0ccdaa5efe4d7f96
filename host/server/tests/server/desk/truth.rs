//! What is true of a tenant.

use samklang_core::port::StepSpec;
use samklang_server::view::{
    Build, Case, Connection, Cycle, Enrolment, Entity, Finding, Halt, HaltChange, JournalEntry, Night,
    PlannedOperation, Promotion, Quarantined, Subject,
};

use super::cast::Cast;
use super::{connections, cycle, doubts, entities, halt, past};

/// A tenant.
#[derive(Debug, Clone)]
pub struct Truth {
    pub title: String,
    pub zone: String,
    pub schedule: Vec<String>,
    pub broken: Option<String>,
    pub cycle: Cycle,
    pub nights: Vec<Night>,
    pub halt: Option<Halt>,
    pub halted: Vec<HaltChange>,
    /// A search stops here first, and has found nothing so far.
    pub looks_on: Option<String>,
    pub promotions: Vec<Promotion>,
    pub cases: Vec<Case>,
    pub enrolments: Vec<Enrolment>,
    pub entities: Vec<Entity>,
    pub operations: Vec<PlannedOperation>,
    pub connections: Vec<Connection>,
    pub findings: Vec<Finding>,
    pub builds: Vec<Build>,
    pub journal: Vec<JournalEntry>,
    pub subjects: Vec<Subject>,
    pub quarantine: Vec<Quarantined>,
}

impl Truth {
    /// What the examples say of a tenant.
    pub fn of(cast: &Cast) -> Self {
        let halted = halt::changes(cast);
        Self {
            title: cast.title.to_owned(),
            zone: cast.zone.to_owned(),
            schedule: vec!["0 2 * * *".to_owned()],
            broken: None,
            cycle: cycle::cycle(cast),
            nights: past::nights(cast),
            halt: Some(halt::halt(cast, &halted)),
            halted,
            looks_on: None,
            promotions: cycle::promotions(cast),
            cases: doubts::cases(cast),
            enrolments: doubts::enrolments(cast),
            entities: entities::entities(cast),
            operations: entities::operations(cast),
            connections: connections::connections(cast),
            findings: connections::findings(cast),
            builds: connections::builds(cast),
            journal: past::journal(cast),
            subjects: past::subjects(cast),
            quarantine: past::quarantine(cast),
        }
    }

    /// The steps of the cycle as they are configured.
    pub fn specs(&self) -> Vec<StepSpec> {
        let specs = self.cycle.steps.iter().map(|step| StepSpec {
            kind: step.kind.clone(),
            connection: step.connection.clone(),
        });
        specs.collect()
    }
}
