//! Carrying out cycles, plans, errands and checks of enrolment, whoever asks: a command or the server. Each takes the tenant's lease, so that no
//! two are at work in a tenant.

mod audience;
mod errand;
mod fallback;
mod ready;
mod task;

use std::path::Path;

use samklang_cycle::{Ended, Mode, Report};

pub(crate) use self::audience::Audience;
pub(crate) use self::errand::{Errands, asked, fetched, source_object};
pub(crate) use self::fallback::FellBack;
pub(crate) use self::ready::Ready;
pub(super) use self::task::carry_out;
use crate::configuration::Tenant;
use crate::failure::Failure;
use crate::installation::Premises;

/// A cycle that was run.
pub(crate) struct Ran {
    /// The tenant as it ran.
    pub(crate) ready: Ready,
    /// How it ended.
    pub(crate) report: Report,
    /// The builds that were taken back meanwhile.
    pub(crate) fallen: Vec<FellBack>,
}

/// Runs the cycle of the tenant in that folder, and once more where a newer build of a connector faulted and was taken back; none when it was
/// interrupted.
pub(crate) async fn cycle(
    folder: &Path,
    premises: &Premises,
    audience: &Audience,
) -> Result<Option<Ran>, Failure> {
    let mut fallen = Vec::new();
    loop {
        let ready = Ready::new(Tenant::read(folder)?, premises).await?;
        let Some(report) = ready.run(audience, Mode::Run).await? else {
            return Ok(None);
        };
        // Each connection goes back once at the most, so that this ends.
        let more = match report.ended {
            Ended::Failed(_) => fallback::fall_back(folder, premises, &report).await?,
            _ => Vec::new(),
        };
        if more.is_empty() {
            return Ok(Some(Ran {
                ready,
                report,
                fallen,
            }));
        }
        fallen.extend(more);
    }
}
