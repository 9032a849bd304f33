//! From bytes to words: quotes, `$…`, backquotes, comments and continued lines.
//!
//! NUL bytes are passed over, as both shells do. A backslash before a line feed joins lines everywhere except in
//! single quotes and comments.

use std::ops::Range;

use super::super::named::Lines;
use super::escape;
use super::syntax::{Flavor, List, Operation, Parameter, Part, Trouble, Word};

/// Constructs in constructs.
const DEEPEST: usize = 50;

pub(super) struct Lexer<'a> {
    pub(super) flavor: Flavor,
    original: &'a [u8],
    lines: Lines,
    bytes: Vec<u8>,
    /// Where each byte stands in the file; empty where nothing was left out.
    places: Vec<usize>,
    pub(super) at: usize,
    depth: usize,
    /// The line on which the text begins, less one.
    first_line: u32,
}

/// Where a run of parts ends.
#[derive(Clone, Copy, PartialEq)]
enum Until {
    /// The end of a word.
    Word,
    /// The end of the text, which is read as if in double quotes.
    End,
    /// The closing double quote.
    Quote,
    /// The `}` of `${…}` (or `stop` before it). `quoted`: inside double quotes; `single`: `'` quotes.
    Brace { quoted: bool, single: bool, stop: u8 },
}

impl<'a> Lexer<'a> {
    pub(super) fn new(flavor: Flavor, original: &'a [u8], first_line: u32) -> Self {
        let mut bytes = original.to_vec();
        let mut places = Vec::new();
        if memchr::memchr(0, original).is_some() {
            bytes.retain(|c| *c != 0);
            places = original.iter().enumerate().filter(|(_, c)| **c != 0).map(|(at, _)| at).collect();
        }
        Self { flavor, original, lines: Lines::new(original), bytes, places, at: 0, depth: 0, first_line }
    }

    pub(super) fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Trouble>) -> Result<T, Trouble> {
        if self.depth >= DEEPEST {
            return Err(Trouble::NotFollowed(self.line(), "constructs nested too deep"));
        }
        self.depth += 1;
        let done = run(self);
        self.depth -= 1;
        done
    }

    /// The byte's place in the file.
    pub(super) fn place(&self, at: usize) -> usize {
        if self.places.is_empty() { at } else { self.places.get(at).copied().unwrap_or(self.original.len()) }
    }

    pub(super) fn line(&self) -> u32 {
        self.line_of(self.at)
    }

    pub(super) fn line_of(&self, at: usize) -> u32 {
        self.first_line + self.lines.of(self.place(at))
    }

    pub(super) fn bash(&self) -> bool {
        self.flavor == Flavor::Bash
    }

    /// Where the byte `ahead` bytes further stands, continued lines joined.
    fn index(&self, ahead: usize) -> usize {
        let mut at = self.at;
        for step in 0..=ahead {
            while self.bytes.get(at) == Some(&b'\\') && self.bytes.get(at + 1) == Some(&b'\n') {
                at += 2;
            }
            if step < ahead {
                at += 1;
            }
        }
        at
    }

    pub(super) fn peek(&mut self) -> Option<u8> {
        self.at = self.index(0);
        self.bytes.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.index(ahead)).copied()
    }

    pub(super) fn take(&mut self) {
        self.at = self.index(0) + 1;
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let matches = text.bytes().enumerate().all(|(ahead, c)| self.peek_at(ahead) == Some(c));
        if matches {
            (0..text.len()).for_each(|_| self.take());
        }
        matches
    }

    /// The rest of the line.
    pub(super) fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    }

    /// Blanks and a comment.
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.take();
        }
        if self.peek() == Some(b'#') {
            let rest = &self.bytes[self.at..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
    }

    /// The raw lines of a here-document up to its delimiter.
    pub(super) fn skip_here_document(&mut self, delimiter: &[u8], tabs: bool) {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            let line = if tabs { &line[line.iter().take_while(|c| **c == b'\t').count()..] } else { line };
            let last = line == delimiter;
            self.at += (end + 1).min(rest.len());
            if last {
                break;
            }
        }
    }

    pub(super) fn is_word_end(c: u8) -> bool {
        b" \t\n;&|()<>".contains(&c)
    }

    /// The next word, if one begins here. `arrays`: `NAME=(…)` may stand here.
    pub(super) fn word(&mut self, arrays: bool) -> Result<Option<Word>, Trouble> {
        match self.peek() {
            None => return Ok(None),
            Some(c) if Self::is_word_end(c) && !self.at_process_substitution() => return Ok(None),
            Some(_) => {}
        }
        let start = self.at;
        let mut equals = None;
        let mut array = None;
        let name = self.assignment_name();
        let mut parts = Vec::new();
        if let Some(length) = name {
            let mut bytes = Vec::new();
            for _ in 0..length {
                bytes.extend(self.peek());
                self.take();
            }
            parts.push(Part::Text { bytes, quoted: false });
            equals = Some(self.place(self.at));
            if arrays && self.bash() && self.peek() == Some(b'(') {
                array = Some(self.nested(Self::array)?);
                if self.peek().is_some_and(|c| !Self::is_word_end(c)) {
                    return Err(Trouble::NotFollowed(self.line(), "text after an array"));
                }
            }
        }
        if array.is_none() {
            let mut more = self.parts(Until::Word)?;
            if let (Some(Part::Text { bytes, quoted: false }), Some(Part::Text { bytes: first, .. })) =
                (more.first_mut(), parts.first_mut())
            {
                first.append(bytes);
                more.remove(0);
            }
            parts.append(&mut more);
        }
        let span = self.place(start)..self.end_place(start);
        Ok(Some(Word { parts, span, equals, array }))
    }

    /// The byte after the last one read, without a continued line that follows it.
    fn end_place(&self, start: usize) -> usize {
        if self.at > start { self.place(self.at - 1) + 1 } else { self.place(start) }
    }

    /// Length of `NAME=`, `NAME+=` or, in bash, `NAME[…]=` at this place.
    fn assignment_name(&self) -> Option<usize> {
        let mut length = 0;
        while self.peek_at(length).is_some_and(|c| c == b'_' || c.is_ascii_alphanumeric()) {
            length += 1;
        }
        if length == 0 || self.peek_at(0).is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        if self.bash() && self.peek_at(length) == Some(b'[') {
            length += 1;
            while self.peek_at(length).is_some_and(|c| c != b']' && !Self::is_word_end(c) && !b"'\"\\$`".contains(&c)) {
                length += 1;
            }
            length += usize::from(self.peek_at(length) == Some(b']'));
        }
        if self.bash() && self.peek_at(length) == Some(b'+') {
            length += 1;
        }
        (self.peek_at(length) == Some(b'=')).then_some(length + 1)
    }

    fn array(&mut self) -> Result<Vec<Word>, Trouble> {
        let line = self.line();
        self.take();
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b')') => {
                    self.take();
                    return Ok(words);
                }
                Some(b'\n') => self.take(),
                None => return Err(Trouble::Unclosed(line, "a bracket is not closed")),
                Some(_) => match self.word(false)? {
                    Some(word) => words.push(word),
                    None => return Err(Trouble::Line(self.line(), "an operator stands in brackets")),
                },
            }
        }
    }

    fn at_process_substitution(&self) -> bool {
        self.bash() && matches!(self.peek_at(0), Some(b'<' | b'>')) && self.peek_at(1) == Some(b'(')
    }

    fn parts(&mut self, until: Until) -> Result<Vec<Part>, Trouble> {
        let line = self.line();
        let in_quotes = matches!(until, Until::End | Until::Quote | Until::Brace { quoted: true, .. });
        let mut parts = Vec::new();
        loop {
            let Some(c) = self.peek() else {
                return match until {
                    Until::Word | Until::End => Ok(parts),
                    Until::Quote => Err(Trouble::Unclosed(line, "a double quote is not closed")),
                    Until::Brace { .. } => Err(Trouble::Unclosed(line, "a ${ is not closed")),
                };
            };
            match (until, c) {
                (Until::Word, _) if self.at_process_substitution() => {
                    self.take();
                    self.take();
                    self.nested(|this| this.commands().map(drop))?;
                    parts.push(Part::NotFollowed("a process substitution"));
                    continue;
                }
                (Until::Word, c) if Self::is_word_end(c) => return Ok(parts),
                (Until::Quote, b'"') | (Until::Brace { .. }, b'}') => return Ok(parts),
                (Until::Brace { stop, .. }, c) if c == stop => return Ok(parts),
                _ => {}
            }
            match c {
                b'\\' => self.backslash(until, &mut parts),
                b'\'' if !in_quotes || matches!(until, Until::Brace { single: true, .. }) => {
                    let text = self.single_quotes(line)?;
                    add(&mut parts, &text, true);
                }
                b'"' => {
                    self.take();
                    self.double_quotes(&mut parts)?;
                }
                b'`' => parts.push(self.nested(|this| this.backquotes(in_quotes))?),
                b'$' => self.nested(|this| this.dollar(in_quotes, &mut parts))?,
                c => {
                    self.take();
                    add(&mut parts, &[c], in_quotes);
                }
            }
        }
    }

    fn double_quotes(&mut self, parts: &mut Vec<Part>) -> Result<(), Trouble> {
        let mut inner = self.nested(|this| this.parts(Until::Quote))?;
        self.take();
        // Empty quotes still make a word.
        add(parts, b"", true);
        parts.append(&mut inner);
        Ok(())
    }

    fn backslash(&mut self, until: Until, parts: &mut Vec<Part>) {
        self.at += 1;
        let Some(&c) = self.bytes.get(self.at) else {
            add(parts, b"\\", true);
            return;
        };
        let special = match until {
            Until::Word | Until::Brace { quoted: false, .. } => true,
            Until::End | Until::Quote => b"$`\"\\".contains(&c),
            Until::Brace { quoted: true, .. } => b"$`\"\\}".contains(&c),
        };
        if !special {
            add(parts, b"\\", true);
        }
        self.at += 1;
        add(parts, &[c], true);
    }

    fn single_quotes(&mut self, line: u32) -> Result<Vec<u8>, Trouble> {
        self.take();
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'\'', rest).ok_or(Trouble::Unclosed(line, "a single quote is not closed"))?;
        let text = rest[..end].to_vec();
        self.at += end + 1;
        Ok(text)
    }

    /// The commands of `$(…)`. A syntax error in them ends bash itself.
    fn commands(&mut self) -> Result<List, Trouble> {
        super::parser::list_until_bracket(self).map_err(|trouble| match trouble {
            Trouble::Syntax(line, why) if self.bash() => Trouble::Fatal(line, why),
            trouble => trouble,
        })
    }

    fn backquotes(&mut self, quoted: bool) -> Result<Part, Trouble> {
        let line = self.line();
        self.take();
        let mut text = Vec::new();
        loop {
            let Some(&c) = self.bytes.get(self.at) else {
                return Err(Trouble::Unclosed(line, "a backquote is not closed"));
            };
            self.at += 1;
            match (c, self.bytes.get(self.at)) {
                (b'`', _) => break,
                (b'\\', Some(&next)) if b"$`\\".contains(&next) || (quoted && next == b'"') => {
                    text.push(next);
                    self.at += 1;
                }
                _ => text.push(c),
            }
        }
        let mut inner = Lexer::new(self.flavor, &text, line - 1);
        inner.depth = self.depth;
        let list = match super::parser::whole(&mut inner) {
            Ok(list) => Some(list),
            Err(Trouble::Syntax(..) | Trouble::Unclosed(..) | Trouble::Line(..) | Trouble::Fatal(..))
                if self.bash() =>
            {
                None
            }
            Err(Trouble::NotFollowed(..)) => return Ok(Part::Command { list: None, quoted, line }),
            Err(trouble) => return Err(trouble),
        };
        Ok(Part::Command { list, quoted, line })
    }

    fn dollar(&mut self, quoted: bool, parts: &mut Vec<Part>) -> Result<(), Trouble> {
        let line = self.line();
        self.take();
        match self.peek() {
            Some(b'(') if self.peek_at(1) == Some(b'(') && self.arithmetic_end().is_some() => {
                let end = self.arithmetic_end().unwrap_or(self.at);
                let text = self.bytes.get(self.at + 2..end.saturating_sub(2)).unwrap_or_default().to_vec();
                self.at = end;
                let mut inner = Lexer::new(self.flavor, &text, line - 1);
                inner.depth = self.depth;
                parts.push(Part::Arithmetic { expression: inner.parts(Until::End)?, quoted });
            }
            Some(b'(') if self.bash() && self.peek_at(1) == Some(b'(') && !self.closes() => {
                return Err(Trouble::Unclosed(line, "a bracket is not closed"));
            }
            Some(b'(') => {
                self.take();
                let list = self.commands()?;
                parts.push(Part::Command { list: Some(list), quoted, line });
            }
            // The old way to write `$((…))`.
            Some(b'[') if self.bash() => match memchr::memchr2(b']', b'[', &self.bytes[self.at + 1..]) {
                Some(length) if self.bytes[self.at + 1 + length] == b']' => {
                    let text = self.bytes[self.at + 1..self.at + 1 + length].to_vec();
                    self.at += length + 2;
                    let mut inner = Lexer::new(self.flavor, &text, line - 1);
                    inner.depth = self.depth;
                    parts.push(Part::Arithmetic { expression: inner.parts(Until::End)?, quoted });
                }
                _ => parts.push(Part::NotFollowed("arithmetic")),
            },
            Some(b'{') => {
                self.take();
                parts.push(self.braced(quoted)?);
            }
            Some(b'\'') if self.bash() && !quoted => {
                self.take();
                let (text, length) = escape::dollar_quoted(&self.bytes[self.at..])
                    .ok_or(Trouble::Unclosed(line, "a single quote is not closed"))?;
                self.at += length;
                add(parts, &text, true);
            }
            Some(b'"') if self.bash() && !quoted => {
                self.take();
                self.double_quotes(parts)?;
            }
            _ => match self.parameter(false) {
                Some(parameter) => parts.push(Part::Parameter { parameter, operation: Operation::Plain, quoted }),
                None => add(parts, b"$", quoted),
            },
        }
        Ok(())
    }

    /// Whether the bracket at this place is closed at all.
    fn closes(&self) -> bool {
        let mut depth = 0;
        self.bytes[self.at..].iter().any(|c| {
            depth += i32::from(*c == b'(') - i32::from(*c == b')');
            depth == 0
        })
    }

    /// Where `$((…))` ends, if two brackets close it together.
    fn arithmetic_end(&self) -> Option<usize> {
        let mut depth = 0;
        for (offset, c) in self.bytes[self.at..].iter().enumerate() {
            match c {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let closed = offset > 0 && self.bytes[self.at + offset - 1] == b')';
                return (closed || self.flavor == Flavor::Dash).then_some(self.at + offset + 1);
            }
        }
        None
    }

    /// The parameter's name at this place; more than one digit only in braces.
    fn parameter(&mut self, braced: bool) -> Option<Parameter> {
        let first = self.peek()?;
        if first == b'_' || first.is_ascii_alphabetic() {
            let mut name = String::new();
            while let Some(c) = self.peek().filter(|c| *c == b'_' || c.is_ascii_alphanumeric()) {
                name.push(char::from(c));
                self.take();
            }
            return Some(Parameter::Name(name));
        }
        if first.is_ascii_digit() {
            let mut number = 0_usize;
            while let Some(c) = self.peek().filter(u8::is_ascii_digit) {
                number = number.saturating_mul(10).saturating_add(usize::from(c - b'0'));
                self.take();
                if !braced {
                    break;
                }
            }
            return Some(if number == 0 { Parameter::Special(b'0') } else { Parameter::Positional(number) });
        }
        if b"@*#?-$!".contains(&first) {
            self.take();
            return Some(Parameter::Special(first));
        }
        None
    }

    /// What stands after `${`.
    fn braced(&mut self, quoted: bool) -> Result<Part, Trouble> {
        let start = self.at;
        let mut wanted = Operation::Plain;
        match (self.peek(), self.peek_at(1)) {
            (Some(b'#'), Some(next))
                if next != b'}' && (next == b'_' || next.is_ascii_alphanumeric() || b"@*?-$!#".contains(&next)) =>
            {
                self.take();
                wanted = Operation::Length;
            }
            (Some(b'!'), Some(next)) if self.bash() && (next == b'_' || next.is_ascii_alphanumeric()) => {
                self.take();
                wanted = Operation::Indirect;
            }
            _ => {}
        }
        let Some(parameter) = self.parameter(true) else { return self.bad(start) };
        let part = |operation| Part::Parameter { parameter: parameter.clone(), operation, quoted };
        if self.peek() == Some(b'}') {
            self.take();
            return Ok(part(wanted));
        }
        match wanted {
            Operation::Plain => {}
            Operation::Indirect => {
                self.rest_of_brace()?;
                return Ok(Part::NotFollowed("an indirect expansion"));
            }
            _ => return self.bad(start),
        }
        let colon = self.peek() == Some(b':');
        let sign = if colon { self.peek_at(1) } else { self.peek() };
        let operation = match sign {
            Some(sign @ (b'-' | b'=' | b'?' | b'+')) => {
                (0..=usize::from(colon)).for_each(|_| self.take());
                let start = self.at;
                let word = self.operand(quoted, false, b'}')?;
                let span: Range<usize> = self.place(start)..self.end_place(start);
                Operation::Test { sign, colon, word, span }
            }
            Some(sign @ (b'%' | b'#')) if !colon => {
                self.take();
                let longest = self.peek() == Some(sign);
                if longest {
                    self.take();
                }
                let pattern = self.operand(false, true, b'}')?;
                Operation::Strip { end: sign == b'%', longest, pattern }
            }
            _ if !self.bash() => return self.bad(start),
            Some(b'/') if !colon => {
                self.take();
                let sign = self.peek().filter(|c| b"/#%".contains(c));
                if sign.is_some() {
                    self.take();
                }
                let from = self.operand(false, true, b'/')?;
                let to = if self.peek() == Some(b'/') {
                    self.take();
                    self.operand(false, true, b'}')?
                } else {
                    Vec::new()
                };
                Operation::Replace { sign, from, to }
            }
            Some(sign @ (b'^' | b',')) if !colon => {
                self.take();
                let all = self.peek() == Some(sign);
                if all {
                    self.take();
                }
                if self.peek() != Some(b'}') {
                    self.rest_of_brace()?;
                    return Ok(Part::NotFollowed("a change of case by pattern"));
                }
                Operation::Case { upper: sign == b'^', all }
            }
            Some(b'@' | b'[') if !colon => {
                self.rest_of_brace()?;
                return Ok(Part::NotFollowed("an array or a transformation in ${…}"));
            }
            _ if colon => {
                self.take();
                let offset = self.operand(false, true, b':')?;
                let length = if self.peek() == Some(b':') {
                    self.take();
                    Some(self.operand(false, true, b'}')?)
                } else {
                    None
                };
                Operation::Substring { offset, length }
            }
            _ => return self.bad(start),
        };
        self.take();
        Ok(part(operation))
    }

    fn operand(&mut self, quoted: bool, single: bool, stop: u8) -> Result<Vec<Part>, Trouble> {
        self.nested(|this| this.parts(Until::Brace { quoted, single, stop }))
    }

    fn rest_of_brace(&mut self) -> Result<(), Trouble> {
        self.operand(false, true, b'}')?;
        self.take();
        Ok(())
    }

    fn bad(&mut self, start: usize) -> Result<Part, Trouble> {
        self.at = start;
        self.rest_of_brace()?;
        Ok(Part::Bad)
    }
}

fn add(parts: &mut Vec<Part>, text: &[u8], quoted: bool) {
    match parts.last_mut() {
        Some(Part::Text { bytes, quoted: same }) if *same == quoted => bytes.extend_from_slice(text),
        _ => parts.push(Part::Text { bytes: text.to_vec(), quoted }),
    }
}
