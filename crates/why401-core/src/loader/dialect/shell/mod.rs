//! `set -a; . ./.env` in bash and dash: the file is a script, and what it sets is exported.
//!
//! A small shell that knows words, quotes, expansions, assignments and the builtins that set variables. It runs
//! nothing: `$(…)` is answered for `echo`, `printf`, `true`, `false` and `:` alone. Compound commands,
//! functions and further files end the reading with a failure that says so.

mod answer;
mod arithmetic;
mod braces;
mod builtin;
mod escape;
mod expand;
mod lexer;
mod parser;
mod pattern;
mod run;
mod syntax;

use std::rc::Rc;

use super::super::{Environment, Failure, File, Loaded, Process, Visible};
use super::named::{Lines, note, open};
use super::{Dialect, overlay};
use crate::secret::Secret;
use lexer::Lexer;
use run::{End, Shell};
use syntax::{Flavor, Trouble};

pub(super) use answer::{Answer, program, sh};

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
                (shell.file, shell.lines) = (index, Rc::new(Lines::new(bytes)));
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
    Loaded { values, assignments: shell.assignments, failure, warnings: shell.warnings, only: None }
}

fn exported(shell: &Shell) -> std::collections::BTreeMap<String, Visible> {
    let visible = shell.variables.iter().filter(|(_, variable)| variable.exported && !variable.array);
    visible
        .filter_map(|(name, variable)| {
            let value = Secret::new(variable.value.as_deref()?);
            Some((name.clone(), Visible { value, from: variable.from }))
        })
        .collect()
}

/// Reads one file, line after line; an error is one that ends the shell, or one of ours.
fn read(shell: &mut Shell, bytes: &[u8]) -> Result<(), Failure> {
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

#[cfg(test)]
mod tests {
    use super::super::super::Content;
    use super::*;

    fn loaded(flavor: Flavor, text: &str) -> Loaded {
        load(flavor, &[File { path: ".env", content: Content::Bytes(text.as_bytes()) }], &Environment::new())
    }

    #[test]
    fn both_shells_agree_on_these() {
        for (text, expected) in [
            ("A=1 B=$A\n", vec![("A", "1"), ("B", "1")]),
            ("A=a\\\nb\n", vec![("A", "ab")]),
            ("A=x; unset A; B='a'\"b\"c\n", vec![("B", "abc")]),
            ("A=abc\nB=${A%c}${A#a}${#A}${X:-\"y z\"}\n", vec![("A", "abc"), ("B", "abbc3y z")]),
            ("A=$(printf '%s-' a b)`echo c`\n", vec![("A", "a-b-c")]),
            ("A=1 | B=2\nC=$(unknown)\nD=3 & (E=4)\n", vec![("C", "")]),
            ("[ -z \"$X\" ] && A=1 || A=2\n", vec![("A", "1")]),
            ("set +a\nA=1\nexport B=2\n", vec![("B", "2")]),
            ("A=$((1+2))\nreturn\nB=1\n", vec![("A", "3")]),
            ("A=${X:=n}\n", vec![("A", "n"), ("X", "n")]),
        ] {
            for flavor in [Flavor::Bash, Flavor::Dash] {
                let loaded = loaded(flavor, text);
                let values = loaded.values.iter().map(|(name, v)| (name.as_str(), v.value.expose_str().unwrap()));
                assert_eq!(values.collect::<Vec<_>>(), expected, "{flavor:?} {text}");
                assert_eq!(loaded.failure, None, "{flavor:?} {text}");
            }
        }
    }

    #[test]
    fn what_is_not_followed_says_so() {
        for text in [
            "if true; then A=1; fi\n",
            "f() { A=1; }\n",
            "eval A=1\n",
            ". ./other\n",
            "A=$((B=1))\n",
            "unknown && A=1\n",
        ] {
            for flavor in [Flavor::Bash, Flavor::Dash] {
                let failure = loaded(flavor, text).failure.unwrap();
                assert!(failure.message.starts_with("not followed: "), "{text}: {}", failure.message);
            }
        }
    }

    #[test]
    fn an_assignment_knows_its_place() {
        let text = "# note\nA='x'\nexport B=\"a\nb\" # c\n\0C=1\0\n";
        let places: Vec<_> =
            loaded(Flavor::Bash, text).assignments.into_iter().map(|a| (a.name, a.line, a.span)).collect();
        let place = |name: &str, line, span| (name.to_owned(), line, span);
        assert_eq!(places, [place("A", 2, 9..12), place("B", 3, 22..27), place("C", 5, 35..36)]);
    }

    #[test]
    fn hostile_files_end_soon() {
        let doubling = "A=xxxxxxxx\n".to_owned() + &"A=$A$A\n".repeat(60);
        let nested = "A=".to_owned() + &"$(".repeat(5000);
        let braces = "A=".to_owned() + &"${A:-".repeat(5000);
        let words = "export ".to_owned() + &"{a,b}".repeat(40) + "\n";
        for text in [doubling, nested, braces, words] {
            let loaded = loaded(Flavor::Bash, &text);
            assert!(loaded.failure.is_some_and(|failure| failure.message.starts_with("not followed: ")));
        }
    }
}
