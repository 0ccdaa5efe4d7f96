//! Every interface that a connector imports.

use std::io::Read as _;
use std::time::Duration;

use samklang_sdk::http::Client;
use samklang_sdk::ldap::{Query, Scope, Session};
use samklang_sdk::prelude::*;
use samklang_sdk::signer::{self, Algorithm};

pub(crate) fn http(url: &str) -> Result<Vec<Finding>, Error> {
    let client = Client::new(url);
    let answer = client
        .post("/echo")
        .query("q", "å b")
        .header("X-Own", "own")
        .body("text/plain", "a body")
        .timeout(Duration::from_secs(5))
        .send()?;
    let mut whole = String::new();
    let mut download = client.get("/echo").download()?;
    download
        .read_to_string(&mut whole)
        .map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(vec![
        Finding::note(format!("{} {}", answer.status, answer.text())),
        Finding::note(format!("{} {whole}", download.status)),
    ])
}

pub(crate) fn directory() -> Result<Vec<Finding>, Error> {
    let session = Session::open("directory")?;
    let found = session
        .find(Query {
            base: String::new(),
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: Vec::new(),
            page_size: None,
            controls: Vec::new(),
        })
        .map_err(|failure| Error::Internal(format!("{failure:?}")))?;
    Ok(vec![Finding::note(format!("{} entries", found.len()))])
}

pub(crate) fn sign() -> Result<Vec<Finding>, Error> {
    let key = signer::public_part("seal")?;
    let signature = signer::sign("seal", Algorithm::EcdsaP256Sha256, b"a document")?;
    Ok(vec![Finding::note(format!(
        "{} certificates, {} octets",
        key.certificates.len(),
        signature.len()
    ))])
}

pub(crate) fn folders() -> Result<Vec<Finding>, Error> {
    let failed = |cause: std::io::Error| Error::Internal(cause.to_string());
    let read = std::fs::read_to_string(inbox().join("in.txt")).map_err(failed)?;
    std::fs::write(outbox().join("out.txt"), read.to_uppercase()).map_err(failed)?;
    Ok(vec![Finding::note(read)])
}

pub(crate) fn log() -> Result<Vec<Finding>, Error> {
    samklang_sdk::log::debug("for the author");
    samklang_sdk::log::info("for the operator");
    samklang_sdk::log::warn("for a person");
    let goes = samklang_sdk::now().starts_with("20");
    Ok(vec![Finding::note(format!("the clock goes: {goes}"))])
}
