//! XML as the stand-in handles it: a tree whose names are a namespace and a local part.

use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// An element with its children or its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// The namespace; empty for none.
    pub ns: String,
    /// The local name.
    pub name: String,
    /// Attributes by local name, without declarations of namespaces.
    pub attributes: Vec<(String, String)>,
    /// The text, trimmed where there are children.
    pub text: String,
    /// The children.
    pub children: Vec<Node>,
}

impl Node {
    /// An empty element.
    #[must_use]
    pub fn new(ns: &str, name: &str) -> Self {
        Self {
            ns: ns.to_owned(),
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// An element with a text.
    #[must_use]
    pub fn text(ns: &str, name: &str, text: impl ToString) -> Self {
        Self {
            text: text.to_string(),
            ..Self::new(ns, name)
        }
    }

    /// With another child.
    #[must_use]
    pub fn with(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With more children.
    #[must_use]
    pub fn with_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// It has this name.
    #[must_use]
    pub fn is(&self, ns: &str, name: &str) -> bool {
        self.ns == ns && self.name == name
    }

    /// The first child of this name.
    #[must_use]
    pub fn child(&self, ns: &str, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(ns, name))
    }

    /// The first child of this local name, in whatever namespace.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this local name.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.named(name).map(|child| child.text.trim())
    }

    /// The first element of this local name at any depth, itself included.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// The document of this element. Every element declares its own namespace, so that each is a document by itself.
    #[must_use]
    pub fn document(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, "");
        out
    }

    fn write(&self, out: &mut String, outer: &str) {
        out.push('<');
        out.push_str(&self.name);
        if self.ns != outer {
            out.push_str(&format!(" xmlns=\"{}\"", escape(&self.ns)));
        }
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escape(value)));
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        out.push_str(&escape(&self.text));
        for child in &self.children {
            child.write(out, &self.ns);
        }
        out.push_str(&format!("</{}>", self.name));
    }

    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When it is no well-formed XML with namespaces.
    pub fn parse(document: &str) -> Result<Self, String> {
        let mut reader = NsReader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) => {
                    let (ns, name) = reader.resolver().resolve_element(start.name());
                    let ns = match ns {
                        ResolveResult::Bound(ns) => ns.0.to_owned(),
                        ResolveResult::Unbound => String::new(),
                        ResolveResult::Unknown(prefix) => {
                            return Err(format!("prefix {prefix:?} is not declared"));
                        }
                    };
                    let mut node = Self::new(&ns, name.as_ref());
                    for attribute in start.attributes() {
                        let attribute = attribute.map_err(|error| error.to_string())?;
                        if attribute.key.as_namespace_binding().is_none() {
                            let name = attribute.key.local_name().as_ref().to_owned();
                            let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
                            node.attributes
                                .push((name, value.map_err(|error| error.to_string())?.into_owned()));
                        }
                    }
                    open.push(node);
                }
                Event::End(_) => {
                    let mut node = open.pop().ok_or("an end without a beginning")?;
                    if !node.children.is_empty() {
                        if !node.text.trim().is_empty() {
                            return Err(format!("{} has text beside its children", node.name));
                        }
                        node.text.clear();
                    }
                    match open.last_mut() {
                        Some(parent) => parent.children.push(node),
                        None => return Ok(node),
                    }
                }
                Event::Text(text) => push(&mut open, &text),
                Event::CData(text) => push(&mut open, &text),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(character)) => push(&mut open, &character.to_string()),
                    Ok(None) => push(
                        &mut open,
                        resolve_predefined_entity(&reference).ok_or("an unknown entity")?,
                    ),
                    Err(error) => return Err(error.to_string()),
                },
                Event::DocType(_) => return Err("a document type".into()),
                Event::Eof => return Err("the document breaks off".into()),
                _ => {}
            }
        }
    }
}

fn push(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}
