//! What pages bring along: style, script and icon, embedded and addressed by what is in them, so that browsers keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $kind:literal),+ $(,)?) => {
        const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            kind: $kind,
            content: include_bytes!(concat!("../assets/", $name)),
        }),+];
    };
}

assets! {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "sse.min.js": "text/javascript; charset=utf-8",
}

/// The addresses, in the order of the assets.
static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| {
    ASSETS
        .iter()
        .map(|asset| {
            let digest = Sha256::digest(asset.content);
            let mark: String = digest
                .iter()
                .take(8)
                .map(|octet| format!("{octet:02x}"))
                .collect();
            format!("/assets/{mark}/{}", asset.name)
        })
        .collect()
});

/// Where an asset is to be had.
pub(crate) fn address(name: &str) -> Option<&'static str> {
    let place = ASSETS.iter().position(|asset| asset.name == name)?;
    ADDRESSES.get(place).map(String::as_str)
}

/// Hands an asset out. An address with another mark is of another build.
pub(crate) async fn serve(Path((mark, name)): Path<(String, String)>) -> Response {
    let asked = format!("/assets/{mark}/{name}");
    let found = ASSETS
        .iter()
        .zip(ADDRESSES.iter())
        .find(|(_, address)| **address == asked);
    let Some((asset, _)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, asset.content).into_response()
}
