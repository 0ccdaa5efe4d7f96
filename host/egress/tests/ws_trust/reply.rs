//! Answers: handed on only as they were signed, by the service, for this message, now.

use axum::http::StatusCode;
use jiff::SignedDuration;
use samklang_egress::SendError;
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::ws_trust::Guardian;

use crate::{World, envelope};

/// A body between its tags.
fn body(answer: &str) -> String {
    answer[answer.find("<s:Body").unwrap()..answer.find("</s:Body>").unwrap() + 9].to_owned()
}

#[tokio::test]
async fn whatever_is_altered_on_the_way_back_is_not_handed_on() {
    type Change = fn(&Guardian, String) -> String;
    let changes: [(&str, Change, &str); 13] = [
        (
            "the body",
            |_, answer| answer.replace("11111111", "22222222"),
            "changed after it was signed",
        ),
        (
            "a header",
            |_, answer| answer.replace("urn:read/answer", "urn:write/answer"),
            "changed after it was signed",
        ),
        (
            "the timestamp",
            |_, answer| answer.replace("12:05:00.000Z", "12:06:00.000Z"),
            "changed after it was signed",
        ),
        (
            "the signature",
            |_, answer| answer.replace("<ds:DigestValue>", "<ds:DigestValue> "),
            "not one of the service's",
        ),
        (
            "the signed body moved away",
            |_, answer| {
                let body = body(&answer);
                let other = "<s:Body><r:Read xmlns:r=\"urn:r\">forged</r:Read></s:Body>";
                answer.replace(&body, other).replacen(
                    "</wsse:Security>",
                    &format!("<w>{body}</w></wsse:Security>"),
                    1,
                )
            },
            "body is not signed",
        ),
        (
            "a second body",
            |_, answer| answer.replacen("<s:Body", "<s:Body><forged/></s:Body><s:Body", 1),
            "several times",
        ),
        (
            "an identifier twice",
            |_, answer| answer.replacen("<x:Extra", "<x:Extra Id=\"body\"", 1),
            "the same identifier",
        ),
        (
            "the signature taken out",
            |_, answer| {
                let start = answer.find("<ds:Signature ").unwrap();
                let end = answer.find("</ds:Signature>").unwrap() + 15;
                [&answer[..start], &answer[end..]].concat()
            },
            "not signed",
        ),
        (
            "a document type",
            |_, answer| format!("<!DOCTYPE x>{answer}"),
            "document type",
        ),
        (
            "half of it",
            |_, answer| answer[..answer.len() / 2].to_owned(),
            "not well-formed",
        ),
        (
            "an answer to another message",
            |guardian, answer| {
                let start = answer.find("<wsa:RelatesTo").unwrap();
                let end = answer.find("</wsa:RelatesTo>").unwrap();
                let other = [
                    &answer[..start],
                    "<wsa:RelatesTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">urn:other",
                    &answer[end..],
                ];
                resealed(guardian, &other.concat())
            },
            "another message",
        ),
        (
            "an old one",
            |guardian, answer| {
                let past = "2026-06-01T11:00:00Z".parse().unwrap();
                guardian.seal_at(&bare(&answer), past)
            },
            "its time is over",
        ),
        (
            "one of tomorrow",
            |guardian, answer| {
                let future = "2026-06-02T12:00:00Z".parse().unwrap();
                guardian.seal_at(&bare(&answer), future)
            },
            "signed in the future",
        ),
    ];
    let world = World::new().await;
    let sender = world.usual();
    for (number, (what, change, words)) in (1..).zip(changes) {
        world.change(change);
        match world.send(&sender, &envelope(number)).await {
            Err(
                error @ SendError::Unverified {
                    turned_down: false, ..
                },
            ) => {
                assert!(error.to_string().contains(words), "{what}: {error}");
                assert_eq!(sender.record().take_troubles(), [error.to_string()]);
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    world.change(|guardian, answer| resealed(guardian, &answer));
    assert_eq!(
        world.send(&sender, &envelope(99)).await.unwrap().0,
        200,
        "sealed anew it is right"
    );
}

/// An answer without its security and identifiers.
fn bare(answer: &str) -> String {
    let start = answer.find("<wsse:Security").unwrap();
    let end = answer.find("</wsse:Security>").unwrap() + 16;
    let mut bare = [&answer[..start], &answer[end..]].concat();
    while let Some(place) = bare.find(" wsu:Id=\"") {
        let end = place + 9 + bare[place + 9..].find('"').unwrap() + 1;
        bare.replace_range(place..end, "");
    }
    bare
}

fn resealed(guardian: &Guardian, answer: &str) -> String {
    guardian.seal(&bare(answer))
}

#[tokio::test]
async fn a_comment_cannot_hide_a_part_of_what_was_signed() {
    let world = World::new().await;
    // Canonicalisation leaves comments out, so that the signature holds; what is handed on has none either.
    world.change(|_, answer| answer.replace("11111111", "1111<!-- -->1111"));
    let (_, answer) = world.send(&world.usual(), &envelope(1)).await.unwrap();
    assert!(answer.contains("<r:Cvr>11111111</r:Cvr>"), "{answer}");
}

#[tokio::test]
async fn another_services_certificate_verifies_nothing() {
    let world = World::new().await;
    let mut settings = world.settings("11111111");
    settings.service_certificate = Some(crate::file(
        &Identity::new("other", KeyKind::Rsa(2)).certificate_pem(),
    ));
    let sender = world.sender(World::credential(settings));
    let error = world.send(&sender, &envelope(1)).await.unwrap_err();
    assert!(
        error.to_string().contains("not one of the service's certificate"),
        "{error}"
    );
    assert!(error.to_string().contains("service_certificate"), "{error}");
}

#[tokio::test]
async fn what_stands_before_the_service_says_no_more_than_its_status() {
    let world = World::new().await;
    let sender = world.usual();
    world.state.lock().unwrap().status = Some(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        world.send(&sender, &envelope(1)).await.unwrap(),
        (503, String::new())
    );
    world.state.lock().unwrap().status = Some(StatusCode::FORBIDDEN);
    let error = world.send(&sender, &envelope(2)).await.unwrap_err();
    assert!(matches!(error, SendError::Unverified { .. }), "{error}");
}

#[tokio::test]
async fn a_fault_that_nobody_signed_is_told_to_the_operator_alone() {
    let world = World::new().await;
    let sender = world.usual();
    world.send(&sender, &envelope(1)).await.unwrap();
    world.change(|_, _| {
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason>\
         <s:Text>out of\norder</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
            .to_owned()
    });
    let error = world.send(&sender, &envelope(2)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("not signed; it says Receiver: out of order"),
        "{error}"
    );
}

#[tokio::test]
async fn answers_go_unverified_only_where_the_operator_says_so() {
    let world = World::new().await;
    let mut settings = world.settings("11111111");
    settings.service_certificate = None;
    let sender = world.sender(World::credential(settings));
    world.change(|_, answer| answer.replace("11111111", "22222222"));
    let (_, answer) = world.send(&sender, &envelope(1)).await.unwrap();
    assert!(
        answer.contains("22222222") && answer.contains("Extra"),
        "{answer}"
    );
}

#[tokio::test]
async fn time_that_passes_between_sending_and_answering_is_borne() {
    let world = World::new().await;
    let sender = world.usual();
    let clock = std::sync::Arc::clone(&world.clock);
    world.change(move |_, answer| {
        *clock.lock().unwrap() += SignedDuration::from_mins(4);
        answer
    });
    assert_eq!(world.send(&sender, &envelope(1)).await.unwrap().0, 200);
}
