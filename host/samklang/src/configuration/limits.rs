//! What a connection's steps may use, where the sandbox's and egress's own numbers do not suit.

use std::time::Duration;

use samklang_egress::EgressLimits;
use samklang_sandbox::Limits;

use super::mistake::Mistakes;
use super::policy::duration;
use super::section::Section;

/// The bounds of a connection's sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bounds {
    /// Within the sandbox.
    pub step: Limits,
    /// On the way out.
    pub egress: EgressLimits,
}

/// The most memory in MiB: what the engine sets aside for one.
const MEMORY_MOST: u32 = 4_096;
/// The largest body in MiB.
const BODY_MOST: u32 = 4_096;

/// Reads the table `limits` of a connection.
pub(super) fn read(connection: &Section<'_>, mistakes: &mut Mistakes) -> Bounds {
    let mut bounds = Bounds::default();
    let table = format!("{}.limits", connection.name());
    let known = [
        "memory_mib",
        "cpu",
        "call",
        "log_lines",
        "request_mib",
        "answer_mib",
        "answer",
    ];
    let section = connection
        .get("limits")
        .and_then(|node| Section::new(node, &table, &known, mistakes));
    let Some(section) = section else { return bounds };
    if let Some(mebibytes) = section.one_up_to(MEMORY_MOST, "memory_mib", mistakes) {
        bounds.step.memory = usize::try_from(mebibytes).unwrap_or(usize::MAX) << 20;
    }
    let mut time = |key: &str, slot: &mut Duration| {
        let length = duration(&section, key, mistakes).and_then(|length| u64::try_from(length).ok());
        if let Some(length) = length.filter(|length| *length > 0) {
            *slot = Duration::from_millis(length);
        }
    };
    time("cpu", &mut bounds.step.cpu);
    time("call", &mut bounds.step.call);
    time("answer", &mut bounds.egress.answer);
    if let Some(lines) = section.number("log_lines", mistakes) {
        bounds.step.log_lines = lines;
    }
    let mut size = |key: &str, slot: &mut u64| {
        if let Some(mebibytes) = section.one_up_to(BODY_MOST, key, mistakes) {
            *slot = u64::from(mebibytes) << 20;
        }
    };
    size("request_mib", &mut bounds.egress.request_octets);
    size("answer_mib", &mut bounds.egress.response_octets);
    bounds
}
