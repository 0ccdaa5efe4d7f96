//! What pages and API do about access, by the same code: each looks first whether the guest may, and leaves a note in the access journal
//! and, where it is about a tenant, in that tenant's.

use samklang_core::journal::Event;
use samklang_store::{Entrance, Promised, Role, Scope, TokenWish};
use serde_json::json;
use uuid::Uuid;

use super::guest::{Entry, Guest, no_tenant};
use super::shape::{
    AccessChange, Holder, LinkRequest, MadeLink, MadeToken, Me, OwnSession, Promise, PromiseRequest,
    RoleHeld, RoleRequest, Staff, Token, TokenRequest,
};
use super::{Administrator, TIMES, Viewer, link};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::Moment;

const DAY: i64 = 24 * 3_600_000;

/// The longest that a token can be used, in days.
const LONGEST: u16 = 365;

/// The longest name of a token.
const NAME: usize = 80;

/// The longest mail address (RFC 5321, 4.5.3.1), or name of a sign-in service for somebody.
const ADDRESS: usize = 320;

/// Where the guest administers: a tenant, or all of them.
pub(crate) async fn administered(app: &App, guest: &Guest, tenant: &str) -> Result<Scope, Problem> {
    let scope = Scope::parse(tenant);
    match &scope {
        Scope::All if guest.everywhere() == Some(Role::Administrator) => {}
        Scope::All => {
            return Err(Problem::new(
                Kind::Forbidden,
                "this takes the role administrator in all tenants: ask one of those who have it",
            ));
        }
        Scope::Tenant(name) => {
            guest.within::<Administrator>(name)?;
            known(app, name).await?;
        }
    }
    Ok(scope)
}

async fn known(app: &App, tenant: &str) -> Result<(), Problem> {
    let tenants = app.desk().tenants().await;
    if tenants.iter().any(|plan| plan.name == tenant) {
        Ok(())
    } else {
        Err(no_tenant(tenant))
    }
}

/// Leaves a note in the journal of the tenant that it is about.
async fn noted(
    app: &App,
    guest: &Guest,
    scope: &Scope,
    event: Event,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    if let Scope::Tenant(name) = scope {
        app.desk()
            .note(&guest.within::<Viewer>(name)?, event, detail)
            .await?;
    }
    Ok(())
}

/// Refuses a token what would outlive it: whoever came by one that leaked would otherwise have a way in when it is over.
fn in_person(guest: &Guest, detail: &str) -> Result<(), Problem> {
    match guest.entry() {
        Entry::Session { .. } => Ok(()),
        Entry::Token { .. } => Err(Problem::new(Kind::Forbidden, detail)),
    }
}

/// What a token is told that would let somebody in.
const AT_ACCESS: &str = "a token lets nobody in: sign in, and do it at /access";

fn refused(detail: impl Into<String>) -> Problem {
    Problem::new(Kind::Refused, detail)
}

fn absent(what: &str) -> Problem {
    Problem::new(Kind::Absent, format!("there is no such {what} there: look again"))
}

/// The greatest role that the guest has anywhere.
pub(super) fn greatest(guest: &Guest) -> Option<Role> {
    guest.roles().map(|(_, role)| role).max()
}

/// Who the guest is.
pub(crate) fn me(guest: &Guest) -> Me {
    Me {
        person: guest.person(),
        who: guest.who().to_owned(),
        name: guest.title().to_owned(),
        roles: guest
            .roles()
            .map(|(tenant, role)| RoleHeld {
                tenant: tenant.to_owned(),
                role,
            })
            .collect(),
    }
}

/// The guest's own tokens, newest first.
pub(crate) async fn own_tokens(app: &App, guest: &Guest) -> Result<Vec<Token>, Problem> {
    let tokens = app
        .store()
        .access()
        .tokens_of(guest.person())
        .await
        .map_err(Problem::failed)?;
    Ok(tokens
        .iter()
        .map(|token| Token::of(token, None, app.now()))
        .collect())
}

/// Makes a token that allows no more than the guest is allowed. A token makes none: otherwise it would never run out.
pub(crate) async fn make_token(app: &App, guest: &Guest, wish: &TokenRequest) -> Result<MadeToken, Problem> {
    in_person(guest, "a token makes no tokens: sign in, and make it at /account")?;
    let name = wish.name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(refused("a token has a name of 1 to 80 letters"));
    }
    if !(1..=LONGEST).contains(&wish.days) {
        return Err(refused("a token lasts from 1 to 365 days"));
    }
    let scope = Scope::parse(&wish.tenant);
    let own = match &scope {
        Scope::All => guest.everywhere(),
        Scope::Tenant(tenant) => {
            guest.within::<Viewer>(tenant)?;
            known(app, tenant).await?;
            guest.role_in(tenant)
        }
    };
    if own.is_none_or(|own| own < wish.role) {
        let has = own.map_or("none", Role::as_str);
        let detail = format!("a token allows no more than you are allowed, which is {has} there");
        return Err(Problem::new(Kind::Forbidden, detail));
    }
    let now = app.now();
    let token = TokenWish {
        name: name.to_owned(),
        scope,
        role: wish.role,
        expires: now.saturating_add(i64::from(wish.days).saturating_mul(DAY)),
    };
    let made = app.store().access().make_token(guest.person(), &token, now).await;
    let (made, secret) = made.map_err(Problem::failed)?;
    let detail = json!({ "token": token.name, "role": token.role.as_str() });
    noted(app, guest, &token.scope, Event::TokenMade, detail).await?;
    Ok(MadeToken {
        token: Token::of(&made, None, now),
        secret: secret.tell().to_owned(),
    })
}

/// The guest's own sessions, newest first.
pub(crate) async fn own_sessions(app: &App, guest: &Guest) -> Result<Vec<OwnSession>, Problem> {
    let this = match guest.entry() {
        Entry::Session { id, .. } => Some(*id),
        Entry::Token { .. } => None,
    };
    let sessions = app
        .store()
        .access()
        .sessions(guest.person(), TIMES, app.now())
        .await;
    let sessions = sessions.map_err(Problem::failed)?;
    Ok(sessions
        .iter()
        .map(|session| OwnSession::of(session, this))
        .collect())
}

/// Ends a session of one's own.
pub(crate) async fn end_own(app: &App, guest: &Guest, id: i64) -> Result<(), Problem> {
    let ended = app
        .store()
        .access()
        .end_session(id, guest.person(), app.now())
        .await;
    if ended.map_err(Problem::failed)? {
        Ok(())
    } else {
        Err(absent("session"))
    }
}

/// Revokes a token of one's own.
pub(crate) async fn revoke_own(app: &App, guest: &Guest, id: i64) -> Result<(), Problem> {
    let access = app.store().access();
    let tokens = access.tokens_of(guest.person()).await.map_err(Problem::failed)?;
    let token = tokens
        .iter()
        .find(|token| token.id == id)
        .ok_or_else(|| absent("token"))?;
    revoke(app, guest, token).await
}

/// Revokes a token of anybody, for a scope that the guest administers.
pub(crate) async fn revoke_of(app: &App, guest: &Guest, tenant: &str, id: i64) -> Result<(), Problem> {
    let scope = administered(app, guest, tenant).await?;
    let tokens = app
        .store()
        .access()
        .tokens_for(&scope)
        .await
        .map_err(Problem::failed)?;
    let token = tokens.iter().find(|(token, _)| token.id == id);
    let (token, _) = token.ok_or_else(|| absent("token"))?;
    revoke(app, guest, token).await
}

async fn revoke(app: &App, guest: &Guest, token: &samklang_store::ApiToken) -> Result<(), Problem> {
    let done = app
        .store()
        .access()
        .revoke_token(token.id, guest.who(), app.now())
        .await;
    if done.map_err(Problem::failed)? && guest.in_scope(&token.scope).is_some() {
        let detail = json!({ "token": token.name });
        noted(app, guest, &token.scope, Event::TokenRevoked, detail).await?;
    }
    Ok(())
}

/// Who may do what somewhere.
pub(crate) async fn staff(app: &App, guest: &Guest, tenant: &str) -> Result<Staff, Problem> {
    let scope = administered(app, guest, tenant).await?;
    let access = app.store().access();
    let holders = access.holders(&scope).await.map_err(Problem::failed)?;
    let promises = access.admissions(&scope).await.map_err(Problem::failed)?;
    let tokens = access.tokens_for(&scope).await.map_err(Problem::failed)?;
    let now = app.now();
    Ok(Staff {
        tenant: tenant.to_owned(),
        holders: holders
            .iter()
            .map(|(person, grant)| Holder::of(person, grant))
            .collect(),
        promises: promises.iter().map(Promise::of).collect(),
        tokens: tokens
            .iter()
            .map(|(token, maker)| Token::of(token, Some(maker), now))
            .collect(),
    })
}

/// What changed of who may do what: in a tenant, or in the whole installation.
pub(crate) async fn changes(
    app: &App,
    guest: &Guest,
    tenant: &str,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AccessChange>, Problem> {
    let of = match administered(app, guest, tenant).await? {
        Scope::All => None,
        Scope::Tenant(name) => Some(name),
    };
    let entries = app.store().access().entries(of.as_deref(), before, limit).await;
    let entries = entries.map_err(Problem::failed)?;
    Ok(entries.into_iter().map(AccessChange::of).collect())
}

/// Gives somebody who has a role there another one, or takes it. A token only takes.
pub(crate) async fn set_role(app: &App, guest: &Guest, wish: &RoleRequest) -> Result<(), Problem> {
    let scope = administered(app, guest, &wish.tenant).await?;
    if wish.role.is_some() {
        in_person(guest, AT_ACCESS)?;
    }
    let access = app.store().access();
    let holders = access.holders(&scope).await.map_err(Problem::failed)?;
    let holder = holders.iter().find(|(person, _)| person.id == wish.person);
    let (person, grant) = holder.ok_or_else(|| absent("person"))?;
    match wish.role {
        Some(role) if role == grant.role => Ok(()),
        Some(role) => {
            let given = access.give(person.id, &scope, role, guest.who(), app.now()).await;
            given.map_err(Problem::failed)?;
            let detail = json!({ "whom": person.handle, "role": role.as_str() });
            noted(app, guest, &scope, Event::RoleGiven, detail).await
        }
        None => {
            let taken = access.take(person.id, &scope, guest.who(), app.now()).await;
            taken.map_err(Problem::failed)?;
            let detail = json!({ "whom": person.handle, "role": grant.role.as_str() });
            // Whoever takes the own role is in the tenant still while that is noted.
            noted(app, guest, &scope, Event::RoleTaken, detail).await
        }
    }
}

/// Promises a role: to a mail address, or to whom the sign-in service knows by a name. A token promises none.
pub(crate) async fn promise(app: &App, guest: &Guest, wish: &PromiseRequest) -> Result<(), Problem> {
    let scope = administered(app, guest, &wish.tenant).await?;
    in_person(guest, AT_ACCESS)?;
    let to = wish.to.trim();
    if to.is_empty()
        || to.chars().count() > ADDRESS
        || to.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(refused(
            "write one mail address, or the sign-in service's own name for the person",
        ));
    }
    let provider = app
        .gate()
        .provider()
        .ok_or_else(|| refused("there is no sign-in service: make a link for the person instead"))?;
    let to = if to.contains('@') && !to.contains(['|', ':']) {
        Promised::Mail(to.to_owned())
    } else {
        Promised::Subject {
            issuer: provider.issuer().to_owned(),
            subject: to.to_owned(),
        }
    };
    let promised = app
        .store()
        .access()
        .promise(&to, &scope, wish.role, guest.who(), app.now())
        .await;
    promised.map_err(Problem::failed)?;
    let detail = json!({ "whom": to.as_str(), "role": wish.role.as_str() });
    noted(app, guest, &scope, Event::RolePromised, detail).await
}

/// Takes a promise back.
pub(crate) async fn take_promise(app: &App, guest: &Guest, tenant: &str, id: i64) -> Result<(), Problem> {
    let scope = administered(app, guest, tenant).await?;
    let taken = app
        .store()
        .access()
        .take_promise(id, &scope, guest.who(), app.now())
        .await;
    if !taken.map_err(Problem::failed)? {
        return Err(absent("promise"));
    }
    noted(app, guest, &scope, Event::PromiseTaken, json!({ "promise": id })).await
}

/// Makes a link that lets somebody in once. A token makes none.
pub(crate) async fn make_link(app: &App, guest: &Guest, wish: &LinkRequest) -> Result<MadeLink, Problem> {
    let scope = administered(app, guest, &wish.tenant).await?;
    in_person(guest, AT_ACCESS)?;
    let now = app.now();
    let entrance = Entrance {
        scope,
        role: wish.role,
        who: guest.who().to_owned(),
        expires: now.saturating_add(link::LASTS),
    };
    let made = link::make(&app.store().access(), &app.settings().address, &entrance, now).await;
    let address = made.map_err(Problem::failed)?;
    let detail = json!({ "role": wish.role.as_str() });
    noted(app, guest, &entrance.scope, Event::LinkMade, detail).await?;
    Ok(MadeLink {
        address,
        expires: Moment(entrance.expires),
    })
}

/// Shuts somebody out of the installation, or lets the person in again, which a token does not.
pub(crate) async fn shut_out(app: &App, guest: &Guest, person: Uuid, out: bool) -> Result<(), Problem> {
    administered(app, guest, Scope::All.as_str()).await?;
    if !out {
        in_person(guest, AT_ACCESS)?;
    }
    if out && person == guest.person() {
        return Err(refused("nobody shuts oneself out: ask another administrator"));
    }
    let access = app.store().access();
    if access.person(person).await.map_err(Problem::failed)?.is_none() {
        return Err(absent("person"));
    }
    let done = access.shut_out(person, out, guest.who(), app.now()).await;
    done.map_err(Problem::failed).map(drop)
}
