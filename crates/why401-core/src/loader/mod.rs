//! A Loader: the data of one `loaders/*.toml` and the dialect it reads its files in.

mod schema;

pub mod compose;
pub mod dialect;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

pub use schema::{Detect, Example, Language, Loader, Mode, Process, Search, Several, View};

use crate::secret::Secret;

/// The environment of a process before an env file is read.
pub type Environment = BTreeMap<String, Secret>;

/// One env file as it lies on the disk.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Path as the user writes it.
    pub path: &'a str,
    /// What stands there.
    pub content: Content<'a>,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A file with these bytes.
    Bytes(&'a [u8]),
    /// Nothing.
    Missing,
    /// A folder.
    Folder,
}

/// One assignment that the dialect understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Index into the files that were handed in.
    pub file: usize,
    /// The variable's name.
    pub name: String,
    /// The value after unquoting, unescaping and expansion.
    pub value: Secret,
    /// Line of the name, counted from 1.
    pub line: u32,
    /// Bytes of the value as written, quotes included.
    pub span: Range<usize>,
}

/// A value as the program sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    /// The value.
    pub value: Secret,
    /// Index of the assignment it comes from; `None` where it was in the process before.
    pub from: Option<usize>,
}

/// A line or file that the loader does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Index into the files that were handed in.
    pub file: usize,
    /// Line, counted from 1, where one can be named.
    pub line: Option<u32>,
    /// What is wrong, in our words, without the value.
    pub message: String,
}

/// What a loader made of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What the program sees, by name.
    pub values: BTreeMap<String, Visible>,
    /// Every assignment in reading order, the overruled ones included.
    pub assignments: Vec<Assignment>,
    /// The error with which the loader ended. What it had set before stays in `values`.
    pub failure: Option<Failure>,
    /// Lines it passed over, and warnings it prints.
    pub warnings: Vec<Failure>,
    /// The file that it read, where it reads one alone.
    pub only: Option<usize>,
}

impl Loader {
    /// All loaders, sorted by slug.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Loader>> = OnceLock::new();
        ALL.get_or_init(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/loaders.bin"));
            postcard::from_bytes(bytes).unwrap_or_default()
        })
    }

    /// For each loader of [`Loader::all`] and each of its [`Detect`] entries sets of literals: for the entry's expression
    /// to match, a text must hold one of each set. The set that says most comes first; there is none where the entry has
    /// no expression.
    pub fn needles() -> Vec<Vec<Vec<Vec<&'static str>>>> {
        let bytes: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/needles.bin"));
        postcard::from_bytes(bytes).unwrap_or_default()
    }

    /// The loader with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().iter().find(|loader| loader.slug == slug)
    }

    /// What a program sees after this loader has read `files`.
    ///
    /// `files` stand in the order of [`Mode::order`]: the one that wins first. Where the user names the files, they
    /// stand in the order in which they were named, and [`Several`] says who wins.
    pub fn load(&self, files: &[File<'_>], process: &Environment) -> Loaded {
        let mut loaded = match dialect::find(&self.dialect) {
            Some(dialect) => (dialect.load)(self, files, process),
            None => Loaded::default(),
        };
        let fits = |(name, seen): (&String, &Visible)| name.len() + "=".len() + seen.value.len() < LONGEST;
        if self.starts && loaded.failure.is_none() && !loaded.values.iter().all(fits) {
            let message = "a variable is longer than 128 KiB, with which Linux starts no program".to_owned();
            loaded.failure = Some(Failure { file: 0, line: None, message });
            loaded.values.clear();
        }
        loaded
    }
}

/// Bytes of `NAME=VALUE`, its final NUL included, beyond which `execve` of Linux refuses (MAX_ARG_STRLEN).
const LONGEST: usize = 128 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_has_needles() {
        assert_eq!(Loader::needles().len(), Loader::all().len());
        for (loader, needles) in Loader::all().iter().zip(Loader::needles()) {
            for (detect, needles) in loader.detect.iter().zip(needles) {
                assert_eq!(detect.code.is_some(), !needles.is_empty(), "{}: {detect:?}", loader.slug);
            }
        }
    }

    #[test]
    fn every_loader_names_a_dialect_that_exists() {
        for loader in Loader::all() {
            assert!(dialect::find(&loader.dialect).is_some(), "{}: no dialect {:?}", loader.slug, loader.dialect);
        }
    }

    #[test]
    fn every_example_comes_out_as_its_loader_says() {
        for loader in Loader::all() {
            for (number, example) in loader.example.iter().enumerate() {
                let place = format!("{}, example {}", loader.slug, number + 1);
                let content = Content::Bytes(example.file.as_bytes());
                let process = example.process.iter().map(|(k, v)| (k.clone(), Secret::from(v.as_str()))).collect();
                let loaded = loader.load(&[File { path: ".env", content }], &process);
                assert_eq!(loaded.failure.is_some(), example.fails, "{place}: {:?}", loaded.failure);
                for (name, value) in &example.gives {
                    let seen = loaded.values.get(name).and_then(|v| v.value.expose_str());
                    assert_eq!(seen, Some(value.as_str()), "{place}: {name}");
                }
                for name in &example.unset {
                    assert!(!loaded.values.contains_key(name), "{place}: {name} is set");
                }
                for assignment in &loaded.assignments {
                    assert!(example.file.get(assignment.span.clone()).is_some(), "{place}: {assignment:?}");
                }
            }
        }
    }
}
