//! Links that let somebody in once: the first administrator, and whoever cannot sign in otherwise.

use samklang_core::port::StoreError;

use super::person::{Came, Known, add, of_handle};
use super::role::{Grant, Role, Scope, put, role, roles_of};
use super::secret::{Secret, hash};
use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row};
use crate::staff::Staff;

/// What a link opens, as long as nobody has used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// Where the role will hold.
    pub scope: Scope,
    /// Which role.
    pub role: Role,
    /// Who made it.
    pub who: String,
    /// Until when it can be used, in milliseconds since 1970.
    pub expires: i64,
}

const COLUMNS: &str = "e.tenant, e.role, e.who, a.name, e.expires";

/// Where they are.
const FROM: &str = "entrance e JOIN actor a ON a.id = e.who";

fn entrance(staff: &Staff, row: &Row) -> Answer<Entrance> {
    Ok(Entrance {
        scope: Scope::parse(&row.text(0)?),
        role: role(row, 1, "entrance")?,
        who: staff.name(row, 2)?,
        expires: row.integer(4)?,
    })
}

impl Access {
    /// Makes a link, and tells its secret once.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn make_link(&self, entrance: &Entrance, now: i64) -> Result<Secret, StoreError> {
        let secret = Secret::draw("")?;
        let Entrance {
            scope,
            role,
            who,
            expires,
        } = entrance;
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql =
            "INSERT INTO entrance (hash, tenant, role, who, made, expires) VALUES ($1, $2, $3, $4, $5, $6)";
        let kept = staff.keep(&mut session, who).await?;
        let given = arguments![secret.hash(), scope.as_str(), role.as_str(), kept, now, *expires];
        session.run(sql, given).await?;
        let change = Change {
            scope: Some(scope),
            role: Some(*role),
            ..Change::new(AccessEvent::LinkMade, who, now)
        };
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok(secret)
    }

    /// What a link opens; none when it is unknown, used or too old. It stays as it is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn link(&self, secret: &str, now: i64) -> Result<Option<Entrance>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM {FROM} WHERE e.hash = $1 AND e.used IS NULL AND e.expires > $2");
        let row = self
            .database
            .read()
            .await?
            .row(sql, arguments![hash(secret), now])
            .await?;
        let staff = self.staff()?;
        row.map(|row| entrance(staff, &row)).transpose()
    }

    /// Whether there is a link for an administrator of all tenants that can still be used.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn has_link(&self, now: i64) -> Result<bool, StoreError> {
        let sql =
            "SELECT count(*) FROM entrance WHERE tenant = $1 AND role = $2 AND used IS NULL AND expires > $3";
        let given = arguments![Scope::All.as_str(), Role::Administrator.as_str(), now];
        let row = self.database.read().await?.row(sql, given).await?;
        row.map_or(Ok(false), |row| Ok(row.integer(0)? > 0))
    }

    /// Uses a link: somebody of that name comes in with its role. None when it is unknown, used or too old. Of two who use it at once, one
    /// comes in.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn use_link(&self, secret: &str, name: &str, now: i64) -> Result<Option<Known>, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql = "UPDATE entrance SET used = $2 WHERE hash = $1 AND used IS NULL AND expires > $2";
        if session.run(sql, arguments![hash(secret), now]).await? == 0 {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE e.hash = $1");
        let Some(row) = session.row(sql, arguments![hash(secret)]).await? else {
            return Ok(None);
        };
        let entrance = entrance(staff, &row)?;
        let by = of_handle(&mut session, staff, &entrance.who).await?;
        let person = add(&mut session, staff, (name, name), Came::Invited(by), now).await?;
        let grant = Grant {
            role: entrance.role,
            who: entrance.who.clone(),
            at: now,
        };
        put(&mut session, staff, person.id, &entrance.scope, &grant).await?;
        let change = Change {
            scope: Some(&entrance.scope),
            role: Some(entrance.role),
            ..Change::new(AccessEvent::LinkUsed, &person.handle, now)
        };
        note(&mut session, staff, &change).await?;
        let roles = roles_of(&mut session, staff, person.id).await?;
        session.commit().await?;
        Ok(Some(Known { person, roles }))
    }
}
