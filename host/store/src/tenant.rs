//! One tenant's part of the store in the hands of one worker. Every transaction that writes what the cycle decides goes through
//! [`TenantStore::writing`], which lets nothing be written without the newest token of the tenant's lease.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use samklang_core::catalogue::ObjectRef;
use samklang_core::key::MatchingKey;
use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::{Answer, Database, Session};
use crate::installation::Worker;
use crate::names::Names;
use crate::sealed::Seals;
use crate::staff::Staff;
use crate::stretch::Stretched;

/// One tenant's part of the store. It writes only between `begin_cycle` and `release_lease`.
#[derive(Debug)]
pub struct TenantStore {
    pub(crate) database: Database,
    pub(crate) worker: Worker,
    pub(crate) tenant: i64,
    pub(crate) names: Names,
    pub(crate) seals: Seals,
    pub(crate) matching: MatchingKey,
    pub(crate) stretched: Stretched,
    /// What those who decide are known by; none as long as the installation's keys were not given.
    pub(crate) staff: Option<Arc<Staff>>,
    token: Mutex<Option<i64>>,
}

impl TenantStore {
    pub(crate) fn new(
        database: Database,
        worker: Worker,
        tenant: i64,
        seals: Seals,
        matching: MatchingKey,
        staff: Option<Arc<Staff>>,
    ) -> Self {
        Self {
            database,
            worker,
            tenant,
            names: Names::default(),
            seals,
            matching,
            stretched: Stretched::default(),
            staff,
            token: Mutex::new(None),
        }
    }

    /// The token of the lease that this worker took.
    pub(crate) fn token(&self) -> Option<i64> {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep_token(&self, token: Option<i64>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// A transaction that writes what needs no lease, such as what a person decides.
    pub(crate) async fn deciding(&self) -> Answer<Session> {
        self.end_transaction().await?;
        self.database.write().await
    }

    /// A transaction that writes, once the lease has been found to be this worker's still. Nobody can take the lease before it
    /// ends: SQLite lets one write at a time, PostgreSQL holds the lease's row.
    pub(crate) async fn writing(&self) -> Answer<Session> {
        let token = self.token().ok_or(StoreError::LeaseLost)?;
        self.end_transaction().await?;
        self.holding(token, self.database.write().await?).await
    }

    /// The same for a part of a step. Whatever settles the step makes it last; see [`Database::write_part`].
    pub(crate) async fn writing_part(&self) -> Answer<Session> {
        let token = self.token().ok_or(StoreError::LeaseLost)?;
        self.end_transaction().await?;
        self.holding(token, self.database.write_part().await?).await
    }

    async fn holding(&self, token: i64, mut session: Session) -> Answer<Session> {
        let sql = match session {
            Session::PostgresTransaction(_) => "SELECT token FROM lease WHERE tenant = $1 FOR SHARE",
            _ => "SELECT token FROM lease WHERE tenant = $1",
        };
        match session.row(sql, arguments![self.tenant]).await? {
            Some(row) if row.integer(0)? == token => Ok(session),
            _ => Err(StoreError::LeaseLost),
        }
    }

    pub(crate) async fn connection(&self, name: &str) -> Answer<Option<i64>> {
        self.names.connection(&self.database, self.tenant, name).await
    }

    pub(crate) async fn give_connection(&self, name: &str) -> Answer<i64> {
        if let Some(number) = self.connection(name).await? {
            return Ok(number);
        }
        self.end_transaction().await?;
        self.names
            .give_connection(&self.database, self.tenant, name)
            .await
    }

    pub(crate) async fn class(&self, connection: &str, class: &str) -> Answer<Option<i64>> {
        self.names
            .class(&self.database, self.tenant, connection, class)
            .await
    }

    pub(crate) async fn give_class(&self, connection: &str, class: &str) -> Answer<i64> {
        if let Some(number) = self.class(connection, class).await? {
            return Ok(number);
        }
        self.end_transaction().await?;
        self.names
            .give_class(&self.database, self.tenant, connection, class)
            .await
    }

    pub(crate) async fn object(&self, class: i64, key: String) -> Answer<ObjectRef> {
        self.names.object(&self.database, self.tenant, class, key).await
    }

    /// The numbers of the classes of these objects, given now to those that have none.
    pub(crate) async fn give_classes<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a ObjectRef> + Send,
    ) -> Answer<Classes> {
        let objects: Vec<&ObjectRef> = objects.into_iter().collect();
        let mut numbers: HashMap<String, HashMap<String, i64>> = HashMap::new();
        for object in objects {
            let found = numbers
                .get(&object.connection)
                .is_some_and(|of| of.contains_key(&object.class));
            if !found {
                let number = self.give_class(&object.connection, &object.class).await?;
                numbers
                    .entry(object.connection.clone())
                    .or_default()
                    .insert(object.class.clone(), number);
            }
        }
        Ok(Classes(numbers))
    }
}

/// Numbers of classes, ready at hand for a transaction.
#[derive(Debug)]
pub(crate) struct Classes(HashMap<String, HashMap<String, i64>>);

impl Classes {
    /// The number of the object's class.
    pub(crate) fn of(&self, object: &ObjectRef) -> i64 {
        // Every object that a transaction names was there when the numbers were gathered.
        self.0
            .get(&object.connection)
            .and_then(|of| of.get(&object.class))
            .copied()
            .unwrap_or(-1)
    }
}
