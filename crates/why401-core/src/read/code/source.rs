//! One source file as tokens, with its brackets paired, and the questions that every reader asks of it.

use std::ops::Range;
use std::sync::Arc;

use super::Language;
use super::lexer::{Kind, Token, tokens};
use crate::fact::{Fact, Join, Origin, Place, Seen};

/// One source file.
pub(super) struct Source<'a> {
    pub(super) path: &'a Arc<str>,
    pub(super) text: &'a str,
    pub(super) language: &'static Language,
    pub(super) tokens: Vec<Token>,
    /// For each bracket, text with holes or hole the index of its other end; for all else its own.
    pair: Vec<usize>,
    /// For each token the innermost bracket, text or hole that it stands in.
    parent: Vec<Option<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Arc<str>, text: &'a str, language: &'static Language) -> Self {
        let tokens = tokens(text, language.syntax);
        let (pair, parent) = brackets(&tokens);
        Self { path, text, language, tokens, pair, parent }
    }

    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The token's text; empty beyond the end.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// The word, where the token is a name.
    pub(super) fn name(&self, index: usize) -> Option<&'a str> {
        (self.kind(index) == Some(Kind::Name)).then(|| self.word(index))
    }

    /// The content, where the token is a whole text without holes.
    pub(super) fn whole_text(&self, index: usize) -> Option<&'a str> {
        let part = index > 0 && matches!(self.kind(index - 1), Some(Kind::Begin | Kind::Close));
        (self.kind(index) == Some(Kind::Text) && !part).then(|| self.word(index))
    }

    pub(super) fn is(&self, index: usize, mark: u8) -> bool {
        self.kind(index) == Some(Kind::Mark(mark))
    }

    /// Whether the marks stand there side by side, such as `=>`.
    pub(super) fn are(&self, index: usize, marks: &[u8]) -> bool {
        marks.iter().enumerate().all(|(offset, mark)| self.is(index + offset, *mark))
    }

    pub(super) fn new_line(&self, index: usize) -> bool {
        self.tokens.get(index).is_none_or(|token| token.new_line)
    }

    /// The other end of a bracket; the token itself where it is none.
    pub(super) fn other(&self, index: usize) -> usize {
        self.pair.get(index).copied().unwrap_or(index)
    }

    /// The bracket, text or hole that the token stands in.
    pub(super) fn parent(&self, index: usize) -> Option<usize> {
        self.parent.get(index).copied().flatten()
    }

    /// The index after the token, or after the group that it begins.
    pub(super) fn after(&self, index: usize) -> usize {
        self.other(index).max(index) + 1
    }

    /// The bytes of a range of tokens, the quotes of texts at its ends included.
    pub(super) fn span(&self, range: &Range<usize>) -> Range<usize> {
        let (Some(first), Some(last)) = (self.tokens.get(range.start), self.tokens.get(range.end.saturating_sub(1)))
        else {
            return 0..0;
        };
        let quote = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let bytes = self.text.as_bytes();
        let (mut start, mut end) = (first.start, last.end);
        if first.kind == Kind::Text && start > 0 && quote(bytes.get(start - 1)) {
            start -= 1;
        }
        if last.kind == Kind::Text && quote(bytes.get(end)) {
            end += 1;
        }
        start..end.max(start)
    }

    /// A fact at these bytes.
    pub(super) fn fact(&self, span: Range<usize>, seen: Seen) -> Fact {
        Fact { origin: Origin::File(Place::of(self.path, self.text.as_bytes(), &span)), span, seen }
    }

    /// The names of a path such as `process.env`, if it begins at `index`; gives the index after it.
    pub(super) fn path_at(&self, index: usize, path: &[&str]) -> Option<usize> {
        let mut at = index;
        for (position, name) in path.iter().enumerate() {
            if position > 0 {
                at = self.separator(at)?;
            }
            if self.name(at)? != *name {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The index after `.`, `?.`, `!.`, `::`, `->` or `?->`.
    pub(super) fn separator(&self, index: usize) -> Option<usize> {
        let at = if self.is(index, b'?') || self.is(index, b'!') { index + 1 } else { index };
        if self.is(at, b'.') && self.language.join != Join::Dot {
            return Some(at + 1);
        }
        (self.are(at, b"::") || self.are(at, b"->")).then_some(at + 2)
    }

    /// Whether the token is a member of something: a separator stands before it.
    pub(super) fn is_member(&self, index: usize) -> bool {
        let before = |back: usize, mark: u8| index >= back && self.is(index - back, mark);
        before(1, b'.') && self.language.join != Join::Dot
            || before(1, b':') && before(2, b':')
            || before(1, b'>') && before(2, b'-')
    }

    /// The token ranges between the commas inside the bracket at `open`.
    pub(super) fn arguments(&self, open: usize) -> Vec<Range<usize>> {
        let close = self.other(open);
        let mut arguments = Vec::new();
        let (mut at, mut from) = (open + 1, open + 1);
        while at < close {
            if self.is(at, b',') {
                arguments.push(from..at);
                from = at + 1;
            }
            at = self.after(at);
        }
        if from < close {
            arguments.push(from..close);
        }
        arguments
    }

    /// Whether the group at `open` is the body of a function, a method or a class.
    pub(super) fn is_body(&self, open: usize) -> bool {
        if !self.is(open, b'{') || open == 0 {
            return false;
        }
        let before = open - 1;
        if self.is(before, b'>') && before > 0 && (self.is(before - 1, b'=') || self.is(before - 1, b'-')) {
            return true;
        }
        if self.is(before, b')') {
            let head = self.other(before);
            return head == 0
                || !matches!(self.word(head - 1), "if" | "for" | "while" | "switch" | "catch" | "with" | "match");
        }
        // `class A {`, `fn f() -> B {`, `func f() error {`: a name before the brace, and no `=`, `(`, `,` or `:`.
        self.kind(before) == Some(Kind::Name)
            && !matches!(
                self.word(before),
                "const"
                    | "let"
                    | "var"
                    | "import"
                    | "export"
                    | "type"
                    | "try"
                    | "else"
                    | "finally"
                    | "do"
                    | "return"
                    | "default"
                    | "loop"
                    | "unsafe"
            )
            && !(before > 0 && matches!(self.kind(before - 1), Some(Kind::Mark(b'=' | b':' | b',' | b'('))))
    }

    /// Where the statement that holds `index` begins and ends, at the level of `index`.
    pub(super) fn statement(&self, index: usize) -> Range<usize> {
        let level = self.parent(index);
        let ends = |at: usize| matches!(self.kind(at), Some(Kind::Mark(b';' | b',')));
        let (mut start, first) = (index, level.map_or(0, |open| open + 1));
        while start > first {
            let before = self.other(start - 1).min(start - 1);
            if ends(start - 1) || self.breaks(start) {
                break;
            }
            // A block that was closed is another statement.
            if self.is(start - 1, b'}') && self.is_body(before) && !self.is(start, b'.') {
                break;
            }
            start = before;
        }
        let last = level.map_or(self.tokens.len(), |open| self.other(open).max(open));
        let mut end = self.after(index);
        while end < last && !ends(end) && !self.breaks(end) {
            end = self.after(end);
        }
        start..end.min(last.max(start))
    }

    /// Whether a line break before the token ends what came before it.
    pub(super) fn breaks(&self, index: usize) -> bool {
        if !self.language.lines_end || !self.new_line(index) || index == 0 {
            return false;
        }
        let goes_on = matches!(
            self.kind(index),
            Some(Kind::Mark(b'.' | b'+' | b'?' | b':' | b'|' | b'&' | b'=' | b'%' | b'*' | b')' | b']' | b'}'))
        );
        let went_on = matches!(
            self.kind(index - 1),
            Some(Kind::Mark(
                b'.' | b'+' | b'?' | b':' | b'|' | b'&' | b'=' | b'%' | b'*' | b'(' | b'[' | b'{' | b',' | b'\\'
            ))
        );
        // Lines do not count inside Python's brackets.
        let inside = self.language.brackets_join && self.parent(index).is_some();
        !(goes_on || went_on || inside)
    }

    /// The tokens of the function that holds `index`: the innermost body, or Python's `def` by its indentation.
    pub(super) fn function(&self, index: usize) -> Option<Range<usize>> {
        let mut at = self.parent(index);
        while let Some(open) = at {
            if self.is_body(open) {
                return Some(open..self.other(open) + 1);
            }
            at = self.parent(open);
        }
        if !self.language.indents {
            return None;
        }
        let indentation = |token: usize| {
            let start = self.tokens.get(token).map_or(0, |token| token.start);
            let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
            self.text[line..].len() - self.text[line..].trim_start_matches([' ', '\t']).len()
        };
        let own = indentation(index);
        let heads = |at: &usize| self.new_line(*at) || matches!(self.word(at.saturating_sub(1)), "async");
        let head = (0..=index)
            .rev()
            .filter(|at| self.word(*at) == "def" && heads(at))
            .find(|at| indentation(*at) < own || *at == index)?;
        let level = indentation(head);
        let end = (index + 1..self.tokens.len())
            .find(|at| self.new_line(*at) && self.parent(*at).is_none() && indentation(*at) <= level);
        Some(head..end.unwrap_or(self.tokens.len()))
    }

    /// Whether the token runs while the file itself is loaded, not later in a function or a class.
    pub(super) fn is_top(&self, index: usize) -> bool {
        if self.language.indents {
            let mut outer = index;
            while let Some(open) = self.parent(outer) {
                outer = open;
            }
            let start = self.tokens.get(outer).map_or(0, |token| token.start);
            let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
            let line = &self.text[line..start];
            return !line.starts_with([' ', '\t'])
                && !["def ", "class ", "async ", "@"].iter().any(|word| line.starts_with(word))
                && !line.contains("lambda");
        }
        let mut at = index;
        loop {
            let statement = self.statement(at);
            if (statement.start..at).any(|before| self.are(before, b"=>")) {
                return false;
            }
            match self.parent(at) {
                Some(open) if self.is_body(open) => return false,
                Some(open) => at = open,
                None => return true,
            }
        }
    }
}

/// The other end of each bracket, and the bracket around each token. Ends that fit nothing pair with themselves.
fn brackets(tokens: &[Token]) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut pair: Vec<usize> = (0..tokens.len()).collect();
    let mut parent = vec![None; tokens.len()];
    let mut open: Vec<(usize, Kind)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let closes = match token.kind {
            Kind::Mark(b')') => Some(Kind::Mark(b'(')),
            Kind::Mark(b']') => Some(Kind::Mark(b'[')),
            Kind::Mark(b'}') => Some(Kind::Mark(b'{')),
            Kind::Close => Some(Kind::Open),
            Kind::End => Some(Kind::Begin),
            _ => None,
        };
        if let Some(opening) = closes {
            // Few brackets are left open by mistake: look a little way up for the one that fits.
            if let Some(back) = open.iter().rev().take(8).position(|(_, kind)| *kind == opening) {
                open.truncate(open.len() - back);
                if let Some((start, _)) = open.pop() {
                    pair[start] = index;
                    pair[index] = start;
                }
            }
        }
        parent[index] = open.last().map(|(start, _)| *start);
        if matches!(token.kind, Kind::Mark(b'(' | b'[' | b'{') | Kind::Open | Kind::Begin) {
            open.push((index, token.kind));
        }
    }
    (pair, parent)
}
