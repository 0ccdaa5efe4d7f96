//! One table of a configuration file, read key by key. What is asked for by a wrong name or holds the wrong kind of value
//! is noted as a mistake, and reading goes on; the caller gets `None` and need not care why.

use std::ops::Range;

use super::document::{Content, Node};
use super::mistake::{Mistake, Mistakes};

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) span: Range<usize>,
}

/// A table under reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section<'a> {
    node: &'a Node,
    /// The table's name in messages; empty for the file itself.
    name: &'a str,
}

impl<'a> Section<'a> {
    /// The whole file, of whose keys only these are known.
    pub(crate) fn root(node: &'a Node, known: &[&str], mistakes: &mut Mistakes) -> Self {
        let file = Self { node, name: "" };
        file.known(known, mistakes);
        file
    }

    /// A table of which only these keys are known.
    pub(crate) fn new(
        node: &'a Node,
        name: &'a str,
        known: &[&str],
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        if !matches!(node.content, Content::Table(_)) {
            mistakes.add(
                Mistake::new(
                    "kind",
                    node.span.clone(),
                    format!("`{name}` is {}, not a table", node.kind()),
                )
                .remedy(format!("write it as a table of its own, under `[{name}]`")),
            );
            return None;
        }
        let section = Self { node, name };
        section.known(known, mistakes);
        Some(section)
    }

    fn known(&self, known: &[&str], mistakes: &mut Mistakes) {
        for (key, value) in self.node.entries() {
            if !known.contains(&key.as_str()) {
                mistakes.add(unknown(
                    "unknown-key",
                    "key",
                    key,
                    value.key.clone(),
                    known,
                    self.name,
                ));
            }
        }
    }

    /// The table's name.
    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    /// Where the table's own key stands.
    pub(crate) fn key(&self) -> Range<usize> {
        self.node.key.clone()
    }

    /// The value of a key, whatever it is.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.node.get(key)
    }

    /// A text that must be there.
    pub(crate) fn required(
        &self,
        key: &str,
        example: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Placed<String>> {
        if self.node.get(key).is_none() {
            let place = if self.name.is_empty() {
                "the file".to_owned()
            } else {
                format!("`[{}]`", self.name)
            };
            mistakes.add(
                Mistake::new("missing-key", self.key(), format!("{place} lacks `{key}`"))
                    .remedy(format!("add `{key} = {example}`")),
            );
        }
        self.text(key, mistakes)
    }

    /// A text, when there is one.
    pub(crate) fn text(&self, key: &str, mistakes: &mut Mistakes) -> Option<Placed<String>> {
        let node = self.node.get(key)?;
        match &node.content {
            Content::Text(text) if text.trim().is_empty() => {
                mistakes.add(
                    Mistake::new("empty", node.span.clone(), format!("`{key}` is empty"))
                        .remedy("give it a value, or leave the line out"),
                );
                None
            }
            Content::Text(text) => Some(Placed {
                value: text.clone(),
                span: node.span.clone(),
            }),
            _ => {
                mistakes.add(kind(key, node, "text, in quotation marks"));
                None
            }
        }
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str, mistakes: &mut Mistakes) -> Option<bool> {
        let node = self.node.get(key)?;
        match node.content {
            Content::Boolean(flag) => Some(flag),
            _ => {
                mistakes.add(kind(key, node, "`true` or `false`"));
                None
            }
        }
    }

    /// A number that is not negative.
    pub(crate) fn number(&self, key: &str, mistakes: &mut Mistakes) -> Option<u64> {
        let node = self.node.get(key)?;
        match node.content {
            Content::Integer(number) if number >= 0 => u64::try_from(number).ok(),
            _ => {
                mistakes.add(kind(key, node, "a whole number, 0 or more"));
                None
            }
        }
    }

    /// A number from 1 to this.
    pub(crate) fn one_up_to(&self, most: u32, key: &str, mistakes: &mut Mistakes) -> Option<u32> {
        let node = self.node.get(key)?;
        match node.content {
            Content::Integer(number) if (1..=i64::from(most)).contains(&number) => u32::try_from(number).ok(),
            _ => {
                mistakes.add(kind(key, node, &format!("a whole number from 1 to {most}")));
                None
            }
        }
    }

    /// A share of a hundred.
    pub(crate) fn percent(&self, key: &str, mistakes: &mut Mistakes) -> Option<u8> {
        let node = self.node.get(key)?;
        match node.content {
            Content::Integer(share @ 0..=100) => u8::try_from(share).ok(),
            _ => {
                mistakes.add(kind(key, node, "a whole number from 0 to 100"));
                None
            }
        }
    }

    /// A list of texts; an absent one is empty.
    pub(crate) fn texts(&self, key: &str, mistakes: &mut Mistakes) -> Vec<Placed<String>> {
        let Some(node) = self.node.get(key) else {
            return Vec::new();
        };
        let Content::List(items) = &node.content else {
            mistakes.add(kind(key, node, "a list of texts, such as `[\"…\"]`"));
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item.content {
                Content::Text(text) => texts.push(Placed {
                    value: text.clone(),
                    span: item.span.clone(),
                }),
                _ => mistakes.add(kind(key, item, "text, in quotation marks")),
            }
        }
        texts
    }

    /// One of these words, when there is one.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)], mistakes: &mut Mistakes) -> Option<T> {
        let text = self.text(key, mistakes)?;
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let found = words
            .iter()
            .find(|(word, _)| *word == text.value)
            .map(|(_, value)| *value);
        if found.is_none() {
            let list = known.join("`, `");
            let near = nearest(&text.value, &known).map_or_else(
                || format!("write one of `{list}`"),
                |near| format!("did you mean `{near}`? It is one of `{list}`"),
            );
            mistakes.add(
                Mistake::new("unknown-word", text.span, format!("`{}` is no {key}", text.value)).remedy(near),
            );
        }
        found
    }
}

fn kind(key: &str, node: &Node, right: &str) -> Mistake {
    Mistake::new(
        "kind",
        node.span.clone(),
        format!("`{key}` holds {}", node.kind()),
    )
    .label(format!("should be {right}"))
}

/// A name that is not known, with the nearest one that is.
pub(crate) fn unknown(
    code: &'static str,
    what: &str,
    name: &str,
    span: Range<usize>,
    known: &[&str],
    place: &str,
) -> Mistake {
    let within = if place.is_empty() {
        String::new()
    } else {
        format!(" in `[{place}]`")
    };
    let remedy = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "nothing is known here".to_owned(),
        None => format!("known here: `{}`", known.join("`, `")),
    };
    Mistake::new(code, span, format!("unknown {what} `{name}`{within}")).remedy(remedy)
}

/// The known name that a person most likely meant.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), candidate), *candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}
