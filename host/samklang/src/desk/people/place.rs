//! Persons as a server shows them.

use jiff::civil::Date;
use samklang_core::Value;
use samklang_core::catalogue::{Entity, ObjectRef};
use samklang_core::port::Store as _;
use samklang_server::view::{self, Explanation, Match, OverrideWish};
use uuid::Uuid;

use super::{ByHand, Sensitive, export, forget, gather, operation, set, target};
use crate::desk::place::Place;
use crate::desk::run::source_object;
use crate::failure::Failure;

/// Entities that are found at most.
const FOUND: u32 = 100;

impl Place {
    pub(in crate::desk) async fn known(&self, id: Uuid) -> Result<Entity, Failure> {
        let found = self.store.entities(&[id]).await?.into_iter().next();
        found.ok_or_else(|| Failure::Absent(format!("{} knows no entity {id}", self.name())))
    }

    /// Entities that a person may mean by a text.
    pub(in crate::desk) async fn find(&self, text: &str, limit: u32) -> Result<Vec<Match>, Failure> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let fitted = self.fitted().await?;
        let found = self.store.find_entities(text, limit.clamp(1, FOUND)).await?;
        gather::matches(&self.store, &found, &Sensitive::of(&fitted)).await
    }

    /// Everything about one entity.
    pub(in crate::desk) async fn entity(&self, id: Uuid) -> Result<view::Entity, Failure> {
        let entity = self.known(id).await?;
        let fitted = self.fitted().await?;
        let sensitive = Sensitive::of(&fitted);
        let (entity, _) = gather::explanation(&self.store, &entity, &sensitive, &fitted).await?;
        Ok(entity)
    }

    /// Why an entity has no object in a target, or what it has there.
    pub(in crate::desk) async fn explain_target(&self, id: Uuid, name: &str) -> Result<Explanation, Failure> {
        let entity = self.known(id).await?;
        let fitted = self.fitted().await?;
        let sensitive = Sensitive::of(&fitted);
        let answered = target::absences(&self.store, &entity, name, &sensitive, &fitted).await?;
        let sentences = target::lines(&entity, name, &answered);
        let classes = answered.into_iter().map(|answered| {
            let mut shown = answered.shown;
            if let Some(held) = &mut shown.held {
                held.system = held.system.take().map(|connection| self.title(&connection));
            }
            shown
        });
        Ok(Explanation {
            sentences,
            classes: classes.collect(),
        })
    }

    /// The object of a source that is meant by a text.
    pub(in crate::desk) async fn source_object(&self, text: &str) -> Result<ObjectRef, Failure> {
        let tenant = self.fitted().await?.tenant;
        let sources: Vec<String> = tenant
            .connections
            .iter()
            .flat_map(|(name, connection)| {
                let classes = connection.mappings.inbound.keys();
                classes.map(move |class| format!("{name}/{class}"))
            })
            .collect();
        source_object(&tenant, text).ok_or_else(|| {
            Failure::Usage(format!(
                "`{text}` names no object of a source; write connection/class/key, beginning with one of: {}",
                sources.join(", ")
            ))
        })
    }

    /// Why one operation was planned, and what became of it.
    pub(in crate::desk) async fn explain_operation(&self, id: &str) -> Result<view::OperationStory, Failure> {
        let sensitive = Sensitive::of(&self.fitted().await?);
        operation::story(&self.store, id, self.name(), &sensitive).await
    }

    /// Sets an attribute by hand, or takes that back.
    pub(in crate::desk) async fn set_by_hand(
        &self,
        id: Uuid,
        wish: &OverrideWish,
        now: i64,
    ) -> Result<(), Failure> {
        let entity = self.known(id).await?;
        let fitted = self.fitted().await?;
        let by_hand = ByHand {
            attribute: &wish.attribute,
            value: wish
                .value
                .clone()
                .map(|value| Value::from_json(value).canonical()),
            until: wish.until.as_deref().map(|day| self.begins(day)).transpose()?,
            who: &self.who,
            reason: &wish.reason,
        };
        set(&self.store, &fitted, &entity, by_hand, now).await
    }

    /// When a day begins in the tenant.
    fn begins(&self, day: &str) -> Result<i64, Failure> {
        let date: Result<Date, _> = day.parse();
        let wrong = || Failure::Usage(format!("`{day}` is no day; write it as YYYY-MM-DD"));
        let begins = date.map_err(|_| wrong())?.to_zoned(self.known.plan.zone.clone());
        Ok(begins.map_err(|_| wrong())?.timestamp().as_millisecond())
    }

    /// Everything that is kept about a person and what is of it.
    pub(in crate::desk) async fn export_person(&self, id: Uuid) -> Result<serde_json::Value, Failure> {
        let entity = self.known(id).await?;
        export(&self.store, self.name(), &entity, &self.who).await
    }

    /// Forgets a person who is gone.
    pub(in crate::desk) async fn forget_person(
        &self,
        id: Uuid,
        reason: &str,
        now: i64,
    ) -> Result<serde_json::Value, Failure> {
        let entity = self.known(id).await?;
        let done = forget(&self.store, &entity, (&self.who, reason), now).await?;
        Ok(super::forgotten(self.name(), &entity, &done))
    }
}
