//! The server stops when it is asked to, in the middle of a cycle, and the next one takes the cycle up where it stopped.

use std::time::Duration;

use samklang_municipality::Municipality;
use samklang_pages::{Browser, Installation, TENANT, extract};

use crate::cycle::begin;

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_goes_on_over_a_restart() {
    let Some(browser) = Browser::start("da").await else {
        return;
    };
    let municipality = Municipality::new(1, 200);
    // Canvas takes its time, so that the cycle is at work when the server stops.
    let installation = Installation::with_pace(&municipality, Duration::from_secs(1));
    installation.deliver(&extract(&municipality));
    let mut served = installation.serve();
    served.enter(&browser, "Drift").await;
    let cycle = served.at(&format!("/t/{TENANT}"));
    begin(&browser).await;
    browser.shows(".step-running").await;
    browser
        .until("the export has begun", async || {
            !installation.canvas().requests().is_empty()
        })
        .await;
    let said = served.stop();
    assert!(!said.contains("panicked"), "{said}");
    assert!(
        installation.canvas().users().len() < municipality.pupils().count(),
        "nothing was left to do"
    );

    let served = installation.serve();
    served.ready().await;
    browser.open(&cycle).await;
    browser.sees("Kørsel 1").await;
    browser.sees("Alle trin er gennemført").await;
    assert!(installation.canvas().users().len() >= municipality.pupils().count());
    served.stop();
}
