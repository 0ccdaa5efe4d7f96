//! Other keys of the objects of a document, so that a reference by an old key or by that of a duplicate finds its object.

use std::collections::HashMap;

use crate::document::{Identity, Place};
use crate::ledger::Ledger;

/// How many other keys are followed, so that memory stays bounded.
const MOST: usize = 200_000;

/// How many renames of one object are followed, from one delta to the next.
const RENAMES: usize = 8;

#[derive(Debug, Default)]
pub(crate) struct Aliases {
    current: HashMap<Box<str>, Box<str>>,
}

impl Aliases {
    /// Notes the other keys of an object.
    pub(crate) fn note(&mut self, identity: &Identity, place: Place) -> Result<(), (Place, String)> {
        for other in identity.old.iter().chain(&identity.duplicates) {
            self.current
                .insert(other.as_str().into(), identity.key.as_str().into());
        }
        if self.current.len() > MOST {
            return Err((
                place,
                format!("more than {MOST} objects with an old key or a duplicate"),
            ));
        }
        Ok(())
    }

    /// The key that counts. A key that an object of the document has itself always does.
    pub(crate) fn resolve(&self, kind: &str, key: String, stated: &Ledger) -> String {
        let mut key = key;
        for _ in 0..RENAMES {
            match self.current.get(key.as_str()) {
                Some(current) if !stated.holds(kind, &key) => key = current.as_ref().to_owned(),
                _ => break,
            }
        }
        key
    }
}
