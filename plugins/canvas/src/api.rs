//! Canvas's REST interface: paths below `/api/v1`, identifiers as texts, pages by `Link`, and what its statuses mean, which
//! differs from what HTTP would suggest: 403 may be a rate limit, and 401 a missing permission.

use std::time::Duration;

use samklang_sdk::http::{Builder, Client, Failure, Response};
use samklang_sdk::{Error, sleep};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// How often a request is sent again when Canvas asks for a pause.
const PATIENCE: u32 = 5;
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(crate) struct Api {
    client: Client,
    account: String,
}

/// The names and values of a query.
pub(crate) type Query<'a> = &'a [(&'a str, &'a str)];

impl Api {
    pub(crate) fn new(url: &str, account: &str) -> Self {
        let client = Client::new(format!("{}/api/v1", url.trim_end_matches('/')));
        Self {
            client: client.header("accept", "application/json+canvas-string-ids"),
            account: account.to_owned(),
        }
    }

    /// A path below the account.
    pub(crate) fn account(&self, below: &str) -> String {
        format!("/accounts/{}{below}", self.account)
    }

    /// Sends a ZIP.
    pub(crate) fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
        zip: &[u8],
    ) -> Result<T, Failure> {
        let response = answer(|| with(self.client.post(path), query).body("application/zip", zip))?;
        Ok(response.json()?)
    }

    /// One object.
    pub(crate) fn one<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        Ok(answer(|| self.client.get(path))?.json()?)
    }

    /// One object, or `None` where Canvas knows of none.
    pub(crate) fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        match self.one(path) {
            Ok(object) => Ok(Some(object)),
            Err(Failure::Refused(refused)) if refused.status == 404 => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Every page, fetched as it is asked for. After an error nothing follows.
    pub(crate) fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
    ) -> impl Iterator<Item = Result<T, Error>> + 'static + use<T> {
        let client = self.client.clone();
        let query: Vec<(String, String)> = query
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let mut next = Some((path.to_owned(), true));
        std::iter::from_fn(move || {
            let (url, first) = next.take()?;
            let request = || {
                let request = client.get(&url);
                if !first {
                    return request;
                }
                let query = query.iter();
                query.fold(request.query("per_page", "100"), |request, (name, value)| {
                    request.query(name, value)
                })
            };
            Some(answer(request).map_err(Error::from).and_then(|response| {
                next = response.next_link().map(|url| (url, false));
                response.json()
            }))
        })
    }

    /// Every object of a list.
    pub(crate) fn list<T: DeserializeOwned + 'static>(
        &self,
        path: &str,
        query: Query<'_>,
    ) -> impl Iterator<Item = Result<T, Error>> + 'static + use<T> {
        self.pages::<Vec<T>>(path, query).flat_map(each)
    }
}

/// The objects of a page, or its error.
pub(crate) fn each<T>(page: Result<Vec<T>, Error>) -> impl Iterator<Item = Result<T, Error>> {
    let (objects, error) = match page {
        Ok(objects) => (objects, None),
        Err(error) => (Vec::new(), Some(Err(error))),
    };
    objects.into_iter().map(Ok).chain(error)
}

fn with(request: Builder, query: Query<'_>) -> Builder {
    query
        .iter()
        .fold(request, |request, (name, value)| request.query(name, value))
}

/// Sends a request until it is answered with something else than a rate limit. A request that meets the limit was not
/// carried out, so sending it again is safe.
fn answer(request: impl Fn() -> Builder) -> Result<Response, Failure> {
    let mut pause = PAUSE;
    for attempt in 0.. {
        let response = request().send()?;
        if !is_rate_limit(&response) {
            return judge(response);
        }
        if attempt == PATIENCE {
            break;
        }
        sleep(pause);
        pause = pause.saturating_mul(2);
    }
    Err(Error::RateLimited(pause).into())
}

fn is_rate_limit(response: &Response) -> bool {
    response.status == 429 || (response.status == 403 && response.text().contains("Rate Limit Exceeded"))
}

fn judge(response: Response) -> Result<Response, Failure> {
    match response.status {
        401 if response.header("www-authenticate").is_some() => {
            Err(Error::Unauthorised("Canvas does not accept the access token".into()).into())
        }
        401 | 403 => {
            let said = said(&response.text());
            Err(Error::Unauthorised(format!("the access token's user lacks a permission: {said}")).into())
        }
        _ => response.ok(),
    }
}

/// What Canvas says in one of its several forms of error, cut to what an operator can read.
pub(crate) fn said(body: &str) -> String {
    fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.push(text.clone()),
            serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
            serde_json::Value::Object(map) => {
                let named = ["errors", "message", "error_message"]
                    .iter()
                    .filter_map(|name| map.get(*name));
                let before = found.len();
                named.for_each(|value| texts(value, found));
                if found.len() == before {
                    map.values().for_each(|value| texts(value, found));
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(body) {
        texts(&value, &mut found);
    }
    let text = if found.is_empty() {
        "Canvas gives no reason".to_owned()
    } else {
        found.join("; ")
    };
    text.chars().take(300).collect()
}

/// An identifier, which is a text or a number, depending on how old an installation is.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Option::<serde_json::Value>::deserialize(deserializer)? {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
    })
}
