//! Who this process is to the store. The name tells machine, process and the process's start, so that a lease that a killed
//! run left behind can be taken over at once on the same machine, and never from a process that still lives.

use samklang_store::Worker;

/// This process as a worker.
pub(crate) fn this() -> Worker {
    let machine = whoami::hostname().unwrap_or_else(|_| "localhost".to_owned());
    let process = std::process::id();
    let start = start_of(process).unwrap_or_default();
    let here = machine.clone();
    Worker::new(format!("{machine}:{process}:{start}"))
        .on_behalf_of(person())
        .alive_when(move |holder| is_alive(&here, holder))
}

/// Whether the holder of that name may still be at work. Whoever cannot be looked at counts as alive.
fn is_alive(here: &str, holder: &str) -> bool {
    let mut parts = holder.rsplitn(3, ':');
    let (Some(start), Some(process), Some(machine)) = (parts.next(), parts.next(), parts.next()) else {
        return true;
    };
    let Ok(process) = process.parse::<u32>() else {
        return true;
    };
    if machine != here || start.is_empty() {
        return true;
    }
    start_of(process).is_some_and(|running| running == start)
}

/// When a process was started, in the kernel's ticks since the machine was; none when there is no such process, or where
/// the system does not tell.
fn start_of(process: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in parentheses and may hold anything; the start is the 22nd.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

/// The person at work, for decisions that are kept.
pub(crate) fn person() -> String {
    let user = whoami::username().unwrap_or_else(|_| "unknown".to_owned());
    let machine = whoami::hostname().unwrap_or_else(|_| "localhost".to_owned());
    format!("{user} @ {machine}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_process_that_is_gone_from_this_machine_is_dead() {
        let me = std::process::id();
        let start = start_of(me).unwrap();
        assert!(is_alive("here", &format!("here:{me}:{start}")));
        assert!(
            !is_alive("here", &format!("here:{me}:1")),
            "the number was given to another process"
        );
        assert!(!is_alive("here", "here:4294967294:1"));
        for unknown in [
            "there:4294967294:1",
            "here:4294967294:",
            "some-name",
            "here:many:1",
        ] {
            assert!(is_alive("here", unknown), "{unknown}");
        }
    }
}
