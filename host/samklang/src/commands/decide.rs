//! `samklang release` and `samklang reject`: a person's answer to a guard. Who decided and why is kept.

use std::path::PathBuf;

use clap::Args;
use samklang_core::port::{Clock as _, Store as _};
use serde_json::json;

use super::Context;
use crate::configuration::step_words;
use crate::failure::{Exit, Failure};
use crate::wiring::{SystemClock, worker};

/// Arguments of `release` and `reject`.
#[derive(Debug, Args)]
pub(crate) struct Decision {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("say why, so that whoever asks later gets an answer".to_owned());
    }
    Ok(text.trim().to_owned())
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Release,
    Reject,
}

pub(super) async fn run(context: &Context, decision: &Decision, verdict: Verdict) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&decision.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let who = worker::person();
    let now = SystemClock.now();
    let (word, decided) = match verdict {
        Verdict::Release => ("released", store.release_halt(&decision.reason, &who, now).await?),
        Verdict::Reject => ("rejected", store.reject_halt(&decision.reason, &who, now).await?),
    };
    let folder = decision.dir.display();
    let Some((cycle, position)) = decided else {
        return Err(Failure::Usage(format!(
            "nothing of {} waits for a decision; `samklang status {folder}` shows where its cycle is",
            tenant.name()
        )));
    };
    let steps = store.steps(cycle).await?;
    let step = steps.iter().find(|step| step.position == position);
    let name = step.map_or_else(|| format!("step {position}"), |step| step_words(&step.spec));
    screen.document(&json!({
        "tenant": tenant.name(),
        "cycle": cycle,
        "step": name,
        "verdict": word,
        "who": who,
        "reason": decision.reason,
    }));
    screen.line(format!(
        "{name} of cycle {cycle} is {word} by {who}: {}",
        decision.reason
    ));
    screen.line(match verdict {
        Verdict::Release => {
            format!("the release is for this very change, once; `samklang run {folder}` goes on from here")
        }
        Verdict::Reject => format!(
            "what was halted is thrown away and the cycle has ended; nothing was taken over. The next `samklang run \
             {folder}` begins a new cycle"
        ),
    });
    Ok(Exit::Done)
}
