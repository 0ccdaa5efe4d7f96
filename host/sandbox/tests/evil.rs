//! A connector that does whatever a connector must not do, and a healthy one that runs afterwards in the same engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

#[path = "evil/contract.rs"]
mod contract;
#[path = "evil/folders.rs"]
mod folders;
#[path = "evil/loading.rs"]
mod loading;
#[path = "evil/machine.rs"]
mod machine;
#[path = "evil/outside.rs"]
mod outside;

use std::sync::OnceLock;
use std::time::Duration;

use samklang_core::connector::{Batch, Extent, Finding};
use samklang_core::fault::Fault;
use samklang_core::port::Session as _;
use samklang_egress::{Egress, GrantSettings};
use samklang_sandbox::{Component, Limits, OpenRequest, Sandbox, SandboxConfig, Session};
use serde_json::json;
use tokio::sync::OnceCell;

/// Limits that a misdeed reaches soon, and a healthy connector never on a busy machine.
fn limits() -> Limits {
    Limits {
        memory: 64 << 20,
        cpu: Duration::from_millis(500),
        call: Duration::from_secs(30),
        log_lines: 100,
        empty_pages: 100,
        rows: 10_000,
        handles: 500,
        outbox_octets: 64 << 20,
        outbox_files: 500,
        ..Limits::default()
    }
}

fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| new_sandbox(&tempfile::tempdir().unwrap().keep()))
}

fn new_sandbox(cache: &std::path::Path) -> Sandbox {
    let egress = Egress::new(&[]).unwrap();
    Sandbox::new(SandboxConfig {
        cache_dir: cache.to_owned(),
        limits: limits(),
        egress,
    })
    .unwrap()
}

fn wasm() -> Vec<u8> {
    std::fs::read(samklang_components::component("evil-connector")).unwrap()
}

/// The one component that all tests share, so that each also shows that no other hurt it.
async fn evil() -> &'static Component {
    static EVIL: OnceCell<Component> = OnceCell::const_new();
    EVIL.get_or_init(|| async { sandbox().load(wasm()).await.unwrap() })
        .await
}

fn request(misdeed: &str) -> OpenRequest {
    request_to(misdeed, "http://127.0.0.1:1")
}

fn request_to(misdeed: &str, url: &str) -> OpenRequest {
    static EMPTY: OnceLock<std::path::PathBuf> = OnceLock::new();
    let empty = EMPTY.get_or_init(|| tempfile::tempdir().unwrap().keep());
    let settings = json!({"misdeed": misdeed, "url": url, "rows": 5});
    OpenRequest {
        grants: GrantSettings {
            http: vec![url.to_owned()],
            inbox: true,
            outbox: true,
            ..GrantSettings::default()
        },
        inbox: Some(empty.clone()),
        outbox: Some(empty.clone()),
        ..OpenRequest::new("village", "import village", settings)
    }
}

async fn open(request: OpenRequest) -> Session {
    evil().await.open(request).await.unwrap()
}

/// What `check` ends with under these limits.
async fn check(misdeed: &str, limits: Limits) -> (Result<Vec<Finding>, Fault>, Session) {
    let mut session = open(OpenRequest {
        limits: Some(limits),
        ..request(misdeed)
    })
    .await;
    (session.check().await, session)
}

/// Reads all of these classes: rows until the completion.
async fn read(misdeed: &str, classes: &[&str]) -> Result<u64, Fault> {
    let classes: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
    let mut session = open(request(misdeed)).await;
    session.read(&classes, &Extent::Full).await?;
    let mut rows = 0;
    loop {
        match session.next(2).await? {
            Batch::Page(page) => rows += page.rows.len() as u64,
            Batch::Complete(_) => return Ok(rows),
        }
    }
}

async fn assert_health() {
    assert_eq!(read("none", &["person", "group"]).await.unwrap(), 5);
}

fn assert_fault(fault: &Fault, code: &str, part: &str) {
    assert_eq!(fault.kind.code(), code, "{fault}");
    assert!(fault.message.contains(part), "{fault}");
    assert_eq!(
        (
            fault.connector.as_str(),
            fault.connection.as_str(),
            fault.step.as_str()
        ),
        ("evil", "village", "import village")
    );
    assert_eq!(fault.version, env!("CARGO_PKG_VERSION"));
}
