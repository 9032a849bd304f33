//! The builtins that set variables, print into a substitution or end the file.

use super::super::named::is_identifier;
use super::escape::echoed;
use super::run::{Argument, End, Output, Shell};

/// dash keeps assignments before these, and ends when one of them fails.
const SPECIAL: &[&str] = &[
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
    "trap", "unset",
];

/// What `exit` does to a file that is sourced.
pub(super) const EXIT: &str = "exit ends the shell that reads the file";

/// Builtins whose effect is carried out here.
const FOLLOWED: &[&str] = &[
    ":", "[", "declare", "echo", "exit", "export", "false", "local", "printf", "readonly", "return", "set", "shift",
    "test", "true", "typeset", "unset",
];

/// Builtins whose effect is not followed.
const NOT_FOLLOWED: &[&str] =
    &[".", "alias", "builtin", "command", "eval", "exec", "getopts", "read", "source", "trap"];
/// The same in bash alone.
const NOT_FOLLOWED_BASH: &[&str] = &["coproc", "enable", "let", "mapfile", "readarray", "shopt"];

pub(super) fn is_special(name: &[u8]) -> bool {
    has(SPECIAL, name)
}

pub(super) fn is_builtin(name: &[u8]) -> bool {
    has(FOLLOWED, name) || has(NOT_FOLLOWED, name) || has(NOT_FOLLOWED_BASH, name)
}

/// Whether a command is none: what has no small letter and no `/` is a variable's name, a number or a sign that was meant
/// otherwise, as in `$(API_KEY)` after the manner of make.
fn is_no_program(name: &[u8]) -> bool {
    name.is_ascii() && !name.iter().any(|c| c.is_ascii_lowercase() || *c == b'/')
}

fn has(list: &[&str], name: &[u8]) -> bool {
    list.iter().any(|known| known.as_bytes() == name)
}

/// What a command prints, where that is known.
type Print = fn(&Shell, &[&[u8]]) -> Option<Vec<u8>>;

impl Shell {
    /// Carries a command out.
    pub(super) fn builtin(&mut self, name: &[u8], arguments: &[Argument], output: Output) -> Result<(), End> {
        let bash = self.bash();
        // Without a name these print what is set.
        let lists = [&b"export"[..], b"readonly", b"declare", b"typeset", b"set"].contains(&name);
        self.unknown_output |= lists && arguments.iter().all(|argument| argument.text.starts_with(b"-"));
        match name {
            b":" | b"true" => self.set_status(0),
            b"false" => self.set_status(1),
            b"echo" => self.print(output, arguments, |shell, words| Some(shell.echo(words))),
            b"printf" => self.print(output, arguments, |shell, words| shell.printf(words)),
            b"test" => self.test(arguments),
            b"[" => match arguments.split_last() {
                Some((last, arguments)) if last.text == b"]" => self.test(arguments),
                _ => self.set_status(2),
            },
            b"export" | b"readonly" => return self.export(name == b"readonly", arguments),
            b"declare" | b"typeset" if bash => return self.declare(arguments),
            b"local" if bash => {
                self.warn("local stands outside of a function and does nothing");
                self.set_status(1);
            }
            b"local" => return Err(End::Exit("local stands outside of a function, and dash ends")),
            b"unset" => return self.unset(arguments),
            b"set" => return self.set(arguments),
            b"shift" => match arguments {
                [] if self.positional.is_empty() => return self.failed("shift finds nothing to shift"),
                [] => drop(self.positional.remove(0)),
                _ => return Err(End::NotFollowed("shift with a number")),
            },
            b"return" => return Err(End::Return),
            b"let" if bash => return self.arithmetic(arguments),
            b"." | b"source" if arguments.is_empty() && output == Output::Kept && (bash || name == b".") => {
                // bash asks for a file; dash does nothing.
                self.set_status(if bash { 2 } else { 0 });
            }
            b"exit" => {
                match arguments.first().map(|first| std::str::from_utf8(&first.text).ok()?.parse::<u8>().ok()) {
                    Some(Some(status)) => self.set_status(status),
                    Some(None) => self.status_known = false,
                    None => {}
                }
                return Err(End::Exit(EXIT));
            }
            _ if has(NOT_FOLLOWED, name) || (bash && has(NOT_FOLLOWED_BASH, name)) => {
                return Err(End::NotFollowed("a builtin of the shell"));
            }
            _ if is_no_program(name) => {
                self.warn("the shell takes this line for a command, and finds no program of that name");
                self.set_status(127);
            }
            _ => {
                self.warn("the shell takes this line for a command; it was not run");
                (self.status, self.status_known, self.unknown_output) = (127, false, true);
            }
        }
        Ok(())
    }

    /// `let`: the status is 1 where the last expression is 0.
    fn arithmetic(&mut self, arguments: &[Argument]) -> Result<(), End> {
        let mut last = 0;
        for argument in arguments {
            let text = argument.text.as_slice();
            let end = text.iter().position(|c| *c != b'_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            let expression = rest.trim_ascii_start().strip_prefix(b"=").filter(|rest| !rest.starts_with(b"="));
            let expression = expression.filter(|_| is_identifier(name));
            last = self.calculate(expression.unwrap_or(text))?;
            if expression.is_some() {
                let name = String::from_utf8_lossy(name).into_owned();
                self.assign(&name, last.to_string().into_bytes(), argument.span.clone())?;
            }
        }
        self.set_status(u8::from(last == 0));
        Ok(())
    }

    /// An error in a special builtin.
    fn failed(&mut self, why: &'static str) -> Result<(), End> {
        if !self.bash() {
            return Err(End::Exit(why));
        }
        self.warn(why);
        self.set_status(1);
        Ok(())
    }

    fn print(&mut self, target: Output, arguments: &[Argument], print: Print) {
        self.set_status(0);
        let Some(mut output) = self.output.take() else { return };
        let texts: Vec<&[u8]> = arguments.iter().map(|argument| argument.text.as_slice()).collect();
        match print(self, &texts) {
            Some(text) if target == Output::Kept => output.extend(text),
            Some(_) if target == Output::Lost => {}
            _ => self.unknown_output = true,
        }
        self.output = Some(output);
    }

    fn echo(&self, mut words: &[&[u8]]) -> Vec<u8> {
        let bash = self.bash();
        let (mut newline, mut escapes) = (true, !bash);
        while let Some((first, rest)) = words.split_first() {
            let letters = first.strip_prefix(b"-").unwrap_or_default();
            let known: &[u8] = if bash { b"neE" } else { b"n" };
            if letters.is_empty() || !letters.iter().all(|c| known.contains(c)) || (!bash && letters.len() > 1) {
                break;
            }
            for letter in letters {
                match letter {
                    b'n' => newline = false,
                    letter => escapes = *letter == b'e',
                }
            }
            words = rest;
            if !bash {
                break;
            }
        }
        let text = words.join(&b' ');
        let mut out = Vec::new();
        if !escapes {
            out = text;
        } else if !echoed(&text, &mut out, !bash) {
            newline = false;
        }
        if newline {
            out.push(b'\n');
        }
        out
    }

    /// `%s`, `%b`, `%d` and `%%`; other formats are not known here.
    fn printf(&self, words: &[&[u8]]) -> Option<Vec<u8>> {
        let (format, mut words) = words.split_first()?;
        if format.starts_with(b"-") {
            return None;
        }
        let mut out = Vec::new();
        loop {
            let before = words.len();
            let mut rest = *format;
            while let Some(at) = memchr::memchr(b'%', rest) {
                echoed(&rest[..at], &mut out, !self.bash()).then_some(())?;
                let word = || words.first().copied().unwrap_or_default();
                match rest.get(at + 1)? {
                    b'%' => out.push(b'%'),
                    b's' => out.extend_from_slice(word()),
                    b'b' => echoed(word(), &mut out, !self.bash()).then_some(())?,
                    b'd' => {
                        let word = if words.is_empty() { &b"0"[..] } else { word() };
                        let number: i64 = std::str::from_utf8(word).ok()?.parse().ok()?;
                        (word.first() != Some(&b'0') || word.len() == 1).then_some(())?;
                        out.extend(number.to_string().into_bytes());
                    }
                    _ => return None,
                }
                if rest[at + 1] != b'%' {
                    words = words.get(1..).unwrap_or_default();
                }
                rest = &rest[at + 2..];
            }
            echoed(rest, &mut out, !self.bash()).then_some(())?;
            if words.is_empty() || words.len() == before {
                return Some(out);
            }
        }
    }

    fn test(&mut self, arguments: &[Argument]) {
        let texts: Vec<&[u8]> = arguments.iter().map(|argument| argument.text.as_slice()).collect();
        let holds = match texts.as_slice() {
            [] => Some(false),
            [text] => Some(!text.is_empty()),
            [b"-n", text] => Some(!text.is_empty()),
            [b"-z", text] | [b"!", text] => Some(text.is_empty()),
            [left, b"=", right] => Some(left == right),
            [left, b"==", right] if self.bash() => Some(left == right),
            [left, b"!=", right] => Some(left != right),
            _ => None,
        };
        match holds {
            Some(holds) => self.set_status(u8::from(!holds)),
            None => (self.status, self.status_known) = (1, false),
        }
    }

    fn export(&mut self, read_only: bool, arguments: &[Argument]) -> Result<(), End> {
        let known: &[u8] = match (self.bash(), read_only) {
            (true, true) => b"pfaA",
            (true, false) => b"pfn",
            (false, _) => b"p",
        };
        let (letters, arguments) = options(arguments);
        if !letters.iter().all(|c| known.contains(c)) {
            self.set_status(2);
            return self.failed("the builtin knows no such option");
        }
        self.set_status(0);
        if letters.contains(&b'f') {
            return self.failed("export -f looks for a function of this name");
        }
        if read_only && letters.iter().any(|c| b"aA".contains(c)) {
            return Err(End::NotFollowed("a read-only array"));
        }
        let export = (!read_only).then(|| !letters.contains(&b'n'));
        for argument in arguments {
            self.declare_one(argument, export, read_only)?;
        }
        Ok(())
    }

    /// One `NAME` or `NAME=value` of `export`, `readonly` and `declare`.
    fn declare_one(&mut self, argument: &Argument, export: Option<bool>, read_only: bool) -> Result<(), End> {
        let assignment = argument.assignment();
        let name = assignment.map_or(argument.text.as_slice(), |(name, ..)| name);
        let Some(name) = std::str::from_utf8(name).ok().filter(|name| is_identifier(name.as_bytes())) else {
            return self.failed("the shell takes no name that is not made of letters, digits and _");
        };
        if argument.array {
            self.make_array(name, None)?;
        } else if let Some((_, append, value)) = assignment {
            if self.is_read_only(name) {
                self.failed("the shell does not set a variable that is read-only")?;
            } else {
                let mut text = Vec::new();
                if append {
                    text = self.variables.get(name).and_then(|v| v.value.clone()).unwrap_or_default();
                }
                text.extend_from_slice(value);
                self.assign(name, text, argument.span.clone())?;
            }
        }
        let variable = self.variables_mut().entry(name.to_owned()).or_default();
        if let Some(export) = export {
            variable.exported = export;
        }
        variable.read_only |= read_only;
        Ok(())
    }

    fn declare(&mut self, arguments: &[Argument]) -> Result<(), End> {
        let (mut export, mut read_only, mut array) = (None, false, false);
        let mut rest = arguments;
        while let Some((first, after)) = rest.split_first() {
            let plus = first.text.starts_with(b"+");
            if first.text.len() < 2 || !(plus || first.text.starts_with(b"-")) {
                break;
            }
            rest = after;
            if first.text == b"--" {
                break;
            }
            for letter in &first.text[1..] {
                match (letter, plus) {
                    (b'x', plus) => export = Some(!plus),
                    (b'r', false) => read_only = true,
                    (b'a' | b'A', false) => array = true,
                    (b'g' | b't' | b'p', _) => {}
                    (b'f' | b'F', _) => return Ok(()),
                    (b'i' | b'l' | b'u' | b'n' | b'c' | b'I', _) => {
                        return Err(End::NotFollowed("an attribute of a variable"));
                    }
                    _ => {
                        self.warn("declare knows no such option");
                        self.set_status(2);
                        return Ok(());
                    }
                }
            }
        }
        self.set_status(0);
        for argument in rest {
            let argument =
                Argument { text: argument.text.clone(), span: argument.span.clone(), array: argument.array || array };
            self.declare_one(&argument, export, read_only)?;
        }
        Ok(())
    }

    fn unset(&mut self, arguments: &[Argument]) -> Result<(), End> {
        let (letters, arguments) = options(arguments);
        self.set_status(0);
        if !letters.iter().all(|c| b"vf".contains(c)) {
            return self.failed("unset knows no such option");
        }
        if letters.contains(&b'f') {
            return Ok(());
        }
        for argument in arguments {
            match std::str::from_utf8(&argument.text) {
                Ok(name) if self.is_read_only(name) => {
                    self.failed("the shell does not unset a variable that is read-only")?;
                }
                Ok(name) if is_identifier(name.as_bytes()) => drop(self.variables_mut().remove(name)),
                _ => self.failed("unset takes no such name")?,
            }
        }
        Ok(())
    }

    fn set(&mut self, arguments: &[Argument]) -> Result<(), End> {
        self.set_status(0);
        let mut rest = arguments;
        while let Some((first, after)) = rest.split_first() {
            let on = match first.text.first() {
                Some(b'-') => true,
                Some(b'+') => false,
                _ => break,
            };
            rest = after;
            match &first.text[1..] {
                b"-" if on => {
                    self.positional = rest.iter().map(|argument| argument.text.clone()).collect();
                    return Ok(());
                }
                letters => {
                    for letter in letters {
                        match letter {
                            b'a' => self.allexport = on,
                            b'e' => self.errexit = on,
                            b'u' => self.nounset = on,
                            b'o' => {
                                let Some((name, after)) = rest.split_first() else { return Ok(()) };
                                rest = after;
                                match name.text.as_slice() {
                                    b"allexport" => self.allexport = on,
                                    b"errexit" => self.errexit = on,
                                    b"nounset" => self.nounset = on,
                                    b"pipefail" | b"xtrace" | b"verbose" | b"noglob" => {}
                                    _ => return Err(End::NotFollowed("an option of the shell")),
                                }
                            }
                            b'x' | b'v' | b'f' | b'h' | b'm' | b'b' | b'C' => {}
                            _ => return Err(End::NotFollowed("an option of the shell")),
                        }
                    }
                }
            }
        }
        if !rest.is_empty() {
            self.positional = rest.iter().map(|argument| argument.text.clone()).collect();
        }
        Ok(())
    }
}

/// The letters of leading options, and the words after them.
fn options(arguments: &[Argument]) -> (Vec<u8>, &[Argument]) {
    let mut letters = Vec::new();
    let mut rest = arguments;
    while let Some((first, after)) = rest.split_first() {
        if first.text == b"--" {
            return (letters, after);
        }
        match first.text.strip_prefix(b"-") {
            Some(more) if !more.is_empty() => letters.extend_from_slice(more),
            _ => break,
        }
        rest = after;
    }
    (letters, rest)
}
