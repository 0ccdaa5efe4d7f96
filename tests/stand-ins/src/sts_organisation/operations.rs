//! The eight operations that every object service has. Each answers a return code, and with 20 what was asked for.

use jiff::Timestamp;
use uuid::Uuid;

use super::model::{Entry, Registration, Stored};
use super::names::{SD, ST, Service};
use super::rules::{self, Refusal, Use};
use super::time::{self, Period};
use super::xml::Node;
use super::{Agreement, State};

/// Who asks, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub(super) authority: Uuid,
    pub(super) agreement: Agreement,
    pub(super) now: Timestamp,
}

type Answer = Result<Vec<Node>, Refusal>;

/// What an operation answers, as the element that is its reply.
pub(super) fn answer(state: &mut State, caller: Caller, service: Service, body: &Node) -> Option<Node> {
    let operation = body.name.strip_suffix("Input")?;
    let answer = match operation {
        "Opret" => create(state, caller, service, body, None),
        "Import" => import(state, caller, service, body),
        "Ret" => amend(state, caller, service, body),
        "Passiver" => end(state, caller, service, body, "Passiveret"),
        "Slet" => end(state, caller, service, body, "Slettet"),
        "Laes" => read(state, caller, service, body),
        "List" => list(state, caller, service, body),
        "Soeg" => search(state, caller, service, body),
        _ => return None,
    };
    Some(reply(&service.ns(), operation, answer))
}

/// The reply of an operation: StandardRetur, and what follows it.
pub(super) fn reply(ns: &str, operation: &str, answer: Answer) -> Node {
    let (code, text, content) = match answer {
        Ok(content) => (20, "OK".to_owned(), content),
        Err((code, text)) => (code, text, Vec::new()),
    };
    let returned = Node::new(SD, "StandardRetur")
        .with(Node::text(SD, "StatusKode", code))
        .with(Node::text(SD, "FejlbeskedTekst", text));
    Node::new(ns, &format!("{operation}Output"))
        .with(returned)
        .with_all(content)
}

fn id(body: &Node) -> Uuid {
    let text = body.text_of("UUIDIdentifikator").unwrap_or_default();
    Uuid::try_parse(text).unwrap_or_default()
}

fn may_write(caller: Caller, stored: Option<&Stored>) -> Result<(), Refusal> {
    if !caller.agreement.edits {
        return Err((41, "the service agreement does not allow to write".into()));
    }
    if stored.is_some_and(|stored| stored.authority != caller.authority) {
        return Err((41, "the object is another authority's".into()));
    }
    Ok(())
}

/// What must hold of an object as a whole.
fn whole(registration: &Registration, service: Service, now: Timestamp) -> Result<(), Refusal> {
    let active = registration.is_active(now);
    let belongs = registration.related("Tilhoerer", now).next().is_some();
    if active && !belongs && matches!(service, Service::OrganisationEnhed | Service::Bruger) {
        return Err((40, format!("an active {} needs Tilhoerer", service.object())));
    }
    if service == Service::OrganisationFunktion && registration.related("TilknyttedeEnheder", now).count() > 1
    {
        return Err((40, "a function has one unit at a time".into()));
    }
    Ok(())
}

fn create(state: &mut State, caller: Caller, service: Service, body: &Node, uuid: Option<Uuid>) -> Answer {
    may_write(caller, None)?;
    rules::lists(body, service, Use::Written, true)?;
    let mut registration = Registration::read(body, service, "Opstaaet", caller.now, None);
    registration.by = Some(caller.authority);
    whole(&registration, service, caller.now)?;
    let uuid = uuid.unwrap_or_else(Uuid::new_v4);
    let stored = Stored {
        authority: caller.authority,
        registrations: vec![registration],
    };
    state.objects.insert((service, uuid), stored);
    Ok(vec![Node::text(SD, "UUIDIdentifikator", uuid)])
}

fn import(state: &mut State, caller: Caller, service: Service, body: &Node) -> Answer {
    let ns = service.ns();
    let object = match body.children.as_slice() {
        [object] if object.is(&ns, service.object()) => object,
        _ => return Err((40, format!("ImportInput holds one {}", service.object()))),
    };
    let written = match object.children.as_slice() {
        [id, written] if id.is(SD, "UUIDIdentifikator") && written.is(&ns, "Registrering") => written,
        _ => {
            return Err((
                40,
                format!(
                    "{} holds a UUIDIdentifikator and a Registrering",
                    service.object()
                ),
            ));
        }
    };
    let uuid = object
        .text_of("UUIDIdentifikator")
        .filter(|text| rules::is_uuid(text));
    let uuid = uuid
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or((40, "UUIDIdentifikator is no UUID".into()))?;
    let before = state.objects.get(&(service, uuid));
    may_write(caller, before)?;
    rules::lists(written, service, Use::Written, true)?;
    let time = match written.text_of("Tidspunkt") {
        None => caller.now,
        Some(text) => text
            .parse()
            .map_err(|_| (40, "Tidspunkt is no moment with an offset".to_owned()))?,
    };
    if time > caller.now {
        return Err((45, "the time of registration is in the future".into()));
    }
    if before.is_some_and(|before| !before.is_over()) {
        return Err((49, format!("{} {uuid} exists already", service.object())));
    }
    let mut registration = Registration::read(written, service, "Importeret", time, None);
    registration.by = written
        .child(SD, "BrugerRef")
        .and_then(|by| Uuid::try_parse(by.text_of("UUIDIdentifikator")?).ok());
    whole(&registration, service, caller.now)?;
    let fresh = Stored {
        authority: caller.authority,
        registrations: Vec::new(),
    };
    state
        .objects
        .entry((service, uuid))
        .or_insert(fresh)
        .registrations
        .push(registration);
    Ok(Vec::new())
}

fn amend(state: &mut State, caller: Caller, service: Service, body: &Node) -> Answer {
    let uuid = id(body);
    if body
        .children
        .first()
        .is_none_or(|first| !first.is(SD, "UUIDIdentifikator") || !rules::is_uuid(first.text.trim()))
    {
        return Err((40, "UUIDIdentifikator is missing or no UUID".into()));
    }
    let before = state.objects.get(&(service, uuid));
    may_write(caller, before)?;
    rules::lists(body, service, Use::Written, false)?;
    let Some(stored) = state.objects.get_mut(&(service, uuid)) else {
        return Err((44, format!("{} {uuid} does not exist", service.object())));
    };
    if stored.is_over() {
        return Err((
            49,
            format!("{} {uuid} is passivated or deleted", service.object()),
        ));
    }
    let before = stored.current();
    let mut registration = Registration::read(
        body,
        service,
        before.map_or("Importeret", |before| before.life),
        caller.now,
        before,
    );
    registration.by = Some(caller.authority);
    whole(&registration, service, caller.now)?;
    stored.registrations.push(registration);
    Ok(Vec::new())
}

fn end(state: &mut State, caller: Caller, service: Service, body: &Node, life: &'static str) -> Answer {
    rules::simple(body, false, false)?;
    let uuid = id(body);
    let before = state.objects.get(&(service, uuid));
    may_write(caller, before)?;
    let Some(stored) = state.objects.get_mut(&(service, uuid)) else {
        return Err((44, format!("{} {uuid} does not exist", service.object())));
    };
    if stored.is_over() {
        return Err((
            49,
            format!("{} {uuid} is passivated or deleted", service.object()),
        ));
    }
    if let Some(mut registration) = stored.current().cloned() {
        registration.life = life;
        registration.time = caller.now;
        stored.registrations.push(registration);
    }
    Ok(Vec::new())
}

/// What of an object is shown: without a filter what holds now, and of relations that may stand several times what has ended as well.
fn filter(body: &Node, service: Service, now: Timestamp) -> impl Fn(&Entry) -> bool {
    let end = |name: &str| body.child(SD, name).map(|end| time::read(end).ok().flatten());
    let (from, to) = (end("VirkningFraFilter"), end("VirkningTilFilter"));
    let asked = (from.is_some() || to.is_some()).then(|| Period {
        from: from.flatten(),
        to: to.flatten(),
    });
    move |entry: &Entry| match asked {
        Some(asked) => entry.period.meets(&asked),
        None => {
            let several = service
                .relations()
                .iter()
                .any(|name| name.strip_suffix('*') == Some(&entry.node.name));
            entry.period.holds(now) || several && entry.period.to.is_some_and(|to| to <= now)
        }
    }
}

/// A FiltreretOejebliksbillede in the given namespace.
pub(super) fn snapshot(
    ns: &str,
    service: Service,
    uuid: Uuid,
    stored: &Stored,
    caller: Caller,
    body: &Node,
) -> Node {
    let own = service.ns();
    let kind = Node::new(&own, "ObjektType").with(Node::text(SD, "UUIDIdentifikator", uuid));
    let end = |name: &str| body.child(SD, name).map(|end| time::read(end).ok().flatten());
    let (from, to) = (end("RegistreringFraFilter"), end("RegistreringTilFilter"));
    let asked = Period {
        from: from.flatten(),
        to: to.flatten(),
    };
    let count = stored.registrations.len();
    let seen = filter(body, service, caller.now);
    let registrations = stored
        .registrations
        .iter()
        .enumerate()
        .filter(|(at, registration)| {
            let next = stored.registrations.get(at + 1).map(|next| next.time);
            let period = Period {
                from: Some(registration.time),
                to: next,
            };
            if from.is_some() || to.is_some() {
                period.meets(&asked)
            } else {
                at + 1 == count
            }
        });
    let registrations = registrations.map(|(_, registration)| registration.write(service, &seen));
    let mut node = Node::new(ns, "FiltreretOejebliksbillede")
        .with(kind)
        .with_all(registrations);
    if service == Service::Person {
        hide(&mut node, caller.agreement);
    }
    node
}

/// Takes out what the agreement has no right to.
fn hide(node: &mut Node, agreement: Agreement) {
    if !agreement.sees_names {
        node.children.retain(|child| child.name != "NavnTekst");
    }
    if !agreement.sees_cpr {
        node.children.retain(|child| !child.is(ST, "CPR-NummerTekst"));
    }
    for child in &mut node.children {
        hide(child, agreement);
    }
}

fn read(state: &State, caller: Caller, service: Service, body: &Node) -> Answer {
    rules::simple(body, false, true)?;
    let uuid = id(body);
    let deleted = |stored: &Stored| stored.current().is_some_and(|current| current.life == "Slettet");
    match state
        .objects
        .get(&(service, uuid))
        .filter(|stored| !deleted(stored))
    {
        Some(stored) => Ok(vec![snapshot(&service.ns(), service, uuid, stored, caller, body)]),
        None => Err((44, format!("{} {uuid} does not exist", service.object()))),
    }
}

fn list(state: &State, caller: Caller, service: Service, body: &Node) -> Answer {
    rules::simple(body, true, true)?;
    let ids = body
        .children
        .iter()
        .filter(|child| child.name == "UUIDIdentifikator");
    let ids = ids.filter_map(|id| Uuid::try_parse(id.text.trim()).ok());
    let found = ids.filter_map(|uuid| Some((uuid, state.objects.get(&(service, uuid))?)));
    Ok(found
        .map(|(uuid, stored)| snapshot(&service.ns(), service, uuid, stored, caller, body))
        .collect())
}

fn search(state: &State, caller: Caller, service: Service, body: &Node) -> Answer {
    let ns = service.ns();
    let (first, most) = rules::page(body)?;
    rules::lists(body, service, Use::Searched, true)?;
    let found = state
        .objects
        .iter()
        .filter(|((of, _), stored)| *of == service && matches(stored, body, &ns, caller.now));
    let page: Vec<Node> = found
        .skip(first)
        .take(most)
        .map(|((_, uuid), _)| Node::text(SD, "UUIDIdentifikator", uuid))
        .collect();
    if page.is_empty() {
        return Err((44, "nothing was found".into()));
    }
    Ok(vec![Node::new(SD, "IdListe").with_all(page)])
}

fn matches(stored: &Stored, body: &Node, ns: &str, now: Timestamp) -> bool {
    let Some(current) = stored.current() else {
        return false;
    };
    let registered = body.child(SD, "SoegRegistrering");
    let life = registered.and_then(|registered| registered.text_of("LivscyklusKode"));
    if life.map_or(stored.is_over(), |life| life != current.life) {
        return false;
    }
    let registered = registered.map(Period::read).unwrap_or_default();
    if registered.from.is_some_and(|from| current.time < from)
        || registered.to.is_some_and(|to| current.time >= to)
    {
        return false;
    }
    let general = body.child(SD, "SoegVirkning").map(Period::read);
    let in_time = |entry: &Entry, criterion: &Node| {
        let asked = criterion.child(SD, "Virkning").map(Period::read).or(general);
        asked.map_or_else(|| entry.period.holds(now), |asked| entry.period.meets(&asked))
    };
    let list = |name: &str| {
        body.child(ns, name)
            .map(|list| list.children.as_slice())
            .unwrap_or_default()
    };
    let properties = list("AttributListe").iter().all(|criterion| {
        current
            .properties
            .iter()
            .any(|entry| in_time(entry, criterion) && says(&entry.node, criterion))
    });
    let states = list("TilstandListe").iter().all(|criterion| {
        current
            .states
            .iter()
            .any(|entry| in_time(entry, criterion) && says(&entry.node, criterion))
    });
    let relations = list("RelationListe").iter().all(|criterion| {
        current.relations.iter().any(|entry| {
            entry.node.name == criterion.name && in_time(entry, criterion) && says(&entry.node, criterion)
        })
    });
    properties && states && relations
}

/// Everything that the criterion says beside its time, the entry says too.
pub(super) fn says(entry: &Node, criterion: &Node) -> bool {
    criterion
        .children
        .iter()
        .filter(|child| child.name != "Virkning")
        .all(|asked| {
            let found = entry.children.iter().find(|child| child.name == asked.name);
            found.is_some_and(|found| {
                found.text.trim().eq_ignore_ascii_case(asked.text.trim()) && says(found, asked)
            })
        })
}
