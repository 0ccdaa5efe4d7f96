//! What the stand-in answers, and what deeds change.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::port::{Counts, StepState};
use samklang_core::retention::Kept;
use samklang_server::view::*;
use samklang_server::{
    Administrator, Answer, Approver, Desk, DeskError, Follower, Operator, Recipients, RunEnd, Task,
    TenantPlan, Viewer, Within,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::cycle::usage;
use super::entities::explanation;
use super::{Call, NOW, Rehearsal, ago, connections, lies, page};

fn absent<T>(what: impl std::fmt::Display) -> Answer<T> {
    Err(DeskError::Absent(format!("there is no {what}")))
}

fn refused<T>(text: impl Into<String>) -> Answer<T> {
    Err(DeskError::Refused(text.into()))
}

fn linked(at: &Within<Approver>, entity: Uuid, wish: &LinkWish, choice: &str) -> Linked {
    Linked {
        object: wish.object.clone(),
        entity,
        choice: choice.to_owned(),
        who: at.who().to_owned(),
        reason: wish.reason.clone(),
    }
}

#[async_trait]
impl Desk for Rehearsal {
    async fn tenants(&self) -> Vec<Arc<TenantPlan>> {
        let truths = self.truths.lock().unwrap();
        let plans = truths.iter().map(|(name, truth)| {
            Arc::new(TenantPlan {
                name: name.clone(),
                title: truth.title.clone(),
                schedule: truth.schedule.clone(),
                zone: jiff::tz::TimeZone::get(&truth.zone).unwrap(),
                late_after: 6 * super::HOUR,
                journal: Kept::Journal.otherwise(),
                notices: Recipients::default(),
                broken: truth.broken.clone(),
            })
        });
        plans.collect()
    }

    async fn summary(&self, at: &Within<Viewer>) -> Answer<TenantSummary> {
        self.record(at, "summary", "")?;
        let truth = self.truth(at)?;
        Ok(TenantSummary {
            name: at.tenant().to_owned(),
            title: truth.title.clone(),
            cycle: Some(truth.cycle.summary.clone()),
            running: false,
            waits: truth.cycle.waits.clone(),
            one_of_two: truth.halt.as_ref().is_some_and(|halt| halt.approved_by.is_some()),
            next: None,
            cases: truth
                .cases
                .iter()
                .filter(|case| case.question.state == "open")
                .count() as u64,
            unused_promotions: Vec::new(),
            broken: truth.broken.clone(),
        })
    }

    async fn summaries(&self, at: &[Within<Viewer>]) -> Answer<Vec<TenantSummary>> {
        self.keep(Call {
            tenant: None,
            who: None,
            deed: "summaries",
            detail: at.len().to_string(),
        })?;
        let mut summaries = Vec::new();
        for at in at {
            summaries.push(self.summary(at).await?);
        }
        Ok(summaries)
    }

    async fn cycle(&self, at: &Within<Viewer>, id: Option<i64>) -> Answer<Option<Cycle>> {
        self.record(at, "cycle", format!("{id:?}"))?;
        let truth = self.truth(at)?;
        let Some(id) = id else {
            return Ok(Some(truth.cycle.clone()));
        };
        let night = truth.nights.iter().find(|night| night.summary.id == id);
        Ok(night.map(|night| Cycle {
            summary: night.summary.clone(),
            ..truth.cycle.clone()
        }))
    }

    async fn history(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Night>> {
        self.record(at, "history", format!("{part:?}"))?;
        page(self.truth(at)?.nights.clone(), part)
    }

    async fn halt(&self, at: &Within<Viewer>) -> Answer<Option<Halt>> {
        self.record(at, "halt", "")?;
        Ok(self.truth(at)?.halt.clone())
    }

    async fn halted_changes(&self, at: &Within<Viewer>, text: &str, part: &Part) -> Answer<HaltSearch> {
        self.record(at, "halted_changes", text)?;
        let truth = self.truth(at)?;
        let text = text.to_lowercase();
        let found = truth.halted.iter().filter(|change| {
            [
                format!("{} {}", change.key, change.cell),
                format!("{:?} {:?}", change.before, change.after),
            ]
            .iter()
            .any(|place| place.to_lowercase().contains(&text))
        });
        Ok(HaltSearch {
            looked: truth.halted.len() as u64,
            found: match &truth.looks_on {
                // It stops before it has looked through all, and has found nothing so far.
                Some(next) if part.after.is_none() => Page {
                    items: Vec::new(),
                    next: Some(next.clone()),
                },
                _ => page(found.cloned().collect(), part)?,
            },
        })
    }

    async fn decide(&self, at: &Within<Approver>, verdict: &Verdict) -> Answer<Ruling> {
        self.record(at, "decide", format!("{verdict:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(mut halt) = truth.halt.clone() else {
            return absent("halt that waits for a decision");
        };
        if halt.digest != verdict.digest {
            return Err(DeskError::Moved(
                "what is halted has changed since you looked; look again".to_owned(),
            ));
        }
        let release = matches!(
            verdict.verdict,
            VerdictKind::Release | VerdictKind::ReleaseAsPromotion
        );
        let ruling = Ruling {
            cycle: halt.cycle,
            position: halt.position,
            decided: true,
        };
        if release && halt.two_persons {
            match &halt.approved_by {
                Some(first) if first == at.who() => {
                    return refused("it takes another person to say the same");
                }
                Some(_) if halt.approved_as == Some(verdict.verdict) => {}
                _ => {
                    halt.approved_by = Some(at.who().to_owned());
                    halt.approved_as = Some(verdict.verdict);
                    truth.halt = Some(halt);
                    return Ok(Ruling {
                        decided: false,
                        ..ruling
                    });
                }
            }
        }
        truth.halt = None;
        truth.halted.clear();
        truth.cycle.waits = None;
        truth.cycle.summary.state = if release { "running" } else { "rejected" }.to_owned();
        for step in &mut truth.cycle.steps {
            if step.look == Look::Halted {
                step.look = if release { Look::Done } else { Look::Rejected };
            }
        }
        truth.cycle.decisions.push(Decision {
            position: ruling.position,
            verdict: match verdict.verdict {
                VerdictKind::Release => "released",
                VerdictKind::ReleaseAsPromotion => "released-as-promotion",
                VerdictKind::Reject => "rejected",
                VerdictKind::RejectSource => "rejected-source-bad",
            }
            .to_owned(),
            who: at.who().to_owned(),
            at: Moment(NOW),
            reason: verdict.reason.clone(),
        });
        Ok(ruling)
    }

    async fn promotions(&self, at: &Within<Viewer>) -> Answer<Vec<Promotion>> {
        self.record(at, "promotions", "")?;
        Ok(self.truth(at)?.promotions.clone())
    }

    async fn announce(
        &self,
        at: &Within<Approver>,
        connection: &str,
        wish: &PromotionWish,
    ) -> Answer<Promotion> {
        self.record(at, "announce", format!("{connection} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        if !truth.connections.iter().any(|known| known.name == connection) {
            return absent(format!("connection `{connection}`"));
        }
        let promotion = Promotion {
            connection: connection.to_owned(),
            state: "open".to_owned(),
            opens: Moment(NOW),
            closes: Moment(NOW + i64::from(wish.days.unwrap_or(14)) * super::DAY),
            who: at.who().to_owned(),
            reason: wish.reason.clone(),
            used_in: None,
        };
        truth.promotions.insert(0, promotion.clone());
        Ok(promotion)
    }

    async fn cases(&self, at: &Within<Viewer>, all: bool, part: &Part) -> Answer<Page<Question>> {
        self.record(at, "cases", if all { "all" } else { "open" })?;
        let truth = self.truth(at)?;
        let questions = truth.cases.iter().map(|case| case.question.clone());
        page(
            questions
                .filter(|question| all || question.state == "open")
                .collect(),
            part,
        )
    }

    async fn case(&self, at: &Within<Viewer>, id: i64) -> Answer<Case> {
        self.record(at, "case", id.to_string())?;
        let truth = self.truth(at)?;
        let found = truth.cases.iter().find(|case| case.question.id == id).cloned();
        found.map_or_else(|| absent(format!("case {id}")), Ok)
    }

    async fn answer_case(&self, at: &Within<Approver>, id: i64, answer: &CaseAnswer) -> Answer<Case> {
        self.record(at, "answer_case", format!("{id} {answer:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(case) = truth.cases.iter_mut().find(|case| case.question.id == id) else {
            return absent(format!("case {id}"));
        };
        if case.question.state != "open" {
            return Err(DeskError::Moved(format!("case {id} is {}", case.question.state)));
        }
        if !case.choices.contains(&answer.choice) {
            return refused(format!(
                "`{}` is none of {}",
                answer.choice,
                case.choices.join(", ")
            ));
        }
        let chosen = case
            .candidates
            .iter()
            .find(|one| Some(&one.id) == answer.candidate.as_ref());
        if answer.choice == "link" && chosen.is_none() {
            return refused("say which of the candidates it is");
        }
        case.chosen = chosen.map(|one| one.name.clone());
        case.question.state = "decided".to_owned();
        case.question.choice = Some(answer.choice.clone());
        case.closed = Some(Moment(NOW));
        case.who = Some(at.who().to_owned());
        case.reason = Some(answer.reason.clone());
        case.undoable = true;
        Ok(case.clone())
    }

    async fn undo_case(&self, at: &Within<Approver>, id: i64, reason: &str) -> Answer<Case> {
        self.record(at, "undo_case", format!("{id} {reason}"))?;
        let mut truth = self.truth(at)?;
        let Some(case) = truth.cases.iter_mut().find(|case| case.question.id == id) else {
            return absent(format!("case {id}"));
        };
        if !case.undoable {
            return refused(format!(
                "the answer to case {id} cannot be taken back: a cycle has followed it"
            ));
        }
        case.question.state = "open".to_owned();
        case.question.choice = None;
        (case.chosen, case.who, case.reason, case.closed) = (None, None, None, None);
        case.undoable = false;
        Ok(case.clone())
    }

    async fn enrolments(&self, at: &Within<Viewer>) -> Answer<Vec<Enrolment>> {
        self.record(at, "enrolments", "")?;
        Ok(self.truth(at)?.enrolments.clone())
    }

    async fn enrol(&self, at: &Within<Approver>, connection: &str, wish: &EnrolmentWish) -> Answer<Enrolled> {
        self.record(at, "enrol", format!("{connection} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(target) = truth
            .enrolments
            .iter_mut()
            .find(|one| one.connection == connection)
        else {
            return absent(format!("target `{connection}` that wants to be enrolled"));
        };
        let Some(check) = target.check.as_ref().filter(|check| check.id == wish.check) else {
            return Err(DeskError::Moved(format!(
                "check {} is not the newest; look again",
                wish.check
            )));
        };
        if !check.enrollable || !wish.r#final {
            return refused("it cannot be enrolled as it is");
        }
        if wish.acknowledge != Some(check.users.blocking) {
            return refused(format!(
                "acknowledge that {} users are left out",
                check.users.blocking
            ));
        }
        let enrolled = Enrolled {
            check: check.id,
            who: at.who().to_owned(),
            at: Moment(NOW),
            left_out: check.users.blocking,
            previewed_in: None,
        };
        target.enrolled = Some(enrolled.clone());
        Ok(enrolled)
    }

    async fn find(&self, at: &Within<Viewer>, text: &str, limit: u32) -> Answer<Vec<Match>> {
        self.record(at, "find", text)?;
        let truth = self.truth(at)?;
        let text = text.to_lowercase();
        let found = truth
            .entities
            .iter()
            .filter(|entity| entity.name.to_lowercase().contains(&text) || entity.id.to_string() == text);
        let matches = found.map(|entity| Match {
            id: entity.id,
            kind: entity.kind.clone(),
            state: entity.state.clone(),
            name: entity.name.clone(),
            objects: entity.links.iter().map(|link| link.object.clone()).collect(),
        });
        Ok(matches.take(limit as usize).collect())
    }

    async fn entity(&self, at: &Within<Viewer>, id: Uuid) -> Answer<Entity> {
        self.record(at, "entity", id.to_string())?;
        let truth = self.truth(at)?;
        let found = truth.entities.iter().find(|entity| entity.id == id).cloned();
        found.map_or_else(|| absent(format!("entity {id}")), Ok)
    }

    async fn explain_target(&self, at: &Within<Viewer>, id: Uuid, target: &str) -> Answer<Explanation> {
        self.record(at, "explain_target", format!("{id} {target}"))?;
        let truth = self.truth(at)?;
        let Some(entity) = truth.entities.iter().find(|entity| entity.id == id) else {
            return absent(format!("entity {id}"));
        };
        if !truth.connections.iter().any(|known| known.name == target) {
            return absent(format!("target `{target}`"));
        }
        Ok(explanation(entity, target))
    }

    async fn set_by_hand(&self, at: &Within<Approver>, id: Uuid, wish: &OverrideWish) -> Answer<()> {
        self.record(at, "set_by_hand", format!("{id} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(entity) = truth.entities.iter_mut().find(|entity| entity.id == id) else {
            return absent(format!("entity {id}"));
        };
        if !entity.attributes.iter().any(|known| known.name == wish.attribute) {
            return refused(format!("there is no attribute `{}`", wish.attribute));
        }
        entity
            .course
            .overrides
            .retain(|one| one.attribute != wish.attribute);
        if let Some(value) = &wish.value {
            entity.course.overrides.push(Override {
                attribute: wish.attribute.clone(),
                value: value.clone(),
                who: at.who().to_owned(),
                reason: wish.reason.clone(),
                since: Moment(NOW),
                until: None,
            });
        }
        Ok(())
    }

    async fn source_object(&self, at: &Within<Operator>, text: &str) -> Answer<ObjectRef> {
        self.record(at, "source_object", text)?;
        let truth = self.truth(at)?;
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        let (Some(connection), Some(class), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return refused(format!("`{text}` names no object"));
        };
        if !truth.connections.iter().any(|known| known.name == connection) {
            return refused(format!("`{connection}` is no source"));
        }
        Ok(ObjectRef {
            connection,
            class,
            key,
        })
    }

    async fn link(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked> {
        self.record(at, "link", format!("{id} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(entity) = truth.entities.iter_mut().find(|entity| entity.id == id) else {
            return absent(format!("entity {id}"));
        };
        if wish.object.splitn(3, '/').count() < 3 {
            return refused(format!("`{}` names no object", wish.object));
        }
        entity.links.push(EntityLink {
            object: wish.object.clone(),
            rule: format!("decided:{}", at.who()),
            since: Moment(NOW),
        });
        Ok(linked(at, id, wish, "link"))
    }

    async fn unlink(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked> {
        self.record(at, "unlink", format!("{id} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        let Some(entity) = truth.entities.iter_mut().find(|entity| entity.id == id) else {
            return absent(format!("entity {id}"));
        };
        let before = entity.links.len();
        entity.links.retain(|link| link.object != wish.object);
        if entity.links.len() == before {
            return refused(format!("`{}` does not stand for it", wish.object));
        }
        Ok(linked(at, id, wish, "apart"))
    }

    async fn export_person(&self, at: &Within<Administrator>, id: Uuid) -> Answer<Value> {
        self.record(at, "export_person", id.to_string())?;
        let truth = self.truth(at)?;
        match truth.entities.iter().find(|entity| entity.id == id) {
            Some(entity) => Ok(json!({"entity": entity, "objects": []})),
            None => absent(format!("person {id}")),
        }
    }

    async fn forget_person(&self, at: &Within<Administrator>, id: Uuid, reason: &str) -> Answer<Value> {
        self.record(at, "forget_person", format!("{id} {reason}"))?;
        let mut truth = self.truth(at)?;
        let Some(place) = truth.entities.iter().position(|entity| entity.id == id) else {
            return absent(format!("person {id}"));
        };
        if truth.entities[place].state == "active" {
            return refused("the person is not gone");
        }
        truth.entities.remove(place);
        Ok(json!({"entities": 1, "objects": 2}))
    }

    async fn plan(&self, at: &Within<Viewer>) -> Answer<Plan> {
        self.record(at, "plan", "")?;
        let truth = self.truth(at)?;
        let mut counts: Vec<PlanCount> = Vec::new();
        for one in &truth.operations {
            let same = |count: &&mut PlanCount| {
                (&count.target, &count.class, &count.action) == (&one.target, &one.class, &one.action)
            };
            match counts.iter_mut().find(same) {
                Some(count) => count.count += 1,
                None => counts.push(PlanCount {
                    target: one.target.clone(),
                    class: one.class.clone(),
                    action: one.action.clone(),
                    count: 1,
                }),
            }
        }
        Ok(Plan {
            cycle: Some(truth.cycle.summary.id),
            counts,
            open: true,
        })
    }

    async fn operations(
        &self,
        at: &Within<Viewer>,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        self.record(at, "operations", format!("{target:?} {action:?}"))?;
        let truth = self.truth(at)?;
        let wanted = truth.operations.iter().filter(|one| {
            target.is_none_or(|target| one.target == target)
                && action.is_none_or(|action| one.action == action)
        });
        page(wanted.cloned().collect(), part)
    }

    async fn forecast(&self, at: &Within<Viewer>, day: Date) -> Answer<Forecast> {
        self.record(at, "forecast", day.to_string())?;
        let truth = self.truth(at)?;
        let one = &truth.operations[0];
        Ok(Forecast {
            day: day.to_string(),
            counts: vec![PlanCount {
                target: one.target.clone(),
                class: one.class.clone(),
                action: one.action.clone(),
                count: 1,
            }],
        })
    }

    async fn forecast_operations(
        &self,
        at: &Within<Viewer>,
        day: Date,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        self.record(at, "forecast_operations", format!("{day} {target:?} {action:?}"))?;
        let truth = self.truth(at)?;
        let wanted = truth.operations.iter().filter(|one| {
            target.is_none_or(|target| one.target == target)
                && action.is_none_or(|action| one.action == action)
        });
        page(wanted.take(40).cloned().collect(), part)
    }

    async fn explain_operation(&self, at: &Within<Viewer>, id: &str) -> Answer<OperationStory> {
        self.record(at, "explain_operation", id)?;
        let truth = self.truth(at)?;
        let Some(one) = truth.operations.iter().find(|one| one.id == id).cloned() else {
            return absent(format!("operation `{id}`"));
        };
        let entity = truth.entities.iter().find(|entity| Some(entity.id) == one.entity);
        Ok(OperationStory {
            id: one.id,
            cycle: truth.cycle.summary.id,
            target: one.target,
            class: one.class,
            action: one.action,
            key: one.key,
            state: one.state,
            reason: one.reason,
            changed: one.changed,
            desired: [("displayName".to_owned(), json!(entity.map(|entity| &entity.name)))].into(),
            outcome: None,
            entity: one.entity,
            because: truth.journal.iter().take(1).cloned().collect(),
            objects: entity.map(|entity| entity.links.clone()).unwrap_or_default(),
        })
    }

    async fn connections(&self, at: &Within<Viewer>) -> Answer<Vec<Connection>> {
        self.record(at, "connections", "")?;
        let mut connections = self.truth(at)?.connections.clone();
        for connection in connections.iter_mut().filter(|connection| connection.inbox) {
            let arrived = std::fs::read_dir(self.inbox_of(at.tenant(), &connection.name));
            let arrived = arrived
                .into_iter()
                .flatten()
                .map(|file| file.unwrap().file_name().into_string().unwrap());
            let arrived = arrived.filter(|name| !name.starts_with('.'));
            connection.files.extend(arrived.map(|name| lies(&name)));
        }
        Ok(connections)
    }

    async fn try_mapping(
        &self,
        at: &Within<Viewer>,
        connection: &str,
        question: &MappingQuestion,
    ) -> Answer<MappingTrial> {
        self.record(at, "try_mapping", format!("{connection} {question:?}"))?;
        let truth = self.truth(at)?;
        if !truth.connections.iter().any(|known| known.name == connection) {
            return absent(format!("connection `{connection}`"));
        }
        let count = question.sample.unwrap_or(3) as usize;
        let objects = truth.entities.iter().take(count);
        Ok(MappingTrial {
            connection: connection.to_owned(),
            class: question.class.clone(),
            objects: objects.map(connections::tried).collect(),
        })
    }

    async fn link_job(&self, at: &Within<Viewer>, connection: &str) -> Answer<Option<LinkJob>> {
        self.record(at, "link_job", connection)?;
        let truth = self.truth(at)?;
        if !truth.connections.iter().any(|known| known.name == connection) {
            return absent(format!("connection `{connection}`"));
        }
        Ok(Some(connections::link_job(connection, &truth.entities)))
    }

    async fn check(&self, at: &Within<Operator>) -> Answer<Vec<Finding>> {
        self.record(at, "check", "")?;
        Ok(self.truth(at)?.findings.clone())
    }

    async fn installed(&self) -> Answer<Vec<Installed>> {
        self.keep(Call {
            tenant: None,
            who: None,
            deed: "installed",
            detail: String::new(),
        })?;
        Ok(connections::installed())
    }

    async fn inspect_build(&self, digest: &str) -> Answer<BuildDescription> {
        self.keep(Call {
            tenant: None,
            who: None,
            deed: "inspect_build",
            detail: digest.to_owned(),
        })?;
        let found = connections::installed()
            .into_iter()
            .find(|build| build.digest.starts_with(digest));
        let Some(build) = found else {
            return absent(format!("build `{digest}`"));
        };
        let description = json!({"name": build.name, "version": build.version, "classes": [], "needs": []});
        Ok(BuildDescription { build, description })
    }

    async fn verify_build(&self, digest: &str) -> Answer<BuildVerdict> {
        self.keep(Call {
            tenant: None,
            who: None,
            deed: "verify_build",
            detail: digest.to_owned(),
        })?;
        let found = connections::installed()
            .into_iter()
            .find(|build| build.digest.starts_with(digest));
        let Some(build) = found else {
            return absent(format!("build `{digest}`"));
        };
        Ok(BuildVerdict {
            name: build.name,
            version: build.version,
            digest: build.digest,
            origin: build.origin.unwrap_or_default(),
            sound: true,
            signer: build.signer,
            flaw: None,
        })
    }

    async fn build_trial(&self, at: &Within<Administrator>, connector: &str) -> Answer<Option<BuildTrial>> {
        self.record(at, "build_trial", connector)?;
        let truth = self.truth(at)?;
        if !truth.connections.iter().any(|known| known.connector == connector) {
            return absent(format!("connection of a connector `{connector}`"));
        }
        Ok(Some(connections::trial(
            connector,
            at.who(),
            &truth.operations[0],
        )))
    }

    async fn builds(&self, at: &Within<Viewer>) -> Answer<Vec<Build>> {
        self.record(at, "builds", "")?;
        Ok(self.truth(at)?.builds.clone())
    }

    async fn give_build(
        &self,
        at: &Within<Administrator>,
        connector: &str,
        wish: &BuildWish,
    ) -> Answer<Vec<Activated>> {
        self.record(at, "give_build", format!("{connector} {wish:?}"))?;
        let mut truth = self.truth(at)?;
        let known = connections::installed();
        let mut given = Vec::new();
        for place in 0..truth.connections.len() {
            let connection = &truth.connections[place];
            if connection.connector != connector || connection.fixed {
                continue;
            }
            let before = connection.digest.clone();
            let build = known.iter().find(|build| {
                build.name == connector
                    && match &wish.digest {
                        Some(beginning) => build.digest.starts_with(beginning),
                        None => build.digest != before,
                    }
            });
            let Some(build) = build else {
                return absent(format!("such build of `{connector}`"));
            };
            let connection = &mut truth.connections[place];
            connection.digest.clone_from(&build.digest);
            connection.version.clone_from(&build.version);
            let name = connection.name.clone();
            truth.builds.insert(
                0,
                Build {
                    connection: name.clone(),
                    digest: build.digest.clone(),
                    version: Some(build.version.clone()),
                    at: Moment(NOW),
                    who: at.who().to_owned(),
                    reason: wish.reason.clone(),
                },
            );
            given.push(Activated {
                connection: name,
                version: Some(build.version.clone()),
                digest: build.digest.clone(),
                before: Some(before),
                changes: vec!["the class user has a new attribute mail".to_owned()],
            });
        }
        if given.is_empty() {
            return absent(format!("connection of a connector `{connector}`"));
        }
        Ok(given)
    }

    async fn inbox(&self, at: &Within<Operator>, connection: &str) -> Answer<PathBuf> {
        self.record(at, "inbox", connection)?;
        let truth = self.truth(at)?;
        match truth.connections.iter().find(|known| known.name == connection) {
            None => absent(format!("connection `{connection}`")),
            Some(known) if !known.inbox => refused(format!("the connection `{connection}` takes no files")),
            Some(_) => {
                let folder = self.inbox_of(at.tenant(), connection);
                std::fs::create_dir_all(&folder).unwrap();
                Ok(folder)
            }
        }
    }

    async fn journal(
        &self,
        at: &Within<Viewer>,
        entity: Option<Uuid>,
        part: &Part,
    ) -> Answer<Page<JournalEntry>> {
        self.record(at, "journal", format!("{entity:?}"))?;
        let truth = self.truth(at)?;
        let wanted = truth
            .journal
            .iter()
            .filter(|one| entity.is_none() || one.entity == entity);
        page(wanted.cloned().collect(), part)
    }

    async fn verify_journal(&self, at: &Within<Viewer>) -> Answer<JournalVerdict> {
        self.record(at, "verify_journal", "")?;
        let truth = self.truth(at)?;
        Ok(JournalVerdict {
            sound: true,
            entries: truth.journal.len() as u64,
            erased: truth
                .journal
                .iter()
                .filter(|entry| entry.detail.is_none())
                .count() as u64,
            newest: truth.journal[0].entry,
            hash: truth.journal[0].hash.clone(),
            flaws: Vec::new(),
            found: 0,
        })
    }

    async fn note(&self, at: &Within<Viewer>, event: Event, detail: Value) -> Answer<()> {
        self.record(at, "note", format!("{} {detail}", event.as_str()))?;
        let mut truth = self.truth(at)?;
        let entry = truth.journal[0].entry + 1;
        truth.journal.insert(
            0,
            JournalEntry {
                entry,
                at: Moment(NOW),
                cycle: None,
                who: at.who().to_owned(),
                event: event.into(),
                entity: None,
                detail: Some(detail),
                hash: format!("{entry:064x}"),
            },
        );
        Ok(())
    }

    async fn findings(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Subject>> {
        self.record(at, "findings", "")?;
        page(self.truth(at)?.subjects.clone(), part)
    }

    async fn quarantine(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Quarantined>> {
        self.record(at, "quarantine", "")?;
        page(self.truth(at)?.quarantine.clone(), part)
    }

    async fn retry(&self, at: &Within<Operator>, object: Option<&str>) -> Answer<u64> {
        self.record(at, "retry", format!("{object:?}"))?;
        let mut truth = self.truth(at)?;
        let before = truth.quarantine.len();
        truth
            .quarantine
            .retain(|one| object.is_some_and(|object| one.object != object));
        match (object, before - truth.quarantine.len()) {
            (Some(object), 0) => absent(format!("object `{object}` that is set aside")),
            (_, tried) => Ok(tried as u64),
        }
    }

    async fn retention(&self, at: &Within<Viewer>) -> Answer<Value> {
        self.record(at, "retention", "")?;
        self.truth(at)?;
        let kept = |what: &str, days: Option<i64>, over: u64| json!({"what": what, "milliseconds": days.map(|days| days * super::DAY), "over": over});
        let retention = [
            kept("gone.person", Some(400), 2),
            kept("operations", Some(400), 0),
            kept("journal", None, 0),
        ];
        Ok(json!({"tenant": at.tenant(), "retention": retention}))
    }

    async fn erase(&self, at: &Within<Operator>) -> Answer<Vec<Erased>> {
        self.record(at, "erase", "")?;
        self.truth(at)?;
        Ok(vec![Erased {
            what: "gone.person".to_owned(),
            count: 2,
            entries: 14,
            operations: 5,
            more: false,
        }])
    }

    async fn run(&self, at: &Within<Operator>, task: &Task, follower: Arc<dyn Follower>) -> Answer<RunEnd> {
        self.record(at, "run", format!("{task:?}"))?;
        let (specs, waits) = {
            let truth = self.truth(at)?;
            (truth.specs(), truth.cycle.waits.clone())
        };
        for (place, spec) in specs.iter().enumerate() {
            follower.step(spec, StepState::Running);
            let counts = Counts {
                read: 100 * (place as u64 + 1),
                ..Counts::default()
            };
            follower.count(spec, &counts);
            let mut held = self.held.subscribe();
            tokio::select! {
                () = follower.stopped() => return Ok(RunEnd::Interrupted),
                _ = held.wait_for(|held| !held) => {}
            }
            follower.step(spec, StepState::Done);
        }
        match (task, waits) {
            (Task::Plan, _) => Ok(RunEnd::Planned),
            (Task::Cycle, Some(waits)) => Ok(RunEnd::Stopped(Box::new(waits))),
            _ => Ok(RunEnd::Done),
        }
    }

    async fn support(&self) -> Answer<Value> {
        self.keep(Call {
            tenant: None,
            who: None,
            deed: "support",
            detail: String::new(),
        })?;
        Ok(
            json!({"version": "0.1.0", "database": "memory", "tenants": 2, "used": usage(1), "since": ago(super::DAY)}),
        )
    }

    async fn ready(&self) -> Answer<()> {
        self.failure.lock().unwrap().take().map_or(Ok(()), Err)
    }
}
