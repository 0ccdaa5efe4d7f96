//! The sender against real servers on loopback. Time and names are the tests' own, so that nothing waits.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

#[path = "sender/credential.rs"]
mod credential;
#[path = "sender/outside.rs"]
mod outside;
#[path = "sender/proof.rs"]
mod proof;
#[path = "sender/protocol.rs"]
mod protocol;
#[path = "sender/proxy.rs"]
mod proxy;
#[path = "sender/repeat.rs"]
mod repeat;
#[path = "sender/rotation.rs"]
mod rotation;
#[path = "sender/shared.rs"]
mod shared;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use samklang_core::connector::{CredentialKind, Need};
use samklang_egress::{
    Credential, Credentials, Egress, EgressLimits, GrantSettings, Grants, Patience, ProxySettings,
    ResponseBody, SendError, Sender, Surroundings,
};

/// The tests' clock stands there.
const NEW_YEAR_2026: Duration = Duration::from_secs(1_767_225_600);

/// Serves on loopback and gives the origin.
async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// A way out whose pauses take no time and are written down, and whose names all lead to one address.
struct World {
    egress: Egress,
    pauses: Arc<Mutex<Vec<Duration>>>,
}

impl World {
    fn new() -> Self {
        Self::with(&[], [127, 0, 0, 1].into())
    }

    fn with(authorities: &[String], address: IpAddr) -> Self {
        let pauses = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&pauses);
        let surroundings = Surroundings {
            sleep: Arc::new(move |pause| {
                written.lock().unwrap().push(pause);
                Box::pin(std::future::ready(()))
            }),
            chance: Arc::new(|| 1.0),
            now: Arc::new(|| SystemTime::UNIX_EPOCH + NEW_YEAR_2026),
            lookup: Arc::new(move |_| Box::pin(std::future::ready(Ok(vec![address])))),
        };
        Self {
            egress: Egress::with_surroundings(authorities, surroundings).unwrap(),
            pauses,
        }
    }

    fn pauses(&self) -> Vec<u64> {
        self.pauses
            .lock()
            .unwrap()
            .iter()
            .map(|pause| u64::try_from(pause.as_millis()).unwrap())
            .collect()
    }

    /// A sender for which this origin is asked for, granted and named.
    fn sender(&self, origin: &str) -> Sender {
        self.sender_with(origin, None, EgressLimits::default())
    }

    fn sender_with(&self, origin: &str, credential: Option<Credential>, limits: EgressLimits) -> Sender {
        self.any_sender(origin, credential, limits, None).unwrap()
    }

    fn try_sender(&self, origin: &str, credential: Option<Credential>) -> Result<Sender, SendError> {
        self.any_sender(origin, credential, EgressLimits::default(), None)
    }

    fn any_sender(
        &self,
        origin: &str,
        credential: Option<Credential>,
        limits: EgressLimits,
        proxy: Option<&ProxySettings>,
    ) -> Result<Sender, SendError> {
        let needs = [need()];
        let grants = GrantSettings {
            http: vec![origin.to_owned()],
            ..GrantSettings::default()
        };
        let settings = serde_json::json!({ "url": origin });
        let grants = Grants::new("lms", "canvas", &needs, &settings, &grants).unwrap();
        let bound: BTreeMap<_, _> = credential
            .map(|credential| ("api".to_owned(), credential))
            .into_iter()
            .collect();
        let credentials = Credentials::new(bound, &needs)?;
        self.egress.sender(grants, credentials, limits, None, proxy)
    }
}

fn need() -> Need {
    Need::Http {
        name: "api".to_owned(),
        origin: "{url}".to_owned(),
        credentials: vec![
            CredentialKind::Bearer,
            CredentialKind::Header,
            CredentialKind::Basic,
            CredentialKind::Oauth2ClientCredentials,
            CredentialKind::Oauth2Password,
            CredentialKind::Oauth2JwtBearer,
            CredentialKind::ClientCertificate,
            CredentialKind::WsTrust,
        ],
        purpose: String::new(),
    }
}

fn request(method: Method, url: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(url)
        .body(Full::from(body.to_owned()))
        .unwrap()
}

async fn send(sender: &Sender, method: Method, url: &str) -> Result<Response<ResponseBody>, SendError> {
    sender
        .send(request(method, url, "the body"), Patience::default())
        .await
}

async fn get(sender: &Sender, url: &str) -> Result<(u16, String), SendError> {
    let answer = sender
        .send(request(Method::GET, url, ""), Patience::default())
        .await?;
    Ok((answer.status().as_u16(), text(answer).await))
}

async fn text(answer: Response<ResponseBody>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}
