//! `why401 sign`: what was signed, computed again, and held against what the server says.

mod aws;
mod given;

use clap::{Args, Subcommand};

use super::Verdict;
use crate::world::Error;

/// Compute a signature again, show every step, and say where it differs from the server's
#[derive(Debug, Args)]
pub struct Sign {
    #[command(subcommand)]
    scheme: Scheme,
}

#[derive(Debug, Subcommand)]
enum Scheme {
    Aws(Box<aws::Aws>),
}

impl Sign {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        match self.scheme {
            Scheme::Aws(command) => command.run(),
        }
    }
}
