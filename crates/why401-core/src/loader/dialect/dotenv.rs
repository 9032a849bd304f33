//! npm's dotenv (versions 16 and 17) and dotenv-flow: the parser that half of the JavaScript world shares.
//!
//! The real parser is one regular expression over the whole file, which decides what a line is only by where it
//! matches. [`assignments`] finds the same matches without backtracking; the comments say why each choice is final.

use std::ops::Range;

use super::super::{Assignment, Content, Environment, Failure, File, Loaded, Loader};
use super::Dialect;
use super::inherited::Stuck;
use super::javascript::{
    Object, ProcessEnv, Source, is_line_end, is_space, is_word, line_end, line_start, skip_spaces, trim,
};
use crate::secret::Secret;

/// The dialects of this family that do not expand.
pub(super) const DIALECTS: &[Dialect] =
    &[Dialect { name: "dotenv", load: load_dotenv }, Dialect { name: "dotenv-flow", load: load_flow }];

/// `NAME=value` as it stands in a file.
#[derive(Debug)]
pub(super) struct Written {
    /// The name.
    pub(super) name: String,
    /// The value without the white space around it, quotes included.
    pub(super) raw: String,
    /// Line of the name, counted from 1.
    pub(super) line: u32,
    /// Bytes of the raw value in the file.
    pub(super) span: Range<usize>,
}

impl Written {
    /// The quote with which the value begins, whether or not it is closed.
    pub(super) fn quote(&self) -> Option<char> {
        self.raw.chars().next().filter(|c| is_quote(*c))
    }

    /// Hands the assignment over, with its value, and says which number it has.
    pub(super) fn record(self, file: usize, value: &str, loaded: &mut Loaded) -> usize {
        let Self { name, line, span, .. } = self;
        loaded.assignments.push(Assignment { file, name, value: Secret::from(value), line, span });
        loaded.assignments.len() - 1
    }
}

/// What stands in a file, and the lines that are neither an assignment, nor a comment, nor blank.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) written: Vec<Written>,
    pub(super) passed_over: Vec<u32>,
}

/// Everything in the file that the parser takes for an assignment. Line ends are folded to LF.
pub(super) fn assignments(source: &Source) -> Parsed {
    let text = source.text.as_str();
    let mut parsed = Parsed::default();
    let mut line = LineCounter { text, at: 0, line: 1 };
    let mut from = 0;
    while let Some(start) = line_start(text, from) {
        let begin = skip_spaces(text, start);
        let Some(found) = Found::at(text, begin) else {
            // Every line start within the white space leads to the same `begin` and fails alike.
            let end = line_end(text, begin);
            if begin < text.len() && !text[begin..].starts_with('#') {
                parsed.passed_over.push(line.of(begin));
            }
            if end == text.len() {
                break;
            }
            from = end + text[end..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let raw = trim(&text[found.value.clone()]);
        let lead = skip_spaces(text, found.value.start).min(found.value.end);
        let at = if raw.is_empty() { found.value.start..found.value.start } else { lead..lead + raw.len() };
        parsed.written.push(Written {
            name: text[found.name.clone()].to_owned(),
            raw: raw.to_owned(),
            line: line.of(found.name.start),
            span: source.span(&at),
        });
        from = found.end;
    }
    parsed
}

/// One match of the parser's expression.
struct Found {
    name: Range<usize>,
    value: Range<usize>,
    /// Where the search goes on: at the line's terminator.
    end: usize,
}

impl Found {
    fn at(text: &str, begin: usize) -> Option<Self> {
        let exported = text[begin..].strip_prefix("export").map(|_| begin + "export".len());
        let named = exported.map(|at| (at, skip_spaces(text, at))).filter(|(at, name)| at < name);
        // `export` may be a variable's name: it is one where no other name follows.
        named.and_then(|(_, name)| Self::from_name(text, name)).or_else(|| Self::from_name(text, begin))
    }

    fn from_name(text: &str, start: usize) -> Option<Self> {
        let rest = &text[start..];
        let name = start..start + rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        if name.is_empty() {
            return None;
        }
        let value = after_separator(text, name.end)?;
        let (value, end) = quoted(text, value).or_else(|| unquoted(text, value)).unwrap_or((value..value, value));
        // Behind an unquoted or missing value stands a `#`, a line feed or the end: a tail always fits.
        let end = tail(text, end).unwrap_or(end);
        Some(Self { name, value, end })
    }
}

fn is_name(c: char) -> bool {
    is_word(c) || c == '.' || c == '-'
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"' | '`')
}

/// Where the value may begin: after `=` with any white space before it, or after `:` and one white space.
fn after_separator(text: &str, name_end: usize) -> Option<usize> {
    let at = skip_spaces(text, name_end);
    if text[at..].starts_with('=') {
        return Some(at + 1);
    }
    let rest = text[name_end..].strip_prefix(':')?;
    rest.chars().next().filter(|c| is_space(*c)).map(|c| name_end + 1 + c.len_utf8())
}

/// A quoted value, on this line or on a later one, and where it ends.
///
/// The closing quote is the first that no backslash precedes. Where nothing but a comment may follow it and something
/// does, an escaped quote before it closes the value instead, the last one first.
fn quoted(text: &str, value: usize) -> Option<(Range<usize>, usize)> {
    let open = skip_spaces(text, value);
    let quote = text[open..].chars().next().filter(|c| is_quote(*c))?;
    let mut escaped = Vec::new();
    for (at, _) in text[open + 1..].match_indices(quote) {
        let at = open + 1 + at;
        // The opening quote itself precedes the first character, so a backslash is always inside.
        if text[..at].ends_with('\\') {
            escaped.push(at);
        } else if tail(text, at + 1).is_some() {
            return Some((value..at + 1, at + 1));
        } else {
            break;
        }
    }
    let close = escaped.into_iter().rev().find(|at| tail(text, at + 1).is_some())?;
    Some((value..close + 1, close + 1))
}

/// An unquoted value: up to a `#` or the end of the line.
fn unquoted(text: &str, value: usize) -> Option<(Range<usize>, usize)> {
    let rest = &text[value..];
    let end = value + rest.find(['#', '\n']).unwrap_or(rest.len());
    (end > value).then_some((value..end, end))
}

/// Where the match ends if behind a value stand only white space and perhaps a comment, which may follow on a later
/// line; otherwise at the last line end in that white space; `None` where neither is there.
fn tail(text: &str, from: usize) -> Option<usize> {
    let at = skip_spaces(text, from);
    match text[at..].chars().next() {
        None => Some(at),
        Some('#') => Some(line_end(text, at)),
        Some(_) => text[from..at].rfind(is_line_end).map(|last| from + last),
    }
}

/// The value without its quotes. A quote at the start of any line of the value pairs with the last one of its kind that
/// ends a line.
pub(super) fn unquote(raw: &str) -> String {
    let ends_line = |at: &usize| raw[at + 1..].chars().next().is_none_or(is_line_end);
    let last = |quote: char| raw.rmatch_indices(quote).map(|(at, _)| at).find(ends_line);
    let closing = ['\'', '"', '`'].map(|quote| (quote, last(quote)));
    let mut out = String::with_capacity(raw.len());
    let mut copied = 0;
    let mut from = 0;
    while let Some(start) = line_start(raw, from) {
        let open = closing.iter().find(|(quote, _)| raw[start..].starts_with(*quote));
        let close = open.and_then(|(_, close)| *close).filter(|close| *close > start);
        if let Some(close) = close {
            out.push_str(&raw[copied..start]);
            out.push_str(&raw[start + 1..close]);
            copied = close + 1;
            from = close + 1;
        } else {
            let end = line_end(raw, start);
            let Some(c) = raw[end..].chars().next() else { break };
            from = end + c.len_utf8();
        }
    }
    out.push_str(&raw[copied..]);
    out
}

/// The value as dotenv hands it on: without quotes, and with `\n` and `\r` made real where it begins with `"`.
pub(super) fn value(written: &Written) -> String {
    let value = unquote(&written.raw);
    if written.quote() == Some('"') { value.replace("\\n", "\n").replace("\\r", "\r") } else { value }
}

/// The text of a file. A folder gives a warning and nothing else; a missing file nothing at all.
pub(super) fn read(index: usize, file: &File<'_>, loaded: &mut Loaded) -> Option<Source> {
    match file.content {
        Content::Bytes(bytes) => Some(Source::utf8(bytes)),
        Content::Missing => None,
        Content::Folder => {
            loaded.warnings.push(Failure { file: index, line: None, message: "a folder, not a file".into() });
            None
        }
    }
}

/// Reads one file as dotenv does: what stands under each name at the end, with the number of its assignment.
pub(super) fn parse_file(index: usize, source: Source, loaded: &mut Loaded) -> Object<(String, usize)> {
    let parsed = assignments(&source.fold_line_ends());
    let mut object = Object::default();
    for written in parsed.written {
        let (name, value) = (written.name.clone(), value(&written));
        let number = written.record(index, &value, loaded);
        object.set(&name, (value, number));
    }
    pass_over(index, parsed.passed_over, loaded);
    object
}

/// Notes the lines that a parser does not understand and says nothing about.
pub(super) fn pass_over(file: usize, lines: Vec<u32>, loaded: &mut Loaded) {
    let message = "not an assignment: the loader passes over this line without a word";
    loaded.warnings.extend(lines.into_iter().map(|line| Failure { file, line: Some(line), message: message.into() }));
}

/// Sets what the process does not have yet, the empty string being something.
pub(super) fn populate(process: &mut ProcessEnv<'_>, parsed: &Object<(String, usize)>, overrides: bool) {
    for name in parsed.keys() {
        if let Some((value, number)) = parsed.get(&name).filter(|_| overrides || process.get(&name).is_none()) {
            process.set(&name, value, Some(*number));
        }
    }
}

/// Whether the loader lets the file win over the process, as `override: true` does.
pub(super) fn overrides(loader: &Loader) -> bool {
    loader.process == super::super::Process::Loses
}

/// `config({ path: [...] })`: the first file that sets a name wins, with `override` the last.
fn load_dotenv(loader: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    for (index, file) in files.iter().enumerate() {
        let Some(source) = read(index, file, &mut loaded) else { continue };
        let parsed = parse_file(index, source, &mut loaded);
        populate(&mut process, &parsed, overrides(loader));
    }
    loaded.values = process.into_values();
    loaded
}

/// All files are read before anything is set, so that one unreadable file leaves the process as it was.
fn load_flow(_: &Loader, files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    let unreadable = files.iter().any(|file| matches!(file.content, Content::Folder));
    let mut all = Object::default();
    // The least important file is read first.
    for (index, file) in files.iter().enumerate().rev() {
        let Some(source) = read(index, file, &mut loaded).filter(|_| !unreadable) else { continue };
        let parsed = parse_file(index, source, &mut loaded);
        for name in parsed.keys() {
            if let Some(entry) = parsed.get(&name) {
                all.set(&name, entry.clone());
            }
        }
    }
    for name in all.keys() {
        // What the file set hides the function that the loader asks.
        if process.get("hasOwnProperty").is_some() {
            loaded.failure = Some(Stuck::Inherited.failure(0));
            break;
        }
        if let Some((value, number)) = all.get(&name).filter(|_| !before.contains_key(&name)) {
            process.set(&name, value, Some(*number));
        }
    }
    loaded.values = process.into_values();
    loaded
}

/// Counts lines forward.
struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl LineCounter<'_> {
    fn of(&mut self, at: usize) -> u32 {
        let passed = self.text.get(self.at..at).unwrap_or_default().bytes().filter(|b| *b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.at = self.at.max(at);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(file: &str) -> Vec<(String, String, u32, String)> {
        let source = Source::utf8(file.as_bytes()).fold_line_ends();
        let parsed = assignments(&source);
        let shown = |w: Written| {
            let value = value(&w);
            (w.name, value, w.line, file[w.span].to_owned())
        };
        parsed.written.into_iter().map(shown).collect()
    }

    #[test]
    fn names_values_lines_and_spans() {
        for (file, expected) in [
            ("A=1\r\n\r\nexport B = 'x y' # z\n", vec![("A", "1", 1, "1"), ("B", "x y", 3, "'x y'")]),
            ("export=1\nexport : 2\n", vec![("export", "1", 1, "1")]),
            ("A: 1\nB:2\n", vec![("A", "1", 1, "1")]),
            ("A=\"a\nb\"\nC=#d\n", vec![("A", "a\nb", 1, "\"a\nb\""), ("C", "", 3, "")]),
            ("A=\n\n\"later\"\nB=1", vec![("A", "later", 1, "\"later\""), ("B", "1", 4, "1")]),
            ("A=\"open\nB=2\n", vec![("A", "\"open", 1, "\"open"), ("B", "2", 2, "2")]),
            (r#"A="a\" b" c"#, vec![("A", r#""a\" b" c"#, 1, r#""a\" b" c"#)]),
            ("\u{feff}A=x\u{a0}\n", vec![("A", "x", 1, "x")]),
            ("A=a\u{2028}B=2\n", vec![("A", "a\u{2028}B=2", 1, "a\u{2028}B=2")]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(n, v, l, s)| (n.to_owned(), v.to_owned(), l, s.to_owned())).collect();
            assert_eq!(parse(file), expected, "{file:?}");
        }
    }

    #[test]
    fn lines_passed_over() {
        let source = Source::utf8(b"# note\nnot one\n\n  \nA=1\n[section]\n");
        assert_eq!(assignments(&source).passed_over, [2, 6]);
    }
}
