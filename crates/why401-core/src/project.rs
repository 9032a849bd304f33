//! Project: everything that was collected from one folder, before anybody judges it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::exchange::Exchange;
use crate::fact::{Fact, Place};
use crate::loader::{Content, Environment, File, Loaded, Loader};
use crate::read::env_file::{Intent, intents};
use crate::secret::Secret;

/// Everything that was collected from one folder (or pasted).
#[derive(Debug, Default)]
pub struct Project {
    /// Env files, in the order of their paths.
    pub env_files: Vec<EnvFile>,
    /// What was seen in manifests, code, scripts, CI and hosting configuration.
    pub facts: Vec<Fact>,
    /// The environment of this process.
    pub process: Environment,
    /// Parts of the project that load env files on their own account; the root is always one of them.
    pub units: Vec<Unit>,
    /// Digests of the files that facts come from, so that an edit can tell whether its file changed meanwhile.
    pub digests: BTreeMap<Arc<str>, [u8; 32]>,
    /// What was not looked at, and why.
    pub skipped: Vec<Skipped>,
    /// Calls that a paste tells of.
    pub exchanges: Vec<Exchange>,
    /// Whether these are excerpts that somebody chose: what is not in them may well exist.
    pub is_excerpt: bool,
    /// What the user says of the refusal.
    pub hints: Hints,
}

/// What the user says of a refusal besides the paste.
#[derive(Debug, Default)]
pub struct Hints {
    /// Languages, frameworks, platforms, as people name them, in lower case.
    pub stack: Vec<String>,
    /// The service's slug.
    pub provider: Option<String>,
    /// Whether configuration or code was handed over beside it.
    pub has_context: bool,
    /// Slugs of services that are called by name beside the refusal.
    pub named: Vec<String>,
    /// Whether the server saw a credential, where experiments told.
    pub arrives: Option<bool>,
    /// Variables that the user says hold the secrets that sign, in their order; empty where they are to be found.
    pub secrets: Vec<String>,
    /// The time at which a signature is judged, in seconds since 1970, where it is known.
    pub now: Option<i64>,
    /// Whether experiments told what the server says to no credential and to an invalid one.
    pub has_controls: bool,
}

/// An env file and what git knows of it.
#[derive(Debug)]
pub struct EnvFile {
    /// Path relative to the project.
    pub path: Arc<str>,
    /// Its bytes; wiped from memory afterwards like a secret.
    pub bytes: Secret,
    /// What each line plainly means to set.
    pub intents: Vec<Intent>,
    /// Whether git tracks it; `None` outside a repository.
    pub tracked: Option<bool>,
    /// Whether git ignores it; `None` outside a repository.
    pub ignored: Option<bool>,
}

impl EnvFile {
    /// The file at `path` (relative to the project) with these bytes, git not asked yet.
    pub fn new(path: Arc<str>, bytes: Secret) -> Self {
        let intents = intents(bytes.expose());
        Self { path, bytes, intents, tracked: None, ignored: None }
    }

    /// The file's name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder it lies in; empty for the project's root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The place of `span` in it.
    pub fn place(&self, span: &std::ops::Range<usize>) -> Place {
        Place::of(&self.path, self.bytes.expose(), span)
    }

    /// Whether its name says that it is for production: `.env.production`, `prod.env`.
    pub fn is_for_production(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        name.split('.').any(|part| ["production", "prod", "live"].contains(&part))
    }

    /// Whether its name says that it is for tests: `.env.test`, `ci.env`.
    pub fn is_for_tests(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        name.split('.').any(|part| ["test", "testing", "ci", "e2e"].contains(&part))
    }

    /// Whether it is a template that people copy: `.env.example` and its kin.
    pub fn is_template(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        ["example", "sample", "template", "dist", "defaults", "schema"].iter().any(|word| name.contains(word))
    }
}

/// A folder with a manifest of its own, and the loaders in use there.
#[derive(Debug)]
pub struct Unit {
    /// Folder relative to the project; empty for the root.
    pub folder: Arc<str>,
    /// Each loader in use with each of its modes, and what it made of the unit's files.
    pub loads: Vec<Load>,
}

impl Unit {
    /// Whether `path` lies in this unit's folder.
    pub fn holds(&self, path: &str) -> bool {
        Self::is_in(&self.folder, path)
    }

    /// Whether `path` lies in `folder`, both relative to the project.
    pub fn is_in(folder: &str, path: &str) -> bool {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// One run of a loader in one mode.
#[derive(Debug)]
pub struct Load {
    /// The loader.
    pub loader: &'static Loader,
    /// How the mode is chosen, such as `next dev`; empty where there are no modes.
    pub when: String,
    /// The files it read, the ones that exist, as indices into [`Project::env_files`].
    pub files: Vec<usize>,
    /// What it made of them with an empty process environment.
    pub loaded: Loaded,
    /// Where its use was seen; `None` where it is only assumed.
    pub seen: Option<Place>,
}

impl Load {
    /// Runs `loader` on `files` (indices into `env_files`) as in a process that has no variable set.
    pub fn run(
        loader: &'static Loader,
        when: &str,
        env_files: &[EnvFile],
        files: Vec<usize>,
        seen: Option<Place>,
    ) -> Self {
        let handed: Vec<File<'_>> = files
            .iter()
            .filter_map(|&index| env_files.get(index))
            .map(|file| File { path: &file.path, content: Content::Bytes(file.bytes.expose()) })
            .collect();
        let loaded = loader.load(&handed, &Environment::new());
        Self { loader, when: when.to_owned(), files, loaded, seen }
    }
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl Project {
    /// The lines of all env files that set a variable, each with its file.
    pub fn intents(&self) -> impl Iterator<Item = (&EnvFile, &Intent)> {
        self.env_files.iter().flat_map(|file| file.intents.iter().map(move |intent| (file, intent)))
    }

    /// Whether an env file sets the variable of this name.
    pub fn writes(&self, name: &str) -> bool {
        self.intents().any(|(_, intent)| intent.name == name)
    }
}
