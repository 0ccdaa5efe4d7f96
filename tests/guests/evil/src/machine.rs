//! Misdeeds against the machine: time, memory, stack and log.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use samklang_sdk::prelude::*;

pub(crate) fn spin<T>() -> Result<T, Error> {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

pub(crate) fn sleep<T>() -> Result<T, Error> {
    samklang_sdk::sleep(Duration::from_secs(3600));
    Err(Error::Internal("nobody woke it".into()))
}

/// Never computes for long and never ends: only the clock on the wall can stop it.
pub(crate) fn nap_for_ever<T>() -> Result<T, Error> {
    loop {
        samklang_sdk::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn eat_memory<T>() -> Result<T, Error> {
    let mut eaten: Vec<Vec<u8>> = Vec::new();
    loop {
        eaten.push(black_box(vec![1; 1 << 20]));
    }
}

#[expect(unconditional_recursion, reason = "that is the misdeed")]
pub(crate) fn recurse(depth: u64) -> u64 {
    black_box(recurse(black_box(depth + 1))) + black_box(depth)
}

#[expect(clippy::panic, reason = "that is the misdeed")]
pub(crate) fn panic<T>() -> Result<T, Error> {
    panic!("the last words of a connector")
}

/// Writes far more than is kept, and then traps.
pub(crate) fn shout<T>() -> Result<T, Error> {
    for line in 0..10_000 {
        eprintln!("line {line} of far too many");
    }
    panic()
}

pub(crate) fn flood_log() -> Result<Vec<Finding>, Error> {
    for _ in 0..100_000 {
        samklang_sdk::log::info("spam");
    }
    samklang_sdk::log::warn("x".repeat(100_000));
    Ok(Vec::new())
}

/// Spins when the host asks for memory to put an answer in.
struct Reluctant;

static RELUCTANT: AtomicBool = AtomicBool::new(false);

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Reluctant {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        while RELUCTANT.load(Ordering::Relaxed) {
            black_box(());
        }
        // SAFETY: the caller keeps to the contract, which is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Reluctant = Reluctant;

/// Has the host call back into it, and never returns from there.
pub(crate) fn spin_in_callback<T>(url: &str) -> Result<T, Error> {
    let mut answer = samklang_sdk::http::Client::new(url).get("/").download()?;
    let mut first = [0; 1];
    RELUCTANT.store(true, Ordering::Relaxed);
    // The host needs memory of the guest for the octets that are read.
    let read = answer.read(&mut first);
    Err(Error::Internal(format!("it got through: {read:?}")))
}

/// Opens and never closes.
pub(crate) fn hoard_handles<T>() -> Result<T, Error> {
    let mut hoard = Vec::new();
    loop {
        let file = std::fs::File::open("/inbox").map_err(|error| Error::Internal(format!("{error}")))?;
        hoard.push(file);
    }
}

/// Hands over a text that is none.
#[allow(unsafe_code, reason = "that is the misdeed")]
pub(crate) fn broken_text() -> Result<Vec<Finding>, Error> {
    // SAFETY: none: that is the misdeed.
    let text = unsafe { String::from_utf8_unchecked(vec![b'a', 0xff, 0xfe, b'z']) };
    Ok(vec![Finding::note(text)])
}
