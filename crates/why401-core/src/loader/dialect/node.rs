//! Node.js: `node --env-file`, `process.loadEnvFile` and `util.parseEnv`, in its two generations: Node 20, and Node 22
//! and later. Deno, Vite and Expo read their files by the same rules.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Assignment, Content, Environment, Failure, File, Loaded, Visible};
use super::javascript::{Source, is_space};
use super::{Dialect, overlay};
use crate::secret::Secret;

/// `node --env-file` and `util.parseEnv` of each generation.
pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "node20", load: |_, files, before| load_process(files, before, &NODE_20) },
    Dialect { name: "node22", load: |_, files, before| load_process(files, before, &NODE_22) },
    Dialect { name: "node20-parse-env", load: |_, files, _| load_object(files, &NODE_20) },
    Dialect { name: "node22-parse-env", load: |_, files, _| load_object(files, &NODE_22) },
];

/// What differs between the generations.
pub(super) struct Rules {
    /// What is taken off both ends of a name and of an unquoted value.
    blanks: &'static [char],
    /// A name ends at the end of its line; otherwise a line without `=` becomes part of the next name.
    name_ends_with_line: bool,
    /// An empty name costs its own line only; otherwise nothing after it is read.
    reads_on_after_empty_name: bool,
    /// A comment in the last line is skipped even where no line feed follows; otherwise it is read as an assignment.
    skips_last_comment: bool,
    /// A quote that nobody closes belongs to the value in the last line too; otherwise that line sets nothing.
    keeps_unclosed_in_last_line: bool,
    /// A quote with something else behind it is a part of the value if a later one ends its line.
    inner_quotes: bool,
}

/// Node 20.
pub(super) const NODE_20: Rules = Rules {
    blanks: &[' '],
    name_ends_with_line: false,
    reads_on_after_empty_name: false,
    skips_last_comment: false,
    keeps_unclosed_in_last_line: false,
    inner_quotes: false,
};

/// Node 22, 24 and 26.
pub(super) const NODE_22: Rules = Rules {
    blanks: &[' ', '\t', '\n'],
    name_ends_with_line: true,
    reads_on_after_empty_name: true,
    skips_last_comment: true,
    keeps_unclosed_in_last_line: true,
    inner_quotes: false,
};

/// Deno, whose parser was taken from Node 22.
pub(super) const DENO: Rules = Rules { inner_quotes: true, ..NODE_22 };

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing stands behind the `=`.
    Nothing,
    /// Without quotes.
    Bare,
    /// Between two of this quote.
    Quoted(char),
    /// It begins with a quote that nobody closes.
    Unclosed,
}

/// `NAME=value` as it stands in a file.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) form: Form,
    /// Line of the name, counted from 1.
    pub(super) line: u32,
    /// Bytes of the value in the file, quotes included.
    pub(super) span: Range<usize>,
}

/// What stands in a file, and what its author surely meant otherwise.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) written: Vec<Written>,
    pub(super) warnings: Vec<(u32, &'static str)>,
}

impl Parsed {
    /// Hands everything over as assignments and warnings; says which number the first assignment has.
    pub(super) fn record(&self, file: usize, loaded: &mut Loaded) -> usize {
        let first = loaded.assignments.len();
        for Written { name, value, line, span, .. } in &self.written {
            let value = Secret::from(value.as_str());
            let (name, span) = (name.clone(), span.clone());
            loaded.assignments.push(Assignment { file, name, value, line: *line, span });
        }
        let warning = |(line, message): &(u32, &str)| Failure { file, line: Some(*line), message: (*message).into() };
        loaded.warnings.extend(self.warnings.iter().map(warning));
        first
    }
}

const PASSED_OVER: &str = "not an assignment: the loader passes over this line without a word";
const GLUED: &str = "this line has no `=`, so the loader takes it for a part of the next name";
const STOPPED: &str = "an assignment without a name: the loader reads nothing from here on";

/// Everything that the parser takes for an assignment. Carriage returns are dropped first, wherever they stand.
pub(super) fn parse(bytes: &[u8], rules: &Rules) -> Parsed {
    let source = Source::utf8(bytes);
    let returns: Vec<_> = source.text.match_indices('\r').map(|(at, _)| at..at + 1).collect();
    let source = if returns.is_empty() { source } else { source.without(&returns) };
    let text = source.text.trim_matches(rules.blanks);
    let start = source.text.len() - source.text.trim_start_matches(rules.blanks).len();
    let mut reader = Reader { text, at: 0, rules, line: 1, counted: 0, parsed: Parsed::default() };
    reader.line += count_lines(&source.text[..start]);
    while reader.step() {}
    let mut parsed = reader.parsed;
    for written in &mut parsed.written {
        let inside = start + written.span.start..start + written.span.end;
        written.span = source.span(&inside);
        // What follows the value in the text may stand behind dropped carriage returns in the file.
        while written.span.end > written.span.start && bytes.get(written.span.end - 1) == Some(&b'\r') {
            written.span.end -= 1;
        }
    }
    parsed
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|b| *b == b'\n').count()).unwrap_or(u32::MAX)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    rules: &'a Rules,
    /// Line of the position up to which lines were counted.
    line: u32,
    counted: usize,
    parsed: Parsed,
}

impl Reader<'_> {
    /// Reads one line or assignment; false at the end.
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return false;
        }
        if rest.starts_with(['\n', '#']) {
            let newline = rest.find('\n');
            if newline.is_some() || self.rules.skips_last_comment {
                self.at += newline.map_or(rest.len(), |at| at + 1);
                return true;
            }
        }
        match rest.find(if self.rules.name_ends_with_line { &['=', '\n'][..] } else { &['='] }) {
            Some(at) if rest[at..].starts_with('=') => self.assignment(at),
            Some(at) => {
                self.warn(self.at, PASSED_OVER);
                self.at += at + 1;
                self.skip_blanks();
                true
            }
            None => {
                self.warn(self.at, PASSED_OVER);
                false
            }
        }
    }

    /// The assignment whose `=` stands `equals` bytes ahead; false where the parser gives up.
    fn assignment(&mut self, equals: usize) -> bool {
        let written = &self.text[self.at..self.at + equals];
        let begin = self.at + (equals - written.trim_start_matches(self.rules.blanks).len());
        let name = written.trim_matches(self.rules.blanks);
        if name.contains('\n') {
            self.warn(begin, GLUED);
        }
        // The line is that on which the name ends: the author's own name, if others were glued to it.
        let begin = begin + name.trim_end_matches(is_space).rfind('\n').map_or(0, |at| at + 1);
        self.at += equals + 1;
        let rest = &self.text[self.at..];
        // Only here, where nothing at all stands behind the `=`, does the newer parser keep an `export`.
        if self.rules.name_ends_with_line && (rest.is_empty() || rest.starts_with('\n')) {
            self.push(name, begin, String::new(), Form::Nothing, self.at..self.at);
            return true;
        }
        let before = self.at;
        self.skip_blanks();
        // Node 20 takes one character too many off a name of blanks only: the line feed before them is what it is left with.
        let name = if name.is_empty() && equals > 0 && !self.rules.name_ends_with_line { "\n" } else { name };
        if name.is_empty() {
            self.warn(before - 1, if self.rules.reads_on_after_empty_name { PASSED_OVER } else { STOPPED });
            return self.rules.reads_on_after_empty_name;
        }
        let name = match name.strip_prefix("export ") {
            Some(name) if self.rules.name_ends_with_line => name.trim_start_matches(self.rules.blanks),
            Some(name) => name,
            None => name,
        };
        self.value(name, begin)
    }

    fn value(&mut self, name: &str, begin: usize) -> bool {
        let start = self.at;
        let rest = &self.text[start..];
        let newline = rest.find('\n');
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else {
            let line = &rest[..newline.unwrap_or(rest.len())];
            let value = line[..line.find('#').unwrap_or(line.len())].trim_matches(self.rules.blanks);
            let lead = line.len() - line.trim_start_matches(self.rules.blanks).len();
            let lead = if value.is_empty() { 0 } else { lead };
            let form = if value.is_empty() { Form::Nothing } else { Form::Bare };
            self.push(name, begin, value.to_owned(), form, start + lead..start + lead + value.len());
            return self.next_line(newline, true);
        };
        if let Some(close) = self.closing_quote(rest, quote) {
            let inside = &rest[1..close];
            let value = if quote == '"' { inside.replace("\\n", "\n") } else { inside.to_owned() };
            self.push(name, begin, value, Form::Quoted(quote), start..start + close + 1);
            let newline = rest[close + 1..].find('\n').map(|at| close + 1 + at);
            return self.next_line(newline, false);
        }
        if newline.is_none() && !self.rules.keeps_unclosed_in_last_line {
            // Nothing was taken away: what stands behind the quote is read as a name.
            return true;
        }
        let line = &rest[..newline.unwrap_or(rest.len())];
        self.push(name, begin, line.to_owned(), Form::Unclosed, start..start + line.len());
        self.next_line(newline, true)
    }

    /// Where the quote closes with which `rest` begins.
    fn closing_quote(&self, rest: &str, quote: char) -> Option<usize> {
        let first = 1 + rest[1..].find(quote)?;
        let line = &rest[..rest[first..].find('\n').map_or(rest.len(), |at| first + at)];
        let behind = |at: usize| line[at + 1..].trim_start_matches(self.rules.blanks);
        let may_close = |at: &usize| behind(*at).is_empty() || behind(*at).starts_with('#');
        if !self.rules.inner_quotes || may_close(&first) {
            return Some(first);
        }
        // One with a comment behind it is preferred to one that ends the line, which may stand in that comment.
        let quotes = || line.rmatch_indices(quote).map(|(at, _)| at).filter(|at| *at > first && may_close(at));
        let before_comment = quotes().find(|at| behind(*at).starts_with('#'));
        before_comment.or_else(|| quotes().next()).or(Some(first))
    }

    /// Goes behind the line feed that stands `newline` bytes ahead.
    fn next_line(&mut self, newline: Option<usize>, skips_blanks: bool) -> bool {
        let Some(newline) = newline else { return false };
        self.at += newline + 1;
        // Not behind a quoted value: a comment with blanks before it is then read as a name.
        if skips_blanks && self.rules.name_ends_with_line {
            self.skip_blanks();
        }
        true
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start_matches(self.rules.blanks).len();
    }

    fn push(&mut self, name: &str, begin: usize, value: String, form: Form, span: Range<usize>) {
        let line = self.line_of(begin);
        self.parsed.written.push(Written { name: name.to_owned(), value, form, line, span });
    }

    fn warn(&mut self, at: usize, message: &'static str) {
        let at = at + self.text[at..].len() - self.text[at..].trim_start().len();
        let line = self.line_of(at);
        if self.parsed.warnings.last() != Some(&(line, message)) {
            self.parsed.warnings.push((line, message));
        }
    }

    fn line_of(&mut self, at: usize) -> u32 {
        self.line = self.line.saturating_add(count_lines(self.text.get(self.counted..at).unwrap_or_default()));
        self.counted = self.counted.max(at);
        self.line
    }
}

/// The last assignment to each name over all files, in the order of the names' bytes, in which Node sets them.
type Store = BTreeMap<String, usize>;

/// Reads every file; `None` where one cannot be read, with which the program ends before it has begun.
fn read_all(files: &[File<'_>], rules: &Rules, loaded: &mut Loaded) -> Option<Store> {
    let mut store = Store::new();
    for (index, file) in files.iter().enumerate() {
        let message = match file.content {
            Content::Bytes(bytes) => {
                let first = parse(bytes, rules).record(index, loaded);
                let new = loaded.assignments.iter().enumerate().skip(first);
                store.extend(new.map(|(number, assignment)| (assignment.name.clone(), number)));
                continue;
            }
            Content::Missing => "the file is not there, and the program does not start without it",
            Content::Folder => "a folder, not a file, and the program does not start",
        };
        loaded.failure = Some(Failure { file: index, line: None, message: message.into() });
        return None;
    }
    Some(store)
}

/// Into the environment of the process, where names and values end at a NUL.
fn load_process(files: &[File<'_>], before: &Environment, rules: &Rules) -> Loaded {
    let mut loaded = Loaded::default();
    let store = read_all(files, rules, &mut loaded);
    loaded.values = overlay(before, &[], super::super::Process::Wins);
    for (name, number) in store.unwrap_or_default() {
        let name = name.split('\0').next().unwrap_or_default();
        let Some(assignment) = loaded.assignments.get_mut(number) else { continue };
        if !name.is_empty() && !loaded.values.contains_key(name) {
            let value = until_nul(&assignment.value);
            assignment.value = value.clone();
            loaded.values.insert(name.to_owned(), Visible { value, from: Some(number) });
        }
    }
    loaded
}

/// Into an object that the process's own variables have no part in.
fn load_object(files: &[File<'_>], rules: &Rules) -> Loaded {
    let mut loaded = Loaded::default();
    for (name, number) in read_all(files, rules, &mut loaded).unwrap_or_default() {
        // A plain object takes no string under this name.
        if let Some(assignment) = loaded.assignments.get(number).filter(|_| name != "__proto__") {
            loaded.values.insert(name, Visible { value: assignment.value.clone(), from: Some(number) });
        }
    }
    loaded
}

/// What the system keeps of a value.
pub(super) fn until_nul(value: &Secret) -> Secret {
    let bytes = value.expose();
    Secret::new(bytes.split(|b| *b == 0).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, value, line and what is written there.
    fn read(file: &str, rules: &Rules) -> Vec<(String, String, u32, String)> {
        let written = parse(file.as_bytes(), rules).written.into_iter();
        written.map(|w| (w.name, w.value, w.line, file[w.span].to_owned())).collect()
    }

    #[test]
    fn both_generations() {
        for (file, expected) in [
            ("A=1\r\n\r\n B = 'x y' # z\r\n", vec![("A", "1", 1, "1"), ("B", "x y", 3, "'x y'")]),
            ("export A=a#b\nA=", vec![("A", "a", 1, "a"), ("A", "", 2, "")]),
            ("A=\"a\\nb\nc\"d\nB=`e`", vec![("A", "a\nb\nc", 1, "\"a\\nb\nc\""), ("B", "e", 3, "`e`")]),
            ("A=\"open\nB=2", vec![("A", "\"open", 1, "\"open"), ("B", "2", 2, "2")]),
            ("A=x\ry\n", vec![("A", "xy", 1, "x\ry")]),
            ("\u{feff}A=1", vec![("\u{feff}A", "1", 1, "1")]),
        ] {
            for rules in [&NODE_20, &NODE_22] {
                let expected: Vec<_> = expected
                    .iter()
                    .map(|(n, v, l, s)| ((*n).to_owned(), (*v).to_owned(), *l, (*s).to_owned()))
                    .collect();
                assert_eq!(read(file, rules), expected, "{file:?}");
            }
        }
    }

    #[test]
    fn what_node_22_reads_otherwise() {
        for (file, old, new) in [
            ("one\nA=1", vec![("one\nA", "1")], vec![("A", "1")]),
            ("A=1\t\n", vec![("A", "1\t")], vec![("A", "1")]),
            ("A=  \nB=2", vec![("A", ""), ("B", "2")], vec![("A", "B=2")]),
            ("export  A=1", vec![(" A", "1")], vec![("A", "1")]),
            ("export A=\nB=1", vec![("A", ""), ("B", "1")], vec![("export A", ""), ("B", "1")]),
            ("=1\nB=2", vec![], vec![("B", "2")]),
            ("A=1\n =2\nB=3", vec![("A", "1"), ("\n", "2"), ("B", "3")], vec![("A", "1"), ("B", "3")]),
            ("A='b=1", vec![("'b", "1")], vec![("A", "'b=1")]),
            ("#A=1", vec![("#A", "1")], vec![]),
        ] {
            for (rules, expected) in [(&NODE_20, old), (&NODE_22, new)] {
                let found = read(file, rules);
                let found: Vec<_> = found.iter().map(|(n, v, ..)| (n.as_str(), v.as_str())).collect();
                assert_eq!(found, expected, "{file:?}");
            }
        }
    }
}
