//! The walk: every file that git would see, and every env file, which git is told to ignore on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};
use why401_core::fact::Fact;
use why401_core::project::{EnvFile, Skipped};
use why401_core::provider::Registry;
use why401_core::read;
use why401_core::secret::Secret;
use why401_core::unit::{Sign, is_env_file, may_hold, signs};

use super::{READ_LIMIT, bundles, loose, relative};
use crate::world::{self, Unread};

/// No env file is larger.
const ENV_LIMIT: u64 = 1 << 20;
/// Folders of other people's code, whatever .gitignore says.
const FOREIGN: [&str; 8] = [".git", "node_modules", "vendor", ".venv", "venv", "site-packages", "__pycache__", ".tox"];

/// What the walk found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) env_files: Vec<EnvFile>,
    pub(super) facts: Vec<Fact>,
    /// Every file's path relative to the project.
    pub(super) paths: Vec<Arc<str>>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) signs: Vec<Sign>,
    pub(super) digests: BTreeMap<Arc<str>, [u8; 32]>,
    /// Bundles, or folders of them, in the listings of folders; git may be told to ignore them.
    pub(super) bundles: Vec<PathBuf>,
    /// Those that the walk came by.
    pub(super) visited: BTreeSet<PathBuf>,
    /// Files of bundles that it did not come by, relative to the project.
    pub(super) built: Vec<Arc<str>>,
}

/// So many files and folders are looked at sooner than threads are started and ended.
const FEW: usize = 100;

/// Walks the folder `root`, several folders at a time if there is much in it.
pub(super) fn walk(root: &Path, registry: &Registry) -> Found {
    let found = Mutex::new(Found::default());
    let collected = || Collected { found: Found::default(), buffer: Vec::new(), registry, into: &found };
    let mut walker = WalkBuilder::new(root);
    walker.hidden(false).require_git(false).ignore(false).filter_entry(|entry| {
        let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !(folder && entry.file_name().to_str().is_some_and(|name| FOREIGN.contains(&name)))
    });
    let first: Vec<_> = walker.build().take(FEW + 1).collect();
    if first.len() <= FEW {
        let mut own = collected();
        first.into_iter().for_each(|entry| own.take(root, entry));
    } else {
        walker.build_parallel().run(|| {
            let mut own = collected();
            Box::new(move |entry| {
                own.take(root, entry);
                WalkState::Continue
            })
        });
    }
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread found; handed over when the thread is done.
struct Collected<'a> {
    found: Found,
    /// Holds one file of code after the other.
    buffer: Vec<u8>,
    registry: &'a Registry,
    into: &'a Mutex<Found>,
}

impl Drop for Collected<'_> {
    fn drop(&mut self) {
        let mut all = self.into.lock().unwrap_or_else(PoisonError::into_inner);
        all.env_files.append(&mut self.found.env_files);
        all.facts.append(&mut self.found.facts);
        all.paths.append(&mut self.found.paths);
        all.skipped.append(&mut self.found.skipped);
        all.signs.append(&mut self.found.signs);
        all.digests.append(&mut self.found.digests);
        all.bundles.append(&mut self.found.bundles);
        all.visited.append(&mut self.found.visited);
    }
}

impl Collected<'_> {
    fn take(&mut self, root: &Path, entry: Result<ignore::DirEntry, ignore::Error>) {
        match entry {
            Ok(entry) => self.visit(root, &entry),
            Err(error) => self.found.skip(error.to_string(), "it could not be read"),
        }
    }

    fn visit(&mut self, root: &Path, entry: &ignore::DirEntry) {
        let kind = entry.file_type();
        if entry.file_name().to_str().is_some_and(bundles::is_bundle) {
            self.found.visited.insert(entry.path().to_owned());
        }
        if kind.is_some_and(|kind| kind.is_dir()) {
            let names = world::names_in(entry.path(), |name| is_env_file(name) || bundles::is_bundle(name));
            self.found.bundles.extend(bundles::in_listing(entry.path(), &names));
            self.env_files_of(root, entry.path(), &names);
        } else if kind.is_some_and(|kind| kind.is_file()) {
            let path = relative(root, entry.path());
            if !is_env_file(entry.file_name().to_str().unwrap_or_default()) {
                self.code(&path, entry.path());
            }
            self.found.paths.push(path);
        } else if !entry.path_is_symlink() {
            let path = relative(root, entry.path());
            // Env files are told of by their own search.
            if !read::readers_of(&path).is_empty() && !is_env_file(entry.file_name().to_str().unwrap_or_default()) {
                self.found.skip(path.to_string(), &Unread::NotAFile.to_string());
            }
        }
    }

    /// Env files are looked for in the listing of the folder, since the walk obeys .gitignore.
    fn env_files_of(&mut self, root: &Path, folder: &Path, names: &[String]) {
        for name in names.iter().filter(|name| is_env_file(name)) {
            let full = folder.join(name);
            let path = relative(root, &full);
            match world::read(&full, ENV_LIMIT) {
                Ok(bytes) => {
                    self.found.digests.insert(path.clone(), world::digest(&bytes));
                    self.found.env_files.push(EnvFile::new(path, Secret::new(bytes)));
                }
                Err(Unread::Folder) => {}
                // It was in the listing.
                Err(Unread::Missing) => self.found.skip(path.to_string(), "the link leads nowhere"),
                Err(why) => self.found.skip(path.to_string(), &why.to_string()),
            }
        }
    }

    fn code(&mut self, path: &Arc<str>, full: &Path) {
        let readers = read::readers_of(path);
        let understood = !readers.is_empty() || may_hold(path);
        if !understood && loose::is_no_text(path) {
            return;
        }
        let bytes = match world::read_into(&mut self.buffer, full, READ_LIMIT) {
            Ok(bytes) => bytes,
            // Larger bundles are looked at by their own search, and other large files are data.
            Err(Unread::TooLarge(_)) if loose::may_be_large(path) => {
                self.found.bundles.push(full.to_owned());
                self.found.visited.remove(full);
                return;
            }
            Err(why) => return self.found.skip(path.to_string(), &why.to_string()),
        };
        let mut facts: Vec<Fact> = loose::keys(path, bytes, self.registry);
        if understood {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.found.signs.extend(signs(path, text));
                    facts.extend(readers.iter().flat_map(|reader| (reader.read)(path, text)));
                }
                Err(_) => self.found.skip(path.to_string(), "it is not UTF-8"),
            }
        }
        if !facts.is_empty() {
            self.found.digests.insert(path.clone(), world::digest(bytes));
        }
        self.found.facts.extend(facts);
    }
}

impl Found {
    pub(super) fn skip(&mut self, what: String, why: &str) {
        self.skipped.push(Skipped { what, why: why.to_owned() });
    }
}
