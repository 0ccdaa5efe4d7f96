//! Messages under a token of a WS-Trust token service, against a token service and a guard that share nothing with the host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

#[path = "ws_trust/independent.rs"]
mod independent;
#[path = "ws_trust/message.rs"]
mod message;
#[path = "ws_trust/reply.rs"]
mod reply;
#[path = "ws_trust/token.rs"]
mod token;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::post;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use jiff::{SignedDuration, Timestamp};
use samklang_core::connector::{CredentialKind, Need};
use samklang_egress::{
    Credential, CredentialSettings, Credentials, Egress, EgressLimits, GrantSettings, Grants, KeySettings,
    Patience, SecretReference, SendError, Sender, Surroundings, WsTrustSettings,
};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::serve_tls;
use samklang_stand_ins::ws_trust::{CVR, Clock, Guardian, TokenService};

const SERVICE: &str = "http://stoettesystemerne.dk/service/organisation/3";

/// What becomes of an answer before it goes out.
type Change = Box<dyn Fn(&Guardian, String) -> String + Send>;

/// A token service and a service, both over TLS, and a host with a clock of its own.
struct World {
    egress: Egress,
    origin: String,
    tokens: TokenService,
    guardian: Arc<Guardian>,
    clock: Arc<Mutex<Timestamp>>,
    client: Identity,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    requests: Vec<String>,
    change: Option<Change>,
    turn_down: usize,
    status: Option<StatusCode>,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(Mutex::new("2026-06-01T12:00:00Z".parse::<Timestamp>().unwrap()));
        let told = Arc::clone(&clock);
        let stand_ins: Clock = Arc::new(move || *told.lock().unwrap());
        let client = Identity::new("samklang", KeyKind::Rsa(1));
        let issuer = Identity::new("token service", KeyKind::Rsa(2));
        let tokens = TokenService::new(issuer, SERVICE, &[&client], Arc::clone(&stand_ins));
        tokens.municipality("11111111", true);
        tokens.municipality("22222222", false);
        let service = Identity::new("service", KeyKind::Rsa(3));
        let guardian = Arc::new(Guardian::new(&tokens, service, stand_ins));
        let state = Arc::new(Mutex::new(State::default()));
        let (guard, kept) = (Arc::clone(&guardian), Arc::clone(&state));
        let answer = move |body: String| async move { answer(&guard, &kept, body) };
        let router = tokens
            .router()
            .merge(Router::new().route("/service", post(answer)));
        let server = Identity::new("server", KeyKind::P256);
        let origin = serve_tls(router, &server, &[]).await;
        let told = Arc::clone(&clock);
        let surroundings = Surroundings {
            sleep: Arc::new(|_| Box::pin(std::future::ready(()))),
            now: Arc::new(move || SystemTime::from(*told.lock().unwrap())),
            ..Surroundings::default()
        };
        Self {
            egress: Egress::with_surroundings(&[server.certificate_pem()], surroundings).unwrap(),
            origin,
            tokens,
            guardian,
            clock,
            client,
            state,
        }
    }

    fn pass(&self, time: SignedDuration) {
        let mut clock = self.clock.lock().unwrap();
        *clock += time;
    }

    fn settings(&self, cvr: &str) -> WsTrustSettings {
        WsTrustSettings {
            token_url: format!("{}/issue", self.origin),
            applies_to: SERVICE.to_owned(),
            claims: BTreeMap::from([(CVR.to_owned(), cvr.to_owned())]),
            key: KeySettings::Pem {
                private_key: file(&self.client.key_pem()),
                certificate: Some(file(&self.client.certificate_pem())),
            },
            service_certificate: Some(file(&self.guardian.certificate_pem())),
        }
    }

    fn credential(settings: WsTrustSettings) -> Credential {
        CredentialSettings::WsTrust(Box::new(settings)).resolve().unwrap()
    }

    fn sender(&self, credential: Credential) -> Sender {
        let needs = [Need::Http {
            name: "api".to_owned(),
            origin: "{url}".to_owned(),
            credentials: vec![CredentialKind::WsTrust],
            purpose: String::new(),
        }];
        let granted = GrantSettings {
            http: vec![self.origin.clone()],
            ..GrantSettings::default()
        };
        let settings = serde_json::json!({ "url": self.origin });
        let grants = Grants::new("org", "sts-organisation", &needs, &settings, &granted).unwrap();
        let bound = BTreeMap::from([("api".to_owned(), credential)]);
        let credentials = Credentials::new(bound, &needs).unwrap();
        self.egress
            .sender(grants, credentials, EgressLimits::default(), None, None)
            .unwrap()
    }

    /// A sender for the municipality that has an agreement.
    fn usual(&self) -> Sender {
        self.sender(Self::credential(self.settings("11111111")))
    }

    async fn send(&self, sender: &Sender, envelope: &str) -> Result<(u16, String), SendError> {
        let request = Request::post(format!("{}/service", self.origin))
            .header(header::CONTENT_TYPE, "application/soap+xml; charset=utf-8")
            .body(Full::new(Bytes::from(envelope.to_owned())))
            .unwrap();
        let answer = sender.send(request, Patience::default()).await?;
        let status = answer.status().as_u16();
        let octets = answer.into_body().collect().await.unwrap().to_bytes();
        Ok((status, String::from_utf8(octets.to_vec()).unwrap()))
    }

    /// What the service was sent last.
    fn arrived(&self) -> String {
        self.state.lock().unwrap().requests.last().unwrap().clone()
    }

    fn change(&self, change: impl Fn(&Guardian, String) -> String + Send + 'static) {
        self.state.lock().unwrap().change = Some(Box::new(change));
    }
}

/// Says to whom it speaks, and repeats what it was asked.
fn answer(guardian: &Guardian, state: &Mutex<State>, request: String) -> (StatusCode, String) {
    let mut state = state.lock().unwrap();
    state.requests.push(request.clone());
    if let Some(status) = state.status {
        return (status, "<html>not the service</html>".to_owned());
    }
    if state.turn_down > 0 {
        state.turn_down -= 1;
        let fault = samklang_stand_ins::ws_trust::Fault {
            code: "FailedAuthentication".to_owned(),
            reason: "the token is not known any more".to_owned(),
        };
        return (StatusCode::INTERNAL_SERVER_ERROR, fault.envelope());
    }
    match guardian.open(&request) {
        Ok(opened) => {
            let said = format!(
                "<r:Read xmlns:r=\"urn:r\"><r:Cvr>{}</r:Cvr>{}</r:Read>",
                opened.cvr, opened.body
            );
            let reply = opened.reply("urn:read/answer", &said);
            let reply = reply.replace(
                "</s:Header>",
                "<x:Extra xmlns:x=\"urn:x\">not signed</x:Extra></s:Header>",
            );
            let sealed = guardian.seal(&reply);
            let changed = match &state.change {
                Some(change) => change(guardian, sealed),
                None => sealed,
            };
            (StatusCode::OK, changed)
        }
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.envelope()),
    }
}

fn file(text: &str) -> SecretReference {
    let path = tempfile::tempdir().unwrap().keep().join("kept");
    std::fs::write(&path, text).unwrap();
    SecretReference::File(path)
}

/// A message as a connector writes it, with characters that canonicalisation changes.
fn envelope(number: u32) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\"\n    \
         xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:unused=\"urn:unused\">\n  <soap:Header>\n    \
         <a:Action soap:mustUnderstand='1'>urn:read</a:Action>\n    <a:MessageID>urn:uuid:00000000-0000-4000-8000-{number:012}</a:MessageID>\n    \
         <a:To>https://localhost/service</a:To>\n    \
         <a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>\n    \
         <h:RequestHeader xmlns:h=\"urn:header\"><h:TransactionUUID>1</h:TransactionUUID></h:RequestHeader>\n  </soap:Header>\n  \
         <soap:Body><!-- a comment --><q:Ask xmlns:q=\"urn:q\" z='1' a=\"&#9;&lt;&quot;\"><q:Name>Ærø &amp; Læsø &#13;\n</q:Name><q:Empty/></q:Ask></soap:Body>\n\
         </soap:Envelope>"
    )
}
