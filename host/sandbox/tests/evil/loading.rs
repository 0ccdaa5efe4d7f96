//! What is loaded: a component for this host, or a word that says why not. Compiled code is never taken on trust.

use std::path::{Path, PathBuf};

use samklang_core::fault::Fault;

use crate::{evil, new_sandbox, sandbox, wasm};

async fn refused(wasm: &[u8]) -> Fault {
    let fault = sandbox().load(wasm).await.err().unwrap();
    assert_eq!(fault.kind.code(), "not-loadable", "{fault}");
    fault
}

#[tokio::test]
async fn a_component_is_known_by_its_digest_and_describes_itself() {
    let evil = evil().await;
    assert_eq!(evil.digest().len(), 64);
    assert_eq!(evil.contract(), "0.1");
    let description = evil.description();
    assert_eq!(
        (description.name.as_str(), description.system.as_str()),
        ("evil", "nothing")
    );
    assert_eq!(description.class("person").unwrap().attributes.len(), 6);
}

#[tokio::test]
async fn what_is_no_component_is_named() {
    assert!(refused(b"").await.message.contains("does not begin like one"));
    assert!(
        refused(b"#!/bin/sh")
            .await
            .message
            .contains("does not begin like one")
    );
    assert!(
        refused(b"\0asm\x01\0\0\0")
            .await
            .message
            .contains("build it for wasm32-wasip2")
    );
    assert!(
        refused(b"\0asm\x0d\0\x01\0")
            .await
            .message
            .contains("exports no samklang:connector/sync@0.1")
    );
    let mut broken = wasm();
    broken.truncate(broken.len() / 2);
    assert!(
        refused(&broken)
            .await
            .message
            .contains("not a sound WebAssembly component")
    );
    let fault = sandbox()
        .load_file(Path::new("/nowhere.wasm"))
        .await
        .err()
        .unwrap();
    assert!(fault.to_string().contains("/nowhere.wasm"), "{fault}");
}

/// The component with a version of equal length in place of the contract's own.
fn for_contract(version: &str) -> Vec<u8> {
    let mut wasm = wasm();
    for interface in ["sync", "log", "types"] {
        let name = format!("samklang:connector/{interface}@0.1.0").into_bytes();
        let other = format!("samklang:connector/{interface}@{version}").into_bytes();
        assert_eq!(name.len(), other.len());
        for start in 0..wasm.len() - name.len() {
            if wasm[start..].starts_with(&name) {
                wasm[start..start + other.len()].copy_from_slice(&other);
            }
        }
    }
    wasm
}

#[tokio::test]
async fn a_contract_that_is_not_served_is_named_with_the_remedy() {
    let fault = refused(&for_contract("0.7.0")).await;
    assert!(
        fault.message.contains("made for the contract samklang:connector 0.7.0, and this host serves 0.1: install a build for 0.1"),
        "{fault}"
    );
}

#[tokio::test]
async fn a_later_version_on_the_same_track_is_served() {
    assert_eq!(
        sandbox().load(for_contract("0.1.4")).await.unwrap().contract(),
        "0.1"
    );
}

fn native(cache: &Path, digest: &str) -> PathBuf {
    let mut files = std::fs::read_dir(cache.join(digest)).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}

#[tokio::test]
async fn compiled_code_is_kept_and_an_altered_file_is_made_anew() {
    let cache = tempfile::tempdir().unwrap();
    let digest = new_sandbox(cache.path())
        .load(wasm())
        .await
        .unwrap()
        .digest()
        .to_owned();
    let file = native(cache.path(), &digest);
    let sound = std::fs::read(&file).unwrap();
    let written = std::fs::metadata(&file).unwrap().modified().unwrap();

    new_sandbox(cache.path()).load(wasm()).await.unwrap();
    assert_eq!(
        std::fs::metadata(&file).unwrap().modified().unwrap(),
        written,
        "it was used, not compiled again"
    );

    let mut altered = sound.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    for content in [altered, sound[..40].to_vec(), Vec::new()] {
        std::fs::write(&file, &content).unwrap();
        new_sandbox(cache.path()).load(wasm()).await.unwrap();
        assert!(
            std::fs::read(&file).unwrap() == sound,
            "an altered file was not replaced"
        );
    }

    // A sound file of one component does not pass for another.
    let other = for_contract("0.1.4");
    let digest = new_sandbox(cache.path())
        .load(other.clone())
        .await
        .unwrap()
        .digest()
        .to_owned();
    let place = native(cache.path(), &digest);
    std::fs::copy(&file, &place).unwrap();
    new_sandbox(cache.path()).load(other).await.unwrap();
    assert!(
        std::fs::read(&place).unwrap() != sound,
        "one component's code passed for another's"
    );
}

#[tokio::test]
async fn compiled_code_is_not_taken_from_outside() {
    let cache = tempfile::tempdir().unwrap();
    let digest = new_sandbox(cache.path())
        .load(wasm())
        .await
        .unwrap()
        .digest()
        .to_owned();
    let file = std::fs::read(native(cache.path(), &digest)).unwrap();
    // Without the keyed hash at its beginning this is what the engine itself would take.
    assert!(
        refused(&file[32..])
            .await
            .message
            .contains("never taken from outside")
    );
}
