//! For how long what is kept, and how much is over its time.

use samklang_core::port::Expiry as _;
use samklang_core::retention::{Kept, Period};
use samklang_cycle::{Tenant, overdue};
use samklang_store::TenantStore;
use serde_json::{Value, json};

use crate::failure::Failure;

/// One thing that is kept.
pub(crate) struct Line {
    pub(crate) kept: Kept,
    pub(crate) period: Period,
    pub(crate) over: u64,
}

/// All of them.
pub(crate) async fn lines(store: &TenantStore, tenant: &Tenant, now: i64) -> Result<Vec<Line>, Failure> {
    let due = overdue(tenant, now);
    let mut lines = Vec::new();
    for kept in Kept::ALL {
        // A name is kept at least as long as it is kept from others.
        let of_it = due.iter().find(|due| due.kept == kept);
        let over = match of_it {
            Some(due) => store.expired(due).await?,
            None => 0,
        };
        lines.push(Line {
            kept,
            period: of_it.map_or(Period::Forever, |due| Period::For(due.period)),
            over,
        });
    }
    Ok(lines)
}

/// The same for machines.
pub(crate) fn document(tenant: &str, lines: &[Line]) -> Value {
    let lines = lines.iter().map(
        |line| json!({ "what": name(line.kept), "milliseconds": number(line.period), "over": line.over }),
    );
    json!({ "tenant": tenant, "retention": lines.collect::<Vec<_>>() })
}

/// A period for machines: its milliseconds, or null.
fn number(period: Period) -> Value {
    match period {
        Period::Forever => Value::Null,
        Period::For(length) => length.into(),
    }
}

/// What stands in the configuration for it.
pub(crate) fn name(kept: Kept) -> String {
    match kept {
        Kept::Gone(kind) => format!("gone.{}", kind.as_str()),
        history => history.as_str().to_owned(),
    }
}
