//! Form: something that was computed and is shown in full, such as a token's claims or a canonical request.
//!
//! A form holds no secret: whoever makes one leaves signatures cut and credentials out.

use similar::{ChangeTag, TextDiff};

/// A text under a title, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What it is, such as `canonical request`.
    pub title: String,
    /// Its lines, in order.
    pub lines: Vec<Line>,
}

/// One line of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it is.
    pub side: Side,
    /// The line, without its end.
    pub text: String,
    /// What is to be said of it; empty where nothing is.
    pub note: String,
}

/// Whose a line is, where two texts are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Both have it, or there is only one text.
    #[default]
    Both,
    /// The client's only.
    Ours,
    /// The server's only.
    Theirs,
}

impl Side {
    /// The word of the JSON schema.
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }

    /// The sign before a line, as a diff has it: what the server has is what should have been.
    pub fn sign(self) -> char {
        match self {
            Self::Both => ' ',
            Self::Ours => '-',
            Self::Theirs => '+',
        }
    }
}

impl Form {
    /// A form of one text.
    pub fn new(title: impl Into<String>, text: &str) -> Self {
        let line = |text: &str| Line { side: Side::Both, text: text.to_owned(), note: String::new() };
        Self { title: title.into(), lines: text.split('\n').map(line).collect() }
    }

    /// What the client computed beside what the server did.
    pub fn compared(title: impl Into<String>, ours: &str, theirs: &str) -> Self {
        // A last line without its end would differ from the same line with one.
        let (ours, theirs) = (format!("{ours}\n"), format!("{theirs}\n"));
        let diff = TextDiff::from_lines(&ours, &theirs);
        let lines = diff.iter_all_changes().map(|change| {
            let side = match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Ours,
                ChangeTag::Insert => Side::Theirs,
            };
            Line { side, text: change.value().trim_end_matches('\n').to_owned(), note: String::new() }
        });
        Self { title: title.into(), lines: lines.collect() }
    }

    /// The same with a note at a line, counted from 0; a line that is not there gets none.
    #[must_use]
    pub fn note(mut self, line: usize, note: impl Into<String>) -> Self {
        if let Some(line) = self.lines.get_mut(line) {
            line.note = note.into();
        }
        self
    }

    /// The first line that only one of the two has.
    pub fn first_difference(&self) -> Option<usize> {
        self.lines.iter().position(|line| line.side != Side::Both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_beside_each_other() {
        let form = Form::compared("canonical request", "GET\n/a b\n\nhost:x", "GET\n/a%20b\n\nhost:x");
        let signs: Vec<String> = form.lines.iter().map(|line| format!("{}{}", line.side.sign(), line.text)).collect();
        assert_eq!(signs, [" GET", "-/a b", "+/a%20b", " ", " host:x"]);
        assert_eq!(form.first_difference(), Some(1));
        assert_eq!(Form::compared("x", "a", "a").first_difference(), None);
        assert_eq!(Form::new("x", "a\nb").note(1, "why").lines[1].note, "why");
    }
}
