//! Reading everything: OS2sync collects the hierarchy from FK Organisation in a job, which is started, waited for, and handed out once.
//!
//! The hierarchy knows less than OS2sync takes: only its own columns are given, and what it does not know stays unknown. Positions come
//! without dates there, so they have an attribute of their own; compared with the dated ones they would always differ.

use std::time::Duration;

use samklang_sdk::http::Failure;
use samklang_sdk::prelude::*;
use samklang_sdk::{Deadline, log, sleep};

use crate::endpoint::Endpoint;
use crate::settings::is_uuid;
use crate::shape::{INACTIVE, lower};

/// The first pause between two looks, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Job {
    status: i64,
    result: Option<Hierarchy>,
}

/// All units and users that FK Organisation has of the municipality.
#[derive(Debug, Deserialize)]
pub(crate) struct Hierarchy {
    #[serde(rename = "OUs", default)]
    pub(crate) units: Vec<Unit>,
    #[serde(rename = "Users", default)]
    pub(crate) users: Vec<User>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Unit {
    uuid: String,
    name: Option<String>,
    #[serde(rename = "ParentOU", default)]
    parent: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct User {
    uuid: String,
    user_id: Option<String>,
    name: Option<String>,
    positions: Option<Vec<Position>>,
    email: Option<String>,
    telephone: Option<String>,
    status: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Position {
    uuid: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UnitRow {
    uuid: String,
    name: Option<String>,
    parent_org_unit_uuid: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow {
    uuid: String,
    user_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    hierarchy_positions: Vec<Held>,
}

#[derive(Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "PascalCase")]
struct Held {
    name: Option<String>,
    org_unit_uuid: Option<String>,
}

impl Unit {
    pub(crate) fn row(self) -> Result<Row, Error> {
        let (uuid, parent_org_unit_uuid) = (self.uuid.to_ascii_lowercase(), lower(self.parent));
        Row::of(&UnitRow {
            uuid,
            name: self.name,
            parent_org_unit_uuid,
        })
    }
}

impl User {
    /// It has been deleted.
    pub(crate) fn is_gone(&self) -> bool {
        self.status == Some(INACTIVE)
    }

    pub(crate) fn row(self) -> Result<Row, Error> {
        let positions = self.positions.unwrap_or_default().into_iter();
        let mut hierarchy_positions: Vec<Held> = positions
            // What the hierarchy calls the position's UUID is its unit's.
            .map(|position| Held {
                name: position.name,
                org_unit_uuid: lower(position.uuid),
            })
            .collect();
        hierarchy_positions.sort_unstable();
        Row::of(&UserRow {
            uuid: self.uuid.to_ascii_lowercase(),
            user_id: self.user_id,
            name: self.name,
            email: self.email,
            phone_number: self.telephone,
            hierarchy_positions,
        })
    }
}

/// Has the hierarchy collected and takes it.
pub(crate) fn collect(endpoint: &Endpoint, only_units: bool, wait: Duration) -> Result<Hierarchy, Error> {
    let mut request = endpoint.get("/api/hierarchy");
    if only_units {
        request = request.header("onlyOUs", "true");
    }
    let started = request.send()?.ok().map_err(|failure| match failure {
        Failure::Refused(refused) => {
            Error::invalid_setting("/url", format!("{refused}: OS2sync is not at this address"))
        }
        Failure::Error(error) => error,
    })?;
    let text = started.text();
    // Bare or quoted, as the server's content negotiation has it.
    let job = text.trim().trim_matches('"').to_ascii_lowercase();
    if !is_uuid(&job) {
        return Err(Error::invalid_data(
            "GET /api/hierarchy",
            "the answer is no UUID of a job",
        ));
    }
    log::info("OS2sync collects the hierarchy from FK Organisation");
    let deadline = Deadline::after(wait);
    let (mut pause, longest) = PAUSES;
    loop {
        sleep(pause.min(deadline.remaining()));
        let looked = endpoint.get(&format!("/api/hierarchy/{job}")).send();
        // A fault on the way is waited out: the job goes on in OS2sync.
        let fault = match looked.map(|response| response.ok()) {
            Ok(Ok(response)) => return finished(response.json::<Job>()?),
            Ok(Err(Failure::Refused(refused))) if refused.status == 404 => None,
            Ok(Err(Failure::Refused(refused))) => {
                return Err(Error::invalid_data("the hierarchy job", refused));
            }
            Ok(Err(Failure::Error(error @ (Error::Unreachable(_) | Error::RateLimited(_))))) | Err(error) => {
                Some(error)
            }
            Ok(Err(Failure::Error(error))) => return Err(error),
        };
        if deadline.has_passed() {
            let waited = format!("the hierarchy was not ready after {} s", wait.as_secs());
            let last = fault
                .map(|error| format!("; the last look failed: {error}"))
                .unwrap_or_default();
            return Err(Error::Unreachable(format!(
                "{waited}{last}; /hierarchy_wait_seconds allows for more"
            )));
        }
        pause = (pause * 3 / 2).min(longest);
    }
}

fn finished(job: Job) -> Result<Hierarchy, Error> {
    match (job.status, job.result) {
        (0, Some(hierarchy)) => Ok(hierarchy),
        (0, None) => Err(Error::invalid_data(
            "the hierarchy job",
            "it succeeded and has no result",
        )),
        _ => Err(Error::Unreachable(
            "OS2sync could not collect the hierarchy from FK Organisation: its log says why".into(),
        )),
    }
}
