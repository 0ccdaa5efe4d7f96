//! Who is told, by mail and by webhook: that a person must act, once, and nothing that names persons.

use base64::Engine;
use ring::hmac;
use samklang_municipality::{Municipality, Twin};
use samklang_pages::{Browser, Call, Installation, MailReceiver, TENANT, WebhookReceiver, extract};

use crate::cycle::begin;

/// What calls are signed with: what the tenant keeps for its Canvas serves as well as anything.
const SECRET: &str = "canvas-token";

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_cycle_is_told_once() {
    let Some(mail) = MailReceiver::start() else {
        return;
    };
    let Some(browser) = Browser::start("da").await else {
        return;
    };
    let webhook = WebhookReceiver::start().await;
    let municipality = Municipality::new(1, 400);
    let installation = Installation::new(&municipality);
    installation.deliver(&extract(&municipality));
    assert!(installation.run());
    installation.settle(&format!(
        "[server.mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"plain\"\nfrom = \"samklang@drift.example\"\n",
        mail.port()
    ));
    installation.rewrite(|settings| {
        format!(
            "{settings}\n[notices]\nmail = [\"drift@nordvik.example\"]\nlanguage = \"da\"\n[notices.webhook]\nurl = \"{}\"\nsecret = \"file:secrets/canvas\"\n",
            webhook.url()
        )
    });
    let promoted = municipality.after_school_years(1);
    installation.replace(&promoted);
    installation.deliver(&extract(&promoted));
    let mut served = installation.serve();
    served.enter(&browser, "Drift").await;
    begin(&browser).await;
    let mails = mail.arrive(1);
    assert_eq!(mails[0].to, ["drift@nordvik.example"]);
    assert!(mails[0].subject.contains("standset"), "{:?}", mails[0]);
    assert!(mails[0].subject.contains("Nordvik kommune"), "{:?}", mails[0]);
    assert!(
        mails[0].text.contains(&served.at(&format!("/t/{TENANT}"))),
        "{:?}",
        mails[0]
    );
    let calls = webhook.arrive(1).await;
    let told: serde_json::Value = serde_json::from_slice(&calls[0].body).unwrap();
    assert_eq!(told["type"], "cycle.halted", "{told}");
    assert_eq!(told["data"]["tenant"], TENANT, "{told}");
    assert_eq!(calls[0].headers["webhook-signature"], signature(&calls[0]));
    let pupil = Twin::of(&municipality).unwrap().name;
    assert!(!mails[0].text.contains(&pupil) && !told.to_string().contains(&pupil));
    // Whoever runs it again is told nothing new, and neither is anybody else.
    browser.press("Kør nu").await;
    browser.sees("Standset").await;
    served.stop();
    assert_eq!(mail.mails().len(), 1, "{:?}", mail.mails());
    assert_eq!(webhook.calls().len(), 1);
}

/// How Standard Webhooks signs a call (standardwebhooks.com, version 1.0.0).
fn signature(call: &Call) -> String {
    let header = |name: &str| call.headers[name].to_str().unwrap();
    let body = std::str::from_utf8(&call.body).unwrap();
    let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("v1,{}", base64::prelude::BASE64_STANDARD.encode(tag))
}
