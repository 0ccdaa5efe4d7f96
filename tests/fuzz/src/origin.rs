//! Any text as what a connector asks for, an operator grants and a request goes to: never further than all three agree.

use samklang_core::connector::Need;
use samklang_egress::{GrantSettings, Grants, Origin, Protocol, judge};
use serde_json::json;
use url::Url;

use crate::parts::parts;

/// A template, the setting `url`, what is granted, and the URL of a request.
pub(crate) fn run(octets: &[u8]) {
    let [template, setting, granted, request] = parts(octets);
    for protocol in [Protocol::Http, Protocol::Ldap] {
        let Ok(origin) = Origin::granted(protocol, &granted) else {
            continue;
        };
        let written = origin.to_string();
        assert_eq!(
            Origin::granted(protocol, &written).as_ref(),
            Ok(&origin),
            "`{granted}` is written `{written}`"
        );
        assert_eq!(origin.protocol(), protocol);
        assert!(
            !written.contains(['@', '?', '#', ' ']),
            "`{written}` is more than an origin"
        );
        if let url::Host::Ipv4(address) = origin.host() {
            let _ = judge(origin.host(), (*address).into());
        }
    }
    let need = Need::Http {
        name: "api".to_owned(),
        origin: template,
        credentials: Vec::new(),
        purpose: String::new(),
    };
    let settings = json!({ "url": setting, "site": { "host": "a.example.org", "port": 8443 } });
    let grant = GrantSettings {
        http: vec![granted.clone()],
        ..GrantSettings::default()
    };
    let Ok(grants) = Grants::new("lms", "any", &[need], &settings, &grant) else {
        return;
    };
    for missing in grants.missing() {
        assert!(missing.to_string().contains("to allow it, write"));
    }
    let Ok(url) = Url::parse(&request) else { return };
    match grants.check(&url) {
        Ok((origin, needs)) => {
            assert_eq!(needs, ["api"]);
            assert_eq!(
                Ok(&origin),
                Origin::granted(Protocol::Http, &granted).as_ref(),
                "more than is granted"
            );
            assert_eq!(Some(origin.host().to_string().as_str()), url.host_str());
            assert_eq!(Some(origin.port()), url.port_or_known_default());
            assert!(url.username().is_empty() && url.password().is_none());
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty() && !refusal.code().is_empty()),
    }
}
