//! What a shell script is made of, as far as env files use it.

use std::ops::Range;

/// Which shell reads the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flavor {
    /// GNU bash 5.2, not in POSIX mode.
    Bash,
    /// dash 0.5.12, the `sh` of Debian and Ubuntu.
    Dash,
}

/// A word before any expansion.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) parts: Vec<Part>,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
    /// The byte after the `=` of `NAME=…`, where the word begins so.
    pub(super) equals: Option<usize>,
    /// `NAME=(…)`: the words in the brackets.
    pub(super) array: Option<Vec<Word>>,
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Text {
        bytes: Vec<u8>,
        quoted: bool,
    },
    Parameter {
        parameter: Parameter,
        operation: Operation,
        quoted: bool,
    },
    /// `$(…)` and backquotes; `None` where what stands inside is no command.
    Command {
        list: Option<List>,
        quoted: bool,
        line: u32,
    },
    /// `$((…))`
    Arithmetic {
        expression: Vec<Part>,
        quoted: bool,
    },
    /// `${…}` that the shell itself refuses when it comes to it.
    Bad,
    /// What we do not follow, and its name.
    NotFollowed(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Parameter {
    Name(String),
    Positional(usize),
    /// `@ * # ? - $ !` and `0`.
    Special(u8),
}

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Plain,
    Length,
    /// `-`, `=`, `?`, `+`; with `colon`, empty counts as unset.
    Test {
        sign: u8,
        colon: bool,
        word: Vec<Part>,
        span: Range<usize>,
    },
    /// `%`, `%%`, `#`, `##`.
    Strip {
        end: bool,
        longest: bool,
        pattern: Vec<Part>,
    },
    /// `/from/to`; `sign` is `/`, `#` or `%` where one follows the first slash.
    Replace {
        sign: Option<u8>,
        from: Vec<Part>,
        to: Vec<Part>,
    },
    /// `:offset:length`.
    Substring {
        offset: Vec<Part>,
        length: Option<Vec<Part>>,
    },
    /// `^`, `^^`, `,`, `,,`.
    Case {
        upper: bool,
        all: bool,
    },
    /// `${!NAME}`.
    Indirect,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Word>,
    pub(super) words: Vec<Word>,
    pub(super) redirections: Vec<Redirection>,
    pub(super) line: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Redirection {
    pub(super) operator: &'static str,
    pub(super) target: Word,
    /// Whether a number other than 1 stands before the operator.
    pub(super) other: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Simple(Simple),
    /// `( … )`
    Subshell(List),
    /// `{ …; }`
    Group(List),
}

#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug)]
pub(super) struct AndOr {
    pub(super) first: Pipeline,
    /// `true` for `&&`.
    pub(super) rest: Vec<(bool, Pipeline)>,
    pub(super) background: bool,
}

pub(super) type List = Vec<AndOr>;

/// Why reading ends before the end of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// The shell cannot parse what begins on this line.
    Syntax(u32, &'static str),
    /// The file ends before what begins on this line is closed.
    Unclosed(u32, &'static str),
    /// An error that costs bash the rest of the line alone.
    Line(u32, &'static str),
    /// A syntax error inside `$(…)`, where bash itself ends.
    Fatal(u32, &'static str),
    /// We cannot follow what begins on this line.
    NotFollowed(u32, &'static str),
}

impl Word {
    /// The text of a word without quotes and expansions.
    pub(super) fn literal(&self) -> Option<&[u8]> {
        match self.parts.as_slice() {
            [Part::Text { bytes, quoted: false }] if self.array.is_none() => Some(bytes),
            _ => None,
        }
    }

    /// The unquoted text that the word begins with.
    pub(super) fn beginning(&self) -> &[u8] {
        match self.parts.first() {
            Some(Part::Text { bytes, quoted: false }) => bytes,
            _ => &[],
        }
    }
}
