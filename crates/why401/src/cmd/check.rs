//! `why401 check`: a project's credentials followed from file to code, offline.

use std::path::PathBuf;

use clap::Args;
use why401_core::provider::Registry;
use why401_core::render;

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
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let root = world::folder(&self.path)?;
        let diagnosis = investigate::check(&root, &Registry::new(Vec::new()));
        print(&match self.format {
            Format::Text => render::text::render(&diagnosis),
            Format::Json => render::json::render(&diagnosis),
        })?;
        Ok(if diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }
}
