//! An installation's database: opened, brought to the form that this program knows, and divided into tenants. A database that a newer
//! program has been at is left as it is.

use std::sync::Arc;
use std::time::Duration;

use samklang_core::key::Keyring;
use samklang_core::port::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::argument::arguments;
use crate::database::Database;
use crate::line::Line;
use crate::sealed::{OF_TENANT, Seals, secret};
use crate::staff::Staff;
use crate::tenant::TenantStore;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 256;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of no kind that is known.
    #[error("`{url}` is no database: write `sqlite:PATH` or `postgres://USER@HOST/NAME`")]
    Url {
        /// The URL, without its password.
        url: String,
    },
    /// A newer program has been at it.
    #[error(
        "the database is newer than this program: it has migration {version}, which this program does not know; \
         install the program that last used it"
    )]
    Newer {
        /// The migration that is not known.
        version: i64,
    },
    /// It could not be brought to the form that this program knows.
    #[error("the database cannot be brought up to date: {0}; restore it from a backup, or ask support")]
    Migrate(#[source] MigrateError),
    /// It could not be reached or made.
    #[error(
        "the database cannot be opened: {0}; see that its address is right and that this user may use it"
    )]
    Connect(#[source] sqlx::Error),
}

/// Who works on the store: a name for leases, how long they last, and how to tell that another holder is no more.
#[derive(Clone)]
pub struct Worker {
    pub(crate) name: String,
    pub(crate) lease: i64,
    pub(crate) person: Option<String>,
    pub(crate) is_alive: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("name", &self.name)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

impl Worker {
    /// A worker of this name, unlike any other's, such as `host:pid:start`. Its leases last a minute, and every other holder
    /// counts as alive until its lease expires.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            lease: 60_000,
            person: None,
            is_alive: Arc::new(|_| true),
        }
    }

    /// On whose behalf it works. The journal tells who began a cycle.
    #[must_use]
    pub fn on_behalf_of(mut self, person: impl Into<String>) -> Self {
        self.person = Some(person.into());
        self
    }

    /// How long a lease lasts unless it is renewed.
    #[must_use]
    pub fn lease(mut self, lasts: Duration) -> Self {
        self.lease = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX / 2);
        self
    }

    /// How to tell whether the holder of that name is alive. The lease of one that is not may be taken over at once.
    #[must_use]
    pub fn alive_when(mut self, is_alive: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.is_alive = Arc::new(is_alive);
        self
    }
}

/// The store of an installation.
#[derive(Debug, Clone)]
pub struct Installation {
    pub(crate) database: Database,
    /// What seals what is kept of those who work with it; none as long as its keys were not given.
    pub(crate) staff: Option<Arc<Staff>>,
    worker: Worker,
}

impl Installation {
    /// Opens the database at `sqlite:PATH` (`sqlite::memory:` for one that is gone with the process) or `postgres://…`. What is
    /// not there is made; what is older is brought up to date.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub async fn open(url: &str, worker: Worker) -> Result<Self, OpenError> {
        let database = if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url).await?
        } else {
            let url = url.split_once("://").map_or(url, |(scheme, _)| scheme).to_owned();
            return Err(OpenError::Url { url });
        };
        Ok(Self {
            database,
            staff: None,
            worker,
        })
    }

    /// Copies the database as it is now into a file that is not there yet, of SQLite whatever it is kept in, while others work on it. Who
    /// may come in is left out.
    ///
    /// # Errors
    ///
    /// When it is a database in memory, cannot be read, or the file cannot be written.
    pub async fn copy_to(&self, file: &std::path::Path) -> Result<(), StoreError> {
        if self.database.is_sqlite() {
            self.database.vacuum_into(file).await?;
        }
        let url = format!("sqlite:{}", file.display());
        let copy = open_sqlite(&url)
            .await
            .map_err(|cause| StoreError::Database(Box::new(cause)))?;
        if self.database.is_sqlite() {
            copy.without_access().await?;
        } else {
            self.database.pour_into(&copy).await?;
        }
        copy.close().await;
        Ok(())
    }

    /// The same installation with connections of its own to read by (on PostgreSQL, at all), for work that reads much. It is called within a
    /// runtime of tokio, which looks after them.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            database: self.database.apart(),
            ..self.clone()
        }
    }

    /// The same installation for work that writes much and for which nobody waits in person, as cycles do: whoever is waited for writes before it.
    #[must_use]
    pub fn at_leisure(&self) -> Self {
        Self {
            database: self.database.at_leisure(),
            ..self.clone()
        }
    }

    /// The same installation in the hands of another worker.
    #[must_use]
    pub fn with_worker(&self, worker: Worker) -> Self {
        Self {
            worker,
            ..self.clone()
        }
    }

    /// A tenant's part of the store, made at first use. What was sealed with one of these keys can be read; what is written is sealed
    /// with the current one. Where anybody may come in, what takes two persons is decided with the installation's keys alone.
    ///
    /// # Errors
    ///
    /// When the database fails, or the tenant's data is sealed with a key that is not among these.
    pub async fn tenant(&self, name: &str, keys: &Keyring) -> Result<TenantStore, StoreError> {
        let known = "SELECT id FROM tenant WHERE name = $1";
        let mut id = self.database.read().await?.row(known, arguments![name]).await?;
        if id.is_none() {
            let mut session = self.database.write().await?;
            let make = "INSERT INTO tenant (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
            session.run(make, arguments![name]).await?;
            id = session.row(known, arguments![name]).await?;
            let id = id.as_ref().map_or(Ok(0), |row| row.integer(0))?;
            let lease = "INSERT INTO lease (tenant) VALUES ($1) ON CONFLICT (tenant) DO NOTHING";
            session.run(lease, arguments![id]).await?;
            session.commit().await?;
        }
        let id = id.as_ref().map_or(Ok(0), |row| row.integer(0))?;
        let seals = Seals::new(id, keys)?;
        let matching = secret(&self.database, &OF_TENANT, id, &seals).await?;
        let (database, worker) = (self.database.clone(), self.worker.clone());
        let staff = self.staff.clone();
        Ok(TenantStore::new(database, worker, id, seals, matching, staff))
    }

    /// The names of the tenants, sorted.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT name FROM tenant ORDER BY name";
        let rows = self.database.read().await?.rows(sql, arguments![]).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }

    /// Closes the database after what is being done.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

async fn open_sqlite(url: &str) -> Result<Database, OpenError> {
    let in_memory = url.starts_with("sqlite::memory:");
    let options = url
        .parse::<SqliteConnectOptions>()
        .map_err(OpenError::Connect)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(30))
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(1000)
        // Sixteen times SQLite's own measure: a bulk write meets the same pages again and again before they are moved.
        .pragma("wal_autocheckpoint", "16000")
        .pragma("journal_size_limit", "67108864")
        // In KiB when negative.
        .pragma("cache_size", "-16384")
        // What a statement would have to undo is kept here, too: in a file it would be written twice. Statements over many rows are
        // therefore cut.
        .pragma("temp_store", "memory");
    let pool = || {
        SqlitePoolOptions::new()
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer = pool()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .map_err(OpenError::Connect)?;
    migrate(SQLITE.run(&writer).await)?;
    let readers = if in_memory {
        writer.clone()
    } else {
        pool()
            .min_connections(0)
            .max_connections(4)
            // Those who read find what they need in the system's own cache.
            .connect_lazy_with(options.pragma("query_only", "on").pragma("cache_size", "-4096"))
    };
    Ok(Database::Sqlite {
        writer,
        readers,
        in_memory,
        line: Line::new(),
        at_leisure: false,
    })
}

async fn open_postgres(url: &str) -> Result<Database, OpenError> {
    let options = url
        .parse::<PgConnectOptions>()
        .map_err(OpenError::Connect)?
        .statement_cache_capacity(STATEMENTS)
        .application_name("samklang");
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await;
    let pool = pool.map_err(OpenError::Connect)?;
    migrate(POSTGRES.run(&pool).await)?;
    Ok(Database::Postgres(pool))
}

fn migrate(done: Result<(), MigrateError>) -> Result<(), OpenError> {
    match done {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(version) | MigrateError::VersionNotPresent(version)) => {
            Err(OpenError::Newer { version })
        }
        Err(error) => Err(OpenError::Migrate(error)),
    }
}
