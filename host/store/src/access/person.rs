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
use crate::sealed::{Place, randoms};
use crate::staff::Staff;

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
    /// Who vouches for the person; none for somebody who came by a link. The issuer's own name for the person is known by its hash alone.
    pub vouched: Option<String>,
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

/// The columns that [`person`] reads, of [`PEOPLE`].
pub(super) const COLUMNS: &str =
    "p.id, p.handle, h.name, p.issuer, p.name, p.mail, p.created, p.seen, p.disabled";

/// Where they are.
pub(super) const PEOPLE: &str = "person p JOIN actor h ON h.id = p.handle";

/// Reads a person from [`COLUMNS`], which begin there.
pub(super) fn person(staff: &Staff, row: &Row, first: usize) -> Answer<Person> {
    let id = uuid(&row.octets(first)?, "person")?;
    let mail = row.maybe_octets(first + 5)?;
    let mail = mail.map(|mail| staff.open(Place::Mail(id), mail, "somebody's address"));
    Ok(Person {
        id,
        handle: staff.name(row, first + 1)?,
        vouched: row.maybe_text(first + 3)?,
        name: staff.open(Place::Name(id), row.octets(first + 4)?, "somebody's name")?,
        mail: mail.transpose()?,
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
pub(super) async fn handle(session: &mut Session, staff: &Staff, person: Uuid) -> Answer<Option<String>> {
    let sql = format!("SELECT p.handle, h.name FROM {PEOPLE} WHERE p.id = $1");
    let row = session.row(sql, arguments![person]).await?;
    row.map(|row| staff.name(&row, 0)).transpose()
}

/// A handle that nobody has: the wish, or the wish with a number.
async fn free_handle(session: &mut Session, staff: &Staff, wish: &str) -> Answer<String> {
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
        if session.row(sql, arguments![staff.mark(&handle)]).await?.is_none() {
            return Ok(handle);
        }
    }
    Err(corrupt("person", "every handle is taken"))
}

/// The person of a handle.
pub(super) async fn of_handle(session: &mut Session, staff: &Staff, handle: &str) -> Answer<Option<Uuid>> {
    let sql = "SELECT id FROM person WHERE handle = $1";
    let row = session.row(sql, arguments![staff.mark(handle)]).await?;
    row.map(|row| uuid(&row.octets(0)?, "person")).transpose()
}

/// How a person came first.
pub(super) enum Came<'a> {
    /// This issuer vouches for the person.
    Vouched(&'a Identity),
    /// By a link of that person, or of whoever is at the machine itself.
    Invited(Option<Uuid>),
}

/// Adds a person who is called so, and has the handle that is wished for when it is free.
pub(super) async fn add(
    session: &mut Session,
    staff: &Staff,
    (wish, name): (&str, &str),
    came: Came<'_>,
    now: i64,
) -> Answer<Person> {
    let (identity, invited_by) = match came {
        Came::Vouched(identity) => (Some(identity), None),
        Came::Invited(by) => (None, by),
    };
    let octets = <[u8; 16]>::try_from(randoms(16)?).map_err(|_| corrupt("person", "no identity"))?;
    let person = Person {
        id: Builder::from_random_bytes(octets).into_uuid(),
        handle: free_handle(session, staff, wish).await?,
        vouched: identity.map(|identity| identity.issuer.clone()),
        name: name.to_owned(),
        mail: identity
            .and_then(|identity| identity.verified_mail.as_deref())
            .map(fold),
        created: now,
        seen: now,
        disabled: None,
    };
    let subject = identity.map(|identity| staff.subject(&identity.issuer, &identity.subject));
    let sql = "INSERT INTO person (id, handle, issuer, subject, name, mail, created, seen, invited_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    let (name, mail) = sealed(staff, &person)?;
    let given = arguments![
        person.id,
        staff.keep(session, &person.handle).await?,
        person.vouched.clone(),
        subject,
        name,
        mail,
        now,
        invited_by
    ];
    session.run(sql, given).await?;
    let came = Change::new(AccessEvent::PersonCame, &person.handle, now);
    note(session, staff, &came).await?;
    Ok(person)
}

/// The name and the address of a person, as they are kept.
fn sealed(staff: &Staff, person: &Person) -> Answer<(Vec<u8>, Option<Vec<u8>>)> {
    let mail = person.mail.as_deref();
    let mail = mail.map(|mail| staff.seal(Place::Mail(person.id), mail));
    Ok((
        staff.seal(Place::Name(person.id), &person.name)?,
        mail.transpose()?,
    ))
}

impl Access {
    /// Somebody for whom an issuer vouches comes in: with the roles that the person has, and those that were promised. None when there
    /// are neither, or the person is shut out; of a stranger nothing is kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn arrive(&self, identity: &Identity, now: i64) -> Result<Option<Known>, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let sql = format!("SELECT {COLUMNS} FROM {PEOPLE} WHERE p.issuer = $1 AND p.subject = $2");
        let subject = staff.subject(&identity.issuer, &identity.subject);
        let given = arguments![&identity.issuer, subject];
        let known = session
            .row(sql, given)
            .await?
            .map(|row| person(staff, &row, 0))
            .transpose()?;
        if known.as_ref().is_some_and(|person| person.disabled.is_some()) {
            return Ok(None);
        }
        let waiting = promised(&mut session, staff, identity).await?;
        let person = match known {
            None if waiting.is_empty() => return Ok(None),
            None => {
                let wish = identity.verified_mail.as_deref().unwrap_or(&identity.name);
                let came = Came::Vouched(identity);
                add(&mut session, staff, (wish, &identity.name), came, now).await?
            }
            Some(person) => {
                let person = Person {
                    name: identity.name.clone(),
                    mail: identity.verified_mail.as_deref().map(fold),
                    seen: now,
                    ..person
                };
                let (name, mail) = sealed(staff, &person)?;
                let sql = "UPDATE person SET name = $2, mail = $3, seen = $4 WHERE id = $1";
                let given = arguments![person.id, name, mail, now];
                session.run(sql, given).await?;
                person
            }
        };
        let mut roles = roles_of(&mut session, staff, person.id).await?;
        for kept in waiting {
            keep_promise(&mut session, staff, (&person, &roles), kept, now).await?;
            roles = roles_of(&mut session, staff, person.id).await?;
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
        let staff = self.staff()?;
        let mut session = self.database.read().await?;
        let sql = format!("SELECT {COLUMNS} FROM {PEOPLE} WHERE p.id = $1");
        let Some(row) = session.row(sql, arguments![id]).await? else {
            return Ok(None);
        };
        let roles = roles_of(&mut session, staff, id).await?;
        Ok(Some(Known {
            person: person(staff, &row, 0)?,
            roles,
        }))
    }

    /// Shuts a person out, with every session and token, or lets the person in again. False when that is so already.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn shut_out(&self, id: Uuid, out: bool, who: &str, now: i64) -> Result<bool, StoreError> {
        let staff = self.staff()?;
        let mut session = self.database.write().await?;
        let Some(whom) = handle(&mut session, staff, id).await? else {
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
        note(&mut session, staff, &change).await?;
        session.commit().await?;
        Ok(true)
    }
}

/// Gives a role that was promised, unless the person has a greater one there.
async fn keep_promise(
    session: &mut Session,
    staff: &Staff,
    (person, roles): (&Person, &Roles),
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
    put(session, staff, person.id, scope, &grant).await?;
    let change = Change {
        whom: Some(&person.handle),
        scope: Some(scope),
        role: Some(role),
        ..Change::new(AccessEvent::RoleGiven, &kept.who, now)
    };
    note(session, staff, &change).await
}
