//! What ChromeDriver offers beyond the standard: the browser's own protocol, and its console.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command of ChromeDriver's own.
#[derive(Debug, Clone)]
pub(crate) struct Devtools {
    path: &'static str,
    body: Value,
}

impl Devtools {
    /// A command of the browser's protocol.
    #[expect(clippy::needless_pass_by_value, reason = "callers write documents in place")]
    pub(crate) fn command(name: &str, parameters: Value) -> Self {
        Self {
            path: "goog/cdp/execute",
            body: json!({ "cmd": name, "params": parameters }),
        }
    }

    /// What the console has got since the last time.
    pub(crate) fn console() -> Self {
        Self {
            path: "se/log",
            body: json!({ "type": "browser" }),
        }
    }
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
