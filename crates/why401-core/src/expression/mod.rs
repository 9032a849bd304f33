//! Expressions over bytes that are built quickly: for those that are tried on a few short texts.
//!
//! Most of the time that an ordinary expression takes to build goes into making its search through megabytes faster. A
//! run that looks at a small project builds several and searches a few lines with each.

mod text;

use std::ops::Range;

use regex_automata::meta::{self, Config};
use regex_automata::util::syntax;

pub use text::{Captures, Malformed, Match, Regex};

/// A regular expression whose classes, boundaries and letter case are those of ASCII. It matches in linear time.
#[derive(Debug)]
pub struct Expression(meta::Regex);

/// No expression takes more bytes.
const SIZE: usize = 10 << 20;
/// What a search remembers of an expression takes no more bytes; there are some hundred of them.
const CACHE: usize = 256 << 10;

impl Expression {
    /// `None` where the pattern is not well-formed.
    pub fn new(pattern: &str) -> Option<Self> {
        quick().build(pattern).ok().map(Self)
    }

    /// Whether it matches somewhere in `text`.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }

    /// The first match in `text`.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        self.0.find(text).map(|found| found.range())
    }
}

/// Builds over bytes, and makes nothing that only a long text pays for.
fn quick() -> meta::Builder {
    let search = Config::new().auto_prefilter(false).onepass(false).dfa(false).utf8_empty(false);
    let search = search.nfa_size_limit(Some(SIZE)).hybrid_cache_capacity(CACHE);
    let mut builder = meta::Regex::builder();
    builder.configure(search).syntax(syntax::Config::new().unicode(false).utf8(false));
    builder
}

#[cfg(test)]
mod tests {
    use super::Expression;

    #[test]
    fn bytes_and_ascii() {
        let Some(expression) = Expression::new(r"(?im)^\s*key\b") else { panic!("well-formed") };
        assert_eq!(expression.find("é\n KEY=1".as_bytes()), Some(3..7));
        assert!(!expression.matches(b"\xff monkey"));
        assert!(Expression::new("(").is_none());
    }
}
