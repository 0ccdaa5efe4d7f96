//! Tokens: fetched, kept, renewed, and not taken when they are not what was asked for.

use jiff::SignedDuration;
use samklang_egress::{CredentialError, SendError, TokenError};

use crate::{World, envelope};

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out_and_shared_by_all_steps() {
    let world = World::new().await;
    let credential = World::credential(world.settings("11111111"));
    let mut number = 0;
    for (later, issued) in [(0, 1), (1, 1), (400, 1), (75, 1), (3, 2), (1, 2)] {
        world.pass(SignedDuration::from_mins(later));
        number += 1;
        world
            .send(&world.sender(credential.clone()), &envelope(number))
            .await
            .unwrap();
        assert_eq!(world.tokens.issued(), issued, "after {later} minutes more");
    }
}

#[tokio::test]
async fn each_municipality_has_tokens_of_its_own() {
    let world = World::new().await;
    world.tokens.municipality("33333333", true);
    for (number, cvr) in [(1, "11111111"), (2, "33333333"), (3, "11111111")] {
        let sender = world.sender(World::credential(world.settings(cvr)));
        let answer = world.send(&sender, &envelope(number)).await.unwrap().1;
        assert!(answer.contains(&format!("<r:Cvr>{cvr}<")), "{answer}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_services_words_with_who_can_mend_it() {
    let world = World::new().await;
    for (cvr, code, remedy) in [
        (
            "99999999",
            "5015",
            "the municipality's CVR must be one that has an agreement",
        ),
        (
            "22222222",
            "ServiceAgreementNotFound",
            "have the municipality approve the service agreement",
        ),
    ] {
        let sender = world.sender(World::credential(world.settings(cvr)));
        let error = world.send(&sender, &envelope(1)).await.unwrap_err();
        assert!(
            matches!(
                &error,
                SendError::Credential(CredentialError::Token(TokenError::Refused { status: 500, .. }))
            ),
            "{error}"
        );
        let text = error.to_string();
        assert!(
            text.contains(code) && text.contains(remedy) && text.contains(cvr),
            "{text}"
        );
        assert_eq!(sender.record().take_troubles(), [text]);
    }
    // A key that nobody knows.
    let stranger = samklang_stand_ins::identity::Identity::new(
        "stranger",
        samklang_stand_ins::identity::KeyKind::Rsa(3),
    );
    let mut settings = world.settings("11111111");
    settings.key = samklang_egress::KeySettings::Pem {
        private_key: crate::file(&stranger.key_pem()),
        certificate: Some(crate::file(&stranger.certificate_pem())),
    };
    let error = world
        .send(&world.sender(World::credential(settings)), &envelope(1))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("FailedAuthentication") && error.contains("certificate registered"),
        "{error}"
    );
    assert!(
        world.state.lock().unwrap().requests.is_empty(),
        "the service was never asked"
    );
}

#[tokio::test]
async fn a_token_that_says_something_else_is_not_used() {
    let world = World::new().await;
    let sender = world.usual();
    for (cvr, audience, lifetime, words) in [
        (Some("33333333"), None, 60, "does not carry the claims"),
        (
            None,
            Some("http://other.example.org"),
            60,
            "is for another service",
        ),
        (None, None, -1, "is over already"),
    ] {
        world.tokens.lying(cvr, audience);
        world.tokens.lasting(SignedDuration::from_mins(lifetime));
        let error = world.send(&sender, &envelope(1)).await.unwrap_err();
        assert!(
            matches!(
                &error,
                SendError::Credential(CredentialError::Token(TokenError::NoToken { .. }))
            ),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(
        world.state.lock().unwrap().requests.is_empty(),
        "the service was never asked"
    );
}

#[tokio::test]
async fn a_token_that_is_turned_down_is_renewed_once() {
    let world = World::new().await;
    let sender = world.usual();
    world.state.lock().unwrap().turn_down = 1;
    assert_eq!(world.send(&sender, &envelope(1)).await.unwrap().0, 200);
    assert_eq!((world.tokens.issued(), sender.record().traffic().repeats), (2, 1));

    world.state.lock().unwrap().turn_down = 99;
    let error = world.send(&sender, &envelope(2)).await.unwrap_err();
    assert!(
        matches!(
            &error,
            SendError::Unverified {
                turned_down: true,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("FailedAuthentication: the token is not known any more"),
        "{error}"
    );
    assert_eq!(world.tokens.issued(), 3, "once, not for ever");
}
