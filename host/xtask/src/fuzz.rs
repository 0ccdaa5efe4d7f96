//! `cargo xtask fuzz`: looks for octets that break a promise of the host, guided by coverage, for a bounded time.
//!
//! libFuzzer does the looking, over a build whose own packages count which branches are taken; those of others are taken as they are
//! built for everything else. The compiler of the stable channel can do that: it is called through this very program, which adds the
//! flags ([`as_compiler`]). The engine is C++, for which the machine needs a compiler.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::is_there;
use crate::tool::Tool;
use crate::workspace::Workspace;

/// Says that this program is called in place of the compiler.
const AS_COMPILER: &str = "SAMKLANG_FUZZ_COMPILER";

/// What makes code count, as `cargo fuzz` has it.
const COUNTING: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// The longest input, in octets: a component has that many at least.
const LONGEST: u32 = 20_000;

/// Seconds for one input before it counts as one that never ends.
const PATIENCE: u32 = 25;

/// What to look at, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How long to look at each target.
    #[arg(long, value_name = "N", default_value_t = 30)]
    seconds: u32,
    /// Runs this input once, without the engine, and looks for no other.
    #[arg(long, value_name = "FILE", requires = "targets")]
    repeat: Option<PathBuf>,
    /// The targets; all of them when none is named.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let corpus = workspace.root().join("tests/fuzz/corpus");
    let known = names(&corpus)?;
    if let Some(stranger) = options.targets.iter().find(|target| !known.contains(target)) {
        bail!("there is no target `{stranger}`; there is: {}", known.join(", "));
    }
    if let (Some(file), [target]) = (&options.repeat, options.targets.as_slice()) {
        return repeat(workspace, target, file);
    }
    if options.repeat.is_some() {
        bail!("one input is for one target: name the one whose it is");
    }
    if !["c++", "clang++"].into_iter().any(is_there) {
        debian::install(
            &["g++"],
            "a C++ compiler, for libFuzzer",
            "no flag, for nothing is fuzzed without it",
        )?;
    }
    let engine = build(workspace)?;
    let targets = if options.targets.is_empty() {
        &known
    } else {
        &options.targets
    };
    let mut broken = Vec::new();
    for target in targets {
        if let Some(input) = look(workspace, &engine, &corpus, target, options.seconds)? {
            eprintln!(
                "{target}: {} breaks it; to run it again: cargo xtask fuzz --repeat {} {target}",
                input.display(),
                input.display()
            );
            broken.push(target.as_str());
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!(
        "broken: {}; mend the host, and keep each input in {}/<target>",
        broken.join(", "),
        corpus.display()
    );
}

/// The targets are the folders of the corpus, which a test holds.
fn names(corpus: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(corpus).with_context(|| format!("{} cannot be read", corpus.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn repeat(workspace: &Workspace, target: &str, file: &Path) -> Result<()> {
    workspace
        .cargo()
        .args(["build", "--workspace", "--bin", "samklang-fuzz-repeat"])
        .run()?;
    Tool::new(workspace.target().join("debug/samklang-fuzz-repeat"))
        .arg(target)
        .arg(file)
        .env("RUST_BACKTRACE", "1")
        .run()
}

/// Builds the targets with the engine. The whole workspace is named, so that the packages of others are those that are there already.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let this = std::env::current_exe().context("this program does not know its own path")?;
    workspace
        .cargo()
        .args([
            "build",
            "--workspace",
            "--bin",
            "samklang-fuzz-engine",
            "--features",
            "samklang-fuzz/engine",
        ])
        .env("RUSTC_WORKSPACE_WRAPPER", this)
        .env(AS_COMPILER, "1")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .run()?;
    Ok(workspace.target().join("debug/samklang-fuzz-engine"))
}

/// Looks for an input that breaks a target; new ones that reach further are kept in the target folder for the next time.
fn look(
    workspace: &Workspace,
    engine: &Path,
    corpus: &Path,
    target: &str,
    seconds: u32,
) -> Result<Option<PathBuf>> {
    let folder = workspace.target().join("fuzz").join(target);
    let (found, broken) = (folder.join("found"), folder.join("broken"));
    for folder in [&found, &broken] {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let current = folder.join("current");
    let words = corpus.with_file_name("words").join(target);
    let mut tool = Tool::new(engine)
        .arg(&found)
        .arg(corpus.join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={PATIENCE}"))
        .arg("-rss_limit_mb=2048")
        .arg(format!("-max_len={LONGEST}"))
        .arg("-print_final_stats=1")
        .arg(prefixed("-artifact_prefix=", &broken.join("")));
    if words.is_file() {
        tool = tool.arg(prefixed("-dict=", &words));
    }
    let before = newest(&broken)?;
    let looked = tool
        .env("SAMKLANG_FUZZ_TARGET", target)
        .env("SAMKLANG_FUZZ_CURRENT", &current)
        .run();
    let Err(error) = looked else { return Ok(None) };
    match newest(&broken)? {
        Some(input) if Some(&input) != before.as_ref() => Ok(Some(input)),
        // The engine was ended before it could write anything down, as by an overflow of the stack.
        _ if current.is_file() => {
            let input = broken.join("ended");
            fs::copy(&current, &input).with_context(|| format!("{} cannot be written", input.display()))?;
            Ok(Some(input))
        }
        _ => Err(error),
    }
}

fn prefixed(flag: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(flag);
    argument.push(path);
    argument
}

/// The file that was written last.
fn newest(folder: &Path) -> Result<Option<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.metadata()?.modified()?, entry.path()));
    }
    Ok(files.into_iter().max().map(|(_, path)| path))
}

/// Calls the compiler in whose place this program was called, with the flags for code that counts; none when it was called for itself.
pub(crate) fn as_compiler() -> Option<ExitCode> {
    std::env::var_os(AS_COMPILER)?;
    let mut arguments = std::env::args_os().skip(1);
    let compiler = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    let mut call = Command::new(&compiler);
    call.args(&arguments);
    // Not for questions about the compiler itself, whose crate has no name.
    let name = arguments
        .iter()
        .skip_while(|argument| *argument != "--crate-name")
        .nth(1);
    if name.is_some_and(|name| name != OsStr::new("___")) {
        call.args(COUNTING);
    }
    match call.status() {
        Ok(status) if status.success() => Some(ExitCode::SUCCESS),
        Ok(_) => Some(ExitCode::FAILURE),
        Err(error) => {
            eprintln!("error: {} cannot be called: {error}", compiler.display());
            Some(ExitCode::FAILURE)
        }
    }
}
