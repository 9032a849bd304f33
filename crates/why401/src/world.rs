//! World: the only door to files and to the environment.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use why401_core::loader::Environment;
use why401_core::secret::Secret;

/// What went wrong on our side. It says whose fault it is and what to do; it is never a refusal.
#[derive(Debug)]
pub struct Error {
    /// What could not be done, and why.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Error {
    /// An error without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It does not exist.
    Missing,
    /// It is a folder.
    Folder,
    /// It is a pipe, a socket or a device: reading it could wait for ever.
    NotAFile,
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// The system refused, with its reason.
    Refused(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it does not exist"),
            Self::Folder => f.write_str("it is a folder"),
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::TooLarge(limit) => write!(f, "it is larger than {limit} bytes"),
            Self::Refused(why) => write!(f, "it could not be read: {why}"),
        }
    }
}

/// Reads a regular file of at most `limit` bytes, links followed.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    kind_of(&fs::metadata(path).map_err(refused)?)?;
    let mut bytes = Vec::new();
    let length = read_into(&mut bytes, path, limit)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn refused(error: io::Error) -> Unread {
    match error.kind() {
        io::ErrorKind::NotFound => Unread::Missing,
        _ => Unread::Refused(error.to_string()),
    }
}

/// An error unless it is a regular file.
fn kind_of(found: &fs::Metadata) -> Result<(), Unread> {
    match (found.is_file(), found.is_dir()) {
        (true, _) => Ok(()),
        (_, true) => Err(Unread::Folder),
        _ => Err(Unread::NotAFile),
    }
}

/// The same of what a listing calls a regular file, into a buffer that is used again for the next one: its bytes are
/// those in front. Its path is looked up once.
pub fn read_into<'b>(buffer: &'b mut Vec<u8>, path: &Path, limit: u64) -> Result<&'b [u8], Unread> {
    let mut file = File::open(path).map_err(refused)?;
    let before = file.metadata().map_err(refused)?;
    kind_of(&before)?;
    if before.len() > limit {
        return Err(Unread::TooLarge(limit));
    }
    // Files of the system say that they are empty.
    let Ok(length @ 1..) = usize::try_from(before.len()) else {
        buffer.clear();
        file.take(limit + 1).read_to_end(buffer).map_err(refused)?;
        return if buffer.len() as u64 > limit { Err(Unread::TooLarge(limit)) } else { Ok(buffer) };
    };
    if buffer.len() < length {
        buffer.resize(length, 0);
    }
    // The length is known, so that nothing needs to ask whether there is more.
    let mut filled = 0;
    while filled < length {
        match file.read(&mut buffer[filled..length]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(refused(error)),
        }
    }
    Ok(&buffer[..filled])
}

/// All of standard input, up to `limit` bytes.
pub fn standard_input(limit: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::new(format!("standard input could not be read: {error}")))?;
    Ok(bytes)
}

/// How many threads this machine can run at once.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Lets this process open as many files as the system lets it; where there is no such limit, nothing.
pub fn open_more() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let known = getrlimit(Resource::Nofile);
        // Where it is not allowed, what is open must do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: known.maximum, maximum: known.maximum });
    }
}

/// Standard input, to be read piece by piece.
pub fn input() -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

/// A regular file, to be read piece by piece, and its length in bytes.
pub fn open(path: &Path) -> Result<(File, u64), Unread> {
    kind_of(&fs::metadata(path).map_err(refused)?)?;
    let file = File::open(path).map_err(refused)?;
    let found = file.metadata().map_err(refused)?;
    kind_of(&found)?;
    Ok((file, found.len()))
}

/// Some bytes of a regular file, to be read piece by piece.
pub fn open_part(path: &Path, bytes: Range<u64>) -> Result<Box<dyn Read + Send>, Unread> {
    let (mut file, _) = open(path)?;
    file.seek(SeekFrom::Start(bytes.start)).map_err(refused)?;
    Ok(Box::new(file.take(bytes.end - bytes.start)))
}

/// The SHA-256 digest of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Replaces the file at `path` by `bytes`, whole or not at all; its permissions stay. A link stays a link: the file
/// it leads to is replaced.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| {
        Error::new(format!("{}: it could not be written, and was left as it was: {error}", path.display()))
    };
    let target = fs::canonicalize(path).map_err(failed)?;
    let mode = fs::metadata(&target).map_err(failed)?.permissions();
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().set_permissions(mode)).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map(drop).map_err(|error| failed(error.error))
}

/// The names in a folder that are wanted, sorted; empty where it cannot be listed.
pub fn names_in(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(listing) = fs::read_dir(folder) else { return Vec::new() };
    let names = listing.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| wanted(name)).collect();
    names.sort_unstable();
    names
}

/// What `git` answers in `folder`; `None` where it is not installed or refuses. The repository's own settings must not
/// make it run anything.
pub fn git(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git")
        .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/nonexistent", "--no-optional-locks", "-C"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}

/// The time by this machine's clock. Seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The environment of this process. Names and values that are not UTF-8 are left out.
pub fn environment() -> Environment {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, Secret::from(value.into_string().ok()?.as_str()))))
        .collect()
}

/// The folder that `path` means, as an absolute path; an error that says what is wrong with it.
pub fn folder(path: &Path) -> Result<PathBuf, Error> {
    let shown = path.display();
    let found = fs::canonicalize(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(format!("{shown}: there is no such folder"))
            .hint("give the folder of your project, or nothing to look at the current one"),
        _ => Error::new(format!("{shown}: {error}")),
    })?;
    if found.is_dir() {
        // A folder that cannot be looked into is no clean project.
        fs::read_dir(&found).map_err(|error| Error::new(format!("{shown}: it could not be read: {error}")))?;
        Ok(found)
    } else {
        Err(Error::new(format!("{shown}: this is a file, and `check` looks at a project's folder"))
            .hint("give the folder that holds it"))
    }
}
