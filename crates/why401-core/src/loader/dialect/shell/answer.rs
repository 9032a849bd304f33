//! What a command prints that a loader hands to a shell, as far as that can be told without running anything.

use super::super::super::Environment;
use super::builtin::EXIT;
use super::lexer::Lexer;
use super::parser;
use super::run::{End, Shell};
use super::syntax::{Flavor, Trouble};

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Answer {
    /// What it printed.
    pub(in super::super) text: String,
    /// Its exit status; anything but 0 is a failure.
    pub(in super::super) status: u8,
}

/// `sh -c COMMAND`; `None` where only running it would tell.
pub(in super::super) fn sh(command: &str, environment: &Environment) -> Option<Answer> {
    answer(Flavor::Dash, command, environment)
}

/// A command without anything that only a shell understands, run without one: `echo` is the program of that name here,
/// which takes the options that bash's takes.
pub(in super::super) fn program(command: &str, environment: &Environment) -> Option<Answer> {
    answer(Flavor::Bash, command, environment)
}

fn answer(flavor: Flavor, command: &str, environment: &Environment) -> Option<Answer> {
    let mut shell = Shell::new(flavor, environment);
    shell.allexport = false;
    shell.output = Some(Vec::new());
    let mut lexer = Lexer::new(flavor, command.as_bytes(), 0);
    loop {
        match parser::next(&mut lexer) {
            Ok(Some(list)) => match shell.list(&list) {
                Ok(()) => {}
                Err(End::Exit(EXIT)) => break,
                Err(_) => return None,
            },
            Ok(None) => break,
            Err(Trouble::NotFollowed(..)) => return None,
            Err(_) => {
                shell.set_status(2);
                break;
            }
        }
    }
    let text = shell.output.take().filter(|_| !shell.unknown_output && !shell.guessed && shell.status_known)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Some(Answer { text, status: shell.status })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn what_can_be_told() {
        let environment = Environment::from([("A".to_owned(), Secret::from("a  b"))]);
        let sh = |command| sh(command, &environment).map(|answer| (answer.text.trim_end().to_owned(), answer.status));
        let prints = |text: &str| Some((text.to_owned(), 0));
        for (command, expected) in [
            ("echo hi", prints("hi")),
            ("echo  'a  b'\tc", prints("a  b c")),
            ("echo -n hi", prints("hi")),
            ("echo -e hi", prints("-e hi")),
            ("echo $A \"$A\" $B", prints("a b a  b")),
            ("printf '%s-%s' x y", prints("x-y")),
            ("echo x; echo y", prints("x\ny")),
            ("echo ${A:-x}$((1+2))", prints("a b3")),
            ("true", prints("")),
            ("echo a >&2; echo b 2>/dev/null; echo c >x", prints("b")),
            ("echo a; exit 3; echo b", Some(("a".to_owned(), 3))),
            ("false", Some((String::new(), 1))),
            ("B", Some((String::new(), 127))),
            ("(1+2)", Some((String::new(), 127))),
            ("echo 'a", Some((String::new(), 2))),
            ("whoami", None),
            ("cat .env", None),
            ("./RUN", None),
            ("echo a | cat", None),
            ("echo x$(whoami)", None),
            ("if true; then echo a; fi", None),
        ] {
            assert_eq!(sh(command), expected, "{command}");
        }
        assert_eq!(program("echo -e hi", &environment).map(|answer| answer.text), Some("hi\n".into()));
    }
}
