//! The bodies of requests, as the schemas of version 6 lay them out.

use jiff::Timestamp;
use uuid::Uuid;

use crate::moment;
use crate::names::{OF, SD, SYSTEM};
use crate::registration::{Registration, Tid, Virkning};
use crate::service::Service;
use crate::xml::Element;

/// The most results that the register hands over at once.
pub(crate) const PAGE: usize = 500;
/// A name that nothing has; it keeps objects out of an answer that are read elsewhere.
const NOBODY: &str = "EXCLUDE!";

/// What a search asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Criteria {
    /// Registered at this moment or later.
    pub(crate) since: Option<Timestamp>,
    /// Aktiv now.
    pub(crate) active: bool,
    /// A text of the Egenskab.
    pub(crate) property: Option<Element>,
    /// Relations, in the order of the schema.
    pub(crate) relations: Vec<Element>,
}

/// A relation to search by; with a moment, one that holds then or later.
pub(crate) fn related(name: &'static str, target: Uuid, from: Option<Timestamp>) -> Element {
    let virkning = from.map(|from| Virkning {
        from: Some(Tid::Moment(from)),
        to: Some(Tid::Open),
        ..Virkning::default()
    });
    let target = Element::of_text(SD, "UUIDIdentifikator", target.to_string());
    Element::new(SD, name)
        .with_some(virkning.and_then(|virkning| virkning.write()))
        .with(Element::new(SD, "ReferenceID").with(target))
}

pub(crate) fn laes(service: Service, uuid: Uuid, from: Option<Timestamp>) -> Element {
    Element::new(service.namespace(), "LaesInput")
        .with(identifier(uuid))
        .with_all(period(from))
}

pub(crate) fn list(service: Service, uuids: &[Uuid], from: Option<Timestamp>) -> Element {
    let identifiers = uuids.iter().map(|uuid| identifier(*uuid));
    Element::new(service.namespace(), "ListInput")
        .with_all(identifiers)
        .with_all(period(from))
}

/// From a moment on, with what is still to come.
fn period(from: Option<Timestamp>) -> impl Iterator<Item = Element> {
    let filters = from.map(|from| {
        [
            Tid::Moment(from).write("VirkningFraFilter"),
            Tid::Open.write("VirkningTilFilter"),
        ]
    });
    filters.into_iter().flatten()
}

pub(crate) fn soeg(service: Service, criteria: &Criteria, first: usize) -> Element {
    let own = service.namespace();
    let since = criteria
        .since
        .map(|since| Element::new(SD, "SoegRegistrering").with(Tid::Moment(since).write("FraTidspunkt")));
    let property = criteria.property.clone();
    let property = property.map(|text| Element::new(own, "Egenskab").with(text));
    let active = criteria
        .active
        .then(|| Element::new(OF, "Gyldighed").with(Element::of_text(OF, "GyldighedStatusKode", "Aktiv")));
    Element::new(own, "SoegInput")
        .with_all(page(first))
        .with_some(since)
        .with(Element::new(own, "AttributListe").with_some(property))
        .with(Element::new(own, "TilstandListe").with_some(active))
        .with(Element::new(own, "RelationListe").with_all(criteria.relations.iter().cloned()))
}

fn page(first: usize) -> [Element; 2] {
    [
        Element::of_text(SD, "FoersteResultatReference", first.to_string()),
        Element::of_text(SD, "MaksimalAntalKvantitet", PAGE.to_string()),
    ]
}

/// The hierarchy of units. Functions and users are kept out of it by names that they do not have.
pub(crate) fn hierarchy(first: usize) -> Element {
    let nobody = |name: &'static str| Element::of_text(SD, name, NOBODY);
    Element::new(SYSTEM, "FremsoegObjekthierarkiInput")
        .with_all(page(first))
        .with(Element::new(SYSTEM, "OrganisationFunktionSoegEgenskab").with(nobody("FunktionNavn")))
        .with(Element::new(SYSTEM, "BrugerSoegEgenskab").with(nobody("BrugerNavn")))
}

/// The containers of a hierarchy's answer.
pub(crate) const CONTAINERS: [&str; 6] = [
    "Organisationer",
    "OrganisationEnheder",
    "OrganisationFunktioner",
    "Brugere",
    "Interessefaellesskaber",
    "ItSystemer",
];

pub(crate) fn importer(
    service: Service,
    uuid: Uuid,
    registration: &Registration,
    time: Timestamp,
    organisation: Uuid,
) -> Element {
    let own = service.namespace();
    let by = Element::of_text(SD, "UUIDIdentifikator", organisation.to_string());
    let registration = Element::new(own, "Registrering")
        .with(Element::of_text(SD, "Tidspunkt", moment::written(time)))
        .with(Element::of_text(SD, "LivscyklusKode", "Importeret"))
        .with(Element::new(SD, "BrugerRef").with(by))
        .with_all(registration.lists(service));
    let object = Element::new(own, service.object())
        .with(identifier(uuid))
        .with(registration);
    Element::new(own, "ImportInput").with(object)
}

pub(crate) fn ret(service: Service, uuid: Uuid, registration: &Registration) -> Element {
    Element::new(service.namespace(), "RetInput")
        .with(identifier(uuid))
        .with_all(registration.lists(service))
}

pub(crate) fn passiver(service: Service, uuid: Uuid) -> Element {
    Element::new(service.namespace(), "PassiverInput").with(identifier(uuid))
}

fn identifier(uuid: Uuid) -> Element {
    Element::of_text(SD, "UUIDIdentifikator", uuid.to_string())
}
