//! A request as a person has it: a curl line, an entry of a HAR, an `.http` file, a raw request, a URL.
//!
//! Each reader makes a [`Draft`]: text with holes where variables stand. Filled, it is [`Asked`]: the request with the
//! bytes that the person's own program would send, and how it is to be sent. What cannot be honoured is noted by name.

mod address;
mod curl;
mod har;
mod http_file;
mod raw;
mod template;
mod text;
mod uri;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

pub use curl::{curl, curl_text};
pub use har::har;
pub use http_file::{http_file, requests_of};
pub use raw::raw;
pub use uri::url;

use super::carriers::{is_header, is_parameter};
use crate::exchange::{Manner, Request};
use crate::secret::Secret;
use raw::Exactly;
use template::Template;
use text::Text;

/// A request with holes.
#[derive(Clone)]
pub struct Draft {
    words: Vec<Template>,
    build: Build,
    files: BTreeMap<String, Secret>,
    shown: Asked,
    wanted: Vec<String>,
    /// What was seen in the text itself, before any value.
    notes: Vec<Note>,
    warnings: Vec<String>,
    /// What no value changes.
    exactly: Option<Exactly>,
}

/// How a reader makes a request of the words it found.
type Build = fn(&[Text], &Files) -> Result<Asked, Refused>;

/// A request that is ready to be sent.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is asked, byte for byte; header fields in the order and letter case in which the program sends them.
    pub request: Request,
    /// How it is to be sent.
    pub manner: Manner,
    /// Where which variable went.
    pub sources: Vec<Source>,
    /// The request is to be signed (`--aws-sigv4`): with what. No credential of it is in the request yet.
    pub signing: Option<Signing>,
    /// What the person asked for and does not get.
    pub notes: Vec<Note>,
    /// What the person should know: a credential where others can read it, a reference that is not replaced.
    pub warnings: Vec<String>,
}

/// A variable whose value stands somewhere in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub variable: String,
    /// Where its value stands.
    pub at: Spot,
}

/// A place in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The header field of this name.
    Header(String),
    /// The query parameter of this name.
    Parameter(String),
    /// Elsewhere in the URL.
    Address,
    /// The body.
    Body,
}

/// How AWS and its kin are to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Provider, region and service, as curl takes them: `aws:amz:eu-west-1:s3`.
    pub scope: String,
    /// Key id and secret key, joined by a colon.
    pub user: Secret,
    /// Names of the headers that the person gave: they are signed, and curl's own are not.
    pub given: Vec<String>,
    /// Whether the body is that of `-d` and its kin; curl does not look at others.
    pub is_data: bool,
}

/// Something that is not honoured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The option or the part, as it was written.
    pub what: String,
    /// Why not, as a clause: "it is for the proxy alone".
    pub why: String,
}

/// The text is no request, or one that cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, and where.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}", self.what, self.hint)
    }
}

/// Why a draft could not be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfilled {
    /// These have no value: names of variables, and paths of files (`-` is standard input).
    Missing {
        /// Names of variables.
        variables: Vec<String>,
        /// Paths of files.
        files: Vec<String>,
    },
    /// With these values it is no request.
    Refused(Refused),
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Missing { variables, files } => {
                let all: Vec<_> = variables.iter().map(|name| format!("`{name}`")).collect();
                if !all.is_empty() {
                    write!(f, "no value is known of {}", all.join(", "))?;
                }
                let all: Vec<_> = files.iter().map(|path| format!("`{path}`")).collect();
                if !all.is_empty() {
                    let also = if variables.is_empty() { "" } else { "; " };
                    write!(f, "{also}not read: {}", all.join(", "))?;
                }
                Ok(())
            }
        }
    }
}

/// The files that a request takes a part of itself from.
#[derive(Default)]
struct Files {
    given: BTreeMap<String, Secret>,
    wanted: RefCell<Vec<String>>,
}

impl Files {
    /// The bytes of a file; none as long as it was not given.
    fn read(&self, path: &str) -> Text {
        let mut text = Text::default();
        match self.given.get(path) {
            Some(bytes) => text.push_bytes(bytes.expose()),
            None => self.wanted.borrow_mut().push(path.to_owned()),
        }
        text
    }
}

impl Draft {
    /// Reads once with the references as they were written, so that mistakes show before anything is asked for.
    fn new(words: Vec<Template>, build: Build) -> Result<Self, Refused> {
        let files = Files::default();
        let open: Vec<Text> = words.iter().map(Template::open).collect();
        let shown = build(&open, &files)?;
        let mut wanted = files.wanted.into_inner();
        wanted.dedup();
        Ok(Self {
            words,
            build,
            files: BTreeMap::new(),
            shown,
            wanted,
            notes: Vec::new(),
            warnings: Vec::new(),
            exactly: None,
        })
    }

    /// The request with its references as they were written: for what must be known before values are looked up, such
    /// as the host. Never to be sent.
    pub fn shown(&self) -> &Asked {
        &self.shown
    }

    /// Names of the variables in it, in their order, each once.
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for hole in self.words.iter().flat_map(Template::holes) {
            if !names.contains(&hole.name.as_str()) {
                names.push(&hole.name);
            }
        }
        names
    }

    /// Paths of the files that it takes a part of itself from; `-` is standard input.
    pub fn files(&self) -> &[String] {
        &self.wanted
    }

    /// Hands over the content of one of the [`files`](Self::files).
    pub fn give(&mut self, path: &str, content: Secret) {
        self.files.insert(path.to_owned(), content);
    }

    /// The request with these values. To try another value is to fill the draft anew.
    ///
    /// # Errors
    /// Names without a value, files that were not given, or values with which it is no request.
    pub fn fill(&self, give: &dyn Fn(&str) -> Option<Secret>) -> Result<Asked, Unfilled> {
        let filled: Vec<Text> = self.words.iter().flat_map(|word| word.filled(give)).collect();
        let mut variables: Vec<String> = Vec::new();
        for hole in self.words.iter().flat_map(Template::holes) {
            if hole.otherwise.is_none() && !variables.contains(&hole.name) && give(&hole.name).is_none() {
                variables.push(hole.name.clone());
            }
        }
        let files: Vec<String> = self.wanted.iter().filter(|path| !self.files.contains_key(*path)).cloned().collect();
        if !variables.is_empty() || !files.is_empty() {
            return Err(Unfilled::Missing { variables, files });
        }
        let given = Files { given: self.files.clone(), wanted: RefCell::default() };
        let mut asked = (self.build)(&filled, &given).map_err(Unfilled::Refused)?;
        asked.notes.extend(self.notes.iter().cloned());
        asked.warnings.extend(self.warnings.iter().cloned());
        if let Some(exactly) = &self.exactly {
            exactly.put(&mut asked);
        }
        if given.wanted.into_inner().is_empty() {
            return Ok(asked);
        }
        Err(Unfilled::Refused(refused(
            "the path of a file is made with a variable",
            "Write the path itself; variables may stand in what is sent.",
        )))
    }

    fn exactly(mut self, exactly: Exactly) -> Self {
        exactly.put(&mut self.shown);
        self.exactly = Some(exactly);
        self
    }

    fn noted(mut self, notes: Vec<Note>) -> Self {
        self.shown.notes.extend(notes.iter().cloned());
        self.notes.extend(notes);
        self
    }

    fn warned(mut self, warnings: Vec<String>) -> Self {
        self.shown.warnings.extend(warnings.iter().cloned());
        self.warnings.extend(warnings);
        self
    }
}

fn refused(what: impl Into<String>, hint: impl Into<String>) -> Refused {
    Refused { what: what.into(), hint: hint.into() }
}

impl Asked {
    /// Adds a header field; a reference in its value is remembered.
    fn field(&mut self, name: &str, value: &Text) {
        self.sources
            .extend(value.names().into_iter().map(|variable| Source { variable, at: Spot::Header(name.into()) }));
        self.request.headers.push((name.to_owned(), value.secret()));
    }

    /// Sets the body; references in it are remembered.
    fn set_body(&mut self, body: &Text) {
        self.sources.extend(body.names().into_iter().map(|variable| Source { variable, at: Spot::Body }));
        self.request.body = body.secret();
    }

    fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.notes.push(Note { what: what.into(), why: why.into() });
    }

    /// Warns of credentials in the address: they end in logs and histories.
    fn warn_of_address(&mut self) {
        let carries: Vec<String> = (self.request.parameters())
            .filter(|(name, value)| is_parameter(name) && value.is_some_and(|value| !value.is_empty()))
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in carries {
            self.warnings.push(format!(
                "The credential stands in the address (`{name}`): servers and proxies write addresses to their logs."
            ));
        }
    }

    /// Warns of credentials that stand on a command line, not in a variable.
    fn warn_of_arguments(&mut self) {
        let from_variable = |name: &str| self.sources.iter().any(|source| source.at == Spot::Header(name.to_owned()));
        let plain: Vec<String> = (self.request.headers.iter())
            .filter(|(name, value)| is_header(name) && !value.is_empty() && !from_variable(name))
            .map(|(name, _)| name.clone())
            .collect();
        for name in plain {
            self.warnings.push(format!(
                "The credential of `{name}` is an argument of the command: every user of this machine can read it in the list of processes, and the shell keeps what was typed. Put it into a variable and write '$NAME' in single quotes."
            ));
        }
    }
}
