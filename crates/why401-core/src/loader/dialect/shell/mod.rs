//! `set -a; . ./.env` in bash and dash: the file is a script, and what it sets is exported.
//!
//! A small shell that knows words, quotes, expansions, assignments and the builtins that set variables. It runs
//! nothing: `$(…)` is answered for `echo`, `printf`, `true`, `false` and `:` alone. Compound commands,
//! functions and further files end the reading with a failure that says so.

mod arithmetic;
mod builtin;
mod escape;
mod expand;
mod lexer;
mod parser;
mod pattern;
mod run;
mod syntax;

use super::super::{Environment, Failure, File, Loaded, Process, Visible};
use super::named::{note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;
use lexer::Lexer;
use run::{End, Shell};
use syntax::{Flavor, Trouble};

pub(super) const DIALECTS: &[Dialect] = &[
    Dialect { name: "bash", load: |_, files, process| load(Flavor::Bash, files, process) },
    Dialect { name: "dash", load: |_, files, process| load(Flavor::Dash, files, process) },
];

fn load(flavor: Flavor, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut shell = Shell::new(flavor, process);
    let mut failure = None;
    for (index, file) in files.iter().enumerate() {
        match open(index, file) {
            Ok(bytes) => {
                (shell.file, shell.bytes) = (index, bytes);
                failure = read(&mut shell, bytes).err();
            }
            // `.` is a special builtin: where it finds no file, dash ends; a folder it reads as empty.
            Err(error) if flavor == Flavor::Dash && matches!(file.content, super::super::Content::Missing) => {
                failure = Some(error);
            }
            Err(error) => shell.warnings.push(error),
        }
        if failure.is_some() {
            break;
        }
    }
    let values = match failure {
        Some(_) => overlay(process, &[], Process::Loses),
        None => exported(&shell),
    };
    Loaded { values, assignments: shell.assignments, failure, warnings: shell.warnings }
}

fn exported(shell: &Shell<'_>) -> std::collections::BTreeMap<String, Visible> {
    let visible = shell.variables.iter().filter(|(_, variable)| variable.exported && !variable.array);
    visible
        .filter_map(|(name, variable)| {
            let value = Secret::new(variable.value.as_deref()?);
            Some((name.clone(), Visible { value, from: variable.from }))
        })
        .collect()
}

/// Reads one file, line after line; an error is one that ends the shell, or one of ours.
fn read<'a>(shell: &mut Shell<'a>, bytes: &'a [u8]) -> Result<(), Failure> {
    let file = shell.file;
    let mut lexer = Lexer::new(shell.flavor, bytes, 0);
    loop {
        let list = match parser::next(&mut lexer) {
            Ok(Some(list)) => list,
            Ok(None) => return Ok(()),
            Err(Trouble::Syntax(line, why) | Trouble::Unclosed(line, why)) if shell.flavor == Flavor::Bash => {
                shell.line = line;
                shell.warn(&format!("syntax error, bash reads no further: {why}"));
                return Ok(());
            }
            Err(Trouble::Syntax(line, why) | Trouble::Unclosed(line, why) | Trouble::Fatal(line, why)) => {
                return Err(note(file, Some(line), format!("syntax error, and the shell ends: {why}")));
            }
            Err(Trouble::Line(line, why)) => {
                shell.line = line;
                shell.warn(&format!("bash drops this line: {why}"));
                shell.set_status(1);
                lexer.skip_line();
                continue;
            }
            Err(Trouble::NotFollowed(line, what)) => {
                return Err(note(file, Some(line), format!("not followed: {what}")));
            }
        };
        match shell.list(&list) {
            Ok(()) => {}
            Err(End::Return) => return Ok(()),
            Err(End::Line(why)) => {
                shell.warn(&format!("bash drops the rest of this line: {why}"));
                shell.set_status(1);
            }
            Err(End::Exit(why)) => return Err(note(file, Some(shell.line), why)),
            Err(End::NotFollowed(what)) => {
                return Err(note(file, Some(shell.line), format!("not followed: {what}")));
            }
        }
    }
}
