//! The patterns of a unique name: which names an entity may get, in the order in which they are tried.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{UniqueSource, folded};
use crate::mapping::template::{Scope, Tables, Template, TemplateError};
use crate::value::Value;

/// A compiled unique name.
#[derive(Debug)]
pub struct Unique {
    /// The scope.
    pub scope: String,
    patterns: Vec<Template>,
    counted: bool,
    max_length: usize,
    forbidden: BTreeSet<char>,
    pub(super) reserved: BTreeSet<String>,
    pub(super) reuse_after: i64,
    pub(super) renew: bool,
}

impl Unique {
    /// Compiles; answers the causes of what cannot be.
    pub(in crate::mapping) fn compile(
        attribute: &str,
        source: &UniqueSource,
        tables: &Tables,
    ) -> Result<Self, Vec<String>> {
        let mut causes = Vec::new();
        let mut patterns = Vec::with_capacity(source.unique.len());
        for text in &source.unique {
            match Template::compile(text, tables) {
                Ok(template) => patterns.push(template),
                Err(error) => causes.push(error.to_string()),
            }
        }
        let counts = |template: &Template| template.names().contains(NUMBER);
        if source.unique.is_empty() {
            causes.push("`unique` holds no pattern".to_owned());
        }
        if patterns.iter().rev().skip(1).any(counts) {
            causes.push(
                "only the last pattern may count with `n`: those behind it would never be tried".to_owned(),
            );
        }
        if source.max_length == Some(0) {
            causes.push("`max_length` leaves no room for a name".to_owned());
        }
        if !causes.is_empty() {
            return Err(causes);
        }
        Ok(Self {
            scope: source.scope.clone().unwrap_or_else(|| attribute.to_owned()),
            counted: patterns.last().is_some_and(counts),
            patterns,
            max_length: source.max_length.unwrap_or(usize::MAX),
            forbidden: source.forbidden.chars().collect(),
            reserved: source.reserved.iter().map(|name| folded(name)).collect(),
            reuse_after: i64::from(source.reuse_after_days) * 24 * 60 * 60 * 1000,
            renew: source.renew,
        })
    }

    /// For how long the name of an entity that is gone is kept from others, in milliseconds.
    #[must_use]
    pub fn reuse_after(&self) -> i64 {
        self.reuse_after
    }

    pub(in crate::mapping) fn patterns(&self) -> impl Iterator<Item = &Template> {
        self.patterns.iter()
    }

    /// The candidate with this number; none when it gives no text.
    pub(super) fn candidate(
        &self,
        number: usize,
        scope: &Arc<dyn Scope>,
    ) -> Result<Option<String>, TemplateError> {
        let plain = self.patterns.len() - usize::from(self.counted);
        if let Some(pattern) = self.patterns.get(number).filter(|_| number < plain) {
            return Ok(self.clean(&self.text(pattern, scope, None)?, ""));
        }
        let count = (number - plain + FIRST).to_string();
        let Some(last) = self.patterns.last() else {
            return Ok(None);
        };
        let text = self.text(last, scope, self.counted.then_some(&count))?;
        let (base, tail) = if self.counted {
            // Where the number stands last, what is too long is cut before it.
            match text.strip_suffix(count.as_str()) {
                Some(base) => (base, count.as_str()),
                None => (text.as_str(), ""),
            }
        } else {
            (text.as_str(), count.as_str())
        };
        Ok(self.clean(base, tail))
    }

    fn text(
        &self,
        pattern: &Template,
        scope: &Arc<dyn Scope>,
        n: Option<&str>,
    ) -> Result<String, TemplateError> {
        let counted: Arc<dyn Scope> = Arc::new(Counted {
            inner: Arc::clone(scope),
            n: n.map(str::to_owned),
        });
        Ok(match pattern.evaluate(&counted)? {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            _ => String::new(),
        })
    }

    /// The name without what is forbidden, in the length that is allowed; none without a base.
    fn clean(&self, base: &str, tail: &str) -> Option<String> {
        let base = base
            .trim()
            .chars()
            .filter(|letter| !self.forbidden.contains(letter));
        let room = self.max_length.saturating_sub(tail.chars().count());
        let mut name: String = base.take(room).collect();
        if name.is_empty() {
            return None;
        }
        name.push_str(tail);
        Some(name)
    }
}

/// The name in patterns for the number that makes a name unique.
const NUMBER: &str = "n";
/// Its first value: the second of two that would have the same name is the second.
const FIRST: usize = 2;

/// A scope with the number.
#[derive(Debug)]
struct Counted {
    inner: Arc<dyn Scope>,
    n: Option<String>,
}

impl Scope for Counted {
    fn attribute(&self, name: &str) -> Option<&Value> {
        (name != NUMBER).then(|| self.inner.attribute(name)).flatten()
    }

    fn lookup(&self, name: &str) -> Option<minijinja::Value> {
        match (&self.n, name) {
            (Some(n), NUMBER) => Some(minijinja::Value::from(n.as_str())),
            _ => self.inner.lookup(name),
        }
    }

    fn as_of(&self) -> Option<jiff::civil::Date> {
        self.inner.as_of()
    }

    fn itself(&self) -> Option<minijinja::Value> {
        self.inner.itself()
    }
}
