//! The pages are for everybody: what axe-core can judge of WCAG 2.2 AA, the keyboard, and a telephone's width, on every page; and the five
//! languages.

use samklang_municipality::{Municipality, Twin};
use samklang_pages::{Axe, Browser, Installation, Served, TENANT, Width, extract};

/// The languages, and how the overview is called in them.
const LANGUAGES: [(&str, &str); 5] = [
    ("da", "Alle kommuner"),
    ("nb", "Alle kommuner"),
    ("sv", "Alla kommuner"),
    ("en", "All tenants"),
    ("es", "Todos los municipios"),
];

/// An installation in which something waits everywhere: a case, and a promotion that was halted.
fn busy() -> Installation {
    let municipality = Municipality::new(1, 400);
    let installation = Installation::new(&municipality);
    let twin = Twin::of(&municipality).unwrap();
    for text in [twin.named, twin.doubled] {
        installation.deliver(text.as_bytes());
        assert!(installation.run());
    }
    let promoted = municipality.after_school_years(1);
    installation.replace(&promoted);
    installation.deliver(&extract(&promoted));
    assert!(!installation.run(), "the promotion passed unasked");
    installation
}

/// Every page, and what links to the pages of single things.
async fn pages(browser: &Browser, served: &Served) -> Vec<String> {
    let tenant = format!("/t/{TENANT}");
    let mut pages: Vec<String> = ["/", "/access", "/account", "/support"]
        .map(str::to_owned)
        .to_vec();
    for page in [
        "",
        "/halt",
        "/halt?find=a",
        "/cases",
        "/cases?all=true",
        "/people",
        "/people?q=an",
        "/plan",
        "/enrolment",
        "/connections",
        "/findings",
        "/history",
        "/journal",
    ] {
        pages.push(format!("{tenant}{page}"));
    }
    for list in ["/cases", "/people?q=an", "/history"] {
        browser.open(&served.at(&format!("{tenant}{list}"))).await;
        let first = "const under = arguments[0]; return [...document.querySelectorAll('main a')].map(one => one.getAttribute('href')).find(one => one.startsWith(under)) ?? null";
        let under = list.split('?').next().unwrap_or_default();
        let found = browser
            .script(first, vec![format!("{tenant}{under}/").into()])
            .await;
        let found = found
            .as_str()
            .unwrap_or_else(|| panic!("{list} links to nothing"));
        pages.push(found.to_owned());
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long, and needs the program and its connectors built: cargo test -p samklang-pages -- --ignored"]
async fn every_page_is_for_everybody() {
    let Some(browser) = Browser::start("da").await else {
        return;
    };
    let installation = busy();
    let axe = Axe::read();
    let mut served = installation.serve();
    let mut wrong = Vec::new();
    served.ready().await;
    browser.open(&served.at("/sign-in")).await;
    look(&browser, &axe, "/sign-in", &mut wrong).await;
    browser.open(&served.link()).await;
    look(&browser, &axe, "/sign-in/link", &mut wrong).await;
    served.enter(&browser, "Drift").await;
    for page in pages(&browser, &served).await {
        browser.open(&served.at(&page)).await;
        look(&browser, &axe, &page, &mut wrong).await;
    }
    for (language, title) in LANGUAGES {
        browser.open(&served.at("/")).await;
        let choose = "document.querySelector('#language').value = arguments[0]";
        browser.script(choose, vec![language.into()]).await;
        browser.submit("footer form button").await;
        browser.sees(title).await;
        look(&browser, &axe, &format!("/ ({language})"), &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    served.stop();
}

/// Looks at the page that is open, at both widths.
async fn look(browser: &Browser, axe: &Axe, page: &str, wrong: &mut Vec<String>) {
    for width in [Width::Desktop, Width::Phone] {
        browser.resize(width).await;
        let mut found: Vec<String> = Vec::new();
        found.extend(axe.violations(browser).await.iter().map(ToString::to_string));
        found.extend(browser.out_of_reach().await);
        found.extend(browser.complaints().await);
        let overhang = browser.overhang().await;
        if overhang > 0 {
            found.push(format!("{overhang} pixels wider than its window"));
        }
        if !found.is_empty() {
            let name = format!(
                "wrong{}",
                page.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
            );
            browser.picture(&name).await;
        }
        wrong.extend(found.iter().map(|one| format!("{page}, {width:?}: {one}")));
    }
    browser.resize(Width::Desktop).await;
}
