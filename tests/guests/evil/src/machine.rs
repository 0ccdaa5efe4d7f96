//! Misdeeds against the machine: time, memory, stack and log.

use std::hint::black_box;
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
