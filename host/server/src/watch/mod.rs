//! Watching the server: metrics, whether it lives and is ready, traces.

mod meters;

pub use meters::{Meters, Standing};
