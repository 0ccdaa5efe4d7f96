//! Faults a test asks for, in the order they were asked for. A fault is used up by the request that meets it.

use std::collections::VecDeque;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// What may befall a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This status with these headers and this body; the stand-in never sees the request.
    Status(u16, Vec<(String, String)>, String),
    /// The connection is reset without an answer; the stand-in never sees the request.
    Reset,
    /// The answer is right but comes this much later.
    Slow(Duration),
    /// The stand-in does the work, then the connection is reset instead of answered.
    AnswerLost,
}

impl Fault {
    /// A bare status without headers or body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new(), String::new())
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<(String, usize, Fault)>);

impl Faults {
    pub(super) fn add(&mut self, part: &str, n: usize, fault: Fault) {
        if n > 0 {
            self.0.push_back((part.to_owned(), n, fault));
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn take(&mut self, request_line: &str) -> Option<Fault> {
        let at = self
            .0
            .iter()
            .position(|(part, ..)| request_line.contains(part.as_str()))?;
        let (_, left, fault) = &mut self.0[at];
        let fault = fault.clone();
        *left -= 1;
        if *left == 0 {
            self.0.remove(at);
        }
        Some(fault)
    }
}

pub(super) fn answer(status: u16, headers: &[(String, String)], body: String) -> Response {
    let status = StatusCode::from_u16(status).expect("a fault's status is 100 to 999");
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().expect("a fault's header name");
        response
            .headers_mut()
            .insert(name, value.parse().expect("a fault's header value"));
    }
    response
}
