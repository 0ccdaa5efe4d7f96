//! What is seen of many tenants at a glance: their newest cycles, what these wait for, and how many questions are open. A handful of
//! statements whatever the number of tenants, and nothing in them that is sealed.

use std::collections::BTreeMap;

use samklang_core::port::{Counts, CycleRecord, StepRecord, StepSpec, StepState, StoreError, Usage};

use crate::argument::{Argument, arguments};
use crate::cycle::{FOR_ALL, KIND, record};
use crate::database::{Answer, Database};
use crate::installation::Installation;
use crate::reading::{unsigned, word};

/// A tenant at a glance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Glance {
    /// Its newest cycle that has not ended or is for everybody; none before the first.
    pub cycle: Option<CycleRecord>,
    /// The step of it that cannot go on, without what it counted and used.
    pub stopped: Option<StepRecord>,
    /// When the step before that one ended; none when it is the first.
    pub ready: Option<i64>,
    /// It is halted, takes two persons, and one of them has released it.
    pub one_of_two: bool,
    /// How many questions are open.
    pub cases: u64,
    /// Promotions that no import made use of and no later one of their source took the place of, the one that closes first before the others:
    /// source, end of the window in milliseconds since 1970.
    pub unused: Vec<(String, i64)>,
}

/// The newest cycle of each tenant that has not ended or is for everybody: a look from the end of the index for each, however many cycles
/// there were.
fn newest() -> String {
    format!(
        "tenant t JOIN cycle c ON c.id = (SELECT c.id FROM cycle c WHERE c.tenant = t.id \
         AND (c.ended IS NULL OR {FOR_ALL}) ORDER BY c.id DESC LIMIT 1) WHERE true"
    )
}

impl Installation {
    /// The tenants at a glance, by name: this one, or all. Those about which nothing is kept are left out.
    ///
    /// # Errors
    ///
    /// When the database fails, or a row cannot be read.
    pub async fn glances(&self, only: Option<&str>) -> Result<BTreeMap<String, Glance>, StoreError> {
        let named = if only.is_some() { "AND t.name = $1" } else { "" };
        let given = || Vec::from_iter(only.map(Argument::from));
        let mut glances: BTreeMap<String, Glance> = BTreeMap::new();
        let mut session = self.database.read().await?;
        let newest = newest();
        let sql = format!("SELECT t.name, c.id, c.state, c.started, c.ended, {KIND} FROM {newest} {named}");
        for row in session.rows(&sql, given()).await? {
            glances.entry(row.text(0)?).or_default().cycle = Some(record(&row, 1)?);
        }
        let sql = format!(
            "SELECT t.name, s.position, s.kind, s.connection, s.state, s.attempt, s.started, s.ended, s.message, \
             (SELECT max(b.ended) FROM step b WHERE b.cycle = s.cycle AND b.position = s.position - 1), \
             (SELECT count(*) FROM decision d JOIN proposal p ON p.cycle = d.cycle AND p.position = d.position AND p.digest = d.digest \
             WHERE d.cycle = s.cycle AND d.position = s.position AND d.verdict = 'approved-one-of-two') \
             FROM step s JOIN (SELECT t.name AS name, c.id AS id FROM {newest} {named} \
             AND c.state IN ('halted', 'failed', 'incomplete')) t ON t.id = s.cycle \
             WHERE s.state IN ('halted', 'failed') ORDER BY s.cycle, s.position"
        );
        for row in session.rows(&sql, given()).await? {
            let glance = glances.entry(row.text(0)?).or_default();
            if glance.stopped.is_some() {
                continue;
            }
            let position = unsigned(row.integer(1)?, "step")?;
            glance.ready = row.maybe_integer(9)?;
            glance.one_of_two = row.integer(10)? > 0;
            glance.stopped = Some(StepRecord {
                position,
                spec: StepSpec {
                    kind: row.text(2)?,
                    connection: row.maybe_text(3)?,
                },
                state: word(&row.text(4)?, StepState::parse, || format!("step {position}"))?,
                attempt: unsigned(row.integer(5)?, "step")?,
                started: row.maybe_integer(6)?,
                ended: row.maybe_integer(7)?,
                counts: Counts::default(),
                usage: Usage::default(),
                message: row.maybe_text(8)?,
            });
        }
        let sql = format!(
            "SELECT t.name, count(*) FROM question q JOIN class k ON k.id = q.class \
             JOIN connection n ON n.id = k.connection JOIN tenant t ON t.id = n.tenant \
             WHERE q.state = 'open' {named} GROUP BY t.name"
        );
        for row in session.rows(&sql, given()).await? {
            glances.entry(row.text(0)?).or_default().cases = unsigned(row.integer(1)?, "question")?;
        }
        let sql = format!(
            "SELECT t.name, n.name, p.closes FROM promotion p JOIN connection n ON n.id = p.connection JOIN tenant t ON t.id = n.tenant \
             WHERE p.cycle IS NULL AND NOT EXISTS (SELECT 1 FROM promotion later WHERE later.connection = p.connection AND later.id > p.id) \
             AND NOT EXISTS (SELECT 1 FROM import i WHERE i.connection = p.connection AND i.promotion = p.id) \
             {named} ORDER BY p.closes, n.name"
        );
        for row in session.rows(&sql, given()).await? {
            let unused = (row.text(1)?, row.integer(2)?);
            glances.entry(row.text(0)?).or_default().unused.push(unused);
        }
        Ok(glances)
    }

    /// What kind of database it is: `sqlite` or `postgres`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.database.is_sqlite() {
            "sqlite"
        } else {
            "postgres"
        }
    }

    /// How many octets the database takes.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn size(&self) -> Result<u64, StoreError> {
        let sql = match self.database {
            Database::Postgres(_) => "SELECT pg_database_size(current_database())",
            Database::Sqlite { .. } => {
                "SELECT c.page_count * s.page_size FROM pragma_page_count() c, pragma_page_size() s"
            }
        };
        let row = self.database.read().await?.row(sql, arguments![]).await?;
        row.map_or(Ok(0), |row| unsigned(row.integer(0)?, "database"))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn answers(&self) -> Result<(), StoreError> {
        let row: Answer<_> = self.database.read().await?.row("SELECT 1", arguments![]).await;
        row.map(drop)
    }
}
