//! One value of a mapping: a Jinja template, compiled once and evaluated for each object.
//!
//! A template that is one single expression keeps the type of what it gives; any other gives text. Nothing is ever guessed:
//! a name that is not known is an error when the mapping is loaded, and a failure names the cause.

mod ascii;
mod convert;
mod day;
mod engine;
mod help;
mod identity;
mod kept;
mod phone;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use minijinja::value::Object;
use minijinja::{Environment, Expression};

use crate::value::Value;

use convert::from_engine;
pub(super) use convert::to_engine;
pub(super) use day::day;
use engine::{ENGINE, Hidden};
pub use help::{FILTERS, Help};
pub use table::{Table, Tables};

/// What names mean while a template is evaluated.
pub trait Scope: std::fmt::Debug + Send + Sync + 'static {
    /// The value of a plain attribute; `None` when it has none.
    fn attribute(&self, name: &str) -> Option<&Value>;
    /// The value for a template, also of what is no plain attribute; `None` when the name means nothing here.
    fn lookup(&self, name: &str) -> Option<minijinja::Value>;
    /// The day that is planned for, where there is one.
    fn as_of(&self) -> Option<Date> {
        None
    }
    /// What the names belong to, as one value, where that can be handed on.
    fn itself(&self) -> Option<minijinja::Value> {
        None
    }
}

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    source: String,
    form: Form,
    names: BTreeSet<String>,
    paths: BTreeSet<String>,
    tables: Arc<Tables>,
    scopes: BTreeSet<String>,
}

#[derive(Debug)]
enum Form {
    /// Always the same.
    Constant(Value),
    /// `{{ name }}`: by far the most common, so it never meets the engine.
    Attribute(String),
    /// `{{ … }}`.
    Expression(Expression<'static, 'static>),
    /// Anything else.
    Text(Box<Environment<'static>>),
}

/// Why a template cannot be compiled or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template `{template}`: {cause}")]
pub struct TemplateError {
    /// The template as written.
    pub template: String,
    /// What is wrong with it.
    pub cause: String,
}

const TEXT: &str = "template";

/// The most words and marks of a template. The engine reads chains of operators, filters and branches by recursion, one level for each,
/// and templates come with connectors as well: without a bound one of them could overflow the stack, and with it end the host. Real ones
/// have some dozens.
const MOST_PARTS: usize = 2_000;

/// How many words and marks there are in a text.
fn parts(text: &str) -> usize {
    let within = |letter: char| letter.is_alphanumeric() || letter == '_';
    let starts = text.chars().scan(false, |word, letter| {
        let starts = if within(letter) {
            !*word
        } else {
            !letter.is_whitespace()
        };
        *word = within(letter);
        Some(starts)
    });
    starts.filter(|starts| *starts).count()
}

impl Template {
    /// Compiles a template that may look things up in these tables.
    ///
    /// # Errors
    ///
    /// When it is not well-formed, or names a table that is not there.
    pub fn compile(source: &str, tables: &Tables) -> Result<Self, TemplateError> {
        let refuse = |cause| TemplateError {
            template: source.to_owned(),
            cause,
        };
        if parts(source) > MOST_PARTS {
            return Err(refuse(format!(
                "it has more than {MOST_PARTS} words and marks; put what is long into a table, and look it up"
            )));
        }
        let tables = used(source, tables).map_err(refuse)?;
        let scopes = table::named_in(source, "allotted").map_err(refuse)?;
        let fail = |error: &minijinja::Error| TemplateError {
            template: source.to_owned(),
            cause: cause(error),
        };
        let (form, paths) = match single_expression(source) {
            Some(expression) if is_name(expression) => (
                Form::Attribute(expression.to_owned()),
                BTreeSet::from([expression.to_owned()]),
            ),
            Some(expression) => {
                let compiled = ENGINE
                    .compile_expression_owned(expression.to_owned())
                    .map_err(|e| fail(&e))?;
                let paths = compiled.undeclared_variables(true);
                (Form::Expression(compiled), paths.into_iter().collect())
            }
            None if !source.contains("{{") && !source.contains("{%") => (
                Form::Constant(Value::Text(source.to_owned()).canonical()),
                BTreeSet::new(),
            ),
            None => {
                let mut engine = ENGINE.clone();
                engine
                    .add_template_owned(TEXT, kept::guarded(source))
                    .map_err(|e| fail(&e))?;
                let paths = engine
                    .get_template(TEXT)
                    .map_err(|e| fail(&e))?
                    .undeclared_variables(true);
                (Form::Text(Box::new(engine)), paths.into_iter().collect())
            }
        };
        let root = |path: &String| path.split('.').next().unwrap_or_default().to_owned();
        Ok(Self {
            source: source.to_owned(),
            form,
            names: without_functions(paths.iter().map(root)),
            paths,
            tables: Arc::new(tables),
            scopes: scopes.into_iter().collect(),
        })
    }

    /// The names that it uses and does not set itself.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// The same with what is asked of them, such as `person.engagements`.
    pub fn paths(&self) -> &BTreeSet<String> {
        &self.paths
    }

    /// Whether a word stands anywhere in it: as a name, as what is asked of one, or as the name of an attribute in a text.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        let part = |letter: char| letter.is_alphanumeric() || letter == '_';
        self.source
            .split(|letter| !part(letter))
            .any(|known| known == word)
    }

    /// The attribute that it is nothing but.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match &self.form {
            Form::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// How it is written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it looks at the units above another.
    pub fn climbs(&self) -> bool {
        ["below", "within"].iter().any(|word| self.source.contains(word))
    }

    /// The tables that it looks things up in.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The scopes of unique names that it asks for.
    pub fn scopes(&self) -> &BTreeSet<String> {
        &self.scopes
    }

    /// What it gives in a scope.
    ///
    /// # Errors
    ///
    /// When it cannot be evaluated there; the error names the cause.
    pub fn evaluate(&self, scope: &Arc<dyn Scope>) -> Result<Value, TemplateError> {
        let context = || {
            minijinja::Value::from_object(Context {
                scope: Arc::clone(scope),
                tables: Arc::clone(&self.tables),
            })
        };
        match &self.form {
            Form::Constant(value) => Ok(value.clone()),
            Form::Attribute(name) => match scope.attribute(name) {
                Some(value) => Ok(value.clone()),
                None => Ok(scope
                    .lookup(name)
                    .map_or(Value::Absent, |value| from_engine(&value))),
            },
            Form::Expression(expression) => expression
                .eval(context())
                .map(|value| from_engine(&value))
                .map_err(|error| TemplateError {
                    template: String::new(),
                    cause: cause(&error),
                }),
            Form::Text(engine) => engine
                .get_template(TEXT)
                .and_then(|template| template.render(context()))
                .map(|text| Value::Text(text.trim().to_owned()).canonical())
                .map_err(|error| TemplateError {
                    template: String::new(),
                    cause: cause(&error),
                }),
        }
    }

    /// Whether what it gives counts as true: not absent, not false, not zero, not empty.
    ///
    /// # Errors
    ///
    /// As [`Template::evaluate`].
    pub fn holds(&self, scope: &Arc<dyn Scope>) -> Result<bool, TemplateError> {
        Ok(match self.evaluate(scope)? {
            Value::Absent | Value::Boolean(false) | Value::Integer(0) => false,
            Value::Text(text) => !matches!(text.as_str(), "false" | "False"),
            _ => true,
        })
    }
}

/// A scope as the engine sees it.
#[derive(Debug)]
struct Context {
    scope: Arc<dyn Scope>,
    tables: Arc<Tables>,
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        let name = key.as_str()?;
        match Hidden::parse(name) {
            None => self.scope.lookup(name),
            Some(Hidden::Tables) => Some(minijinja::Value::from_object(engine::Shelf(Arc::clone(
                &self.tables,
            )))),
            Some(Hidden::AsOf) => self
                .scope
                .as_of()
                .map(|day| minijinja::Value::from(day.to_string())),
            Some(Hidden::Itself) => self.scope.itself(),
        }
    }
}

/// A text in ASCII, Nordic letters as Danish and Norwegian write them.
#[must_use]
pub fn ascii(text: &str) -> String {
    ascii::ascii(text, ascii::Style::Danish)
}

/// Of these tables, those that a template uses.
fn used(source: &str, tables: &Tables) -> Result<Tables, String> {
    table::named_in(source, "lookup")?
        .into_iter()
        .map(|name| match tables.get(&name) {
            Some(table) => Ok((name, Arc::clone(table))),
            None => {
                let known: Vec<&str> = tables.keys().map(String::as_str).collect();
                Err(if known.is_empty() {
                    format!("there is no table `{name}`: write one under [tables.{name}]")
                } else {
                    format!("there is no table `{name}`; there is: {}", known.join(", "))
                })
            }
        })
        .collect()
}

/// The names that are not the engine's own functions. A value of the same name comes before a function.
fn without_functions(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    names
        .into_iter()
        .filter(|name| ENGINE.globals().all(|(global, _)| global != name))
        .collect()
}

/// The expression of a template that is nothing but one `{{ … }}`.
fn single_expression(source: &str) -> Option<&str> {
    let inner = source.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains("{{") && !inner.contains("}}") && !inner.contains("{%"))
        .then(|| inner.trim_matches('-').trim())
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !matches!(text, "true" | "false" | "none" | "True" | "False" | "None")
}

fn cause(error: &minijinja::Error) -> String {
    if error.kind() == minijinja::ErrorKind::OutOfFuel {
        return "it takes too long or makes too much: go through fewer things, or make less of them"
            .to_owned();
    }
    error.detail().map_or_else(
        || error.kind().to_string(),
        |detail| format!("{}: {detail}", error.kind()),
    )
}
