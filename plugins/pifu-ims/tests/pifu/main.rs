//! The connector as the host sees it, natively: documents in, rows or a clear error out.
#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod delivery;
mod document;
mod example;
mod mutation;
mod refusal;
mod rows;
mod scale;
mod support;
