//! Sessions with directories against scripted ones on loopback, whose octets are put together here by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "test support: a panic is the report"
)]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use samklang_core::connector::{CredentialKind, Need};
use samklang_egress::{
    Attribute, Change, ChangeKind, Control, Credential, Credentials, Directory, DirectoryError,
    DirectoryLimits, Egress, EgressLimits, Found, GrantSettings, Grants, Query, Scope, Secret, Sender,
    Surroundings,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const PASSWORD: &str = "Hemmelig-4711";

/// An element: its tag and the elements or octets within.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut octets = vec![tag, 0x84];
    octets.extend_from_slice(&(content.len() as u32).to_be_bytes());
    octets.extend(content);
    octets
}

fn text(text: &str) -> Vec<u8> {
    tlv(4, &[text.as_bytes()])
}

fn message(id: u8, operation: &[u8], controls: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&[2, 1, id], operation, controls])
}

/// The end of a request.
fn done(id: u8, tag: u8, code: u8, words: &str) -> Vec<u8> {
    message(id, &tlv(tag, &[&[10, 1, code], &text("DC=x"), &text(words)]), &[])
}

fn entry(id: u8, dn: &str, name: &str, values: &[&str]) -> Vec<u8> {
    let values: Vec<Vec<u8>> = values.iter().map(|value| text(value)).collect();
    let set = tlv(0x31, &[&values.concat()]);
    let attributes = tlv(0x30, &[&tlv(0x30, &[&text(name), &set])]);
    message(id, &tlv(0x64, &[&text(dn), &attributes]), &[])
}

fn page_end(id: u8, cookie: &[u8]) -> Vec<u8> {
    let value = tlv(0x30, &[&[2, 1, 0], &tlv(4, &[cookie])]);
    let control = tlv(0x30, &[&text("1.2.840.113556.1.4.319"), &tlv(4, &[&value])]);
    let operation = tlv(0x65, &[&[10, 1, 0], &text(""), &text("")]);
    message(id, &operation, &tlv(0xa0, &[&control]))
}

/// What the directory was sent, message by message.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;

async fn frame(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut octets = vec![0; 2];
    stream.read_exact(&mut octets).await.ok()?;
    let mut length = usize::from(octets[1]);
    if length >= 0x80 {
        let mut digits = vec![0; length - 0x80];
        stream.read_exact(&mut digits).await.ok()?;
        length = digits
            .iter()
            .fold(0, |length, &octet| length << 8 | usize::from(octet));
        octets.extend(digits);
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    octets.extend(content);
    Some(octets)
}

async fn speak(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: Vec<Vec<u8>>, heard: Heard) {
    for answer in script {
        let Some(request) = frame(&mut stream).await else {
            return;
        };
        heard.lock().unwrap().push(request);
        stream.write_all(&answer).await.unwrap();
        stream.flush().await.unwrap();
    }
    // Whatever comes after the script is written down as well, and not answered.
    while let Some(request) = frame(&mut stream).await {
        heard.lock().unwrap().push(request);
    }
}

/// A directory that answers the requests of one session with these octets in turn.
struct Scripted {
    origin: String,
    authority: String,
    heard: Heard,
}

async fn scripted(scheme: &str, script: Vec<Vec<u8>>) -> Scripted {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let (written, upgrades) = (Arc::clone(&heard), scheme == "ldap");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut script = script;
        if upgrades {
            let Some(request) = frame(&mut socket).await else {
                return;
            };
            written.lock().unwrap().push(request);
            socket.write_all(&script.remove(0)).await.unwrap();
        }
        if let Ok(stream) = acceptor.accept(socket).await {
            speak(stream, script, written).await;
        }
    });
    Scripted {
        origin: format!("{scheme}://localhost:{port}"),
        authority: certified.cert.pem(),
        heard,
    }
}

fn sender(
    scripted: &Scripted,
    trusted: bool,
    limits: EgressLimits,
    granted: bool,
    address: IpAddr,
) -> Sender {
    let surroundings = Surroundings {
        sleep: Arc::new(|_| Box::pin(std::future::ready(()))),
        chance: Arc::new(|| 1.0),
        now: Arc::new(|| SystemTime::UNIX_EPOCH),
        lookup: Arc::new(move |_| Box::pin(std::future::ready(Ok(vec![address])))),
    };
    let authorities = if trusted {
        vec![scripted.authority.clone()]
    } else {
        Vec::new()
    };
    let egress = Egress::with_surroundings(&authorities, surroundings).unwrap();
    let needs = [Need::Ldap {
        name: "directory".to_owned(),
        origin: "{url}".to_owned(),
        credentials: vec![CredentialKind::LdapBind],
        purpose: String::new(),
    }];
    let grants = GrantSettings {
        ldap: granted.then(|| scripted.origin.clone()).into_iter().collect(),
        ..GrantSettings::default()
    };
    let settings = serde_json::json!({ "url": scripted.origin });
    let grants = Grants::new("ad", "ad", &needs, &settings, &grants).unwrap();
    let bind = Credential::ldap_bind("svc@kommune.example", Secret::new(PASSWORD.to_owned())).unwrap();
    let credentials = Credentials::new(BTreeMap::from([("directory".to_owned(), bind)]), &needs).unwrap();
    egress.sender(grants, credentials, limits, None, None).unwrap()
}

fn usual(scripted: &Scripted) -> Sender {
    sender(
        scripted,
        true,
        EgressLimits::default(),
        true,
        [127, 0, 0, 1].into(),
    )
}

fn bound() -> Vec<u8> {
    done(2, 0x61, 0, "")
}

async fn open(scripted: &Scripted) -> Directory {
    match usual(scripted).directory("directory").await {
        Ok(directory) => directory,
        Err(error) => panic!("{error}"),
    }
}

/// Why it could not be opened.
async fn refused(sender: &Sender) -> DirectoryError {
    match sender.directory("directory").await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

fn query(page_size: Option<u32>) -> Query {
    Query {
        base: "DC=x".to_owned(),
        scope: Scope::Subtree,
        filter: "(cn=*)".to_owned(),
        attributes: vec!["cn".to_owned()],
        page_size,
        controls: Vec::new(),
    }
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_host_binds_and_pages_by_itself() {
    let referral = message(3, &tlv(0x73, &[&text("ldap://elsewhere.example/DC=y")]), &[]);
    let script = vec![
        bound(),
        [
            entry(3, "CN=a,DC=x", "cn", &["a"]),
            entry(3, "CN=b,DC=x", "cn", &["b"]),
            referral,
            page_end(3, b"more"),
        ]
        .concat(),
        // A page may be empty and not be the last one.
        page_end(4, b"and more"),
        [entry(5, "CN=c,DC=x", "cn", &["c", "\u{e6}"]), page_end(5, b"")].concat(),
    ];
    let server = scripted("ldaps", script).await;
    let sender = usual(&server);
    let mut directory = sender
        .directory("directory")
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let mut search = directory.search(query(Some(2))).unwrap();
    let Found::Entries(first) = directory.next(&mut search, 1).await.unwrap() else {
        panic!()
    };
    assert_eq!(first[0].dn, "CN=a,DC=x");
    let Found::Entries(second) = directory.next(&mut search, 10).await.unwrap() else {
        panic!()
    };
    assert_eq!(second.len(), 1, "what is left of the page");
    let Found::Entries(third) = directory.next(&mut search, 10).await.unwrap() else {
        panic!()
    };
    let values = vec![b"c".to_vec(), "\u{e6}".as_bytes().to_vec()];
    assert_eq!(
        third[0].attributes,
        [Attribute {
            name: "cn".to_owned(),
            values
        }]
    );
    assert_eq!(
        directory.next(&mut search, 10).await.unwrap(),
        Found::Complete(Vec::new())
    );

    let heard = server.heard.lock().unwrap().clone();
    assert!(contains(&heard[0], b"svc@kommune.example") && contains(&heard[0], PASSWORD.as_bytes()));
    assert!(contains(&heard[2], b"more") && contains(&heard[3], b"and more"));
    // One to connect, one to bind, one for each page.
    let traffic = sender.record().traffic();
    assert_eq!(traffic.requests, 5);
    assert!(traffic.sent > 100 && traffic.received > 200, "{traffic:?}");
}

#[tokio::test]
async fn without_ldaps_tls_begins_before_the_bind() {
    let started = done(1, 0x78, 0, "");
    let server = scripted("ldap", vec![started, bound(), done(3, 0x6b, 0, "")]).await;
    let mut directory = open(&server).await;
    assert_eq!(directory.delete("CN=a,DC=x", &[]).await.unwrap(), []);
    let heard = server.heard.lock().unwrap().clone();
    assert!(contains(&heard[0], b"1.3.6.1.4.1.1466.20037"));
    assert!(contains(&heard[1], PASSWORD.as_bytes()) && contains(&heard[2], b"CN=a,DC=x"));
}

#[tokio::test]
async fn a_directory_that_does_not_begin_tls_never_gets_the_password() {
    let refusal = done(1, 0x78, 52, "no TLS here");
    let server = scripted("ldap", vec![refusal]).await;
    let error = refused(&usual(&server)).await;
    assert!(
        matches!(&error, DirectoryError::Untrusted { cause, .. } if cause.contains("no TLS here")),
        "{error}"
    );
    // Nor one that says something before TLS has begun, which would count as said over TLS.
    let server = scripted("ldap", vec![[done(1, 0x78, 0, ""), bound()].concat()]).await;
    let error = refused(&usual(&server)).await;
    assert!(matches!(&error, DirectoryError::Broken { .. }), "{error}");
    for message in server.heard.lock().unwrap().iter() {
        assert!(!contains(message, PASSWORD.as_bytes()));
    }
}

#[tokio::test]
async fn what_is_not_granted_not_trusted_or_not_outside_is_not_reached() {
    let server = scripted("ldaps", vec![bound()]).await;
    let limits = EgressLimits::default();
    let loopback: IpAddr = [127, 0, 0, 1].into();
    let stranger = sender(&server, true, limits, false, loopback);
    let error = refused(&stranger).await.to_string();
    assert!(
        error.contains(&format!(
            "[connections.ad.grants]\nldap = [\"{}\"]",
            server.origin
        )),
        "{error}"
    );
    assert_eq!(stranger.record().traffic().refused, 1);
    assert_eq!(stranger.record().take_refusals().len(), 1);

    let metadata = sender(&server, true, limits, true, [169, 254, 169, 254].into());
    let error = refused(&metadata).await.to_string();
    assert!(error.contains("cloud metadata"), "{error}");
    assert_eq!(metadata.record().take_refusals().len(), 1);
    assert!(server.heard.lock().unwrap().is_empty());

    let error = refused(&sender(&server, false, limits, true, loopback)).await;
    assert!(matches!(error, DirectoryError::Untrusted { .. }), "{error}");
    assert!(server.heard.lock().unwrap().is_empty());

    let other = usual(&server).directory("elsewhere").await;
    let Err(DirectoryError::Refused(refusal)) = other else {
        panic!()
    };
    assert_eq!(refusal.code(), "not-asked");
}

#[tokio::test]
async fn a_credential_that_is_not_taken_is_the_operators_to_mend_and_never_shown() {
    let words = format!("80090308: data 52e, for {PASSWORD}\nv4f7c\0");
    let server = scripted("ldaps", vec![done(2, 0x61, 49, &words)]).await;
    let sender = usual(&server);
    let error = refused(&sender).await.to_string();
    assert!(
        error.contains(
            "does not take the credential for `directory`: 49 80090308: data 52e, for •••••• v4f7c"
        )
    );
    let troubles = sender.record().take_troubles();
    assert_eq!(troubles, [error]);
}

#[tokio::test]
async fn refusals_leave_the_session_as_it_is() {
    let script = vec![
        bound(),
        done(3, 0x69, 68, "00002071: in use"),
        done(4, 0x67, 0, ""),
        done(5, 0x6d, 0, ""),
        done(6, 0x65, 10, ""),
    ];
    let server = scripted("ldaps", script).await;
    let mut directory = open(&server).await;
    let attribute = |name: &str, value: &str| Attribute {
        name: name.to_owned(),
        values: vec![value.as_bytes().to_vec()],
    };
    let added = directory
        .add("CN=a,DC=x", &[attribute("objectClass", "user")], &[])
        .await;
    let Err(DirectoryError::Answered(refusal)) = added else {
        panic!()
    };
    assert_eq!((refusal.code, refusal.matched_dn.as_str()), (68, "DC=x"));
    assert_eq!(refusal.message, "00002071: in use");
    let control = Control {
        oid: "1.2.840.113556.1.4.417".to_owned(),
        critical: true,
        value: None,
    };
    let change = Change {
        kind: ChangeKind::Replace,
        attribute: attribute("title", "Rektor"),
    };
    directory
        .modify("CN=a,DC=x", &[change], &[control])
        .await
        .unwrap();
    directory
        .rename("CN=a,DC=x", "CN=b", true, Some("OU=y,DC=x"), &[])
        .await
        .unwrap();
    // A referral is an answer like others, and is not followed.
    let mut search = directory.search(query(None)).unwrap();
    let referred = directory.next(&mut search, 1).await;
    assert!(matches!(referred, Err(DirectoryError::Answered(refusal)) if refusal.code == 10));
    let heard = server.heard.lock().unwrap().clone();
    assert!(contains(&heard[2], b"1.2.840.113556.1.4.417") && contains(&heard[2], &[1, 1, 0xff]));
    assert!(contains(&heard[3], b"OU=y,DC=x"));
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_and_nothing_is_sent() {
    let server = scripted("ldaps", vec![bound()]).await;
    let mut directory = open(&server).await;
    let paged = Control {
        oid: "1.2.840.113556.1.4.319".to_owned(),
        critical: true,
        value: None,
    };
    let own = Query {
        controls: vec![paged.clone()],
        ..query(None)
    };
    let no_filter = Query {
        filter: "cn=*".to_owned(),
        ..query(None)
    };
    for wrong in [own, no_filter] {
        assert!(matches!(directory.search(wrong), Err(DirectoryError::Invalid(_))));
    }
    assert!(matches!(
        directory.delete("CN=a", &[paged]).await,
        Err(DirectoryError::Invalid(_))
    ));
    assert_eq!(server.heard.lock().unwrap().len(), 1, "only the bind");
}

#[tokio::test]
async fn answers_out_of_bounds_end_the_session() {
    let limits = EgressLimits {
        directory: DirectoryLimits {
            message_octets: 1_000,
            answer_octets: 2_000,
            answer_entries: 3,
            ..DirectoryLimits::default()
        },
        silence: Duration::from_millis(200),
        answer: Duration::from_secs(3),
        ..EgressLimits::default()
    };
    let small = entry(3, "CN=a,DC=x", "cn", &["a"]);
    let big = entry(3, "CN=a,DC=x", "cn", &["a".repeat(900).as_str()]);
    let claims = vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2];
    let nested = [0x30, 0x80].repeat(50_000);
    let cut = done(3, 0x65, 0, "").split_at(10).0.to_vec();
    let stranger = done(9, 0x65, 0, "");
    let notice = done(0, 0x78, 52, "shutting down");
    let cases: [(&str, Vec<u8>); 9] = [
        ("octets in one message", claims),
        ("3 entries", [small.as_slice(); 4].concat()),
        ("2000 octets", [big.as_slice(); 3].concat()),
        ("is not LDAP", nested),
        ("is not LDAP", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        ("did not answer within 200ms", cut),
        ("did not answer within 3s", Vec::new()),
        ("that nobody asked for", stranger),
        ("shutting down", notice),
    ];
    for (part, answer) in cases {
        let server = scripted("ldaps", vec![bound(), answer]).await;
        let sender = sender(&server, true, limits, true, [127, 0, 0, 1].into());
        let mut directory = sender
            .directory("directory")
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let mut search = directory.search(query(None)).unwrap();
        let error = directory.next(&mut search, 10).await.unwrap_err().to_string();
        assert!(error.contains(part), "{part}: {error}");
        let after = directory.delete("CN=a", &[]).await.unwrap_err().to_string();
        assert!(after.contains("an earlier failure"), "{part}: {after}");
    }
}

#[tokio::test]
async fn a_step_has_only_so_many_sessions_at_once() {
    let limits = EgressLimits {
        directory: DirectoryLimits {
            sessions: 1,
            ..DirectoryLimits::default()
        },
        ..EgressLimits::default()
    };
    let server = scripted("ldaps", vec![bound()]).await;
    let sender = sender(&server, true, limits, true, [127, 0, 0, 1].into());
    let first = sender
        .directory("directory")
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(
        refused(&sender).await,
        DirectoryError::TooManySessions(1)
    ));
    drop(first);
}
