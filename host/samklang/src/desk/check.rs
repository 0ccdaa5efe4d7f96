//! Everything that can be seen before a cycle runs: around each connection, and by asking its connector.

use samklang_core::connector::{Finding, Need, Severity};
use samklang_core::port::{Connectors as _, Session as _};

use crate::configuration::{Fitted, Opening, Tenant, Use};
use crate::failure::Failure;
use crate::installation::Premises;
use crate::wiring::{Interrupt, Wiring};

/// What was found.
pub(crate) struct Checked {
    /// The tenant.
    pub(crate) tenant: String,
    /// By connection, the gravest of each first.
    pub(crate) found: Vec<(String, Finding)>,
    /// How many connections were looked at.
    pub(crate) connections: usize,
}

/// Looks at every connection; `begins` is told whose turn it is.
pub(crate) async fn check(
    tenant: Tenant,
    premises: &Premises,
    begins: &(dyn Fn(&str) + Send + Sync),
) -> Result<Checked, Failure> {
    let offer = premises.offer(&tenant).await?;
    let Fitted {
        tenant,
        openings,
        trust,
        authorities,
        ..
    } = tenant.fit(&offer, Use::Work)?;
    let mut found: Vec<(String, Finding)> = Vec::new();
    for (name, opening) in &openings {
        found.extend(
            around(name, opening, &tenant)
                .into_iter()
                .map(|finding| (name.clone(), finding)),
        );
    }
    let names: Vec<String> = openings.keys().cloned().collect();
    let wiring = Wiring::new(
        premises.sandbox(&authorities)?,
        premises.home().clone(),
        openings,
        trust,
        Interrupt::default().into(),
    );
    for name in &names {
        begins(name);
        // One connection after the other: each answer names its system, and none waits behind a slow one unseen.
        let answer = async { wiring.open(name, "check").await?.check().await }.await;
        match answer {
            Ok(findings) => found.extend(findings.into_iter().map(|finding| (name.clone(), finding))),
            Err(fault) => {
                let finding = Finding {
                    severity: Severity::Failure,
                    message: fault.message.clone(),
                    remedy: format!("{}: {}", fault.kind.owner().as_str(), fault.kind.remedy()),
                };
                found.push((name.clone(), finding));
            }
        }
    }
    found.sort_by(|(one, a), (other, b)| one.cmp(other).then(b.severity.cmp(&a.severity)));
    Ok(Checked {
        tenant: tenant.name,
        found,
        connections: names.len(),
    })
}

/// What the host itself sees around a connection.
fn around(name: &str, opening: &Opening, tenant: &samklang_cycle::Tenant) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut warn = |severity, message: String, remedy: String| {
        findings.push(Finding {
            severity,
            message,
            remedy,
        })
    };
    if opening.connector.signature.is_none() {
        let description = &opening.connector.description;
        warn(
            Severity::Note,
            format!(
                "the connector {} {} is not signed",
                description.name, description.version
            ),
            "installation.toml lets such connectors in; ask its vendor for a signed one".to_owned(),
        );
    }
    let now = std::time::SystemTime::now();
    for ending in opening
        .credentials
        .values()
        .filter_map(|credential| credential.ends_soon(now))
    {
        warn(
            Severity::Warning,
            ending,
            "have a new one issued, and put it in the old one's place; it is taken up without a restart"
                .to_owned(),
        );
    }
    let needs = &opening.connector.description.needs;
    let inbox = needs.iter().any(|need| matches!(need, Need::Inbox(_)));
    let outbox = needs.iter().any(|need| matches!(need, Need::Outbox(_)));
    for (wanted, folder) in [(inbox, &opening.inbox), (outbox, &opening.outbox)] {
        if wanted && !folder.is_dir() {
            let message = format!("the folder {} is not there", folder.display());
            warn(
                Severity::Failure,
                message,
                format!("mkdir -p {}", folder.display()),
            );
        }
    }
    for (granted, asked, word) in [
        (opening.grants.inbox, inbox, "inbox"),
        (opening.grants.outbox, outbox, "outbox"),
    ] {
        if granted && !asked {
            let message = format!("`{word}` is granted, but the connector does not ask for it");
            warn(
                Severity::Note,
                message,
                format!("leave `{word}` out of `[connections.{name}.grants]`"),
            );
        }
    }
    if !tenant
        .steps
        .iter()
        .any(|step| step.connection.as_deref() == Some(name))
    {
        warn(
            Severity::Warning,
            "no step of the cycle is about this connection".to_owned(),
            format!("add a step such as `import {name}` or `export {name}`, or remove the connection"),
        );
    }
    findings
}
