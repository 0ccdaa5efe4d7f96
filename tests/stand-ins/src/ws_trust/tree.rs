//! A document as a tree, read with a parser of its own: no document types, no processing instructions, comments left out.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// An element with everything that canonicalisation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Its prefix; empty for none.
    pub(super) prefix: String,
    /// Its name without the prefix.
    pub(super) name: String,
    /// Its namespace; empty for none.
    pub(super) namespace: String,
    /// Its attributes but for declarations: prefix, name, namespace, value.
    pub(super) attributes: Vec<(String, String, String, String)>,
    /// Every prefix that is known here.
    pub(super) scope: BTreeMap<String, String>,
    /// What is in it.
    pub(super) children: Vec<Node>,
}

/// Something in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// Characters.
    Text(String),
}

/// Reads a document.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let mut said = String::new();
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let scope = open
                    .last()
                    .map_or_else(BTreeMap::new, |around| around.scope.clone());
                open.push(element(&start, scope)?);
            }
            Event::End(_) => {
                let done = open.pop().ok_or("an end without a start")?;
                match open.last_mut() {
                    Some(around) => around.children.push(Node::Element(done)),
                    None if root.is_none() => root = Some(done),
                    None => return Err("two documents in one".into()),
                }
            }
            Event::Text(characters) => said.push_str(&characters.xml10_content()),
            Event::CData(characters) => said.push_str(&characters.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => said.push(character),
                Ok(None) => said.push_str(resolve_predefined_entity(&reference).ok_or("an entity")?),
                Err(error) => return Err(error.to_string()),
            },
            Event::DocType(_) => return Err("a document type".into()),
            Event::PI(_) => return Err("a processing instruction".into()),
            Event::Eof => return root.ok_or_else(|| "no document".into()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) => {}
        }
        match open.last_mut() {
            Some(around) if !said.is_empty() => around.children.push(Node::Text(said)),
            None if !said.trim().is_empty() => return Err("text outside of the document".into()),
            _ => {}
        }
    }
}

fn element(start: &BytesStart<'_>, mut scope: BTreeMap<String, String>) -> Result<Element, String> {
    let mut plain = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        let (prefix, name) = split(attribute.key.as_ref());
        match (prefix, name) {
            ("", "xmlns") => drop(scope.insert(String::new(), value.into_owned())),
            ("xmlns", prefix) => drop(scope.insert(prefix.to_owned(), value.into_owned())),
            (prefix, name) => plain.push((prefix.to_owned(), name.to_owned(), value.into_owned())),
        }
    }
    let of = |prefix: &str| match prefix {
        "xml" => Ok("http://www.w3.org/XML/1998/namespace".to_owned()),
        "" => Ok(scope.get("").cloned().unwrap_or_default()),
        other => scope
            .get(other)
            .cloned()
            .ok_or_else(|| format!("the prefix {other} is not declared")),
    };
    let attributes = plain.into_iter().map(|(prefix, name, value)| {
        // Attributes have no default namespace.
        let namespace = if prefix.is_empty() {
            String::new()
        } else {
            of(&prefix)?
        };
        Ok((prefix, name, namespace, value))
    });
    let attributes = attributes.collect::<Result<Vec<_>, String>>()?;
    let whole = start.name();
    let (prefix, name) = split(whole.as_ref());
    Ok(Element {
        namespace: of(prefix)?,
        prefix: prefix.to_owned(),
        name: name.to_owned(),
        attributes,
        scope,
        children: Vec::new(),
    })
}

fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

impl Element {
    /// Whether it has this name.
    #[must_use]
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The elements in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of this name in it.
    pub(super) fn all<'a>(&'a self, namespace: &'a str, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.is(namespace, name))
    }

    /// The only element of this name in it.
    ///
    /// # Errors
    ///
    /// When there is none, or more.
    pub(super) fn only<'a>(&'a self, namespace: &'a str, name: &'a str) -> Result<&'a Self, String> {
        let mut all = self.all(namespace, name);
        match (all.next(), all.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(format!("{} lacks {name}", self.name)),
            (Some(_), Some(_)) => Err(format!("{} has several of {name}", self.name)),
        }
    }

    /// An attribute without a prefix.
    #[must_use]
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attribute_in("", name)
    }

    /// An attribute of a namespace.
    #[must_use]
    pub(super) fn attribute_in(&self, namespace: &str, name: &str) -> Option<&str> {
        let found = self
            .attributes
            .iter()
            .find(|(_, own, within, _)| own == name && within == namespace);
        found.map(|(.., value)| value.as_str())
    }

    /// The characters in it, without white space around them.
    #[must_use]
    pub(super) fn text(&self) -> String {
        let text: String = self
            .children
            .iter()
            .map(|child| match child {
                Node::Element(element) => element.text(),
                Node::Text(text) => text.clone(),
            })
            .collect();
        text.trim().to_owned()
    }

    /// Itself and everything beneath.
    #[must_use]
    pub(super) fn everything(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for element in self.elements() {
            all.extend(element.everything());
        }
        all
    }
}
