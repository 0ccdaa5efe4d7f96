//! XML that others wrote: read without document types and entities, in bounds, and every identifier once.
//!
//! An element is only ever taken where it must stand and when it is the only one there, never found by searching: what a signature covers and
//! what is read must be the same element.

use std::collections::HashMap;

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use bergshamra_xml::NodeSet;
use uppsala::{Document, NodeId};

use super::names;

/// The largest message that is taken apart, in octets.
pub(crate) const LARGEST: usize = 16 << 20;
/// Elements within elements.
const DEEPEST: u32 = 100;

/// Why a message cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw(pub(super) &'static str);

pub(super) type Node = NodeId;

/// A message that was taken apart.
pub(super) struct Xml<'a> {
    document: Document<'a>,
    text: &'a str,
    ids: HashMap<String, Node>,
}

impl<'a> Xml<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Flaw> {
        if text.len() > LARGEST {
            return Err(Flaw("it is larger than 16 MiB"));
        }
        let parser = uppsala::Parser::new()
            .with_forbid_dtd(true)
            .with_forbid_entities(true)
            .with_max_depth(DEEPEST);
        let document = parser.parse(text).map_err(|_| {
            if text.contains("<!DOCTYPE") {
                Flaw("it has a document type (DOCTYPE)")
            } else {
                Flaw("it is not well-formed XML")
            }
        })?;
        let mut xml = Self {
            document,
            text,
            ids: HashMap::new(),
        };
        xml.identify()?;
        Ok(xml)
    }

    /// Notes every element that can be referred to. Two of one name would let a signature cover one and a reader take the other.
    fn identify(&mut self) -> Result<(), Flaw> {
        for node in self.document.descendants(self.document.root()) {
            let Some(element) = self.document.element(node) else {
                continue;
            };
            for attribute in &element.attributes {
                let name = &attribute.name;
                let is_id = match name.namespace_uri.as_deref() {
                    None => matches!(&*name.local_name, "Id" | "ID" | "AssertionID"),
                    Some(names::UTILITY) => name.local_name == "Id",
                    Some("http://www.w3.org/XML/1998/namespace") => name.local_name == "id",
                    Some(_) => false,
                };
                if is_id && self.ids.insert(attribute.value.to_string(), node).is_some() {
                    return Err(Flaw("two of its elements have the same identifier"));
                }
            }
        }
        Ok(())
    }

    /// The element of this name at the top.
    pub(super) fn top(&self, namespace: &str, name: &str) -> Result<Node, Flaw> {
        self.document
            .document_element()
            .filter(|&node| self.is(node, namespace, name))
            .ok_or(Flaw("it is not a SOAP 1.2 envelope"))
    }

    pub(super) fn is(&self, node: Node, namespace: &str, name: &str) -> bool {
        self.document
            .element(node)
            .is_some_and(|element| element.matches_name_ns(namespace, name))
    }

    /// The elements within an element.
    pub(super) fn elements(&self, node: Node) -> Vec<Node> {
        let mut children = self.document.children(node);
        children.retain(|&child| self.document.element(child).is_some());
        children
    }

    /// The elements of this name within an element.
    pub(super) fn all(&self, node: Node, namespace: &str, name: &str) -> Vec<Node> {
        let mut children = self.elements(node);
        children.retain(|&child| self.is(child, namespace, name));
        children
    }

    /// The element of this name, when there is one; two are a flaw.
    pub(super) fn maybe(&self, node: Node, namespace: &str, name: &str) -> Result<Option<Node>, Flaw> {
        match self.all(node, namespace, name).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(Flaw(
                "an element that must be the only one is there several times",
            )),
        }
    }

    /// The only element of this name, or the flaw that it lacks.
    pub(super) fn only(
        &self,
        node: Node,
        namespace: &str,
        name: &str,
        lack: &'static str,
    ) -> Result<Node, Flaw> {
        self.maybe(node, namespace, name)?.ok_or(Flaw(lack))
    }

    /// The text within an element, without white space around it.
    pub(super) fn text(&self, node: Node) -> String {
        self.document.text_content_deep(node).trim().to_owned()
    }

    /// The value of an attribute without a namespace.
    pub(super) fn attribute(&self, node: Node, name: &str) -> Option<&str> {
        let attributes = &self.document.element(node)?.attributes;
        attributes
            .iter()
            .find(|attribute| attribute.name.namespace_uri.is_none() && attribute.name.local_name == name)
            .map(|attribute| &*attribute.value)
    }

    /// Whether it has an identifier of the utility schema.
    pub(super) fn is_identified(&self, node: Node) -> bool {
        let element = self.document.element(node);
        element.is_some_and(|element| element.get_attribute_ns(names::UTILITY, "Id").is_some())
    }

    /// The element that a reference such as `#id` names.
    pub(super) fn referred(&self, reference: &str) -> Result<Node, Flaw> {
        reference
            .strip_prefix('#')
            .and_then(|id| self.ids.get(id).copied())
            .ok_or(Flaw("its signature refers to something that is not there"))
    }

    /// The octets that are signed for an element: exclusive canonicalisation without comments, with these prefixes in any case.
    pub(super) fn canonical(&self, node: Node, prefixes: &[String]) -> Result<Vec<u8>, Flaw> {
        let set = NodeSet::tree_without_comments(node, &self.document);
        canonicalize_doc(&self.document, C14nMode::Exclusive, Some(&set), prefixes)
            .map_err(|_| Flaw("it cannot be brought into canonical form"))
    }

    /// Where behind its name an element's start tag goes on.
    pub(super) fn behind_name(&self, node: Node) -> Result<usize, Flaw> {
        let lost = Flaw("it cannot be taken apart");
        let range = self.document.node_range(node).ok_or(lost)?;
        let name = self
            .document
            .element(node)
            .ok_or(lost)?
            .name
            .prefixed_name()
            .len();
        Ok(range.start + 1 + name)
    }

    /// Where an element's end tag begins.
    pub(super) fn before_end(&self, node: Node) -> Result<usize, Flaw> {
        let lost = Flaw("it cannot be taken apart");
        let range = self.document.node_range(node).ok_or(lost)?;
        let text = self.text.get(range.clone()).ok_or(lost)?;
        text.rfind("</")
            .map(|place| range.start + place)
            .ok_or(Flaw("its header is empty"))
    }

    /// An element as it was written, with the namespaces that its surroundings gave it, so that it can stand elsewhere.
    pub(super) fn detached(&self, node: Node) -> Result<String, Flaw> {
        let lost = Flaw("it cannot be taken apart");
        let range = self.document.node_range(node).ok_or(lost)?;
        let split = self.behind_name(node)?;
        let mut known: Vec<&str> = Vec::new();
        let mut given = String::new();
        for (depth, place) in [node]
            .into_iter()
            .chain(self.document.ancestors(node))
            .enumerate()
        {
            let Some(element) = self.document.element(place) else {
                continue;
            };
            for (prefix, namespace) in &element.namespace_declarations {
                if known.contains(&&**prefix) {
                    continue;
                }
                known.push(prefix);
                if depth > 0 {
                    let colon = if prefix.is_empty() { "" } else { ":" };
                    given.push_str(&format!(" xmlns{colon}{prefix}=\"{}\"", escape(namespace)));
                }
            }
        }
        let (start, rest) = (self.text.get(range.start..split), self.text.get(split..range.end));
        Ok([start.ok_or(lost)?, &given, rest.ok_or(lost)?].concat())
    }
}

/// A text as it stands in XML, between tags or between quotation marks.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            '\n' => escaped.push_str("&#xA;"),
            '\t' => escaped.push_str("&#x9;"),
            other => escaped.push(other),
        }
    }
    escaped
}
