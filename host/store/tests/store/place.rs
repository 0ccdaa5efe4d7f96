//! Where a test keeps its store: an SQLite file, SQLite in memory, or a schema of its own in PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use samklang_core::key::{Keyring, TenantKey};
use samklang_store::{Installation, TenantStore, Worker};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

pub enum Place {
    File { url: String, _folder: tempfile::TempDir },
    Memory,
    Postgres { url: String },
}

static SCHEMAS: AtomicU32 = AtomicU32::new(0);

impl Place {
    pub async fn file() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("truth.db").display());
        Some(Self::File { url, _folder: folder })
    }

    pub async fn memory() -> Option<Self> {
        Some(Self::Memory)
    }

    /// None when the environment says that there is to be no PostgreSQL.
    pub async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("SAMKLANG_TEST_POSTGRES") else {
            let without = std::env::var("SAMKLANG_TEST_WITHOUT").unwrap_or_default();
            if without.split(',').any(|name| name == "postgres") {
                eprintln!("without PostgreSQL, as SAMKLANG_TEST_WITHOUT asks");
                return None;
            }
            panic!(
                "this test needs PostgreSQL: run it by cargo xtask test, or set SAMKLANG_TEST_POSTGRES to the URL of a database \
                 (`cargo xtask test --without-postgres` does without)"
            );
        };
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_nanos();
        let schema = format!("store_{}_{number}_{now}", std::process::id());
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .execute(&mut connection)
            .await
            .unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        Some(Self::Postgres {
            url: format!("{url}{joint}options=-c%20search_path%3D{schema}"),
        })
    }

    pub fn url(&self) -> &str {
        match self {
            Self::File { url, .. } | Self::Postgres { url } => url,
            Self::Memory => "sqlite::memory:",
        }
    }

    pub async fn open(&self) -> Installation {
        let installation = Installation::open(self.url(), Worker::new("first"));
        let installation = installation.await.unwrap();
        installation.with_keys(&keys()).await.unwrap()
    }

    /// Runs SQL behind the store's back.
    pub async fn tamper(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::File { url, .. } => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            Self::Postgres { url } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            Self::Memory => unreachable!("nobody else can reach a database in memory"),
        }
    }
}

impl Place {
    /// What lies in each table, as text; octets as hexadecimal digits.
    pub async fn tables(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        match self {
            Self::File { url, .. } => {
                let mut connection = SqliteConnection::connect(url).await.unwrap();
                let tables =
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
                let tables: Vec<String> = sqlx::query_scalar(tables)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
                for table in tables {
                    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
                        .bind(&table)
                        .fetch_all(&mut connection)
                        .await
                        .unwrap();
                    let row = columns
                        .iter()
                        .map(|column| format!("quote(\"{column}\")"))
                        .collect::<Vec<_>>()
                        .join(" || ' ' || ");
                    let sql = AssertSqlSafe(format!(
                        "SELECT coalesce(group_concat({row}, ' '), '') FROM \"{table}\""
                    ));
                    let text = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
                    found.push((table, text));
                }
            }
            Self::Postgres { url } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
                let tables: Vec<String> = sqlx::query_scalar(tables)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
                for table in tables {
                    let sql = AssertSqlSafe(format!(
                        "SELECT coalesce(string_agg(t::text, ' '), '') FROM \"{table}\" t"
                    ));
                    let text = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
                    found.push((table, text));
                }
            }
            Self::Memory => unreachable!("nobody else can reach a database in memory"),
        }
        found
    }

    /// Everything that lies in the database, as text.
    pub async fn everything(&self) -> Vec<String> {
        match self {
            Self::File { url, .. } => {
                let path = url.trim_start_matches("sqlite:");
                let files = ["", "-wal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
                files
                    .map(|octets| String::from_utf8_lossy(&octets).into_owned())
                    .into()
            }
            Self::Postgres { url } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
                let tables: Vec<String> = sqlx::query_scalar(tables)
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
                assert!(tables.len() > 15, "{tables:?}");
                let mut texts = Vec::new();
                for table in tables {
                    let sql = AssertSqlSafe(format!(
                        "SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t"
                    ));
                    texts.push(sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap());
                }
                texts
            }
            Self::Memory => unreachable!("nobody else can reach a database in memory"),
        }
    }
}

/// The keys of every tenant of the tests, and of the installation.
pub fn keys() -> Keyring {
    Keyring::new(TenantKey::new([7; 32]), Vec::new())
}

/// A tenant's store.
pub async fn tenant(place: &Place) -> (Installation, TenantStore) {
    let installation = place.open().await;
    let store = installation.tenant("aarhus", &keys()).await.unwrap();
    (installation, store)
}
