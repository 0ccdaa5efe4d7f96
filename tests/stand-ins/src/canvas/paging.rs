//! Pages with opaque links: `current`, `next` and `first`, never `last`. A page that was not handed out is refused.

use std::fmt::Write;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::Value;

use super::door::{Call, json_answer};

/// Which page was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Only what comes after this mark.
    pub(super) after: u64,
    pub(super) size: usize,
}

const SALT: u64 = 0x5a17_c0de;

impl Page {
    /// `None` for a page this server never handed out.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let size = call
            .value("per_page")
            .and_then(|size| size.parse().ok())
            .filter(|&size: &usize| size > 0);
        let after = match call.value("page") {
            None | Some("1" | "first") => 0,
            Some(mark) => u64::from_str_radix(mark.strip_prefix("bookmark:")?, 16).ok()? ^ SALT,
        };
        Some(Self {
            after,
            size: size.unwrap_or(10).min(100),
        })
    }

    /// Answers with `items`; `next` is the mark of the last item when there are more.
    pub(super) fn answer(self, call: &Call, items: Value, next: Option<u64>) -> Response {
        let mut links = String::new();
        let current = if self.after == 0 {
            "first".to_owned()
        } else {
            mark(self.after)
        };
        let pages = [
            ("current", Some(current)),
            ("next", next.map(mark)),
            ("first", Some("first".to_owned())),
        ];
        for (rel, page) in pages {
            let Some(page) = page else { continue };
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in call
                .query
                .iter()
                .filter(|(name, _)| name != "page" && name != "per_page")
            {
                query.append_pair(name, value);
            }
            let query = query
                .append_pair("page", &page)
                .append_pair("per_page", &self.size.to_string())
                .finish();
            let comma = if links.is_empty() { "" } else { "," };
            let _ = write!(
                links,
                "{comma}<{}{}?{query}>; rel=\"{rel}\"",
                call.origin(),
                call.path
            );
        }
        let mut response = json_answer(call, items);
        response.headers_mut().insert(
            header::LINK,
            HeaderValue::from_str(&links).expect("an encoded address"),
        );
        response
    }
}

fn mark(after: u64) -> String {
    format!("bookmark:{:x}", after ^ SALT)
}
