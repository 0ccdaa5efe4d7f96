//! Roles that are promised to somebody who has not come yet. They are given when that person comes.

use samklang_core::port::StoreError;

use super::person::{Identity, fold};
use super::role::{Role, Scope, role};
use super::{Access, AccessEvent};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row, Session};
use crate::sealed::Place;
use crate::staff::Staff;

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
    /// The column `issuer`, what stands for it, and what it is. A mail address has no issuer.
    fn columns(&self, staff: &Staff) -> (&str, String, String) {
        match self {
            Self::Mail(mail) => {
                let mail = fold(mail);
                ("", staff.mail(&mail), mail)
            }
            Self::Subject { issuer, subject } => (issuer, staff.subject(issuer, subject), subject.clone()),
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
pub(super) async fn promised(session: &mut Session, staff: &Staff, identity: &Identity) -> Answer<Vec<Kept>> {
    let sql = format!(
        "SELECT d.id, d.tenant, d.role, d.who, a.name FROM {FROM} \
         WHERE (d.issuer = $1 AND d.promised_to = $2) OR (d.issuer = '' AND d.promised_to = $3) ORDER BY d.id"
    );
    let mail = identity.verified_mail.as_deref().map(fold);
    let mail = mail.map(|mail| staff.mail(&mail));
    let subject = staff.subject(&identity.issuer, &identity.subject);
    let given = arguments![&identity.issuer, subject, mail];
    let rows = session.rows(sql, given).await?;
    rows.iter()
        .map(|row| {
            Ok(Kept {
                id: row.integer(0)?,
                scope: Scope::parse(&row.text(1)?),
                role: role(row, 2, "admission")?,
                who: staff.name(row, 3)?,
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
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let (issuer, mark, promised_to) = to.columns(staff);
        let sql = "INSERT INTO admission (issuer, promised_to, promised, tenant, role, who, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (issuer, promised_to, tenant) \
                   DO UPDATE SET role = excluded.role, who = excluded.who, at = excluded.at";
        let given = arguments![
            issuer,
            &mark,
            staff.seal(Place::Promised(&mark), &promised_to)?,
            scope.as_str(),
            role.as_str(),
            staff.keep(&mut session, who).await?,
            now
        ];
        session.run(sql, given).await?;
        let change = Change {
            whom: Some(&promised_to),
            scope: Some(scope),
            role: Some(role),
            ..Change::new(AccessEvent::RolePromised, who, now)
        };
        note(&mut session, staff, &change).await?;
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
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE d.id = $1 AND d.tenant = $2");
        let Some(row) = session.row(sql, arguments![id, scope.as_str()]).await? else {
            return Ok(false);
        };
        let former = admission(staff, &row)?;
        session
            .run("DELETE FROM admission WHERE id = $1", arguments![id])
            .await?;
        let change = Change {
            whom: Some(former.promised_to.as_str()),
            scope: Some(scope),
            role: Some(former.role),
            ..Change::new(AccessEvent::PromiseTaken, who, now)
        };
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok(true)
    }

    /// What is promised for just that scope.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn admissions(&self, scope: &Scope) -> Result<Vec<Admission>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE d.tenant = $1 ORDER BY d.id");
        let rows = self
            .database
            .read()
            .await?
            .rows(sql, arguments![scope.as_str()])
            .await?;
        let staff = self.staff()?;
        let admissions = rows.iter().map(|row| admission(staff, row));
        let mut admissions = admissions.collect::<Answer<Vec<Admission>>>()?;
        admissions.sort_by(|one, other| one.promised_to.as_str().cmp(other.promised_to.as_str()));
        Ok(admissions)
    }
}

/// The columns that [`admission`] reads.
const COLUMNS: &str = "d.id, d.issuer, d.promised_to, d.promised, d.tenant, d.role, d.who, a.name, d.at";

/// Where they are.
const FROM: &str = "admission d JOIN actor a ON a.id = d.who";

fn admission(staff: &Staff, row: &Row) -> Answer<Admission> {
    let (mark, sealed) = (row.text(2)?, row.octets(3)?);
    let promised_to = staff.open(Place::Promised(&mark), sealed, "to whom a role is promised")?;
    Ok(Admission {
        id: row.integer(0)?,
        promised_to: Promised::read(row.text(1)?, promised_to),
        scope: Scope::parse(&row.text(4)?),
        role: role(row, 5, "admission")?,
        who: staff.name(row, 6)?,
        at: row.integer(8)?,
    })
}
