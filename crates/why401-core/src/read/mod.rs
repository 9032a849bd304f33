//! Readers: text in, facts out; each file alone.

pub(crate) mod carriers;
mod code;
mod config;
mod curl;
pub mod env_file;
pub mod key;
mod manifest;
pub mod marks;
mod needles;
pub mod pasted;
pub mod record;
pub mod request;
mod shell;
pub mod tap;
pub mod token;

use std::sync::Arc;

pub use config::netrc::entry as netrc_entry;
pub use needles::Needles;
pub use token::jwt;

use crate::fact::Fact;

/// One kind of file and how facts are read from it.
pub struct Reader {
    /// What it reads, for people.
    pub name: &'static str,
    /// Whether it reads the file at this path (relative, with `/`).
    pub takes: fn(path: &str) -> bool,
    /// The facts of the file's text.
    pub read: fn(path: &Arc<str>, text: &str) -> Vec<Fact>,
}

/// The name of the file at `path`. Each file of a large tree comes by here for each reader.
pub fn name_of(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).map_or(path, |at| &path[at + 1..])
}

/// The folder a file lies in; empty for the project's root.
pub fn folder_of(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).map_or("", |at| &path[..at])
}

/// `path` as it is meant in `folder`, `.` and `..` taken out; what leaves the project stays at its root.
pub(crate) fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every reader. A file is handed to each that takes it.
const READERS: &[Reader] =
    &[code::CODE, curl::CURL, shell::SHELL, manifest::NPM, manifest::PIP, manifest::NODE, manifest::LINES];

/// The readers that take the file at `path`.
pub fn readers_of(path: &str) -> Vec<&'static Reader> {
    READERS.iter().chain(config::READERS).filter(|reader| (reader.takes)(path)).collect()
}

/// The facts of one file.
pub fn facts(path: &Arc<str>, text: &str) -> Vec<Fact> {
    readers_of(path).into_iter().flat_map(|reader| (reader.read)(path, text)).collect()
}
