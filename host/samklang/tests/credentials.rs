//! Credentials, keys, proxies and budgets as an operator writes them, and what is said when they are written wrongly.
#![expect(clippy::panic, reason = "test support: a panic is the report")]

use std::path::Path;
use std::sync::Arc;

use samklang::configuration::{Home, Installed, Source, Tenant, Use};
use samklang_core::Description;
use samklang_core::connector::{Need, SystemLimits};

/// What is said about a file with this connection.
fn said(lines: &str) -> String {
    let text = format!(
        "tenant = \"nordvik\"\nsteps = []\n[connections.a]\nconnector = \"x\"\nrole = \"both\"\n{lines}"
    );
    let source = Source::new(Path::new("samklang.toml"), text);
    match Tenant::parse(Path::new("."), source).and_then(Tenant::sound) {
        Ok(_) => "sound".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn credential(lines: &str) -> String {
    said(&format!("[connections.a.credentials.api]\n{lines}"))
}

#[test]
fn what_is_missing_or_too_much_in_a_credential_is_said_with_what_to_write() {
    let client =
        "kind = \"oauth2-client-credentials\"\ntoken_url = \"https://t.example.org/\"\nclient_id = \"c\"\n";
    let message = "kind = \"ws-trust\"\ntoken_url = \"https://t.example.org/\"\napplies_to = \"http://s/1\"\npkcs12 = \"file:k\"\n";
    for (lines, words) in [
        (
            "kind = \"client-certificate\"".to_owned(),
            "pkcs12 = \"file:secrets/key.p12\"",
        ),
        (
            "kind = \"signing-key\"\npkcs12 = \"file:k\"\nprivate_key = \"file:k\"".to_owned(),
            "where one private key is kept",
        ),
        (
            "kind = \"signing-key\"\npkcs12 = \"MIIKzAIBAzCCCo\"".to_owned(),
            "`pkcs12` holds a secret",
        ),
        (
            "kind = \"client-certificate\"\ntoken = \"env:T\"".to_owned(),
            "unknown key `token`",
        ),
        (client.to_owned(), "lacks `client_secret`"),
        (format!("{client}pkcs12 = \"file:k\""), "`proof = \"assertion\"`"),
        (
            format!("{client}proof = \"asertion\"\npkcs12 = \"file:k\""),
            "did you mean `assertion`?",
        ),
        (
            format!("{client}proof = \"assertion\"\npkcs12 = \"file:k\"\nalgorithm = \"RS512\""),
            "`RS512` is no algorithm",
        ),
        (
            "kind = \"oauth2-jwt-bearer\"\ntoken_url = \"https://t.example.org/\"\npkcs12 = \"file:k\""
                .to_owned(),
            "lacks `issuer`",
        ),
        (message.to_owned(), "`verify_replies = false`"),
        (
            format!("{message}verify_replies = false\nservice_certificate = \"file:c\""),
            "leave one of the two out",
        ),
        (
            format!("{message}verify_replies = false\nclaims = {{ cvr = 1 }}"),
            "the claim `cvr` is not a text",
        ),
        ("kind = \"mtls\"".to_owned(), "client-certificate"),
    ] {
        let text = credential(&lines);
        assert!(text.contains(words), "{lines}\nshould be told `{words}`:\n{text}");
        assert!(!text.contains("MIIKzAIBAzCCCo"), "{text}");
    }
    for sound in [
        format!("{client}client_secret = \"env:S\""),
        format!("{client}proof = \"certificate\"\npkcs12 = \"file:k\""),
        format!("{message}verify_replies = false\nclaims = {{ cvr = \"1\" }}"),
        format!("{message}service_certificate = \"file:c\""),
    ] {
        assert_eq!(credential(&sound), "sound", "{sound}");
    }
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let proxy = |lines: &str| said(&format!("[connections.a.proxy]\n{lines}"));
    assert_eq!(
        proxy("url = \"http://proxy.example.org:3128\"\nusername = \"me\"\npassword = \"env:P\""),
        "sound"
    );
    for (lines, words) in [
        (
            "url = \"http://me:hunter2@proxy.example.org:3128\"",
            "bind a credential",
        ),
        ("url = \"https://proxy.example.org\"", "only `http` proxies"),
        ("url = \"socks5://proxy.example.org\"", "only http and https"),
        ("url = \"http://169.254.169.254\"", "cloud metadata"),
        (
            "url = \"http://proxy.example.org\"\nusername = \"me\"",
            "lacks `password`",
        ),
        (
            "url = \"http://proxy.example.org\"\nusername = \"me\"\npassword = \"hunter2\"",
            "`password` holds a secret",
        ),
        ("username = \"me\"", "lacks `url`"),
    ] {
        let text = proxy(lines);
        assert!(text.contains(words), "{lines}\nshould be told `{words}`:\n{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn an_installation_says_what_systems_bear() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::find(Some(folder.path()), None, &|_| None).unwrap();
    let with = |text: &str| {
        std::fs::write(folder.path().join("installation.toml"), text).unwrap();
        home.settings(&|_| None).map_err(|error| error.to_string())
    };
    let settings = with(
        "[endpoints.\"https://API.example.org:443/\"]\nrequests_per_second = 5\nconcurrent_requests = 2\n",
    )
    .unwrap();
    let (origin, limits) = settings.endpoints.iter().next().unwrap();
    assert_eq!(origin.to_string(), "https://api.example.org");
    assert_eq!(
        (limits.requests_per_second, limits.concurrent_requests),
        (Some(5), Some(2))
    );
    for (text, words) in [
        ("[endpoints.\"api.example.org\"]\n", "is not a URL"),
        (
            "[endpoints.\"https://api.example.org/v1\"]\n",
            "write `https://api.example.org`",
        ),
        (
            "[endpoints.\"https://api.example.org\"]\nconcurrent_requests = 0\n",
            "from 1 to",
        ),
        (
            "[endpoints.\"https://api.example.org\"]\nrequests = 1\n",
            "unknown key `requests`",
        ),
    ] {
        match with(text) {
            Err(said) => assert!(said.contains(words), "{text}\nshould be told `{words}`:\n{said}"),
            Ok(_) => panic!("{text} was taken"),
        }
    }
}

#[test]
fn a_connector_that_signs_wants_a_grant_and_a_key_of_its_own() {
    let connector = Installed {
        digest: "digest".to_owned(),
        signature: None,
        description: Arc::new(Description {
            name: "x".to_owned(),
            version: "1.0.0".to_owned(),
            vendor: "Samklang".to_owned(),
            system: "x".to_owned(),
            classes: Vec::new(),
            settings: r#"{"type": "object"}"#.to_owned(),
            mappings: String::new(),
            needs: vec![Need::Signing {
                name: "seal".to_owned(),
                purpose: "to sign files".to_owned(),
            }],
            limits: SystemLimits {
                operations_per_apply: 1,
                requests_per_second: None,
            },
            reads_changes: false,
        }),
    };
    let folder = tempfile::tempdir().unwrap();
    let fit = |lines: &str| {
        let text = format!(
            "tenant = \"nordvik\"\nsteps = []\n[connections.a]\nconnector = \"x\"\nrole = \"target\"\n{lines}"
        );
        let source = Source::new(Path::new("samklang.toml"), text);
        let tenant = Tenant::parse(folder.path(), source).map_err(|error| error.to_string())?;
        let fitted = tenant.fit(&vec![connector.clone()].into(), Use::Work);
        fitted.map(drop).map_err(|error| error.to_string())
    };
    let error = fit("").unwrap_err();
    for words in [
        "to sign with the key `seal` (to sign files)",
        "[connections.a.grants]",
        "signing = [\"seal\"]",
        "[connections.a.credentials.seal]",
        "kind = \"signing-key\"",
        "password = \"env:A_P12_PASSWORD\"",
    ] {
        assert!(error.contains(words), "{error}\nshould say {words}");
    }
    let key = include_str!("../../egress/tests/keys/pkcs1.pem");
    std::fs::write(folder.path().join("seal.key"), key).unwrap();
    let whole = "[connections.a.grants]\nsigning = [\"seal\"]\n[connections.a.credentials.seal]\nkind = \"signing-key\"\n";
    assert_eq!(fit(&format!("{whole}private_key = \"file:seal.key\"")), Ok(()));
    // What cannot be used is told at the line that names it.
    let error = fit(&format!("{whole}pkcs12 = \"file:seal.key\"")).unwrap_err();
    assert!(
        error.contains("is not a PKCS#12 file") && error.contains(":10:"),
        "{error}"
    );
}
