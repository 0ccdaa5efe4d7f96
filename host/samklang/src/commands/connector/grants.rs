//! `samklang connector grants`: what a tenant's connectors ask for, what they are granted, and what of it they use.

use std::path::Path;

use serde_json::json;

use super::Context;
use crate::configuration::Use;
use crate::desk::grants;
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, grouped, moment, rfc3339};

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let offer = premises.offer(&tenant).await?;
    let fitted = tenant.fit(&offer, Use::Look)?;
    let store = premises.tenant(&fitted.tenant.name).await?;
    let (cycles, uses) = grants::uses(&store).await?;
    let mut documents = Vec::new();
    let mut table = screen.new_table(&["connection", "what", "asked for", "granted", "used", "remark"]);
    let mut amiss = 0;
    for (connection, opening) in &fitted.openings {
        for grant in grants::grants(opening) {
            let none = grants::Uses::default();
            let used = uses
                .get(&(connection.clone(), grant.place.clone()))
                .unwrap_or(&none);
            let remark = grants::remark(&grant, used, cycles);
            amiss += usize::from(!remark.is_empty());
            documents.push(json!({
                "connection": connection,
                "need": grant.need,
                "place": grant.place,
                "purpose": grant.purpose,
                "asked": grant.asked,
                "granted": grant.granted,
                "requests": used.requests,
                "used": used.newest.map(rfc3339),
                "remark": remark,
            }));
            let yes = |flag| screen.cell(if flag { "yes" } else { "no" }, Tone::Plain);
            let told = used.newest.map_or_else(
                || screen.cell("never", Tone::Faint),
                |newest| {
                    let text = format!("{} times, {}", grouped(used.requests), moment(newest));
                    screen.cell(text, Tone::Plain)
                },
            );
            table.add_row(vec![
                screen.cell(connection, Tone::Plain),
                screen.cell(&grant.place, Tone::Plain),
                yes(grant.asked),
                yes(grant.granted),
                told,
                screen.cell(&remark, Tone::Doubtful),
            ]);
        }
    }
    screen.document(&json!({
        "tenant": fitted.tenant.name,
        "cycles": cycles,
        "grants": documents,
    }));
    if documents.is_empty() {
        screen.line("no connection asks for anything, and nothing is granted");
        return Ok(Exit::Done);
    }
    screen.table(&table);
    let looked = match cycles {
        0 => "no cycle has run yet".to_owned(),
        1 => "use is that of the one cycle there is".to_owned(),
        several => format!("use is that of the newest {several} cycles"),
    };
    screen.line(format!("\n{looked}; grants stand in samklang.toml"));
    if amiss == 0 {
        screen.line("nothing is granted that is not asked for and used");
    }
    Ok(Exit::Done)
}
