//! What judges the pages finds what it looks for: a page with faults planted in it does not pass.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use samklang_pages::{Axe, Browser, Provider, Width};

/// The policy that the pages have.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const SOUND: &str = "<!doctype html><html lang=da><meta charset=utf-8><title>Overblik</title><meta name=viewport content='width=device-width'>\
    <main><h1>Overblik</h1><form><label>Begrundelse <input name=reason></label> \
    <fieldset><legend>Art</legend><label><input type=radio name=kind> en</label> <label><input type=radio name=kind> to</label></fieldset>\
    <button>Frigiv</button></form><p><a href=/faulty>Videre</a></p></main>";

/// A field without a label, a button that the keyboard does not reach, one whose focus cannot be seen, a wide table, and a script that the
/// policy forbids.
const FAULTY: &str = "<!doctype html><html lang=da><meta charset=utf-8><title>Fejl</title><link rel=stylesheet href=/faulty.css>\
    <main><h1>Fejl</h1><input name=reason><div class=wide>bred</div><button tabindex=-1>Gem</button> \
    <span role=button tabindex=0 class=bare>Slet</span></main><script>document.title = 'forbudt'</script>";

const STYLE: &str = ".wide { width: 600px } .bare:focus { outline: none }";

async fn serve() -> String {
    let page = |text: &'static str| {
        get(async move || {
            (
                [(CONTENT_SECURITY_POLICY, POLICY), (CONTENT_TYPE, "text/html")],
                text,
            )
        })
    };
    let style = get(async || ([(CONTENT_TYPE, "text/css")], STYLE));
    let routes = Router::new()
        .route("/", page(SOUND))
        .route("/faulty", page(FAULTY))
        .route("/faulty.css", style)
        .route("/favicon.ico", get(async || ""));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    origin
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_with_faults_does_not_pass() {
    let origin = serve().await;
    let Some(browser) = Browser::start("da,en").await else {
        return;
    };
    let axe = Axe::read();
    browser.open(&origin).await;
    for width in [Width::Desktop, Width::Phone] {
        browser.resize(width).await;
        let violations = axe.violations(&browser).await;
        assert!(violations.is_empty(), "{violations:#?}");
        assert_eq!(browser.out_of_reach().await, [""; 0]);
        assert_eq!(browser.overhang().await, 0);
    }
    browser.fill("Begrundelse", "fordi").await;
    browser.choose("to").await;
    let chosen =
        "return [document.querySelector('input').value, document.querySelectorAll('input')[2].checked]";
    assert_eq!(
        browser.script(chosen, Vec::new()).await,
        serde_json::json!(["fordi", true])
    );
    assert_eq!(
        browser
            .script("return navigator.languages.join()", Vec::new())
            .await,
        "da,en"
    );
    assert_eq!(browser.complaints().await, [""; 0]);

    browser.follow("Videre").await;
    browser.arrives("/faulty").await;
    let violations = axe.violations(&browser).await;
    let rules: Vec<_> = violations
        .iter()
        .map(|violation| violation.rule.as_str())
        .collect();
    assert_eq!(rules, ["label"], "{violations:#?}");
    let wrong = browser.out_of_reach().await;
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(
        wrong[0].contains("does not show the focus") && wrong[0].contains("Slet"),
        "{wrong:#?}"
    );
    assert!(browser.overhang().await > 200);
    let complaints = browser.complaints().await;
    assert_eq!(complaints.len(), 1, "{complaints:#?}");
    assert!(
        complaints[0].contains("Content Security Policy"),
        "{complaints:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_lets_people_sign_in() {
    let origin = serve().await;
    let Some(provider) = Provider::start(&format!("{origin}/")) else {
        return;
    };
    let browser = Browser::start("da")
        .await
        .expect("left out together with the provider");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let ask = format!(
        "{}/auth?client_id={}&response_type=code&scope=openid%20email&redirect_uri={origin}/&state=s&nonce=n\
         &code_challenge_method=S256&code_challenge={challenge}",
        provider.issuer(),
        Provider::CLIENT
    );
    browser.open(&ask).await;
    browser.follow("Astrid Holm").await;
    browser.sees("Begrundelse").await;
    let address = browser.address().await;
    assert!(
        address
            .query_pairs()
            .any(|(name, value)| name == "code" && !value.is_empty()),
        "{address}"
    );
}
