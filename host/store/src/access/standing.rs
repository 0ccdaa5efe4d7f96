//! Whether two who say the same are two. Whoever makes links may come by them under any name, and whoever came by a link may also be known
//! to the sign-in service: what somebody is called tells nobody apart, and what vouches for the person does.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::reading::uuid;
use crate::staff::{Staff, given};

/// As whom somebody counts where two different persons have to say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As this one. It is the person's own handle where a sign-in service vouches for the person, and the name of whoever is at the machine
    /// itself. Where nobody is vouched for, those who came by links count as the one whose link began it.
    As(String),
    /// As nobody: the person came by a link, and here the sign-in service tells who is who.
    Nobody,
}

/// As whom somebody of that handle counts. Where nobody has come in, everybody is at the machine itself; otherwise it takes the
/// installation's keys to tell.
pub(crate) async fn standing(
    session: &mut Session,
    staff: Option<&Arc<Staff>>,
    who: &str,
) -> Answer<Standing> {
    let sql = "SELECT count(*), count(issuer) FROM person";
    let (known, vouched) = match session.row(sql, arguments![]).await? {
        Some(row) => (row.integer(0)?, row.integer(1)?),
        None => (0, 0),
    };
    if known == 0 {
        return Ok(Standing::As(who.to_owned()));
    }
    let staff = given(staff)?;
    let sql = "SELECT id, issuer FROM person WHERE handle = $1";
    let Some(row) = session.row(sql, arguments![staff.mark(who)]).await? else {
        return Ok(Standing::As(who.to_owned()));
    };
    if row.maybe_text(1)?.is_some() {
        return Ok(Standing::As(who.to_owned()));
    }
    if vouched > 0 {
        return Ok(Standing::Nobody);
    }
    let first = first_of(session, staff, uuid(&row.octets(0)?, "person")?, who);
    first.await.map(Standing::As)
}

/// The handle of whoever began the line of links by which somebody came: one who came by a link from the machine itself.
async fn first_of(session: &mut Session, staff: &Staff, person: Uuid, who: &str) -> Answer<String> {
    let (mut person, mut first, mut met) = (person, who.to_owned(), BTreeSet::new());
    while met.insert(person) {
        let sql = "SELECT i.id, i.handle, h.name FROM person p JOIN person i ON i.id = p.invited_by \
                   JOIN actor h ON h.id = i.handle WHERE p.id = $1";
        let Some(row) = session.row(sql, arguments![person]).await? else {
            break;
        };
        person = uuid(&row.octets(0)?, "person")?;
        first = staff.name(&row, 1)?;
    }
    Ok(first)
}
