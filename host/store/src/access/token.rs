//! Tokens for programs. A token never allows more than its maker is allowed at the time that it is used.

use samklang_core::port::StoreError;
use uuid::Uuid;

use super::person::{COLUMNS as PERSON, Known, PEOPLE, handle, person};
use super::role::{Role, Scope, role, roles_of};
use super::secret::{Secret, TOKEN, hash};
use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row};

/// A token that is to be made. That it allows no more than its maker, and for how long it may last, is for the caller to see to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenWish {
    /// What people call it.
    pub name: String,
    /// Where it holds.
    pub scope: Scope,
    /// What it allows at the most.
    pub role: Role,
    /// Until when, in milliseconds since 1970.
    pub expires: i64,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its number.
    pub id: i64,
    /// How it begins.
    pub prefix: String,
    /// What people call it.
    pub name: String,
    /// Who made it.
    pub maker: Uuid,
    /// Where it holds.
    pub scope: Scope,
    /// What it allows at the most.
    pub role: Role,
    /// When it was made, in milliseconds since 1970.
    pub made: i64,
    /// Until when it can be used.
    pub expires: i64,
    /// When it was used last, to the minute; to ten where much is being written.
    pub used: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl ApiToken {
    /// What it allows in a tenant now, with the maker's roles as they are.
    #[must_use]
    pub fn role_in(&self, tenant: &str, maker: &super::Roles) -> Option<Role> {
        let allowed = self.scope.holds_in(tenant).then_some(self.role)?;
        maker.in_tenant(tenant).map(|role| role.min(allowed))
    }

    /// What it allows in all tenants now.
    #[must_use]
    pub fn role_everywhere(&self, maker: &super::Roles) -> Option<Role> {
        let allowed = (self.scope == Scope::All).then_some(self.role)?;
        maker.everywhere().map(|role| role.min(allowed))
    }
}

/// The columns that [`token`] reads, of table `api_token` called `t`.
const COLUMNS: &str =
    "t.id, t.prefix, t.name, t.maker, t.tenant, t.role, t.made, t.expires, t.used, t.revoked";

/// How many they are.
const WIDTH: usize = 10;

fn token(row: &Row) -> Answer<ApiToken> {
    Ok(ApiToken {
        id: row.integer(0)?,
        prefix: row.text(1)?,
        name: row.text(2)?,
        maker: crate::reading::uuid(&row.octets(3)?, "api_token")?,
        scope: Scope::parse(&row.text(4)?),
        role: role(row, 5, "api_token")?,
        made: row.integer(6)?,
        expires: row.integer(7)?,
        used: row.maybe_integer(8)?,
        revoked: row.maybe_integer(9)?,
    })
}

impl Access {
    /// Makes a token, and tells its secret once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn make_token(
        &self,
        maker: Uuid,
        wish: &TokenWish,
        now: i64,
    ) -> Result<(ApiToken, Secret), StoreError> {
        let (secret, staff) = (Secret::draw(TOKEN)?, self.staff()?);
        let mut session = self.database.write().await?;
        let sql = "INSERT INTO api_token (hash, prefix, name, maker, tenant, role, made, expires) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let given = arguments![
            secret.hash(),
            secret.prefix(),
            &wish.name,
            maker,
            wish.scope.as_str(),
            wish.role.as_str(),
            now,
            wish.expires
        ];
        session.run(sql, given).await?;
        let sql = format!("SELECT {COLUMNS} FROM api_token t WHERE t.hash = $1");
        let row = session.row(sql, arguments![secret.hash()]).await?;
        let row = row.ok_or_else(|| crate::reading::corrupt("api_token", "it is not there"))?;
        let who = handle(&mut session, staff, maker).await?.unwrap_or_default();
        let change = Change {
            scope: Some(&wish.scope),
            role: Some(wish.role),
            what: Some(&wish.name),
            ..Change::new(AccessEvent::TokenMade, &who, now)
        };
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok((token(&row)?, secret))
    }

    /// The token of that secret and who made it, with the maker's roles as they are now. None when it is unknown, revoked or too old, or the
    /// maker is shut out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn token(&self, secret: &str, now: i64) -> Result<Option<(ApiToken, Known)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, {PERSON} FROM {PEOPLE} JOIN api_token t ON t.maker = p.id \
             WHERE t.hash = $1 AND t.expires > $2 AND t.revoked IS NULL AND p.disabled IS NULL"
        );
        let staff = self.staff()?;
        let mut session = self.database.read().await?;
        let Some(row) = session.row(sql, arguments![hash(secret), now]).await? else {
            return Ok(None);
        };
        let (found, person) = (token(&row)?, person(staff, &row, WIDTH)?);
        let roles = roles_of(&mut session, staff, person.id).await?;
        drop(session);
        let unnoted = found.used.map_or(i64::MAX, |used| now.saturating_sub(used));
        if let Some(mut session) = self.to_note(unnoted).await? {
            let sql = "UPDATE api_token SET used = $2 WHERE id = $1";
            session.run(sql, arguments![found.id, now]).await?;
            session.commit().await?;
        }
        Ok(Some((found, Known { person, roles })))
    }

    /// The tokens that a person made, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tokens_of(&self, maker: Uuid) -> Result<Vec<ApiToken>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM api_token t WHERE t.maker = $1 ORDER BY t.id DESC");
        let rows = self.database.read().await?.rows(sql, arguments![maker]).await?;
        rows.iter().map(token).collect()
    }

    /// The tokens for just that scope with who made them, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tokens_for(&self, scope: &Scope) -> Result<Vec<(ApiToken, super::Person)>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, {PERSON} FROM {PEOPLE} JOIN api_token t ON t.maker = p.id \
             WHERE t.tenant = $1 ORDER BY t.id DESC"
        );
        let rows = self
            .database
            .read()
            .await?
            .rows(sql, arguments![scope.as_str()])
            .await?;
        let staff = self.staff()?;
        rows.iter()
            .map(|row| Ok((token(row)?, person(staff, row, WIDTH)?)))
            .collect()
    }

    /// Revokes a token. False when there is none of that number, or it is revoked already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn revoke_token(&self, id: i64, who: &str, now: i64) -> Result<bool, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql = "UPDATE api_token SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
        if session.run(sql, arguments![id, now]).await? == 0 {
            return Ok(false);
        }
        let sql = format!(
            "SELECT {COLUMNS}, {PERSON} FROM {PEOPLE} JOIN api_token t ON t.maker = p.id WHERE t.id = $1"
        );
        if let Some(row) = session.row(sql, arguments![id]).await? {
            let (token, maker) = (token(&row)?, person(staff, &row, WIDTH)?);
            let change = Change {
                whom: (maker.handle != who).then_some(maker.handle.as_str()),
                scope: Some(&token.scope),
                role: Some(token.role),
                what: Some(&token.name),
                ..Change::new(AccessEvent::TokenRevoked, who, now)
            };
            note(&mut session, staff, &change).await?;
        }
        session.commit().await?;
        Ok(true)
    }
}
