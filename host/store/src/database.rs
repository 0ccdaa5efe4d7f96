//! One face for the two databases: a pool to take sessions from, and sessions that run SQL with typed arguments. The SQL is the
//! same on both: `$1` for arguments, `{}` for a list of rows. Nothing here knows a table.
//!
//! SQLite has one connection that writes, so that writers queue here instead of meeting `SQLITE_BUSY`, and a few that read. Those who work at
//! leisure read by others, and let whoever is in a hurry write before them.

use std::sync::Arc;

use samklang_core::port::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Postgres, Row as _, SqlSafeStr as _, Sqlite,
    Transaction,
};

use crate::argument::{Argument, List};
use crate::line::{Line, Turn};

pub(crate) type Answer<T> = Result<T, StoreError>;

/// Puts a failure of the database into the words of the port.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}

/// The database of an installation.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        in_memory: bool,
        line: Arc<Line>,
        /// Nobody waits in person for what is done with this.
        at_leisure: bool,
    },
    Postgres(PgPool),
}

/// What lasts through a crash of the machine.
const WHOLE: &str = "PRAGMA synchronous = full";

/// What lasts through a crash of the program.
const PART: &str = "PRAGMA synchronous = normal";

/// Takes the right to write at once, so that a transaction never finds at its end that another was there.
const BEGIN: &str = "BEGIN IMMEDIATE";

impl Database {
    /// A session that only reads.
    pub(crate) async fn read(&self) -> Answer<Session> {
        match self {
            Self::Sqlite { readers, .. } => readers.acquire().await.map(Session::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Session::Postgres),
        }
        .map_err(failed)
    }

    /// A transaction that writes. Dropped without [`Session::commit`], nothing of it has happened.
    pub(crate) async fn write(&self) -> Answer<Session> {
        self.begin(WHOLE).await
    }

    /// A transaction that writes a part of something larger, such as a batch of a step. On SQLite it lasts through a crash of the
    /// program as any other, but through a crash of the machine only once a transaction of [`Database::write`] has been committed
    /// after it; until then the machine's crash may undo the last of these, the latest first.
    pub(crate) async fn write_part(&self) -> Answer<Session> {
        self.begin(PART).await
    }

    /// A transaction of [`Database::write_part`], unless somebody else in this process is writing.
    pub(crate) async fn write_if_free(&self) -> Answer<Option<Session>> {
        match self {
            Self::Sqlite { writer, .. } => match writer.try_acquire() {
                Some(connection) => begin(connection, PART, None).await.map(Some),
                None => Ok(None),
            },
            Self::Postgres(_) => self.write_part().await.map(Some),
        }
    }

    /// The same database with connections of its own to read by, for those who read much: they hold up none of the others.
    pub(crate) fn apart(&self) -> Self {
        match self {
            Self::Sqlite { in_memory: true, .. } => self.clone(),
            Self::Sqlite {
                writer,
                readers,
                in_memory,
                line,
                at_leisure,
            } => {
                let options = readers.connect_options().as_ref().clone();
                Self::Sqlite {
                    writer: writer.clone(),
                    readers: readers.options().clone().connect_lazy_with(options),
                    in_memory: *in_memory,
                    line: Arc::clone(line),
                    at_leisure: *at_leisure,
                }
            }
            Self::Postgres(pool) => {
                let options = pool.connect_options().as_ref().clone();
                Self::Postgres(pool.options().clone().connect_lazy_with(options))
            }
        }
    }

    /// The same database for those for whom nobody waits in person: whoever is in a hurry writes before them.
    pub(crate) fn at_leisure(&self) -> Self {
        let mut leisurely = self.clone();
        if let Self::Sqlite { at_leisure, .. } = &mut leisurely {
            *at_leisure = true;
        }
        leisurely
    }

    /// Whether somebody in a hurry waits for what a transaction of this database has.
    pub(crate) fn is_wanted(&self) -> bool {
        matches!(self, Self::Sqlite { line, .. } if line.is_wanted())
    }

    /// Copies SQLite into a file that is not there yet, while others read and write.
    pub(crate) async fn copy_into(&self, file: &str) -> Answer<()> {
        let Self::Sqlite {
            writer,
            in_memory: false,
            ..
        } = self
        else {
            return Err(StoreError::Database(
                "a database in memory cannot be copied".into(),
            ));
        };
        let options = writer.connect_options();
        let mut connection = options.connect().await.map_err(failed)?;
        sqlx::query("VACUUM INTO $1")
            .bind(file)
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        connection.close().await.map_err(failed)
    }

    /// Runs a statement that may not stand in a transaction, with the right to write.
    pub(crate) async fn outside_transactions(&self, sql: &str) -> Answer<()> {
        let mut session = match self {
            Self::Sqlite { writer, .. } => writer.acquire().await.map(Session::Sqlite),
            Self::Postgres(pool) => pool.acquire().await.map(Session::Postgres),
        }
        .map_err(failed)?;
        session.run(sql, []).await.map(drop)
    }

    async fn begin(&self, lasting: &'static str) -> Answer<Session> {
        match self {
            Self::Sqlite {
                writer,
                line,
                at_leisure,
                ..
            } => {
                let turn = if *at_leisure {
                    line.at_leisure().await
                } else {
                    None
                };
                let hurry = (!at_leisure).then(|| line.in_a_hurry());
                let connection = writer.acquire().await.map_err(failed)?;
                drop(hurry);
                begin(connection, lasting, turn).await
            }
            Self::Postgres(pool) => {
                let begun = pool.begin().await.map_err(failed)?;
                Ok(Session::PostgresTransaction(begun))
            }
        }
    }

    /// Whether SQLite is what it is kept in.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Whether those who read have connections of their own, which are not held up by an open transaction, and SQLite is what writes.
    pub(crate) fn reads_apart(&self) -> bool {
        matches!(self, Self::Sqlite { in_memory: false, .. })
    }

    /// Closes every connection, after what they are doing.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction of SQLite.
async fn begin(
    mut connection: PoolConnection<Sqlite>,
    lasting: &'static str,
    turn: Option<Turn>,
) -> Answer<Session> {
    sqlx::query(lasting)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let begun = Transaction::begin(connection, Some(BEGIN.into_sql_str())).await;
    Ok(Session::SqliteTransaction(begun.map_err(failed)?, turn))
}

/// A connection or a transaction.
pub(crate) enum Session {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    /// With the turn of those who work at leisure, which ends with it.
    SqliteTransaction(
        Transaction<'static, Sqlite>,
        #[expect(dead_code, reason = "what it does is done when it is dropped")] Option<Turn>,
    ),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// A query with its arguments bound; the same text for both databases.
macro_rules! bound {
    ($sql:expr, $arguments:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for argument in $arguments {
            query = match argument {
                Argument::Integer(value) => query.bind(value),
                Argument::Text(value) => query.bind(value),
                Argument::Octets(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Session {
    fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_) | Self::SqliteTransaction(..))
    }

    /// Runs one statement; answers how many rows it touched.
    pub(crate) async fn run(
        &mut self,
        sql: impl Into<String>,
        arguments: impl IntoIterator<Item = Argument> + Send,
    ) -> Answer<u64> {
        let sql = sql.into();
        let arguments: Vec<Argument> = arguments.into_iter().collect();
        match self {
            Self::Sqlite(at) => bound!(sql, arguments)
                .execute(&mut **at)
                .await
                .map(|done| done.rows_affected()),
            Self::SqliteTransaction(at, _) => bound!(sql, arguments)
                .execute(&mut **at)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(at) => bound!(sql, arguments)
                .execute(&mut **at)
                .await
                .map(|done| done.rows_affected()),
            Self::PostgresTransaction(at) => bound!(sql, arguments)
                .execute(&mut **at)
                .await
                .map(|done| done.rows_affected()),
        }
        .map_err(failed)
    }

    /// The rows that one statement answers.
    pub(crate) async fn rows(
        &mut self,
        sql: impl Into<String>,
        arguments: impl IntoIterator<Item = Argument> + Send,
    ) -> Answer<Vec<Row>> {
        let sql = sql.into();
        let arguments: Vec<Argument> = arguments.into_iter().collect();
        fn wrap<R>(rows: Vec<R>, wrap: fn(R) -> Row) -> Vec<Row> {
            rows.into_iter().map(wrap).collect()
        }
        match self {
            Self::Sqlite(at) => bound!(sql, arguments)
                .fetch_all(&mut **at)
                .await
                .map(|rows| wrap(rows, Row::Sqlite)),
            Self::SqliteTransaction(at, _) => bound!(sql, arguments)
                .fetch_all(&mut **at)
                .await
                .map(|rows| wrap(rows, Row::Sqlite)),
            Self::Postgres(at) => bound!(sql, arguments)
                .fetch_all(&mut **at)
                .await
                .map(|rows| wrap(rows, Row::Postgres)),
            Self::PostgresTransaction(at) => bound!(sql, arguments)
                .fetch_all(&mut **at)
                .await
                .map(|rows| wrap(rows, Row::Postgres)),
        }
        .map_err(failed)
    }

    /// The first row that one statement answers.
    pub(crate) async fn row(
        &mut self,
        sql: impl Into<String>,
        arguments: impl IntoIterator<Item = Argument> + Send,
    ) -> Answer<Option<Row>> {
        Ok(self.rows(sql, arguments).await?.into_iter().next())
    }

    /// Runs a statement over a list, in as many parts as it takes; answers how many rows it touched. `arguments` are `$1`, `$2`,
    /// … of the template and the same for every part.
    pub(crate) async fn run_over(
        &mut self,
        template: &str,
        list: List,
        arguments: &[Argument],
    ) -> Answer<u64> {
        let mut touched = 0;
        for part in list.into_parts() {
            let sql = part.sql(template, self.is_sqlite());
            touched += self
                .run(sql, part.cells.into_iter().chain(arguments.iter().cloned()))
                .await?;
        }
        Ok(touched)
    }

    /// The rows that a query over a list answers. When the template says `{#}`, each row of the list begins with its place in its
    /// part, and the row comes with the place of that part in the list.
    pub(crate) async fn rows_over(
        &mut self,
        template: &str,
        list: List,
        arguments: &[Argument],
    ) -> Answer<Vec<(usize, Row)>> {
        let mut answer = Vec::new();
        for part in list.into_parts() {
            let sql = part.sql(template, self.is_sqlite());
            let first = part.first;
            let rows = self
                .rows(sql, part.cells.into_iter().chain(arguments.iter().cloned()))
                .await?;
            answer.extend(rows.into_iter().map(|row| (first, row)));
        }
        Ok(answer)
    }

    /// Makes the transaction last.
    pub(crate) async fn commit(self) -> Answer<()> {
        match self {
            Self::SqliteTransaction(at, _) => at.commit().await.map_err(failed),
            Self::PostgresTransaction(at) => at.commit().await.map_err(failed),
            Self::Sqlite(_) | Self::Postgres(_) => Ok(()),
        }
    }
}

/// A row of an answer. Columns are read by their place.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// Reads a column of either database.
macro_rules! column {
    ($name:ident, $type:ty, $what:literal) => {
        #[doc = concat!("The ", $what, " in a column.")]
        pub(crate) fn $name(&self, column: usize) -> Answer<$type> {
            match self {
                Self::Sqlite(row) => row.try_get(column),
                Self::Postgres(row) => row.try_get(column),
            }
            .map_err(failed)
        }
    };
}

impl Row {
    column!(integer, i64, "number");
    column!(maybe_integer, Option<i64>, "number, if any,");
    column!(text, String, "text");
    column!(maybe_text, Option<String>, "text, if any,");
    column!(octets, Vec<u8>, "octets");
    column!(maybe_octets, Option<Vec<u8>>, "octets, if any,");
}
