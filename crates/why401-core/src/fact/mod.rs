//! Fact: something that was seen, and where. It blames no one.

mod token;
mod told;

use std::ops::Range;
use std::sync::Arc;

use crate::clock::Offset;
use crate::secret::Secret;
pub use token::{Clock, Introspected, Keys, LEEWAY, Token, Wants};
pub use told::{Claims, Echoes, Mentions, Remark, Repeats, Surrounding, Tried, TriedIn, Visits};

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
    /// In what the user handed over: an argument, an option, standard input.
    Given(String),
    /// On this machine's clock.
    Clock,
}

impl Origin {
    /// The place, where it is in a file.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::File(place) => Some(place),
            Self::Variable(_) | Self::Header(_) | Self::Host(_) | Self::Given(_) | Self::Clock => None,
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

impl Fact {
    /// Whether it is this remark.
    pub fn is(&self, remark: Remark) -> bool {
        matches!(self.seen, Seen::Remark(seen) if seen == remark)
    }
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
    /// A process is started with an environment of its own.
    Starts(Starts),
    /// A command is started without a shell, and an argument refers to this variable: nobody puts its value in.
    Verbatim(String),
    /// A CI workflow asks for a secret.
    Asks(Asks),
    /// A CI job calls a reusable workflow.
    Calls(Calls),
    /// A named command of the project: a script of `package.json`, a target of a Makefile.
    Task(Task),
    /// A file of credentials, such as `.npmrc`, has one for an address, or says where requests go.
    Stored(Stored),
    /// A key of a known shape stands in a text.
    Stands(Stands),
    /// A text names an address.
    Mentions(Mentions),
    /// An answer or a client's message repeats the credential, whole or in part.
    Echoes(Echoes),
    /// A token's claim, or what somebody expects it to be.
    Claims(Claims),
    /// A token that a request carried, or that somebody handed over.
    Token(Box<Token>),
    /// Keys that a token's signature is held against.
    Keys(Keys),
    /// What a token must satisfy.
    Wants(Wants),
    /// What its issuer says of a token.
    Introspected(Introspected),
    /// Code that judges credentials itself.
    Verifies,
    /// Code that takes only keys with this beginning.
    Compares(String),
    /// Code that takes only keys that this expression fits.
    Demands(String),
    /// A text calls a variable or a setting by its name.
    Refers(String),
    /// A sentence says that a program reads the variable of this name.
    Wanted(String),
    /// A small sign that decides between causes.
    Remark(Remark),
    /// A word that is known to stand beside refusals of some causes.
    Word(&'static str),
    /// Code looks for the credential in this header.
    Expects(String),
    /// Code looks for this word before the credential.
    ExpectsScheme(String),
    /// A call that a person tried, and what it came to.
    Tried(Tried),
    /// A header is written without its name, or without its value.
    Nameless(String),
    /// A text that looks like a credential stands somewhere in a paste.
    Looks(Secret),
    /// The question has to do with a surrounding of the program that has a way of its own with credentials.
    Involves(Surrounding),
    /// This machine's clock was held against that of the server.
    ClockDiffers(Offset),
    /// What a captured request carried is the value that stands here, of the variable of this name; empty where none holds it.
    Arrived(String),
    /// The program sent a refused request again and again.
    Repeats(Repeats),
    /// A client of registries keeps a credential for an address, or asks at one.
    Visits(Visits),
    /// From here on the file is not what its name says, and was not read.
    Unread(&'static str),
}

/// A key of a known shape stands in a text: in code, a note, a page, a bundle.
#[derive(Clone, Debug)]
pub struct Stands {
    /// The key.
    pub value: Secret,
    /// Who gets to see the file.
    pub reach: Reach,
}

/// Who gets to see a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whoever loads the page: a browser gets the file.
    Browser,
    /// Whoever gets the repository: git tracks the file.
    Repository,
    /// Nobody yet: git neither tracks nor ignores the file, or there is no repository.
    Next,
    /// Whoever gets what was built; nothing says that it is for browsers.
    Build,
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
    /// Modules of the project that have run before this load does, as paths without their extension, relative to the
    /// project: what they read at their top level is read too early.
    pub after: Vec<String>,
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
    /// A credential file such as `.npmrc`.
    CredentialFile,
    /// The program itself.
    Code,
}

/// Who starts a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// A step of a CI job.
    Ci,
    /// A Compose service.
    Compose,
    /// The command of a container image.
    Image,
    /// A systemd unit.
    Systemd,
    /// A line of a crontab.
    Cron,
    /// `sudo`.
    Sudo,
    /// A hosting platform, for one of its targets: an environment, a context, the build.
    Target,
    /// A hosting platform, for one function or service that it runs.
    Function,
}

/// A process is started with an environment of its own. The fact spans all that describes it.
#[derive(Clone, Debug)]
pub struct Starts {
    /// Who starts it.
    pub by: Starter,
    /// What people call it: the job, the service, the unit; empty where it has no name.
    pub name: String,
    /// The variables that it is given.
    pub given: Vec<String>,
    /// Env files whose variables it is given, relative to the project.
    pub files: Vec<String>,
    /// Files that its command line names, relative to the project where the start of the path is known.
    pub programs: Vec<String>,
    /// The folder whose code it runs, relative to the project, where that is known.
    pub folder: Option<String>,
    /// Whether the project's folder itself, env files included, is laid into it.
    pub mounted: bool,
    /// Whether it may be given variables that cannot be seen here.
    pub open: bool,
}

/// A named command of the project.
#[derive(Clone, Debug)]
pub struct Task {
    /// The file relative to the project, `#` and the name: `package.json#build`, which is how a script names it.
    pub name: String,
    /// Files and further tasks that it starts, as in [`Starts::programs`].
    pub programs: Vec<String>,
    /// Variables that it sets itself.
    pub given: Vec<String>,
    /// Whether it may set variables that cannot be seen here.
    pub open: bool,
}

/// A CI workflow asks for a secret.
#[derive(Clone, Debug)]
pub struct Asks {
    /// The secret's name, in capitals: CI systems do not tell letter cases apart.
    pub name: String,
    /// Where it is looked up: `secrets` or `vars` of GitHub, `variables` of GitLab.
    pub store: &'static str,
    /// The job; empty where none is meant.
    pub job: String,
    /// The deployment environment of that job, as written.
    pub environment: Option<String>,
    /// Where it is asked for.
    pub spot: Spot,
    /// Whether the work fails where it is empty: nothing stands in for it, and no condition asks first.
    pub needed: bool,
    /// Whether a run for a pull request from a fork, or a merge request, gets here.
    pub forks: bool,
}

/// Where a CI workflow asks for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The value of a variable.
    Env,
    /// An input of an action, or a secret handed to a called workflow.
    With,
    /// The text of a script.
    Script,
    /// The condition of a job or step.
    Condition,
    /// The declaration of what callers hand in; `required` there.
    Declared {
        /// Whether callers must hand it in.
        required: bool,
    },
    /// A composite action, which has no secrets.
    Composite,
    /// Anything else.
    Other,
}

/// A CI job calls a reusable workflow.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The called file, relative to the project.
    pub file: String,
    /// The secrets that are handed to it.
    pub passes: Passes,
}

/// The secrets that a caller hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passes {
    /// All that it has itself.
    All,
    /// These, in capitals.
    Named(Vec<String>),
}

/// What an entry of `.npmrc` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// A credential for this address: host, or host and path, without the scheme.
    Credential {
        /// The address; empty where the entry names none.
        address: String,
        /// The variable that holds it, where one is named.
        variable: Option<String>,
    },
    /// Requests go to this address, without the scheme.
    Goes {
        /// The address.
        address: String,
        /// The scope for which that holds, such as `@acme`; empty for all that no scope claims.
        scope: String,
    },
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
    /// These bytes, at a place that asks for an encoding which they do not have.
    Undecodable(Secret),
    /// Taken over from the environment under the same name.
    Inherited,
    /// Text in which `$NAME` is filled in before the program gets it; as it is written.
    Filled(Secret),
    /// The path of a file that holds it, said by the file or only guessed from the way a script uses it.
    Path {
        /// Whether the file says so.
        declared: bool,
    },
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
    /// Whether it happens while the file itself is loaded, not later in a function.
    pub top: bool,
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
    /// Bytes of the name in the file; empty where it is not written there.
    pub name_span: Range<usize>,
    /// What stands before the credential in the same value, such as `Bearer `; `None` where it is not known.
    pub before: Option<String>,
    /// Bytes of `before` in the file; empty where nothing stands there.
    pub before_span: Range<usize>,
    /// What stands after it.
    pub after: String,
    /// The credential.
    pub credential: Operand,
    /// Where the credential stands, and how text can be put before it.
    pub slot: Slot,
    /// How the credential is encoded on its way into the request.
    pub encoding: Encoding,
    /// The host it goes to, where the code says so.
    pub host: Option<String>,
    /// The path on that host, where the code says so; empty otherwise.
    pub url_path: String,
    /// How surely the request goes to that host.
    pub near: Near,
    /// Names of other headers that the same file sets.
    pub companions: Vec<String>,
    /// Whether nothing else that cannot be seen adds headers to the request.
    pub complete: bool,
    /// The client library that places the credential, where one does.
    pub sdk: Option<&'static str>,
}

/// How surely a request goes to the host that stands near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// The host stands in the same call, or in the call that the headers are handed to.
    Call,
    /// It is the only host of the same function.
    Function,
    /// It is the only host of the same file.
    File,
}

/// How the credential is encoded on its way into the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    #[default]
    None,
    /// Base64 on one line. `joined`: whether a colon can be seen in what is encoded; `None` where it cannot be told.
    Base64 {
        /// Whether a user and a password are joined with a colon.
        joined: Option<bool>,
    },
    /// Base64 with line breaks: Ruby's `encode64`, MIME encoders.
    Base64Lines,
    /// The text form of Python bytes: `b'…'`.
    Base64Bytes,
    /// Base64 of a text that ends in a line break: `echo … | base64`.
    Base64OfLine,
    /// User and password that the client library joins and encodes.
    ByClient,
    /// Everything that a secret store holds under one name, which mostly is a JSON object with the key in a field.
    Whole,
}

/// Where the credential stands in the code, and how text can be put before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// The bytes of the credential's expression.
    pub span: Range<usize>,
    /// How text is joined to it.
    pub join: Join,
}

/// How text is joined to an expression in the language at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// Nobody knows.
    #[default]
    Unknown,
    /// It stands inside a string: text goes right before it.
    Inside,
    /// `"text" + expression`.
    Plus,
    /// `'text' . $expression`.
    Dot,
    /// `` `text${expression}` ``.
    Template,
    /// `&format!("text{}", expression)`.
    Format,
}

impl Slot {
    /// The edits that put `text` before the credential, as bytes to replace and what stands there instead; none where
    /// the language does not tell how.
    pub fn prefix(&self, text: &str) -> Vec<(Range<usize>, String)> {
        let at = |byte: usize, text: String| (byte..byte, text);
        let Range { start, end } = self.span;
        match self.join {
            Join::Unknown => Vec::new(),
            Join::Inside => vec![at(start, text.to_owned())],
            Join::Plus => vec![at(start, format!("\"{text}\" + "))],
            Join::Dot => vec![at(start, format!("'{text}' . "))],
            Join::Template => vec![at(start, format!("`{text}${{")), at(end, "}`".to_owned())],
            Join::Format => vec![at(start, format!("format!(\"{text}{{}}\", ")), at(end, ")".to_owned())],
        }
    }
}

/// The credential as code refers to it.
#[derive(Clone, Debug)]
pub enum Operand {
    /// An environment variable, directly or through one local name.
    Variable(String),
    /// It stands in the code.
    Literal(Secret),
    /// A local name or field whose value cannot be seen.
    Local(String),
    /// A variable that the shell leaves as it is written, because it stands in single quotes.
    Unexpanded(String),
    /// Something else.
    Unknown,
}
