//! Roles that are promised to somebody who has not come yet. They are given when that person comes.

use samklang_core::port::StoreError;

use super::person::{Identity, fold};
use super::role::{Role, Scope, role};
use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row, Session};

/// To whom something is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promised {
    /// Whoever the issuer says has this mail address.
    Mail(String),
    /// Whom this issuer knows by this subject.
    Subject {
        /// The issuer.
        issuer: String,
        /// Its name for the person.
        subject: String,
    },
}

impl Promised {
    /// The columns `issuer` and `promised_to`. A mail address has no issuer.
    fn columns(&self) -> (String, String) {
        match self {
            Self::Mail(mail) => (String::new(), fold(mail)),
            Self::Subject { issuer, subject } => (issuer.clone(), subject.clone()),
        }
    }

    fn read(issuer: String, promised_to: String) -> Self {
        if issuer.is_empty() {
            Self::Mail(promised_to)
        } else {
            Self::Subject {
                issuer,
                subject: promised_to,
            }
        }
    }

    /// The address, or the subject.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(mail) => mail,
            Self::Subject { subject, .. } => subject,
        }
    }
}

/// A role that is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub promised_to: Promised,
    /// Where it will hold.
    pub scope: Scope,
    /// Which.
    pub role: Role,
    /// Who promised it.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// A promise that is to be kept now.
pub(super) struct Kept {
    pub(super) id: i64,
    pub(super) scope: Scope,
    pub(super) role: Role,
    pub(super) who: String,
}

/// What is promised to somebody.
pub(super) async fn promised(session: &mut Session, identity: &Identity) -> Answer<Vec<Kept>> {
    let sql = "SELECT id, tenant, role, who FROM admission \
               WHERE (issuer = $1 AND promised_to = $2) OR (issuer = '' AND promised_to = $3) ORDER BY id";
    let mail = identity.verified_mail.as_deref().map(fold);
    let given = arguments![&identity.issuer, &identity.subject, mail];
    let rows = session.rows(sql, given).await?;
    rows.iter()
        .map(|row| {
            Ok(Kept {
                id: row.integer(0)?,
                scope: Scope::parse(&row.text(1)?),
                role: role(row, 2, "admission")?,
                who: row.text(3)?,
            })
        })
        .collect()
}

impl Access {
    /// Promises a role, in place of one that was promised there before.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn promise(
        &self,
        to: &Promised,
        scope: &Scope,
        role: Role,
        who: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut session = self.database.write().await?;
        let (issuer, promised_to) = to.columns();
        let sql = "INSERT INTO admission (issuer, promised_to, tenant, role, who, at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (issuer, promised_to, tenant) \
                   DO UPDATE SET role = excluded.role, who = excluded.who, at = excluded.at";
        let given = arguments![issuer, &promised_to, scope.as_str(), role.as_str(), who, now];
        session.run(sql, given).await?;
        let change = Change {
            whom: Some(&promised_to),
            scope: Some(scope),
            role: Some(role),
            ..Change::new(AccessEvent::RolePromised, who, now)
        };
        note(&mut session, &change).await?;
        session.commit().await
    }

    /// Takes a promise back that was made for that scope. False when there is none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take_promise(
        &self,
        id: i64,
        scope: &Scope,
        who: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut session = self.database.write().await?;
        let sql = format!("SELECT {COLUMNS} FROM admission WHERE id = $1 AND tenant = $2");
        let Some(row) = session.row(sql, arguments![id, scope.as_str()]).await? else {
            return Ok(false);
        };
        let former = admission(&row)?;
        session
            .run("DELETE FROM admission WHERE id = $1", arguments![id])
            .await?;
        let change = Change {
            whom: Some(former.promised_to.as_str()),
            scope: Some(scope),
            role: Some(former.role),
            ..Change::new(AccessEvent::PromiseTaken, who, now)
        };
        note(&mut session, &change).await?;
        session.commit().await?;
        Ok(true)
    }

    /// What is promised for just that scope.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn admissions(&self, scope: &Scope) -> Result<Vec<Admission>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM admission WHERE tenant = $1 ORDER BY promised_to, id");
        let rows = self
            .database
            .read()
            .await?
            .rows(sql, arguments![scope.as_str()])
            .await?;
        rows.iter().map(admission).collect()
    }
}

/// The columns that [`admission`] reads.
const COLUMNS: &str = "id, issuer, promised_to, tenant, role, who, at";

fn admission(row: &Row) -> Answer<Admission> {
    Ok(Admission {
        id: row.integer(0)?,
        promised_to: Promised::read(row.text(1)?, row.text(2)?),
        scope: Scope::parse(&row.text(3)?),
        role: role(row, 4, "admission")?,
        who: row.text(5)?,
        at: row.integer(6)?,
    })
}
