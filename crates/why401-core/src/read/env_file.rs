//! An env file as its author plainly means it, before any dialect: which name each line sets, and to what.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// One line that plainly means to set a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The variable's name.
    pub name: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Bytes of the name in the file.
    pub name_span: Range<usize>,
    /// Bytes of the value as written: quotes included, a comment after a blank and blanks at the end left out.
    pub span: Range<usize>,
    /// Bytes of the value without the quotes round it.
    pub inner: Range<usize>,
    /// The quote round the value.
    pub quote: Option<u8>,
}

/// The intents of a file, in the order of its lines. Values over several lines end at the quote that closes them.
///
/// A file in UTF-16 with a byte order mark is understood too; its spans are those of the file, not of the text.
pub fn intents(bytes: &[u8]) -> Vec<Intent> {
    let Some(text) = utf16(bytes) else { return of_bytes(bytes) };
    // Two bytes of mark, and two for each unit of UTF-16 before the place.
    let at = |byte: usize| 2 + 2 * text.get(..byte).map_or(0, |before| before.encode_utf16().count());
    let range = |range: &Range<usize>| at(range.start)..at(range.end);
    let moved = of_bytes(text.as_bytes()).into_iter().map(|intent| Intent {
        name_span: range(&intent.name_span),
        span: range(&intent.span),
        inner: range(&intent.inner),
        ..intent
    });
    moved.collect()
}

/// The text of a file that begins with the byte order mark of UTF-16.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

fn of_bytes(bytes: &[u8]) -> Vec<Intent> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^\x{feff}?[ \t]*(?:(?:export|set|declare -x)[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:=|:[ \t])[ \t]*",
        )
        .ok()
    });
    let Some(pattern) = LINE.as_ref() else { return Vec::new() };
    let mut intents = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let mut end = line_end(bytes, at);
        if let Some(name) = pattern
            .captures(&bytes[at..end])
            .and_then(|found| found.get(1).map(|name| (name.range(), found.get(0).map_or(0, |all| all.end()))))
        {
            let (name_range, value_at) = name;
            let (span, inner, quote) = value(bytes, at + value_at, end);
            end = end.max(line_end(bytes, span.end));
            let name_span = at + name_range.start..at + name_range.end;
            let name = String::from_utf8_lossy(&bytes[name_span.clone()]).into_owned();
            intents.push(Intent { name, line, name_span, span, inner, quote });
        }
        line += u32::try_from(memchr::memchr_iter(b'\n', &bytes[at..end]).count()).unwrap_or(0) + 1;
        at = end + 1;
    }
    intents
}

/// The end of the line that `at` stands in, its line feed not included.
fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// Where the value that begins at `start` ends, on a line that ends at `end`.
fn value(bytes: &[u8], start: usize, end: usize) -> (Range<usize>, Range<usize>, Option<u8>) {
    let rest = &bytes[start..end];
    if let Some(&quote) = rest.first().filter(|byte| matches!(byte, b'"' | b'\'' | b'`')) {
        let mut at = start + 1;
        // A key that is quoted over several lines is a certificate or a PEM key: look no further than 64 KiB.
        let limit = bytes.len().min(start + (64 << 10));
        while at < limit {
            match bytes[at] {
                b'\\' => at += 1,
                byte if byte == quote && closes(bytes, at) => return (start..at + 1, start + 1..at, Some(quote)),
                _ => {}
            }
            at += 1;
        }
    }
    // `KEY= # your key` and `KEY=# your key` are lines that were never filled in.
    let only = matches!(rest, [b'#'] | [b'#', b' ' | b'\t', ..]);
    let behind = || rest.windows(2).position(|pair| matches!(pair, [b' ' | b'\t', b'#']));
    let comment = if only { 0 } else { behind().unwrap_or(rest.len()) };
    let plain = &rest[..comment];
    let length = plain.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    (start..start + length, start..start + length, None)
}

/// Whether the quote at `at` is the last thing of its line but for blanks, a comment, `;` or `,`.
fn closes(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at + 1..line_end(bytes, at)];
    let rest: Vec<u8> = rest.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(1).collect();
    matches!(rest.first(), None | Some(b'#' | b';' | b','))
}

#[cfg(test)]
mod tests {
    use super::intents;

    #[test]
    fn utf16_is_understood() {
        let text: Vec<u8> = "\u{feff}A=1\nKEY=abc\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = intents(&text);
        assert_eq!(found.iter().map(|i| (i.name.as_str(), i.line)).collect::<Vec<_>>(), [("A", 1), ("KEY", 2)]);
        assert_eq!(&text[found[1].span.clone()], b"a\0b\0c\0");
    }

    #[test]
    fn what_the_author_means() {
        for (text, expected) in [
            ("A=abc\n", vec![("A", "abc", 1)]),
            ("A=abc \r\nB = 'x y' # c\n", vec![("A", "abc", 1), ("B", "x y", 2)]),
            ("# A=1\nexport A=\"b\"\n", vec![("A", "b", 2)]),
            ("A=ab#c # d\n", vec![("A", "ab#c", 1)]),
            ("A: abc\n", vec![("A", "abc", 1)]),
            ("A=\"one\ntwo\"\nB=3", vec![("A", "one\ntwo", 1), ("B", "3", 3)]),
            ("A=\"open\nB=2\n", vec![("A", "\"open", 1), ("B", "2", 2)]),
            ("\u{feff}A=1\n", vec![("A", "1", 1)]),
            ("A=\n\nB", vec![("A", "", 1)]),
            ("A= # your key\nB=# later\nC= #abc", vec![("A", "", 1), ("B", "", 2), ("C", "#abc", 3)]),
        ] {
            let found = intents(text.as_bytes());
            let got: Vec<_> = found.iter().map(|i| (i.name.as_str(), &text[i.inner.clone()], i.line)).collect();
            assert_eq!(got, expected, "{text:?}");
        }
    }
}
