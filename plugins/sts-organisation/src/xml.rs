//! XML as a tree: the only module that knows the parser. One answer is held at a time, and an answer is bounded by its page.
//!
//! Names are compared by namespace, never by prefix. Document types are refused, so there is nothing to expand.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::names;

/// The deepest nesting that is followed; the register's own objects need twelve.
const DEPTH: usize = 64;

/// A name: its namespace and its local part.
pub(crate) type Name = (Cow<'static, str>, Cow<'static, str>);

/// An element. It has children or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) namespace: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) attributes: Vec<(Name, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// An element with nothing in it.
    pub(crate) fn new(namespace: &'static str, name: &'static str) -> Self {
        Self {
            namespace: Cow::Borrowed(namespace),
            name: Cow::Borrowed(name),
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    /// An element with a text.
    pub(crate) fn of_text(namespace: &'static str, name: &'static str, text: impl Into<String>) -> Self {
        let mut element = Self::new(namespace, name);
        element.text = text.into();
        element
    }

    /// Adds a child.
    pub(crate) fn with(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// Adds a child where there is one.
    pub(crate) fn with_some(mut self, child: Option<Self>) -> Self {
        self.children.extend(child);
        self
    }

    /// Adds children.
    pub(crate) fn with_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// It has this name.
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace == namespace
    }

    /// The first child of this name.
    pub(crate) fn child(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// Takes the first child of this name out.
    pub(crate) fn take(&mut self, namespace: &str, name: &str) -> Option<Self> {
        let at = self.children.iter().position(|child| child.is(namespace, name))?;
        Some(self.children.remove(at))
    }

    /// The text of the first child of this name; none when it is empty.
    pub(crate) fn text_of(&self, namespace: &str, name: &str) -> Option<&str> {
        let text = self.child(namespace, name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Writes it, with the namespaces that it uses declared on it.
    pub(crate) fn write(&self, out: &mut String) {
        let mut used = Vec::new();
        self.namespaces(&mut used);
        self.write_as(out, &used, true);
    }

    fn namespaces<'a>(&'a self, used: &mut Vec<&'a str>) {
        let own = std::iter::once(&self.namespace);
        let attributes = self.attributes.iter().map(|((namespace, _), _)| namespace);
        for namespace in own.chain(attributes) {
            if !namespace.is_empty() && !used.contains(&namespace.as_ref()) {
                used.push(namespace);
            }
        }
        for child in &self.children {
            child.namespaces(used);
        }
    }

    fn write_as(&self, out: &mut String, used: &[&str], outermost: bool) {
        let name = |namespace: &str, name: &str| match used.iter().position(|known| *known == namespace) {
            Some(at) => format!("{}:{name}", prefix(namespace, at)),
            None => name.to_owned(),
        };
        let tag = name(&self.namespace, &self.name);
        out.push('<');
        out.push_str(&tag);
        if outermost {
            for (at, namespace) in used.iter().enumerate() {
                let declared = format!(" xmlns:{}=\"{}\"", prefix(namespace, at), escape(*namespace));
                out.push_str(&declared);
            }
        }
        for ((namespace, attribute), value) in &self.attributes {
            let written = format!(" {}=\"{}\"", name(namespace, attribute), escape(value));
            out.push_str(&written);
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        if self.children.is_empty() {
            out.push_str(&escape(&self.text));
        }
        for child in &self.children {
            child.write_as(out, used, false);
        }
        out.push_str("</");
        out.push_str(&tag);
        out.push('>');
    }
}

fn prefix(namespace: &str, at: usize) -> Cow<'static, str> {
    match names::PREFIXES.iter().find(|(known, _)| *known == namespace) {
        Some((_, prefix)) => Cow::Borrowed(*prefix),
        None => Cow::Owned(format!("n{at}")),
    }
}

/// Reads a document.
///
/// # Errors
/// What is wrong with it, without a word of its texts.
pub(crate) fn parse(document: &[u8]) -> Result<Element, String> {
    let document = std::str::from_utf8(document).map_err(|_| "it is not UTF-8")?;
    let mut reader = NsReader::from_str(document.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if open.len() >= DEPTH {
                    return Err(format!("more than {DEPTH} elements within each other"));
                }
                if root.is_some() {
                    return Err("something follows its end".into());
                }
                open.push(begin(&reader, &start)?);
            }
            Ok(Event::End(_)) => {
                let mut element = open.pop().ok_or("an element ends that never began")?;
                if !element.children.is_empty() {
                    element.text = String::new();
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => root = Some(element),
                }
            }
            Ok(Event::Text(text)) => take(&mut open, &text),
            Ok(Event::CData(text)) => take(&mut open, &text),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(character)) => take(&mut open, character.encode_utf8(&mut [0; 4])),
                Ok(None) => {
                    let text = resolve_predefined_entity(&reference);
                    take(&mut open, text.ok_or("an entity that XML does not define")?);
                }
                Err(_) => return Err("a character reference that means nothing".into()),
            },
            Ok(Event::DocType(_)) => return Err("it has a document type, which SOAP forbids".into()),
            Ok(Event::Eof) => break,
            Ok(Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
            Err(_) => return Err("it is no well-formed XML".into()),
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err("it breaks off".into()),
    }
}

fn take(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn begin(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    let mut element = Element {
        namespace: bound(&namespace)?,
        name: names::intern(name.as_ref()),
        attributes: Vec::new(),
        text: String::new(),
        children: Vec::new(),
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| "an attribute that cannot be read")?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        let value = attribute.normalized_value(XmlVersion::Explicit1_0);
        let value = value
            .map_err(|_| "an attribute that cannot be read")?
            .into_owned();
        let name = (bound(&namespace)?, Cow::Owned(name.as_ref().to_owned()));
        element.attributes.push((name, value));
    }
    Ok(element)
}

fn bound(namespace: &ResolveResult<'_>) -> Result<Cow<'static, str>, String> {
    match namespace {
        ResolveResult::Bound(namespace) => Ok(names::intern(namespace.0)),
        ResolveResult::Unbound => Ok(Cow::Borrowed("")),
        ResolveResult::Unknown(_) => Err("a prefix that is declared nowhere".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let element = Element::new(names::SD, "Virkning")
            .with(Element::of_text(names::SD, "NoteTekst", "a < b & \"c\" æ"))
            .with(Element::new(names::OF, "Gyldighed"));
        let mut text = String::new();
        element.write(&mut text);
        assert_eq!(parse(text.as_bytes()).unwrap(), element);
    }

    #[test]
    fn names_are_known_by_namespace() {
        let text = format!(
            "<x:a xmlns:x='{}'><b xmlns='urn:other' y='1'>t&#230;&amp;</b></x:a>",
            names::SD
        );
        let root = parse(text.as_bytes()).unwrap();
        assert!(root.is(names::SD, "a"));
        assert_eq!(root.text_of("urn:other", "b"), Some("tæ&"));
        let mut again = String::new();
        root.write(&mut again);
        assert_eq!(parse(again.as_bytes()).unwrap(), root);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>&x;</a>",
            "<p:a/>",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        let deep = "<a>".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
    }
}
