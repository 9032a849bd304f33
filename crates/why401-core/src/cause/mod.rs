//! Causes: the named reasons for which a credential is refused, each with its page and, where one is needed, its judge.

mod access;
mod asked;
pub(crate) mod bare;
pub(crate) mod carried;
mod clock;
mod cors;
mod echo;
mod env;
pub(crate) mod fallen;
mod header;
pub(crate) mod heard;
mod key;
pub(crate) mod keyed;
mod limit;
mod names;
mod netrc;
mod remarked;
mod request;
pub(crate) mod said;
mod server;
mod signature;
pub(crate) mod signed;
mod stopped;
mod surroundings;
mod tls;
mod token;
mod tried;

use std::fmt;

use crate::case::{Case, Stop};
use crate::fact::{Origin, Place};
use crate::provider::Provider;

/// A cause with its page, and its judge where it has one: one line of a group's list.
macro_rules! page {
    ($slug:literal, $page:literal) => {
        Cause { slug: $slug, page: include_str!($page), judge: None }
    };
    ($slug:literal, $page:literal, $judge:path) => {
        Cause { slug: $slug, page: include_str!($page), judge: Some($judge) }
    };
}
use page;

/// A named reason for refusal.
pub struct Cause {
    /// Stable public identifier, such as `key/whitespace`.
    pub slug: &'static str,
    /// Its page, Markdown.
    pub page: &'static str,
    /// Looks at a case; `None` where only a server's answer can show the cause.
    pub judge: Option<Judge>,
}

/// Looks at a case and answers with what it found.
pub type Judge = fn(&Case<'_>) -> Vec<Evidence>;

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cause({})", self.slug)
    }
}

impl Cause {
    /// All causes in the order of the catalogue.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        GROUPS.iter().copied().flatten()
    }

    /// The cause with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().find(|cause| cause.slug == slug)
    }

    /// The page's headline without the slug, such as `A blank or line break clings to the key`.
    pub fn title(&self) -> &'static str {
        let first = self.page.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }

    /// The first thing to do about it, a sentence or a few of the page.
    pub fn remedy(&self) -> String {
        let steps = self.page.split_once("## How to mend it").map_or("", |(_, steps)| steps);
        let first = steps.lines().skip_while(|line| !line.starts_with("1. "));
        let own = first.enumerate().take_while(|(index, line)| *index == 0 || line.starts_with(' '));
        let words: Vec<&str> = own.map(|(_, line)| line.trim_start_matches("1. ").trim()).collect();
        words.join(" ")
    }

    /// The page as people read it: markers such as `{{openai.project}}`, which tests fill with a made-up key, become
    /// words, and what the example expects becomes a sentence.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.page.len());
        let mut expects = false;
        for line in self.page.lines() {
            match (line, expects) {
                ("```expect", _) => expects = true,
                ("```", true) => expects = false,
                (line, true) => match line.split_once(' ') {
                    Some((command, rest)) => out.push_str(&format!("`why401 {command}` says: {rest}\n")),
                    None => out.push_str(&format!("{line}\n")),
                },
                (line, false) => {
                    out.push_str(&described(line));
                    out.push('\n');
                }
            }
        }
        out
    }
}

/// A line with `{{provider.kind}}` replaced by words in angle quotes.
fn described(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let name = after.split_once("}}").filter(|(name, _)| is_marker(name));
        match (name, name.and_then(|(name, _)| name.split_once('.'))) {
            (Some((_, tail)), Some((provider, kind))) => {
                let owner = Provider::find(provider).map_or(provider, |provider| provider.name.as_str());
                out.push_str(&format!("‹{owner} {kind} key›"));
                rest = tail;
            }
            _ => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out + rest
}

fn is_marker(name: &str) -> bool {
    name.contains('.')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
}

/// How far the evidence goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// An experiment or the bytes themselves show it.
    Proven,
    /// The evidence fits this and little else.
    Likely,
    /// It fits, and so do others.
    Possible,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// What a judge found for its cause.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// Something speaks for the cause.
    For(Box<Finding>),
    /// Something that looks like the cause is none here, and why.
    Against(Reason),
}

/// Something that speaks for a cause.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How far it goes.
    pub standing: Standing,
    /// The stop of the journey that is broken.
    pub stop: Stop,
    /// One sentence: what is wrong here.
    pub title: String,
    /// Why we say so, the telling place first.
    pub why: Vec<Reason>,
    /// How to mend it, best first.
    pub remedies: Vec<Remedy>,
    /// How much speaks for it, among findings of the same standing.
    pub weight: i32,
}

/// One piece of evidence in words, with the place it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A sentence.
    pub text: String,
    /// Where it was seen.
    pub origin: Option<Origin>,
}

/// One way to mend it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remedy {
    /// What to do, in a sentence.
    pub text: String,
    /// Edits that do it; `--fix` applies them.
    pub edits: Vec<Edit>,
    /// Commands that do it or help with it.
    pub commands: Vec<String>,
    /// Pages to open.
    pub links: Vec<String>,
}

/// A change of some bytes of a file. It never carries a secret: what stays, stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where the bytes are, for people.
    pub place: Place,
    /// Which bytes are replaced.
    pub span: std::ops::Range<usize>,
    /// What stands there instead.
    pub replacement: String,
}

impl Finding {
    /// Something is wrong at `origin`: what, in one sentence, and why we say so.
    pub fn new(
        standing: Standing,
        stop: Stop,
        title: impl Into<String>,
        origin: Origin,
        why: impl Into<String>,
    ) -> Self {
        let why = vec![Reason { text: why.into(), origin: Some(origin) }];
        Self { standing, stop, title: title.into(), why, remedies: Vec::new(), weight: 0 }
    }

    /// Adds a piece of evidence.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>, origin: Option<Origin>) -> Self {
        self.why.push(Reason { text: text.into(), origin });
        self
    }

    /// Adds a remedy.
    #[must_use]
    pub fn mend(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// The place that the report points at.
    pub fn place(&self) -> Option<&Place> {
        self.why.iter().find_map(|reason| reason.origin.as_ref()?.place())
    }
}

impl From<Finding> for Evidence {
    fn from(finding: Finding) -> Self {
        Self::For(Box::new(finding))
    }
}

impl Remedy {
    /// Something to do.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Adds an edit.
    #[must_use]
    pub fn edit(mut self, place: &Place, span: std::ops::Range<usize>, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { place: place.clone(), span, replacement: replacement.into() });
        self
    }

    /// Adds a command.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.commands.push(command.into());
        self
    }

    /// Adds a page.
    #[must_use]
    pub fn link(mut self, url: impl Into<String>) -> Self {
        self.links.push(url.into());
        self
    }
}

/// The catalogue, a slice per group.
const GROUPS: &[&[Cause]] = &[
    key::CAUSES,
    env::CAUSES,
    header::CAUSES,
    request::CAUSES,
    access::CAUSES,
    limit::CAUSES,
    token::CAUSES,
    clock::CAUSES,
    signature::CAUSES,
    cors::CAUSES,
    server::CAUSES,
    tls::CAUSES,
];
