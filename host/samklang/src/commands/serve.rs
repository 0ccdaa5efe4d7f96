//! `samklang serve`: the HTTP API, the pages and the scheduler, for all tenants of the installation, until it is told to stop.

use std::sync::Arc;

use samklang_server::{App, Clock, ListenError, Server, SystemClock, first_link};

use super::Context;
use crate::desk::Office;
use crate::failure::{Exit, Failure};

pub(super) async fn run(context: &Context) -> Result<Exit, Failure> {
    let premises = context.premises(None).await?;
    let settings = premises
        .settings()
        .server
        .settings(&|name| std::env::var(name).ok())
        .map_err(|error| {
            Failure::Usage(format!(
                "a secret of `[server]` in installation.toml cannot be read: {error}"
            ))
        })?;
    let traces = match &settings.traces {
        Some(to) => Some(
            (context.log.begin_with_traces(to))
                .map_err(|error| Failure::because("traces cannot be sent", error))?,
        ),
        None => {
            context.log.begin();
            None
        }
    };
    let address = settings.address.clone();
    let store = premises.keyed_store().await?;
    let office = Arc::new(Office::new(premises)?);
    let app = App::new(settings, office, store.clone(), Arc::new(SystemClock))
        .map_err(|error| Failure::because("the server cannot be put together", error))?;
    let failed = |error: ListenError| Failure::Failed(error.to_string());
    let server = Server::bind(app).map_err(failed)?;
    eprintln!(
        "serving at {address}, listening at {}; interrupt to stop",
        server.address()?
    );
    if let Some(link) = first_link(&store.access(), &address, SystemClock.now()).await? {
        eprintln!("the first administrator comes in by this link, once and within a day: {link}");
    }
    let served = server.run(told_to_stop()).await.map_err(failed);
    if let Some(traces) = traces {
        // The last of them are sent while it waits.
        let _ = tokio::task::spawn_blocking(|| traces.end()).await;
    }
    served.map(|()| Exit::Done)
}

/// Ends when a person or the system asks the program to stop.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
