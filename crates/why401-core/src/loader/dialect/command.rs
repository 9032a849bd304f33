//! `$(command)` in a value, as loaders run it. why401 runs nothing; it answers where its own small shell knows the answer.

use std::collections::HashMap;

use super::super::Environment;
use super::shell::{Answer, program, sh};

/// What Ruby's backquotes give.
pub(super) enum Ran {
    /// A program or a shell ran.
    Answered(Answer),
    /// There is no such program.
    Missing,
}

/// Ruby starts a program by itself where the command holds nothing that only a shell understands, and asks `sh` otherwise
/// (process.c, `rb_exec_fillarg`). `None` where only running it would tell.
pub(super) fn backquotes(command: &str, environment: &Environment) -> Option<Ran> {
    const WORDS: [&str; 29] = [
        "!", ".", ":", "break", "case", "continue", "do", "done", "elif", "else", "esac", "eval", "exec", "exit",
        "export", "fi", "for", "if", "in", "readonly", "return", "set", "shift", "then", "times", "trap", "unset",
        "until", "while",
    ];
    if command.trim_matches([' ', '\t']).is_empty() {
        return Some(Ran::Missing);
    }
    let first = command.trim_start_matches([' ', '\t']).split([' ', '\t']).next().unwrap_or_default();
    let shell = command.contains(|c| "*?{}[]<>()~&|\\$;'`\"\n#".contains(c)) || first.contains('=');
    if shell || WORDS.contains(&first) {
        return sh(command, environment).map(Ran::Answered);
    }
    let answer = program(command, environment)?;
    Some(if answer.status == 127 { Ran::Missing } else { Ran::Answered(answer) })
}

/// The groups of balanced parentheses in a text, none of them empty, by where they begin: their lengths.
pub(super) fn parenthesised(text: &[u8]) -> HashMap<usize, usize> {
    let mut groups = HashMap::new();
    // For each open parenthesis: where it stands, whether something stands in it, whether all in it is well-formed.
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    for (index, byte) in text.iter().enumerate() {
        let formed = match byte {
            b'(' => {
                open.push((index, false, true));
                continue;
            }
            b')' => match open.pop() {
                Some((start, true, true)) => {
                    groups.insert(start, index + 1 - start);
                    true
                }
                _ => false,
            },
            _ => true,
        };
        if let Some((_, filled, well)) = open.last_mut() {
            *filled = true;
            *well &= formed;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses() {
        for (text, length) in
            [("(a)b", Some(3)), ("(a(b)c)", Some(7)), ("((a))", Some(5)), ("()", None), ("(a()b)", None), ("(a", None)]
        {
            assert_eq!(parenthesised(text.as_bytes()).get(&0).copied(), length, "{text}");
        }
    }

    #[test]
    fn a_shell_only_where_one_is_needed() {
        for (command, expected) in [
            ("echo -e a", Some("a")),
            ("echo -e 'a'", Some("-e a")),
            ("A=1 echo b", Some("b")),
            ("echo a; B", Some("a")),
            ("B", Some("missing")),
            ("whoami", None),
        ] {
            let ran = backquotes(command, &Environment::new()).map(|ran| match ran {
                Ran::Answered(answer) => answer.text.trim_end().to_owned(),
                Ran::Missing => "missing".into(),
            });
            assert_eq!(ran.as_deref(), expected, "{command}");
        }
    }
}
