//! Every kind of page, asked for in turn while many cycles are at work.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::client::Client;
use super::errand::{begin, ends, newest};

/// What is known of a tenant for its pages' addresses.
struct Sights {
    tenant: String,
    cycle: i64,
    case: i64,
    person: String,
}

/// What somebody found who looked at all pages meanwhile.
pub(super) struct Seen {
    /// From the first cycle's beginning to the last one's end, in seconds.
    pub(super) seconds: f64,
    /// How long each page took, in seconds, and its kind.
    pub(super) pages: Vec<(f64, &'static str)>,
}

impl Sights {
    fn of(client: &mut Client, tenant: &str) -> Result<Self> {
        let at = |path: &str| format!("/tenants/{tenant}{path}");
        let (cycle, _) = newest(client, tenant)?.with_context(|| format!("{tenant} has no cycle"))?;
        let cases = client.read(&at("/cases"))?;
        let case = cases.pointer("/items/0/id").and_then(Value::as_i64);
        let found = client.read(&at("/entities?text=u0000002&limit=1"))?;
        let person = found.pointer("/0/id").and_then(Value::as_str);
        Ok(Self {
            cycle,
            case: case.with_context(|| format!("{tenant} has no question for anybody"))?,
            person: person
                .with_context(|| format!("{tenant} does not know its persons"))?
                .to_owned(),
            tenant: tenant.to_owned(),
        })
    }

    /// The addresses of the tenant's pages, each with its kind.
    fn pages(&self) -> Vec<(String, &'static str)> {
        let Self {
            tenant,
            cycle,
            case,
            person,
        } = self;
        let at = |path: &str| format!("/t/{tenant}{path}");
        vec![
            (at(""), "the cycle"),
            (at("/halt"), "what is halted"),
            (at("/cases"), "cases"),
            (at(&format!("/cases/{case}")), "a case"),
            (at("/people?q=Hansen"), "a search for persons"),
            (at(&format!("/people/{person}")), "a person"),
            (at("/plan"), "the plan"),
            (at("/enrolment"), "enrolment"),
            (at("/connections"), "connections"),
            (at("/history"), "the history"),
            (at(&format!("/history/{cycle}")), "an older cycle"),
            (at("/journal"), "the journal"),
        ]
    }
}

/// The pages of no tenant.
const OTHERS: [(&str, &str); 4] = [
    ("/", "the overview"),
    ("/access", "roles"),
    ("/account", "the account"),
    ("/support", "support"),
];

/// Begins the cycles of all these tenants, and looks at every page until the last one has ended: of one that is at work and of one that rests.
pub(super) fn look_around(client: &mut Client, busy: &[String], resting: &str) -> Result<Seen> {
    let rests = Sights::of(client, resting)?;
    let sights: Vec<Sights> = busy
        .iter()
        .map(|tenant| Sights::of(client, tenant))
        .collect::<Result<_>>()?;
    // Once before, so that whatever is missing is told at once.
    let mut before = rests.pages();
    before.extend(OTHERS.map(|(path, kind)| (path.to_owned(), kind)));
    for (path, _) in before {
        client.page(&path)?;
    }
    let since = Instant::now();
    for tenant in busy {
        begin(client, tenant)?;
    }
    let mut pages = Vec::new();
    let (mut at_work, mut turn) = (Vec::from_iter(&sights), 0_usize);
    while !at_work.is_empty() {
        turn = (turn + 1) % at_work.len();
        let works = at_work.get(turn).copied().context("a turn is nobody's")?;
        if ends(client, &works.tenant, Some(works.cycle))? {
            at_work.swap_remove(turn);
            continue;
        }
        let others = OTHERS.map(|(path, kind)| (path.to_owned(), kind));
        for (path, kind) in works.pages().into_iter().chain(rests.pages()).chain(others) {
            let asked = Instant::now();
            client.page(&path)?;
            pages.push((asked.elapsed().as_secs_f64(), kind));
        }
    }
    ensure!(
        !pages.is_empty(),
        "the cycles ended before anybody looked at a page"
    );
    Ok(Seen {
        seconds: since.elapsed().as_secs_f64(),
        pages,
    })
}
