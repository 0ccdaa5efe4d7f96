//! What is wrong in a configuration file: where, what, and what would be right.
//!
//! Mistakes are gathered, not thrown: whoever mends the file sees all of them in one go, in the order of the file. A value
//! that may be a secret is never repeated in a message; the snippet of the line that holds one is blotted out.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

/// A file's text and the name to show for it.
#[derive(Debug, Clone)]
pub struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// A text that stands in that file.
    #[must_use]
    pub fn new(path: &Path, text: String) -> Self {
        Self {
            path: path.to_owned(),
            text,
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Line and column, both from 1.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Mistake {
    code: &'static str,
    span: Range<usize>,
    message: String,
    label: String,
    remedy: Option<String>,
    blot: bool,
}

impl Mistake {
    /// A mistake at a place. The code is stable, the message a lower-case fragment.
    pub(crate) fn new(code: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            label: String::new(),
            remedy: None,
            blot: false,
        }
    }

    /// What the caret says.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What would be right.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The text at the place may be a secret and is not to be shown.
    pub(crate) fn blotted(mut self) -> Self {
        self.blot = true;
        self
    }

    /// Where it stands, in octets of the text.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Vec<Mistake>);

impl Mistakes {
    pub(crate) fn add(&mut self, mistake: Mistake) {
        self.0.push(mistake);
    }

    /// Ends the reading of a file: its mistakes as one error, when there are any.
    pub(crate) fn settle(mut self, source: &Source) -> Result<(), Mistaken> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.0.sort_by_key(|mistake| mistake.span.start);
        Err(Mistaken {
            source: source.clone(),
            mistakes: self.0,
        })
    }
}

/// Every mistake of one file.
#[derive(Debug)]
pub struct Mistaken {
    source: Source,
    mistakes: Vec<Mistake>,
}

/// A mistake in the form for machines.
#[derive(Debug, Serialize)]
pub struct MistakeRecord {
    /// The stable code.
    pub code: &'static str,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: Option<String>,
}

impl Mistaken {
    /// The mistakes, in the order of the file.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// The mistakes in the form for machines.
    #[must_use]
    pub fn records(&self) -> Vec<MistakeRecord> {
        let record = |mistake: &Mistake| {
            let (line, column) = self.source.position(mistake.span.start);
            MistakeRecord {
                code: mistake.code,
                file: self.source.path.display().to_string(),
                line,
                column,
                message: mistake.message.clone(),
                remedy: mistake.remedy.clone(),
            }
        };
        self.mistakes.iter().map(record).collect()
    }

    /// The mistakes as a person reads them: each with the offending line and a caret.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let path = self.source.path.display().to_string();
        let mut parts: Vec<String> = Vec::with_capacity(self.mistakes.len() + 1);
        for mistake in &self.mistakes {
            let (text, span) = self.shown(mistake);
            let annotation = AnnotationKind::Primary.span(span);
            let annotation = if mistake.label.is_empty() {
                annotation
            } else {
                annotation.label(mistake.label.as_str())
            };
            let mut group = Level::ERROR
                .primary_title(mistake.message.as_str())
                .element(Snippet::source(text).path(path.as_str()).annotation(annotation));
            if let Some(remedy) = &mistake.remedy {
                group = group.element(Level::HELP.message(remedy.as_str()));
            }
            parts.push(renderer.render(&[group]));
        }
        let count = match self.mistakes.len() {
            1 => "one mistake".to_owned(),
            several => format!("{several} mistakes"),
        };
        parts.push(format!("{count} in {path}; nothing was done"));
        parts.join("\n\n")
    }

    /// The text to show for a mistake, and the place in it.
    fn shown(&self, mistake: &Mistake) -> (String, Range<usize>) {
        let text = &self.source.text;
        let end = mistake.span.end.min(text.len());
        let start = mistake.span.start.min(end);
        match (mistake.blot, text.get(..start), text.get(end..)) {
            (true, Some(before), Some(after)) => {
                const BLOT: &str = "\"…\"";
                (format!("{before}{BLOT}{after}"), start..start + BLOT.len())
            }
            _ => (text.clone(), start..end),
        }
    }
}

impl fmt::Display for Mistaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistaken {}
