//! A copy of an installation's database in a file of SQLite, whatever it is kept in: to try something out where nothing is lost. Nobody
//! signs in to a copy, so who may come in is left out, and so is what people want of the server.

use std::path::Path;

use samklang_core::port::StoreError;

use crate::argument::{Argument, List, arguments};
use crate::database::{Answer, Database, Row, Session};
use crate::{access, keyed_request, server};

/// Rows that are taken at a time.
const ROWS: usize = 2_000;

/// The tables that no copy has anything of, each before those that it refers to.
fn left_out() -> impl Iterator<Item = &'static str> {
    let others = [keyed_request::TABLE, server::WISHES];
    others.into_iter().chain(access::TABLES)
}

/// Tables that belong to the database and not to what is kept in it.
const ITS_OWN: &str = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'";

impl Database {
    /// Copies SQLite into a file that is not there yet. Others may go on with it.
    pub(crate) async fn vacuum_into(&self, file: &Path) -> Answer<()> {
        let nameless = || StoreError::Database("the name of the copy is not Unicode".into());
        self.copy_into(file.to_str().ok_or_else(nameless)?).await
    }

    /// Takes out of a copy what it has nothing of, so that it cannot be found in the file either.
    pub(crate) async fn without_access(&self) -> Answer<()> {
        self.outside_transactions("PRAGMA secure_delete = on").await?;
        let mut session = self.write().await?;
        for table in left_out() {
            session.run(format!("DELETE FROM {table}"), []).await?;
        }
        session.commit().await
    }

    /// Copies every row into a database that has the same tables and nothing in them, as they are at one moment.
    pub(crate) async fn pour_into(&self, copy: &Self) -> Answer<()> {
        let mut from = self.write().await?;
        from.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", [])
            .await?;
        let mut to = copy.write().await?;
        // What refers to what is right in the whole, and only there.
        to.run("PRAGMA defer_foreign_keys = on", []).await?;
        let sql = format!("SELECT name FROM sqlite_master WHERE type = 'table' AND {ITS_OWN} ORDER BY name");
        for row in to.rows(sql, []).await? {
            let name = row.text(0)?;
            if left_out().all(|left| left != name) {
                table(&mut from, &mut to, &name).await?;
            }
        }
        to.commit().await
    }
}

/// One column, as SQLite declares it.
struct Column {
    name: String,
    kind: String,
}

async fn table(from: &mut Session, to: &mut Session, table: &str) -> Answer<()> {
    let sql = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
    let columns: Vec<Column> = to
        .rows(sql, arguments![table])
        .await?
        .iter()
        .map(|row| {
            Ok(Column {
                name: row.text(0)?,
                kind: row.text(1)?,
            })
        })
        .collect::<Answer<_>>()?;
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let names = names.join(", ");
    to.run(format!("DELETE FROM \"{table}\""), []).await?;
    // A name for each: what is prepared for one is kept, and has other columns than the next.
    let declare = format!("DECLARE \"all of {table}\" NO SCROLL CURSOR FOR SELECT {names} FROM \"{table}\"");
    from.run(declare, []).await?;
    loop {
        let fetch = format!("FETCH {ROWS} FROM \"all of {table}\"");
        let rows = from.rows(fetch, []).await?;
        if rows.is_empty() {
            break;
        }
        let mut list = List::new(columns.len(), rows.len());
        for row in &rows {
            list.extend(cells(row, &columns)?);
        }
        let sql = format!("INSERT INTO \"{table}\" ({names}) VALUES {{}}");
        to.run_over(&sql, list, &[]).await?;
    }
    from.run(format!("CLOSE \"all of {table}\""), []).await?;
    Ok(())
}

fn cells(row: &Row, columns: &[Column]) -> Answer<Vec<Argument>> {
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| match column.kind.as_str() {
            "INTEGER" => row.maybe_integer(at).map(Argument::Integer),
            "TEXT" => row.maybe_text(at).map(Argument::Text),
            "BLOB" => row.maybe_octets(at).map(Argument::Octets),
            other => Err(StoreError::Database(
                format!("a column of the kind {other} cannot be copied").into(),
            )),
        })
        .collect()
}
