//! Runs one stand-in until interrupted, so that a connector or a host can be tried against it by hand.
//!
//! It prints a single line with the address and the credentials to use, and nothing else.

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};
use samklang_stand_ins::sts_organisation::security::Off;
use samklang_stand_ins::{Canvas, Os2sync, StsOrganisation, os2mo};

/// Runs a stand-in server on 127.0.0.1 until interrupted.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    system: System,
}

#[derive(Debug, Subcommand)]
enum System {
    /// OS2mo: GraphQL over a made-up municipality.
    Os2mo {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The seed the municipality grows from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many persons it has.
        #[arg(long, default_value_t = 1000)]
        persons: u64,
    },
    /// OS2sync: a queue in front of FK Organisation.
    Os2sync {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The ApiKey to ask for; none lets every caller in.
        #[arg(long)]
        api_key: Option<String>,
        /// The installation's own CVR, which beats the header.
        #[arg(long)]
        cvr: Option<String>,
        /// Seconds between two rounds of the scheduler.
        #[arg(long, default_value_t = 5)]
        tick: u64,
    },
    /// Støttesystemet Organisation, empty but for one municipality, which everybody is let in as.
    StsOrganisation {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The municipality's CVR number.
        #[arg(long, default_value = "11111111")]
        cvr: String,
    },
    /// Canvas: SIS imports and reading.
    Canvas {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Seconds an import stays in each of its workflow states.
        #[arg(long, default_value_t = 1)]
        pace: u64,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().system {
        System::Os2mo { port, seed, persons } => {
            let options = os2mo::Options {
                port,
                seed,
                persons,
                ..os2mo::Options::default()
            };
            let (client, secret) = (options.client.clone(), options.secret.clone());
            let server = os2mo::serve(options).await?;
            println!(
                "os2mo at {}, tokens at {} for client {client} with secret {secret}",
                server.url(),
                server.auth_url()
            );
            tokio::signal::ctrl_c().await?;
        }
        System::Os2sync {
            port,
            api_key,
            cvr,
            tick,
        } => {
            let mut builder = Os2sync::builder()
                .port(port)
                .tick(Duration::from_secs(tick.max(1)));
            if let Some(key) = &api_key {
                builder = builder.api_key(key);
            }
            if let Some(cvr) = &cvr {
                builder = builder.cvr(cvr);
            }
            let server = builder.start().await?;
            let key = api_key.as_deref().unwrap_or("(none needed)");
            let cvr = cvr.as_deref().unwrap_or("any 8 digits");
            println!("os2sync at {} with ApiKey: {key}, Cvr: {cvr}", server.api_url());
            tokio::signal::ctrl_c().await?;
        }
        System::StsOrganisation { port, cvr } => {
            let security = Off { cvr: cvr.clone() };
            let server = StsOrganisation::builder()
                .port(port)
                .security(security)
                .start_blocking()?;
            let organisation = server.add_authority(&cvr, "Korsbæk Kommune");
            println!(
                "sts-organisation at {} for CVR {cvr}, organisation {organisation}",
                server.url()
            );
            tokio::signal::ctrl_c().await?;
        }
        System::Canvas { port, pace } => {
            let pace = samklang_stand_ins::canvas::Pace::Every(Duration::from_secs(pace));
            let server = Canvas::builder().port(port).pace(pace).start().await?;
            println!(
                "canvas at {} with Authorization: Bearer {}",
                server.url(),
                server.token()
            );
            tokio::signal::ctrl_c().await?;
        }
    }
    Ok(())
}
