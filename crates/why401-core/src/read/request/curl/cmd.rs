//! A command line for cmd, as browsers copy it: carets are taken off by cmd, quotes by the program that it starts.

use super::Split;
use crate::read::request::template::{Hole, Style, Template, is_name};

/// Whether the text is for cmd: carets before quotes or at the ends of lines, `%NAME%`, or its own way to write quotes.
pub(super) fn is_cmd(text: &str) -> bool {
    let ends = text.lines().any(|line| line.trim_end().ends_with('^'));
    ends || text.contains("^\"") || text.contains("curl.exe") && !text.contains('\'')
}

/// The words of the line.
pub(super) fn words(text: &str) -> Split {
    let text = uncareted(text);
    let mut split = Split::default();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let word = word.get_or_insert_default();
                // Backslashes are nothing special but before a quote: there two make one, and an odd one keeps the quote.
                if rest.peek() == Some(&'"') {
                    word.extend(std::iter::repeat_n('\\', count / 2));
                    if count % 2 == 1 {
                        rest.next();
                        word.push('"');
                    }
                } else {
                    word.extend(std::iter::repeat_n('\\', count));
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                if quoted && rest.next_if_eq(&'"').is_some() {
                    word.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            ' ' | '\t' | '\r' | '\n' if !quoted => split.words.extend(word.take().map(|word| template(&word))),
            c => word.get_or_insert_default().push(c),
        }
    }
    split.words.extend(word.map(|word| template(&word)));
    split
}

/// What cmd makes of the carets: outside of its quotes each lets the next character be, and one at the end of a line
/// joins the next line to it. What follows `&`, `|` or `>` belongs to another command.
fn uncareted(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                quoted = !quoted;
                plain.push(c);
            }
            '^' if !quoted => {
                rest.next_if_eq(&'\r');
                match rest.next() {
                    // A second line break in a row is kept: so cmd writes a break within a word.
                    Some('\n') => {
                        let returned = rest.next_if_eq(&'\r').is_some();
                        if rest.next_if_eq(&'\n').is_some() {
                            plain.push('\n');
                        } else if returned {
                            plain.push('\r');
                        }
                    }
                    Some(c) => plain.push(c),
                    None => {}
                }
            }
            '&' | '|' | '>' | '<' if !quoted => break,
            '\r' | '\n' if !quoted && plain.contains("curl") => break,
            c => plain.push(c),
        }
    }
    plain
}

/// `%NAME%` is a reference; what `%XX` encodes is none.
fn template(word: &str) -> Template {
    let mut template = Template::default();
    let mut rest = word;
    while let Some(at) = rest.find('%') {
        let inside = rest[at + 1..].split('%').next().unwrap_or_default();
        let closed = rest.len() > at + 1 + inside.len();
        if closed && inside.len() > 2 && is_name(inside) {
            let length = inside.len() + 2;
            template.push(&rest[..at], Style::Braces);
            let written = rest[at..at + length].to_owned();
            template.push_hole(Hole { name: inside.to_owned(), written, otherwise: None, bare: false });
            rest = &rest[at + length..];
        } else {
            template.push(&rest[..=at], Style::Braces);
            rest = &rest[at + 1..];
        }
    }
    template.push(rest, Style::Braces);
    template
}
