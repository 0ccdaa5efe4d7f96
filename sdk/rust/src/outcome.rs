//! Operations as structs, and outcomes in one word.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::row::{Row, from_fields};
use crate::{Error, Field, Object, Operation, Outcome, Receipt, Rejection, Value};

impl Operation {
    /// The desired state as a struct; attributes that are absent or not set by the mapping are missing to serde.
    ///
    /// # Errors
    /// [`Error::Internal`] when the attributes do not fit the struct: the class promises something else than it reads.
    pub fn desired_as<T: DeserializeOwned>(&self) -> Result<T, Error> {
        from_fields(&self.desired).map_err(|cause| {
            Error::Internal(format!("desired state of a {} does not fit: {cause}", self.class))
        })
    }

    /// The desired value of one attribute; `None` when the mapping does not set it.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        find(&self.desired, attribute)
    }

    /// The desired text of one attribute; `None` when it is absent, not set or no text.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.value(attribute)?.as_text()
    }
}

impl Object {
    /// An object of a struct's fields.
    ///
    /// # Errors
    /// [`Error::Internal`] when the struct cannot be a row.
    pub fn of<T: Serialize>(key: impl Into<String>, object: &T) -> Result<Self, Error> {
        Ok(Row::of(object)?.into_object(key))
    }

    /// The attributes as a struct; absent ones are missing to serde.
    ///
    /// # Errors
    /// [`Error::Internal`] when they do not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        from_fields(&self.fields).map_err(|cause| Error::Internal(format!("object does not fit: {cause}")))
    }

    /// The value of one attribute.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        find(&self.fields, attribute)
    }

    /// The text of one attribute.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.value(attribute)?.as_text()
    }
}

fn find<'a>(fields: &'a [Field], attribute: &str) -> Option<&'a Value> {
    fields
        .iter()
        .find_map(|(name, value)| (name == attribute).then_some(value))
}

impl Receipt {
    /// The object's key in the target, with nothing else assigned.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            assigned: Vec::new(),
        }
    }

    /// Adds an attribute that the target set by itself.
    pub fn assigned(mut self, attribute: impl Into<String>, value: impl Into<Value>) -> Self {
        self.assigned.push((attribute.into(), value.into()));
        self
    }
}

impl Outcome {
    /// Done now, under this key.
    pub fn done(key: impl Into<String>) -> Self {
        Self::Done(Receipt::new(key))
    }

    /// Taken over by the target, which will do it later.
    pub fn queued(key: impl Into<String>) -> Self {
        Self::Queued(Receipt::new(key))
    }

    /// Not now; not before this pause has passed.
    pub fn retry_later(pause: Duration, why: impl Into<String>) -> Self {
        Self::RetryLater((milliseconds(pause), why.into()))
    }

    /// Refused with the target's own code (may be empty) and words.
    pub fn rejected(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Rejected(Rejection {
            code: code.into(),
            message: message.into(),
            attribute: None,
        })
    }

    /// Refused because of this attribute.
    pub fn rejected_for(
        attribute: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::Rejected(Rejection {
            code: code.into(),
            message: message.into(),
            attribute: Some(attribute.into()),
        })
    }
}

/// A pause in the contract's unit; what is longer than 49 days is 49 days.
pub(crate) fn milliseconds(pause: Duration) -> u32 {
    u32::try_from(pause.as_millis()).unwrap_or(u32::MAX)
}
