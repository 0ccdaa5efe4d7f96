//! Answers for native tests. Without any, nothing can be reached.

use std::cell::RefCell;
use std::io::Cursor;
use std::time::Duration;

use super::{Answer, Request, Response};

pub(crate) type Handler = Box<dyn FnMut(Request) -> Response>;
pub(super) type Body = Cursor<Vec<u8>>;

thread_local! {
    static HANDLER: RefCell<Option<Handler>> = const { RefCell::new(None) };
}

pub(crate) fn set(handler: Option<Handler>) -> Option<Handler> {
    HANDLER.replace(handler)
}

pub(super) fn send(request: Request, _: Duration) -> Answer<Body> {
    // Taken out while it answers, so that a handler may itself set another one.
    let mut handler = HANDLER
        .take()
        .ok_or("no answers are set: use testing::with_http")?;
    let response = handler(request);
    HANDLER.set(Some(handler));
    Ok((response.status, response.headers, Cursor::new(response.body)))
}
