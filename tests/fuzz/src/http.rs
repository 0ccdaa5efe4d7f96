//! Any octets as what an HTTP server answers: an answer within its bounds, or an error, soon.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use samklang_core::connector::{CredentialKind, Need};
use samklang_egress::{
    Credential, Credentials, Egress, EgressLimits, Grant, GrantSettings, Grants, Patience, Proof, Repetition,
    Secret, Sender, Surroundings, TokenClient,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::parts::octet_parts;

/// The largest body that is taken.
const LARGEST: u64 = 2048;

const LIMITS: EgressLimits = EgressLimits {
    request_octets: 1024,
    response_octets: LARGEST,
    connect: Duration::from_secs(5),
    answer: Duration::from_secs(5),
    silence: Duration::from_secs(5),
    repetition: Repetition {
        attempts: 4,
        first_pause: Duration::from_millis(500),
        longest_pause: Duration::from_secs(10),
        longest_retry_after: Duration::from_secs(30),
    },
    directory: samklang_egress::DirectoryLimits {
        message_octets: 1,
        answer_octets: 1,
        answer_entries: 1,
        page_entries: 1,
        sessions: 1,
    },
    signing_octets: 1,
};

/// The first octet chooses the method and whether a token has to be fetched first; the rest is answered, one part for each connection.
pub(crate) fn run(octets: &[u8]) {
    let Some((&first, octets)) = octets.split_first() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let answers: Vec<Vec<u8>> = octet_parts(octets).into_iter().map(<[u8]>::to_vec).collect();
        let serving = tokio::spawn(serve(listener, answers));
        let sender = sender(&origin, first & 1 != 0);
        let method = match first >> 1 & 3 {
            0 => Method::GET,
            1 => Method::POST,
            2 => Method::HEAD,
            _ => Method::PUT,
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{origin}/x"))
            .body(Full::from("body"))
            .unwrap();
        let sent = tokio::time::timeout(Duration::from_secs(20), sender.send(request, Patience::default()));
        match sent.await.expect("an answer does not end") {
            Ok(answer) => {
                assert!(
                    !answer.headers().contains_key(header::SET_COOKIE),
                    "a cookie is handed on"
                );
                read(answer.into_body()).await;
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        // One renewal of a token begins the count anew.
        let pauses = std::mem::take(&mut *PAUSES.lock().unwrap());
        assert!(pauses.len() < 8, "{} pauses", pauses.len());
        assert!(
            pauses.iter().all(|pause| *pause <= Duration::from_secs(30)),
            "a pause is too long: {pauses:?}"
        );
        serving.abort();
    });
}

async fn read(mut body: samklang_egress::ResponseBody) {
    let mut received = 0;
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(20), body.frame());
        match frame.await.expect("a body does not end") {
            None => break,
            Some(Ok(frame)) => received += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(error)) => {
                assert!(!error.to_string().is_empty());
                break;
            }
        }
    }
    assert!(received as u64 <= LARGEST, "{received} octets were handed on");
}

/// Answers each connection with the next part, whatever is asked; the last part again and again.
async fn serve(listener: TcpListener, answers: Vec<Vec<u8>>) {
    for at in 0.. {
        let Ok((mut socket, _)) = listener.accept().await else {
            return;
        };
        let answer = answers.get(at).or(answers.last()).cloned().unwrap_or_default();
        tokio::spawn(async move {
            let mut asked = [0; 4096];
            drop(socket.read(&mut asked).await);
            drop(socket.write_all(&answer).await);
            drop(socket.shutdown().await);
            // Closing with octets unread would reset the connection, and the answer with it.
            while socket.read(&mut asked).await.is_ok_and(|count| count > 0) {}
        });
    }
}

/// The pauses of the input that is under way. There is one at a time.
static PAUSES: Mutex<Vec<Duration>> = Mutex::new(Vec::new());

/// The system's certificates are read once.
static EGRESS: LazyLock<Egress> = LazyLock::new(|| {
    let surroundings = Surroundings {
        sleep: Arc::new(|pause| {
            PAUSES.lock().unwrap().push(pause);
            Box::pin(std::future::ready(()))
        }),
        chance: Arc::new(|| 1.0),
        now: Arc::new(|| SystemTime::UNIX_EPOCH),
        lookup: Arc::new(|_| Box::pin(std::future::ready(Ok(vec![[127, 0, 0, 1].into()])))),
    };
    Egress::with_surroundings(&[], surroundings).unwrap()
});

fn sender(origin: &str, with_token: bool) -> Sender {
    let needs = [Need::Http {
        name: "api".to_owned(),
        origin: "{url}".to_owned(),
        credentials: vec![CredentialKind::Bearer, CredentialKind::Oauth2ClientCredentials],
        purpose: String::new(),
    }];
    let grants = GrantSettings {
        http: vec![origin.to_owned()],
        ..GrantSettings::default()
    };
    let grants = Grants::new(
        "lms",
        "any",
        &needs,
        &serde_json::json!({ "url": origin }),
        &grants,
    )
    .unwrap();
    let secret = Secret::new("hemmelig".to_owned());
    let credential = if with_token {
        let proof = Proof::Secret {
            secret,
            in_body: false,
        };
        let grant = Grant::ClientCredentials {
            scope: None,
            audience: None,
        };
        Credential::token(TokenClient::new(&format!("{origin}/token"), "client", proof, grant).unwrap())
    } else {
        Credential::bearer(secret).unwrap()
    };
    let credentials = Credentials::new(BTreeMap::from([("api".to_owned(), credential)]), &needs).unwrap();
    EGRESS.sender(grants, credentials, LIMITS, None, None).unwrap()
}
