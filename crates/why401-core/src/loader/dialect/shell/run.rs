//! Carries the commands of an env file out, as far as they set variables. Nothing is ever run: a command that is no
//! builtin is taken as not found, which is said in a warning.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::super::super::{Assignment, Environment, Failure};
use super::super::named::{Lines, is_identifier, note};
use super::braces::braces;
use super::parser::is_declaration;
use super::syntax::{AndOr, Command, Flavor, List, Part, Pipeline, Redirection, Simple, Word};
use crate::secret::Secret;

/// Substitutions of commands in one file.
const MOST_SUBSTITUTIONS: usize = 10_000;

/// Names that bash keeps for itself: it refuses to set them.
const READ_ONLY: &[&str] = &["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"];

/// A variable of the shell.
#[derive(Clone, Default)]
pub(super) struct Variable {
    /// `None`: declared and not set.
    pub(super) value: Option<Vec<u8>>,
    pub(super) exported: bool,
    pub(super) read_only: bool,
    /// Arrays are never exported.
    pub(super) array: bool,
    /// The assignment that it comes from.
    pub(super) from: Option<usize>,
}

/// Why the commands that follow are not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// bash drops the rest of the line.
    Line(&'static str),
    /// The file ends here, without an error.
    Return,
    /// The shell itself ends.
    Exit(&'static str),
    /// We do not follow this.
    NotFollowed(&'static str),
}

#[derive(Clone)]
pub(super) struct Shell {
    pub(super) flavor: Flavor,
    /// Shared with subshells until one of them sets something.
    pub(super) variables: Rc<BTreeMap<String, Variable>>,
    pub(super) positional: Vec<Vec<u8>>,
    pub(super) status: u8,
    /// Whether `status` does not hang on a command that was not run.
    pub(super) status_known: bool,
    pub(super) allexport: bool,
    pub(super) errexit: bool,
    pub(super) nounset: bool,
    /// The line that is carried out.
    pub(super) line: u32,
    pub(super) file: usize,
    pub(super) lines: Rc<Lines>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) warnings: Vec<Failure>,
    /// What `echo` and `printf` printed, inside a command substitution.
    pub(super) output: Option<Vec<u8>>,
    /// A command whose output is not known was met.
    pub(super) unknown_output: bool,
    /// The output of a command was taken as empty though it is not known.
    pub(super) guessed: bool,
    substitutions: usize,
    /// Status of the last command substitution.
    substituted: Option<u8>,
    /// In a subshell, where nothing that is set survives.
    inner: bool,
}

impl Shell {
    pub(super) fn new(flavor: Flavor, process: &Environment) -> Self {
        let variables = process.iter().map(|(name, value)| {
            let value = Some(value.expose().to_vec());
            (name.clone(), Variable { value, exported: true, ..Variable::default() })
        });
        Self {
            flavor,
            variables: Rc::new(variables.collect()),
            positional: Vec::new(),
            status: 0,
            status_known: true,
            allexport: true,
            errexit: false,
            nounset: false,
            line: 1,
            file: 0,
            lines: Rc::new(Lines::new(b"")),
            assignments: Vec::new(),
            warnings: Vec::new(),
            output: None,
            unknown_output: false,
            guessed: false,
            substitutions: 0,
            substituted: None,
            inner: false,
        }
    }

    pub(super) fn variables_mut(&mut self) -> &mut BTreeMap<String, Variable> {
        Rc::make_mut(&mut self.variables)
    }

    pub(super) fn bash(&self) -> bool {
        self.flavor == Flavor::Bash
    }

    pub(super) fn warn(&mut self, message: &str) {
        let warning = note(self.file, Some(self.line), message);
        if self.warnings.last() != Some(&warning) {
            self.warnings.push(warning);
        }
    }

    /// An error in an expansion or an assignment: bash drops the line, dash ends.
    pub(super) fn refusal(&self, why: &'static str) -> End {
        if self.bash() { End::Line(why) } else { End::Exit(why) }
    }

    pub(super) fn set_status(&mut self, status: u8) {
        (self.status, self.status_known) = (status, true);
    }

    pub(super) fn list(&mut self, list: &List) -> Result<(), End> {
        list.iter().try_for_each(|and_or| self.and_or(and_or))
    }

    fn and_or(&mut self, and_or: &AndOr) -> Result<(), End> {
        if and_or.background {
            self.subshell(|shell| {
                let foreground = AndOr { background: false, ..and_or.clone() };
                shell.and_or(&foreground)
            });
            self.set_status(0);
            return Ok(());
        }
        let condition = !and_or.rest.is_empty();
        self.pipeline(&and_or.first, condition)?;
        for (index, (and, pipeline)) in and_or.rest.iter().enumerate() {
            if !self.status_known {
                if self.inner || !and_or.rest[index..].iter().any(|(_, pipeline)| has_effect(pipeline)) {
                    self.unknown_output = true;
                    return Ok(());
                }
                return Err(End::NotFollowed("an assignment that hangs on a command which is not run"));
            }
            if *and == (self.status == 0) {
                self.pipeline(pipeline, index + 1 < and_or.rest.len())?;
            }
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, condition: bool) -> Result<(), End> {
        match pipeline.commands.as_slice() {
            [command] => self.command(command)?,
            commands => {
                for command in commands {
                    self.subshell(|shell| shell.command(command));
                }
                (self.status, self.status_known, self.unknown_output) = (0, false, true);
            }
        }
        if pipeline.negated {
            self.status = u8::from(self.status == 0);
        } else if self.errexit && !condition && self.status != 0 {
            return Err(End::Exit("a command fails, and set -e is on"));
        }
        Ok(())
    }

    fn command(&mut self, command: &Command) -> Result<(), End> {
        match command {
            Command::Simple(simple) => {
                self.line = simple.line;
                self.simple(simple)
            }
            Command::Group(list) => self.list(list),
            Command::Subshell(list) => {
                self.subshell(|shell| shell.list(list));
                Ok(())
            }
        }
    }

    /// Carries out what changes nothing here: only its warnings and its status stay.
    fn subshell(&mut self, run: impl FnOnce(&mut Self) -> Result<(), End>) {
        let assignments = std::mem::take(&mut self.assignments);
        let warnings = std::mem::take(&mut self.warnings);
        let output = self.output.take();
        let mut inner = self.clone();
        inner.warnings = warnings;
        inner.inner = true;
        inner.output = output;
        let known = match run(&mut inner) {
            Ok(()) => inner.status_known,
            Err(End::Return) => false,
            Err(End::Line(why) | End::Exit(why)) => {
                inner.warn(why);
                false
            }
            Err(End::NotFollowed(_)) => {
                inner.unknown_output = true;
                false
            }
        };
        self.assignments = assignments;
        self.warnings = inner.warnings;
        self.output = inner.output;
        self.unknown_output |= inner.unknown_output;
        self.guessed |= inner.guessed;
        self.substitutions = inner.substitutions;
        (self.status, self.status_known) = (inner.status, known);
    }

    /// What a command substitution stands for.
    pub(super) fn substitute(&mut self, list: Option<&List>, line: u32) -> Result<Vec<u8>, End> {
        self.substitutions += 1;
        if self.substitutions > MOST_SUBSTITUTIONS {
            return Err(End::NotFollowed("so many command substitutions"));
        }
        let before = (self.line, self.output.replace(Vec::new()), self.unknown_output);
        self.unknown_output = list.is_none();
        if let Some(list) = list {
            self.subshell(|shell| shell.list(list));
        } else {
            (self.status, self.status_known) = (1, false);
        }
        let mut output = self.output.take().unwrap_or_default();
        let unknown = self.unknown_output;
        (self.line, self.output) = (line, before.1);
        self.substituted = Some(self.status);
        if unknown {
            self.guessed = true;
            output.clear();
            self.warn("a command in $(…) or backquotes was not run: its output is taken as empty");
        }
        (self.line, self.unknown_output) = (before.0, before.2);
        while output.last() == Some(&b'\n') {
            output.pop();
        }
        Ok(output)
    }

    fn simple(&mut self, simple: &Simple) -> Result<(), End> {
        self.substituted = None;
        let mut fields: Vec<Argument> = Vec::new();
        let declaration = simple.words.first().is_some_and(is_declaration);
        for (index, word) in simple.words.iter().enumerate() {
            let words = if self.bash() { braces(word)? } else { vec![word.clone()] };
            let single = words.len() == 1;
            for word in words {
                if declaration && index > 0 && word.equals.is_some() && single {
                    fields.push(self.declared(&word)?);
                } else {
                    let span = word.equals.unwrap_or(word.span.start)..word.span.end;
                    let texts = self.fields(&word)?;
                    fields.extend(texts.into_iter().map(|text| Argument { text, span: span.clone(), array: false }));
                }
            }
        }
        let Some((command, arguments)) = fields.split_first() else {
            return self.assign_all(simple);
        };
        let same = |word: &Word| {
            let (name, _) = split_name(word);
            arguments.iter().any(|argument| argument.text.starts_with(name.strip_suffix(b"=").unwrap_or(name)))
        };
        if declaration && self.bash() && simple.assignments.iter().any(same) {
            return Err(End::NotFollowed("a name that is set twice in one command"));
        }
        let special = !self.bash() && super::builtin::is_special(&command.text);
        let effect = super::builtin::is_builtin(&command.text);
        if effect || !self.bash() {
            match self.opens(&simple.redirections) {
                Ok(true) => {}
                Ok(false) if special => return Err(End::Exit("a redirection fails, and dash ends")),
                Ok(false) => {
                    self.set_status(1 + u8::from(!self.bash()));
                    return Ok(());
                }
                Err(End::NotFollowed(_)) if !effect => {}
                Err(end) => return Err(end),
            }
        }
        if special {
            simple.assignments.iter().try_for_each(|word| self.assignment(word))?;
        } else {
            self.assign_for_a_command(&simple.assignments)?;
        }
        let output = self.target(&simple.redirections)?;
        self.builtin(&command.text, arguments, output)
    }

    /// `NAME=value` as an argument of `export` and its like: not split, with tildes.
    fn declared(&mut self, word: &Word) -> Result<Argument, End> {
        let start = word.equals.unwrap_or(word.span.start);
        let (name, rest) = split_name(word);
        let mut text = name.to_vec();
        if word.array.is_none() {
            text.extend(self.value(&rest)?);
        }
        Ok(Argument { text, span: start..word.span.end.max(start), array: word.array.is_some() })
    }

    /// Assignments before a command hold for it alone; what their expansions set stays.
    fn assign_for_a_command(&mut self, words: &[Word]) -> Result<(), End> {
        let mut before = Vec::new();
        for word in words {
            let (name, rest) = split_name(word);
            let name = String::from_utf8_lossy(name.strip_suffix(b"=").unwrap_or(name)).into_owned();
            let value = Some(self.value(&rest)?);
            if self.is_read_only(&name) {
                self.warn("the shell does not set a variable that is read-only");
                continue;
            }
            let variable = Variable { value, exported: true, ..Variable::default() };
            before.push((name.clone(), self.variables_mut().insert(name, variable)));
        }
        for (name, variable) in before.into_iter().rev() {
            match variable {
                Some(variable) => self.variables_mut().insert(name, variable),
                None => self.variables_mut().remove(&name),
            };
        }
        Ok(())
    }

    fn assign_all(&mut self, simple: &Simple) -> Result<(), End> {
        if !self.bash() && !self.opens(&simple.redirections)? {
            self.set_status(2);
            return Ok(());
        }
        simple.assignments.iter().try_for_each(|word| self.assignment(word))?;
        if self.bash() {
            match self.opens(&simple.redirections) {
                Ok(true) => {}
                Ok(false) => {
                    self.set_status(1);
                    return Ok(());
                }
                Err(End::NotFollowed(_)) => {
                    (self.status, self.status_known) = (1, false);
                    return Ok(());
                }
                Err(end) => return Err(end),
            }
        }
        let known = self.status_known;
        match self.substituted {
            Some(status) => (self.status, self.status_known) = (status, known),
            None => self.set_status(0),
        }
        Ok(())
    }

    /// Where a command's output goes.
    fn target(&mut self, redirections: &[Redirection]) -> Result<Output, End> {
        let mut output = Output::Kept;
        let writes = |r: &&Redirection| !r.operator.starts_with('<') && (!r.other || r.operator.starts_with('&'));
        for redirection in redirections.iter().filter(writes) {
            let target = self.single(&redirection.target.parts)?;
            output = match (redirection.operator, target.as_slice()) {
                (">&", b"1") => Output::Kept,
                (_, b"/dev/null" | b"/dev/stderr") | (">&", b"2") => Output::Lost,
                (">&", _) => Output::Unknown,
                (_, target) if target.starts_with(b"/dev/") || target.starts_with(b"/proc/") => Output::Unknown,
                _ => Output::Lost,
            };
        }
        Ok(output)
    }

    /// Whether the shell can open the targets. What it reads from is taken as missing.
    fn opens(&mut self, redirections: &[Redirection]) -> Result<bool, End> {
        let targets: Result<Vec<_>, End> = redirections.iter().map(|r| self.single(&r.target.parts)).collect();
        for (redirection, target) in redirections.iter().zip(targets?) {
            let number = target == b"-" || (!target.is_empty() && target.iter().all(u8::is_ascii_digit));
            match redirection.operator {
                "<<" | "<<-" | "<<<" => {}
                "<&" | ">&" if number => {}
                "<&" if self.bash() => return Ok(false),
                "<&" | ">&" if !self.bash() => return Err(End::Exit("dash takes only a number after <& and >&")),
                _ if target.starts_with(b"/dev/") => {}
                "<" => {
                    self.warn("< reads a file that is taken as missing: the command is not carried out");
                    return Ok(false);
                }
                _ if target.is_empty() => return Ok(false),
                _ if target.contains(&b'/') => return Err(End::NotFollowed("a redirection into another folder")),
                _ => {}
            }
        }
        Ok(true)
    }

    /// `NAME=value`, `NAME+=value`, `NAME=(…)` and `NAME[…]=value` before a command or alone.
    fn assignment(&mut self, word: &Word) -> Result<(), End> {
        let (name, rest) = split_name(word);
        let name = name.strip_suffix(b"=").unwrap_or(name);
        let append = name.ends_with(b"+");
        let name = name.strip_suffix(b"+").unwrap_or(name);
        let element = name.ends_with(b"]");
        let mut halves = name.splitn(2, |c| *c == b'[');
        let name = halves.next().unwrap_or_default();
        let index = halves.next().and_then(|index| index.strip_suffix(b"]")).unwrap_or_default();
        let first = !element || index == b"0";
        if element && !index.iter().all(u8::is_ascii_digit) {
            return Err(End::NotFollowed("an index of an array"));
        }
        let name = String::from_utf8_lossy(name).into_owned();
        if let Some(words) = &word.array {
            if element {
                self.warn("bash takes no list for one element of an array");
                return Ok(());
            }
            if append {
                return Err(End::NotFollowed("an array that grows"));
            }
            let value = match words.first() {
                Some(first) => self.fields(first)?.into_iter().next(),
                None => None,
            };
            return self.make_array(&name, value);
        }
        let mut value = self.value(&rest)?;
        if append {
            let mut before = self.variables.get(&name).and_then(|v| v.value.clone()).unwrap_or_default();
            before.append(&mut value);
            value = before;
        }
        if element {
            let before = self.variables.get(&name).and_then(|v| v.value.clone());
            return self.make_array(&name, if first { Some(value) } else { before });
        }
        let start = word.equals.unwrap_or(word.span.start);
        self.assign(&name, value, start..word.span.end.max(start))
    }

    pub(super) fn make_array(&mut self, name: &str, first: Option<Vec<u8>>) -> Result<(), End> {
        self.writable(name)?;
        self.warn("an array is never exported");
        let variable = self.variables_mut().entry(name.to_owned()).or_default();
        (variable.array, variable.value) = (true, first);
        Ok(())
    }

    pub(super) fn is_read_only(&self, name: &str) -> bool {
        (self.bash() && READ_ONLY.contains(&name)) || self.variables.get(name).is_some_and(|v| v.read_only)
    }

    fn writable(&self, name: &str) -> Result<(), End> {
        if self.is_read_only(name) {
            return Err(self.refusal("the shell does not set a variable that is read-only"));
        }
        Ok(())
    }

    /// Sets a variable from the bytes at `span`.
    pub(super) fn assign(&mut self, name: &str, value: Vec<u8>, span: Range<usize>) -> Result<(), End> {
        self.writable(name)?;
        let (file, line) = (self.file, self.line.max(self.lines.of(span.start)));
        let secret = Secret::new(value.clone());
        self.assignments.push(Assignment { file, name: name.to_owned(), value: secret, line, span });
        let from = Some(self.assignments.len() - 1);
        let exported = self.allexport;
        let variable = self.variables_mut().entry(name.to_owned()).or_default();
        (variable.value, variable.from) = (Some(value), from);
        variable.exported |= exported;
        Ok(())
    }
}

/// Where the output of a command goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Output {
    /// Where that of the commands around it goes.
    Kept,
    /// Elsewhere.
    Lost,
    /// Nobody knows without running it.
    Unknown,
}

/// A word of a command after expansion, and where its value stands.
pub(super) struct Argument {
    pub(super) text: Vec<u8>,
    pub(super) span: Range<usize>,
    pub(super) array: bool,
}

impl Argument {
    /// Name, whether to append, and value of `NAME=value` and `NAME+=value`.
    pub(super) fn assignment(&self) -> Option<(&[u8], bool, &[u8])> {
        let at = memchr::memchr(b'=', &self.text)?;
        let (name, value) = (&self.text[..at], &self.text[at + 1..]);
        match name.strip_suffix(b"+") {
            Some(name) if is_identifier(name) => Some((name, true, value)),
            _ => Some((name, false, value)),
        }
    }
}

/// `NAME=` and the parts after it.
fn split_name(word: &Word) -> (&[u8], Vec<Part>) {
    let text = word.beginning();
    let at = memchr::memchr(b'=', text).map_or(text.len(), |at| at + 1);
    let mut rest = word.parts.clone();
    if let Some(Part::Text { bytes, .. }) = rest.first_mut() {
        bytes.drain(..at);
        if bytes.is_empty() {
            rest.remove(0);
        }
    }
    (&text[..at], rest)
}

/// Whether a pipeline may set a variable or end the file.
fn has_effect(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else { return false };
    match command {
        Command::Simple(simple) => match simple.words.first() {
            None => !simple.assignments.is_empty(),
            Some(word) => word.literal().is_none_or(super::builtin::is_builtin),
        },
        Command::Group(_) => true,
        Command::Subshell(_) => false,
    }
}
