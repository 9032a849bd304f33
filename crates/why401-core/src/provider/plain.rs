//! Plain: the text of an answer as it is compared, whatever printed it: JSON, Python, JavaScript, a shell, HTML.

use std::ops::Range;

/// Text as it is compared: one kind of quote, no escapes before it, one blank between words, none after `":`, and the
/// names of fields in quotes, which JavaScript leaves out.
pub(super) struct Plain {
    /// The text.
    pub(super) text: String,
    /// For each of its bytes the place in the text that it was made of.
    at: Vec<u32>,
    /// The length of that text.
    length: usize,
}

impl Plain {
    /// Makes it of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut plain =
            Self { text: String::with_capacity(text.len()), at: Vec::with_capacity(text.len()), length: text.len() };
        let mut chars = text.char_indices().peekable();
        let mut depth = 0_u32;
        while let Some((at, c)) = chars.next() {
            match c {
                '{' => {
                    depth += 1;
                    plain.push(at, c);
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    plain.push(at, c);
                }
                c if depth > 0 && c.is_ascii_lowercase() && plain.text.trim_end().ends_with(['{', ',']) => {
                    let name = bare_name(&text[at..]);
                    let quote = |plain: &mut Self, at| {
                        if name > 0 {
                            plain.push(at, '"');
                        }
                    };
                    quote(&mut plain, at);
                    plain.push(at, c);
                    for _ in 1..name {
                        if let Some((at, c)) = chars.next() {
                            plain.push(at, c);
                        }
                    }
                    quote(&mut plain, at + name.saturating_sub(1));
                }
                '\\' => match chars.peek() {
                    Some((_, 'n' | 'r' | 't')) => {
                        chars.next();
                        plain.push(at, ' ');
                    }
                    Some((_, '"' | '\'' | '\\' | '/')) => {}
                    _ => plain.push(at, c),
                },
                '\'' | '`' | '‘' | '’' | '“' | '”' => plain.push(at, '"'),
                '&' if text[at..].starts_with("&quot;") => {
                    plain.push(at, '"');
                    chars.nth(4);
                }
                c if c.is_whitespace() => plain.push(at, ' '),
                c => plain.push(at, c),
            }
        }
        plain
    }

    fn push(&mut self, at: usize, c: char) {
        let last = self.text.as_bytes().last();
        let between = [b' ', b',', b':'];
        if c == ' '
            && last.is_none_or(|last| {
                between.contains(last) && (*last == b' ' || self.text.ends_with("\":") || self.text.ends_with("\","))
            })
        {
            return;
        }
        self.text.push(c);
        self.at.resize(self.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
    }

    /// The place in the original text of a span of this one.
    pub(super) fn origin(&self, span: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.at.get(byte).map_or(self.length, |at| *at as usize);
        at(span.start)..at(span.end)
    }
}

/// The length of the name of a field at the beginning of `text`; 0 where there is none.
fn bare_name(text: &str) -> usize {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let after = text[name..].strip_prefix(':');
    after.filter(|after| after.starts_with([' ', '\n', '\'', '"', '{', '['])).map_or(0, |_| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_blanks_and_escapes_are_unified() {
        for (text, plain) in [
            (r#"{"error": {"code": "x"}}"#, r#"{"error":{"code":"x"}}"#),
            (r"{'error': {'code': 'x'}}", r#"{"error":{"code":"x"}}"#),
            ("{ error: { code: 'x' } }", r#"{ "error":{ "code":"x" } }"#),
            (r#"{\"error\":{\"code\":\"x\"}}"#, r#"{"error":{"code":"x"}}"#),
            ("a\n   b\\nc", "a b c"),
        ] {
            assert_eq!(Plain::of(text).text, plain, "{text}");
        }
        let plain = Plain::of("ab  'cd'");
        assert_eq!(plain.origin(&(3..6)), 4..7);
    }
}
