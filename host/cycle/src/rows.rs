//! Rows of a page as objects: key, digest and attributes, in canonical form.

use samklang_core::connector::{Completion, Page};
use samklang_core::{Attributes, Digest, Value};

use crate::stop::Stop;

/// One object of a page.
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) digest: Digest,
    values: Vec<Value>,
}

/// The objects of a page, with its columns sorted by name.
pub(crate) struct Rows {
    columns: Vec<(usize, String)>,
    pub(crate) rows: Vec<Row>,
}

impl Rows {
    /// Takes a page apart.
    ///
    /// # Errors
    ///
    /// When a row has no key, which breaks the contract.
    pub(crate) fn of(page: Page, key_attribute: &str) -> Result<Self, Stop> {
        let Page {
            class, columns, rows, ..
        } = page;
        let mut sorted: Vec<(usize, String)> = columns.into_iter().enumerate().collect();
        sorted.sort_by(|one, other| one.1.cmp(&other.1));
        let key_at = sorted
            .iter()
            .find(|(_, name)| name == key_attribute)
            .map(|(index, _)| *index);
        let rows = rows
            .into_iter()
            .map(|values| {
                let values: Vec<Value> = values.into_iter().map(Value::canonical).collect();
                let key = key_at
                    .and_then(|at| values.get(at))
                    .and_then(Value::as_text)
                    .ok_or_else(|| {
                        Stop::refused(format!(
                            "an object of class `{class}` has no key in `{key_attribute}`"
                        ))
                    })?
                    .to_owned();
                let named = sorted
                    .iter()
                    .filter_map(|(at, name)| Some((name.as_str(), values.get(*at)?)));
                let digest = Digest::of(named);
                Ok(Row { key, digest, values })
            })
            .collect::<Result<_, Stop>>()?;
        Ok(Self {
            columns: sorted,
            rows,
        })
    }

    pub(crate) fn keys(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.key.as_str()).collect()
    }

    /// The attributes that a row has.
    pub(crate) fn attributes(&self, row: &Row) -> Attributes {
        self.columns
            .iter()
            .filter_map(|(at, name)| Some((name.clone(), row.values.get(*at)?.clone())))
            .filter(|(_, value)| !value.is_absent())
            .collect()
    }

    /// The columns of a row, also those without a value.
    pub(crate) fn columns<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = (&'r str, &'r Value)> {
        self.columns
            .iter()
            .filter_map(|(at, name)| Some((name.as_str(), row.values.get(*at)?)))
    }
}

/// Holds a read's own statement of completeness against what the host counted.
///
/// # Errors
///
/// When they differ: an incomplete read never passes for a smaller one.
pub(crate) fn verify(
    completion: &Completion,
    counted: impl Fn(&str) -> u64,
    classes: &[String],
) -> Result<(), Stop> {
    for class in classes {
        let said = completion
            .objects
            .iter()
            .find(|(name, _)| name == class)
            .map(|(_, count)| *count);
        let counted = counted(class);
        match said {
            Some(said) if said == counted => {}
            Some(said) => {
                return Err(Stop::refused(format!(
                    "the read ended as complete with {said} objects of class `{class}`, but {counted} arrived"
                )));
            }
            None => {
                return Err(Stop::refused(format!(
                    "the read ended as complete without a count for class `{class}`, of which {counted} arrived"
                )));
            }
        }
    }
    Ok(())
}
