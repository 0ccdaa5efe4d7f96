//! Access as pages and API show it. A tenant is its name, and `*` is every tenant.

use samklang_store::{AccessEntry, Admission, ApiToken, Grant, Person, Promised, Role, Scope, SessionRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::view::Moment;

/// How a scope is told.
pub(super) fn tenant(scope: &Scope) -> String {
    scope.as_str().to_owned()
}

/// A role that somebody has.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RoleHeld {
    /// The tenant, or `*` for all.
    pub(crate) tenant: String,
    /// What it allows.
    pub(crate) role: Role,
}

/// Who makes the request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The person's identity.
    pub(crate) person: Uuid,
    /// Who it is, as decisions and journals keep it.
    pub(crate) who: String,
    /// What the person is called.
    pub(crate) name: String,
    /// What may be done where: of a token, no more than the token allows.
    pub(crate) roles: Vec<RoleHeld>,
}

/// A session of one's own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OwnSession {
    /// Its number.
    pub(crate) id: i64,
    /// When it began.
    pub(crate) began: Moment,
    /// When it was used last.
    pub(crate) used: Moment,
    /// When it is over at the latest.
    pub(crate) expires: Moment,
    /// It is the one that asks.
    pub(crate) this: bool,
}

impl OwnSession {
    pub(super) fn of(record: &SessionRecord, this: Option<i64>) -> Self {
        Self {
            id: record.id,
            began: Moment(record.created),
            used: Moment(record.used),
            expires: Moment(record.expires),
            this: this == Some(record.id),
        }
    }
}

/// A token for programs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Token {
    /// Its number.
    pub(crate) id: i64,
    /// What people call it.
    pub(crate) name: String,
    /// How it begins.
    pub(crate) begins: String,
    /// The tenant where it holds, or `*` for all.
    pub(crate) tenant: String,
    /// What it allows at the most; never more than its maker is allowed.
    pub(crate) role: Role,
    /// Who made it; none in a list of one's own.
    pub(crate) maker: Option<String>,
    /// When it was made.
    pub(crate) made: Moment,
    /// Until when it can be used.
    pub(crate) expires: Moment,
    /// When it was used last.
    pub(crate) used: Option<Moment>,
    /// When it was revoked.
    pub(crate) revoked: Option<Moment>,
    /// It can be used now.
    pub(crate) counts: bool,
}

impl Token {
    pub(super) fn of(token: &ApiToken, maker: Option<&Person>, now: i64) -> Self {
        Self {
            id: token.id,
            name: token.name.clone(),
            begins: token.prefix.clone(),
            tenant: tenant(&token.scope),
            role: token.role,
            maker: maker.map(|person| person.handle.clone()),
            made: Moment(token.made),
            expires: Moment(token.expires),
            used: token.used.map(Moment),
            revoked: token.revoked.map(Moment),
            counts: token.revoked.is_none() && token.expires > now,
        }
    }
}

/// A token that is to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct TokenRequest {
    /// What people call it.
    #[schema(min_length = 1, max_length = 80)]
    pub(crate) name: String,
    /// The tenant where it shall hold, or `*` for all.
    #[schema(min_length = 1, max_length = 63)]
    pub(crate) tenant: String,
    /// What it shall allow at the most.
    pub(crate) role: Role,
    /// For how many days.
    #[schema(minimum = 1, maximum = 365)]
    pub(crate) days: u16,
}

/// A token that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// The token.
    pub(crate) token: Token,
    /// Its secret. It is told this once.
    pub(crate) secret: String,
}

/// Somebody with a role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Holder {
    /// The person's identity.
    pub(crate) person: Uuid,
    /// Who it is, as decisions and journals keep it.
    pub(crate) who: String,
    /// What the person is called.
    pub(crate) name: String,
    /// The mail address, where the sign-in service has verified one.
    pub(crate) mail: Option<String>,
    /// The person signs in at the sign-in service, and did not come by a link.
    pub(crate) vouched: bool,
    /// The role.
    pub(crate) role: Role,
    /// Who gave it.
    pub(crate) given_by: String,
    /// When.
    pub(crate) given: Moment,
    /// When the person came last.
    pub(crate) seen: Moment,
    /// Since when the person is shut out of the installation.
    pub(crate) shut_out: Option<Moment>,
}

impl Holder {
    pub(super) fn of(person: &Person, grant: &Grant) -> Self {
        Self {
            person: person.id,
            who: person.handle.clone(),
            name: person.name.clone(),
            mail: person.mail.clone(),
            vouched: person.vouched.is_some(),
            role: grant.role,
            given_by: grant.who.clone(),
            given: Moment(grant.at),
            seen: Moment(person.seen),
            shut_out: person.disabled.map(Moment),
        }
    }
}

/// A role that waits for somebody who has not come yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Promise {
    /// Its number.
    pub(crate) id: i64,
    /// The mail address, or the sign-in service's name for the person.
    pub(crate) to: String,
    /// It is a mail address.
    pub(crate) by_mail: bool,
    /// The role.
    pub(crate) role: Role,
    /// Who promised it.
    pub(crate) promised_by: String,
    /// When.
    pub(crate) promised: Moment,
}

impl Promise {
    pub(super) fn of(admission: &Admission) -> Self {
        Self {
            id: admission.id,
            to: admission.promised_to.as_str().to_owned(),
            by_mail: matches!(admission.promised_to, Promised::Mail(_)),
            role: admission.role,
            promised_by: admission.who.clone(),
            promised: Moment(admission.at),
        }
    }
}

/// What changed of who may do what.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AccessChange {
    /// Its number; later ones are greater.
    pub(crate) seq: i64,
    /// When.
    pub(crate) at: Moment,
    /// What happened, such as `role-given`.
    pub(crate) event: &'static str,
    /// Who did it.
    pub(crate) who: String,
    /// To whom.
    pub(crate) whom: Option<String>,
    /// In which tenant, or `*` for all.
    pub(crate) tenant: Option<String>,
    /// The role that it is about.
    pub(crate) role: Option<Role>,
    /// The name of the token that it is about.
    pub(crate) token: Option<String>,
}

impl AccessChange {
    pub(super) fn of(entry: AccessEntry) -> Self {
        Self {
            seq: entry.seq,
            at: Moment(entry.at),
            event: entry.event.as_str(),
            who: entry.who,
            whom: entry.whom,
            tenant: entry.scope.as_ref().map(tenant),
            role: entry.role,
            token: entry.what,
        }
    }
}

/// Who may do what somewhere.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Staff {
    /// The tenant, or `*` for what holds in all.
    pub(crate) tenant: String,
    /// Those who have a role just there.
    pub(crate) holders: Vec<Holder>,
    /// Roles that are promised just there.
    pub(crate) promises: Vec<Promise>,
    /// Tokens that hold just there.
    pub(crate) tokens: Vec<Token>,
}

/// A role that somebody shall have.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RoleRequest {
    /// The tenant's name, or `*` for all tenants.
    #[schema(min_length = 1, max_length = 63)]
    pub(crate) tenant: String,
    /// Who. It is somebody who has a role there already; to others, roles are promised.
    pub(crate) person: Uuid,
    /// The role; none takes the one that the person has.
    pub(crate) role: Option<Role>,
}

/// A role that is to be promised.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct PromiseRequest {
    /// The tenant's name, or `*` for all tenants.
    #[schema(min_length = 1, max_length = 63)]
    pub(crate) tenant: String,
    /// A mail address, or the sign-in service's own name for the person.
    #[schema(min_length = 1, max_length = 320)]
    pub(crate) to: String,
    /// The role.
    pub(crate) role: Role,
}

/// A link that is to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct LinkRequest {
    /// The tenant's name, or `*` for all tenants.
    #[schema(min_length = 1, max_length = 63)]
    pub(crate) tenant: String,
    /// The role of whoever comes by it.
    pub(crate) role: Role,
}

/// A link that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MadeLink {
    /// The address. It is told this once, and lets one person in, once.
    pub(crate) address: String,
    /// Until when.
    pub(crate) expires: Moment,
}
