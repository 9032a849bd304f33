//! From words to commands: lists, pipelines, redirections. Compound commands (`if`, `for`, functions) are not followed.

use super::lexer::Lexer;
use super::syntax::{AndOr, Command, Flavor, List, Pipeline, Redirection, Simple, Trouble, Word};

/// Words that begin what only a whole shell can follow.
const COMPOUND: &[&str] = &["if", "while", "until", "for", "case"];
/// The same in bash alone.
const COMPOUND_BASH: &[&str] = &["[[", "function", "select", "time", "coproc"];
/// Words that cannot begin a command.
const CLOSING: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}"];
/// Commands whose arguments are assignments.
pub(super) const DECLARATIONS: &[&str] = &["export", "readonly", "declare", "typeset", "local"];

/// What ends a list.
#[derive(Clone, Copy, PartialEq)]
enum Close {
    Line,
    End,
    Bracket,
    Brace,
}

struct Parser<'l, 'a> {
    lexer: &'l mut Lexer<'a>,
    here_documents: Vec<(Vec<u8>, bool)>,
}

/// The commands up to the end of this line; `None` at the end of the file.
pub(super) fn next(lexer: &mut Lexer<'_>) -> Result<Option<List>, Trouble> {
    let mut parser = Parser { lexer, here_documents: Vec::new() };
    parser.skip_lines();
    if parser.lexer.peek().is_none() {
        return Ok(None);
    }
    parser.list(Close::Line).map(Some)
}

/// All commands of a text.
pub(super) fn whole(lexer: &mut Lexer<'_>) -> Result<List, Trouble> {
    Parser { lexer, here_documents: Vec::new() }.list(Close::End)
}

/// The commands up to a closing bracket, which is taken.
pub(super) fn list_until_bracket(lexer: &mut Lexer<'_>) -> Result<List, Trouble> {
    Parser { lexer, here_documents: Vec::new() }.list(Close::Bracket)
}

impl Parser<'_, '_> {
    fn syntax<T>(&self, why: &'static str) -> Result<T, Trouble> {
        Err(Trouble::Syntax(self.lexer.line(), why))
    }

    fn skip_lines(&mut self) {
        loop {
            self.lexer.skip_blanks();
            if self.lexer.peek() != Some(b'\n') {
                return;
            }
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.lexer.take();
        for (delimiter, tabs) in std::mem::take(&mut self.here_documents) {
            self.lexer.skip_here_document(&delimiter, tabs);
        }
    }

    fn list(&mut self, close: Close) -> Result<List, Trouble> {
        let line = self.lexer.line();
        let mut list = List::new();
        loop {
            if close == Close::Line {
                self.lexer.skip_blanks();
            } else {
                self.skip_lines();
            }
            match self.lexer.peek() {
                None if matches!(close, Close::Line | Close::End) => return Ok(list),
                None => return Err(Trouble::Unclosed(line, "a bracket is not closed")),
                Some(b'\n') => {
                    self.end_line();
                    return Ok(list);
                }
                Some(b')') if close == Close::Bracket => {
                    self.lexer.take();
                    return Ok(list);
                }
                Some(b'}') if close == Close::Brace && self.lexer.peek_at(1).is_none_or(Lexer::is_word_end) => {
                    if list.is_empty() {
                        return self.syntax("} closes nothing");
                    }
                    self.lexer.take();
                    return Ok(list);
                }
                Some(_) => {}
            }
            let mut and_or = self.and_or()?;
            self.lexer.skip_blanks();
            match (self.lexer.peek(), self.lexer.peek_at(1)) {
                (Some(b';'), Some(b';')) => return self.syntax(";; stands outside of case"),
                (Some(b';'), Some(b'&')) => return self.syntax("& follows ;"),
                (Some(b';'), _) => self.lexer.take(),
                (Some(b'&'), _) => {
                    self.lexer.take();
                    and_or.background = true;
                }
                (None | Some(b'\n'), _) => {}
                (Some(b')'), _) if close == Close::Bracket => {}
                _ => return self.syntax("a bracket or an operator stands where none can stand"),
            }
            list.push(and_or);
        }
    }

    fn and_or(&mut self) -> Result<AndOr, Trouble> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.lexer.skip_blanks();
            let and = if self.lexer.eat("&&") {
                true
            } else if self.lexer.eat("||") {
                false
            } else {
                return Ok(AndOr { first, rest, background: false });
            };
            self.skip_lines();
            rest.push((and, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Trouble> {
        self.lexer.skip_blanks();
        let mut negated = false;
        while self.lexer.peek() == Some(b'!') && self.lexer.peek_at(1).is_none_or(Lexer::is_word_end) {
            self.lexer.take();
            self.lexer.skip_blanks();
            negated = !negated;
        }
        if negated && self.lexer.bash() && matches!(self.lexer.peek(), None | Some(b'\n' | b';')) {
            return Ok(Pipeline { negated, commands: vec![Command::Simple(Simple::default())] });
        }
        let mut commands = vec![self.command()?];
        loop {
            self.lexer.skip_blanks();
            if self.lexer.peek() != Some(b'|') || self.lexer.peek_at(1) == Some(b'|') {
                return Ok(Pipeline { negated, commands });
            }
            self.lexer.take();
            if self.lexer.bash() && self.lexer.peek() == Some(b'&') {
                self.lexer.take();
            }
            self.skip_lines();
            commands.push(self.command()?);
        }
    }

    fn command(&mut self) -> Result<Command, Trouble> {
        let line = self.lexer.line();
        if self.lexer.peek() == Some(b'(') {
            if self.lexer.bash() && self.lexer.peek_at(1) == Some(b'(') {
                return Err(Trouble::NotFollowed(line, "arithmetic"));
            }
            self.lexer.take();
            let list = self.nested(Close::Bracket)?;
            if list.is_empty() {
                return self.syntax("nothing stands in the brackets");
            }
            return Ok(Command::Subshell(list));
        }
        let mut simple = Simple { line, ..Simple::default() };
        loop {
            self.lexer.skip_blanks();
            let arrays = simple.words.is_empty() || simple.words.first().is_some_and(is_declaration);
            let word = self.lexer.word(arrays)?;
            let Some(word) = word else {
                if self.redirection(&mut simple, false)? {
                    continue;
                }
                break;
            };
            let digits = word.literal().is_some_and(|text| text.iter().all(u8::is_ascii_digit));
            let other = word.literal() != Some(b"1");
            if digits && matches!(self.lexer.peek(), Some(b'<' | b'>')) && self.redirection(&mut simple, other)? {
                continue;
            }
            if simple.words.is_empty() && word.equals.is_some() {
                simple.assignments.push(word);
                continue;
            }
            let first = simple.words.is_empty() && simple.assignments.is_empty() && simple.redirections.is_empty();
            if first && let Some(command) = self.reserved(&word, line)? {
                return Ok(command);
            }
            simple.words.push(word);
        }
        if self.lexer.peek() == Some(b'(') {
            let alone = simple.words.len() == 1 && simple.assignments.is_empty() && simple.redirections.is_empty();
            self.lexer.take();
            self.lexer.skip_blanks();
            if alone && self.lexer.peek() == Some(b')') {
                return Err(Trouble::NotFollowed(line, "a function"));
            }
            return Err(Trouble::Syntax(line, "( stands where none can stand"));
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && simple.redirections.is_empty() {
            return self.syntax("an operator stands where a command belongs");
        }
        Ok(Command::Simple(simple))
    }

    fn nested(&mut self, close: Close) -> Result<List, Trouble> {
        let mut here_documents = std::mem::take(&mut self.here_documents);
        let list = self.lexer.nested(|lexer| {
            let mut inner = Parser { lexer, here_documents: std::mem::take(&mut here_documents) };
            let list = inner.list(close);
            here_documents = inner.here_documents;
            list
        });
        self.here_documents = here_documents;
        list
    }

    fn reserved(&mut self, word: &Word, line: u32) -> Result<Option<Command>, Trouble> {
        let Some(text) = word.literal() else { return Ok(None) };
        let is = |list: &[&str]| list.iter().any(|known| known.as_bytes() == text);
        if text == b"{" {
            let list = self.nested(Close::Brace)?;
            return Ok(Some(Command::Group(list)));
        }
        if is(CLOSING) {
            return Err(Trouble::Syntax(line, "a reserved word stands where a command belongs"));
        }
        if is(COMPOUND) || (self.lexer.flavor == Flavor::Bash && is(COMPOUND_BASH)) {
            return Err(Trouble::NotFollowed(line, "a compound command of the shell"));
        }
        Ok(None)
    }

    fn redirection(&mut self, simple: &mut Simple, other: bool) -> Result<bool, Trouble> {
        const DASH: &[&str] = &["<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        const BASH: &[&str] = &["<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">", "&>>", "&>"];
        let known = if self.lexer.bash() { BASH } else { DASH };
        let Some(operator) = known.iter().find(|operator| self.lexer.eat(operator)) else { return Ok(false) };
        self.lexer.skip_blanks();
        let Some(target) = self.lexer.word(false)? else { return self.syntax("a redirection has no target") };
        let digits = target.literal().is_some_and(|text| text.iter().all(u8::is_ascii_digit));
        if digits && matches!(self.lexer.peek(), Some(b'<' | b'>')) {
            return self.syntax("a redirection has no target");
        }
        if matches!(*operator, "<<" | "<<-") {
            let delimiter = target.parts.iter().flat_map(|part| match part {
                super::syntax::Part::Text { bytes, .. } => bytes.clone(),
                _ => Vec::new(),
            });
            self.here_documents.push((delimiter.collect(), *operator == "<<-"));
        }
        simple.redirections.push(Redirection { operator, target, other });
        Ok(true)
    }
}

pub(super) fn is_declaration(word: &Word) -> bool {
    word.literal().is_some_and(|text| DECLARATIONS.iter().any(|known| known.as_bytes() == text))
}
