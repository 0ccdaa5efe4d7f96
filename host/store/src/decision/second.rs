//! Two persons for what exceeds a hard limit: whether somebody is the second who says the same of the same. What somebody is called does not
//! make two; what the room of access knows of both does.

use super::{APPROVED, Decided, Decision, Halt, Ruling};
use crate::access::{Standing, standing};
use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::tenant::TenantStore;

/// What somebody is who releases what takes two persons.
pub(super) enum Second {
    /// The second of two.
    Counts,
    /// The first.
    IsFirst,
    /// Neither.
    Not(Decided),
}

impl TenantStore {
    /// Whether two have said the same, now that this one has.
    pub(super) async fn second(
        &self,
        session: &mut Session,
        halt: &Halt,
        digest: Option<&str>,
        decision: &Decision<'_>,
    ) -> Answer<Second> {
        let staff = self.staff.as_ref();
        let Standing::As(own) = standing(session, staff, decision.who).await? else {
            return Ok(Second::Not(Decided::Unvouched));
        };
        let mut first = None;
        for who in approvals(session, halt, digest, decision.verdict).await? {
            if who.eq_ignore_ascii_case(decision.who) {
                return Ok(Second::Not(Decided::SamePerson));
            }
            // Who counted before the sign-in service vouched for anybody may count no more.
            if let Standing::As(other) = standing(session, staff, &who).await? {
                if !other.eq_ignore_ascii_case(&own) {
                    return Ok(Second::Counts);
                }
                first = Some(who);
            }
        }
        Ok(first.map_or(Second::IsFirst, |who| Second::Not(Decided::SameOrigin(who))))
    }
}

/// Who has said the same of exactly this so far.
async fn approvals(
    session: &mut Session,
    halt: &Halt,
    digest: Option<&str>,
    ruling: Ruling,
) -> Answer<Vec<String>> {
    let sql = "SELECT who FROM decision \
               WHERE cycle = $1 AND position = $2 AND verdict = $3 AND digest = $4 AND ruling = $5 ORDER BY id";
    let given = arguments![halt.cycle, halt.position, APPROVED, digest, ruling.as_str()];
    let rows = session.rows(sql, given).await?;
    rows.iter().map(|row| row.text(0)).collect()
}
