//! Rows: values in the order of columns. A struct becomes a row by serde, its fields being the columns; a row can also be put
//! together by hand. An empty text and an empty list become `absent`, as the contract wants it.

mod deserialize;
mod serialize;

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::{Error, Object, Page, Value};
pub(crate) use deserialize::from_fields;

/// One object: its columns and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    columns: Vec<Cow<'static, str>>,
    values: Vec<Value>,
}

impl Row {
    /// A row without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// A struct's fields. Types and their values: text, whole numbers, `bool`, `Option`, lists of texts; anything
    /// nested, and [`Structure`], is a structure.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is no struct, or holds a number that is not whole or too large.
    pub fn of<T: Serialize + ?Sized>(object: &T) -> Result<Self, Error> {
        serialize::row(object).map_err(|cause| {
            Error::Internal(format!("{} cannot be a row: {cause}", std::any::type_name::<T>()))
        })
    }

    /// Adds a column.
    pub fn with(mut self, column: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.push(column, value);
        self
    }

    /// Adds a column.
    pub fn push(&mut self, column: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.columns.push(column.into());
        self.values.push(value.into());
    }

    /// The columns.
    pub fn columns(&self) -> &[Cow<'static, str>] {
        &self.columns
    }

    /// The values, in the order of the columns.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of a column.
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.columns
            .iter()
            .zip(&self.values)
            .find_map(|(name, value)| (name == column).then_some(value))
    }

    /// As a single object, for `get`.
    pub fn into_object(self, key: impl Into<String>) -> Object {
        let fields = self
            .columns
            .into_iter()
            .map(Cow::into_owned)
            .zip(self.values)
            .collect();
        Object {
            key: key.into(),
            fields,
        }
    }

    pub(crate) fn into_parts(self) -> (Vec<Cow<'static, str>>, Vec<Value>) {
        (self.columns, self.values)
    }

    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// Collects structs of one class into pages.
#[derive(Debug)]
pub struct Rows<T> {
    class: String,
    columns: Vec<Cow<'static, str>>,
    rows: Vec<Vec<Value>>,
    of: PhantomData<fn(T)>,
}

impl<T: Serialize> Rows<T> {
    /// No rows yet.
    pub fn new(class: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            columns: Vec::new(),
            rows: Vec::new(),
            of: PhantomData,
        }
    }

    /// Adds an object.
    ///
    /// # Errors
    /// As [`Row::of`], and when the object has other columns than those before it in this page.
    pub fn push(&mut self, object: &T) -> Result<(), Error> {
        let (columns, values) = Row::of(object)?.into_parts();
        if self.columns.is_empty() {
            self.columns = columns;
        } else if self.columns != columns {
            return Err(Error::Internal(format!(
                "objects of class {} differ in their columns",
                self.class
            )));
        }
        self.rows.push(values);
        Ok(())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows so far as a page; none are left.
    pub fn take(&mut self) -> Page {
        Page {
            class: self.class.clone(),
            columns: self
                .columns
                .iter()
                .map(|name| name.clone().into_owned())
                .collect(),
            rows: std::mem::take(&mut self.rows),
            removed: Vec::new(),
        }
    }
}

impl Page {
    /// A page of structs.
    ///
    /// # Errors
    /// As [`Row::of`].
    pub fn of<T: Serialize>(class: impl Into<String>, objects: &[T]) -> Result<Self, Error> {
        let mut rows = Rows::new(class);
        for object in objects {
            rows.push(&object)?;
        }
        Ok(rows.take())
    }

    /// A page that says which objects are gone, in a read since a cursor.
    pub fn removed(class: impl Into<String>, keys: Vec<String>) -> Self {
        Self {
            class: class.into(),
            columns: Vec::new(),
            rows: Vec::new(),
            removed: keys,
        }
    }
}

/// Makes a value a structure (JSON), also where it would be texts or a single value otherwise, and back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "$samklang::Structure")]
pub struct Structure<T>(pub T);

impl Value {
    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// There is no value.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Text(text)
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        if texts.is_empty() {
            Self::Absent
        } else {
            Self::Texts(texts)
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}
