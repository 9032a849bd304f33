//! `why401 check`: a project's credentials followed from file to code, offline.

use std::path::PathBuf;

use clap::Args;
use why401_core::provider::Registry;
use why401_core::render::text::Detail;
use why401_core::render::{self, Paint};

use super::{Format, Verdict, print};
use crate::investigate;
use crate::world::{self, Error};

/// Follow a project's credentials from file to code, offline (the default command)
#[derive(Debug, Args)]
pub struct Check {
    /// The project's folder
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One line a cause, and nothing else
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Also every journey, what was ruled out, and what was not looked at
    #[arg(short, long)]
    verbose: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.path)?;
        let diagnosis = investigate::check(&root, &Registry::new(Vec::new()));
        print(&match self.format {
            Format::Text => render::text::render(&diagnosis, self.detail(), Paint::Colour),
            Format::Json => render::json::render(&diagnosis),
        })?;
        Ok(if diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }

    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Brief,
            (_, true) => Detail::Full,
            _ => Detail::Usual,
        }
    }
}
