//! The log on standard error and, where the server's configuration names a collector, traces beside it.

use std::io::IsTerminal;

use samklang_server::{Traces, TracesError, traces};
use tracing::Subscriber;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, registry};
use url::Url;

use crate::cli::LogForm;

/// What a person wants of the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    pub(crate) form: LogForm,
    pub(crate) verbose: u8,
}

impl Log {
    /// Begins the log.
    pub(crate) fn begin(self) {
        set(registry().with(self.lines()));
    }

    /// Begins the log, and has traces sent to a collector.
    pub(crate) fn begin_with_traces(self, to: &Url) -> Result<Traces, TracesError> {
        let (layer, traces) = traces(to)?;
        set(registry().with(layer).with(self.lines()));
        Ok(traces)
    }

    /// The lines. What is not wanted is filtered for them alone, so that traces have their own measure.
    fn lines<S>(self) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let level = match self.verbose {
            0 => LevelFilter::WARN,
            1 => LevelFilter::INFO,
            2 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal());
        match self.form {
            LogForm::Human => lines.compact().with_filter(level).boxed(),
            LogForm::Json => lines.json().with_filter(level).boxed(),
        }
    }
}

fn set(subscriber: impl SubscriberInitExt) {
    if let Err(error) = subscriber.try_init() {
        eprintln!("the log is set up already: {error}");
    }
}
