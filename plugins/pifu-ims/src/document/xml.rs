//! Elements, one after the other: the only module that knows the XML parser.
//!
//! Names and attributes that PIFU-IMS does not have are not even copied, and neither is a password. Document types are
//! passed over and define no entities.

use std::io::BufRead;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::input::{Input, Place};
use super::order::{Progress, known_attribute, known_element};

/// The deepest nesting that is followed; PIFU-IMS needs eight.
const DEPTH: usize = 64;
/// The longest text that is taken over, in octets; the schema allows 2048 characters.
const TEXT: usize = 1 << 16;

/// What is wrong in a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where the element or text at fault begins.
    pub place: Place,
    /// What is wrong there. Never a value that could be personal.
    pub cause: String,
}

impl Fault {
    pub(crate) fn new(place: Place, cause: impl Into<String>) -> Self {
        Self {
            place,
            cause: cause.into(),
        }
    }
}

/// The root element.
pub(super) struct Root {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) place: Place,
}

/// An element that has just begun.
#[derive(Debug)]
pub(super) struct Tag {
    /// Its local name; empty when PIFU-IMS has no such element.
    pub(super) name: &'static str,
    pub(super) place: Place,
    attributes: Vec<(&'static str, String)>,
}

impl Tag {
    /// The value of an attribute, trimmed; empty when it is not there.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find_map(|(known, value)| (*known == name).then_some(value.trim()))
            .unwrap_or_default()
    }
}

enum Step {
    Open(Tag),
    Text,
    Close,
    End,
}

#[derive(Debug)]
pub(super) struct Xml<R> {
    reader: Reader<Input<R>>,
    buffer: Vec<u8>,
    text: String,
    open: Vec<(&'static str, Place)>,
    start: Place,
    graded: Option<(Place, &'static str)>,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn open(source: R) -> Result<Self, Fault> {
        let input = Input::open(source)?;
        let start = input.place();
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            reader,
            buffer: Vec::new(),
            text: String::new(),
            open: Vec::new(),
            start,
            graded: None,
        })
    }

    pub(super) fn encoding(&self) -> &'static str {
        self.reader.get_ref().encoding().name()
    }

    /// Where a grade or an absence was met.
    pub(super) fn graded(&self) -> Option<(Place, &'static str)> {
        self.graded
    }

    /// A fault at the piece that was read last.
    pub(super) fn fault(&self, cause: impl Into<String>) -> Fault {
        Fault::new(self.start, cause)
    }

    /// The root element, which is entered.
    pub(super) fn root(&mut self) -> Result<Root, Fault> {
        loop {
            self.begin();
            let place = self.start;
            match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(start)) => {
                    let namespace = namespace(&start).map_err(|cause| Fault::new(place, cause))?;
                    let name = start.local_name().as_ref().to_owned();
                    self.open.push((known_element(&name), place));
                    return Ok(Root {
                        name,
                        namespace,
                        place,
                    });
                }
                Ok(Event::Eof) => return Err(Fault::new(place, "the file holds no XML element")),
                Ok(Event::Text(text)) if !text.trim().is_empty() => {
                    return Err(Fault::new(place, "text before the first element: this is no XML"));
                }
                Ok(_) => {}
                Err(error) => return Err(self.refused(&error)),
            }
        }
    }

    /// The next child of the element that is open, in the order that the schema demands, or that the element is closed.
    pub(super) fn child(&mut self, order: &mut Progress) -> Result<Option<Tag>, Fault> {
        loop {
            match self.step()? {
                Step::Open(tag) => {
                    order
                        .advance(tag.name)
                        .map_err(|cause| Fault::new(tag.place, cause))?;
                    return Ok(Some(tag));
                }
                Step::Text => self.text.clear(),
                Step::Close => return Ok(None),
                Step::End => return Err(self.cut_off()),
            }
        }
    }

    /// The text of the element that is open, trimmed, up to its end.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
        self.text.clear();
        loop {
            match self.step()? {
                Step::Text if self.text.len() > TEXT => {
                    return Err(self.fault(format!("a text of more than {TEXT} octets")));
                }
                Step::Text => {}
                Step::Close => return Ok(self.text.trim().to_owned()),
                Step::Open(tag) => {
                    return Err(Fault::new(tag.place, "an element stands where only text may be"));
                }
                Step::End => return Err(self.cut_off()),
            }
        }
    }

    /// Passes over the rest of the element that is open.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            self.text.clear();
            if matches!(self.step()?, Step::End) {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// Makes sure that nothing but comments follows the root element.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        loop {
            self.text.clear();
            match self.step()? {
                Step::End => return Ok(()),
                Step::Text if self.text.trim().is_empty() => {}
                _ => return Err(self.fault("something follows the end of </enterprise>")),
            }
        }
    }

    fn begin(&mut self) {
        self.start = self.reader.get_mut().begin();
        self.buffer.clear();
    }

    fn step(&mut self) -> Result<Step, Fault> {
        loop {
            self.begin();
            match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(start)) => {
                    let tag = tag(&start, self.start)?;
                    if self.open.len() >= DEPTH {
                        return Err(Fault::new(
                            self.start,
                            format!("more than {DEPTH} elements within each other"),
                        ));
                    }
                    self.open.push((tag.name, tag.place));
                    if matches!(tag.name, "interimresult" | "finalresult" | "pifu_absence")
                        && self.graded.is_none()
                    {
                        self.graded = Some((tag.place, tag.name));
                    }
                    return Ok(Step::Open(tag));
                }
                Ok(Event::End(_)) => {
                    self.open.pop();
                    return Ok(Step::Close);
                }
                Ok(Event::Text(text)) => {
                    self.text.push_str(&text);
                    return Ok(Step::Text);
                }
                Ok(Event::CData(text)) => {
                    self.text.push_str(&text);
                    return Ok(Step::Text);
                }
                Ok(Event::GeneralRef(reference)) => {
                    match reference.resolve_char_ref() {
                        Ok(Some(character)) => self.text.push(character),
                        Ok(None) => match resolve_predefined_entity(&reference) {
                            Some(text) => self.text.push_str(text),
                            None => return Err(Fault::new(self.start, "an entity that XML does not define")),
                        },
                        Err(error) => return Err(self.refused(&error)),
                    }
                    return Ok(Step::Text);
                }
                Ok(Event::Eof) => return Ok(Step::End),
                Ok(
                    Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_),
                ) => {}
                Err(error) => return Err(self.refused(&error)),
            }
        }
    }

    fn cut_off(&self) -> Fault {
        let end = self.reader.get_ref().place();
        match self.open.last() {
            Some((name, place)) => Fault::new(
                end,
                format!(
                    "the file ends within <{name}> that began in line {}: it was cut off",
                    place.line
                ),
            ),
            None => Fault::new(end, "the file ends too early: it was cut off"),
        }
    }

    fn refused(&self, error: &quick_xml::Error) -> Fault {
        use quick_xml::Error;
        let cause = match error {
            Error::Encoding(_) => format!(
                "octets that are not {}, the encoding that the file declares",
                self.reader.get_ref().encoding().name()
            ),
            Error::Io(cause) => cause.to_string(),
            other => format!("no well-formed XML: {other}"),
        };
        Fault::new(self.start, cause)
    }
}

fn tag(start: &BytesStart<'_>, place: Place) -> Result<Tag, Fault> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let refused = |cause: String| Fault::new(place, format!("an attribute cannot be read: {cause}"));
        let attribute = attribute.map_err(|cause| refused(cause.to_string()))?;
        if let Some(name) = known_attribute(attribute.key.local_name().as_ref()) {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            attributes.push((
                name,
                value.map_err(|cause| refused(cause.to_string()))?.into_owned(),
            ));
        }
    }
    Ok(Tag {
        name: known_element(start.local_name().as_ref()),
        place,
        attributes,
    })
}

fn namespace(start: &BytesStart<'_>) -> Result<Option<String>, String> {
    let name = start.name();
    let wanted = match name.prefix() {
        Some(prefix) => format!("xmlns:{}", prefix.as_ref()),
        None => "xmlns".to_owned(),
    };
    let attribute = start
        .try_get_attribute(wanted.as_str())
        .map_err(|cause| cause.to_string())?;
    let Some(attribute) = attribute else {
        return Ok(None);
    };
    let value = attribute
        .normalized_value(XmlVersion::Explicit1_0)
        .map_err(|cause| cause.to_string())?;
    Ok(Some(value.trim().to_owned()).filter(|namespace| !namespace.is_empty()))
}
