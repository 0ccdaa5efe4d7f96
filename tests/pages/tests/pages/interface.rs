//! The API does what its own description says, whatever is sent to it: schemathesis reads the one and tries the other.

use std::process::Command;

use samklang_cycles::is_left_out;
use samklang_municipality::Municipality;
use samklang_pages::{Browser, Installation, extract, schemathesis};

/// What is not tried: what would take away what the rest is tried with, and the news, which never end.
const SPARED: &str = "/tokens/|/sessions|/shut-out|/role|/news$";

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_is_as_it_is_described() {
    if is_left_out("schemathesis") {
        return;
    }
    let Some(browser) = Browser::start("da").await else {
        return;
    };
    let municipality = Municipality::new(1, 60);
    let installation = Installation::new(&municipality);
    installation.deliver(&extract(&municipality));
    assert!(installation.run());
    let mut served = installation.serve();
    served.enter(&browser, "Drift").await;
    browser.open(&served.at("/account")).await;
    browser.fill("Navn", "schemathesis").await;
    browser.fill("Rolle", "Administrator").await;
    browser.press("Lav en nøgle").await;
    browser.sees("Gem den nu").await;
    let secret = "return document.querySelector('#secret').value";
    let token = browser.script(secret, Vec::new()).await;
    let token = token.as_str().expect("a token").to_owned();

    let url = served.at("/api/v1/openapi.json");
    let folder = installation.folder().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        Command::new(schemathesis())
            .current_dir(folder)
            .args(["run", &url])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--exclude-path-regex", SPARED])
            // What is well-formed may still be refused, for there is no such tenant.
            .args(["--exclude-checks", "positive_data_acceptance"])
            .args(["--phases", "examples,coverage,fuzzing"])
            .args(["--max-examples", "8", "--seed", "1", "--no-color"])
            .output()
    });
    let output = output.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}\n{}", served.said());
    served.stop();
}
