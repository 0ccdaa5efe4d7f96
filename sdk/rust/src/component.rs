//! The glue between a [`Connector`] and the component's exports. It decides nothing but one thing: a class that was asked
//! for and of which the reader said nothing has been handed over with no rows.

use std::cell::RefCell;
use std::marker::PhantomData;

use crate::bindings::exports::samklang::connector::sync::{self, Guest, GuestReader, GuestSession};
use crate::bindings::samklang::connector::types;
use crate::{Batch, Completion, Connector, Error, Reader};

/// What a component exports for the connector `C`.
#[derive(Debug)]
pub struct Component<C>(PhantomData<C>);

/// A session of the connector `C`.
#[derive(Debug)]
pub struct Session<C>(C);

/// A read that is under way.
pub struct OpenReader {
    reader: RefCell<Box<dyn Reader>>,
    classes: Vec<String>,
}

impl std::fmt::Debug for OpenReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenReader")
            .field("classes", &self.classes)
            .finish_non_exhaustive()
    }
}

impl<C: Connector> Guest for Component<C> {
    type Session = Session<C>;
    type Reader = OpenReader;

    fn describe() -> sync::Description {
        C::describe()
    }

    fn open(settings: String) -> Result<sync::Session, types::Error> {
        let settings = serde_json::from_str(&settings).map_err(|cause| {
            Error::invalid_setting("", format!("not in the shape that the connector reads: {cause}"))
        })?;
        Ok(sync::Session::new(Session(C::open(settings)?)))
    }
}

impl<C: Connector> GuestSession for Session<C> {
    fn check(&self) -> Result<Vec<sync::Finding>, types::Error> {
        Ok(self.0.check()?)
    }

    fn read(&self, classes: Vec<String>, extent: types::Extent) -> Result<sync::Reader, types::Error> {
        let reader = RefCell::new(self.0.read(&classes, extent)?);
        Ok(sync::Reader::new(OpenReader { reader, classes }))
    }

    fn get(&self, class: String, keys: Vec<String>) -> Result<Vec<types::Object>, types::Error> {
        Ok(self.0.get(&class, &keys)?)
    }

    fn apply(&self, operations: Vec<types::Operation>) -> Result<Vec<types::Outcome>, types::Error> {
        Ok(self.0.apply(&operations)?)
    }
}

impl GuestReader for OpenReader {
    fn next(&self, max: u32) -> Result<Batch, types::Error> {
        let max = usize::try_from(max).unwrap_or(usize::MAX).max(1);
        let batch = self.reader.borrow_mut().next(max)?;
        Ok(match batch {
            Batch::Complete(completion) => Batch::Complete(with_empty_classes(completion, &self.classes)),
            page => page,
        })
    }
}

/// Names each class that was asked for in the completion.
pub(crate) fn with_empty_classes(mut completion: Completion, classes: &[String]) -> Completion {
    for class in classes {
        if !completion.objects.iter().any(|(name, _)| name == class) {
            completion.objects.push((class.clone(), 0));
        }
    }
    completion
}
