//! School-year promotions that persons announce: a window of time in which one import of a source may pass as a promotion.

use samklang_core::journal::Event;
use samklang_core::port::{Deed, StoreError, Window, WindowState};

use crate::argument::arguments;
use crate::database::Answer;
use crate::reading::word;
use crate::tenant::TenantStore;

impl TenantStore {
    /// Announces a promotion for a source; answers its number. An open window of the same source gives way to it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn announce_promotion(
        &self,
        connection: &str,
        (opens, closes): (i64, i64),
        who: &str,
        reason: &str,
        now: i64,
    ) -> Result<i64, StoreError> {
        let number = self.give_connection(connection).await?;
        let mut session = self.deciding().await?;
        let sql = "UPDATE promotion SET state = $2 WHERE connection = $1 AND state = $3";
        let (open, expired) = (WindowState::Open.as_str(), WindowState::Expired.as_str());
        session.run(sql, arguments![number, expired, open]).await?;
        let sql = "INSERT INTO promotion (connection, state, opens, closes, who, reason, announced) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
        let given = arguments![number, open, opens, closes, who, reason, now];
        let row = session.row(sql, given).await?;
        let id = row.map_or(Ok(0), |row| row.integer(0))?;
        let deed = Deed {
            at: now,
            who: who.to_owned(),
            event: Event::PromotionAnnounced.into(),
            cycle: None,
            entity: None,
            why: reason.to_owned(),
            detail: serde_json::json!({ "source": connection, "opens": opens, "closes": closes }),
        };
        self.keep_deeds(&mut session, &[deed]).await?;
        session.commit().await?;
        Ok(id)
    }

    /// The promotions that were announced, newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn promotions(&self, limit: u32) -> Result<Vec<Window>, StoreError> {
        let sql = "SELECT p.id, n.name, p.state, p.opens, p.closes, p.who, p.reason, p.cycle \
                   FROM promotion p JOIN connection n ON n.id = p.connection \
                   WHERE n.tenant = $1 ORDER BY p.id DESC LIMIT $2";
        let rows = self
            .reading()
            .await?
            .rows(sql, arguments![self.tenant, limit])
            .await?;
        rows.iter()
            .map(|row| {
                let id = row.integer(0)?;
                Ok(Window {
                    id,
                    connection: row.text(1)?,
                    state: word(&row.text(2)?, WindowState::parse, || format!("promotion {id}"))?,
                    opens: row.integer(3)?,
                    closes: row.integer(4)?,
                    who: row.text(5)?,
                    reason: row.text(6)?,
                    used_in: row.maybe_integer(7)?,
                })
            })
            .collect()
    }

    pub(crate) async fn close_windows(&self, now: i64) -> Answer<()> {
        let sql = "UPDATE promotion SET state = $3 WHERE state = $2 AND closes <= $4 AND connection IN \
                   (SELECT id FROM connection WHERE tenant = $1)";
        let (open, expired) = (WindowState::Open.as_str(), WindowState::Expired.as_str());
        let mut session = self.writing().await?;
        session
            .run(sql, arguments![self.tenant, open, expired, now])
            .await?;
        session.commit().await
    }
}
