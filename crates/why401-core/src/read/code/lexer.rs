//! A lexer for the languages whose code we read: names, texts, marks; comments left out.
//!
//! It knows just enough of each language to find texts and brackets. Whatever it cannot place becomes a mark, so it
//! never fails, and each byte is looked at a bounded number of times.

/// What a language writes comments and texts with.
pub(super) struct Syntax {
    /// What begins a comment that ends with the line.
    pub(super) line_comments: &'static [&'static str],
    /// What begins and ends a comment over several lines.
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Kinds of texts, the longest opening mark first.
    pub(super) texts: &'static [Quote],
    /// Bytes beside letters, digits and `_` that a name may have.
    pub(super) in_names: &'static [u8],
    /// Whether names such as `f`, `rb`, `$@` right before a quote change the text.
    pub(super) prefixes: Prefixes,
    /// Whether a slash may begin a regular expression.
    pub(super) regexes: bool,
}

/// Letters right before a quote that change what the text means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefixes {
    /// None.
    No,
    /// Python's `f`, `r`, `b`, `u`: holes only with `f`.
    Python,
    /// C#'s `$` and `@`: holes only with `$`.
    Csharp,
    /// Rust's `r`, `b`, with `#`.
    Rust,
}

/// One kind of text.
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// Whether a backslash takes the next character.
    pub(super) escapes: bool,
    /// Whether it may go over several lines.
    pub(super) lines: bool,
    /// What stands for a value in it.
    pub(super) holes: Holes,
}

/// What stands for a value inside a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holes {
    /// Nothing.
    No,
    /// `${expression}`.
    DollarBrace,
    /// `#{expression}`.
    HashBrace,
    /// `{expression}`, `{{` for a brace.
    Brace,
    /// `$name` and `${expression}` (Kotlin), `{$expression}` too (PHP).
    DollarName,
}

/// A piece of code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// First byte; for a text the first byte of its content.
    pub(super) start: usize,
    /// Byte after the last; for a text without its closing quote.
    pub(super) end: usize,
    /// Whether a line break stands before it.
    pub(super) new_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    /// A whole text, or a part of one between [`Kind::Begin`] and [`Kind::End`].
    Text,
    /// The beginning of a text with holes.
    Begin,
    /// The end of a text with holes.
    End,
    /// The beginning of a hole.
    Open,
    /// The end of a hole.
    Close,
    /// Any other character.
    Mark(u8),
}

/// Texts in holes in texts go no deeper than this.
const DEPTH: usize = 6;

/// The tokens of `text`.
pub(super) fn tokens(text: &str, syntax: &Syntax) -> Vec<Token> {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, syntax, tokens: Vec::new(), new_line: true };
    let end = text.len();
    lexer.code(end, 0);
    lexer.tokens
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    syntax: &'a Syntax,
    tokens: Vec<Token>,
    new_line: bool,
}

impl Lexer<'_> {
    /// Code up to `end`; in a hole (`depth` above 0) up to the brace that closes it, which is not taken.
    fn code(&mut self, end: usize, depth: usize) {
        let mut braces = 0usize;
        while self.at < end {
            let byte = self.bytes[self.at];
            match byte {
                b'\n' => {
                    self.new_line = true;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                _ if self.comment(end) => {}
                b'{' => {
                    braces += 1;
                    self.mark();
                }
                b'}' if depth > 0 && braces == 0 => return,
                b'}' => {
                    braces = braces.saturating_sub(1);
                    self.mark();
                }
                _ if self.text(end, depth) => {}
                b'/' if self.syntax.regexes && self.regex(end) => {}
                _ if byte.is_ascii_digit() => self.run(Kind::Number),
                _ if self.is_name(byte) => self.run(Kind::Name),
                _ => self.mark(),
            }
        }
    }

    fn is_name(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || self.syntax.in_names.contains(&byte)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let new_line = std::mem::take(&mut self.new_line);
        self.tokens.push(Token { kind, start, end, new_line });
    }

    fn mark(&mut self) {
        let at = self.at;
        self.push(Kind::Mark(self.bytes[at]), at, at + 1);
        self.at += 1;
    }

    fn run(&mut self, kind: Kind) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = 1 + rest[1..].iter().take_while(|byte| self.is_name(**byte)).count();
        self.at += length;
        self.push(kind, start, start + length);
    }

    fn comment(&mut self, end: usize) -> bool {
        let rest = &self.bytes[self.at..end];
        if let Some((open, close)) = self.syntax.block_comment
            && rest.starts_with(open.as_bytes())
        {
            let inside = &rest[open.len()..];
            let length = memchr::memmem::find(inside, close.as_bytes()).map_or(inside.len(), |at| at + close.len());
            self.new_line |= memchr::memchr(b'\n', &inside[..length]).is_some();
            self.at += open.len() + length;
            return true;
        }
        if self.syntax.line_comments.iter().any(|open| rest.starts_with(open.as_bytes())) {
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            return true;
        }
        false
    }

    /// A text that begins here, if one does and if it ends.
    fn text(&mut self, end: usize, depth: usize) -> bool {
        let rest = &self.bytes[self.at..end];
        let Some(skip) = prefix_length(self.syntax.prefixes, rest, self.tokens.last(), self.at) else { return false };
        let (prefix, rest) = rest.split_at(skip);
        if self.syntax.prefixes == Prefixes::Rust {
            if self.rust_raw(prefix, rest) {
                return true;
            }
            // Only a character has its closing mark where it must stand; all else is a lifetime.
            if rest[0] == b'\'' && rest.get(1) != Some(&b'\\') && rest.get(2) != Some(&b'\'') {
                return false;
            }
        }
        let Some(quote) = self.syntax.texts.iter().find(|quote| rest.starts_with(quote.open.as_bytes())) else {
            return false;
        };
        let (holes, escapes) = match self.syntax.prefixes {
            Prefixes::Python if !prefix.iter().any(|byte| matches!(byte, b'f' | b'F')) => (Holes::No, quote.escapes),
            Prefixes::Csharp if !prefix.contains(&b'$') => (Holes::No, quote.escapes && !prefix.contains(&b'@')),
            _ => (quote.holes, quote.escapes),
        };
        let lines = quote.lines || prefix.contains(&b'@');
        let start = self.at + skip + quote.open.len();
        let Some(pieces) = self.pieces(start, end, quote, holes, escapes, lines) else { return false };
        let content_end = pieces.last().map_or(start, |piece| piece.1);
        if pieces.len() == 1 || depth >= DEPTH {
            self.push(Kind::Text, start, content_end);
        } else {
            self.push(Kind::Begin, self.at, start);
            for (index, &(from, to, hole_end)) in pieces.iter().enumerate() {
                if from < to {
                    self.push(Kind::Text, from, to);
                }
                if index + 1 < pieces.len() {
                    self.hole(to, hole_end, depth);
                }
            }
            self.push(Kind::End, content_end, content_end + quote.close.len());
        }
        self.at = content_end + quote.close.len();
        true
    }

    /// The code in a hole that spans `from..to`, marks included.
    fn hole(&mut self, from: usize, to: usize, depth: usize) {
        let (mut inner_from, mut inner_to) = (from, to);
        if self.bytes[inner_from..to].starts_with(b"${") || self.bytes[inner_from..to].starts_with(b"#{") {
            inner_from += 2;
            inner_to = inner_to.saturating_sub(1).max(inner_from);
        } else if self.bytes[inner_from] == b'{' {
            inner_from += 1;
            inner_to = inner_to.saturating_sub(1).max(inner_from);
        } else if self.bytes[inner_from] == b'$' && !self.syntax.in_names.contains(&b'$') {
            inner_from += 1;
        }
        self.push(Kind::Open, from, inner_from);
        self.at = inner_from;
        self.code(inner_to, depth + 1);
        // A stray brace inside ends the code early; the rest of the hole says nothing.
        self.at = inner_to;
        self.push(Kind::Close, inner_to, to);
    }

    /// The pieces of a text's content: first byte, byte after the last, end of the hole that follows.
    fn pieces(
        &self,
        start: usize,
        end: usize,
        quote: &Quote,
        holes: Holes,
        escapes: bool,
        lines: bool,
    ) -> Option<Vec<(usize, usize, usize)>> {
        let (mut at, mut from, mut pieces) = (start, start, Vec::new());
        while at < end {
            let rest = &self.bytes[at..end];
            if rest.starts_with(quote.close.as_bytes()) {
                pieces.push((from, at, at));
                return Some(pieces);
            }
            match rest[0] {
                b'\\' if escapes => at += 2,
                b'\n' if !lines => return None,
                _ => match self.hole_length(rest, holes) {
                    Some(length) if length > 1 => {
                        pieces.push((from, at, at + length));
                        at += length;
                        from = at;
                    }
                    // A doubled brace stands for one.
                    Some(_) => at += 2,
                    None => at += 1,
                },
            }
        }
        None
    }

    /// Length of the hole at the beginning of `rest`; 1 for an escaped brace; `None` where there is no hole.
    fn hole_length(&self, rest: &[u8], holes: Holes) -> Option<usize> {
        let braces = |from: usize| {
            let mut depth = 0usize;
            // Holes are short; a longer one is a stray mark.
            for (index, byte) in rest.iter().enumerate().take(4096).skip(from) {
                match byte {
                    b'{' => depth += 1,
                    b'}' if depth == 1 => return Some(index + 1),
                    b'}' => depth -= 1,
                    _ => {}
                }
            }
            None
        };
        match holes {
            Holes::No => None,
            Holes::DollarBrace => rest.starts_with(b"${").then(|| braces(1)).flatten(),
            Holes::HashBrace => rest.starts_with(b"#{").then(|| braces(1)).flatten(),
            Holes::Brace if rest.starts_with(b"{{") || rest.starts_with(b"}}") => Some(1),
            Holes::Brace => rest.starts_with(b"{").then(|| braces(0)).flatten(),
            Holes::DollarName => {
                if rest.starts_with(b"${") {
                    return braces(1);
                }
                if rest.starts_with(b"{$") {
                    return braces(0);
                }
                let name = rest.strip_prefix(b"$")?;
                let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                (length > 0 && !name[0].is_ascii_digit()).then_some(1 + length)
            }
        }
    }

    /// Rust's raw strings, and what looks like a character but is a lifetime.
    fn rust_raw(&mut self, prefix: &[u8], rest: &[u8]) -> bool {
        let hashes = prefix.iter().filter(|byte| **byte == b'#').count();
        if !prefix.contains(&b'r') || !rest.starts_with(b"\"") {
            return false;
        }
        let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
        let start = self.at + prefix.len() + 1;
        let Some(length) = memchr::memmem::find(&self.bytes[start..], &close) else { return false };
        self.push(Kind::Text, start, start + length);
        self.at = start + length + close.len();
        true
    }

    /// A regular expression, where a value may begin; it says nothing and is left out.
    fn regex(&mut self, end: usize) -> bool {
        let begins = match self.tokens.last() {
            None => true,
            Some(token) => match token.kind {
                Kind::Mark(mark) => !matches!(mark, b')' | b']' | b'}' | b'<' | b'/'),
                Kind::Name => self.bytes[token.start..token.end] == *b"return",
                _ => false,
            },
        };
        if !begins {
            return false;
        }
        let (mut at, mut class) = (self.at + 1, false);
        while at < end {
            match self.bytes[at] {
                b'\n' => return false,
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    self.push(Kind::Mark(b'/'), self.at, at + 1);
                    self.at = at + 1;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }
}

/// Length of the letters before a quote that change the text; `None` where no text can begin here.
fn prefix_length(prefixes: Prefixes, rest: &[u8], before: Option<&Token>, at: usize) -> Option<usize> {
    let quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
    if quote(rest.first()) {
        return Some(0);
    }
    // A name goes on: `buf"` is no `f"`.
    if before.is_some_and(|token| token.kind == Kind::Name && token.end == at) {
        return None;
    }
    let letters: &[u8] = match prefixes {
        Prefixes::No => return None,
        Prefixes::Python => b"fFrRbBuUtT",
        Prefixes::Csharp => b"$@",
        Prefixes::Rust => b"rbc#",
    };
    let length = rest.iter().take(4).take_while(|byte| letters.contains(byte)).count();
    (length > 0 && quote(rest.get(length))).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::code::{csharp, javascript, kotlin, php, python, ruby, rust};

    fn shown(text: &str, syntax: &Syntax) -> String {
        let words = tokens(text, syntax).into_iter().map(|token| {
            let piece = &text[token.start..token.end];
            match token.kind {
                Kind::Text => format!("'{piece}'"),
                Kind::Begin => "<".to_owned(),
                Kind::End => ">".to_owned(),
                Kind::Open => "(".to_owned(),
                Kind::Close => ")".to_owned(),
                Kind::Name | Kind::Number | Kind::Mark(_) => piece.to_owned(),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn texts_and_holes() {
        for (syntax, text, expected) in [
            (&javascript::SYNTAX, "a = `Bearer ${k.x}!` // c", "a = < 'Bearer ' ( k . x ) '!' >"),
            (&javascript::SYNTAX, "x=/[/']/.test(y) /* ' */ 'z'", "x = /[/']/ . test ( y ) 'z'"),
            (&javascript::SYNTAX, "<p>Don't</p>\n'x'", "< p > Don ' t < / p > 'x'"),
            (&javascript::SYNTAX, "`a${`b${c}`}`", "< 'a' ( < 'b' ( c ) > ) >"),
            (&python::SYNTAX, "f\"Bearer {k}\" # c", "< 'Bearer ' ( k ) >"),
            (&python::SYNTAX, "\"{k}\" r'\\d' '''a\nb'''", "'{k}' '\\d' 'a\nb'"),
            (&ruby::SYNTAX, "\"a#{b}\" 'c#{d}'", "< 'a' ( b ) > 'c#{d}'"),
            (
                &php::SYNTAX,
                "\"Bearer $key\" . '$x' . \"{$a['b']}\"",
                "< 'Bearer ' ( $key ) > . '$x' . < ( $a [ 'b' ] ) >",
            ),
            (&kotlin::SYNTAX, "\"Bearer $key ${a.b}\"", "< 'Bearer ' ( key ) ' ' ( a . b ) >"),
            (&csharp::SYNTAX, "$\"Bearer {key}\" \"{x}\" @\"a\\\"", "< 'Bearer ' ( key ) > '{x}' 'a\\'"),
            (&rust::SYNTAX, "fn f<'a>(x: &'a str) { r#\"a\"b\"# }", "fn f < ' a > ( x : & ' a str ) { 'a\"b' }"),
        ] {
            assert_eq!(shown(text, syntax), expected, "{text}");
        }
    }

    #[test]
    fn nothing_panics() {
        let nasty = "`${`${`${`${`${`${`${a}`}`}`}`}`}`}` '\\";
        for syntax in [&javascript::SYNTAX, &python::SYNTAX, &php::SYNTAX, &rust::SYNTAX, &csharp::SYNTAX] {
            for end in 0..nasty.len() {
                tokens(&nasty[..end], syntax);
            }
            tokens("f\"{\" $\"{ \u{e9}\"\\\u{e9}", syntax);
        }
    }
}
