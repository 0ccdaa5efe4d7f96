//! The numbers that stand for connections and classes in the large tables. A number is given once and never taken back, so it can be
//! remembered; it is given in a transaction of its own, so that what is remembered is also kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::StoreError;

use crate::argument::arguments;
use crate::database::{Answer, Database};

/// What is remembered of a tenant's names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    connections: HashMap<String, i64>,
    classes: HashMap<String, HashMap<String, i64>>,
    by_number: HashMap<i64, (String, String)>,
}

impl Known {
    fn class(&self, connection: &str, class: &str) -> Option<i64> {
        self.classes.get(connection)?.get(class).copied()
    }

    fn keep(&mut self, connection: &str, class: &str, number: i64) {
        self.classes
            .entry(connection.to_owned())
            .or_default()
            .insert(class.to_owned(), number);
        self.by_number
            .insert(number, (connection.to_owned(), class.to_owned()));
    }
}

impl Names {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a connection, if it has one.
    pub(crate) async fn connection(&self, at: &Database, tenant: i64, name: &str) -> Answer<Option<i64>> {
        let remembered = self.known().connections.get(name).copied();
        if remembered.is_some() {
            return Ok(remembered);
        }
        let sql = "SELECT id FROM connection WHERE tenant = $1 AND name = $2";
        let Some(row) = at.read().await?.row(sql, arguments![tenant, name]).await? else {
            return Ok(None);
        };
        let number = row.integer(0)?;
        self.known().connections.insert(name.to_owned(), number);
        Ok(Some(number))
    }

    /// The number of a connection, given now if it has none.
    pub(crate) async fn give_connection(&self, at: &Database, tenant: i64, name: &str) -> Answer<i64> {
        if let Some(number) = self.connection(at, tenant, name).await? {
            return Ok(number);
        }
        let mut session = at.write().await?;
        let sql =
            "INSERT INTO connection (tenant, name) VALUES ($1, $2) ON CONFLICT (tenant, name) DO NOTHING";
        session.run(sql, arguments![tenant, name]).await?;
        session.commit().await?;
        let number = self.connection(at, tenant, name).await?;
        number.ok_or_else(|| vanished(&format!("connection `{name}`")))
    }

    /// The number of a class of a connection, if it has one.
    pub(crate) async fn class(
        &self,
        at: &Database,
        tenant: i64,
        connection: &str,
        class: &str,
    ) -> Answer<Option<i64>> {
        let remembered = self.known().class(connection, class);
        if remembered.is_some() {
            return Ok(remembered);
        }
        let sql = "SELECT c.id FROM class c JOIN connection n ON n.id = c.connection \
                   WHERE n.tenant = $1 AND n.name = $2 AND c.name = $3";
        let row = at
            .read()
            .await?
            .row(sql, arguments![tenant, connection, class])
            .await?;
        let Some(row) = row else { return Ok(None) };
        let number = row.integer(0)?;
        self.known().keep(connection, class, number);
        Ok(Some(number))
    }

    /// The number of a class of a connection, given now if it has none.
    pub(crate) async fn give_class(
        &self,
        at: &Database,
        tenant: i64,
        connection: &str,
        class: &str,
    ) -> Answer<i64> {
        if let Some(number) = self.class(at, tenant, connection, class).await? {
            return Ok(number);
        }
        let of = self.give_connection(at, tenant, connection).await?;
        let mut session = at.write().await?;
        let sql =
            "INSERT INTO class (connection, name) VALUES ($1, $2) ON CONFLICT (connection, name) DO NOTHING";
        session.run(sql, arguments![of, class]).await?;
        session.commit().await?;
        let number = self.class(at, tenant, connection, class).await?;
        number.ok_or_else(|| vanished(&format!("class `{class}` of `{connection}`")))
    }

    /// The object of that class number and key.
    pub(crate) async fn object(
        &self,
        at: &Database,
        tenant: i64,
        class: i64,
        key: String,
    ) -> Answer<ObjectRef> {
        let (connection, class) = self.class_of(at, tenant, class).await?;
        Ok(ObjectRef {
            connection,
            class,
            key,
        })
    }

    /// The connection and class of a class number.
    pub(crate) async fn class_of(&self, at: &Database, tenant: i64, class: i64) -> Answer<(String, String)> {
        if let Some(names) = self.known().by_number.get(&class) {
            return Ok(names.clone());
        }
        let sql = "SELECT n.name, c.name FROM class c JOIN connection n ON n.id = c.connection \
                   WHERE n.tenant = $1 AND c.id = $2";
        let row = at.read().await?.row(sql, arguments![tenant, class]).await?;
        let row = row.ok_or_else(|| vanished(&format!("number {class}")))?;
        let names = (row.text(0)?, row.text(1)?);
        self.known().keep(&names.0, &names.1, class);
        Ok(names)
    }
}

fn vanished(what: &str) -> StoreError {
    StoreError::Corrupt {
        place: format!("class: {what}"),
        cause: "it is not there".to_owned(),
    }
}
