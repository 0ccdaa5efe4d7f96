//! A provider of identities: a certified implementation of OpenID Connect, with a few persons.

use std::process::Command;

use samklang_cycles::is_left_out;

use crate::process::Process;
use crate::tools::{script, tool};

/// Who can sign in there: the identifier, the name and the mail address. A password is not asked for.
pub const PEOPLE: [(&str, &str, &str); 3] = [
    ("astrid", "Astrid Holm", "astrid@fjordvik.example"),
    ("odd", "Odd Bakken", "odd@fjordvik.example"),
    ("stranger", "Eva Fremmed", "eva@elsewhere.example"),
];

/// A running provider. It ends with this value.
#[derive(Debug)]
pub struct Provider {
    _process: Process,
    issuer: String,
}

impl Provider {
    /// Starts one that sends people back to this address; none when browsers are left out.
    #[must_use]
    pub fn start(redirect: &str) -> Option<Self> {
        if is_left_out("browser") {
            return None;
        }
        let people: Vec<_> = PEOPLE
            .iter()
            .map(|(sub, name, email)| serde_json::json!({ "sub": sub, "name": name, "email": email }))
            .collect();
        let mut process = Process::start(
            "node",
            Command::new("node")
                .arg(script("provider.mjs"))
                .arg(tool("npm", "browser"))
                .args([Self::CLIENT, Self::SECRET, redirect])
                .arg(serde_json::Value::from(people).to_string())
                .env("NODE_ENV", "test"),
            "install it (Debian, Ubuntu: `sudo apt-get install nodejs npm`), or leave it out: SAMKLANG_TEST_WITHOUT=browser",
        );
        let issuer = process.says("issuer ");
        Some(Self {
            _process: process,
            issuer,
        })
    }

    /// The name that the program has there.
    pub const CLIENT: &str = "samklang";

    /// What the program proves itself with there.
    pub const SECRET: &str = "a-secret-of-the-provider-s-own-choosing";

    /// What an installation's file says about it, under this title.
    #[must_use]
    pub fn settings(&self, title: &str) -> String {
        format!(
            "[server.sign_in]\nissuer = \"{}\"\nclient_id = \"{}\"\nclient_secret = \"file:secrets/provider\"\ntitle = \"{title}\"\n",
            self.issuer,
            Self::CLIENT
        )
    }

    /// Its address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}
