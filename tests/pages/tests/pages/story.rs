//! A year of an operator's work in one test, in Danish: signing in, the school's file, a cycle that turns green, a promotion that is halted and
//! released, a case, a check before an enrolment, an explanation.

use samklang_municipality::{Municipality, Twin};
use samklang_pages::{Browser, Installation, Provider, Served, TENANT, Width, extract};

use crate::cycle::begin;

/// What the sign-in service is called on the button.
const SERVICE: &str = "kommunens login";

/// What a cycle comes to that is done.
const DONE: &str = "Alle trin er gennemført";

/// Waits until the newest cycle is done; whoever may decide about what is halted does so, in turn, by the second person where two are asked for.
async fn decide_until_done(deciders: &[&Browser], verdict: &str, reason: &str) {
    for decider in deciders.iter().cycle().take(12) {
        decider.open(&decider.here(&format!("/t/{TENANT}")).await).await;
        let mut done = false;
        decider
            .until("the cycle's end or its halt", async || {
                let text = decider.text().await;
                done = text.contains(DONE);
                done || text.contains("Standset")
            })
            .await;
        if done {
            return;
        }
        decider.follow("Se, hvad der er standset, og afgør det").await;
        decider
            .until("the halt or its end", async || {
                let text = decider.text().await;
                text.contains("Gem afgørelsen") || text.contains("Intet er standset")
            })
            .await;
        let promotion = "input[value=release-as-promotion]:enabled";
        if decider.has(promotion).await && verdict == "promotion" {
            decider.choose("Slip igennem som skoleårsskifte.").await;
        } else if decider.has("input[value=release]:enabled").await {
            decider.choose("Slip igennem.").await;
        } else {
            continue;
        }
        decider.fill("Begrundelse", reason).await;
        decider.press("Gem afgørelsen").await;
        decider
            .until("the decision is taken", async || {
                decider.address().await.query().is_some() || !decider.has("input[name=verdict]").await
            })
            .await;
    }
    panic!("the cycle still waits");
}

async fn upload(browser: &Browser, file: &std::path::Path) {
    browser.open(&browser.here(&format!("/t/{TENANT}")).await).await;
    browser.attach("Fil", file).await;
    browser.press("Aflever").await;
    browser.sees("Filen er modtaget").await;
}

async fn sign_in(browser: &Browser, served: &Served, name: &str) {
    browser.open(&served.at("/sign-in")).await;
    browser.follow(&format!("Log ind med {SERVICE}")).await;
    browser.follow(name).await;
    browser.sees("Alle kommuner").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_runs_the_year_from_a_browser() {
    let municipality = Municipality::new(1, 400);
    let installation = Installation::new(&municipality);
    let Some(provider) = Provider::start(&installation.callback()) else {
        return;
    };
    installation.keep("provider", Provider::SECRET);
    installation.settle(&provider.settings(SERVICE));
    let mut served = installation.serve();
    let astrid = Browser::start("da,en")
        .await
        .expect("left out together with the provider");
    let odd = Browser::start("da")
        .await
        .expect("left out together with the provider");

    // The first administrator comes by the link and lets the others in.
    served.enter(&astrid, "Drift").await;
    astrid.sees("Nordvik kommune").await;
    for mail in ["astrid@fjordvik.example", "odd@fjordvik.example"] {
        astrid.open(&served.at(&format!("/access?tenant={TENANT}"))).await;
        astrid.fill("E-mailadresse", mail).await;
        astrid.fill("Rolle", "Godkender").await;
        astrid.press("Giv en rolle").await;
        astrid.sees(mail).await;
    }
    astrid.picture("access").await;
    astrid.press("Log ud").await;
    astrid.sees("Du er logget ud").await;

    sign_in(&astrid, &served, "Astrid Holm").await;
    sign_in(&odd, &served, "Odd Bakken").await;
    astrid.picture("overview").await;

    // The cycle waits for the school's file, which a colleague brings: the page turns green by itself.
    astrid.follow("Nordvik kommune").await;
    astrid.sees("Ingen kørsel endnu").await;
    begin(&astrid).await;
    astrid.sees("Venter på data fra").await;
    astrid.picture("cycle-waiting").await;
    astrid.script("window.stays = true", Vec::new()).await;
    upload(&odd, &installation.extract("pifu.xml", &extract(&municipality))).await;
    astrid.sees(DONE).await;
    assert_eq!(
        astrid.script("return window.stays", Vec::new()).await,
        true,
        "the page was loaded anew"
    );
    assert!(!astrid.has(".step:not(.step-done)").await, "a step is not done");
    assert!(!installation.canvas().users().is_empty());
    astrid.picture("cycle-done").await;

    // A pupil is entered twice.
    let twin = Twin::of(&municipality).unwrap();
    for text in [&twin.named, &twin.doubled] {
        upload(&odd, &installation.extract("pifu.xml", text.as_bytes())).await;
        begin(&odd).await;
        decide_until_done(&[&odd, &astrid], "release", "skolen retter i sine lister").await;
    }
    astrid.open(&served.at(&format!("/t/{TENANT}/cases"))).await;
    astrid.submit("main tbody th a").await;
    astrid.sees("Kun stavemåden er forskellig").await;
    astrid.picture("case").await;
    astrid.choose("Det er mulighed 1").await;
    astrid
        .fill("Begrundelse", "skolen har skrevet eleven op to gange")
        .await;
    astrid.press("Gem svaret").await;
    astrid.sees("Tag svaret tilbage").await;

    // A new school year is halted, and released by what it is.
    let promoted = municipality.after_school_years(1);
    installation.replace(&promoted);
    upload(&odd, &installation.extract("pifu.xml", &extract(&promoted))).await;
    begin(&astrid).await;
    astrid
        .sees("Importen ændrer mere, end den må uden en afgørelse")
        .await;
    astrid.picture("cycle-halted").await;
    if std::env::var_os("SAMKLANG_README_PICTURE").is_some() {
        astrid.write_readme_picture().await;
    }
    astrid.resize(Width::Phone).await;
    astrid.picture("cycle-halted-phone").await;
    astrid.resize(Width::Desktop).await;
    astrid.open(&served.at(&format!("/t/{TENANT}/halt"))).await;
    astrid.sees("Det ligner et skoleårsskifte").await;
    astrid.picture("halt").await;
    decide_until_done(&[&astrid, &odd], "promotion", "skolerne har rykket klasserne op").await;
    astrid.open(&served.at(&format!("/t/{TENANT}"))).await;
    astrid.sees("Sluppet igennem som skoleårsskifte").await;
    astrid.sees("skolerne har rykket klasserne op").await;
    astrid.picture("cycle-promoted").await;

    // May OS2sync be written?
    astrid.open(&served.at(&format!("/t/{TENANT}/enrolment"))).await;
    astrid.press("Tjek om tilmelding er muligt").await;
    astrid
        .until("the check's result", async || {
            astrid.open(&served.at(&format!("/t/{TENANT}/enrolment"))).await;
            astrid.text().await.contains("Resultat af tilmeldingstjek")
        })
        .await;
    astrid.picture("enrolment").await;

    // Where a person's values come from, and why OS2sync does not have the person.
    let employee = promoted.employees().next().unwrap();
    astrid.open(&served.at(&format!("/t/{TENANT}/people"))).await;
    astrid
        .fill("Søg efter en person eller en enhed", &employee.person.name.full())
        .await;
    astrid.press("Søg").await;
    astrid.follow(&employee.person.name.full()).await;
    astrid.shows("#values").await;
    astrid.follow("Forklar").await;
    astrid.shows("[id^=explained] .notice").await;
    let explanation = "return [...document.querySelectorAll('[id^=explained] .notice')]\
                       .map(each => each.closest('[lang]').lang + ': ' + each.innerText).join('\\n')";
    let explanation = astrid.script(explanation, Vec::new()).await;
    let explanation = explanation.as_str().unwrap_or_default();
    assert!(explanation.starts_with("da: "), "{explanation}");
    let danish = ["Har objektet", "omfattet", "mangler", "kørsel", "Ingen kilde"];
    assert!(
        danish.iter().any(|words| explanation.contains(words)),
        "{explanation}"
    );
    let english = "return document.querySelectorAll('[id^=explained] [lang=en]:not(q)').length";
    assert_eq!(
        astrid.script(english, Vec::new()).await,
        0,
        "nothing but what a system says is in words of its own"
    );
    astrid.picture("person").await;

    for (who, browser) in [("astrid", &astrid), ("odd", &odd)] {
        let mut complaints = browser.complaints().await;
        // The provider of identities has no icon; and whoever was too quick was told so.
        complaints
            .retain(|complaint| complaint.starts_with(&served.at("")) && !complaint.contains("(Conflict)"));
        assert!(complaints.is_empty(), "{who}: {complaints:#?}");
    }
    served.stop();
}
