//! Builds of connectors, looked into: what one says of itself, and whether it is the one that was added.

use samklang_registry::Standing;
use samklang_server::view::{BuildDescription, BuildVerdict};
use samklang_store::ConnectorRecord;

use super::connections::shown;
use super::refusal::why;
use crate::configuration::short;
use crate::failure::Failure;
use crate::installation::{Premises, described, untrusted};

/// The shortest beginning of a digest by which a build is meant.
const SHORTEST: usize = 8;

/// The installed build of that digest, or of which it is the beginning.
pub(super) async fn build(premises: &Premises, digest: &str) -> Result<ConnectorRecord, Failure> {
    let meant = digest.strip_prefix("sha256:").unwrap_or(digest);
    if meant.len() < SHORTEST {
        return Err(Failure::Usage(format!(
            "`{digest}` is too short for the beginning of a digest; give {SHORTEST} of its digits"
        )));
    }
    let mut found = premises.connectors().await?;
    found.retain(|record| record.digest.starts_with(meant));
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::Absent(format!(
            "no build whose digest begins with `{meant}` is installed"
        ))),
        _ => Err(Failure::Usage(format!(
            "several builds have digests that begin with `{meant}`; give more of it"
        ))),
    }
}

/// What an installed build says of itself.
pub(super) async fn inspect(premises: &Premises, digest: &str) -> Result<BuildDescription, Failure> {
    let record = build(premises, digest).await?;
    let described = described(&record)?;
    let description = serde_json::to_value(&*described.description)
        .map_err(|cause| Failure::because("the connector's description cannot be told", cause))?;
    Ok(BuildDescription {
        build: shown(record)?,
        description,
    })
}

/// The octets of an installed build.
pub(super) fn octets(premises: &Premises, record: &ConnectorRecord) -> Result<Vec<u8>, Failure> {
    let path = premises.home().component(&record.digest);
    std::fs::read(&path)
        .map_err(|cause| Failure::because(format!("{} cannot be read", path.display()), cause))
}

/// Looks again whether an installed build is the one that was added, and trusted.
pub(crate) async fn verify(premises: &Premises, record: &ConnectorRecord) -> Result<Standing, Failure> {
    let octets = octets(premises, record)?;
    let named = format!("{} {} ({})", record.name, record.version, short(&record.digest));
    let standing = premises
        .trust()
        .judge(&record.name, &octets, record.signature.as_deref())
        .map_err(|why| untrusted(&named, &why))?;
    let component = premises.sandbox(&[])?.load(octets).await?;
    if component.digest() != record.digest {
        return Err(Failure::Failed(format!(
            "{} is not the file that was added: add {} {} again from {}",
            premises.home().component(&record.digest).display(),
            record.name,
            record.version,
            record.origin
        )));
    }
    Ok(standing)
}

/// The same as a server tells it: that it is not is an answer, too.
pub(super) async fn verdict(premises: &Premises, digest: &str) -> Result<BuildVerdict, Failure> {
    let record = build(premises, digest).await?;
    let (signer, flaw) = match verify(premises, &record).await {
        Ok(Standing::Signed(key)) => (Some(key), None),
        Ok(Standing::Unsigned) => (None, None),
        Err(failure) => (None, Some(why(&failure))),
    };
    Ok(BuildVerdict {
        name: record.name,
        version: record.version,
        digest: record.digest,
        origin: record.origin,
        sound: flaw.is_none(),
        signer,
        flaw,
    })
}
