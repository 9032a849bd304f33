//! The bytes that may have been signed instead of those that are at hand: the body before something parsed it, re-wrote it,
//! decoded it or lost it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::json::{self, Strings, Style};

/// A body, and how it differs from the one at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// What was signed, such as `the same JSON without blanks`.
    pub what: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Bodies longer than this are not written anew.
const LONGEST: usize = 256 << 10;

/// The other bodies that may have been signed, the usual ones first, each once.
pub fn others(body: &[u8]) -> Vec<Other> {
    let mut found: Vec<Other> = Vec::new();
    let mut add = |what: &str, bytes: Vec<u8>| {
        if bytes != body && !found.iter().any(|own| own.bytes == bytes) {
            found.push(Other { what: what.to_owned(), bytes });
        }
    };
    if body.len() > LONGEST {
        add("the body with a line break at its end", [body, b"\n"].concat());
        add("the body without the line break at its end", body.trim_ascii_end().to_vec());
        return found;
    }
    if let Ok(text) = std::str::from_utf8(body) {
        add("the body without the line break at its end", text.trim_end_matches(['\r', '\n']).as_bytes().to_vec());
        add("the body with a line break at its end", [body, b"\n"].concat());
        add("the body without blanks round it", text.trim().as_bytes().to_vec());
        add("the body with the line ends of Unix (LF)", text.replace("\r\n", "\n").into_bytes());
        add(
            "the body with the line ends of Windows (CRLF)",
            text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
        );
        add("the body without its byte order mark", text.trim_start_matches('\u{feff}').as_bytes().to_vec());
        add("the body with a byte order mark", [b"\xef\xbb\xbf", body].concat());
        if let Some(node) = json::read(text) {
            let styles = [
                (Style::Compact, "without blanks, as `JSON.stringify` writes it"),
                (Style::Spaced, "with a blank behind commas and colons, as Python's `json.dumps` writes it"),
                (Style::Lines(2), "in lines, two blanks for each level"),
                (Style::Lines(4), "in lines, four blanks for each level"),
            ];
            let strings = [
                (Strings::AsIs, ""),
                (Strings::Plain, ", letters outside ASCII as they are"),
                (Strings::Escaped, ", letters outside ASCII as `\\u` and four digits"),
                (Strings::Slashes, ", slashes as `\\/`"),
                (Strings::EscapedSlashes, ", letters outside ASCII as `\\u` and four digits, slashes as `\\/`"),
                (Strings::Html, ", `<`, `>` and `&` as `\\u` and four digits"),
            ];
            for sorted in [false, true] {
                for (style, in_style) in styles {
                    for (string, in_strings) in strings {
                        let order = if sorted { ", its names sorted" } else { "" };
                        let text = json::write(&node, style, string, sorted);
                        let what = format!("the same JSON {in_style}{in_strings}{order}");
                        add(&what, text.clone().into_bytes());
                        if let Style::Lines(_) = style {
                            add(&format!("{what}, with a line break at its end"), format!("{text}\n").into_bytes());
                        }
                    }
                }
            }
        }
        if let Some(latin) = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>() {
            let what =
                "the body before its UTF-8 was read as Latin-1 and written as UTF-8 again, or the body in Latin-1";
            add(what, latin);
        }
        if let Ok(inner) = STANDARD.decode(text.trim()) {
            add("what the body's base64 stands for", inner);
        }
    }
    let doubled: String = body.iter().map(|byte| char::from(*byte)).collect();
    add("the body with its UTF-8 read as Latin-1 and written as UTF-8 again", doubled.into_bytes());
    add("an empty body", Vec::new());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_accident() {
        let name = |body: &str, signed: &str| {
            others(body.as_bytes()).into_iter().find(|own| own.bytes == signed.as_bytes()).map(|own| own.what)
        };
        for (body, signed, what) in [
            ("{\"a\":1}\n", "{\"a\":1}", "without the line break"),
            ("{\"a\": 1}", "{\"a\":1}", "JSON.stringify"),
            ("{\"a\":1}", "{\"a\": 1}", "json.dumps"),
            ("{\"a\":1}", "{\n  \"a\": 1\n}", "two blanks"),
            ("{\"a\":\"é\"}", "{\"a\":\"\\u00e9\"}", "four digits"),
            ("{\"a\":\"\\u00e9\"}", "{\"a\":\"é\"}", "as they are"),
            ("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", "sorted"),
            ("a\r\nb", "a\nb", "Unix"),
            ("Ã©", "é", "Latin-1"),
            ("é", "Ã©", "Latin-1"),
            ("e30=", "{}", "base64"),
            ("x", "", "empty"),
        ] {
            assert!(
                name(body, signed).is_some_and(|found| found.contains(what)),
                "{body} {signed} {:?}",
                name(body, signed)
            );
        }
        assert_eq!(name("x", "x"), None);
    }
}
