//! How connectors come into an installation, and go from one into a registry.

use std::path::{Path, PathBuf};

use clap::Args;
use samklang_core::port::Clock as _;
use samklang_registry::{Place, Standing};
use serde_json::json;

use super::find;
use super::show::kilobytes;
use crate::commands::Context;
use crate::configuration::short;
use crate::desk::inspection;
use crate::failure::{Exit, Failure};
use crate::installation::Arrival;
use crate::wiring::SystemClock;

/// Arguments of `add`.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The component: a .wasm file, or oci://REGISTRY/REPOSITORY:TAG.
    #[arg(value_name = "FILE|oci://…")]
    what: String,
    /// Its signature by minisign; else FILE.minisig where that is there, or what the registry has.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// The component: a .wasm file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to: oci://REGISTRY/REPOSITORY:TAG.
    #[arg(value_name = "oci://…")]
    place: Place,
    /// Its signature by minisign; else FILE.minisig where that is there.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
}

pub(super) async fn add(context: &Context, add: &Add) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let arrival = if Place::is_meant(&add.what) {
        let place: Place = add.what.parse()?;
        let pulled = premises.registry(&place)?.pull(&place).await?;
        let own = signature_beside(None, add.signature.as_deref())?;
        Arrival {
            octets: pulled.octets,
            origin: pulled.place,
            signature: own.or(pulled.signature),
        }
    } else {
        let file = Path::new(&add.what);
        Arrival {
            octets: read(file)?,
            origin: file.display().to_string(),
            signature: signature_beside(Some(file), add.signature.as_deref())?,
        }
    };
    let (record, standing) = premises.install(arrival, SystemClock.now()).await?;
    screen.document(&json!({
        "name": record.name,
        "version": record.version,
        "digest": record.digest,
        "size": record.size,
        "origin": record.origin,
        "signer": record.signer,
    }));
    screen.line(format!(
        "{} {} is installed: build {}, {}, {standing}",
        record.name,
        record.version,
        short(&record.digest),
        kilobytes(record.size)
    ));
    screen.line(format!(
        "what it offers and asks for: samklang connector inspect {name}\n\
         tenants that run another build go on with it until: samklang connector activate DIR {name}",
        name = record.name
    ));
    Ok(Exit::Done)
}

pub(super) async fn verify(context: &Context, what: &str) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let record = find(&premises, what).await?;
    let standing = inspection::verify(&premises, &record).await?;
    let named = format!("{} {} ({})", record.name, record.version, short(&record.digest));
    screen.document(&json!({
        "name": record.name,
        "version": record.version,
        "digest": record.digest,
        "origin": record.origin,
        "signer": match &standing { Standing::Signed(key) => Some(key), Standing::Unsigned => None },
    }));
    screen.line(format!(
        "{named} is the one that was added from {}; {standing}",
        record.origin
    ));
    Ok(Exit::Done)
}

pub(super) async fn publish(context: &Context, publish: &Publish) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let octets = read(&publish.file)?;
    let signature = signature_beside(Some(&publish.file), publish.signature.as_deref())?;
    // What is no connector is found out here, and not by whoever fetches it.
    let component = premises.sandbox(&[])?.load(octets.clone()).await?;
    let description = component.description();
    let registry = premises.registry(&publish.place)?;
    let published = registry
        .publish(
            &publish.place,
            octets,
            (&description.name, &description.version),
            signature.as_deref(),
        )
        .await?;
    screen.document(&json!({
        "name": description.name,
        "version": description.version,
        "digest": component.digest(),
        "place": published.place,
        "signed": signature.is_some(),
    }));
    let without = if signature.is_some() {
        ""
    } else {
        "; it has no signature, so that most installations will not take it"
    };
    screen.line(format!(
        "{} {} is at {}{without}",
        description.name, description.version, published.place
    ));
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|cause| Failure::Usage(format!("{} cannot be read: {cause}", file.display())))
}

/// The signature that is named, or the one beside the file.
fn signature_beside(file: Option<&Path>, named: Option<&Path>) -> Result<Option<String>, Failure> {
    let unreadable =
        |path: &Path, cause| Failure::Usage(format!("{} cannot be read: {cause}", path.display()));
    if let Some(path) = named {
        return std::fs::read_to_string(path)
            .map(Some)
            .map_err(|cause| unreadable(path, cause));
    }
    let Some(file) = file else { return Ok(None) };
    let mut beside = file.as_os_str().to_owned();
    beside.push(".minisig");
    let beside = PathBuf::from(beside);
    match std::fs::read_to_string(&beside) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(unreadable(&beside, cause)),
    }
}
