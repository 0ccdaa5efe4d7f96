//! People who work with the installation: those whom an issuer of identities vouches for, and those who came by a link.

use samklang_core::port::StoreError;
use uuid::{Builder, Uuid};

use super::role::{Grant, Roles, put, roles_of};
use super::{Access, AccessEvent, Scope};
use crate::access::admission::{Kept, promised};
use crate::access::journal::{Change, note};
use crate::argument::arguments;
use crate::database::{Answer, Row, Session};
use crate::reading::{corrupt, uuid};
use crate::sealed::randoms;

/// The longest handle, in letters.
const HANDLE: usize = 80;

/// Who acts without being a person: no handle is one of these.
const NOBODY: [&str; 2] = ["samklang", "cycle"];

/// Somebody who works with the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is in the store.
    pub id: Uuid,
    /// What decisions and journals keep of the person. No two persons have the same, and it never changes.
    pub handle: String,
    /// Who vouches for the person, and under which name; none for somebody who came by a link.
    pub vouched: Option<(String, String)>,
    /// What people call the person.
    pub name: String,
    /// A mail address that the issuer has verified.
    pub mail: Option<String>,
    /// When the person came first, in milliseconds since 1970.
    pub created: i64,
    /// When the person came last.
    pub seen: i64,
    /// Since when the person is shut out.
    pub disabled: Option<i64>,
}

/// What an issuer of identities says of somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who says it.
    pub issuer: String,
    /// The issuer's own name for the person, which never changes.
    pub subject: String,
    /// What people call the person.
    pub name: String,
    /// The mail address, if the issuer has verified it.
    pub verified_mail: Option<String>,
}

/// A person with the person's roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub person: Person,
    /// The roles that the person has now.
    pub roles: Roles,
}

/// The columns that [`person`] reads, of table `person` called `p`.
pub(super) const COLUMNS: &str =
    "p.id, p.handle, p.issuer, p.subject, p.name, p.mail, p.created, p.seen, p.disabled";

/// Reads a person from [`COLUMNS`], which begin there.
pub(super) fn person(row: &Row, first: usize) -> Answer<Person> {
    Ok(Person {
        id: uuid(&row.octets(first)?, "person")?,
        handle: row.text(first + 1)?,
        vouched: row.maybe_text(first + 2)?.zip(row.maybe_text(first + 3)?),
        name: row.text(first + 4)?,
        mail: row.maybe_text(first + 5)?,
        created: row.integer(first + 6)?,
        seen: row.integer(first + 7)?,
        disabled: row.maybe_integer(first + 8)?,
    })
}

/// A mail address as it is compared: what stands before the `@` may differ in case by the standard, and differs nowhere in fact.
pub(super) fn fold(mail: &str) -> String {
    mail.trim().to_lowercase()
}

/// The handle of a person.
pub(super) async fn handle(session: &mut Session, person: Uuid) -> Answer<Option<String>> {
    let sql = "SELECT handle FROM person WHERE id = $1";
    let row = session.row(sql, arguments![person]).await?;
    row.map(|row| row.text(0)).transpose()
}

/// A handle that nobody has: the wish, or the wish with a number.
async fn free_handle(session: &mut Session, wish: &str) -> Answer<String> {
    let wish: String = wish
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(HANDLE)
        .collect();
    for number in 1.. {
        let handle = if number == 1 {
            wish.clone()
        } else {
            format!("{wish} ({number})")
        };
        if handle.is_empty() || NOBODY.contains(&handle.to_lowercase().as_str()) {
            continue;
        }
        let sql = "SELECT id FROM person WHERE handle = $1";
        if session.row(sql, arguments![&handle]).await?.is_none() {
            return Ok(handle);
        }
    }
    Err(corrupt("person", "every handle is taken"))
}

/// Adds a person.
pub(super) async fn add(
    session: &mut Session,
    wish: &str,
    name: &str,
    identity: Option<&Identity>,
    now: i64,
) -> Answer<Person> {
    let octets = <[u8; 16]>::try_from(randoms(16)?).map_err(|_| corrupt("person", "no identity"))?;
    let person = Person {
        id: Builder::from_random_bytes(octets).into_uuid(),
        handle: free_handle(session, wish).await?,
        vouched: identity.map(|identity| (identity.issuer.clone(), identity.subject.clone())),
        name: name.to_owned(),
        mail: identity
            .and_then(|identity| identity.verified_mail.as_deref())
            .map(fold),
        created: now,
        seen: now,
        disabled: None,
    };
    let (issuer, subject) = person.vouched.clone().unzip();
    let sql = "INSERT INTO person (id, handle, issuer, subject, name, mail, created, seen) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    let given = arguments![
        person.id,
        &person.handle,
        issuer,
        subject,
        name,
        person.mail.clone(),
        now
    ];
    session.run(sql, given).await?;
    note(
        session,
        &Change::new(AccessEvent::PersonCame, &person.handle, now),
    )
    .await?;
    Ok(person)
}

impl Access {
    /// Somebody for whom an issuer vouches comes in: with the roles that the person has, and those that were promised. None when there
    /// are neither, or the person is shut out; of a stranger nothing is kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn arrive(&self, identity: &Identity, now: i64) -> Result<Option<Known>, StoreError> {
        let mut session = self.database.write().await?;
        let sql = format!("SELECT {COLUMNS} FROM person p WHERE p.issuer = $1 AND p.subject = $2");
        let given = arguments![&identity.issuer, &identity.subject];
        let known = session
            .row(sql, given)
            .await?
            .map(|row| person(&row, 0))
            .transpose()?;
        if known.as_ref().is_some_and(|person| person.disabled.is_some()) {
            return Ok(None);
        }
        let waiting = promised(&mut session, identity).await?;
        let person = match known {
            None if waiting.is_empty() => return Ok(None),
            None => {
                let wish = identity.verified_mail.as_deref().unwrap_or(&identity.name);
                add(&mut session, wish, &identity.name, Some(identity), now).await?
            }
            Some(person) => {
                let mail = identity.verified_mail.as_deref().map(fold);
                let sql = "UPDATE person SET name = $2, mail = $3, seen = $4 WHERE id = $1";
                let given = arguments![person.id, &identity.name, mail.clone(), now];
                session.run(sql, given).await?;
                Person {
                    name: identity.name.clone(),
                    mail,
                    seen: now,
                    ..person
                }
            }
        };
        let mut roles = roles_of(&mut session, person.id).await?;
        for kept in waiting {
            keep_promise(&mut session, &person, &roles, kept, now).await?;
            roles = roles_of(&mut session, person.id).await?;
        }
        if roles.is_empty() {
            return Ok(None);
        }
        session.commit().await?;
        Ok(Some(Known { person, roles }))
    }

    /// A person with the person's roles.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn person(&self, id: Uuid) -> Result<Option<Known>, StoreError> {
        let mut session = self.database.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM person p WHERE p.id = $1");
        let Some(row) = session.row(sql, arguments![id]).await? else {
            return Ok(None);
        };
        let roles = roles_of(&mut session, id).await?;
        Ok(Some(Known {
            person: person(&row, 0)?,
            roles,
        }))
    }

    /// Shuts a person out, with every session and token, or lets the person in again. False when that is so already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn shut_out(&self, id: Uuid, out: bool, who: &str, now: i64) -> Result<bool, StoreError> {
        let mut session = self.database.write().await?;
        let Some(whom) = handle(&mut session, id).await? else {
            return Ok(false);
        };
        let sql = "UPDATE person SET disabled = $2 WHERE id = $1 AND (disabled IS NULL) = (CAST($2 AS BIGINT) IS NOT NULL)";
        if session.run(sql, arguments![id, out.then_some(now)]).await? == 0 {
            return Ok(false);
        }
        let event = if out {
            AccessEvent::PersonShutOut
        } else {
            AccessEvent::PersonLetIn
        };
        if out {
            session
                .run("DELETE FROM session WHERE person = $1", arguments![id])
                .await?;
        }
        let change = Change {
            whom: Some(&whom),
            ..Change::new(event, who, now)
        };
        note(&mut session, &change).await?;
        session.commit().await?;
        Ok(true)
    }
}

/// Gives a role that was promised, unless the person has a greater one there.
async fn keep_promise(
    session: &mut Session,
    person: &Person,
    roles: &Roles,
    kept: Kept,
    now: i64,
) -> Answer<()> {
    let sql = "DELETE FROM admission WHERE id = $1";
    session.run(sql, arguments![kept.id]).await?;
    let has = roles.iter().find(|(scope, _)| **scope == kept.scope);
    if has.is_some_and(|(_, grant)| grant.role >= kept.role) {
        return Ok(());
    }
    let (scope, role): (&Scope, _) = (&kept.scope, kept.role);
    let grant = Grant {
        role,
        who: kept.who.clone(),
        at: now,
    };
    put(session, person.id, scope, &grant).await?;
    let change = Change {
        whom: Some(&person.handle),
        scope: Some(scope),
        role: Some(role),
        ..Change::new(AccessEvent::RoleGiven, &kept.who, now)
    };
    note(session, &change).await
}
