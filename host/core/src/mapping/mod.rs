//! Between the systems' own objects and the catalogue: inbound mappings make contributions of objects, outbound mappings make
//! desired objects of entities. Mappings are data; compiling them finds every mistake that can be found without an object.

mod cell;
mod graph;
mod inbound;
mod outbound;
mod overwrite;
mod scope;
mod source;
mod template;
mod trial;
mod unique;
mod validity;
mod vocabulary;

pub use graph::Graph;
pub use inbound::Inbound;
pub(crate) use inbound::text_of;
pub use outbound::{Desired, KeyRule, Made, Outbound, TargetKeys, target_order};
pub use overwrite::{Overwrite, Segment, Settlement};
pub use scope::ScopeSource;
pub use source::{Contributes, FieldSource, InboundSource, MappingSource, OutboundSource};
pub use template::{FILTERS, Help, Scope, Table, Tables, Template, TemplateError, ascii};
pub use trial::{Trial, Tried};
pub use unique::{Allotment, Allotted, Allotting, Request, Unique, UniqueSource, folded};
pub use validity::turning_days;
pub use vocabulary::{RELATIONS, Relation, SENSITIVE, Term, Vocabulary, reference, relation, terms};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::connector::Description;
use crate::value::Digest;

/// A mistake in a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {cause}{}", hint(remedy))]
pub struct MappingError {
    /// Where, such as `outbound.users.attributes.login_id`.
    pub place: String,
    /// What is wrong.
    pub cause: String,
    /// What would be right; may be empty.
    pub remedy: String,
}

fn hint(remedy: &str) -> String {
    if remedy.is_empty() {
        String::new()
    } else {
        format!(" ({remedy})")
    }
}

impl MappingError {
    fn new(place: impl Into<String>, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            cause: cause.into(),
            remedy: remedy.into(),
        }
    }

    fn unknown<'a>(
        place: impl Into<String>,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        known.dedup();
        Self::new(
            place,
            format!("there is no {what} `{name}`"),
            format!("there is: {}", known.join(", ")),
        )
    }
}

/// A value that could not be worked out for one object; only that object stops.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {cause}")]
pub struct FieldError {
    /// The field of the mapping, such as `outbound.users.attributes.login_id`.
    pub field: String,
    /// Why.
    pub cause: String,
}

/// The compiled mappings of one connection.
#[derive(Debug, Default)]
pub struct Mappings {
    /// By source class.
    pub inbound: BTreeMap<String, Inbound>,
    /// By target class.
    pub outbound: BTreeMap<String, Outbound>,
}

impl Mappings {
    /// The inbound half, and what it adds to the vocabulary.
    ///
    /// # Errors
    ///
    /// Every mistake that is found.
    pub fn compile_inbound(
        source: &MappingSource,
        description: &Description,
        vocabulary: &mut Vocabulary,
    ) -> Result<BTreeMap<String, Inbound>, Vec<MappingError>> {
        collect(
            source
                .inbound
                .iter()
                .filter(|(_, class)| class.enabled != Some(false))
                .map(|(name, class)| {
                    Inbound::compile(name, class, description, vocabulary)
                        .map(|compiled| (name.clone(), compiled))
                }),
        )
    }

    /// The outbound half, over a vocabulary to which every connection's inbound half has been added.
    ///
    /// # Errors
    ///
    /// Every mistake that is found.
    pub fn compile_outbound(
        source: &MappingSource,
        description: &Description,
        vocabulary: &Vocabulary,
    ) -> Result<BTreeMap<String, Outbound>, Vec<MappingError>> {
        let kinds: BTreeMap<&str, _> = source
            .outbound
            .iter()
            .filter(|(_, class)| class.enabled != Some(false))
            .filter_map(|(name, class)| Some((name.as_str(), class.entity?)))
            .collect();
        collect(
            source
                .outbound
                .iter()
                .filter(|(_, class)| class.enabled != Some(false))
                .map(|(name, class)| {
                    Outbound::compile(name, class, description, vocabulary, &kinds)
                        .map(|compiled| (name.clone(), compiled))
                }),
        )
    }
}

fn collect<T>(
    each: impl Iterator<Item = Result<(String, T), Vec<MappingError>>>,
) -> Result<BTreeMap<String, T>, Vec<MappingError>> {
    let (mut compiled, mut mistakes) = (BTreeMap::new(), Vec::new());
    for result in each {
        match result {
            Ok((name, value)) => drop(compiled.insert(name, value)),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() {
        Ok(compiled)
    } else {
        Err(mistakes)
    }
}

/// Changes when a filter gives something else than before, so that everything is worked out again.
const REVISION: u32 = 1;

/// The fingerprint of a mapping as written, with the tables that its templates use.
fn fingerprint<'a>(source: &impl Serialize, templates: impl Iterator<Item = &'a Template>) -> String {
    let mut text = serde_json::to_string(source).unwrap_or_default();
    let tables: BTreeMap<&String, Digest> = templates
        .flat_map(|template| {
            template
                .tables()
                .iter()
                .map(|(name, table)| (name, table.digest()))
        })
        .collect();
    for (name, digest) in tables {
        text.push_str(&format!("\n{name}={digest}"));
    }
    text.push_str(&format!("\n{REVISION}"));
    Digest::of_bytes(text.as_bytes()).to_string()
}
