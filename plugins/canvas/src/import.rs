//! One SIS import: sent, watched until it ends, and its messages fetched to the last.

use std::time::Duration;

use samklang_sdk::http::Failure;
use samklang_sdk::{Deadline, Error, log, sleep};
use serde::{Deserialize, Deserializer};

use crate::api::{Api, each, id, said};
use crate::settings::Settings;

/// How an import ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Every row was taken over, but for those that a message speaks of.
    Imported(Vec<Message>),
    /// Canvas calls it failed; rows may have been taken over nonetheless.
    Failed {
        /// Where: the import's number.
        import: String,
        /// Canvas's word for it.
        state: String,
        /// What Canvas says about rows.
        messages: Vec<Message>,
    },
    /// It goes on in Canvas, but nobody waits for it any longer.
    Unfinished(String),
}

/// What Canvas says about a row, or a file.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    #[serde(default)]
    pub(crate) file: Option<String>,
    pub(crate) message: String,
    #[serde(default, deserialize_with = "number")]
    pub(crate) row: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct SisImport {
    #[serde(deserialize_with = "id")]
    id: String,
    workflow_state: String,
}

#[derive(Debug, Deserialize)]
struct SisImports {
    sis_imports: Vec<SisImport>,
}

#[derive(Debug, Deserialize)]
struct Messages {
    sis_import_errors: Vec<Message>,
}

/// The number of an import that is under way in the account, by whoever.
pub(crate) fn under_way(api: &Api) -> Result<Option<String>, Failure> {
    let imports: SisImports = api.one(&api.account("/sis_imports/importing"))?;
    Ok(imports.sis_imports.into_iter().next().map(|import| import.id))
}

/// Sends a ZIP and waits for the end.
pub(crate) fn run(api: &Api, settings: &Settings, zip: &[u8]) -> Result<End, Error> {
    let stickiness = if settings.override_stickiness {
        "true"
    } else {
        "false"
    };
    let query = [
        ("import_type", "instructure_csv"),
        ("extension", "zip"),
        ("override_sis_stickiness", stickiness),
    ];
    let mut import: SisImport = api
        .upload(&api.account("/sis_imports"), &query, zip)
        .map_err(refusal)?;
    log::info(format!("SIS import {} is under way", import.id));
    let deadline = Deadline::after(Duration::from_mins(settings.import_minutes));
    let longest = Duration::from_secs(settings.poll_seconds_max);
    let mut wait = Duration::from_secs(settings.poll_seconds).min(longest);
    loop {
        match import.workflow_state.as_str() {
            "imported" => return Ok(End::Imported(Vec::new())),
            "imported_with_messages" => return Ok(End::Imported(messages(api, &import.id)?)),
            "failed" | "failed_with_messages" | "aborted" | "restored" | "partially_restored" => {
                let messages = messages(api, &import.id)?;
                return Ok(End::Failed {
                    import: import.id,
                    state: import.workflow_state,
                    messages,
                });
            }
            _ => {}
        }
        if deadline.has_passed() {
            return Ok(End::Unfinished(import.id));
        }
        sleep(wait.min(deadline.remaining()));
        wait = wait.mul_f32(1.5).min(longest);
        import = match api
            .one(&api.account(&format!("/sis_imports/{}", import.id)))
            .map_err(Error::from)
        {
            Ok(import) => import,
            // The import goes on whether or not Canvas answers.
            Err(Error::Unreachable(_) | Error::RateLimited(_)) => import,
            Err(error) => return Err(error),
        };
    }
}

/// All messages of an import. The import itself carries no more than the first few.
fn messages(api: &Api, import: &str) -> Result<Vec<Message>, Error> {
    let pages = api.pages::<Messages>(
        &api.account(&format!("/sis_imports/{import}/sis_import_errors")),
        &[],
    );
    pages
        .flat_map(|page| each(page.map(|page| page.sis_import_errors)))
        .collect()
}

/// Why Canvas does not take an import at all.
fn refusal(failure: Failure) -> Error {
    match failure {
        Failure::Error(error) => error,
        Failure::Refused(refused) => {
            let said = said(&refused.text());
            if said.contains("root account") {
                return Error::invalid_setting("/account", said);
            }
            if refused.status == 404 {
                return Error::invalid_setting("/account", "Canvas knows of no such account");
            }
            Error::Internal(format!(
                "Canvas refuses the import with {}: {said}",
                refused.status
            ))
        }
    }
}

/// A row's number, as a number or a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    Ok(id(deserializer)?.trim().parse().ok())
}
