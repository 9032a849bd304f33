//! `why401 loaders`: the loaders that are known, and what one makes of a file.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use sha2::{Digest, Sha256};
use why401_core::loader::{Content, Environment, Failure, File, Loader};
use why401_core::secret::Secret;

use super::{Output, Verdict};
use crate::shown::{self, Shown};
use crate::world::{self, Error, Unread};

/// Env files above this size are refused.
const LIMIT: u64 = 16 << 20;

#[derive(Debug, Args)]
pub struct Loaders {
    #[command(subcommand)]
    command: Option<Command>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Output,
}

#[derive(Debug, Subcommand)]
enum Command {
    Try(Try),
}

/// What a loader makes of a file: names, lengths and digests, never the values
#[derive(Debug, Args)]
struct Try {
    /// A loader, such as python-dotenv
    loader: String,
    /// The env file
    file: PathBuf,
    /// A variable that the process has before the file is read
    #[arg(long, value_name = "NAME=VALUE")]
    preset: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Output,
}

impl Loaders {
    pub(super) fn run(self) -> Result<Verdict, Error> {
        if let Some(Command::Try(command)) = self.command {
            return command.run();
        }
        if self.format == Output::Json {
            let all: Vec<_> = Loader::all()
                .iter()
                .map(|l| json!({ "slug": l.slug, "name": l.name, "versions": l.versions, "source": l.source }))
                .collect();
            return Shown::known(super::json(&json!(all))).print().map(|()| Verdict::Nothing);
        }
        let mut text = String::new();
        for loader in Loader::all() {
            let _ = writeln!(text, "{:20} {} ({})", loader.slug, loader.name, loader.versions);
        }
        Shown::known(text).print().map(|()| Verdict::Nothing)
    }
}

impl Try {
    fn run(self) -> Result<Verdict, Error> {
        let loader = Loader::find(&self.loader).ok_or_else(|| {
            Error::new(format!("there is no loader {:?}", self.loader)).hint("`why401 loaders` lists them all")
        })?;
        let mut process = Environment::new();
        for preset in &self.preset {
            // The value may be a secret: the error names the argument's form only.
            let (name, value) = preset
                .split_once('=')
                .ok_or_else(|| Error::new("--preset takes NAME=VALUE, and one argument has no `=`"))?;
            process.insert(name.to_owned(), Secret::from(value));
        }
        let path = self.file.to_string_lossy();
        let bytes;
        let content = match world::read(&self.file, LIMIT) {
            Ok(read) => {
                bytes = read;
                Content::Bytes(&bytes)
            }
            Err(Unread::Missing) => Content::Missing,
            Err(Unread::Folder) => Content::Folder,
            Err(why) => return Err(Error::new(format!("{path}: {why}"))),
        };
        let loaded = loader.load(&[File { path: &path, content }], &process);
        let worded = |failure: &Failure| match failure.line {
            Some(line) => format!("line {line}: {}", failure.message),
            None => failure.message.clone(),
        };
        let error = loaded.failure.as_ref().map(worded);
        if self.format == Output::Json {
            let values: serde_json::Map<String, serde_json::Value> = loaded
                .values
                .iter()
                .map(|(name, seen)| {
                    (shown::name(name), json!({"sha256": digest(&seen.value), "bytes": seen.value.len()}))
                })
                .collect();
            let text = super::json(&json!({"values": values, "error": error}));
            return Shown::of_names(text).print().map(|()| Verdict::Nothing);
        }
        let mut text = String::new();
        for (name, seen) in &loaded.values {
            let from = seen.from.and_then(|index| loaded.assignments.get(index));
            let origin =
                from.map_or_else(|| "the process".to_owned(), |assignment| format!("line {}", assignment.line));
            let sha256 = digest(&seen.value);
            let name = shown::name_in_line(name);
            let _ = writeln!(text, "{name}  {}  sha256 {}  from {origin}", seen.value.shape(), &sha256[..16]);
        }
        for warning in &loaded.warnings {
            let _ = writeln!(text, "note: {}", worded(warning));
        }
        if let Some(error) = error {
            let _ = writeln!(text, "{} ends in an error: {error}", loader.name);
        }
        Shown::of_names(text).print().map(|()| Verdict::Nothing)
    }
}

fn digest(value: &Secret) -> String {
    Sha256::digest(value.expose()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
