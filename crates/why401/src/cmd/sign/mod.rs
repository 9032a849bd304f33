//! `why401 sign`: what was signed, computed again, and held against what the server says.

mod aws;
mod azure;
mod given;
mod market;
mod message;
mod oauth1;
mod secrets;
mod webhook;

use clap::{Args, Subcommand};

use super::Verdict;
use crate::world::Error;

#[derive(Debug, Args)]
pub struct Sign {
    #[command(subcommand)]
    scheme: Scheme,
}

#[derive(Debug, Subcommand)]
enum Scheme {
    Aws(Box<aws::Aws>),
    Azure(Box<azure::Azure>),
    Webhook(Box<webhook::Webhook>),
    #[command(name = "oauth1")]
    OAuth1(Box<oauth1::OAuth1>),
    Market(Box<market::Of>),
}

impl Sign {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        match self.scheme {
            Scheme::Aws(command) => command.run(),
            Scheme::Azure(command) => command.run(),
            Scheme::Webhook(command) => command.run(),
            Scheme::OAuth1(command) => command.run(),
            Scheme::Market(command) => command.run(),
        }
    }
}
