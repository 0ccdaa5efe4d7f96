//! Keys and credentials as an operator keeps them: files that are right, wrong, old, locked, or not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

use std::path::{Path, PathBuf};

use samklang_egress::{CredentialError, CredentialSettings, KeyError, KeySettings, SecretReference};
use samklang_stand_ins::identity::{Identity, KeyKind};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> SecretReference {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        SecretReference::File(path)
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/keys")
        .join(name)
}

fn shown(key: KeySettings) -> Result<(), KeyError> {
    match (CredentialSettings::ClientCertificate { key }).resolve() {
        Ok(_) => Ok(()),
        Err(CredentialError::Key(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

fn pem(folder: &Folder, key: &str, certificate: &str) -> Result<(), KeyError> {
    shown(KeySettings::Pem {
        private_key: folder.put("key.pem", key),
        certificate: Some(folder.put("certificate.pem", certificate)),
    })
}

#[test]
fn keys_in_pem_are_held_against_their_certificates() {
    let folder = Folder::new();
    let other = Identity::new("other", KeyKind::P256);
    for kind in [KeyKind::Rsa(1), KeyKind::P256, KeyKind::P384] {
        let own = Identity::new("own", kind);
        pem(&folder, &own.key_pem(), &own.certificate_pem()).unwrap();
        // In a chain, its own may stand anywhere.
        let chain = format!("{}{}", other.certificate_pem(), own.certificate_pem());
        pem(&folder, &own.key_pem(), &chain).unwrap();
        let error = pem(&folder, &own.key_pem(), &other.certificate_pem()).unwrap_err();
        assert!(matches!(error, KeyError::Mismatch { .. }), "{error}");
        assert!(error.to_string().contains("CN=other"), "{error}");
        assert!(error.to_string().contains("key.pem"), "{error}");
    }
}

#[test]
fn pkcs12_is_read_as_openssl_writes_it_now_and_as_it_did() {
    let folder = Folder::new();
    let password = folder.put("password", "hemmelig\n");
    for name in ["modern.p12", "legacy.p12"] {
        shown(KeySettings::Pkcs12 {
            file: SecretReference::File(fixture(name)),
            password: Some(password.clone()),
        })
        .unwrap();
        for wrong in [Some(folder.put("wrong", "hemmeligt")), None] {
            let error = shown(KeySettings::Pkcs12 {
                file: SecretReference::File(fixture(name)),
                password: wrong,
            })
            .unwrap_err();
            assert!(matches!(error, KeyError::WrongPassword { .. }), "{error}");
            assert!(error.to_string().contains(name), "{error}");
            assert!(!error.to_string().contains("hemmelig"), "{error}");
        }
    }
}

#[test]
fn what_cannot_be_used_says_where_it_is_and_what_to_do() {
    let folder = Folder::new();
    let own = Identity::new("own", KeyKind::P256);
    let absent = SecretReference::File(folder.0.path().join("absent.p12"));
    let cases: [(KeySettings, &[&str]); 6] = [
        (
            KeySettings::Pkcs12 {
                file: absent,
                password: None,
            },
            &["absent.p12", "cannot be read"],
        ),
        (
            KeySettings::Pkcs12 {
                file: folder.put("text.p12", "no such thing"),
                password: None,
            },
            &["text.p12", "not a PKCS#12"],
        ),
        (
            KeySettings::Pem {
                private_key: folder.put("no.pem", own.certificate_pem()),
                certificate: None,
            },
            &["no.pem", "holds no private key", "`pkcs12`"],
        ),
        (
            KeySettings::Pem {
                private_key: folder.put(
                    "locked.pem",
                    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                ),
                certificate: None,
            },
            &["locked.pem", "is encrypted", "openssl pkcs12"],
        ),
        (
            KeySettings::Pem {
                private_key: folder.put("own.pem", own.key_pem()),
                certificate: Some(folder.put("none.pem", own.key_pem())),
            },
            &["none.pem", "holds no certificate"],
        ),
        (
            KeySettings::Pem {
                private_key: SecretReference::Environment("NO_SUCH_VARIABLE".into()),
                certificate: None,
            },
            &["NO_SUCH_VARIABLE", "is not set"],
        ),
    ];
    for (key, words) in cases {
        let error = CredentialSettings::SigningKey { key }
            .resolve()
            .err()
            .unwrap()
            .to_string();
        for word in words {
            assert!(error.contains(word), "{error} should say {word}");
        }
    }
    let alone = KeySettings::Pem {
        private_key: folder.put("own.pem", own.key_pem()),
        certificate: None,
    };
    CredentialSettings::SigningKey { key: alone.clone() }
        .resolve()
        .unwrap();
    let error = CredentialSettings::ClientCertificate { key: alone }
        .resolve()
        .err()
        .unwrap();
    assert!(matches!(error, CredentialError::NoCertificate), "{error}");
}

#[test]
fn a_certificate_that_is_over_or_not_begun_is_refused() {
    let folder = Folder::new();
    for (from, to, word) in [
        ((1990, 1, 1), (2020, 1, 1), "expired on 2020-01-01"),
        ((3000, 1, 1), (3001, 1, 1), "not valid before 3000-01-01"),
    ] {
        let identity = Identity::with("the register", KeyKind::P256, |params| {
            params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
            params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
        });
        let error = pem(&folder, &identity.key_pem(), &identity.certificate_pem())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(word) && error.contains("CN=the register"),
            "{error}"
        );
    }
}

#[test]
fn keys_in_the_old_forms_are_read_too() {
    // Both were made by `openssl`: the RSA key with `-traditional`, the elliptic one with `ecparam -genkey`.
    let folder = Folder::new();
    for name in ["pkcs1.pem", "sec1-256.pem", "sec1-384.pem"] {
        let private_key = folder.put(name, std::fs::read(fixture(name)).unwrap());
        let key = KeySettings::Pem {
            private_key,
            certificate: None,
        };
        CredentialSettings::SigningKey { key }
            .resolve()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
