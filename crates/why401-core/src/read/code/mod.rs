//! Source code: which variables it reads, which env files it loads and where it puts credentials into requests.
//!
//! One file a language says how its texts look and how it reads variables; what HTTP clients of all languages share
//! stands once. A file is lexed only if a single pass over its bytes finds a word that matters.

mod csharp;
mod go;
mod hosts;
mod java;
mod javascript;
mod kotlin;
mod lexer;
mod loads;
mod locals;
mod php;
mod python;
mod reads;
mod ruby;
mod rust;
mod sdk;
mod sends;
mod source;
mod value;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use super::Reader;
use super::needles::Needles;
use crate::fact::{Fact, Join, Reads, Seen};
use locals::Locals;
use source::Source;
use value::Scope;

pub(super) const CODE: Reader = Reader { name: "source code", takes: |path| language_of(path).is_some(), read };

/// What we know of a programming language.
struct Language {
    name: &'static str,
    /// Endings of its files, without the dot.
    endings: &'static [&'static str],
    syntax: &'static lexer::Syntax,
    /// How text is put before an expression.
    join: Join,
    /// Whether a line break may end a statement.
    lines_end: bool,
    /// Whether line breaks inside brackets do not count.
    brackets_join: bool,
    /// Whether indentation shows where a function ends.
    indents: bool,
    accesses: &'static [reads::Access],
    /// Reads that no access shows.
    more_reads: fn(&Source<'_>, &mut Vec<reads::Read>),
    loads: &'static [loads::Call],
    /// Modules that load env files when they are imported, and their loaders.
    import_loads: &'static [(&'static str, &'static str)],
    /// Of these one stands in every file that reads or loads variables.
    environment: &'static [&'static str],
}

const LANGUAGES: [&Language; 9] = [
    &javascript::LANGUAGE,
    &python::LANGUAGE,
    &go::LANGUAGE,
    &ruby::LANGUAGE,
    &php::LANGUAGE,
    &java::LANGUAGE,
    &kotlin::LANGUAGE,
    &csharp::LANGUAGE,
    &rust::LANGUAGE,
];

/// [`Language::environment`] of most languages.
const ENVIRONMENT: &[&str] = &[
    ".env",
    "$env/",
    "environ",
    "Environ",
    "getenv",
    "Getenv",
    "GetEnv",
    "_ENV",
    "ENV[",
    "ENV.",
    "env!",
    "env::var",
    "env(",
    "Env(",
    "env:\"",
    "LookupEnv",
    "dotenv",
    "Dotenv",
    "BaseSettings",
    "AutomaticEnv",
    "envconfig",
    "decouple",
    "@Value(",
];

/// Without one of these, or one of the language's own words, there is nothing to read in a file. Names of headers stand in
/// each letter case that is in use. One pass takes no more than 64, and half as many at twice the speed.
const REQUESTS: [&str; 41] = [
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "bearer",
    "Bearer",
    "BEARER",
    "basic_auth",
    "BasicAuth",
    "basicAuth",
    "api-key",
    "Api-Key",
    "API-Key",
    "API-KEY",
    "apikey",
    "apiKey",
    "ApiKey",
    "APIKey",
    "APIKEY",
    "api_key",
    "API_KEY",
    "access_token",
    "ACCESS_TOKEN",
    "-token\"",
    "-Token\"",
    "-TOKEN\"",
    "-token'",
    "-Token'",
    "-TOKEN'",
    "-key\"",
    "-Key\"",
    "-KEY\"",
    "-key'",
    "-Key'",
    "-KEY'",
    "?key=",
    "&key=",
    "appid",
    "appId",
    "auth:",
    "Auth:",
    "auth=(",
];

fn no_more_reads(_: &Source<'_>, _: &mut Vec<reads::Read>) {}

impl Language {
    /// Whether `text` holds a word that matters.
    fn matters(&self, text: &str) -> bool {
        static WORDS: [OnceLock<Needles>; LANGUAGES.len()] = [const { OnceLock::new() }; LANGUAGES.len()];
        let place = LANGUAGES.iter().position(|language| language.name == self.name);
        let words = || Needles::new(REQUESTS.iter().chain(self.environment));
        place.and_then(|place| WORDS.get(place)).is_some_and(|own| own.get_or_init(words).occur_in(text))
    }
}

fn language_of(path: &str) -> Option<&'static Language> {
    let name = super::name_of(path);
    let (stem, ending) = name.rsplit_once('.')?;
    // Bundles, minified files and type declarations are nobody's code.
    if stem.ends_with(".min") || stem.ends_with(".d") || stem.ends_with(".bundle") {
        return None;
    }
    LANGUAGES.into_iter().find(|language| language.endings.contains(&ending))
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let Some(language) = language_of(path) else { return Vec::new() };
    if !language.matters(text) || is_generated(text) {
        return Vec::new();
    }
    let source = Source::new(path, text, language);
    let mut reads = reads::reads(&source);
    let locals = Locals::of(&source, &reads);
    let mut facts = loads::loads(&source, &locals);
    facts.extend(sends::sends(&Scope { source: &source, reads: &reads, locals: &locals }));
    sdk::reads(&source, &mut reads);
    let browser = language.name == "JavaScript" && javascript::is_for_browser(path, text);
    for read in reads {
        let seen = Seen::Reads(Reads {
            browser: browser || read.through == "import.meta.env" && !path.ends_with(".astro"),
            fallback: read.fallback,
            top: source.is_top(read.tokens.start),
            through: read.through,
            name: read.name,
        });
        facts.push(source.fact(read.span, seen));
    }
    facts
}

/// Whether a file is a bundle: its lines are longer than people write.
fn is_generated(text: &str) -> bool {
    text.len() > 40_000 && text.len() / (1 + memchr::memchr_iter(b'\n', text.as_bytes()).count()) > 400
}
