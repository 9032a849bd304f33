//! Conceal: pieces of known credentials found in text that comes from outside, plain, percent-encoded or in base64. A server
//! repeats what it likes, where it likes: in a redirect, a header, a certificate.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::secret::Secret;
use crate::url::{decoded, encoded};

/// A run of so many characters of a credential is a piece of it.
const PIECE: usize = 6;
/// So many characters of base64 stand for a piece.
const ENCODED: usize = 8;
/// A run of letters of one case may be a word of ours, unless it is so long.
const WORD: usize = 10;

/// Knows the pieces of some credentials.
#[derive(Debug, Default)]
pub struct Pieces {
    plain: HashSet<Vec<u8>>,
    encoded: HashSet<Vec<u8>>,
}

impl Pieces {
    /// The pieces of these.
    pub fn of<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let mut pieces = Self::default();
        for secret in secrets.filter(|secret| secret.len() >= PIECE) {
            let bytes = secret.expose();
            pieces.plain.extend(bytes.windows(PIECE).map(<[u8]>::to_vec));
            for skip in 0..3 {
                for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                    let text = engine.encode(&bytes[skip..]);
                    pieces.encoded.extend(text.as_bytes().windows(ENCODED).map(<[u8]>::to_vec));
                }
            }
            let escaped = encoded(bytes);
            let lower = escaped.to_ascii_lowercase();
            for text in [&escaped, &lower] {
                let windows = text.as_bytes().windows(ENCODED).filter(|window| window.contains(&b'%'));
                pieces.encoded.extend(windows.map(<[u8]>::to_vec));
            }
        }
        pieces
    }

    /// Whether any piece is in the text.
    pub fn are_in(&self, text: &str) -> bool {
        let mut found = false;
        self.runs(text, &mut |run| found |= run.is_ok_and(|run| !is_word(run)));
        found
    }

    /// The text with each piece replaced by its length, and with nothing that a terminal obeys.
    pub fn hide(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.runs(text, &mut |run| match run {
            Ok(run) if is_word(run) => out.push_str(run),
            Ok(run) => out.push_str(&format!("‹{} characters›", run.chars().count())),
            Err(c) => out.push(if is_obeyed(c) { '\u{fffd}' } else { c }),
        });
        out
    }

    /// Goes through the text: runs of pieces, and each character that is in none.
    fn runs(&self, text: &str, see: &mut dyn FnMut(Result<&str, char>)) {
        let bytes = text.as_bytes();
        let mut is_piece = vec![false; bytes.len()];
        for (length, known) in [(PIECE, &self.plain), (ENCODED, &self.encoded)] {
            if known.is_empty() || bytes.len() < length {
                continue;
            }
            for (at, window) in bytes.windows(length).enumerate() {
                if known.contains(window) {
                    is_piece[at..at + length].fill(true);
                }
            }
        }
        let mut start = None;
        for (at, c) in text.char_indices() {
            if is_piece[at..at + c.len_utf8()].contains(&true) {
                start = start.or(Some(at));
                continue;
            }
            if let Some(start) = start.take() {
                see(Ok(&text[start..at]));
            }
            see(Err(c));
        }
        if let Some(start) = start {
            see(Ok(&text[start..]));
        }
    }
}

/// Whether a run of pieces is more likely a word of ours: letters of one case, and not many.
fn is_word(run: &str) -> bool {
    let has = |test: fn(&u8) -> bool| run.bytes().any(|byte| test(&byte));
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    run.len() < WORD && !is_mixed && !has(u8::is_ascii_digit) && !has(|byte| *byte == b'%')
}

/// Control characters, and those that turn the direction of writing or cannot be seen; a line break is none of them.
pub fn is_obeyed(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with percent-encoding taken off, as far as it is UTF-8 then.
pub fn unescaped(text: &str) -> String {
    String::from_utf8_lossy(&decoded(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        let secret = Secret::from("fake+Key/0123456789");
        let pieces = Pieces::of(std::iter::once(&secret));
        for (text, shown) in [
            ("at fake+Key/0123456789.", "at ‹19 characters›."),
            ("a 345678 b", "a ‹6 characters› b"),
            ("fake%2BKey%2F0123", "‹17 characters›"),
            ("fake%2bkey", "‹10 characters›"),
            ("34567", "34567"),
            ("\u{1b}[31m\u{9b}é", "\u{fffd}[31m\u{fffd}é"),
        ] {
            assert_eq!(pieces.hide(text), shown, "{text}");
        }
        let basic = STANDARD_NO_PAD.encode("user:fake+Key/0123456789");
        assert!(!pieces.hide(&format!("/x/{basic}")).contains(&basic[12..20]), "{}", pieces.hide(&basic));
        assert!(pieces.are_in(&unescaped("f%61ke%2bKe%79")) && !pieces.are_in("fake+") && !pieces.are_in("a%zz%"));
        let word = Secret::from("authorization");
        let pieces = Pieces::of(std::iter::once(&word));
        assert_eq!(pieces.hide("the author of authorization"), "the author of ‹13 characters›");
    }
}
