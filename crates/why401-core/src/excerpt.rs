//! Excerpt: a line of a file as it may be shown, with everything that could be a credential replaced by its length.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::Place;
use crate::secret::Secret;

/// A line as it may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, credentials hidden, control characters made visible, cut to a readable length.
    pub text: String,
    /// The characters of `text` that the caret underlines.
    pub caret: Range<usize>,
}

/// The lines that a report shows, by path, line and column.
pub type Excerpts = BTreeMap<(Arc<str>, u32, u32), Excerpt>;

/// Longest line that is shown, in characters.
const WIDTH: usize = 120;

/// Hides credentials in text: those that are known by their value, and those that look like one.
#[derive(Debug, Default)]
pub struct Redactor {
    known: Option<aho_corasick::AhoCorasick>,
}

impl Redactor {
    /// A redactor that hides these values wherever they stand.
    pub fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        // Texts are shown line by line. What is shorter hides nothing that could be used, and would hide half of the
        // code; what is longer is no line of a credential.
        let lines = secrets.flat_map(|secret| secret.expose().split(|byte| matches!(byte, b'\n' | b'\r')));
        let mut lines: Vec<&[u8]> =
            lines.map(<[u8]>::trim_ascii).filter(|line| (6..=4096).contains(&line.len())).collect();
        lines.sort_unstable();
        lines.dedup();
        // The automaton of hundreds of values stays small.
        let kind = Some(aho_corasick::AhoCorasickKind::ContiguousNFA);
        Self { known: aho_corasick::AhoCorasickBuilder::new().kind(kind).build(&lines).ok() }
    }

    /// The text with each credential replaced by its length.
    pub fn redact(&self, text: &str) -> String {
        replace(text, &self.hidden(text)).0
    }

    /// The line of `place` as it may be shown. In an env file all that follows the `=` is hidden.
    pub fn excerpt(&self, line: &str, place: &Place, is_env_file: bool) -> Excerpt {
        let mut hidden = if is_env_file { Vec::new() } else { self.hidden(line) };
        if is_env_file && !line.trim_start().starts_with('#') {
            let start = line.find(['=', ':']).map_or(0, |at| at + 1);
            let start = start + (line[start..].len() - line[start..].trim_start().len());
            hidden.extend(self.hidden(&line[..start]));
            hidden.push(start..line.trim_end().len().max(start));
        } else if is_env_file {
            // A commented line may hold the key of yesterday.
            let start = line.find('=').map_or(line.len(), |at| at + 1);
            hidden.extend(self.hidden(line).into_iter().filter(|range| range.end <= start));
            hidden.push(start..line.len());
        }
        hidden.sort_by_key(|range| range.start);
        let (text, at) = replace(line, &hidden);
        let caret = caret(line, place, &at);
        cut(&text, caret)
    }

    fn hidden(&self, text: &str) -> Vec<Range<usize>> {
        let mut hidden: Vec<Range<usize>> = match &self.known {
            Some(known) => {
                known.find_iter(text).map(|found| found.range()).filter(|range| on_boundary(text, range)).collect()
            }
            None => Vec::new(),
        };
        for token in tokens(text) {
            let run = &text[token.clone()];
            if looks_random(run) {
                hidden.push(token);
            } else if run.starts_with('/') {
                hidden.extend(random_segments(run, token.start));
            }
        }
        if may_hold_password(text) {
            let found = PASSWORD.as_ref().into_iter().flat_map(|p| p.captures_iter(text));
            hidden.extend(found.filter_map(|c| Some(c.get(1)?.range())));
        }
        hidden.sort_by_key(|range| range.start);
        hidden
    }
}

/// Runs of sixteen or more of the characters that keys are made of.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-+/=.~".contains(c)));
    let runs = runs.map(move |run| {
        let start = at;
        let end = start + run.len();
        at = end + text[end..].chars().next().map_or(0, char::len_utf8);
        start..end
    });
    runs.filter(|run| run.len() >= 16)
}

/// Whether [`PASSWORD`] may match. To compile it takes longer than to look at a small project.
fn may_hold_password(text: &str) -> bool {
    let word = |word: &str| text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    ["://", "bearer", "basic", "token"].into_iter().any(word)
}

/// The password in a URL, and what follows an authorization scheme.
static PASSWORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:://[^/\s:@"']*:|(?i:bearer|basic|token)\s+)([^\s@"'`$<{]{6,})"#).ok());

/// Whether a run of characters is more likely a key than a name: it has digits and letters in turn, and no words.
fn looks_random(text: &str) -> bool {
    if text.contains("://") || text.starts_with('/') || text.starts_with("./") {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let turns = text.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    // Both cases and a digit in one long run without a break: no name is written so.
    let dense = |part: &str| {
        let has = |test: fn(&u8) -> bool| part.bytes().any(|byte| test(&byte));
        part.len() >= 20
            && !part.contains('_')
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_lowercase)
    };
    (digits >= 2 && letters >= 4 && turns >= 3)
        || text.split(['.', '=', '/']).any(dense)
        || (text.len() >= 24 && !text.contains(['_', '-', '/', '.']))
}

/// The segments of a path, which begins at `start`, that no person would name so: some services take their key there.
fn random_segments(path: &str, start: usize) -> Vec<Range<usize>> {
    let parts = path.split_inclusive('/').scan(start, |at, part| {
        let from = *at;
        *at += part.len();
        Some((from, part.trim_end_matches('/')))
    });
    let random = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        // A long number is half of some keys: a webhook's address is its credential.
        part.len() >= 16 && digits == part.len()
            || part.len() >= 20 && digits >= 2 && !part.contains('.') && looks_random(part)
    };
    parts.filter(|(_, part)| random(part)).map(|(from, part)| from..from + part.len()).collect()
}

fn on_boundary(text: &str, range: &Range<usize>) -> bool {
    text.is_char_boundary(range.start) && text.is_char_boundary(range.end)
}

/// The text with the ranges replaced, and for each byte of the old text the characters of the new one that stand for it.
fn replace(text: &str, hidden: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let mut out = String::new();
    let mut at = Vec::with_capacity(text.len() + 1);
    let mut length = 0;
    let mut next = 0;
    while next < text.len() {
        if let Some(range) = hidden.iter().find(|range| range.start <= next && next < range.end) {
            let end = hidden
                .iter()
                .filter(|other| other.start <= range.end)
                .map(|other| other.end)
                .max()
                .unwrap_or(range.end)
                .max(range.end);
            let end = (end..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
            let count = text[next..end].chars().count();
            let mark = format!("‹{count} character{}›", if count == 1 { "" } else { "s" });
            let width = mark.chars().count();
            at.extend(std::iter::repeat_n(length..length + width, end - next));
            length += width;
            out.push_str(&mark);
            next = end;
            continue;
        }
        let Some(c) = text[next..].chars().next() else { break };
        at.extend(std::iter::repeat_n(length..length + 1, c.len_utf8()));
        out.push(if c == '\t' {
            ' '
        } else if c.is_control() || is_direction(c) {
            '\u{fffd}'
        } else {
            c
        });
        length += 1;
        next += c.len_utf8();
    }
    (out, at)
}

/// Characters that turn the direction of the text after them.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn caret(line: &str, place: &Place, at: &[Range<usize>]) -> Range<usize> {
    let byte_of = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
    let column = usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
    let width = usize::try_from(place.width).unwrap_or(0);
    let after = at.last().map_or(0, |last| last.end);
    let start = at.get(byte_of(column)).map_or(after, |unit| unit.start);
    let end = byte_of(column + width).checked_sub(1).and_then(|last| at.get(last)).map_or(start, |unit| unit.end);
    start..end.max(start)
}

/// Cuts a long line to what stands round the caret.
fn cut(text: &str, caret: Range<usize>) -> Excerpt {
    let count = text.chars().count();
    if count <= WIDTH {
        return Excerpt { text: text.to_owned(), caret };
    }
    let from = caret.start.saturating_sub(40).min(count - WIDTH);
    let shown: String = text.chars().skip(from).take(WIDTH).collect();
    let lead = if from > 0 { "…" } else { "" };
    let tail = if from + WIDTH < count { "…" } else { "" };
    let shift = |at: usize| (at - from.min(at) + lead.chars().count()).min(WIDTH + 1);
    Excerpt { text: format!("{lead}{shown}{tail}"), caret: shift(caret.start)..shift(caret.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(column: u32, width: u32) -> Place {
        Place { path: "x".into(), line: 1, column, width }
    }

    #[test]
    fn values_of_env_files_are_hidden_and_the_caret_stays_under_them() {
        let excerpt = Redactor::default().excerpt("KEY = abc # why", &place(7, 3), true);
        assert_eq!((excerpt.text.as_str(), excerpt.caret), ("KEY = ‹9 characters›", 6..20));
    }

    #[test]
    fn code_hides_what_is_known_and_what_looks_like_a_key() {
        let known = Secret::from("hunter2hunter");
        let redactor = Redactor::new([&known].into_iter());
        let random = ["sk-", "9fK2mQ8x", "L0pZ7rT4"].concat();
        for (line, shown) in [
            ("login('hunter2hunter')".to_owned(), "login('‹13 characters›')".to_owned()),
            (format!("key = \"{random}\""), "key = \"‹19 characters›\"".to_owned()),
            ("const authorizationHeaderName = x".to_owned(), "const authorizationHeaderName = x".to_owned()),
            (
                format!("GET https://a.test/{}?x", ["FAKE0zfeFddaD9gz", "RPuTjUms8XoPp2HHY"].concat()),
                "GET https://a.test/‹33 characters›?x".to_owned(),
            ),
            ("at /app/src/main.3f9a2b7c1d4e.js".to_owned(), "at /app/src/main.3f9a2b7c1d4e.js".to_owned()),
            ("postgres://u:pa55word@h/db".to_owned(), "postgres://u:‹8 characters›@h/db".to_owned()),
            ("a\u{202e}b\u{7}".to_owned(), "a\u{fffd}b\u{fffd}".to_owned()),
        ] {
            assert_eq!(redactor.redact(&line), shown);
        }
    }

    #[test]
    fn long_lines_are_cut_round_the_caret() {
        let line = format!("{}x = KEY;{}", "a ".repeat(200), " b".repeat(200));
        let excerpt = Redactor::default().excerpt(&line, &place(405, 3), false);
        let shown: String = excerpt.text.chars().skip(excerpt.caret.start).take(excerpt.caret.len()).collect();
        assert_eq!(shown, "KEY");
    }
}
