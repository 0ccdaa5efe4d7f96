//! The browser says which language a person reads.

use samklang_municipality::Municipality;
use samklang_pages::{Browser, Installation};

/// The languages of the pages.
const LANGUAGES: [&str; 5] = ["da", "nb", "sv", "en", "es"];

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_says_which_language() {
    let installation = Installation::new(&Municipality::new(1, 60));
    let served = installation.serve();
    for language in LANGUAGES {
        let Some(browser) = Browser::start(&format!("{language},en;q=0.5")).await else {
            return;
        };
        served.ready().await;
        browser.open(&served.at("/sign-in")).await;
        let spoken = browser
            .script("return document.documentElement.lang", Vec::new())
            .await;
        assert_eq!(spoken, language);
    }
    served.stop();
}
