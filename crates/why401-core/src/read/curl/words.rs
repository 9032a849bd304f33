//! The words of a shell command line, quotes and references understood, bytes kept.

use std::ops::Range;

/// A command over more bytes than this is data.
const COMMAND_LIMIT: usize = 16 << 10;

/// One word of a command line.
#[derive(Debug)]
pub(super) struct Word {
    /// With its quotes.
    pub(super) span: Range<usize>,
    pub(super) pieces: Vec<Piece>,
}

#[derive(Debug)]
pub(super) enum Piece {
    /// Text, byte for byte as it stands.
    Text(Range<usize>),
    /// Text between single quotes.
    Single(Range<usize>),
    /// `$NAME`, `${NAME}`, `${{ secrets.NAME }}`: the name and the whole span.
    Variable(String, Range<usize>),
    /// `$(…)`: the span.
    Command(Range<usize>),
}

/// The words after the command's name, up to the end of the command.
pub(super) fn words(text: &str, start: usize) -> Vec<Word> {
    let bytes = text.as_bytes();
    let end = bytes.len().min(start + COMMAND_LIMIT);
    let mut words: Vec<Word> = Vec::new();
    let mut at = start;
    while at < end {
        match bytes[at] {
            b' ' | b'\t' => at += 1,
            b'\\' if matches!(bytes.get(at + 1), Some(b'\n')) => at += 2,
            b'\\' if bytes[at + 1..].starts_with(b"\r\n") => at += 3,
            b'\n' | b'\r' | b';' | b'|' | b'&' | b')' | b'`' | b'>' | b'<' => break,
            b'#' => break,
            _ => {
                let (word, next) = word(text, at, end);
                words.push(word);
                at = next.max(at + 1);
            }
        }
    }
    words
}

fn word(text: &str, start: usize, end: usize) -> (Word, usize) {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut at, mut from, mut double) = (start, start, false);
    let text_until = |pieces: &mut Vec<Piece>, from: usize, at: usize| {
        if from < at {
            pieces.push(Piece::Text(from..at));
        }
    };
    while at < end {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => {
                text_until(&mut pieces, from, at);
                double = !double;
                at += 1;
                from = at;
            }
            b'\'' if !double => {
                text_until(&mut pieces, from, at);
                let Some(length) = memchr::memchr(b'\'', &bytes[at + 1..end]) else { break };
                pieces.push(Piece::Single(at + 1..at + 1 + length));
                at += length + 2;
                from = at;
            }
            b'$' => match variable(text, at, end) {
                Some((piece, next)) => {
                    text_until(&mut pieces, from, at);
                    pieces.push(piece);
                    at = next;
                    from = at;
                }
                None => at += 1,
            },
            b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b')' | b'`' if !double => break,
            b'&' if !double && !text[start..].starts_with("http") => break,
            _ => at += 1,
        }
    }
    let at = at.min(end);
    if let Some(rest) = text.get(from..at).filter(|rest| !rest.is_empty()) {
        pieces.push(Piece::Text(from..from + rest.len()));
    }
    (Word { span: start..at, pieces }, at)
}

/// What a dollar sign at `at` begins.
fn variable(text: &str, at: usize, end: usize) -> Option<(Piece, usize)> {
    let rest = text.get(at..end)?;
    let name_length =
        |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if rest.starts_with("${{") {
        let close = rest.find("}}")? + 2;
        let inner = rest[3..close - 2].trim();
        let name = inner.rsplit('.').next().unwrap_or_default();
        return Some((Piece::Variable(name.to_owned(), at..at + close), at + close));
    }
    if rest.starts_with("$(") {
        let mut depth = 0;
        let close = rest.bytes().position(|byte| {
            depth += i32::from(byte == b'(') - i32::from(byte == b')');
            depth == 0 && byte == b')'
        })?;
        return Some((Piece::Command(at..at + close + 1), at + close + 1));
    }
    let braced = rest.starts_with("${");
    let from = if braced { 2 } else { 1 };
    let length = name_length(&rest[from..]);
    if length == 0 || rest.as_bytes().get(from).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let name = rest[from..from + length].to_owned();
    let close = if braced { rest.find('}')? + 1 } else { from + length };
    Some((Piece::Variable(name, at..at + close), at + close))
}

impl Word {
    /// The word's text, quotes left out, references as written.
    pub(super) fn text(&self, text: &str) -> String {
        self.pieces.iter().map(|piece| text.get(piece.span()).unwrap_or_default()).collect()
    }
}

impl Piece {
    pub(super) fn span(&self) -> Range<usize> {
        match self {
            Self::Text(span) | Self::Single(span) | Self::Variable(_, span) | Self::Command(span) => span.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_commands() {
        for (text, expected) in [
            (" -H 'a: $B' x\n\ny", "-H|S(a: $B)|x"),
            (" -H \"a: $B c\" \\\n  https://x/y?a=$C&b=1 | jq", "-H|T(a: )V(B)T( c)|T(https://x/y?a=)V(C)T(&b=1)"),
            (" a$(echo \"x y\")b; c", "T(a)C($(echo \"x y\"))T(b)"),
            (" \"${A:-x}\" ${{ secrets.K }} # c", "V(A)|V(K)"),
            (" 'open", "|open"),
        ] {
            let shown = |piece: &Piece| {
                let span = &text[piece.span()];
                match piece {
                    Piece::Text(_) => format!("T({span})"),
                    Piece::Single(_) => format!("S({span})"),
                    Piece::Variable(name, _) => format!("V({name})"),
                    Piece::Command(_) => format!("C({span})"),
                }
            };
            let words = words(text, 0);
            let all: Vec<String> = words
                .iter()
                .map(|word| match &word.pieces[..] {
                    [Piece::Text(span)] => text[span.clone()].to_owned(),
                    pieces => pieces.iter().map(shown).collect(),
                })
                .collect();
            assert_eq!(all.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn nothing_panics() {
        let text = " -H \"é$(a${b}\" '$é' ${{ \\é $( \\";
        for (end, _) in text.char_indices() {
            words(&text[..end], 0);
        }
    }
}
