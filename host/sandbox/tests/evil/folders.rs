//! Against folders: a connector sees its own two and nothing beside them, and does not fill the disk.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use samklang_core::port::Session as _;
use samklang_sandbox::{Limits, OpenRequest};
use tempfile::TempDir;

use crate::{assert_fault, assert_health, limits, open, request_to};

/// A connection's folders beside those of another one.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = tempfile::tempdir().unwrap();
        for folder in ["mine/inbox", "mine/outbox", "theirs/inbox"] {
            std::fs::create_dir_all(ground.path().join(folder)).unwrap();
        }
        std::fs::write(ground.path().join("mine/inbox/own.txt"), "own").unwrap();
        std::fs::write(ground.path().join("theirs/inbox/secret.txt"), "secret").unwrap();
        Self(ground)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn request(&self, misdeed: &str, path: &str) -> OpenRequest {
        let mut request = request_to(misdeed, "http://127.0.0.1:1");
        request.settings["path"] = path.into();
        OpenRequest {
            inbox: Some(self.path().join("mine/inbox")),
            outbox: Some(self.path().join("mine/outbox")),
            limits: Some(Limits {
                cpu: Duration::from_secs(20),
                ..limits()
            }),
            ..request
        }
    }

    async fn told(&self, misdeed: &str, path: &str) -> String {
        let mut session = open(self.request(misdeed, path)).await;
        session.check().await.unwrap()[0].message.clone()
    }
}

#[tokio::test]
async fn the_own_inbox_is_read_and_nothing_beside_it() {
    let ground = Ground::new();
    let theirs = ground.path().join("theirs/inbox/secret.txt");
    let inbox = ground.path().join("mine/inbox");
    symlink(&theirs, inbox.join("link")).unwrap();
    symlink(ground.path().join("theirs"), inbox.join("folder")).unwrap();
    symlink("../../theirs/inbox/secret.txt", inbox.join("relative")).unwrap();
    symlink("/etc", inbox.join("etc")).unwrap();
    assert_eq!(ground.told("read-file", "/inbox/own.txt").await, "read own");
    let escapes = [
        "/inbox/link",
        "/inbox/relative",
        "/inbox/folder/inbox/secret.txt",
        "/inbox/etc/passwd",
        "/inbox/../../theirs/inbox/secret.txt",
        "/inbox/../outbox/../../theirs/inbox/secret.txt",
        "/inbox/./../../theirs/inbox/secret.txt",
        "/theirs/inbox/secret.txt",
        "../theirs/inbox/secret.txt",
        "/etc/passwd",
        "/proc/self/environ",
        theirs.to_str().unwrap(),
    ];
    for path in escapes {
        let told = ground.told("read-file", path).await;
        assert!(told.starts_with("no: "), "{path}: {told}");
    }
    assert_health().await;
}

#[tokio::test]
async fn only_the_own_outbox_is_written() {
    let ground = Ground::new();
    let outbox = ground.path().join("mine/outbox");
    symlink(ground.path().join("theirs/inbox/secret.txt"), outbox.join("link")).unwrap();
    symlink(
        ground.path().join("theirs/inbox/new.txt"),
        outbox.join("dangling"),
    )
    .unwrap();
    assert_eq!(ground.told("write-file", "/outbox/own.txt").await, "written");
    let escapes = [
        "/inbox/own.txt",
        "/inbox/new.txt",
        "/outbox/link",
        "/outbox/dangling",
        "/outbox/../inbox/own.txt",
        "/outbox/../../theirs/inbox/secret.txt",
        "/theirs/inbox/new.txt",
        "/tmp/evil.txt",
    ];
    for path in escapes {
        let told = ground.told("write-file", path).await;
        assert!(told.starts_with("no: "), "{path}: {told}");
    }
    let read = |path: &str| std::fs::read_to_string(ground.path().join(path)).unwrap();
    assert_eq!(read("mine/outbox/own.txt"), "evil");
    assert_eq!(read("mine/inbox/own.txt"), "own");
    assert_eq!(read("theirs/inbox/secret.txt"), "secret");
    assert!(!ground.path().join("theirs/inbox/new.txt").exists());
}

#[tokio::test]
async fn an_outbox_has_its_bounds() {
    for (misdeed, part) in [
        ("fill-outbox", "the outbox holds more than 67108864 octets"),
        ("inflate-outbox", "the outbox holds more than 67108864 octets"),
        ("nest-outbox", "or folders more than 16 deep"),
        ("litter-outbox", "the outbox holds more than 500 files"),
    ] {
        let ground = Ground::new();
        let mut session = open(ground.request(misdeed, "")).await;
        let fault = session.check().await.unwrap_err();
        assert_fault(&fault, "contract-violation", part);
    }
    assert_health().await;
}
