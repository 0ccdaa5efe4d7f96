//! An object in one state: its attributes, its relations in both styles, and for a unit its place in the tree.

use super::filters::{Filter, Ground};
use super::kinds::{Kind, Link, Relation, Source};
use super::pages::page;
use super::resolve::{Container, Paged, Plain, Resolved, Scope, refuse};
use super::validity::{Window, written, written_end};
use super::world::Facts;
use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};
use uuid::Uuid;

/// An object in one of its states.
pub(super) struct Object<'a> {
    pub(super) kind: Kind,
    pub(super) uuid: Uuid,
    pub(super) facts: &'a Facts,
    pub(super) scope: Scope<'a>,
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        self.kind.type_name()
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let name = info.field_name();
        match (self.kind, name) {
            (_, "uuid") => return Ok(ResolvedValue::leaf(self.uuid.to_string())),
            (_, "type") => return Ok(ResolvedValue::leaf(self.kind.word())),
            (_, "validity") => return Ok(ResolvedValue::object(self.validity())),
            (Kind::OrgUnit, "parent_uuid") => {
                return Ok(self.parent_uuid().map_or(ResolvedValue::null(), |uuid| {
                    ResolvedValue::leaf(uuid.to_string())
                }));
            }
            (Kind::OrgUnit, "parent_response") => {
                self.scope.may(Kind::OrgUnit.role())?;
                return Ok(ResolvedValue::nullable_object(
                    self.parent_uuid().map(|uuid| self.container(uuid)),
                ));
            }
            (Kind::OrgUnit, "ancestors" | "root_response" | "child_count" | "has_children") => {
                return self.tree(info);
            }
            _ => {}
        }
        if let Some(attribute) = self
            .kind
            .attributes()
            .iter()
            .find(|attribute| attribute.name == name)
        {
            return Ok(ResolvedValue::leaf(self.attribute(attribute.of)));
        }
        for relation in self.kind.relations() {
            if relation.response().is_some_and(|(response, _)| response == name) {
                return self.containers(relation, info);
            }
            if relation.direct().is_some_and(|(direct, _)| direct == name) {
                return self.objects(relation, info);
            }
        }
        Err(self.unknown_field_error(info))
    }
}

impl<'a> Object<'a> {
    fn container(&self, uuid: Uuid) -> Container<'a> {
        Container {
            kind: Kind::OrgUnit,
            uuid,
            scope: self.scope,
        }
    }

    fn validity(&self) -> Plain {
        let version = self.scope.ground.version;
        let validity = self.facts.validity;
        let from = validity.from.map_or(JsonValue::Null, |from| written(from).into());
        let to = validity
            .to
            .map_or(JsonValue::Null, |to| written_end(to, version).into());
        Plain(
            if self.kind.open() {
                "OpenValidity"
            } else {
                "Validity"
            },
            vec![("from", from), ("to", to)],
        )
    }

    fn attribute(&self, source: Source) -> JsonValue {
        match source {
            Source::Attribute(name) => {
                self.facts
                    .attributes
                    .get(name)
                    .map_or(JsonValue::Null, |value| match value {
                        serde_json::Value::String(text) => text.as_str().into(),
                        serde_json::Value::Bool(flag) => (*flag).into(),
                        serde_json::Value::Number(number) => {
                            number.as_i64().map_or(JsonValue::Null, Into::into)
                        }
                        _ => JsonValue::Null,
                    })
            }
            Source::Reference(name) => self
                .facts
                .targets(name)
                .first()
                .map_or(JsonValue::Null, |uuid| uuid.to_string().into()),
            Source::References(name) => self
                .facts
                .targets(name)
                .iter()
                .map(|uuid| JsonValue::from(uuid.to_string()))
                .collect(),
        }
    }

    /// The unit above; up to version 27 the top unit's is the root organisation.
    fn parent_uuid(&self) -> Option<Uuid> {
        let Ground { version, world, .. } = self.scope.ground;
        let parent = self.facts.targets("parent").first().copied();
        parent.or_else(|| (version < 28).then_some(world.organisation))
    }

    fn tree(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scope = self.scope;
        let Ground { world, now, .. } = scope.ground;
        let at = Window::at(now);
        scope.may(Kind::OrgUnit.role())?;
        match info.field_name() {
            "ancestors" => {
                let above = world.ancestors(self.uuid, at);
                Ok(ResolvedValue::list(above.into_iter().filter_map(move |uuid| {
                    let facts = world.within(Kind::OrgUnit, uuid, at).next()?;
                    Some(ResolvedValue::object(Object {
                        kind: Kind::OrgUnit,
                        uuid,
                        facts,
                        scope,
                    }))
                })))
            }
            "root_response" => {
                let root = world
                    .ancestors(self.uuid, at)
                    .last()
                    .copied()
                    .unwrap_or(self.uuid);
                Ok(ResolvedValue::object(self.container(root)))
            }
            name => {
                let filter = Filter::read(Kind::OrgUnit, info.arguments().get("filter"), scope.ground)
                    .map_err(refuse)?;
                let children = world.referring(Kind::OrgUnit, "parent", self.uuid);
                let count = children
                    .iter()
                    .filter(|child| filter.holds(**child, scope.ground))
                    .count();
                Ok(if name == "child_count" {
                    ResolvedValue::leaf(i64::try_from(count).expect("a count within reach"))
                } else {
                    ResolvedValue::leaf(count > 0)
                })
            }
        }
    }

    /// The targets of a relation that match a filter, each with its states within the filter's window.
    fn related(&self, relation: &Relation, filter: &Filter, inherit: bool) -> Vec<Uuid> {
        let ground = self.scope.ground;
        let mut found = match relation.link {
            Link::Forward(reference) => self.facts.targets(reference).to_vec(),
            Link::Reverse(reference) => referring(relation.target, reference, self.uuid, filter, ground),
        };
        found.retain(|uuid| filter.holds(*uuid, ground));
        if found.is_empty()
            && inherit
            && self.kind == Kind::OrgUnit
            && let Link::Reverse(reference) = relation.link
        {
            let above = ground.world.ancestors(self.uuid, Window::at(ground.now));
            found = above
                .into_iter()
                .map(|unit| referring(relation.target, reference, unit, filter, ground))
                .find(|managers| !managers.is_empty())
                .unwrap_or_default();
        }
        found.sort_unstable();
        found
    }

    /// The style with containers.
    fn containers(&'a self, relation: &'a Relation, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scope = self.scope;
        scope.may(relation.target.role())?;
        let arguments = info.arguments();
        if relation.response().is_some_and(|(_, ty)| ty.ends_with("Paged!")) {
            let filter =
                Filter::read(relation.target, arguments.get("filter"), scope.ground).map_err(refuse)?;
            let related = self.related(relation, &filter, inherits(arguments));
            let page = page(&filter, related, arguments, &scope).map_err(refuse)?;
            return Ok(ResolvedValue::object(Paged {
                kind: relation.target,
                page,
                scope,
            }));
        }
        let Link::Forward(reference) = relation.link else {
            return Err(self.unknown_field_error(info));
        };
        let target = self.facts.targets(reference).first();
        Ok(ResolvedValue::nullable_object(target.map(|uuid| Container {
            kind: relation.target,
            uuid: *uuid,
            scope,
        })))
    }

    /// The older style, in which a relation gives objects as they are now or within the filter's window.
    fn objects(&'a self, relation: &'a Relation, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scope = self.scope;
        scope.may(relation.target.role())?;
        let arguments = info.arguments();
        let filter = Filter::read(relation.target, arguments.get("filter"), scope.ground).map_err(refuse)?;
        let related = self.related(relation, &filter, inherits(arguments));
        let page = page(&filter, related, arguments, &scope).map_err(refuse)?;
        let world = scope.ground.world;
        let kind = relation.target;
        let mut objects = page
            .uuids
            .into_iter()
            .flat_map(move |uuid| {
                world.within(kind, uuid, filter.window).map(move |facts| Object {
                    kind,
                    uuid,
                    facts,
                    scope,
                })
            })
            .peekable();
        let ty = &info.field_definition().ty;
        if !ty.is_list() {
            return Ok(ResolvedValue::nullable_object(objects.next()));
        }
        if objects.peek().is_none() && !ty.is_non_null() {
            return Ok(ResolvedValue::null());
        }
        Ok(ResolvedValue::list(objects.map(ResolvedValue::object)))
    }
}

fn inherits(arguments: &JsonMap) -> bool {
    arguments
        .get("inherit")
        .and_then(JsonValue::as_bool)
        .unwrap_or_default()
}

/// The objects that name this one in some state that the filter accepts.
fn referring(
    kind: Kind,
    reference: &'static str,
    target: Uuid,
    filter: &Filter,
    ground: Ground<'_>,
) -> Vec<Uuid> {
    ground
        .world
        .referring(kind, reference, target)
        .iter()
        .copied()
        .filter(|uuid| {
            filter
                .states(*uuid, ground)
                .any(|facts| facts.targets(reference).contains(&target))
        })
        .collect()
}
