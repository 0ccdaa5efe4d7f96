//! Looks whether OS2sync runs, takes the key, and reaches FK Organisation.

use samklang_sdk::http::Failure;
use samklang_sdk::prelude::*;

use crate::endpoint::Endpoint;

/// A user that nobody has.
const NOBODY: &str = "/api/user/00000000-0000-0000-0000-000000000000";

pub(crate) fn check(endpoint: &Endpoint) -> Result<Vec<Finding>, Error> {
    match endpoint
        .get("/manage/health")
        .send()
        .map(|response| response.ok())
    {
        Ok(Ok(_)) => {}
        Ok(Err(failure)) => return Ok(vec![not_running(&failure.to_string())]),
        Err(error) => return Ok(vec![not_running(&error.to_string())]),
    }
    let running = Finding::note("OS2sync runs");
    let answer = endpoint.get(NOBODY).send().map(|response| response.ok());
    let finding = match answer {
        Ok(Ok(_)) => Finding::note("OS2sync takes the key and reads from FK Organisation"),
        Ok(Err(Failure::Refused(refused))) if refused.status == 404 => {
            Finding::note("OS2sync takes the key and reads from FK Organisation")
        }
        Ok(Err(Failure::Error(Error::Unauthorised(_)))) => Finding::failure(
            "OS2sync does not take the key, or knows no CVR number",
            "bind a header credential named ApiKey with OS2sync's key to the need \"os2sync\", and look at /cvr",
        ),
        Ok(Err(failure)) => cannot_read(&failure.to_string()),
        Err(error) => cannot_read(&error.to_string()),
    };
    Ok(vec![running, finding])
}

fn not_running(cause: &str) -> Finding {
    Finding::failure(
        format!("OS2sync does not say that it is in order: {cause}"),
        "look whether OS2sync runs and the address in /url is right",
    )
}

fn cannot_read(cause: &str) -> Finding {
    Finding::failure(
        format!("OS2sync could not read from FK Organisation: {cause}"),
        "look whether /cvr is one that OS2sync knows and its certificates for FK Organisation are valid; its log says more",
    )
}
