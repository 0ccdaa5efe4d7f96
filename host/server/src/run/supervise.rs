//! What runs by itself: cycles by schedule, what a former server left, and what waits and is tried again.

use std::collections::HashMap;
use std::sync::Arc;

use samklang_store::{Handled, Handling, KeptWish, SeenTo, Wish as NewWish};

use crate::access::{Operator, Role, Within};
use crate::desk::TenantPlan;
use crate::run::lane::Wish;
use crate::run::timetable::Timetable;
use crate::run::{Runner, Task};

/// Configurations are read, and schedules and what waits looked at, at least this often, in milliseconds.
const MINUTE: i64 = 60_000;
/// A schedule that was seen to further ahead than this was so by a clock that was wrong.
const AHEAD: i64 = 60 * MINUTE;

/// What is known of the tenants' schedules.
#[derive(Default)]
struct Supervised {
    /// When the configurations were read last.
    read: Option<i64>,
    tenants: Vec<(Arc<TenantPlan>, Option<Timetable>)>,
    /// Up to when each tenant's schedule has been seen to.
    handled: HashMap<String, Handled>,
    /// What a former server left and nobody has taken up, because its tenant is not in the configuration.
    left: Vec<KeptWish>,
}

/// What tells a tenant's timetable from another.
fn told_by(plan: &TenantPlan) -> String {
    let zone = plan.zone.iana_name().unwrap_or_default();
    format!("{zone} {}", plan.schedule.join(" | "))
}

impl Supervised {
    /// Reads the configurations, once a minute. Answers whether it has.
    async fn read(&mut self, runner: &Runner, now: i64) -> bool {
        let fresh = |read: i64| (0..MINUTE).contains(&now.saturating_sub(read));
        if self.read.is_some_and(fresh) {
            return false;
        }
        self.read = Some(now);
        let plans = runner.desk().tenants().await;
        let mut former: HashMap<String, _> = (self.tenants.drain(..))
            .map(|(plan, timetable)| (plan.name.clone(), (plan, timetable)))
            .collect();
        self.tenants = plans
            .into_iter()
            .map(|plan| match former.remove(&plan.name) {
                Some((known, timetable)) if known.schedule == plan.schedule && known.zone == plan.zone => {
                    (plan, timetable)
                }
                _ => {
                    let timetable = timetable(&plan);
                    (plan, timetable)
                }
            })
            .collect();
        true
    }
}

/// The timetable of a tenant; none where there is none that can be read, which is logged once for each change of it.
fn timetable(plan: &TenantPlan) -> Option<Timetable> {
    if plan.schedule.is_empty() {
        return None;
    }
    Timetable::parse(&plan.schedule, plan.zone.clone())
        .inspect_err(|error| tracing::error!(tenant = plan.name, %error, "a schedule cannot be read, so that nothing begins by it"))
        .ok()
}

impl Runner {
    /// Sees to everything that runs by itself, until the server ends.
    pub(super) async fn supervise(&self) {
        let mut supervised = Supervised::default();
        let mut resumed = false;
        loop {
            let now = self.0.clock.now();
            let minute = supervised.read(self, now).await;
            if !resumed {
                resumed = self.resume(&mut supervised).await;
            }
            let due = if resumed {
                self.take_up(&mut supervised).await;
                self.look(&mut supervised, now, minute).await
            } else {
                None
            };
            self.0.beat.send_replace(now);
            // The clock may be set meanwhile, so that no sleep is long.
            let minute = now.saturating_add(MINUTE);
            let next = due.map_or(minute, |due| due.clamp(now.saturating_add(1), minute));
            tokio::select! {
                () = self.stopped() => return,
                () = self.0.poke.notified() => {}
                () = self.0.clock.until(next) => {}
            }
        }
    }

    /// Reads what a former server left. Answers whether it could.
    async fn resume(&self, supervised: &mut Supervised) -> bool {
        let mut own = self.0.own.lock().await;
        let kept = async {
            let handled = self.0.schedule.handled().await?;
            Ok::<_, samklang_core::port::StoreError>((handled, self.0.schedule.wanted().await?))
        };
        match kept.await {
            Ok((handled, left)) => {
                supervised.handled = handled.into_iter().collect();
                supervised.left = left;
                if let Some(own) = own.take() {
                    supervised.left.retain(|wish| !own.contains(&wish.id));
                }
                true
            }
            Err(error) => {
                tracing::error!(%error, "what a former server left cannot be read; nothing begins by itself until it can");
                false
            }
        }
    }

    /// Takes up what a former server left: what was asked for and is not done, in that order and for those who asked.
    async fn take_up(&self, supervised: &mut Supervised) {
        let tenants = &supervised.tenants;
        let is_known = |wish: &mut KeptWish| tenants.iter().any(|(plan, _)| plan.name == wish.tenant);
        let known: Vec<KeptWish> = supervised.left.extract_if(.., is_known).collect();
        for wish in known {
            let tenant = wish.tenant.as_str();
            let task = match serde_json::from_str(&wish.task) {
                Ok(task) => task,
                Err(error) => {
                    tracing::error!(tenant, %error, "what a former server left is left alone: another version of this program wrote it");
                    continue;
                }
            };
            // Whoever asked was let in then.
            let Some(at) = Within::<Operator>::admit(tenant, &wish.who, Role::Operator) else {
                continue;
            };
            let taken = self.take_on(Wish {
                at,
                task,
                kept: Some(wish.id),
                broken_off: wish.begun.is_some(),
            });
            // The same may have been begun by somebody already.
            let _ = taken.await;
        }
    }

    /// Begins what is due, and tells once a minute what became of what waits. Answers when the next is due.
    async fn look(&self, supervised: &mut Supervised, now: i64, minute: bool) -> Option<i64> {
        let mut soonest: Option<i64> = None;
        for (plan, timetable) in &supervised.tenants {
            let tenant = plan.name.as_str();
            let next = match timetable {
                Some(timetable) => {
                    self.by_schedule(plan, timetable, &mut supervised.handled, now)
                        .await
                }
                None => {
                    self.without_schedule(plan, &mut supervised.handled).await;
                    None
                }
            };
            let again = self.again(tenant, now).await;
            self.lane(tenant, |lane| lane.next = next);
            soonest = [soonest, next, again].into_iter().flatten().min();
        }
        if minute {
            let plans = supervised.tenants.iter().map(|(plan, _)| Arc::clone(plan));
            self.watch(&Vec::from_iter(plans)).await;
        }
        soonest
    }

    /// Begins a tenant's cycle when its time has come, once however many times were missed. Answers when the next time is.
    async fn by_schedule(
        &self,
        plan: &TenantPlan,
        timetable: &Timetable,
        handled: &mut HashMap<String, Handled>,
        now: i64,
    ) -> Option<i64> {
        let (tenant, told_by) = (plan.name.as_str(), told_by(plan));
        let known = handled.get(tenant);
        let before = known.map(|known| known.until);
        // A schedule that was not known before, or was another one, or by a clock that was wrong, counts from now on.
        let counts = |known: &&Handled| known.timetable == told_by && known.until.saturating_sub(now) < AHEAD;
        let until = known.filter(counts).map(|known| known.until);
        let due = until.is_some_and(|until| timetable.next(until).is_some_and(|next| next <= now));
        if let Some(until) = until.filter(|_| !due) {
            return timetable.next(until.max(now));
        }
        let (at, task) = (Within::by_schedule(tenant), Task::Cycle.written());
        let wish = NewWish {
            tenant,
            task: &task,
            who: at.who(),
            at: now,
        };
        let handling = Handling {
            before,
            until: now,
            timetable: &told_by,
            wish: due.then_some(&wish),
        };
        let kept = match self.0.schedule.handle(tenant, &handling).await {
            Ok(SeenTo::Here(kept)) => kept,
            Ok(SeenTo::Elsewhere) => {
                self.seen_to_elsewhere(tenant, handled).await;
                return Some(now.saturating_add(MINUTE));
            }
            Err(error) => {
                tracing::error!(tenant, %error, "a schedule cannot be kept; its cycle begins when it can");
                return Some(now.saturating_add(MINUTE));
            }
        };
        let seen = Handled {
            until: now,
            timetable: told_by,
        };
        handled.insert(tenant.to_owned(), seen);
        if let Some(id) = kept {
            let cycle = Wish {
                at,
                task: Task::Cycle,
                kept: Some(id),
                broken_off: false,
            };
            if self.take_on(cycle).await.is_err() {
                tracing::info!(tenant, "the cycle is running already when its time has come");
            }
        }
        timetable.next(now)
    }

    /// Another process has seen to a tenant's schedule: it begins what was due.
    async fn seen_to_elsewhere(&self, tenant: &str, handled: &mut HashMap<String, Handled>) {
        match self.0.schedule.handled().await {
            Ok(kept) => match kept.into_iter().find(|(name, _)| name == tenant) {
                Some((name, seen)) => drop(handled.insert(name, seen)),
                None => drop(handled.remove(tenant)),
            },
            Err(error) => tracing::error!(tenant, %error, "a schedule cannot be read; it is looked at again"),
        }
    }

    /// Forgets the schedule of a tenant that has none any more: one that is given to it later has missed nothing.
    async fn without_schedule(&self, plan: &TenantPlan, handled: &mut HashMap<String, Handled>) {
        let tenant = plan.name.as_str();
        // Of a configuration that holds mistakes nobody knows what it will say.
        let none = plan.schedule.is_empty() && plan.broken.is_none();
        if !none || !handled.contains_key(tenant) {
            return;
        }
        match self.0.schedule.forget(tenant).await {
            Ok(()) => drop(handled.remove(tenant)),
            Err(error) => {
                tracing::error!(tenant, %error, "a schedule cannot be forgotten; it is when it can")
            }
        }
    }

    /// Tries again a cycle that waits, when its time has come. Answers when it is tried again.
    async fn again(&self, tenant: &str, now: i64) -> Option<i64> {
        let due = self.lane(tenant, |lane| {
            let waiting = lane.waiting.as_mut().filter(|_| lane.current.is_none())?;
            if waiting.due? > now {
                return waiting.due;
            }
            waiting.due.take()
        });
        if due.is_none_or(|due| due > now) {
            return due;
        }
        self.go_on(tenant).await;
        None
    }
}
