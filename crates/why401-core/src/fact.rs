//! Fact: something that was seen, and where. It blames no one.

use std::ops::Range;
use std::sync::Arc;

use crate::secret::Secret;

/// A position in a text file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path relative to the project, with `/` between its parts.
    pub path: Arc<str>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// Number of characters that the caret underlines; 0 where only the line is meant.
    pub width: u32,
}

impl Place {
    /// The place of `span` (bytes) in `text`, the content of the file at `path`.
    pub fn of(path: &Arc<str>, text: &[u8], span: &Range<usize>) -> Self {
        let start = span.start.min(text.len());
        let end = span.end.clamp(start, text.len());
        let line_start = memchr::memrchr(b'\n', &text[..start]).map_or(0, |at| at + 1);
        let line_end = memchr::memchr(b'\n', &text[start..end]).map_or(end, |at| start + at);
        let count = |bytes: &[u8]| u32::try_from(String::from_utf8_lossy(bytes).chars().count()).unwrap_or(u32::MAX);
        Self {
            path: path.clone(),
            line: 1 + u32::try_from(memchr::memchr_iter(b'\n', &text[..start]).count()).unwrap_or(u32::MAX - 1),
            column: 1 + count(&text[line_start..start]),
            width: count(&text[start..line_end]),
        }
    }

    /// The whole line.
    pub fn line(path: &Arc<str>, line: u32) -> Self {
        Self { path: path.clone(), line, column: 1, width: 0 }
    }
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// In a file.
    File(Place),
    /// In a variable of this process's environment.
    Variable(String),
    /// In a header field.
    Header(String),
    /// At a host.
    Host(String),
    /// On this machine's clock.
    Clock,
}

impl Origin {
    /// The place, where it is in a file.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::File(place) => Some(place),
            Self::Variable(_) | Self::Header(_) | Self::Host(_) | Self::Clock => None,
        }
    }
}

/// Something that was seen.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Where.
    pub origin: Origin,
    /// The bytes it spans in its file, for an edit; empty elsewhere.
    pub span: Range<usize>,
    /// What.
    pub seen: Seen,
}

/// What was seen.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A package that the project depends on.
    Package(Package),
    /// A call or option that makes a loader read env files.
    Loads(Loads),
    /// A name is given a value elsewhere than in an env file.
    Sets(Sets),
    /// A program reads a variable.
    Reads(Reads),
    /// A request is built that carries a credential.
    Sends(Sends),
}

/// A package that the project depends on.
#[derive(Clone, Debug)]
pub struct Package {
    /// The registry it comes from: `npm`, `pypi`, `rubygems`, `packagist`, `go`, `cargo`, `maven`, `nuget`.
    pub registry: &'static str,
    /// Its name there.
    pub name: String,
    /// The first number of the version in use, from the lock file or else from the requirement.
    pub major: Option<u32>,
}

/// A call or option that makes a loader read env files.
#[derive(Clone, Debug)]
pub struct Loads {
    /// Slug of the loader.
    pub loader: String,
    /// The files that it names, as written; empty where it takes its own.
    pub files: Vec<String>,
}

/// A name is given a value elsewhere than in an env file.
#[derive(Clone, Debug)]
pub struct Sets {
    /// The variable.
    pub name: String,
    /// What it is given.
    pub value: Value,
    /// By which means.
    pub by: Setter,
}

/// By which means a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// A shell script or a command line.
    Shell,
    /// `ENV` of a Dockerfile.
    DockerEnv,
    /// `ARG` of a Dockerfile: there while the image is built, gone when it runs.
    DockerArg,
    /// `environment:` of a Compose service.
    Compose,
    /// `env:` of a CI workflow, job or step.
    Ci,
    /// A Kubernetes object.
    Kubernetes,
    /// A hosting platform's configuration file.
    Platform,
    /// A systemd unit.
    Systemd,
    /// The program itself.
    Code,
}

/// A value as it is written outside an env file.
#[derive(Clone, Debug)]
pub enum Value {
    /// These bytes.
    Literal(Secret),
    /// Another name's value: `${{ secrets.NAME }}`, `$NAME`, `${NAME}`.
    Reference {
        /// The name referred to.
        name: String,
        /// Where it is looked up: `secrets`, `vars`, `env`; empty for a shell or Compose variable.
        scope: String,
    },
    /// Taken over from the environment under the same name.
    Inherited,
    /// Something that is worked out at run time.
    Unknown,
}

/// A program reads a variable.
#[derive(Clone, Debug)]
pub struct Reads {
    /// The variable.
    pub name: String,
    /// How the code says it, without the name: `process.env`, `import.meta.env`, `os.environ`.
    pub through: &'static str,
    /// Whether the code runs in a browser.
    pub browser: bool,
    /// Whether there is a value to fall back on.
    pub fallback: bool,
}

/// The part of a request that carries the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A header field.
    Header,
    /// A query parameter.
    Query,
    /// The user part of HTTP Basic.
    Basic,
    /// A cookie.
    Cookie,
    /// A field of the body.
    Body,
}

/// A request is built that carries a credential.
#[derive(Clone, Debug)]
pub struct Sends {
    /// The part of the request.
    pub carrier: Carrier,
    /// Header or parameter name as written.
    pub name: String,
    /// What stands before the credential in the same value, such as `Bearer `; `None` where it is not known.
    pub before: Option<String>,
    /// What stands after it.
    pub after: String,
    /// The credential.
    pub credential: Operand,
    /// The host it goes to, where the code says so.
    pub host: Option<String>,
    /// Names of the other headers of the same request, where they can be seen.
    pub companions: Vec<String>,
}

/// The credential as code refers to it.
#[derive(Clone, Debug)]
pub enum Operand {
    /// An environment variable, directly or through one local name.
    Variable(String),
    /// It stands in the code.
    Literal(Secret),
    /// Something else.
    Unknown,
}
