//! Faults of SOAP 1.2: the code and the words of whoever refuses.

use super::names;
use super::xml::{Node, Xml};

/// So much of the words is repeated, in characters.
const WORDS: usize = 500;

/// Codes (WS-Security 1.1 section 12, WS-Trust 1.3 section 11) by which a service turns down the token or the signature, before anything is done.
const TURNED_DOWN: [&str; 6] = [
    "FailedAuthentication",
    "InvalidSecurityToken",
    "SecurityTokenUnavailable",
    "FailedCheck",
    "MessageExpired",
    "InvalidSecurity",
];

/// A fault as it was sent.
pub(super) struct Fault {
    /// The innermost code, without its prefix.
    pub(super) code: String,
    /// Code and words, cut and without control characters.
    pub(super) words: String,
}

impl Fault {
    /// The fault in an answer, when it is one.
    pub(super) fn read(answer: &str) -> Option<Self> {
        let xml = Xml::parse(answer).ok()?;
        let envelope = xml.top(names::SOAP, "Envelope").ok()?;
        let body = xml.maybe(envelope, names::SOAP, "Body").ok()??;
        let fault = xml.maybe(body, names::SOAP, "Fault").ok()??;
        let first = |node: Node, name: &str| xml.all(node, names::SOAP, name).first().copied();
        let mut code = first(fault, "Code")?;
        while let Some(within) = first(code, "Subcode") {
            code = within;
        }
        let code = first(code, "Value")
            .map(|value| xml.text(value))
            .unwrap_or_default();
        let code = code.rsplit(':').next().unwrap_or_default().to_owned();
        let reason = first(fault, "Reason").and_then(|reason| first(reason, "Text"));
        let detail = first(fault, "Detail");
        let mut words = vec![code.clone()];
        words.extend([reason, detail].into_iter().flatten().map(|part| xml.text(part)));
        words.retain(|part| !part.is_empty());
        Some(Self {
            words: plain(&words.join(": ")),
            code,
        })
    }

    /// Whether the token or the signature was turned down.
    pub(super) fn turns_down(&self) -> bool {
        TURNED_DOWN.contains(&self.code.as_str())
    }

    /// Whether the words or the code name this.
    pub(super) fn says(&self, what: &str) -> bool {
        self.words.contains(what)
    }
}

fn plain(words: &str) -> String {
    let words: Vec<&str> = words
        .split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(WORDS).collect()
}
