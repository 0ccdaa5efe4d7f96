//! The entries of a registration's lists.

use std::borrow::Cow;

use jiff::Timestamp;
use uuid::Uuid;

use crate::moment;
use crate::names::{OF, SD};
use crate::xml::Element;

/// An end of a period: a moment, or open (GraenseIndikator).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tid {
    Moment(Timestamp),
    Open,
}

impl Tid {
    fn read(element: &Element) -> Result<Option<Self>, String> {
        if let Some(text) = element.text_of(SD, "TidsstempelDatoTid") {
            let moment = moment::read(text).ok_or("a time that cannot be read")?;
            return Ok(Some(Self::Moment(moment)));
        }
        Ok(element.text_of(SD, "GraenseIndikator").map(|_| Self::Open))
    }

    /// As an element of this name.
    pub(crate) fn write(self, name: &'static str) -> Element {
        let inner = match self {
            Self::Moment(moment) => Element::of_text(SD, "TidsstempelDatoTid", moment::written(moment)),
            Self::Open => Element::of_text(SD, "GraenseIndikator", "true"),
        };
        Element::new(SD, name).with(inner)
    }
}

/// A reference: by UUID, or by a name that may be a UUID as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    Uuid(Uuid),
    Urn(String),
}

impl Reference {
    fn read(element: &Element) -> Option<Self> {
        let uuid = element
            .text_of(SD, "UUIDIdentifikator")
            .and_then(|text| Uuid::try_parse(text).ok());
        let urn = || {
            element
                .text_of(SD, "URNIdentifikator")
                .map(|text| Self::Urn(text.to_owned()))
        };
        uuid.map(Self::Uuid).or_else(urn)
    }

    fn inner(&self) -> Element {
        match self {
            Self::Uuid(uuid) => Element::of_text(SD, "UUIDIdentifikator", uuid.to_string()),
            Self::Urn(urn) => Element::of_text(SD, "URNIdentifikator", urn),
        }
    }

    pub(crate) fn write(&self, name: &'static str) -> Element {
        Element::new(SD, name).with(self.inner())
    }

    /// The UUID, also where it stands as a name (OS2sync writes Enhedstype so).
    pub(crate) fn uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(uuid) => Some(*uuid),
            Self::Urn(urn) => Uuid::try_parse(urn.trim_start_matches("urn:uuid:")).ok(),
        }
    }
}

/// A role or type: a reference with a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) reference: Reference,
    pub(crate) label: Option<String>,
}

impl Class {
    pub(crate) fn of(uuid: Uuid) -> Self {
        Self {
            reference: Reference::Uuid(uuid),
            label: None,
        }
    }

    fn read(element: &Element) -> Option<Self> {
        let label = element.text_of(SD, "Label").map(str::to_owned);
        Some(Self {
            reference: Reference::read(element)?,
            label,
        })
    }

    fn write(&self, name: &'static str) -> Element {
        let label = self
            .label
            .as_deref()
            .map(|label| Element::of_text(SD, "Label", label));
        self.reference.write(name).with_some(label)
    }
}

/// When something holds: from, inclusive, to, exclusive; and who says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Virkning {
    pub(crate) from: Option<Tid>,
    pub(crate) to: Option<Tid>,
    pub(crate) actor: Option<Reference>,
    pub(crate) actor_kind: Option<String>,
    pub(crate) note: Option<String>,
}

impl Virkning {
    /// From a moment on, said by an organisation, as senders write it.
    pub(crate) fn from(moment: Timestamp, organisation: Uuid) -> Self {
        Self {
            from: Some(Tid::Moment(moment)),
            to: None,
            actor: Some(Reference::Uuid(organisation)),
            actor_kind: Some("Organisation".into()),
            note: None,
        }
    }

    /// The same, up to a moment.
    pub(crate) fn until(mut self, end: Option<Timestamp>) -> Self {
        self.to = end.map(Tid::Moment);
        self
    }

    fn take(element: &mut Element) -> Result<Self, String> {
        let Some(virkning) = element.take(SD, "Virkning") else {
            return Ok(Self::default());
        };
        let end = |name: &str| {
            virkning
                .child(SD, name)
                .map(Tid::read)
                .transpose()
                .map(Option::flatten)
        };
        Ok(Self {
            from: end("FraTidspunkt")?,
            // An open end is written by leaving it out, and is the same whichever way it came.
            to: end("TilTidspunkt")?.filter(|end| *end != Tid::Open),
            actor: virkning.child(SD, "AktoerRef").and_then(Reference::read),
            actor_kind: virkning.text_of(SD, "AktoerTypeKode").map(str::to_owned),
            note: virkning.text_of(SD, "NoteTekst").map(str::to_owned),
        })
    }

    /// Nothing where nothing is said.
    pub(crate) fn write(&self) -> Option<Element> {
        if *self == Self::default() {
            return None;
        }
        let kind = self
            .actor_kind
            .as_deref()
            .map(|kind| Element::of_text(SD, "AktoerTypeKode", kind));
        let note = self
            .note
            .as_deref()
            .map(|note| Element::of_text(SD, "NoteTekst", note));
        Some(
            Element::new(SD, "Virkning")
                .with_some(self.from.map(|from| from.write("FraTidspunkt")))
                .with_some(self.to.map(|to| to.write("TilTidspunkt")))
                .with_some(self.actor.as_ref().map(|actor| actor.write("AktoerRef")))
                .with_some(kind)
                .with_some(note),
        )
    }

    /// When it begins; always, when that is open.
    pub(crate) fn begin(&self) -> Timestamp {
        match self.from {
            Some(Tid::Moment(moment)) => moment,
            _ => Timestamp::MIN,
        }
    }

    /// When it ends; never, when that is open.
    pub(crate) fn end(&self) -> Timestamp {
        match self.to {
            Some(Tid::Moment(moment)) => moment,
            _ => Timestamp::MAX,
        }
    }

    /// It holds at a moment.
    pub(crate) fn holds_at(&self, moment: Timestamp) -> bool {
        self.begin() <= moment && (moment < self.end() || self.end() == Timestamp::MAX)
    }
}

/// An Egenskab: texts, whatever they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Property {
    pub(crate) virkning: Virkning,
    pub(crate) texts: Vec<Element>,
}

impl Property {
    pub(super) fn read(mut element: Element) -> Result<Self, String> {
        let virkning = Virkning::take(&mut element)?;
        Ok(Self {
            virkning,
            texts: element.children,
        })
    }

    pub(super) fn write(&self, namespace: &'static str) -> Element {
        Element::new(namespace, "Egenskab")
            .with_some(self.virkning.write())
            .with_all(self.texts.iter().cloned())
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let element = self.texts.iter().find(|element| element.name == name)?;
        let text = element.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A Gyldighed: Aktiv or Inaktiv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) virkning: Virkning,
    pub(crate) active: bool,
}

impl State {
    pub(super) fn read(mut element: Element) -> Result<Self, String> {
        let virkning = Virkning::take(&mut element)?;
        match element.text_of(OF, "GyldighedStatusKode") {
            Some("Aktiv") => Ok(Self {
                virkning,
                active: true,
            }),
            Some("Inaktiv") => Ok(Self {
                virkning,
                active: false,
            }),
            _ => Err("a Gyldighed that is neither Aktiv nor Inaktiv".into()),
        }
    }

    pub(super) fn write(&self) -> Element {
        let code = if self.active { "Aktiv" } else { "Inaktiv" };
        Element::new(OF, "Gyldighed")
            .with_some(self.virkning.write())
            .with(Element::of_text(OF, "GyldighedStatusKode", code))
    }
}

/// A relation of any name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) name: Cow<'static, str>,
    pub(crate) virkning: Virkning,
    pub(crate) reference: Option<Reference>,
    /// Rolle, Type and Indeks, which Adresser and Opgaver have.
    pub(crate) role: Option<Class>,
    pub(crate) kind: Option<Class>,
    pub(crate) index: Option<String>,
}

impl Relation {
    /// A relation to an object.
    pub(crate) fn to(name: &'static str, target: Uuid, virkning: Virkning) -> Self {
        Self {
            name: Cow::Borrowed(name),
            virkning,
            reference: Some(Reference::Uuid(target)),
            role: None,
            kind: None,
            index: None,
        }
    }

    pub(super) fn read(mut element: Element) -> Result<Self, String> {
        let virkning = Virkning::take(&mut element)?;
        Ok(Self {
            virkning,
            reference: element.child(SD, "ReferenceID").and_then(Reference::read),
            role: element.child(SD, "Rolle").and_then(Class::read),
            kind: element.child(SD, "Type").and_then(Class::read),
            index: element.child(SD, "Indeks").map(|index| index.text.clone()),
            name: element.name,
        })
    }

    pub(crate) fn write(&self) -> Element {
        let mut element = Element::new(SD, "");
        element.name = self.name.clone();
        element
            .with_some(self.virkning.write())
            .with_some(
                self.reference
                    .as_ref()
                    .map(|reference| reference.write("ReferenceID")),
            )
            .with_some(self.role.as_ref().map(|role| role.write("Rolle")))
            .with_some(self.kind.as_ref().map(|kind| kind.write("Type")))
            .with_some(
                self.index
                    .as_deref()
                    .map(|index| Element::of_text(SD, "Indeks", index)),
            )
    }

    pub(crate) fn uuid(&self) -> Option<Uuid> {
        self.reference.as_ref().and_then(Reference::uuid)
    }
}
