//! Resolvers: what each field of each object answers. Roles are asked when a field leads to a collection, validity when a
//! container is opened.

use super::filters::{Filter, Ground};
use super::kinds::Kind;
use super::object::Object;
use super::pages::{Page, page};
use super::validity::{Window, read};
use super::world::Facts;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a request sees and may.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) ground: Ground<'a>,
    pub(super) caller: &'a Caller,
    /// Whether the last full page is followed by an empty one.
    pub(super) empty_last_page: bool,
    /// Whether `limit` is counted before the filter.
    pub(super) sparse_pages: bool,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) client: String,
    pub(super) actor: Uuid,
    pub(super) roles: BTreeSet<String>,
}

pub(super) type Resolved<'a> = Result<ResolvedValue<'a>, FieldError>;

pub(super) fn refuse(message: impl Into<String>) -> FieldError {
    FieldError {
        message: message.into(),
    }
}

impl Scope<'_> {
    pub(super) fn may(&self, role: &str) -> Result<(), FieldError> {
        if self.caller.roles.contains(role) {
            Ok(())
        } else {
            Err(refuse("No policy approved the access"))
        }
    }
}

/// An object whose fields are known beforehand.
pub(super) struct Plain(pub(super) &'static str, pub(super) Vec<(&'static str, JsonValue)>);

impl ObjectValue for Plain {
    fn type_name(&self) -> &str {
        self.0
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match self.1.iter().find(|(name, _)| *name == info.field_name()) {
            Some((_, value)) => Ok(ResolvedValue::leaf(value.clone())),
            None => Err(self.unknown_field_error(info)),
        }
    }
}

/// The query itself.
pub(super) struct Root<'a>(pub(super) Scope<'a>);

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &'static str {
        "Query"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let Self(scope) = self;
        let world = scope.ground.world;
        match info.field_name() {
            "me" => Ok(ResolvedValue::object(Myself(*scope))),
            "version" => {
                let fields = vec![("mo_version", "stand-in".into()), ("mo_hash", JsonValue::Null)];
                Ok(ResolvedValue::object(Plain("Version", fields)))
            }
            "org" => {
                scope.may("read_org")?;
                let fields = vec![
                    ("uuid", world.organisation.to_string().into()),
                    ("user_key", world.organisation_name.as_str().into()),
                    ("name", world.organisation_name.as_str().into()),
                ];
                Ok(ResolvedValue::object(Plain("Organisation", fields)))
            }
            name => {
                let kind = Kind::ALL
                    .into_iter()
                    .find(|kind| {
                        kind.collections()
                            .iter()
                            .any(|(collection, _)| *collection == name)
                    })
                    .ok_or_else(|| self.unknown_field_error(info))?;
                scope.may(kind.role())?;
                let filter =
                    Filter::read(kind, info.arguments().get("filter"), scope.ground).map_err(refuse)?;
                let candidates = filter.candidates(scope.ground);
                let page = page(&filter, candidates, info.arguments(), scope).map_err(refuse)?;
                Ok(ResolvedValue::object(Paged {
                    kind,
                    page,
                    scope: *scope,
                }))
            }
        }
    }
}

struct Myself<'a>(Scope<'a>);

impl ObjectValue for Myself<'_> {
    fn type_name(&self) -> &'static str {
        "Myself"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let caller = self.0.caller;
        match info.field_name() {
            "actor" => {
                let fields = vec![("uuid", caller.actor.to_string().into())];
                Ok(ResolvedValue::object(Plain("UnknownActor", fields)))
            }
            "email" => Ok(ResolvedValue::null()),
            "username" => Ok(ResolvedValue::leaf(format!("service-account-{}", caller.client))),
            "roles" => Ok(ResolvedValue::list(
                caller
                    .roles
                    .iter()
                    .map(|role| ResolvedValue::leaf(role.as_str()))
                    .collect::<Vec<_>>(),
            )),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// A page of containers.
pub(super) struct Paged<'a> {
    pub(super) kind: Kind,
    pub(super) page: Page,
    pub(super) scope: Scope<'a>,
}

impl ObjectValue for Paged<'_> {
    fn type_name(&self) -> &str {
        self.kind.paged_name()
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        match info.field_name() {
            "objects" => Ok(ResolvedValue::list(self.page.uuids.iter().map(|uuid| {
                ResolvedValue::object(Container {
                    kind: self.kind,
                    uuid: *uuid,
                    scope: self.scope,
                })
            }))),
            "page_info" => {
                let next = self.page.next_cursor.clone().map_or(JsonValue::Null, Into::into);
                Ok(ResolvedValue::object(Plain(
                    "PageInfo",
                    vec![("next_cursor", next)],
                )))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// An object over all its time; it need not exist.
pub(super) struct Container<'a> {
    pub(super) kind: Kind,
    pub(super) uuid: Uuid,
    pub(super) scope: Scope<'a>,
}

impl ObjectValue for Container<'_> {
    fn type_name(&self) -> &str {
        self.kind.response_name()
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let Ground { world, now, .. } = self.scope.ground;
        let object = |facts: &'a Facts| Object {
            kind: self.kind,
            uuid: self.uuid,
            facts,
            scope: self.scope,
        };
        match info.field_name() {
            "uuid" => Ok(ResolvedValue::leaf(self.uuid.to_string())),
            "current" => {
                let at = match info.arguments().get("at").and_then(JsonValue::as_str) {
                    Some(text) => read(text).map_err(refuse)?,
                    None => now,
                };
                Ok(ResolvedValue::nullable_object(
                    world.current(self.kind, self.uuid, at).map(object),
                ))
            }
            "validities" | "objects" => {
                let window = Window::read(info.arguments(), "start", "end", now).map_err(refuse)?;
                let states = world.within(self.kind, self.uuid, window);
                Ok(ResolvedValue::list(
                    states.map(move |facts| ResolvedValue::object(object(facts))),
                ))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
