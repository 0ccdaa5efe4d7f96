//! What the machine says of itself, for the table's caption, and of this process. Where it does not tell, neither do we.

use std::fs;

/// Processor, cores, memory and operating system, in words.
pub(crate) fn description() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = kibibytes("/proc/meminfo", "MemTotal").map_or_else(
        || "memory not told".to_owned(),
        |size| format!("{} GiB of memory", size.div_ceil(1 << 20)),
    );
    let release = fs::read_to_string("/etc/os-release").ok();
    let name = release.as_deref().and_then(|text| {
        let value = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(value.trim_matches('"').to_owned())
    });
    let system = name.unwrap_or_else(|| std::env::consts::OS.to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")
        .map(|text| format!(" (kernel {})", text.trim()))
        .unwrap_or_default();
    format!("{cpu}, {cores} cores, {memory}, {system}{kernel}")
}

/// How many processes wanted to run of late: the average over the last minute.
pub(crate) fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}

/// The most memory that this process ever held, in octets.
pub(crate) fn peak_memory() -> Option<u64> {
    kibibytes("/proc/self/status", "VmHWM").map(|size| size * 1024)
}

/// What a process holds in memory, in octets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) now: u64,
    /// At its most.
    pub(crate) most: u64,
}

/// What another process holds.
pub(crate) fn memory_of(process: u32) -> Option<Memory> {
    let size = |name| kibibytes(&format!("/proc/{process}/status"), name).map(|size| size * 1024);
    Some(Memory {
        now: size("VmRSS")?,
        most: size("VmHWM")?,
    })
}

/// How much processor time another process has used, in seconds: its own and the system's for it.
pub(crate) fn processor_time_of(process: u32) -> Option<f64> {
    /// What Linux counts in for other programs (`USER_HZ`), whatever it counts in itself.
    const TICKS: f64 = 100.0;
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name comes second, in brackets, and may hold anything; `utime` and `stime` are the 14th and 15th.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

fn kibibytes(file: &str, name: &str) -> Option<u64> {
    field(file, name)?.split_whitespace().next()?.parse().ok()
}

/// The first value of `name: value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        (known.trim() == name).then(|| value.trim().to_owned())
    })
}
