//! Bytes to text: encodings, and what a terminal or a chat puts between.

use std::sync::LazyLock;

use crate::expression::Regex;

/// The text of `bytes`: UTF-16 and marks at the beginning are known, what is not UTF-8 becomes U+FFFD, and control
/// sequences of terminals are gone.
pub fn clean(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    static SEQUENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // ECMA-48: control sequences and operating-system commands; then whatever control character is left.
        Regex::new(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|\r+\n|[\x00-\x08\x0b\x0c\x0e-\x1f]").ok()
    });
    let text = match &*SEQUENCE {
        Some(sequence) if text.bytes().any(|byte| byte < 0x20 && byte != b'\n' && byte != b'\t') => sequence
            .replace_all(
                &text,
                |found: &crate::expression::Captures<'_>| if found[0].ends_with('\n') { "\n" } else { "" },
            )
            .into_owned(),
        _ => text,
    };
    // A sniffer shows the carriage return before a line break as a dot.
    let text = if text.contains(" HTTP/1.1.\n") { text.replace(".\n", "\n") } else { text };
    unboxed(text)
}

/// The text without the frames that terminal programs draw round a message: its lines, cut where the frame is narrow,
/// become one again.
fn unboxed(text: String) -> String {
    static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // A line that ends in a frame and goes on in the next, and a frame within a line.
        Regex::new(r"[ \t]*│[ \t]*\r?\n[ \t]*│[ \t]*|[ \t]*│[ \t│]*│[ \t]*").ok()
    });
    match &*FRAME {
        Some(frame) if text.contains('│') => frame.replace_all(&text, |_| " ").into_owned(),
        _ => text,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_stands_between() {
        for (bytes, text) in [
            (&b"\x1b[31mError:\x1b[0m 401\r\n"[..], "Error: 401\n"),
            (b"\xef\xbb\xbfx", "x"),
            (b"\xff\xfe4\x000\x001\x00", "401"),
            (b"a\xffb", "a\u{fffd}b"),
            (b"\x1b]0;title\x07$ curl", "$ curl"),
            (b"a\0b", "ab"),
            (b"GET /a/ HTTP/1.1.\nHost: b.\n.\n", "GET /a/ HTTP/1.1\nHost: b\n\n"),
            ("│ API key not    │\n│ valid.  │\n".as_bytes(), "│ API key not valid.  │\n"),
            ("invalid header  ││ field value".as_bytes(), "invalid header field value"),
        ] {
            assert_eq!(clean(bytes), text);
        }
    }
}
