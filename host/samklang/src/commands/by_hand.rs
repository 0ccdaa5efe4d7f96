//! `samklang override`: a value set by hand, before whatever the sources say, for a time; and taken back with `--remove`.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use samklang_core::Value;
use samklang_core::port::Clock as _;
use serde_json::json;

use super::{Context, subject};
use crate::configuration::Use;
use crate::desk::people::conceal::CONCEALED;
use crate::desk::people::{self, Sensitive};
use crate::failure::{Exit, Failure};
use crate::screen::{moment, rfc3339};
use crate::wiring::{SystemClock, worker};

/// Arguments of `override`.
#[derive(Debug, Args)]
pub(crate) struct ByHand {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// The attribute, by its name in the catalogue.
    #[arg(value_name = "ATTRIBUTE")]
    attribute: String,
    /// The value; an empty one means that it shall have none.
    #[arg(
        value_name = "VALUE",
        required_unless_present = "remove",
        conflicts_with = "remove"
    )]
    value: Option<String>,
    /// The first day on which the sources count again, YYYY-MM-DD; without it, until it is removed.
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "remove")]
    until: Option<i64>,
    /// Take back what was set.
    #[arg(long)]
    remove: bool,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = subject::reason)]
    reason: String,
}

fn day(text: &str) -> Result<i64, String> {
    let date: Date = text.parse().map_err(|_| "write a day as YYYY-MM-DD".to_owned())?;
    let begins: Timestamp = date
        .to_zoned(TimeZone::system())
        .map_err(|cause| cause.to_string())?
        .timestamp();
    Ok(begins.as_millisecond())
}

pub(super) async fn run(context: &Context, set: &ByHand) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(&set.dir).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let entity = subject::entity(&store, &fitted.tenant.name, &set.entity).await?;
    let (who, now) = (worker::person(), SystemClock.now());
    let folder = set.dir.display();
    let mut document = json!({
        "tenant": fitted.tenant.name, "entity": entity.id, "attribute": set.attribute, "who": who, "reason": set.reason,
        "until": set.until.map(rfc3339), "removed": set.remove,
    });
    let value = (!set.remove).then(|| Value::Text(set.value.clone().unwrap_or_default()).canonical());
    if let (Some(members), Some(value)) = (document.as_object_mut(), &value) {
        let hidden = Sensitive::of(&fitted).canonical(entity.kind, &set.attribute);
        let shown = if hidden { CONCEALED.into() } else { value.to_json() };
        members.insert("value".to_owned(), shown);
    }
    let wish = people::ByHand {
        attribute: &set.attribute,
        value,
        until: set.until,
        who: &who,
        reason: &set.reason,
    };
    people::set(&store, &fitted, &entity, wish, now).await?;
    screen.document(&document);
    if set.remove {
        screen.line(format!(
            "`{}` is what the sources say again, from the next `samklang run {folder}` on",
            set.attribute
        ));
        return Ok(Exit::Done);
    }
    let how_long = set.until.map_or_else(
        || "until it is removed".to_owned(),
        |until| format!("until {}", moment(until)),
    );
    screen.line(format!(
        "`{}` of {} is set by hand {how_long}, from the next `samklang run {folder}` on",
        set.attribute, entity.id
    ));
    Ok(Exit::Done)
}
