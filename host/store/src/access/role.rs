//! What somebody may do, and where.

use std::collections::BTreeMap;
use std::str::FromStr;

use samklang_core::port::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::access::person::{COLUMNS, PEOPLE, Person, handle, person};
use crate::argument::arguments;
use crate::database::{Answer, Row, Session};
use crate::reading::corrupt;
use crate::staff::Staff;

/// What a person may do in a tenant. Each includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Look at everything.
    Viewer,
    /// Run cycles, deliver files, have somebody synchronised.
    Operator,
    /// Decide what is halted and who is who, and enrol targets.
    Approver,
    /// Give roles and builds.
    Administrator,
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role: write `viewer`, `operator`, `approver` or `administrator`")]
pub struct UnknownRole(String);

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Approver, Self::Administrator];

    /// The word for stores, addresses and texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Administrator => "administrator",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        let mut all = Self::ALL.into_iter();
        all.find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownRole(word.to_owned()))
    }
}

/// Where a role holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// In every tenant, also in those that are added later.
    All,
    /// In the tenant of this name.
    Tenant(String),
}

/// How every tenant is written; no tenant has this name.
pub(super) const ALL: &str = "*";

impl Scope {
    /// The tenant of this name.
    #[must_use]
    pub fn tenant(name: &str) -> Self {
        Self::Tenant(name.to_owned())
    }

    /// Reads what [`Scope::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == ALL {
            Self::All
        } else {
            Self::tenant(text)
        }
    }

    /// The tenant's name, or `*` for all.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => ALL,
            Self::Tenant(name) => name,
        }
    }

    /// Whether it holds in that tenant.
    #[must_use]
    pub fn holds_in(&self, tenant: &str) -> bool {
        match self {
            Self::All => true,
            Self::Tenant(name) => name == tenant,
        }
    }
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which.
    pub role: Role,
    /// Who gave it.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// The roles that somebody has, by where they hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(BTreeMap<Scope, Grant>);

impl Roles {
    /// The role in a tenant, if any: the greater of the one there and the one everywhere.
    #[must_use]
    pub fn in_tenant(&self, tenant: &str) -> Option<Role> {
        self.everywhere().max(self.of(&Scope::tenant(tenant)))
    }

    /// The role in all tenants, if any.
    #[must_use]
    pub fn everywhere(&self) -> Option<Role> {
        self.of(&Scope::All)
    }

    /// What may be done wherever that scope holds, if anything.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> Option<Role> {
        match scope {
            Scope::All => self.everywhere(),
            Scope::Tenant(name) => self.in_tenant(name),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = (&Scope, &Grant)> {
        self.0.iter()
    }

    fn of(&self, scope: &Scope) -> Option<Role> {
        self.0.get(scope).map(|grant| grant.role)
    }
}

impl FromIterator<(Scope, Grant)> for Roles {
    fn from_iter<T: IntoIterator<Item = (Scope, Grant)>>(grants: T) -> Self {
        Self(grants.into_iter().collect())
    }
}

/// Reads the role in a column.
pub(super) fn role(row: &Row, column: usize, table: &str) -> Answer<Role> {
    let word = row.text(column)?;
    word.parse()
        .map_err(|error: UnknownRole| corrupt(format!("a role in table {table}"), error))
}

/// The roles of a person.
pub(super) async fn roles_of(session: &mut Session, staff: &Staff, person: Uuid) -> Answer<Roles> {
    let sql = format!("SELECT r.tenant, {GRANT} WHERE r.person = $1 ORDER BY r.tenant");
    let rows = session.rows(sql, arguments![person]).await?;
    rows.iter()
        .map(|row| Ok((Scope::parse(&row.text(0)?), grant(staff, row, 1)?)))
        .collect()
}

/// The columns that [`grant`] reads, and where they are.
const GRANT: &str = "r.role, r.who, a.name, r.at FROM person_role r JOIN actor a ON a.id = r.who";

fn grant(staff: &Staff, row: &Row, first: usize) -> Answer<Grant> {
    Ok(Grant {
        role: role(row, first, "person_role")?,
        who: staff.name(row, first + 1)?,
        at: row.integer(first + 3)?,
    })
}

/// Gives a role in place of the one that the person has there.
pub(super) async fn put(
    session: &mut Session,
    staff: &Staff,
    person: Uuid,
    scope: &Scope,
    grant: &Grant,
) -> Answer<()> {
    let who = staff.keep(session, &grant.who).await?;
    let sql = "INSERT INTO person_role (person, tenant, role, who, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (person, tenant) DO UPDATE SET role = excluded.role, who = excluded.who, at = excluded.at";
    let given = arguments![person, scope.as_str(), grant.role.as_str(), who, grant.at];
    session.run(sql, given).await.map(drop)
}

impl Access {
    /// Gives a person a role, in place of the one that the person has there. False when there is no such person.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn give(
        &self,
        person: Uuid,
        scope: &Scope,
        role: Role,
        who: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let Some(whom) = handle(&mut session, staff, person).await? else {
            return Ok(false);
        };
        let grant = Grant {
            role,
            who: who.to_owned(),
            at: now,
        };
        put(&mut session, staff, person, scope, &grant).await?;
        let change = Change {
            whom: Some(&whom),
            scope: Some(scope),
            role: Some(role),
            ..Change::new(AccessEvent::RoleGiven, who, now)
        };
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Takes the role that a person has there. False when there is none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take(&self, person: Uuid, scope: &Scope, who: &str, now: i64) -> Result<bool, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let Some(whom) = handle(&mut session, staff, person).await? else {
            return Ok(false);
        };
        let had = roles_of(&mut session, staff, person).await?.of(scope);
        let sql = "DELETE FROM person_role WHERE person = $1 AND tenant = $2";
        if session.run(sql, arguments![person, scope.as_str()]).await? == 0 {
            return Ok(false);
        }
        let change = Change {
            whom: Some(&whom),
            scope: Some(scope),
            role: had,
            ..Change::new(AccessEvent::RoleTaken, who, now)
        };
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok(true)
    }

    /// Those who have a role for just that scope, with it, by name.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn holders(&self, scope: &Scope) -> Result<Vec<(Person, Grant)>, StoreError> {
        let sql = format!(
            "SELECT r.role, r.who, a.name, r.at, {COLUMNS} FROM {PEOPLE} JOIN person_role r ON r.person = p.id \
             JOIN actor a ON a.id = r.who WHERE r.tenant = $1"
        );
        let rows = self
            .database
            .read()
            .await?
            .rows(sql, arguments![scope.as_str()])
            .await?;
        let staff = self.staff()?;
        let holders = rows
            .iter()
            .map(|row| Ok((person(staff, row, 4)?, grant(staff, row, 0)?)));
        let mut holders = holders.collect::<Answer<Vec<(Person, Grant)>>>()?;
        holders.sort_by(|(one, _), (other, _)| (&one.name, &one.handle).cmp(&(&other.name, &other.handle)));
        Ok(holders)
    }

    /// Whether anybody can give roles in every tenant.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn has_administrator(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM person_role r JOIN person p ON p.id = r.person \
                   WHERE r.tenant = $1 AND r.role = $2 AND p.disabled IS NULL";
        let given = arguments![ALL, Role::Administrator.as_str()];
        let row = self.database.read().await?.row(sql, given).await?;
        row.map_or(Ok(false), |row| Ok(row.integer(0)? > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(given: &[(&str, Role)]) -> Roles {
        let grant = |role| Grant {
            role,
            who: "anna".to_owned(),
            at: 1,
        };
        given
            .iter()
            .map(|(scope, role)| (Scope::parse(scope), grant(*role)))
            .collect()
    }

    #[test]
    fn the_greater_role_counts() {
        let both = roles(&[
            ("*", Role::Operator),
            ("nordvik", Role::Administrator),
            ("aarhus", Role::Viewer),
        ]);
        assert_eq!(both.in_tenant("nordvik"), Some(Role::Administrator));
        assert_eq!(both.in_tenant("aarhus"), Some(Role::Operator));
        assert_eq!(both.in_tenant("odense"), Some(Role::Operator));
        assert_eq!(both.within(&Scope::All), Some(Role::Operator));
        let one = roles(&[("nordvik", Role::Approver)]);
        assert_eq!((one.in_tenant("aarhus"), one.everywhere()), (None, None));
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        let error = "root".parse::<Role>().unwrap_err();
        assert!(error.to_string().contains("`viewer`"), "{error}");
    }
}
