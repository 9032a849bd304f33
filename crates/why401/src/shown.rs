//! Shown: the only door through which text leaves this process. What passes is a [`Shown`], and there is no way to make one
//! that does not say how it was cleaned. Values never get that far; but people write one where a name belongs, name files
//! after one, and paste one as an argument.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{ErrorKind, IsTerminal, Write};

use why401_core::provider::Registry;

use crate::pasted::{self, Pasted};
use crate::world::Error;

/// Text that may leave.
#[derive(Debug)]
pub struct Shown(String);

impl Shown {
    /// What why401 itself knows: no word of it comes from outside.
    pub fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What was found, with each of the `revealing` pieces replaced by its length.
    pub fn report(text: &str, revealing: &[String]) -> Self {
        Self(hide(text, revealing))
    }

    /// Text whose every word from outside went through [`name`] or [`name_in_line`].
    pub fn of_names(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What is said of this process's arguments: people paste a key where a path or an option belongs.
    pub fn of_arguments(text: &str) -> Self {
        Self(Pasted::of_process().hide(text).into_owned())
    }

    /// The same with `styled` in its place, which says it in colours, where nothing had to be hidden.
    pub fn of_styled_arguments(text: &str, styled: String) -> Self {
        match Pasted::of_process().hide(text) {
            Cow::Borrowed(_) => Self(styled),
            Cow::Owned(hidden) => Self(hidden),
        }
    }

    /// The JSON that it is; null where it is none.
    pub fn parsed(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether a person can be asked.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn can_ask() -> bool {
        std::io::stderr().is_terminal() && std::io::stdin().is_terminal()
    }

    /// Asks a question on the terminal, and waits for a yes; no where there is no terminal.
    pub fn is_agreed(&self) -> bool {
        if !Self::can_ask() {
            return false;
        }
        self.complain();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }

    /// Writes an answer to standard output. A reader that went away is no error.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn print(&self) -> Result<(), Error> {
        let mut out = anstream::stdout().lock();
        match out.write_all(self.0.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Error::new(format!("the answer could not be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes a complaint to standard error. Nobody is left to be told if that is gone.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn complain(&self) {
        let _ = anstream::stderr().lock().write_all(self.0.as_bytes());
    }
}

/// Many lines for standard error, of which those of a moment go out together. What people put into the command line by mistake is
/// not repeated in them.
pub struct Lines {
    is_coloured: bool,
    pasted: Pasted,
    waiting: String,
}

impl Lines {
    /// No line yet.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn new() -> Self {
        let is_coloured = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        Self { is_coloured, pasted: Pasted::of_process(), waiting: String::new() }
    }

    /// Takes a line, and the same in colours.
    pub fn push(&mut self, plain: &str, styled: impl FnOnce() -> String) {
        match self.pasted.hide(plain) {
            Cow::Borrowed(_) if self.is_coloured => self.waiting.push_str(&styled()),
            hidden => self.waiting.push_str(&hidden),
        }
    }

    /// Writes them.
    pub fn flush(&mut self) {
        if !self.waiting.is_empty() {
            Shown(std::mem::take(&mut self.waiting)).complain();
        }
    }
}

/// One line on the terminal of standard error that tells those who wait how far it is; nothing where that is no terminal.
pub struct Waiting {
    is_seen: bool,
}

impl Waiting {
    /// Shows itself only where it is `wanted` and a person can see it.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn new(wanted: bool) -> Self {
        Self { is_seen: wanted && std::io::stderr().is_terminal() }
    }

    /// Writes the line anew, of words that why401 itself knows.
    pub fn say(&self, known: &str) {
        self.write(&format!("\r\u{1b}[K{known}"));
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn write(&self, text: &str) {
        if self.is_seen {
            let mut err = anstream::stderr().lock();
            let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
        }
    }
}

impl Drop for Waiting {
    /// The line goes with it.
    fn drop(&mut self) {
        self.write("\r\u{1b}[K");
    }
}

/// Standard output for a long answer, of whose text no word comes from outside.
pub struct Out(std::io::StdoutLock<'static>);

impl Out {
    /// Takes it for this thread.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn open() -> Self {
        Self(std::io::stdout().lock())
    }

    /// Writes at once what why401 itself knows; false where the reader went away.
    pub fn write(&mut self, known: &[u8]) -> Result<bool, Error> {
        match self.0.write_all(known).and_then(|()| self.0.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Error::new(format!("the answer could not be written: {error}"))),
        }
    }
}

/// `text` with each of `pieces` replaced by its length.
fn hide(text: &str, pieces: &[String]) -> String {
    let mut pieces: Vec<&String> = pieces.iter().collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    let mut text = text.to_owned();
    for piece in pieces {
        text = text.replace(piece.as_str(), &length_of(piece));
    }
    text
}

fn length_of(piece: &str) -> String {
    format!("‹{} characters›", piece.chars().count())
}

/// A variable's name as it may be shown: a broken env file can have a piece of a key where a name should be.
pub fn name(name: &str) -> String {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let odd = !name.chars().all(in_name);
    // In a name that is none, a long run of letters is no word.
    let piece = |piece: &str| pasted::looks_like_credential(piece) || odd && piece.len() >= 20;
    if pasted::looks_like_credential(name) || name.split(|c| !in_name(c)).any(piece) {
        return length_of(name);
    }
    name.to_owned()
}

/// The same for a line of a terminal. A name with control characters is several lines that a quote or a bad line glued
/// together: no terminal sees it.
pub fn name_in_line(text: &str) -> String {
    if text.chars().any(char::is_control) { length_of(text) } else { name(text) }
}

/// The parts of names of variables that look like credentials: a line of an env file may begin with its value.
pub fn in_names<'a>(names: impl Iterator<Item = &'a str>, registry: &Registry) -> Vec<String> {
    let parts = names.flat_map(|name| name.split(|c: char| !(c.is_ascii_alphanumeric() || "_-+/=.~".contains(c))));
    parts.filter(|part| looks_like_credential(part, registry)).map(str::to_owned).collect()
}

/// The parts of paths that are credentials of a known shape, or one of the `known` values. Other names that look random
/// are what build tools give their files.
pub fn in_paths<'a>(paths: impl Iterator<Item = &'a str>, registry: &Registry, known: &HashSet<&str>) -> Vec<String> {
    let parts =
        paths.flat_map(|path| path.split('/')).flat_map(|name| [name, name.rsplit_once('.').map_or("", |n| n.0)]);
    let reveals = |part: &&str| part.len() >= 12 && (registry.recognise(part).is_some() || known.contains(part));
    parts.filter(reveals).map(str::to_owned).collect()
}

/// An address as it may be shown: services that nobody knows may want a key in the path.
pub fn address(url: &str) -> String {
    let (start, path) = url.split_once("://").map_or(("", url), |(_, rest)| {
        let at = url.len() - rest.len() + rest.find('/').unwrap_or(rest.len());
        url.split_at(at)
    });
    let piece = |piece: &str| if pasted::looks_like_credential(piece) { length_of(piece) } else { piece.to_owned() };
    start.to_owned() + &path.split('/').map(piece).collect::<Vec<_>>().join("/")
}

/// Whether `text` is a known kind of credential, or has a part that no person would choose as a word.
fn looks_like_credential(text: &str, registry: &Registry) -> bool {
    if text.len() < 12 {
        return false;
    }
    let random = |part: &str| {
        let bytes = part.as_bytes();
        let turns = bytes.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
        let has = |fits: fn(&u8) -> bool, least| bytes.iter().filter(|byte| fits(byte)).count() >= least;
        let mixed = has(u8::is_ascii_uppercase, 2) && has(u8::is_ascii_lowercase, 2) && has(u8::is_ascii_digit, 1);
        bytes.len() >= 6 && turns >= 3 || bytes.len() >= 12 && mixed
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(random) || registry.recognise(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_credential() {
        for (piece, looks) in [
            ("9fK2mQ8xL0pZ7rT4", true),
            ("ab3/X9+k2Lq8Zt7Yw5Rm", true),
            ("7c9e6679-7425-40de-944b-e07fc1f90ae7", true),
            ("my-project-folder-name", false),
            ("projects/2024/01/some-shop", false),
            ("AWS_ACCESS_KEY_ID_2024", false),
            ("my_s3_bucket_eu1_2024", false),
            ("SENDGRID_API_KEY_V3", false),
            ("key/whitespace", false),
        ] {
            assert_eq!(looks_like_credential(piece, &Registry::new(Vec::new())), looks, "{piece}");
        }
    }

    #[test]
    fn addresses() {
        for (url, shown) in [
            ("GET http://127.0.0.1:43785/admin", "GET http://127.0.0.1:43785/admin"),
            ("GET https://a.test/bot9fK2mQ8xL0pZ7rT4/getMe", "GET https://a.test/‹19 characters›/getMe"),
            ("https://a.test", "https://a.test"),
        ] {
            assert_eq!(address(url), shown);
        }
    }

    #[test]
    fn names_and_paths() {
        let key = ["sk_", "live_", "51Fake9Fake8Fake7Fake6Fa"].concat();
        let registry = Registry::new(Vec::new());
        let paths = [format!("a/{key}.env"), "dist/main.3f9a2b7c1d4e.js".to_owned()];
        assert_eq!(in_paths(paths.iter().map(String::as_str), &registry, &HashSet::new()), [key.as_str()]);
        let names = [format!("KEY: {key}\nNAME"), "OPENAI_API_KEY".to_owned()];
        let hidden = in_names(names.iter().map(String::as_str), &registry);
        assert_eq!(name(&key), "‹32 characters›");
        assert_eq!((name("A\nB").as_str(), name_in_line("A\nB").as_str()), ("A\nB", "‹3 characters›"));
        assert_eq!(name_in_line("OPENAI_API_KEY"), "OPENAI_API_KEY");
        assert_eq!(hide(&names[0], &hidden), "KEY: ‹32 characters›\nNAME");
    }
}
