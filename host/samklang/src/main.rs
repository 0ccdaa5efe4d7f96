//! Keeps people, units, groups and accounts in concord between systems.

use std::process::ExitCode;

fn main() -> ExitCode {
    samklang::main(std::env::args_os())
}
