//! The schema of one API version, printed from the tables. Field arguments follow the shape of the field: a page takes
//! a filter, `limit: int` and a cursor; a container of one takes nothing; objects of the older style take all three.

use super::kinds::{Bound, Kind, Relation};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const PAGE: &str = "limit: int, cursor: Cursor";

/// The schema definition of that version.
pub(super) fn sdl(version: u16) -> String {
    let mut sdl = String::from(
        "# OS2MO as a stand-in has it.\n# A subset of the fields of this version.\n\
         scalar UUID\nscalar DateTime\nscalar Date\nscalar CPR\nscalar Cursor\nscalar int\n\
         schema { query: Query }\n\
         type PageInfo { next_cursor: Cursor }\n\
         type Validity { from: DateTime! to: DateTime }\n\
         type OpenValidity { from: DateTime to: DateTime }\n\
         type Version { mo_version: String mo_hash: String }\n\
         type Organisation { uuid: UUID! user_key: String! name: String! }\n",
    );
    if version >= 25 {
        sdl.push_str(
            "interface Actor { uuid: UUID! }\ntype UnknownActor implements Actor { uuid: UUID! }\n\
             type Myself { actor: Actor! email: String username: String roles: [String!]! }\n",
        );
    }
    let mut filters = BTreeSet::new();
    for kind in Kind::ALL {
        container(&mut sdl, kind);
        object(&mut sdl, kind, version, &mut filters);
        filter(&mut sdl, kind, &kind.filter_name(), &[], version);
    }
    for (name, kind, bound) in filters {
        filter(&mut sdl, kind, &name, BOUNDS[bound].keys(), version);
    }
    sdl.push_str("type Query {\n");
    for kind in Kind::ALL {
        for (name, since) in kind.collections() {
            if *since <= version {
                let inherit = if kind == Kind::Manager && version >= 25 {
                    INHERIT
                } else {
                    ""
                };
                let _ = writeln!(
                    sdl,
                    "  {name}(filter: {}, {PAGE}{inherit}): {}!",
                    kind.filter_name(),
                    kind.paged_name()
                );
            }
        }
    }
    if version >= 25 {
        sdl.push_str("  me: Myself!\n");
    }
    sdl.push_str("  org: Organisation!\n  version: Version!\n}\n");
    sdl
}

const INHERIT: &str = ", inherit: Boolean! = false";
const BOUNDS: [Bound; 8] = [
    Bound::Uuids,
    Bound::Employee,
    Bound::OrgUnit,
    Bound::Engagement,
    Bound::ItUser,
    Bound::ItSystem,
    Bound::Parent,
    Bound::Facet,
];

fn container(sdl: &mut String, kind: Kind) {
    let (ty, response) = (kind.type_name(), kind.response_name());
    // `registration_time` is an audit view, which the stand-in does not keep.
    let _ = writeln!(
        sdl,
        "type {response} {{\n  uuid: UUID!\n  current(at: DateTime): {ty}\n  \
         validities(start: DateTime, end: DateTime): [{ty}!]!\n  \
         objects(start: DateTime, end: DateTime): [{ty}!]!\n}}\n\
         type {} {{ objects: [{response}!]! page_info: PageInfo! }}",
        kind.paged_name()
    );
}

fn object(sdl: &mut String, kind: Kind, version: u16, filters: &mut BTreeSet<(String, Kind, usize)>) {
    let _ = writeln!(
        sdl,
        "type {} {{\n  uuid: UUID!\n  type: String!",
        kind.type_name()
    );
    for attribute in kind
        .attributes()
        .iter()
        .filter(|attribute| attribute.since <= version)
    {
        let _ = writeln!(sdl, "  {}: {}", attribute.name, attribute.ty);
    }
    let _ = writeln!(
        sdl,
        "  validity: {}!",
        if kind.open() { "OpenValidity" } else { "Validity" }
    );
    for relation in kind.relations() {
        relate(sdl, kind, relation, version, filters);
    }
    if kind == Kind::OrgUnit {
        sdl.push_str("  parent_uuid: UUID\n  ancestors: [OrganisationUnit!]!\n");
        let children = Kind::OrgUnit.bound_filter_name(Bound::Parent, version);
        if version >= 25 {
            let _ = writeln!(
                sdl,
                "  root_response: OrganisationUnitResponse\n  child_count(filter: {children}): Int!\n  \
                 has_children(filter: {children}): Boolean!"
            );
        } else {
            let _ = writeln!(sdl, "  child_count(filter: {children}, {PAGE}): Int!");
        }
    }
    sdl.push_str("}\n");
}

fn relate(
    sdl: &mut String,
    kind: Kind,
    relation: &Relation,
    version: u16,
    filters: &mut BTreeSet<(String, Kind, usize)>,
) {
    let mut bound = || {
        let name = relation.target.bound_filter_name(relation.bound, version);
        let place = BOUNDS
            .iter()
            .position(|bound| *bound == relation.bound)
            .expect("all bounds are listed");
        filters.insert((name.clone(), relation.target, place));
        name
    };
    let inherits = relation.target == Kind::Manager;
    if let Some((name, ty)) = relation.response()
        && version >= relation.since
    {
        if ty.ends_with("Paged!") {
            let inherit = if inherits { INHERIT } else { "" };
            let _ = writeln!(sdl, "  {name}(filter: {}, {PAGE}{inherit}): {ty}", bound());
        } else {
            let _ = writeln!(sdl, "  {name}: {ty}");
        }
    }
    if let Some((name, ty)) = relation.direct() {
        if inherits && version < 25 && kind == Kind::OrgUnit {
            // The one relation that took an unbound filter and no page.
            let _ = writeln!(sdl, "  {name}(filter: ManagerFilter{INHERIT}): {ty}");
            return;
        }
        let inherit = if inherits && version >= 25 { INHERIT } else { "" };
        let ty = if name == "kle_number" && version < 23 {
            "Class!"
        } else {
            ty
        };
        let _ = writeln!(sdl, "  {name}(filter: {}, {PAGE}{inherit}): {ty}", bound());
    }
}

fn filter(sdl: &mut String, kind: Kind, name: &str, without: &[&str], version: u16) {
    let _ = writeln!(sdl, "input {name} {{");
    for key in kind.filter_keys() {
        if key.since <= version && !without.contains(&key.name) {
            let _ = writeln!(sdl, "  {}: {}", key.name, key.ty);
        }
    }
    sdl.push_str("}\n");
}
