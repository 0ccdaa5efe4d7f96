//! Where a request goes: scheme, host and port, and nothing else.
//!
//! Origins are what a connector asks for (as a template over its settings), what an operator grants and what a request
//! is checked against. They are compared as parsed values, never as text, so that `HTTP://Host:80/` and `http://host`
//! are one. An origin never carries a user name, a path or a query.

use std::fmt;

use url::{Host, Url};

/// Scheme, host and port (RFC 6454, section 4), for `http`, `https`, `ldap` and `ldaps` only.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    scheme: Scheme,
    host: Host<String>,
    port: u16,
}

/// The schemes that egress speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Scheme {
    Http,
    Https,
    Ldap,
    Ldaps,
}

/// What is spoken with an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP, encrypted (`https`) or not (`http`).
    Http,
    /// LDAP, encrypted from the start (`ldaps`) or by StartTLS (`ldap`); never without.
    Ldap,
}

impl Protocol {
    /// The key under which its origins stand in a table of grants.
    pub fn key(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Ldap => "ldap",
        }
    }

    fn schemes(self) -> &'static str {
        match self {
            Self::Http => "http and https",
            Self::Ldap => "ldap (with StartTLS) and ldaps",
        }
    }
}

/// Why a text is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// The text is not a URL.
    #[error("`{text}` is not a URL ({cause}): write it like `https://example.org`")]
    NotAUrl {
        /// What was given.
        text: String,
        /// What the parser says.
        cause: url::ParseError,
    },
    /// The scheme is another protocol's.
    #[error("`{text}` has the scheme `{scheme}`: only {} can be reached here", protocol.schemes())]
    Scheme {
        /// What was given.
        text: String,
        /// Its scheme.
        scheme: String,
        /// What should be spoken.
        protocol: Protocol,
    },
    /// The URL names a user or a password.
    #[error(
        "a user name or password is written into a URL for {origin}: bind a credential to the connection instead"
    )]
    UserInfo {
        /// The URL without them.
        origin: String,
    },
    /// A grant says more than an origin.
    #[error("`{text}` has a path or a query, which a grant cannot limit: write `{origin}`")]
    MoreThanOrigin {
        /// What was given.
        text: String,
        /// What to write instead.
        origin: String,
    },
    /// A template names a setting that is not there or not a text.
    #[error("the origin template `{template}` needs the setting `{setting}`, which is missing or not a text")]
    Setting {
        /// The connector's template.
        template: String,
        /// The setting's name.
        setting: String,
    },
    /// A template's braces do not match.
    #[error(
        "the origin template `{template}` has a brace without its partner: the connector's vendor mends it"
    )]
    Template {
        /// The connector's template.
        template: String,
    },
}

impl Origin {
    /// The origin of a URL; its path and query are left out of account.
    pub fn of(protocol: Protocol, url: &Url) -> Result<Self, OriginError> {
        let scheme = match (protocol, url.scheme()) {
            (Protocol::Http, "http") => Scheme::Http,
            (Protocol::Http, "https") => Scheme::Https,
            (Protocol::Ldap, "ldap") => Scheme::Ldap,
            (Protocol::Ldap, "ldaps") => Scheme::Ldaps,
            (_, other) => {
                return Err(OriginError::Scheme {
                    text: url.to_string(),
                    scheme: other.to_owned(),
                    protocol,
                });
            }
        };
        let not_a_url = |cause| OriginError::NotAUrl {
            text: url.as_str().to_owned(),
            cause,
        };
        // To a URL of a scheme that it does not know, `url` leaves a host as it is written: numbers in disguise and capitals as well.
        let host = url.host_str().filter(|host| !host.is_empty());
        let host =
            Host::parse(host.ok_or_else(|| not_a_url(url::ParseError::EmptyHost))?).map_err(not_a_url)?;
        let port = url.port_or_known_default().unwrap_or(scheme.port());
        let origin = Self { scheme, host, port };
        if url.username().is_empty() && url.password().is_none() {
            Ok(origin)
        } else {
            Err(OriginError::UserInfo {
                origin: origin.to_string(),
            })
        }
    }

    /// Reads what an operator wrote into a grant: an origin and nothing more.
    pub fn granted(protocol: Protocol, text: &str) -> Result<Self, OriginError> {
        let url = parse(text)?;
        let origin = Self::of(protocol, &url)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::MoreThanOrigin {
                text: text.to_owned(),
                origin: origin.to_string(),
            });
        }
        Ok(origin)
    }

    /// Fills a connector's template, such as `{url}` or `https://{site.host}:8443`, from the connection's settings.
    /// A dot leads into a nested object.
    pub fn from_template(
        protocol: Protocol,
        template: &str,
        settings: &serde_json::Value,
    ) -> Result<Self, OriginError> {
        Self::of(protocol, &parse(&fill(template, settings)?)?)
    }

    /// The host, as a parsed name or address.
    pub fn host(&self) -> &Host<String> {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What is spoken with it.
    pub fn protocol(&self) -> Protocol {
        match self.scheme {
            Scheme::Http | Scheme::Https => Protocol::Http,
            Scheme::Ldap | Scheme::Ldaps => Protocol::Ldap,
        }
    }

    /// Whether the connection is encrypted from its beginning.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.scheme, Scheme::Https | Scheme::Ldaps)
    }
}

impl Scheme {
    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Ldap => "ldap",
            Self::Ldaps => "ldaps",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Ldap => 389,
            Self::Ldaps => 636,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host)?;
        if self.port == self.scheme.port() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

fn parse(text: &str) -> Result<Url, OriginError> {
    Url::parse(text).map_err(|cause| OriginError::NotAUrl {
        text: text.to_owned(),
        cause,
    })
}

fn fill(template: &str, settings: &serde_json::Value) -> Result<String, OriginError> {
    let unbalanced = || OriginError::Template {
        template: template.to_owned(),
    };
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or_else(unbalanced)?;
        let missing = || OriginError::Setting {
            template: template.to_owned(),
            setting: name.to_owned(),
        };
        let value = name
            .split('.')
            .try_fold(settings, |value, part| value.get(part))
            .ok_or_else(missing)?;
        filled.push_str(before);
        match value {
            serde_json::Value::String(text) => filled.push_str(text),
            serde_json::Value::Number(number) => filled.push_str(&number.to_string()),
            _ => return Err(missing()),
        }
        rest = tail;
    }
    if rest.contains('}') {
        return Err(unbalanced());
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn http(text: &str) -> Result<Origin, OriginError> {
        Origin::granted(Protocol::Http, text)
    }

    #[test]
    fn equal_origins_are_equal_however_they_are_written() {
        let one = http("HTTPS://Example.ORG:443/").unwrap();
        assert_eq!(one, http("https://example.org").unwrap());
        assert_eq!(one.to_string(), "https://example.org");
        // Numbers in disguise are addresses all the same.
        assert_eq!(
            http("http://0x7f.1:8083").unwrap().to_string(),
            "http://127.0.0.1:8083"
        );
    }

    #[test]
    fn scheme_host_and_port_all_count() {
        let granted = http("https://example.org").unwrap();
        for other in [
            "http://example.org",
            "https://example.org:8443",
            "https://www.example.org",
            "https://example.org.",
        ] {
            assert_ne!(granted, http(other).unwrap(), "{other}");
        }
    }

    #[test]
    fn a_template_is_filled_from_settings() {
        let settings = json!({"url": "https://lms.example.org/api/v1?x=1", "site": {"host": "a.example.org", "port": 8443}});
        let origin = |template| {
            Origin::from_template(Protocol::Http, template, &settings).map(|origin| origin.to_string())
        };
        assert_eq!(origin("{url}").unwrap(), "https://lms.example.org");
        assert_eq!(
            origin("https://{site.host}:{site.port}/x").unwrap(),
            "https://a.example.org:8443"
        );
        assert_eq!(
            origin("https://fixed.example.org").unwrap(),
            "https://fixed.example.org"
        );
        assert!(
            matches!(origin("{token_url}"), Err(OriginError::Setting { setting, .. }) if setting == "token_url")
        );
        assert!(matches!(origin("{site}"), Err(OriginError::Setting { .. })));
        assert!(matches!(origin("{url"), Err(OriginError::Template { .. })));
        assert!(matches!(origin("url}"), Err(OriginError::Template { .. })));
    }

    #[test]
    fn a_setting_cannot_smuggle_a_user_or_another_scheme() {
        for (url, part) in [
            ("https://good.example.org@evil.example.org/", "bind a credential"),
            ("file:///etc/passwd", "only http"),
        ] {
            let error = Origin::from_template(Protocol::Http, "{url}", &json!({ "url": url })).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn a_directory_is_an_origin_of_its_own_kind() {
        let origin = |text| Origin::granted(Protocol::Ldap, text).map(|origin| origin.to_string());
        assert_eq!(
            origin("LDAPS://DC1.Kommune.example:636").unwrap(),
            "ldaps://dc1.kommune.example"
        );
        assert_eq!(
            origin("ldap://dc1.kommune.example/").unwrap(),
            "ldap://dc1.kommune.example"
        );
        assert_eq!(origin("ldaps://[::1]:3636").unwrap(), "ldaps://[::1]:3636");
        // Numbers in disguise are addresses all the same, also where the scheme is none of the web's.
        assert_eq!(origin("ldaps://0x7f.1").unwrap(), "ldaps://127.0.0.1");
        for (text, part) in [
            (
                "https://dc1.kommune.example",
                "only ldap (with StartTLS) and ldaps",
            ),
            ("ldaps:///", "empty host"),
            ("ldaps://dc1/DC=kommune", "write `ldaps://dc1`"),
            ("ldaps://cn=admin:secret@dc1", "bind a credential"),
        ] {
            let error = Origin::granted(Protocol::Ldap, text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(
            http("ldaps://dc1.kommune.example")
                .unwrap_err()
                .to_string()
                .contains("only http and https")
        );
    }

    #[test]
    fn a_grant_with_a_path_says_what_to_write_instead() {
        let error = http("https://example.org/api").unwrap_err();
        assert!(
            error.to_string().ends_with("write `https://example.org`"),
            "{error}"
        );
    }
}
