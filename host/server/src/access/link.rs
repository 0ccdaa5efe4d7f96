//! Links that let somebody in once, and the first of them: where nobody can give roles, the server tells a link where it was started.

use samklang_core::port::StoreError;
use samklang_store::{Access, Entrance, Role, Scope};
use url::Url;

use super::within::ITSELF;

/// How long a link can be used, in milliseconds.
pub(super) const LASTS: i64 = 24 * 3_600_000;

/// Makes a link, and answers its address.
pub(super) async fn make(
    access: &Access,
    address: &Url,
    entrance: &Entrance,
    now: i64,
) -> Result<String, StoreError> {
    let secret = access.make_link(entrance, now).await?;
    let root = address.as_str().trim_end_matches('/');
    Ok(format!("{root}/sign-in/link/{}", secret.tell()))
}

/// A link for the first administrator, where there is no administrator of all tenants and no link for one that can still be used. It is
/// for whoever starts the server, and for nobody's log.
///
/// # Errors
///
/// When the database fails.
pub async fn first_link(access: &Access, address: &Url, now: i64) -> Result<Option<String>, StoreError> {
    if access.has_administrator().await? || access.has_link(now).await? {
        return Ok(None);
    }
    let link = one_time_link(access, address, &Scope::All, Role::Administrator, ITSELF, now).await?;
    Ok(Some(link))
}

/// A link that lets one person in, once, with that role, made by somebody at the machine itself. It can be used for a day.
///
/// # Errors
///
/// When the database fails.
pub async fn one_time_link(
    access: &Access,
    address: &Url,
    scope: &Scope,
    role: Role,
    who: &str,
    now: i64,
) -> Result<String, StoreError> {
    let entrance = Entrance {
        scope: scope.clone(),
        role,
        who: who.to_owned(),
        expires: now.saturating_add(LASTS),
    };
    make(access, address, &entrance, now).await
}
