//! Having cycles run by the API, and seeing that they come to their end.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::client::Client;

/// The longest that a cycle may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(1800);

/// A tenant's newest cycle and its state; none before the first.
pub(super) fn newest(client: &mut Client, tenant: &str) -> Result<Option<(i64, String)>> {
    let (cycle, _) = glance(client, tenant)?;
    Ok(cycle)
}

/// Has the cycle run, as soon as the one before has ended; which one that was.
pub(super) fn begin(client: &mut Client, tenant: &str) -> Result<Option<i64>> {
    let since = Instant::now();
    loop {
        let before = newest(client, tenant)?.map(|(id, _)| id);
        let answer = client.write(&format!("/tenants/{tenant}/runs"), &json!({ "task": "cycle" }))?;
        match answer.status {
            202 => return Ok(before),
            // The one before is still at work.
            409 if since.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(20)),
            status => bail!(
                "the cycle of {tenant} cannot be begun: {status} {}",
                answer.text()
            ),
        }
    }
}

/// Whether the tenant's newest cycle has ended as it should, and is another than the one before it was begun.
pub(super) fn ends(client: &mut Client, tenant: &str, before: Option<i64>) -> Result<bool> {
    let (cycle, running) = glance(client, tenant)?;
    if running {
        return Ok(false);
    }
    match cycle {
        Some((id, state)) if Some(id) != before => {
            ensure!(
                state == "done",
                "the cycle of {tenant} did not end as it should have: {state}"
            );
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Waits for that.
pub(super) fn wait(client: &mut Client, tenant: &str, before: Option<i64>) -> Result<()> {
    let since = Instant::now();
    while !ends(client, tenant, before)? {
        ensure!(since.elapsed() < PATIENCE, "the cycle of {tenant} does not end");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn glance(client: &mut Client, tenant: &str) -> Result<(Option<(i64, String)>, bool)> {
    let seen = client.read(&format!("/tenants/{tenant}"))?;
    if let Some(broken) = seen.get("broken").and_then(Value::as_str) {
        bail!("{tenant} cannot be used: {broken}");
    }
    let id = seen.pointer("/cycle/id").and_then(Value::as_i64);
    let state = seen.pointer("/cycle/state").and_then(Value::as_str);
    let running = seen.get("running").and_then(Value::as_bool).unwrap_or_default();
    Ok((id.zip(state.map(str::to_owned)), running))
}
