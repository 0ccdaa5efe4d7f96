//! Credentials by themselves.

use std::collections::BTreeMap;

use samklang_core::connector::Need;

use super::*;

fn need(credentials: Vec<CredentialKind>) -> Need {
    Need::Http {
        name: "api".into(),
        origin: "{url}".into(),
        credentials,
        purpose: String::new(),
    }
}

fn bind(name: &str, accepted: Vec<CredentialKind>) -> Result<Credentials, CredentialError> {
    let token = Credential::bearer(Secret::new("token".into())).unwrap();
    Credentials::new(BTreeMap::from([(name.to_owned(), token)]), &[need(accepted)])
}

#[test]
fn a_credential_must_fit_the_need() {
    assert!(bind("api", vec![CredentialKind::Basic, CredentialKind::Bearer]).is_ok());
    let error = bind("ap", vec![CredentialKind::Bearer])
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("named api"), "{error}");
    let error = bind("api", vec![CredentialKind::Basic])
        .err()
        .unwrap()
        .to_string();
    assert_eq!(
        error,
        "the credential `api` is of the kind bearer, but the system takes only basic"
    );
}

#[test]
fn what_a_system_repeats_of_a_secret_is_struck_out() {
    let bearer = Credential::bearer(Secret::new("tok-123456".into())).unwrap();
    assert_eq!(
        bearer.redact("401: `Bearer tok-123456` is over"),
        "401: `Bearer ••••••` is over"
    );
    let basic = Credential::basic("user", Secret::new("pass".into()));
    assert_eq!(basic.redact("Basic dXNlcjpwYXNz, pass"), "Basic ••••••, ••••••");
    let short = Credential::bearer(Secret::new("abc".into())).unwrap();
    assert_eq!(
        short.redact("abcdef"),
        "abcdef",
        "what is so short stands in any text"
    );
}

#[test]
fn a_bind_is_for_directories_alone_and_never_empty() {
    let secret = |text: &str| Secret::new(text.to_owned());
    let bind = Credential::ldap_bind("svc@kommune.example", secret("Hemmelig1!")).unwrap();
    assert_eq!(bind.header_name(), None);
    assert_eq!(bind.redact("wrong: Hemmelig1!"), "wrong: ••••••");
    assert!(matches!(
        Credential::ldap_bind("svc", secret("")),
        Err(CredentialError::EmptyBind)
    ));
    assert!(matches!(
        Credential::ldap_bind("", secret("x")),
        Err(CredentialError::EmptyBind)
    ));
    let directory = Need::Ldap {
        name: "directory".into(),
        origin: "{url}".into(),
        credentials: vec![CredentialKind::LdapBind],
        purpose: String::new(),
    };
    assert!(Credentials::new(BTreeMap::from([("directory".to_owned(), bind)]), &[directory]).is_ok());
}

#[test]
fn a_header_that_holds_a_secret_is_marked() {
    let value = basic("user", &Secret::new("pass".into())).unwrap();
    assert!(value.is_sensitive());
    assert_eq!(value.to_str().unwrap(), "Basic dXNlcjpwYXNz");
    assert!(!format!("{value:?}").contains("dXNl"));
}

#[test]
fn what_a_header_cannot_carry_is_found_at_once() {
    assert!(matches!(
        Credential::bearer(Secret::new("a\nb".into())),
        Err(CredentialError::Unprintable)
    ));
    assert!(matches!(
        Credential::header("a b", Secret::new("x".into())),
        Err(CredentialError::HeaderName(_))
    ));
    assert!(matches!(
        Credential::header("Host", Secret::new("x".into())),
        Err(CredentialError::HeaderTaken(_))
    ));
}
