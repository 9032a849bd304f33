//! npm's env-cmd: whatever stands before the first `=` of a line is the name, whatever stands behind it the value.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Content, Environment, Failure, File, Loaded, Loader, Process};
use super::Dialect;
use super::dotenv::Written;
use super::javascript::{ProcessEnv, Source, is_line_end, line_end, line_start, skip_spaces, trim};

/// Version 10 strips one quote at either end; version 11 also takes a comment away.
pub(super) const DIALECTS: &[Dialect] = &[
    Dialect {
        name: "env-cmd10",
        load: |loader, files, before| load(loader, files, before, without_comments10, value10),
    },
    Dialect {
        name: "env-cmd11",
        load: |loader, files, before| load(loader, files, before, without_comments11, value11),
    },
];

fn load(
    loader: &Loader,
    files: &[File<'_>],
    before: &Environment,
    without_comments: fn(&Source) -> Source,
    value: fn(&str) -> String,
) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    let readable = files.iter().enumerate().find_map(|(index, file)| match file.content {
        Content::Bytes(bytes) => Some((index, bytes)),
        Content::Missing | Content::Folder => None,
    });
    let Some((index, bytes)) = readable else {
        let message = "there is no file to read, and without one the command is not started".into();
        loaded.failure = Some(Failure { file: 0, line: None, message });
        loaded.values = process.into_values();
        return loaded;
    };
    loaded.only = Some(index);
    let mut with_nul = BTreeMap::new();
    let source = without_blank_lines(&without_comments(&Source::utf8(bytes)));
    for written in lines(&source, bytes) {
        let (line, value) = (written.line, value(&written.raw));
        let name = written.name.clone();
        let number = written.record(index, &value, &mut loaded);
        with_nul.insert(name.clone(), (name.contains('\0') || value.contains('\0')).then_some(line));
        // The system splits at the first `=`, also where the name begins with one.
        let entry = format!("{name}={value}");
        let (name, value) = entry.split_once('=').unwrap_or((&name, &value));
        // A plain object takes no text under this name.
        let taken = name != "__proto__";
        if taken && (loader.process == Process::Loses || !before.contains_key(name)) {
            process.set(name, value, Some(number));
        }
    }
    if let Some(line) = with_nul.into_values().flatten().min() {
        let message = "a NUL byte: the command is not started".into();
        loaded.failure = Some(Failure { file: index, line: Some(line), message });
        process = ProcessEnv::new(before);
    }
    loaded.values = process.into_values();
    loaded
}

/// Comment lines, as `^#.*$` finds them from `from` on.
fn comment(text: &str, from: usize, blanks: bool) -> Option<Range<usize>> {
    let mut from = from;
    loop {
        let start = line_start(text, from)?;
        let sign = if blanks { skip_spaces(text, start) } else { start };
        let end = line_end(text, sign);
        if text[sign..].starts_with('#') {
            return Some(start..end);
        }
        from = end + text[end..].chars().next()?.len_utf8();
    }
}

/// Version 10 takes the text of each comment away where it first occurs, which may be inside a value.
fn without_comments10(source: &Source) -> Source {
    let text = source.text.as_str();
    let mut rest = source.without(&[]);
    let mut from = 0;
    while let Some(found) = comment(text, from, false) {
        from = found.end;
        if let Some(at) = rest.text.find(&text[found.clone()]) {
            rest = rest.without(std::slice::from_ref(&(at..at + found.len())));
        }
    }
    rest
}

/// Version 11 takes comments away together with the blank lines and the indentation before them.
fn without_comments11(source: &Source) -> Source {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(piece) = comment(&source.text, from, true) {
        from = piece.end;
        found.push(piece);
    }
    source.without(&found)
}

/// Takes every line feed away that stands at the start of a line, which turns CR LF into CR.
fn without_blank_lines(source: &Source) -> Source {
    let text = &source.text;
    let starts_line = |at: &usize| text[..*at].chars().next_back().is_none_or(is_line_end);
    let found: Vec<_> = text.match_indices('\n').map(|(at, _)| at).filter(starts_line).map(|at| at..at + 1).collect();
    source.without(&found)
}

/// Every line with a `=` behind its first character.
fn lines(source: &Source, file: &[u8]) -> Vec<Written> {
    let text = source.text.as_str();
    let mut found = Vec::new();
    let mut lines = Lines { file, at: 0, line: 1 };
    let mut from = 0;
    while let Some(start) = line_start(text, from) {
        let end = line_end(text, start);
        let first = text[start..end].chars().next().map_or(0, char::len_utf8);
        if let Some(equals) = text[start + first..end].find('=').map(|at| start + first + at) {
            let raw = trim(&text[equals + 1..end]);
            let at = skip_spaces(text, equals + 1).min(end);
            let name = skip_spaces(text, start).min(equals);
            found.push(Written {
                name: trim(&text[start..equals]).to_owned(),
                raw: raw.to_owned(),
                line: lines.of(source.position(name)),
                span: source.span(&(at..at + raw.len())),
            });
        }
        let Some(c) = text[end..].chars().next() else { break };
        from = end + c.len_utf8();
    }
    found
}

/// One quote at either end goes, whether or not they are a pair.
fn value10(raw: &str) -> String {
    let raw = raw.strip_prefix(['\'', '"']).unwrap_or(raw);
    raw.strip_suffix(['\'', '"']).unwrap_or(raw).replace("\\n", "\n")
}

/// A value that begins with a quote ends before the last one of its kind, and is empty where there is no other.
/// Any other value ends before its first `#`.
fn value11(raw: &str) -> String {
    let quote = raw.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let value = match quote {
        Some(quote) => raw[1..].rfind(quote).map_or("", |close| &raw[1..=close]),
        None => trim(raw.split('#').next().unwrap_or_default()),
    };
    value.replace("\\n", "\n")
}

/// Counts the lines of a file forward: a CR counts unless a line feed follows.
struct Lines<'a> {
    file: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> u32 {
        while self.at < at {
            let breaks = match self.file.get(self.at) {
                Some(b'\n') => true,
                Some(b'\r') => self.file.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line = self.line.saturating_add(u32::from(breaks));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (raw, ten, eleven) in [
            ("\"a\"", "a", "a"),
            ("\"a\" # b", "a\" # b", "a"),
            ("a # b", "a # b", "a"),
            ("'", "", ""),
            ("''", "", ""),
            ("'a", "a", ""),
            ("a'", "a", "a'"),
            ("a\\nb", "a\nb", "a\nb"),
        ] {
            assert_eq!((value10(raw).as_str(), value11(raw).as_str()), (ten, eleven), "{raw}");
        }
    }

    #[test]
    fn lines_lead_back_to_the_file() {
        let file = b"# one\r\n\r\nA = 'x'\r\n  # two\r\nexport B=2\n";
        for source in [without_comments10(&Source::utf8(file)), without_comments11(&Source::utf8(file))] {
            let found = lines(&without_blank_lines(&source), file);
            let shown: Vec<_> = found.iter().map(|w| (w.name.as_str(), w.line, &file[w.span.clone()])).collect();
            assert!(shown.contains(&("A", 3, b"'x'".as_slice())), "{shown:?}");
            assert!(shown.contains(&("export B", 5, b"2".as_slice())), "{shown:?}");
        }
    }
}
