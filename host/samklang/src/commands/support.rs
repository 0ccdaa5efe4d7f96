//! `samklang support`: what support needs to know of the installation, without personal data.

use super::Context;
use crate::desk::Office;
use crate::failure::{Exit, Failure};
use samklang_server::Desk as _;

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let office = Office::new(context.premises(None).await?)?;
    let told = office.support().await;
    let told = told.map_err(|error| Failure::Failed(error.to_string()))?;
    let screen = context.screen;
    screen.document(&told);
    // It is to be sent on, so that a person gets the same.
    screen.line(format!("{told:#}"));
    Ok(Exit::Done)
}
