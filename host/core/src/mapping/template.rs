//! One value of a mapping: a Jinja template, compiled once and evaluated for each object.
//!
//! A template that is one single expression keeps the type of what it gives; any other gives text. Nothing is ever guessed:
//! a name that is not known is an error when the mapping is loaded, and a failure names the cause.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use minijinja::value::{Object, ValueKind};
use minijinja::{Environment, Expression, UndefinedBehavior};

use crate::value::Value;

/// What names mean while a template is evaluated.
pub trait Scope: std::fmt::Debug + Send + Sync + 'static {
    /// The value of a plain attribute; `None` when it has none.
    fn attribute(&self, name: &str) -> Option<&Value>;
    /// The value for a template, also of what is no plain attribute; `None` when the name means nothing here.
    fn lookup(&self, name: &str) -> Option<minijinja::Value>;
}

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    form: Form,
    names: BTreeSet<String>,
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

/// The filters and rules that every template has. What has no value is written as nothing, never as the word "none".
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    engine.set_formatter(|output, state, value| {
        if value.is_none() {
            Ok(())
        } else {
            minijinja::escape_formatter(output, state, value)
        }
    });
    engine
});

const TEXT: &str = "template";

impl Template {
    /// Compiles a template.
    ///
    /// # Errors
    ///
    /// When it is not well-formed.
    pub fn compile(source: &str) -> Result<Self, TemplateError> {
        let fail = |error: &minijinja::Error| TemplateError {
            template: source.to_owned(),
            cause: cause(error),
        };
        let (form, names) = match single_expression(source) {
            Some(expression) if is_name(expression) => (
                Form::Attribute(expression.to_owned()),
                BTreeSet::from([expression.to_owned()]),
            ),
            Some(expression) => {
                let compiled = ENGINE
                    .compile_expression_owned(expression.to_owned())
                    .map_err(|e| fail(&e))?;
                let names = compiled.undeclared_variables(false).into_iter().collect();
                (Form::Expression(compiled), names)
            }
            None if !source.contains("{{") && !source.contains("{%") => (
                Form::Constant(Value::Text(source.to_owned()).canonical()),
                BTreeSet::new(),
            ),
            None => {
                let mut engine = ENGINE.clone();
                engine
                    .add_template_owned(TEXT, source.to_owned())
                    .map_err(|e| fail(&e))?;
                let names = engine
                    .get_template(TEXT)
                    .map_err(|e| fail(&e))?
                    .undeclared_variables(false)
                    .into_iter()
                    .collect();
                (Form::Text(Box::new(engine)), names)
            }
        };
        Ok(Self { form, names })
    }

    /// The names that it uses and does not set itself.
    pub fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// The attribute that it is nothing but.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match &self.form {
            Form::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// What it gives in a scope.
    ///
    /// # Errors
    ///
    /// When it cannot be evaluated there; the error names the cause.
    pub fn evaluate(&self, scope: &Arc<dyn Scope>) -> Result<Value, TemplateError> {
        let context = || minijinja::Value::from_object(Context(Arc::clone(scope)));
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
struct Context(Arc<dyn Scope>);

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        self.0.lookup(key.as_str()?)
    }
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
    error.detail().map_or_else(
        || error.kind().to_string(),
        |detail| format!("{}: {detail}", error.kind()),
    )
}

/// A value as the engine sees it; what is absent is none.
#[must_use]
pub(super) fn to_engine(value: &Value) -> minijinja::Value {
    match value {
        Value::Absent => minijinja::Value::from(()),
        Value::Text(text) => minijinja::Value::from(text.as_str()),
        Value::Integer(number) => minijinja::Value::from(*number),
        Value::Boolean(flag) => minijinja::Value::from(*flag),
        Value::Bytes(bytes) => minijinja::Value::from_bytes(bytes.clone()),
        Value::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Value::Structure(json) => from_json(json),
    }
}

fn from_json(json: &serde_json::Value) -> minijinja::Value {
    match json {
        serde_json::Value::Null => minijinja::Value::from(()),
        serde_json::Value::Bool(flag) => minijinja::Value::from(*flag),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(minijinja::Value::from)
            .or_else(|| number.as_f64().map(minijinja::Value::from))
            .unwrap_or_else(|| minijinja::Value::from(number.to_string())),
        serde_json::Value::String(text) => minijinja::Value::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect(),
        serde_json::Value::Object(members) => minijinja::Value::from_pairs(
            members
                .iter()
                .map(|(name, value)| (name.as_str(), from_json(value))),
        ),
    }
}

/// What the engine gave, as a value in canonical form.
fn from_engine(value: &minijinja::Value) -> Value {
    if let Some(bytes) = value.as_bytes().filter(|_| value.kind() == ValueKind::Bytes) {
        return Value::Bytes(bytes.to_vec());
    }
    Value::Structure(to_json(value)).canonical()
}

fn to_json(value: &minijinja::Value) -> serde_json::Value {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => serde_json::Value::Null,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number => match i64::try_from(value.clone()) {
            Ok(number) => number.into(),
            Err(_) => f64::try_from(value.clone())
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or_else(
                    || serde_json::Value::String(value.to_string()),
                    serde_json::Value::Number,
                ),
        },
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()
            .map(|items| items.map(|item| to_json(&item)).collect())
            .unwrap_or(serde_json::Value::Null),
        ValueKind::Map => value
            .try_iter()
            .map(|keys| {
                keys.filter_map(|key| {
                    let item = value.get_item(&key).ok()?;
                    Some((key.to_string(), to_json(&item)))
                })
                .collect()
            })
            .unwrap_or(serde_json::Value::Null),
        _ => serde_json::Value::String(value.to_string()),
    }
}
