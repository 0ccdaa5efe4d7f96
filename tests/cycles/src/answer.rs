//! What the program answered.

use serde_json::Value;

/// The end of one call of the program.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was called.
    pub call: String,
    /// The exit code; none when it was killed.
    pub code: Option<i32>,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

impl Answer {
    /// The same, if the exit code is this one.
    ///
    /// # Panics
    ///
    /// With everything the program said, when it is another.
    #[must_use]
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n--- standard output\n{}\n--- standard error\n{}",
            self.call,
            self.stdout,
            self.stderr
        );
        self
    }

    /// The document on the standard output.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(document) => document,
            Err(cause) => panic!("{}: {cause}\n{}\n{}", self.call, self.stdout, self.stderr),
        }
    }

    /// A count of a step, from the report of a run.
    ///
    /// # Panics
    ///
    /// When the report has no such step.
    #[must_use]
    #[track_caller]
    pub fn count(&self, step: &str, what: &str) -> u64 {
        let report = self.json();
        let steps = report["steps"].as_array().expect("a report of a run has steps");
        let found = steps.iter().find(|one| one["step"] == step);
        found
            .and_then(|one| one["counts"][what].as_u64())
            .unwrap_or_else(|| panic!("no `{what}` of `{step}` in {report:#}"))
    }
}
