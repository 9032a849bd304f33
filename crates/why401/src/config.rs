//! `.why401.toml`: what a project asks to be left out, and providers of its own.

use std::path::Path;

use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use why401_core::cause::{Cause, Reason};
use why401_core::diagnosis::{Diagnosis, Named, RuledOut};
use why401_core::provider::Provider;

use crate::world::{self, Error, Unread};

/// The file's name, in the root of the project.
pub const FILE: &str = ".why401.toml";
const LIMIT: u64 = 1 << 20;

/// What a project asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Findings to leave out.
    #[serde(default)]
    pub ignore: Vec<Ignore>,
    /// Services that the registry does not know, in its own schema.
    #[serde(default)]
    pub provider: Vec<Provider>,
}

/// Findings to leave out: all that is set must fit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// A cause, or a group such as `key`.
    #[serde(default)]
    pub cause: Option<String>,
    /// A path pattern, relative to the project.
    #[serde(default)]
    pub path: Option<String>,
    /// A variable.
    #[serde(default)]
    pub variable: Option<String>,
    /// Why; shown with `-v`.
    pub reason: String,
}

impl Config {
    /// Reads the file in `root`; an empty configuration where there is none.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let bytes = match world::read(&root.join(FILE), LIMIT) {
            Ok(bytes) => bytes,
            Err(Unread::Missing) => return Ok(Self::default()),
            Err(why) => return Err(Error::new(format!("{FILE}: {why}"))),
        };
        let text = String::from_utf8(bytes).map_err(|_| Error::new(format!("{FILE}: it is not UTF-8")))?;
        let config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            Error::new(format!("{FILE}:{line}: {}", without_values(error.message())))
                .hint("its form is described in docs/configuration.md")
        })?;
        for rule in &config.ignore {
            rule.check()?;
        }
        Ok(config)
    }
}

impl Ignore {
    /// The rule that leaves out one cause or group, as `--ignore` says it.
    pub fn cause(slug: &str) -> Self {
        Self { cause: Some(slug.to_owned()), reason: "by --ignore".to_owned(), ..Self::default() }
    }

    fn check(&self) -> Result<(), Error> {
        if self.cause.is_none() && self.path.is_none() && self.variable.is_none() {
            return Err(Error::new(format!("{FILE}: an [[ignore]] names no cause, path or variable"))
                .hint("it would leave out everything; name what it is about"));
        }
        if let Some(cause) = &self.cause {
            let unknown = format!("{FILE}: an [[ignore]] names a cause that does not exist");
            known(cause).map_err(|_| Error::new(unknown).hint("`why401 causes` lists them all"))?;
        }
        self.glob().map(drop)
    }

    fn glob(&self) -> Result<Option<GlobMatcher>, Error> {
        let Some(pattern) = &self.path else { return Ok(None) };
        let glob = Glob::new(pattern).map_err(|error| {
            // The pattern itself is not repeated: people paste keys into the wrong place.
            Error::new(format!("{FILE}: the path of an [[ignore]] is no pattern: {}", error.kind()))
        })?;
        Ok(Some(glob.compile_matcher()))
    }

    fn fits(&self, named: &Named) -> bool {
        let cause = self.cause.as_deref().is_none_or(|cause| is_of(named.cause.slug, cause));
        let variable = self.variable.as_ref().is_none_or(|variable| *variable == named.credential);
        let path = match self.glob() {
            Ok(Some(glob)) => named.finding.place().is_some_and(|place| glob.is_match(&*place.path)),
            Ok(None) => true,
            Err(_) => false,
        };
        cause && variable && path
    }
}

/// The parser's message without the text that it quotes from the file, unless that is a plain word: a key may stand
/// there. What it expected instead are its own words.
fn without_values(message: &str) -> String {
    let (said, expected) = message.split_at(message.rfind(", expected").unwrap_or(message.len()));
    let Some(start) = said.find(['"', '`']) else { return message.to_owned() };
    let end = said.rfind(&said[start..=start]).filter(|end| *end > start).unwrap_or(said.len());
    let quoted = &said[start + 1..end];
    let is_word = |byte: u8| byte.is_ascii_lowercase() || b"_-".contains(&byte);
    if quoted.len() <= 24 && quoted.bytes().all(is_word) {
        return message.to_owned();
    }
    let rest = said.get(end + 1..).unwrap_or_default();
    format!("{}‹{} characters›{rest}{expected}", &said[..start], quoted.chars().count())
}

/// Whether `slug` is the cause `wanted` or of the group `wanted`.
pub fn is_of(slug: &str, wanted: &str) -> bool {
    slug == wanted || slug.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
}

/// An error where `wanted` is neither a cause nor a group.
pub fn known(wanted: &str) -> Result<(), Error> {
    if Cause::all().any(|cause| is_of(cause.slug, wanted)) {
        return Ok(());
    }
    Err(Error::new(format!("there is no cause or group {wanted:?}")).hint("`why401 causes` lists them all"))
}

/// Takes out what the rules leave out; it stays visible among what was ruled out, with the reason.
pub fn leave_out(diagnosis: &mut Diagnosis, rules: &[Ignore]) {
    let causes = std::mem::take(&mut diagnosis.causes);
    for named in causes {
        match rules.iter().find(|rule| rule.fits(&named)) {
            None => diagnosis.causes.push(named),
            Some(rule) => diagnosis.ruled_out.push(RuledOut {
                cause: named.cause.slug,
                reason: Reason {
                    text: format!("{} (left out: {})", named.finding.title, rule.reason),
                    origin: named.finding.place().cloned().map(why401_core::fact::Origin::File),
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_causes() {
        assert!(is_of("key/quoted", "key/quoted") && is_of("key/quoted", "key"));
        assert!(!is_of("key/quoted", "ke") && !is_of("key/quoted", "key/quote"));
    }

    #[test]
    fn messages_show_words_and_no_values() {
        for (message, shown) in [
            (
                "unknown field `caus`, expected one of `cause`, `path`",
                "unknown field `caus`, expected one of `cause`, `path`",
            ),
            (
                "unknown field `sk-Ab12`, expected `cause` or `path`",
                "unknown field ‹7 characters›, expected `cause` or `path`",
            ),
            ("invalid type: string \"a\"b1\", expected u32", "invalid type: string ‹4 characters›, expected u32"),
            ("invalid type: string \"B1", "invalid type: string ‹2 characters›"),
        ] {
            assert_eq!(without_values(message), shown);
        }
    }

    #[test]
    fn a_rule_must_be_about_something() {
        let rule = Ignore { reason: "because".to_owned(), ..Ignore::default() };
        assert!(rule.check().unwrap_err().message.contains("names no cause"));
    }
}
