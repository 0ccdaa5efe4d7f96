//! What changed of who may do what: installation-wide, because a person, a role everywhere or a link belongs to no tenant. What people do
//! in a tenant is in the tenant's own journal.

use samklang_core::port::StoreError;

use super::Access;
use super::role::{ALL, Role, Scope};
use crate::argument::arguments;
use crate::database::{Answer, Row, Session};
use crate::reading::{corrupt, word};
use crate::staff::{Staff, forget_unmentioned};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessEvent {
    /// Somebody came in for the first time.
    PersonCame,
    /// Somebody may not come in any more.
    PersonShutOut,
    /// Somebody may come in again.
    PersonLetIn,
    /// A role was given.
    RoleGiven,
    /// A role was taken.
    RoleTaken,
    /// A role was promised.
    RolePromised,
    /// A promise was taken back.
    PromiseTaken,
    /// A link was made.
    LinkMade,
    /// A link was used.
    LinkUsed,
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out, or was signed out.
    SignedOut,
    /// A token was made.
    TokenMade,
    /// A token was revoked.
    TokenRevoked,
}

impl AccessEvent {
    /// Each of them.
    pub const ALL: [Self; 13] = [
        Self::PersonCame,
        Self::PersonShutOut,
        Self::PersonLetIn,
        Self::RoleGiven,
        Self::RoleTaken,
        Self::RolePromised,
        Self::PromiseTaken,
        Self::LinkMade,
        Self::LinkUsed,
        Self::SignedIn,
        Self::SignedOut,
        Self::TokenMade,
        Self::TokenRevoked,
    ];

    /// The word for stores and texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonCame => "person-came",
            Self::PersonShutOut => "person-shut-out",
            Self::PersonLetIn => "person-let-in",
            Self::RoleGiven => "role-given",
            Self::RoleTaken => "role-taken",
            Self::RolePromised => "role-promised",
            Self::PromiseTaken => "promise-taken",
            Self::LinkMade => "link-made",
            Self::LinkUsed => "link-used",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::TokenMade => "token-made",
            Self::TokenRevoked => "token-revoked",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Its number; later ones are greater.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What happened.
    pub event: AccessEvent,
    /// Who did it.
    pub who: String,
    /// To whom, when it was somebody else.
    pub whom: Option<String>,
    /// Where it holds.
    pub scope: Option<Scope>,
    /// The role that it is about.
    pub role: Option<Role>,
    /// The name of the token that it is about.
    pub what: Option<String>,
}

/// An entry that is about to be added.
pub(super) struct Change<'a> {
    pub(super) at: i64,
    pub(super) event: AccessEvent,
    pub(super) who: &'a str,
    pub(super) whom: Option<&'a str>,
    pub(super) scope: Option<&'a Scope>,
    pub(super) role: Option<Role>,
    pub(super) what: Option<&'a str>,
}

impl<'a> Change<'a> {
    pub(super) fn new(event: AccessEvent, who: &'a str, at: i64) -> Self {
        Self {
            at,
            event,
            who,
            whom: None,
            scope: None,
            role: None,
            what: None,
        }
    }
}

/// Adds an entry, in the transaction that makes it so.
pub(super) async fn note(session: &mut Session, staff: &Staff, change: &Change<'_>) -> Answer<()> {
    let who = staff.keep(session, change.who).await?;
    let whom = match change.whom {
        Some(whom) => Some(staff.keep(session, whom).await?),
        None => None,
    };
    let sql = "INSERT INTO access_entry (at, event, who, whom, tenant, role, what) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let given = arguments![
        change.at,
        change.event.as_str(),
        who,
        whom,
        change.scope.map(Scope::as_str),
        change.role.map(Role::as_str),
        change.what
    ];
    session.run(sql, given).await.map(drop)
}

impl Access {
    /// Entries, newest first: of one tenant, or of the whole installation; those before that number, when one is named.
    ///
    /// # Errors
    ///
    /// When the database fails, or an entry cannot be read.
    pub async fn entries(
        &self,
        tenant: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AccessEntry>, StoreError> {
        let of_tenant = if tenant.is_some() {
            "e.tenant = $3"
        } else {
            "$3 = ''"
        };
        let sql = format!(
            "SELECT e.seq, e.at, e.event, e.who, w.name, e.whom, m.name, e.tenant, e.role, e.what \
             FROM access_entry e JOIN actor w ON w.id = e.who LEFT JOIN actor m ON m.id = e.whom \
             WHERE e.seq < $1 AND {of_tenant} ORDER BY e.seq DESC LIMIT $2"
        );
        let given = arguments![before.unwrap_or(i64::MAX), limit, tenant.unwrap_or_default()];
        let rows = self.database.read().await?.rows(sql, given).await?;
        let staff = self.staff()?;
        rows.iter().map(|row| entry(staff, row)).collect()
    }
}

impl Access {
    /// Erases what is over its time: tokens that could be used no more by that moment, and entries from before the one that is named for their
    /// tenant, or for `*` where they are of no single one; none keeps them for ever. Names that are mentioned nowhere any more go with them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn expire(
        &self,
        tokens: i64,
        entries: impl Fn(&str) -> Option<i64> + Send + Sync,
    ) -> Result<u64, StoreError> {
        let mut session = self.database.write_part().await?;
        let sql = "DELETE FROM api_token WHERE expires <= $1 OR revoked <= $1";
        let mut erased = session.run(sql, arguments![tokens]).await?;
        let sql = "SELECT DISTINCT coalesce(tenant, $1) FROM access_entry";
        for row in session.rows(sql, arguments![ALL]).await? {
            let tenant = row.text(0)?;
            let Some(before) = entries(&tenant) else { continue };
            let sql = "DELETE FROM access_entry WHERE coalesce(tenant, $1) = $2 AND at <= $3";
            erased += session.run(sql, arguments![ALL, tenant, before]).await?;
        }
        if erased > 0 {
            forget_unmentioned(&mut session).await?;
        }
        session.commit().await?;
        Ok(erased)
    }
}

fn entry(staff: &Staff, row: &Row) -> Answer<AccessEntry> {
    let seq = row.integer(0)?;
    let place = || format!("access_entry {seq}");
    let role = row.maybe_text(8)?.map(|role| role.parse::<Role>());
    Ok(AccessEntry {
        seq,
        at: row.integer(1)?,
        event: word(&row.text(2)?, AccessEvent::parse, place)?,
        who: staff.name(row, 3)?,
        whom: staff.maybe_name(row, 5)?,
        scope: row.maybe_text(7)?.map(|tenant| Scope::parse(&tenant)),
        role: role.transpose().map_err(|error| corrupt(place(), error))?,
        what: row.maybe_text(9)?,
    })
}
