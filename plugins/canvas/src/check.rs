//! Whether the connection can work: does Canvas accept the token, is it a root account, may the token's user import and see
//! SIS ids.

use samklang_sdk::http::Failure;
use samklang_sdk::{Error, Finding};
use serde::Deserialize;

use crate::api::id;
use crate::import;
use crate::state::State;

#[derive(Deserialize)]
struct Account {
    name: Option<String>,
    #[serde(default, deserialize_with = "id")]
    parent_account_id: String,
}

pub(crate) fn check(state: &State) -> Result<Vec<Finding>, Error> {
    let account: Account = match state.api.one(&state.api.account("")) {
        Ok(account) => account,
        Err(Failure::Error(Error::Unauthorised(why))) => {
            let remedy = "Bind an access token of an administrator of the account to the grant canvas.";
            return Ok(vec![Finding::failure(why, remedy)]);
        }
        Err(Failure::Refused(_)) => {
            let remedy = "Set account to the number of the root account, or to self.";
            return Ok(vec![Finding::failure("Canvas knows of no such account.", remedy)]);
        }
        Err(Failure::Error(error)) => return Err(error),
    };
    let mut findings = vec![Finding::note(format!(
        "The account is {}.",
        account.name.unwrap_or_default()
    ))];
    if !account.parent_account_id.is_empty() {
        let remedy = "Set account to the number of the root account, or to self.";
        findings.push(Finding::failure(
            "SIS imports need a root account, and this is a sub-account.",
            remedy,
        ));
    }
    match import::under_way(&state.api) {
        Ok(Some(import)) => findings.push(Finding::note(format!("SIS import {import} is under way."))),
        Ok(None) => {}
        Err(Failure::Error(Error::Unauthorised(why))) => {
            let remedy = "Give the token's user the account permission Import SIS data.";
            findings.push(Finding::failure(
                format!("SIS imports cannot be made: {why}."),
                remedy,
            ));
        }
        Err(failure) => return Err(failure.into()),
    }
    match state.sees_sis_ids() {
        Ok(Some(false)) => {
            let remedy = "Give the token's user the account permission Read SIS data.";
            findings.push(Finding::failure(
                "SIS ids cannot be seen, so nothing can be read back.",
                remedy,
            ));
        }
        Ok(_) => {}
        Err(Failure::Error(Error::Unauthorised(why))) => {
            let remedy = "Give the token's user the account permission to see the list of users.";
            findings.push(Finding::failure(format!("Users cannot be read: {why}."), remedy));
        }
        Err(failure) => return Err(failure.into()),
    }
    Ok(findings)
}
