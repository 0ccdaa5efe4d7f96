//! What is counted and measured, for Prometheus. Nothing that is counted without bound becomes a label: no person, no key, no address. A
//! tenant's name is one on few gauges only.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds that a request takes.
const REQUEST: [f64; 9] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Seconds that a step or a task takes.
const WORK: [f64; 10] = [
    0.1, 0.5, 2.0, 10.0, 30.0, 120.0, 600.0, 1_800.0, 7_200.0, 28_800.0,
];

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TaskLabels {
    kind: &'static str,
    end: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabels {
    kind: String,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NoticeLabels {
    way: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TenantLabels {
    tenant: String,
    owner: String,
}

/// What is counted and measured while the server runs.
pub struct Meters {
    tasks: Family<TaskLabels, Counter>,
    task_seconds: Histograms<TaskLabels>,
    step_seconds: Histograms<StepLabels>,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Histograms<RouteLabels>,
    notices: Family<NoticeLabels, Counter>,
}

/// What is looked up when somebody asks.
#[derive(Debug, Default)]
pub struct Standing {
    /// Tasks that are at work.
    pub at_work: usize,
    /// Tasks that wait for their turn or a place.
    pub in_turn: usize,
    /// Cycles that wait for something.
    pub waiting: usize,
    /// The states of the newest cycles.
    pub states: Vec<String>,
    /// Tenants that wait, and for whom.
    pub waits: Vec<(String, String)>,
}

fn work() -> Histogram {
    Histogram::new(WORK)
}

fn request() -> Histogram {
    Histogram::new(REQUEST)
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            tasks: Family::default(),
            task_seconds: Family::new_with_constructor(work),
            step_seconds: Family::new_with_constructor(work),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(request),
            notices: Family::default(),
        }
    }
}

impl Meters {
    /// A task has ended.
    pub fn task(&self, kind: &'static str, end: &'static str, took: Duration) {
        let labels = TaskLabels { kind, end };
        self.tasks.get_or_create(&labels).inc();
        self.task_seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// A step has left the state of being at work.
    pub fn step(&self, kind: &str, state: &'static str, took: Duration) {
        let kind = kind.to_owned();
        let labels = StepLabels { kind, state };
        self.step_seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// A request was answered. The route is the pattern that it matched, never its path.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let seconds = RouteLabels { route: route.clone() };
        self.request_seconds
            .get_or_create(&seconds)
            .observe(took.as_secs_f64());
        let labels = RequestLabels {
            method,
            route,
            status,
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// A notice was delivered, or could not be.
    pub fn notice(&self, way: &str, outcome: &'static str) {
        let way = way.to_owned();
        self.notices.get_or_create(&NoticeLabels { way, outcome }).inc();
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    ///
    /// Never, as long as it is written to memory.
    pub fn text(&self, standing: &Standing) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("samklang");
        registry.register("tasks", "Tasks that ended", self.tasks.clone());
        registry.register("task_seconds", "How long tasks took", self.task_seconds.clone());
        registry.register(
            "step_seconds",
            "How long steps were at work",
            self.step_seconds.clone(),
        );
        registry.register("requests", "Requests that were answered", self.requests.clone());
        registry.register(
            "request_seconds",
            "How long requests took",
            self.request_seconds.clone(),
        );
        registry.register("notices", "Notices by way and outcome", self.notices.clone());
        for (name, help, count) in [
            ("tasks_at_work", "Tasks that are at work", standing.at_work),
            (
                "tasks_in_turn",
                "Tasks that wait for their turn or a place",
                standing.in_turn,
            ),
            (
                "cycles_waiting",
                "Cycles that wait for data, time or a person",
                standing.waiting,
            ),
        ] {
            registry.register(name, help, gauge(count));
        }
        let cycles = Family::<StateLabels, Gauge>::default();
        for state in &standing.states {
            let labels = StateLabels { state: state.clone() };
            cycles.get_or_create(&labels).inc();
        }
        registry.register("cycles", "Tenants by the state of their newest cycle", cycles);
        let waits = Family::<TenantLabels, Gauge>::default();
        for (tenant, owner) in &standing.waits {
            let labels = TenantLabels {
                tenant: tenant.clone(),
                owner: owner.clone(),
            };
            waits.get_or_create(&labels).set(1);
        }
        registry.register(
            "tenant_waits",
            "Tenants whose cycle waits, and who can act",
            waits,
        );
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

fn gauge(count: usize) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
    gauge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_in_the_words_of_prometheus() {
        let meters = Meters::default();
        meters.task("cycle", "done", Duration::from_secs(3));
        meters.step("import", "done", Duration::from_millis(300));
        meters.request("GET", "/t/{tenant}", 200, Duration::from_millis(4));
        meters.request("GET", "/t/{tenant}", 200, Duration::from_millis(40));
        meters.notice("mail", "failed");
        let text = meters
            .text(&Standing {
                at_work: 2,
                in_turn: 1,
                waiting: 1,
                states: vec!["done".into(), "halted".into(), "done".into()],
                waits: vec![("nordvik".into(), "operator".into())],
            })
            .unwrap();
        for line in [
            r#"samklang_tasks_total{kind="cycle",end="done"} 1"#,
            r#"samklang_task_seconds_bucket{le="10.0",kind="cycle",end="done"} 1"#,
            r#"samklang_step_seconds_sum{kind="import",state="done"} 0.3"#,
            r#"samklang_requests_total{method="GET",route="/t/{tenant}",status="200"} 2"#,
            r#"samklang_request_seconds_count{route="/t/{tenant}"} 2"#,
            r#"samklang_notices_total{way="mail",outcome="failed"} 1"#,
            "samklang_tasks_at_work 2",
            "samklang_tasks_in_turn 1",
            "samklang_cycles_waiting 1",
            r#"samklang_cycles{state="done"} 2"#,
            r#"samklang_tenant_waits{tenant="nordvik",owner="operator"} 1"#,
            "# EOF",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
    }
}
