//! Who makes a request, and the one way from there into a tenant.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use samklang_store::{ApiToken, Known, Role, Scope};
use uuid::Uuid;

use super::within::{AtLeast, Within};
use crate::problem::{Kind, Problem};

/// Somebody who is signed in, or holds a token.
#[derive(Debug, Clone)]
pub struct Guest(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    person: Uuid,
    who: Arc<str>,
    title: String,
    everywhere: Option<Role>,
    roles: BTreeMap<String, Role>,
    entry: Entry,
}

/// How a guest came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// With a browser. What a form has to repeat is part of it.
    Session {
        /// The session's number.
        id: i64,
        /// What only pages of this session know.
        csrf: String,
    },
    /// With an API token.
    Token {
        /// The token's number.
        id: i64,
    },
}

impl Guest {
    /// A person with a session.
    pub(super) fn of_session(id: i64, csrf: String, known: &Known) -> Self {
        let roles = known.roles.iter().filter_map(|(scope, grant)| match scope {
            Scope::All => None,
            Scope::Tenant(name) => Some((name.clone(), grant.role)),
        });
        Self::new(
            known,
            known.roles.everywhere(),
            roles.collect(),
            Entry::Session { id, csrf },
        )
    }

    /// A program with a token: it is who made the token, and may do no more than both.
    pub(super) fn of_token(token: &ApiToken, known: &Known) -> Self {
        let roles = match &token.scope {
            Scope::Tenant(name) => token
                .role_in(name, &known.roles)
                .map(|role| (name.clone(), role))
                .into_iter()
                .collect(),
            Scope::All => (known.roles.iter())
                .filter_map(|(scope, grant)| match scope {
                    Scope::All => None,
                    Scope::Tenant(name) => Some((name.clone(), grant.role.min(token.role))),
                })
                .collect(),
        };
        let everywhere = token.role_everywhere(&known.roles);
        Self::new(known, everywhere, roles, Entry::Token { id: token.id })
    }

    fn new(known: &Known, everywhere: Option<Role>, roles: BTreeMap<String, Role>, entry: Entry) -> Self {
        Self(Arc::new(Inner {
            person: known.person.id,
            who: known.person.handle.as_str().into(),
            title: known.person.name.clone(),
            everywhere,
            roles,
            entry,
        }))
    }

    /// The roles by where they hold; `*` is every tenant.
    pub(super) fn roles(&self) -> impl Iterator<Item = (&str, Role)> {
        let everywhere = self.0.everywhere.map(|role| (Scope::All.as_str(), role));
        let of_tenants = self.0.roles.iter().map(|(tenant, role)| (tenant.as_str(), *role));
        everywhere.into_iter().chain(of_tenants)
    }

    /// The role wherever that scope holds.
    pub(super) fn in_scope(&self, scope: &Scope) -> Option<Role> {
        match scope {
            Scope::All => self.0.everywhere,
            Scope::Tenant(tenant) => self.role_in(tenant),
        }
    }

    /// The person's identity.
    #[must_use]
    pub fn person(&self) -> Uuid {
        self.0.person
    }

    /// Who it is, as decisions and the journal keep it.
    #[must_use]
    pub fn who(&self) -> &str {
        &self.0.who
    }

    /// What the person is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The role in all tenants, as a provider's staff have it.
    #[must_use]
    pub fn everywhere(&self) -> Option<Role> {
        self.0.everywhere
    }

    /// The role in a tenant: the greater of that of all tenants and that of this one.
    #[must_use]
    pub fn role_in(&self, tenant: &str) -> Option<Role> {
        self.0.everywhere.max(self.0.roles.get(tenant).copied())
    }

    /// Lets those go on who have a role in all tenants: whoever looks at everything looks at the whole installation, too.
    pub(crate) fn looks_everywhere(&self) -> Result<(), Problem> {
        self.0.everywhere.map(drop).ok_or_else(|| {
            Problem::new(
                Kind::Forbidden,
                "this is about the whole installation and takes a role in all tenants: ask who runs it",
            )
        })
    }

    /// The guest gives roles, somewhere.
    pub(crate) fn administers(&self) -> bool {
        self.0.everywhere == Some(Role::Administrator)
            || self.0.roles.values().any(|role| *role == Role::Administrator)
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.0.entry
    }

    /// What forms of this session repeat.
    pub(crate) fn csrf(&self) -> Option<&str> {
        match &self.0.entry {
            Entry::Session { csrf, .. } => Some(csrf),
            Entry::Token { .. } => None,
        }
    }

    /// Goes into a tenant. Where the guest has no role at all, it is not told whether there is such a tenant.
    ///
    /// # Errors
    ///
    /// As for a tenant that is not there, without a role; else that the role is not enough.
    pub fn within<R: AtLeast>(&self, tenant: &str) -> Result<Within<R>, Problem> {
        let role = self.role_in(tenant).ok_or_else(|| no_tenant(tenant))?;
        Within::admit(tenant, &self.0.who, role).ok_or_else(|| {
            let (needed, has) = (R::ROLE.as_str(), role.as_str());
            Problem::new(
                Kind::Forbidden,
                format!("this takes the role {needed} in {tenant}, and you have {has}: ask an administrator for it"),
            )
        })
    }
}

/// That there is no such tenant, or none for this guest.
pub(crate) fn no_tenant(tenant: &str) -> Problem {
    Problem::new(
        Kind::Absent,
        format!(
            "there is no tenant {tenant:?} for you: see its name, or ask an administrator for a role in it"
        ),
    )
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Problem::new(
                Kind::SignedOut,
                "sign in at /sign-in, or give a token: `Authorization: Bearer TOKEN`",
            )
        })
    }
}

/// The guest in the tenant that the address names as `{tenant}`, with at least this role.
#[derive(Debug, Clone)]
pub(crate) struct In<R>(pub(crate) Within<R>);

impl<R: AtLeast> FromRequestParts<crate::app::App> for In<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &crate::app::App) -> Result<Self, Problem> {
        let guest = Guest::from_request_parts(parts, app).await?;
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, app)
            .await
            .map_err(|cause| Problem::new(Kind::BadRequest, cause.body_text()))?;
        let tenant = path
            .get("tenant")
            .ok_or_else(|| Problem::failed("a route asks for a tenant and names none"))?;
        let within = guest.within(tenant)?;
        // A role outlives its tenant, and one in all tenants reaches for any name.
        let known = app.desk().tenants().await.iter().any(|plan| plan.name == *tenant);
        if known {
            Ok(Self(within))
        } else {
            Err(no_tenant(tenant))
        }
    }
}
