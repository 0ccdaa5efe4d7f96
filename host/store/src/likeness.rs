//! The index by which objects of targets are found for entities that have none there. By what the objects of a class are found is kept
//! beside them, so that whoever writes an object, whatever for, keeps the index with it in the same transaction. Values stand in it as
//! keyed hashes; they are never kept as they are.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::key::MatchingKey;
use samklang_core::matching::Finder;
use samklang_core::port::{Like, Shadow, ShadowWrite};

use crate::argument::{List, arguments};
use crate::database::{Answer, Session};
use crate::plan::SHADOW;
use crate::reading::{json, to_json};
use crate::tenant::TenantStore;

/// Objects that are put into the index in one transaction when it is made anew.
const PAGE: i64 = 2_000;

impl TenantStore {
    /// Makes the index of a class what it shall be. A run that is cut off is taken up where it was.
    pub(crate) async fn find_objects_by(&self, target: &str, class: &str, finder: &Finder) -> Answer<()> {
        let number = self.give_class(target, class).await?;
        let wanted = to_json(finder)?;
        let sql = "SELECT rules, filled FROM finder WHERE class = $1";
        let kept = match self.reading().await?.row(sql, arguments![number]).await? {
            Some(row) => Some((row.text(0)?, row.maybe_integer(1)?)),
            None => None,
        };
        let mut filled = match kept {
            None if finder.rules.is_empty() => return Ok(()),
            Some((rules, None)) if rules == wanted => return Ok(()),
            Some((rules, Some(filled))) if rules == wanted => filled,
            _ => {
                let mut session = self.writing().await?;
                for table in ["likeness", "finder"] {
                    let sql = format!("DELETE FROM {table} WHERE class = $1");
                    session.run(sql, arguments![number]).await?;
                }
                if !finder.rules.is_empty() {
                    let sql = "INSERT INTO finder (class, rules, filled) VALUES ($1, $2, 0)";
                    session.run(sql, arguments![number, wanted]).await?;
                }
                session.commit().await?;
                if finder.rules.is_empty() {
                    return Ok(());
                }
                0
            }
        };
        let sql = format!(
            "SELECT s.id, {SHADOW} FROM shadow s WHERE s.class = $1 AND s.id > $2 ORDER BY s.id LIMIT $3"
        );
        loop {
            let rows = self
                .reading()
                .await?
                .rows(sql.as_str(), arguments![number, filled, PAGE])
                .await?;
            let Some(last) = rows.last() else { break };
            filled = last.integer(0)?;
            let mut shadows = Vec::with_capacity(rows.len());
            for row in &rows {
                shadows.push(self.shadow(row, 1).await?.1);
            }
            let mut session = self.writing().await?;
            let puts = shadows.iter().map(|shadow| (number, shadow));
            insert(
                &mut session,
                &self.matching,
                puts,
                &BTreeMap::from([(number, finder.clone())]),
            )
            .await?;
            let sql = "UPDATE finder SET filled = $2 WHERE class = $1";
            session.run(sql, arguments![number, filled]).await?;
            session.commit().await?;
        }
        let mut session = self.writing().await?;
        let sql = "UPDATE finder SET filled = NULL WHERE class = $1";
        session.run(sql, arguments![number]).await?;
        session.commit().await
    }

    pub(crate) async fn objects_like(
        &self,
        target: &str,
        class: &str,
        rule: &str,
        folded: &[String],
    ) -> Answer<Vec<Like>> {
        let Some(number) = self.class(target, class).await? else {
            return Ok(Vec::new());
        };
        let sql = "WITH v (folded) AS (VALUES {}) SELECT l.folded, l.exact, l.key FROM v CROSS JOIN likeness l \
                   WHERE l.class = $1 AND l.rule = $2 AND l.folded = v.folded";
        // A value that is asked for twice is answered once.
        let folded: BTreeSet<&String> = folded.iter().collect();
        let rows = self
            .reading()
            .await?
            .rows_over(sql, List::of(folded), &arguments![number, rule])
            .await?;
        rows.iter()
            .map(|(_, row)| {
                Ok(Like {
                    folded: row.text(0)?,
                    exact: row.text(1)?,
                    key: row.text(2)?,
                })
            })
            .collect()
    }
}

/// Keeps the index with objects that are written, each with its class's number.
pub(crate) async fn keep_likenesses(
    session: &mut Session,
    key: &MatchingKey,
    writes: &[(i64, &ShadowWrite)],
) -> Answer<()> {
    let classes: BTreeSet<i64> = writes.iter().map(|(class, _)| *class).collect();
    let finders = finders(session, classes).await?;
    if finders.is_empty() {
        return Ok(());
    }
    let mut former = List::new(2, writes.len());
    let mut puts = Vec::new();
    for (class, write) in writes.iter().filter(|(class, _)| finders.contains_key(class)) {
        match write {
            ShadowWrite::Put(shadow) => {
                former.push(arguments![*class, &shadow.key]);
                puts.push((*class, shadow));
            }
            ShadowWrite::Remove(_, key) => former.push(arguments![*class, key]),
        }
    }
    let sql = "WITH v (class, key) AS (VALUES {}) DELETE FROM likeness WHERE (class, key) IN (SELECT class, key FROM v)";
    session.run_over(sql, former, &[]).await?;
    insert(session, key, puts, &finders).await
}

/// By what objects of these classes are found, as far as they are.
async fn finders(session: &mut Session, classes: BTreeSet<i64>) -> Answer<BTreeMap<i64, Finder>> {
    let sql = "WITH v (class) AS (VALUES {}) SELECT f.class, f.rules FROM v CROSS JOIN finder f WHERE f.class = v.class";
    let rows = session.rows_over(sql, List::of(classes), &[]).await?;
    rows.iter()
        .map(|(_, row)| {
            let class = row.integer(0)?;
            let finder = json(&row.text(1)?, || {
                format!("the rules of class {class} in table finder")
            })?;
            Ok((class, finder))
        })
        .collect()
}

async fn insert<'a>(
    session: &mut Session,
    key: &MatchingKey,
    shadows: impl IntoIterator<Item = (i64, &'a Shadow)> + Send,
    finders: &BTreeMap<i64, Finder>,
) -> Answer<()> {
    let mut list = List::new(5, 0);
    for (class, shadow) in shadows {
        let Some(finder) = finders.get(&class) else {
            continue;
        };
        for value in finder.values(&shadow.key, &shadow.attributes, key) {
            list.push(arguments![
                class,
                value.rule,
                value.folded,
                value.exact,
                &shadow.key
            ]);
        }
    }
    let sql = "INSERT INTO likeness (class, rule, folded, exact, key) VALUES {} \
               ON CONFLICT (class, rule, folded, key, exact) DO NOTHING";
    session.run_over(sql, list, &[]).await?;
    Ok(())
}
