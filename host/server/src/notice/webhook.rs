//! Posting a notice, signed as Standard Webhooks describes it (standardwebhooks.com, version 1.0.0): who receives it can tell that it comes
//! from here, that nobody changed it, and when it was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};
use ring::hmac;
use samklang_egress::HostClient;

use crate::notice::Webhook;

/// What a secret begins with that is given in Base64.
const SECRET: &str = "whsec_";

/// The signature of a message.
fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    let decoded = secret
        .strip_prefix(SECRET)
        .and_then(|secret| STANDARD.decode(secret).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// The message. The id is the same however often it is sent.
fn message(webhook: &Webhook, id: i64, now: i64, body: String) -> Result<Request<Bytes>, http::Error> {
    let (id, timestamp) = (format!("msg_{id}"), now.div_euclid(1_000));
    Request::post(&webhook.url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            "webhook-signature",
            signature(&webhook.secret, &id, timestamp, &body),
        )
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp.to_string())
        .body(body.into())
}

/// Posts a message; the error says why it did not arrive.
pub(crate) async fn post(
    client: &HostClient,
    webhook: &Webhook,
    id: i64,
    now: i64,
    body: String,
) -> Result<(), String> {
    let request = message(webhook, id, now, body);
    let request = request.map_err(|error| format!("the webhook's address cannot be used: {error}"))?;
    let answer = client.send(request).await.map_err(|error| error.to_string())?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("the webhook answers with status {}", answer.status()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_signed_as_the_standard_says() {
        // The example of the standard's reference libraries.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_message_has_what_its_receiver_checks() {
        let webhook = Webhook {
            url: "https://hooks.example.org/samklang".into(),
            secret: "a plain secret".into(),
        };
        let request = message(&webhook, 7, 1_614_265_330_999, "{}".into()).unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(header("webhook-id"), "msg_7");
        assert_eq!(header("webhook-timestamp"), "1614265330");
        assert_eq!(
            header("webhook-signature"),
            signature("a plain secret", "msg_7", 1_614_265_330, "{}")
        );
    }
}
