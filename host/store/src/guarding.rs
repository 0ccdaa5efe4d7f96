//! What the guards stand on: the baseline, staged changes beside what they change, what was accepted, and what is halted. The baseline's
//! counts move with the snapshot, in the same transaction, so that nobody has to count it.

use std::collections::BTreeMap;
use std::fmt::Display;

use samklang_core::Attributes;
use samklang_core::guard::{Place, Proposal};
use samklang_core::port::{
    Accepted, ChangeKind, Former, Guarding, ImportNote, Staged, StagedChange, Window, WindowState,
};

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Session};
use crate::reading::{corrupt, digest, json, maybe_uuid, to_json, unsigned, word};
use crate::sealed::Place as Sealed;
use crate::tenant::TenantStore;

/// Reads where an object belongs.
pub(crate) fn read_place<P: Display>(text: Option<String>, row: impl FnOnce() -> P) -> Answer<Place> {
    Place::parse(text.as_deref()).ok_or_else(|| corrupt(row(), "its place is none"))
}

/// Moves the baseline of a class by what is staged, before that becomes the snapshot.
pub(crate) async fn move_baseline(session: &mut Session, class: i64) -> Answer<()> {
    let sql = "INSERT INTO baseline (class, place, objects) \
               SELECT class, place, CAST(sum(n) AS BIGINT) FROM (\
               SELECT s.class AS class, coalesce(s.place, '') AS place, count(*) AS n FROM staged s \
               WHERE s.class = $1 AND s.kind <> $2 GROUP BY s.class, coalesce(s.place, '') \
               UNION ALL \
               SELECT o.class, coalesce(o.place, ''), -count(*) FROM staged s CROSS JOIN object o \
               WHERE s.class = $1 AND o.class = s.class AND o.key = s.key GROUP BY o.class, coalesce(o.place, '')\
               ) AS moved WHERE true GROUP BY class, place \
               ON CONFLICT (class, place) DO UPDATE SET objects = baseline.objects + excluded.objects";
    session
        .run(sql, arguments![class, ChangeKind::Removed.as_str()])
        .await?;
    Ok(())
}

/// Makes what was noted of the import the note of what was accepted, and closes the promotion window by which it passed.
pub(crate) async fn note_accepted(session: &mut Session, connection: i64) -> Answer<()> {
    let sql = "INSERT INTO accepted (connection, cycle, content, delivered, arrived) \
               SELECT connection, cycle, coalesce(content, ''), delivered, coalesce(arrived, 0) FROM import \
               WHERE connection = $1 \
               ON CONFLICT (connection) DO UPDATE SET cycle = excluded.cycle, content = excluded.content, \
               delivered = CASE WHEN excluded.delivered IS NULL OR excluded.delivered < accepted.delivered \
               THEN accepted.delivered ELSE excluded.delivered END, arrived = excluded.arrived";
    session.run(sql, arguments![connection]).await?;
    let sql = "UPDATE promotion SET state = $2, cycle = (SELECT i.cycle FROM import i WHERE i.connection = $1) \
               WHERE connection = $1 AND id = (SELECT i.promotion FROM import i WHERE i.connection = $1)";
    session
        .run(sql, arguments![connection, WindowState::Used.as_str()])
        .await?;
    Ok(())
}

impl TenantStore {
    /// Examples of what would change are personal data, masked or not.
    fn sealed_proposal(&self, cycle: i64, proposal: &Proposal) -> Answer<Vec<u8>> {
        let text = to_json(proposal)?;
        self.seals.octets(Sealed::Proposal(cycle), text.as_bytes())
    }

    pub(crate) fn open_proposal(&self, cycle: i64, sealed: Vec<u8>) -> Answer<Proposal> {
        let what = || format!("proposal of cycle {cycle}");
        let text = self.seals.read_text(Sealed::Proposal(cycle), sealed, what)?;
        json(&text, what)
    }
}

impl Guarding for TenantStore {
    async fn baseline(&self, connection: &str) -> Answer<Vec<(String, Place, u64)>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(Vec::new());
        };
        let sql = "SELECT c.name, b.place, b.objects FROM class c JOIN baseline b ON b.class = c.id \
                   WHERE c.connection = $1 AND b.objects > 0 ORDER BY c.name, b.place";
        let rows = self.reading().await?.rows(sql, arguments![number]).await?;
        rows.iter()
            .map(|row| {
                let class = row.text(0)?;
                let place = read_place(Some(row.text(1)?), || format!("baseline of {connection}/{class}"))?;
                Ok((class, place, unsigned(row.integer(2)?, "baseline")?))
            })
            .collect()
    }

    async fn staged_changes(
        &self,
        connection: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Answer<Vec<StagedChange>> {
        let Some(number) = self.class(connection, class).await? else {
            return Ok(Vec::new());
        };
        let beyond = if after.is_some() { "AND s.key > $3" } else { "" };
        let sql = format!(
            "SELECT s.key, s.kind, s.digest, s.body, s.place, o.body, o.place, s.identity FROM \
             (SELECT s.class, s.key, s.kind, s.digest, s.body, s.place, s.identity FROM staged s \
             WHERE s.class = $1 {beyond} ORDER BY s.key LIMIT $2) AS s \
             LEFT JOIN object o ON o.class = s.class AND o.key = s.key ORDER BY s.key"
        );
        let given = [
            Some(Argument::from(number)),
            Some(limit.into()),
            after.map(Argument::from),
        ];
        let rows = self
            .reading()
            .await?
            .rows(sql, given.into_iter().flatten())
            .await?;
        rows.iter()
            .map(|row| {
                let key = row.text(0)?;
                let place = || format!("staged object {connection}/{class}/{key}");
                let at = Sealed::Object(number, &key);
                let object = match (row.maybe_octets(2)?, row.maybe_octets(3)?) {
                    (Some(octets), Some(body)) => {
                        let attributes = self.seals.read_attributes(at, body, place)?;
                        Some((digest(octets, place)?, attributes))
                    }
                    _ => None,
                };
                let former = match row.maybe_octets(5)? {
                    Some(body) => Some(Former {
                        attributes: self.seals.read_attributes(at, body, place)?,
                        place: read_place(row.maybe_text(6)?, place)?,
                    }),
                    None => None,
                };
                let staged = Staged {
                    class: class.to_owned(),
                    kind: word(&row.text(1)?, ChangeKind::parse, place)?,
                    object,
                    place: read_place(row.maybe_text(4)?, place)?,
                    identity: maybe_uuid(row, 7, "staged")?,
                    key: key.clone(),
                };
                Ok(StagedChange { staged, former })
            })
            .collect()
    }

    async fn note_import(&self, connection: &str, note: &ImportNote) -> Answer<()> {
        let number = self.give_connection(connection).await?;
        let mut session = self.writing().await?;
        let sql = "UPDATE import SET content = $2, delivered = $3, arrived = $4, promotion = $5 WHERE connection = $1";
        let ImportNote {
            content,
            delivered,
            arrived,
            window,
        } = note;
        session
            .run(sql, arguments![number, content, *delivered, *arrived, *window])
            .await?;
        session.commit().await
    }

    async fn import_note(&self, connection: &str) -> Answer<Option<ImportNote>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(None);
        };
        let sql = "SELECT content, delivered, arrived, promotion FROM import WHERE connection = $1";
        let Some(row) = self.reading().await?.row(sql, arguments![number]).await? else {
            return Ok(None);
        };
        let Some(content) = row.maybe_text(0)? else {
            return Ok(None);
        };
        Ok(Some(ImportNote {
            content,
            delivered: row.maybe_integer(1)?,
            arrived: row.maybe_integer(2)?.unwrap_or(0),
            window: row.maybe_integer(3)?,
        }))
    }

    async fn accepted(&self, connection: &str) -> Answer<Option<Accepted>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(None);
        };
        let sql = "SELECT cycle, content, delivered, arrived FROM accepted WHERE connection = $1";
        let row = self.reading().await?.row(sql, arguments![number]).await?;
        row.map(|row| {
            Ok(Accepted {
                cycle: row.integer(0)?,
                content: row.text(1)?,
                delivered: row.maybe_integer(2)?,
                arrived: row.integer(3)?,
            })
        })
        .transpose()
    }

    async fn marked_bad(&self, connection: &str, content: &str) -> Answer<Option<String>> {
        let Some(number) = self.connection(connection).await? else {
            return Ok(None);
        };
        let sql = "SELECT reason FROM marked_bad WHERE connection = $1 AND content = $2";
        let row = self
            .reading()
            .await?
            .row(sql, arguments![number, content])
            .await?;
        row.map(|row| row.text(0)).transpose()
    }

    async fn snapshot(
        &self,
        connection: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Answer<Vec<(String, Attributes)>> {
        let Some(number) = self.class(connection, class).await? else {
            return Ok(Vec::new());
        };
        let beyond = if after.is_some() { "AND key > $3" } else { "" };
        let sql = format!("SELECT key, body FROM object WHERE class = $1 {beyond} ORDER BY key LIMIT $2");
        let given = [
            Some(Argument::from(number)),
            Some(limit.into()),
            after.map(Argument::from),
        ];
        let rows = self
            .reading()
            .await?
            .rows(sql, given.into_iter().flatten())
            .await?;
        rows.iter()
            .map(|row| {
                let key = row.text(0)?;
                let what = || format!("object {connection}/{class}/{key}");
                let body = row.octets(1)?;
                let attributes = self
                    .seals
                    .read_attributes(Sealed::Object(number, &key), body, what)?;
                Ok((key, attributes))
            })
            .collect()
    }

    async fn replace(&self, connection: &str, class: &str, places: &[(String, Place)]) -> Answer<()> {
        let Some(number) = self.class(connection, class).await? else {
            return Ok(());
        };
        // Objects of one place go together, so that the statement needs no list of pairs to update from.
        let mut by_place: BTreeMap<Option<String>, Vec<&str>> = BTreeMap::new();
        for (key, place) in places {
            by_place.entry(place.to_text()).or_default().push(key);
        }
        let mut session = self.writing().await?;
        for (place, keys) in by_place {
            let sql = "WITH v (key) AS (VALUES {}) UPDATE object SET place = $2 WHERE class = $1 \
                       AND key IN (SELECT key FROM v)";
            session
                .run_over(sql, List::of(keys), &arguments![number, place])
                .await?;
        }
        session.commit().await
    }

    async fn recount(&self, connection: &str, class: &str, thing: &str, fingerprint: &str) -> Answer<()> {
        let number = self.class(connection, class).await?;
        let mut session = self.writing().await?;
        if let Some(number) = number {
            session
                .run("DELETE FROM baseline WHERE class = $1", arguments![number])
                .await?;
            let sql = "INSERT INTO baseline (class, place, objects) \
                       SELECT class, coalesce(place, ''), count(*) FROM object WHERE class = $1 \
                       GROUP BY class, coalesce(place, '')";
            session.run(sql, arguments![number]).await?;
        }
        let sql = "INSERT INTO fingerprint (tenant, thing, value) VALUES ($1, $2, $3) \
                   ON CONFLICT (tenant, thing) DO UPDATE SET value = excluded.value";
        session
            .run(sql, arguments![self.tenant, thing, fingerprint])
            .await?;
        session.commit().await
    }

    async fn keep_proposal(&self, cycle: i64, position: u32, proposal: &Proposal, now: i64) -> Answer<()> {
        let mut session = self.writing().await?;
        let sql = "INSERT INTO proposal (cycle, position, digest, hard, body, at) \
                   SELECT c.id, $3, $4, $5, $6, $7 FROM cycle c WHERE c.tenant = $1 AND c.id = $2 \
                   ON CONFLICT (cycle, position) DO UPDATE SET digest = excluded.digest, hard = excluded.hard, \
                   body = excluded.body, at = excluded.at";
        let arguments = arguments![
            self.tenant,
            cycle,
            position,
            proposal.digest(),
            i64::from(proposal.hard()),
            self.sealed_proposal(cycle, proposal)?,
            now
        ];
        session.run(sql, arguments).await?;
        session.commit().await
    }

    async fn proposal(&self, cycle: i64, position: u32) -> Answer<Option<Proposal>> {
        let sql = "SELECT p.body FROM proposal p JOIN cycle c ON c.id = p.cycle \
                   WHERE c.tenant = $1 AND c.id = $2 AND p.position = $3";
        let row = self
            .reading()
            .await?
            .row(sql, arguments![self.tenant, cycle, position])
            .await?;
        row.map(|row| self.open_proposal(cycle, row.octets(0)?))
            .transpose()
    }

    async fn released(&self, cycle: i64, position: u32) -> Answer<Option<String>> {
        let sql = "SELECT d.digest FROM decision d JOIN cycle c ON c.id = d.cycle \
                   WHERE c.tenant = $1 AND c.id = $2 AND d.position = $3 AND d.verdict IN ($4, $5) \
                   ORDER BY d.id DESC LIMIT 1";
        let given = arguments![self.tenant, cycle, position, "released", "released-as-promotion"];
        match self.reading().await?.row(sql, given).await? {
            Some(row) => row.maybe_text(0),
            None => Ok(None),
        }
    }

    async fn windows(&self, now: i64) -> Answer<BTreeMap<String, Window>> {
        self.close_windows(now).await?;
        let all = self.promotions(u32::MAX).await?;
        // The one that was announced first is used up first.
        let open = all
            .into_iter()
            .filter(|window| window.state == WindowState::Open && window.opens <= now);
        Ok(open.map(|window| (window.connection.clone(), window)).collect())
    }
}
