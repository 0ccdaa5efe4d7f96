//! What the schema and the register's rules refuse: 40 for what is malformed, 47 for a period that ends before it begins.

use super::names::{OF, SD, Service, Width};
use super::time;
use super::xml::Node;

/// A return code with its text.
pub(super) type Refusal = (i64, String);

fn bad(text: impl Into<String>) -> Refusal {
    (40, text.into())
}

/// A UUID in the form of the schema.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Looks at the children of an element: each of `known` in that order, at most once unless it ends in `*`.
fn in_order(node: &Node, known: &[(&str, &str)]) -> Result<(), Refusal> {
    let mut at = 0;
    for child in &node.children {
        let place = known
            .iter()
            .enumerate()
            .skip(at)
            .find(|(_, (ns, name))| child.is(ns, name.trim_end_matches('*')));
        let Some((place, (_, name))) = place else {
            return Err(bad(format!(
                "{} cannot stand where it stands in {}",
                child.name, node.name
            )));
        };
        at = if name.ends_with('*') { place } else { place + 1 };
    }
    Ok(())
}

/// What a list is for: a registration says when, a search need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Written,
    Searched,
}

/// Looks at the three lists of a request.
pub(super) fn lists(body: &Node, service: Service, usage: Use, all: bool) -> Result<(), Refusal> {
    let ns = service.ns();
    let before = [
        "FoersteResultatReference",
        "MaksimalAntalKvantitet",
        "SoegRegistrering",
        "SoegVirkning",
        "UUIDIdentifikator",
        "NoteTekst",
        "Tidspunkt",
        "LivscyklusKode",
        "BrugerRef",
    ];
    let before = before.map(|name| (SD, name));
    let own = ["AttributListe", "TilstandListe", "RelationListe"].map(|name| (&*ns, name));
    in_order(body, &before.into_iter().chain(own).collect::<Vec<_>>())?;
    for name in ["AttributListe", "TilstandListe", "RelationListe"] {
        let Some(list) = body.child(&ns, name) else {
            if all {
                return Err(bad(format!("{name} is missing")));
            }
            continue;
        };
        match name {
            "AttributListe" => {
                in_order(list, &[(&ns, "Egenskab*")])?;
                for property in &list.children {
                    egenskab(property, service, usage)?;
                }
                if usage == Use::Written && list.children.is_empty() {
                    return Err(bad("an object needs an Egenskab"));
                }
            }
            "TilstandListe" if service.relations().is_empty() => in_order(list, &[])?,
            "TilstandListe" => {
                in_order(list, &[(OF, "Gyldighed*")])?;
                for state in &list.children {
                    in_order(state, &[(SD, "Virkning"), (OF, "GyldighedStatusKode")])?;
                    virkning(state, usage)?;
                    if !matches!(state.text_of("GyldighedStatusKode"), Some("Aktiv" | "Inaktiv")) {
                        return Err(bad("GyldighedStatusKode is Aktiv or Inaktiv"));
                    }
                }
            }
            _ => {
                let known: Vec<(&str, &str)> = service.relations().iter().map(|name| (SD, *name)).collect();
                in_order(list, &known)?;
                for entry in &list.children {
                    relation(entry, usage)?;
                }
            }
        }
    }
    Ok(())
}

/// Looks at an Egenskab.
pub(super) fn egenskab(node: &Node, service: Service, usage: Use) -> Result<(), Refusal> {
    let ns = service.ns();
    let texts = service
        .texts()
        .iter()
        .map(|(of, name, _)| (if of.is_empty() { &*ns } else { *of }, *name));
    let known: Vec<(&str, &str)> = std::iter::once((SD, "Virkning")).chain(texts).collect();
    in_order(node, &known)?;
    virkning(node, usage)?;
    for (_, name, width) in service.texts() {
        let Some(text) = node.named(name).map(|child| &child.text) else {
            continue;
        };
        let fits = match width {
            Width::AtMost(most) => text.chars().count() <= *most,
            Width::Digits(count) => text.len() == *count && text.bytes().all(|byte| byte.is_ascii_digit()),
        };
        if !fits {
            return Err(bad(format!(
                "{name} '{text}' does not have the length that the schema allows"
            )));
        }
    }
    Ok(())
}

fn relation(entry: &Node, usage: Use) -> Result<(), Refusal> {
    let with_role = matches!(&*entry.name, "Adresser" | "Opgaver");
    let mut known = vec![(SD, "Virkning"), (SD, "ReferenceID")];
    if with_role {
        known.extend([(SD, "Rolle"), (SD, "Type"), (SD, "Indeks")]);
        for name in ["Rolle", "Type", "Indeks"] {
            // The schema wants them in searches as well.
            if entry.child(SD, name).is_none() {
                return Err(bad(format!("{} without {name}", entry.name)));
            }
        }
    }
    in_order(entry, &known)?;
    virkning(entry, usage)?;
    for id in entry
        .children
        .iter()
        .filter(|child| matches!(&*child.name, "ReferenceID" | "Rolle" | "Type"))
    {
        unique_id(id)?;
    }
    if usage == Use::Written && entry.child(SD, "ReferenceID").is_none() {
        return Err(bad(format!("{} leads nowhere", entry.name)));
    }
    Ok(())
}

fn unique_id(node: &Node) -> Result<(), Refusal> {
    let fits = match node.children.first() {
        Some(id) if id.is(SD, "UUIDIdentifikator") => is_uuid(id.text.trim()),
        Some(id) if id.is(SD, "URNIdentifikator") => id.text.chars().count() <= 255,
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(bad(format!("{} is no UUID and no URN", node.name)))
    }
}

fn virkning(entry: &Node, usage: Use) -> Result<(), Refusal> {
    let Some(virkning) = entry.child(SD, "Virkning") else {
        return match usage {
            Use::Written => Err(bad(format!("{} has no Virkning", entry.name))),
            Use::Searched => Ok(()),
        };
    };
    let known = [
        "FraTidspunkt",
        "TilTidspunkt",
        "AktoerRef",
        "AktoerTypeKode",
        "NoteTekst",
    ];
    in_order(virkning, &known.map(|name| (SD, name)))?;
    let end = |name: &str| virkning.child(SD, name).map(time::read).transpose().map_err(bad);
    let (from, to) = (end("FraTidspunkt")?, end("TilTidspunkt")?);
    if usage == Use::Written && from.flatten().is_none() {
        return Err(bad(format!("{} is open towards the past", entry.name)));
    }
    if from
        .flatten()
        .zip(to.flatten())
        .is_some_and(|(from, to)| to < from)
    {
        return Err((47, format!("{} ends before it begins", entry.name)));
    }
    if let Some(kind) = virkning.text_of("AktoerTypeKode") {
        let kinds = [
            "Organisation",
            "OrganisationEnhed",
            "OrganisationFunktion",
            "Bruger",
            "ItSystem",
            "Interessefaellesskab",
        ];
        if !kinds.contains(&kind) {
            return Err(bad("AktoerTypeKode is none of the known ones"));
        }
    }
    Ok(())
}

/// Looks at the identifiers and filters of `laes` and `list`, or the identifier and note of others.
pub(super) fn simple(body: &Node, several: bool, filters: bool) -> Result<(), Refusal> {
    let mut known = vec![(
        SD,
        if several {
            "UUIDIdentifikator*"
        } else {
            "UUIDIdentifikator"
        },
    )];
    let times = [
        "VirkningFraFilter",
        "VirkningTilFilter",
        "RegistreringFraFilter",
        "RegistreringTilFilter",
    ];
    if filters {
        known.extend(times.map(|name| (SD, name)));
    } else {
        known.push((SD, "NoteTekst"));
    }
    in_order(body, &known)?;
    for filter in body.children.iter().filter(|child| times.contains(&&*child.name)) {
        time::read(filter).map_err(bad)?;
    }
    let ids: Vec<&Node> = body
        .children
        .iter()
        .filter(|child| child.name == "UUIDIdentifikator")
        .collect();
    if ids.is_empty() || !ids.iter().all(|id| is_uuid(id.text.trim())) {
        return Err(bad("UUIDIdentifikator is missing or no UUID"));
    }
    Ok(())
}

/// The offset and the bound of a search.
pub(super) fn page(body: &Node) -> Result<(usize, usize), Refusal> {
    let number = |name: &str| match body.text_of(name) {
        None => Ok(None),
        Some(text) => text
            .parse::<usize>()
            .map(Some)
            .map_err(|_| bad(format!("{name} is no number"))),
    };
    let most = number("MaksimalAntalKvantitet")?.unwrap_or(500);
    if most > 500 {
        return Err(bad("MaksimalAntalKvantitet is at most 500"));
    }
    Ok((number("FoersteResultatReference")?.unwrap_or(0), most))
}
