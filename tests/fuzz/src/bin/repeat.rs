//! Runs inputs of a target once: `samklang-fuzz-repeat TARGET FILE…`.
#![allow(clippy::expect_used, reason = "test support: a panic is the report")]

use samklang_fuzz::{TARGETS, Target};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let known = TARGETS.map(|target| target.name).join(", ");
    let target =
        Target::named(&name).unwrap_or_else(|| panic!("there is no target `{name}`; there is: {known}"));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        hook(panic);
        std::process::abort();
    }));
    for file in arguments {
        target.run(&std::fs::read(&file).unwrap_or_else(|error| panic!("{file} cannot be read: {error}")));
        println!("{file}: ends in order");
    }
}
