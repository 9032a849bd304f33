//! `why401 explain`: paste the error, get the cause.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use why401_core::paste::{Paste, Text};
use why401_core::provider::Registry;
use why401_core::read::record::Fields;

use super::Verdict;
use super::report::Report;
use crate::collect;
use crate::config::Config;
use crate::large::{self, Refusal};
use crate::shown::Shown;
use crate::world::{self, Error};
use crate::{investigate, records};

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
    #[command(flatten)]
    report: Report,
    /// Read a log of one JSON record a line, and write one verdict a line
    #[arg(long, conflicts_with_all = ["context", "stack", "provider", "format", "quiet", "verbose"])]
    ndjson: bool,
    /// Where a record has its fields, such as `status=response.code,body=log.text`: status, host, url, method, headers,
    /// request_headers, body
    #[arg(long, value_name = "FIELD=NAME", value_delimiter = ',', value_parser = pair, requires = "ndjson")]
    fields: Vec<(String, String)>,
    /// Threads that judge records; one for each processor unless told
    #[arg(long, value_name = "N", requires = "ndjson")]
    jobs: Option<NonZeroUsize>,
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
        if self.ndjson {
            return self.records(registry);
        }
        let mut paste = Paste {
            refusals: Vec::new(),
            context: texts(&self.context, CONTEXT_LIMIT)?,
            stack: self.stack,
            provider: self.provider,
        };
        let mut places = Vec::new();
        for path in &self.files {
            match large::read(path, LIMIT)? {
                Refusal::Whole(text) => paste.refusals.push(text),
                Refusal::Places(found) => places.push(found),
            }
        }
        let found = if places.is_empty() {
            investigate::explain(&paste, &registry)
        } else {
            large::explain(paste, places, &registry)
        };
        let text = self.report.text(&found.diagnosis);
        Shown::report(&text, &found.revealing).print()?;
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }

    fn records(self, registry: Registry) -> Result<Verdict, Error> {
        let fields = Fields::new(&self.fields)
            .map_err(|why| Error::new(why).hint("`--fields status=response.code` maps a field to a name"))?;
        let input = match &self.files[..] {
            [only] if only.as_os_str() == "-" => world::input(),
            [only] => Box::new(world::open(only).map_err(|why| Error::new(format!("{}: {why}", only.display())))?.0),
            _ => {
                return Err(Error::new("--ndjson reads one file, or standard input")
                    .hint("`cat *.ndjson | why401 explain --ndjson` reads many"));
            }
        };
        let jobs = self.jobs.map_or_else(world::processors, NonZeroUsize::get);
        Ok(if records::run(input, fields, registry, jobs)? { Verdict::Found } else { Verdict::Nothing })
    }
}

/// `FIELD=NAME`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (field, name) = text.split_once('=').ok_or("a field is mapped so: status=response.code")?;
    Ok((field.trim().to_owned(), name.to_owned()))
}

fn texts(paths: &[PathBuf], limit: u64) -> Result<Vec<Text>, Error> {
    let read = |path: &PathBuf| {
        let bytes = if path.as_os_str() == "-" {
            world::standard_input(limit)?
        } else {
            world::read(path, limit).map_err(|why| Error::new(format!("{}: {why}", path.display())))?
        };
        Ok(Text { name: collect::text_name(path), bytes })
    };
    paths.iter().map(read).collect()
}
