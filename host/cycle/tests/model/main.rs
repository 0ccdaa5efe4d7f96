//! Random nights against a reference: sources change, deliveries are cut, targets fail, persons decide, time passes, runs are dropped
//! where they stand. What the engine makes of it is held against a plain reading of what is documented, in `town`, `register` and `target`.
//!
//! Each case has a seed of its own. `SAMKLANG_MODEL_CASES` says how many are tried, `SAMKLANG_MODEL_SEED` which is the first; a case that
//! fails is shortened and printed with its seed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

#[path = "../world/mod.rs"]
mod world;

mod drive;
mod register;
mod step;
mod target;
mod town;

use drive::{Drive, Verdict};
use proptest::strategy::Strategy as _;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use step::{Configured, Step, configured, steps};
use world::DAY;

/// Cases that are tried unless more are asked for.
const CASES: u64 = 30;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    Some(
        number
            .unwrap_or_else(|_| panic!("{name} is `{text}`, which is no number; write one, or leave it out")),
    )
}

async fn drive(configured: &Configured, steps: &[Step]) -> Verdict {
    let mut drive = Drive::begin(configured)
        .await
        .map_err(|wrong| format!("at first: {wrong}"))?;
    for (number, step) in steps.iter().enumerate() {
        let taken = drive.take(step).await;
        taken.map_err(|wrong| format!("at step {number}, {step:?}: {wrong}"))?;
    }
    drive
        .take(&Step::Settle)
        .await
        .map_err(|wrong| format!("in the end: {wrong}"))
}

#[test]
fn whatever_happens_the_targets_end_as_the_policies_say_and_nothing_is_done_twice() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let first = setting("SAMKLANG_MODEL_SEED").unwrap_or(1);
    for seed in first..first + setting("SAMKLANG_MODEL_CASES").unwrap_or(CASES) {
        let mut runner = TestRunner::new(Config {
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            max_shrink_iters: 300,
            max_shrink_time: 60_000,
            ..Config::default()
        });
        let tree = (configured(), steps()).new_tree(&mut runner).unwrap();
        let tried = runner.run_one(tree, |(configured, steps)| {
            let verdict = runtime.block_on(drive(&configured, &steps));
            verdict.map_err(TestCaseError::fail)
        });
        match tried {
            Ok(_) => {}
            Err(TestError::Fail(why, (configured, steps))) => {
                let steps: Vec<String> = steps.iter().map(|step| format!("  {step:?}")).collect();
                panic!(
                    "{why}\nthe shortest way there, with {configured:?}:\n{}\n\
                     SAMKLANG_MODEL_SEED={seed} SAMKLANG_MODEL_CASES=1 tries it again",
                    steps.join("\n")
                );
            }
            Err(abort) => panic!("{abort}"),
        }
    }
}
