//! The rules of WCAG 2.2 that a program can judge, by axe-core in the page itself.

use std::fmt;

use serde_json::{Value, json};

use crate::Browser;
use crate::tools::tool;

/// Levels A and AA of WCAG 2.0, 2.1 and 2.2.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// axe-core itself.
#[derive(Debug, Clone)]
pub struct Axe(String);

/// A rule that a page does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name, such as `color-contrast`.
    pub rule: String,
    /// What it asks for.
    pub help: String,
    /// Where it is not kept: the place, the element, and what is wrong with it.
    pub places: Vec<[String; 3]>,
}

impl Axe {
    /// The one that was installed.
    #[must_use]
    pub fn read() -> Self {
        let file = tool("npm/node_modules/axe-core/axe.min.js", "browser");
        Self(std::fs::read_to_string(file).unwrap())
    }

    /// What the page in the browser does not keep.
    pub async fn violations(&self, browser: &Browser) -> Vec<Violation> {
        browser.script(&self.0, Vec::new()).await;
        let run = "
            const [options, done] = arguments;
            axe.run(document, options).then(found => done(found), cause => done({ failed: String(cause) }));
        ";
        let options = json!({ "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"] });
        let found = browser.client().execute_async(run, vec![options]).await;
        let found = found.expect("axe-core looks through the page");
        let violations = found["violations"].as_array();
        let violations = violations.unwrap_or_else(|| panic!("axe-core gives up: {found}"));
        violations.iter().map(Violation::of).collect()
    }
}

impl Violation {
    fn of(found: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let nodes = found["nodes"].as_array().cloned().unwrap_or_default();
        let place = |node: &Value| {
            [
                node["target"].to_string(),
                text(&node["html"]),
                text(&node["failureSummary"]),
            ]
        };
        Self {
            rule: text(&found["id"]),
            help: text(&found["help"]),
            places: nodes.iter().map(place).collect(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.rule, self.help)?;
        for [place, element, wrong] in &self.places {
            writeln!(f, "  {place} {element}\n    {}", wrong.replace('\n', "\n    "))?;
        }
        Ok(())
    }
}
