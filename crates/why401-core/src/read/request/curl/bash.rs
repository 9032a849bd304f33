//! A command line in the words of bash and its kin: quotes, escapes, `$'…'`, references.

use super::Split;
use crate::read::request::template::{Hole, Style, Template, is_name, name_length};
use crate::read::request::{Refused, refused};

/// The words of the first command in which `curl` stands.
///
/// # Errors
/// A quote that does not end, or what only a running shell can know.
pub(super) fn words(text: &str) -> Result<Split, Refused> {
    let mut reader = Reader { text, at: 0, word: None, split: Split::default() };
    reader.read()?;
    Ok(reader.split)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The word that is being read.
    word: Option<Template>,
    split: Split,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Refused> {
        while let Some(c) = self.next() {
            match c {
                ' ' | '\t' => self.end(),
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some('\r') if self.rest().starts_with('\n') => self.at += 1,
                    Some(c) => self.push(c),
                },
                '\'' => self.single()?,
                '"' => self.double()?,
                '$' if self.rest().starts_with('\'') => {
                    self.at += 1;
                    self.escaped()?;
                }
                // A text in a language that can be translated: bash reads it as one between double quotes.
                '$' if self.rest().starts_with('"') => {}
                '$' => self.reference(true)?,
                '`' => return Err(command("`…`")),
                '{' if self.braces() => {}
                '#' if self.word.is_none() => self.skip_line(),
                '\n' | '\r' | ';' | '|' | '&' | '(' | ')' => {
                    self.end();
                    if self.has_curl() {
                        return Ok(());
                    }
                    self.split.words.clear();
                }
                '>' | '<' => self.redirect()?,
                c => self.push(c),
            }
        }
        self.end();
        Ok(())
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn word(&mut self) -> &mut Template {
        self.word.get_or_insert_default()
    }

    fn push(&mut self, c: char) {
        self.word().push_bytes(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn end(&mut self) {
        self.split.words.extend(self.word.take());
    }

    fn has_curl(&self) -> bool {
        self.split.words.iter().any(|word| super::is_curl(&word.open().lossy()))
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// `> file`, `2>&1`, `< file`: they change nothing of the request.
    fn redirect(&mut self) -> Result<(), Refused> {
        // The number before it belongs to it.
        if self.word.as_ref().is_some_and(|word| word.open().bytes().iter().all(u8::is_ascii_digit)) {
            self.word = None;
        }
        self.end();
        if self.rest().starts_with('<') {
            return Err(refused(
                "a here-document stands behind the line",
                "Put the body into a file and write `-d @file`, or into the line itself.",
            ));
        }
        let target = self.rest().trim_start_matches(['>', '&', '|', ' ', '\t']);
        let length = target.find([' ', '\t', '\n', '\r', ';', '|']).unwrap_or(target.len());
        self.at += self.rest().len() - target.len() + length;
        Ok(())
    }

    /// `'…'`: nothing in it is replaced. A template's braces still are, for those come before any shell.
    fn single(&mut self) -> Result<(), Refused> {
        let length = self.rest().find('\'').ok_or_else(|| unended("'"))?;
        let inside = self.rest()[..length].to_owned();
        self.at += length + 1;
        let holes = Template::of(&inside, Style::Dollar);
        let braces = Template::of(&inside, Style::Braces);
        for hole in holes.holes().filter(|hole| !braces.holes().any(|other| other == *hole)) {
            self.split.warnings.push(format!(
                "`{}` stands in single quotes: the shell leaves it as it is, and the server gets these letters and no value. Write double quotes.",
                hole.written
            ));
        }
        self.word().push(&inside, Style::Braces);
        Ok(())
    }

    fn double(&mut self) -> Result<(), Refused> {
        self.word();
        loop {
            match self.next().ok_or_else(|| unended("\""))? {
                '"' => return Ok(()),
                '\\' => match self.next() {
                    Some(c @ ('$' | '`' | '"' | '\\')) => self.push(c),
                    Some('\n') | None => {}
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                },
                '$' => self.reference(false)?,
                '`' => return Err(command("`…`")),
                '{' if self.braces() => {}
                c => self.push(c),
            }
        }
    }

    /// `{{NAME}}`, of which the first brace is read already.
    fn braces(&mut self) -> bool {
        let start = self.at - 1;
        self.template(start)
    }

    /// A template's reference at `start`.
    fn template(&mut self, start: usize) -> bool {
        let rest = &self.text[start..];
        let open = rest.starts_with("{{") || rest.starts_with("${{");
        let Some(end) = rest.find("}}").filter(|_| open) else { return false };
        let mut piece = Template::of(&rest[..end + 2], Style::Braces);
        if piece.holes().count() == 0 {
            return false;
        }
        self.at = start + end + 2;
        self.word().append(&mut piece);
        true
    }

    /// What follows a dollar sign.
    fn reference(&mut self, bare: bool) -> Result<(), Refused> {
        let start = self.at - 1;
        if self.template(start) {
            return Ok(());
        }
        let rest = self.rest();
        if rest.starts_with('(') {
            return Err(command("$(…)"));
        }
        let (name, otherwise, length) = match rest.strip_prefix('{') {
            Some(inside) => {
                let end = inside.find('}').ok_or_else(|| unended("${"))?;
                let inside = &inside[..end];
                let name = &inside[..name_length(inside)];
                let otherwise = match &inside[name.len()..] {
                    "" => None,
                    more => match more.trim_start_matches(':').split_at_checked(1) {
                        Some(("-" | "=", otherwise)) if !otherwise.contains('$') => Some(otherwise.to_owned()),
                        Some(("?", _)) => None,
                        _ => return Err(shell(&format!("${{{name}…}}"))),
                    },
                };
                (name.to_owned(), otherwise, end + 2)
            }
            None => (rest[..name_length(rest)].to_owned(), None, name_length(rest)),
        };
        if !is_name(&name) {
            if rest.starts_with(|c: char| c.is_ascii_digit() || "{@*#?!$-".contains(c)) {
                return Err(shell("$1, $@ or its kin"));
            }
            self.push('$');
            return Ok(());
        }
        self.at += length;
        let written = self.text[start..self.at].to_owned();
        self.word().push_hole(Hole { name, written, otherwise, bare });
        Ok(())
    }

    /// `$'…'`: the escapes of C.
    fn escaped(&mut self) -> Result<(), Refused> {
        self.word();
        loop {
            let c = match self.next().ok_or_else(|| unended("$'"))? {
                '\'' => return Ok(()),
                '\\' => self.next().ok_or_else(|| unended("$'"))?,
                c => {
                    self.push(c);
                    continue;
                }
            };
            match c {
                'n' => self.push('\n'),
                't' => self.push('\t'),
                'r' => self.push('\r'),
                'a' => self.push('\u{7}'),
                'b' => self.push('\u{8}'),
                'e' | 'E' => self.push('\u{1b}'),
                'f' => self.push('\u{c}'),
                'v' => self.push('\u{b}'),
                'x' => self.code(16, 2, true),
                'u' => self.code(16, 4, false),
                'U' => self.code(16, 8, false),
                '0'..='7' => {
                    self.at -= 1;
                    self.code(8, 3, true);
                }
                '\\' | '\'' | '"' | '?' => self.push(c),
                c => {
                    self.push('\\');
                    self.push(c);
                }
            }
        }
    }

    /// A number of at most `most` digits: a byte, or a character.
    fn code(&mut self, radix: u32, most: usize, byte: bool) {
        let digits: String = self.rest().chars().take(most).take_while(|c| c.is_digit(radix)).collect();
        self.at += digits.len();
        let Ok(code) = u32::from_str_radix(&digits, radix) else { return self.push_lone(radix, byte) };
        match u8::try_from(code & 0xff) {
            Ok(code) if byte => self.word().push_bytes(&[code]),
            _ => {
                let c = self.paired(code);
                self.push(c);
            }
        }
    }

    /// Two halves of a character outside the basic plane are what browsers write; here they come one by one.
    fn paired(&mut self, code: u32) -> char {
        if !(0xd800..0xdc00).contains(&code) {
            return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let second = self.rest().strip_prefix("\\u").and_then(|rest| rest.get(..4));
        let second = second.and_then(|four| u32::from_str_radix(four, 16).ok());
        match second.filter(|second| (0xdc00..0xe000).contains(second)) {
            Some(second) => {
                self.at += 6;
                let code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            None => char::REPLACEMENT_CHARACTER,
        }
    }

    /// An escape without its digits stays as it is.
    fn push_lone(&mut self, radix: u32, byte: bool) {
        if radix == 16 {
            self.push('\\');
            self.push(if byte { 'x' } else { 'u' });
        }
    }
}

fn unended(quote: &str) -> Refused {
    refused(
        format!("a {quote} in the line does not end"),
        "Copy the line to its end, with the quotes that belong to it.",
    )
}

fn command(what: &str) -> Refused {
    refused(
        format!("the line holds {what}: what that command prints is not known here, and why401 runs none"),
        "Let the shell run it: `why401 probe -- curl …`, or put its output into a variable and write \"$NAME\".",
    )
}

fn shell(what: &str) -> Refused {
    refused(
        format!("the line holds {what}, which only a running shell knows"),
        "Let the shell read the line: `why401 probe -- curl …`, or write \"$NAME\".",
    )
}
