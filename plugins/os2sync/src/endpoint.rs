//! Requests to OS2sync. The host adds the key; the municipality is named by a header.

use std::time::Duration;

use samklang_sdk::http::{Builder, Client};

use crate::settings::Settings;

/// Speaks with one OS2sync for one municipality.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    client: Client,
}

impl Endpoint {
    pub(crate) fn new(settings: &Settings) -> Self {
        // A hierarchy holds all users and units of a municipality.
        let client = Client::new(&settings.url)
            .header("Cvr", &settings.cvr)
            .bound(256 << 20);
        Self {
            client: client.timeout(Duration::from_mins(2)),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Builder {
        self.client.get(path).header("accept", "application/json")
    }

    pub(crate) fn post(&self, path: &str) -> Builder {
        self.client.post(path).header("accept", "application/json")
    }

    pub(crate) fn delete(&self, path: &str) -> Builder {
        self.client.delete(path).header("accept", "application/json")
    }
}
