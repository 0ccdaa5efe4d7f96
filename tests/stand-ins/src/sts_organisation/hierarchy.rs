//! `fremsoegobjekthierarki`: everything of the caller's authority, page by page, in six containers that are always there.

use uuid::Uuid;

use super::State;
use super::model::Stored;
use super::names::{OS, SD, Service};
use super::operations::{Caller, reply, says, snapshot};
use super::rules::{self, Refusal, Use};
use super::xml::Node;

/// The containers in their order, with what they hold and the criterion for it.
const CONTAINERS: [(&str, Option<Service>, &str); 6] = [
    (
        "Organisationer",
        Some(Service::Organisation),
        "OrganisationSoegEgenskab",
    ),
    (
        "OrganisationEnheder",
        Some(Service::OrganisationEnhed),
        "OrganisationEnhedSoegEgenskab",
    ),
    (
        "OrganisationFunktioner",
        Some(Service::OrganisationFunktion),
        "OrganisationFunktionSoegEgenskab",
    ),
    ("Brugere", Some(Service::Bruger), "BrugerSoegEgenskab"),
    ("Interessefaellesskaber", None, "InteressefaellesskabSoegEgenskab"),
    ("ItSystemer", None, "ItSystemSoegEgenskab"),
];

pub(super) fn answer(state: &State, caller: Caller, body: &Node, counts_all: bool) -> Option<Node> {
    (body.name == "FremsoegObjekthierarkiInput").then(|| {
        reply(
            OS,
            "FremsoegObjekthierarki",
            containers(state, caller, body, counts_all),
        )
        .with_empty()
    })
}

fn containers(state: &State, caller: Caller, body: &Node, counts_all: bool) -> Result<Vec<Node>, Refusal> {
    let (first, most) = rules::page(body)?;
    let base = [
        "FoersteResultatReference",
        "MaksimalAntalKvantitet",
        "SoegRegistrering",
        "SoegVirkning",
    ];
    let order = body.children.iter().map(|child| {
        let of_base = base.iter().position(|name| child.is(SD, name));
        of_base.or_else(|| {
            CONTAINERS
                .iter()
                .position(|(_, _, name)| child.is(OS, name))
                .map(|at| at + base.len())
        })
    });
    let order: Option<Vec<usize>> = order.collect();
    if order.is_none_or(|order| !order.is_sorted()) {
        return Err((
            40,
            "FremsoegObjekthierarkiInput is not in the order of the schema".into(),
        ));
    }
    // Whether the bound counts all objects or each kind by itself is not known of the real one.
    let (mut skipped, mut taken) = (0, 0);
    let mut containers = Vec::new();
    for (name, service, criterion) in CONTAINERS {
        let mut container = Node::new(OS, name);
        if !counts_all {
            (skipped, taken) = (0, 0);
        }
        if let Some(service) = service {
            let criterion = body.child(OS, criterion);
            if let Some(criterion) = criterion {
                rules::egenskab(criterion, service, Use::Searched)?;
            }
            for (uuid, stored) in of(state, caller, service, criterion) {
                if skipped < first {
                    skipped += 1;
                } else if taken < most {
                    taken += 1;
                    container
                        .children
                        .push(snapshot(OS, service, uuid, stored, caller, body));
                }
            }
        }
        containers.push(container);
    }
    Ok(containers)
}

fn of<'a>(
    state: &'a State,
    caller: Caller,
    service: Service,
    criterion: Option<&'a Node>,
) -> impl Iterator<Item = (Uuid, &'a Stored)> {
    let own = state
        .objects
        .iter()
        .filter(move |((of, _), stored)| *of == service && stored.authority == caller.authority);
    let found = own.filter(move |(_, stored)| {
        criterion.is_none_or(|criterion| {
            let properties = stored
                .current()
                .map(|current| current.properties.as_slice())
                .unwrap_or_default();
            properties
                .iter()
                .any(|entry| entry.period.holds(caller.now) && says(&entry.node, criterion))
        })
    });
    found
        .filter(|(_, stored)| !stored.is_over())
        .map(|((_, uuid), stored)| (*uuid, stored))
}

impl Node {
    /// The containers are mandatory, also with another code than 20.
    fn with_empty(mut self) -> Self {
        if self.children.len() == 1 {
            self.children
                .extend(CONTAINERS.map(|(name, _, _)| Node::new(OS, name)));
        }
        self
    }
}
