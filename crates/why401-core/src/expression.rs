//! Expressions over bytes that are built quickly: for those that are tried on a few short texts.
//!
//! Most of the time that an ordinary expression takes to build goes into making its search through megabytes faster. A
//! run that looks at a small project builds several and searches a few lines with each.

use std::ops::Range;

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

/// A regular expression whose classes, boundaries and letter case are those of ASCII. It matches in linear time.
#[derive(Debug)]
pub struct Expression(Regex);

/// No expression takes more bytes.
const SIZE: usize = 10 << 20;

impl Expression {
    /// `None` where the pattern is not well-formed.
    pub fn new(pattern: &str) -> Option<Self> {
        let search = Config::new().auto_prefilter(false).onepass(false).dfa(false).utf8_empty(false);
        let search = search.nfa_size_limit(Some(SIZE));
        let ascii = syntax::Config::new().unicode(false).utf8(false);
        Regex::builder().configure(search).syntax(ascii).build(pattern).ok().map(Self)
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
