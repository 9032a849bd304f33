//! `why401 explain`: paste the error, get the cause.

use std::path::{Path, PathBuf};

use clap::Args;
use why401_core::provider::Registry;

use super::{Format, Verdict, detail, print, render};
use crate::collect::paste::{self, Paste, Text};
use crate::config::Config;
use crate::world::{self, Error};
use crate::{investigate, shown};

/// Say why a credential was refused, from whatever there is to paste: an error, a log, `curl -v`, a HAR
#[derive(Debug, Args)]
pub struct Explain {
    /// Files to read; `-` is standard input
    #[arg(default_value = "-")]
    files: Vec<PathBuf>,
    /// Configuration or code beside the refusal (repeatable)
    #[arg(long, value_name = "FILE")]
    context: Vec<PathBuf>,
    /// What it runs on, such as `node,next,docker`: a hint, never needed
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    stack: Vec<String>,
    /// The service that refuses: a hint, never needed
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One line a cause, and nothing else
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Also what was ruled out, and what was not looked at
    #[arg(short, long)]
    verbose: bool,
}

/// A paste is read up to here.
const LIMIT: u64 = 64 << 20;
/// Configuration and code beside it.
const CONTEXT_LIMIT: u64 = 4 << 20;

impl Explain {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        let config = Config::read(Path::new("."))?;
        let registry = Registry::new(config.provider);
        if let Some(provider) = self.provider.as_deref().filter(|slug| registry.find(slug).is_none()) {
            return Err(
                Error::new(format!("there is no provider {provider:?}")).hint("`why401 providers` lists them all")
            );
        }
        let paste = Paste {
            refusals: texts(&self.files, LIMIT)?,
            context: texts(&self.context, CONTEXT_LIMIT)?,
            stack: self.stack,
            provider: self.provider,
        };
        let found = investigate::explain(&paste, &registry);
        let text = render(&found.diagnosis, self.format, detail(self.quiet, self.verbose));
        print(&shown::hide(&text, &found.revealing))?;
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }
}

fn texts(paths: &[PathBuf], limit: u64) -> Result<Vec<Text>, Error> {
    let read = |path: &PathBuf| {
        let bytes = if path.as_os_str() == "-" {
            world::standard_input(limit)?
        } else {
            world::read(path, limit).map_err(|why| Error::new(format!("{}: {why}", path.display())))?
        };
        Ok(Text { name: paste::name_of(path), bytes })
    };
    paths.iter().map(read).collect()
}
