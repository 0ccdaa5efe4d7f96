//! One page to be written: for whom, in which language, at which address.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use crate::access::{AtLeast, Guest, Role, Within};
use crate::app::App;
use crate::desk::TenantPlan;
use crate::problem::Problem;
use crate::text::Language;

/// The cookie with the language that somebody chose.
pub(crate) const LANGUAGE: &str = "samklang-language";

/// What a page begins with. It is made once for a request, where it is found out who makes it.
#[derive(Clone)]
pub(crate) struct Leaf {
    app: App,
    guest: Option<Guest>,
    language: Language,
    path: String,
}

impl FromRequestParts<App> for Leaf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let leaf = parts.extensions.get::<Self>().cloned();
        leaf.ok_or_else(|| Problem::failed("a page is asked for by no way that pages are asked for"))
    }
}

/// The language that somebody chose, else the browser's, else the installation's.
pub(crate) fn language(app: &App, headers: &HeaderMap) -> Language {
    CookieJar::from_headers(headers)
        .get(LANGUAGE)
        .and_then(|cookie| Language::of_tag(cookie.value()))
        .or_else(|| Language::of_browser(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or(app.settings().language)
}

impl Leaf {
    /// For whoever makes the request; who that is comes later.
    pub(crate) fn new(app: &App, headers: &HeaderMap, uri: &Uri) -> Self {
        Self {
            app: app.clone(),
            guest: None,
            language: language(app, headers),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        }
    }

    /// The same for somebody who is known.
    pub(crate) fn with(self, guest: Option<Guest>) -> Self {
        Self { guest, ..self }
    }

    /// The same page at the address where it is read, for a form that is sent elsewhere and not taken: what leads back must not lead to where
    /// only forms go.
    pub(crate) fn at(self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self
        }
    }

    /// The language of the page.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A page that is in no tenant.
    pub(crate) fn show(&self, template: &str, content: Value) -> Result<Response, Problem> {
        self.write(template, content, Value::UNDEFINED)
    }

    /// A page of a tenant.
    pub(crate) async fn show_in<R>(
        &self,
        at: &Within<R>,
        template: &str,
        content: Value,
    ) -> Result<Response, Problem>
    where
        R: AtLeast,
    {
        self.write(template, content, place(&self.app, at).await)
    }

    fn write(&self, template: &str, content: Value, place: Value) -> Result<Response, Problem> {
        let languages: Vec<_> = Language::ALL
            .into_iter()
            .map(|language| context! { tag => language.tag(), name => language.own_name() })
            .collect();
        let guest = self.guest.as_ref().map(|guest| {
            context! {
                title => guest.title(),
                everywhere => guest.everywhere().map(Role::as_str),
                administers => guest.administers(),
            }
        });
        let frame = context! {
            language => self.language.tag(),
            languages,
            path => &self.path,
            guest,
            csrf => self.guest.as_ref().and_then(|guest| guest.csrf()),
        };
        let html = self
            .app
            .templates()
            .render(template, context! { ..content, ..place, ..frame })
            .map_err(|cause| Problem::failed(format!("{cause:#}")))?;
        Ok(([(VARY, "accept-language, cookie")], Html(html)).into_response())
    }
}

/// What pages of a tenant know of it, and of the reader in it.
pub(super) async fn place<R: AtLeast>(app: &App, at: &Within<R>) -> Value {
    let tenants = app.desk().tenants().await;
    let plan = tenants.iter().find(|plan| plan.name == at.tenant());
    let tenant = context! {
        name => at.tenant(),
        title => plan.map_or(at.tenant(), |plan| &plan.title),
        role => at.role().as_str(),
        may => powers(at.role()),
        running => app.runner().is_running(at.tenant()),
    };
    let zone = plan.and_then(|plan| plan.zone.iana_name().map(str::to_owned));
    context! { tenant, zone }
}

/// The zone in which times are told that are of no single tenant: the one that all of these have, and UTC where there is none such.
pub(crate) fn zone_of<'a>(plans: impl IntoIterator<Item = &'a Arc<TenantPlan>>) -> &'a str {
    let mut zones = plans.into_iter().map(|plan| plan.zone.iana_name());
    let first = zones.next().flatten();
    first
        .filter(|first| zones.all(|zone| zone == Some(*first)))
        .unwrap_or("UTC")
}

/// What a role may do, by role, so that pages offer nothing that would be refused.
fn powers(role: Role) -> BTreeMap<&'static str, bool> {
    [Role::Viewer, Role::Operator, Role::Approver, Role::Administrator]
        .into_iter()
        .map(|least| (least.as_str(), role >= least))
        .collect()
}

/// A view as templates see it.
pub(crate) fn view<T: Serialize>(value: &T) -> Value {
    Value::from(Serde(value))
}
