//! The page of a cycle, as several tests need it.

use samklang_pages::{Browser, TENANT};

/// Begins a cycle, and opens its page when it is there. What was at work before may still be ending, so that a press is refused.
pub(crate) async fn begin(browser: &Browser) {
    let page = browser.here(&format!("/t/{TENANT}")).await;
    // Nothing where no cycle is shown, such as on the page that says that one is running already.
    let heading = async || {
        let first = "return document.querySelector('.steps') && document.querySelector('h1').innerText";
        browser.script(first, Vec::new()).await
    };
    browser.open(&page).await;
    let former = heading().await;
    browser
        .until("the new cycle", async || {
            browser.press("Kør nu").await;
            browser.open(&page).await;
            let now = heading().await;
            !now.is_null() && now != former
        })
        .await;
}
