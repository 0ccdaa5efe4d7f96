//! Watching the server: metrics, whether it lives and is ready, traces.

mod health;
mod meters;
mod requests;
mod traces;

pub(crate) use health::routes;
pub use meters::{Meters, Standing};
pub(crate) use requests::measure;
pub use traces::{Traces, TracesError, traces};
