//! What a dialect fills while it reads: the environment as it stands at each moment, and where each value came from.

use std::collections::BTreeMap;
use std::ops::Range;

use super::source::Source;
use crate::loader::{Assignment, Content, Environment, Failure, File, Loaded, Loader, Process, Several, Visible};
use crate::secret::Secret;

/// Bytes that all values of a load may have together, beside those of the files. A dozen lines in which each doubles the one before it would fill
/// any memory; no real file comes near.
const MOST_BYTES: usize = 4 << 20;

/// A load under way.
pub(super) struct Reading {
    /// What has come of it so far.
    pub(super) loaded: Loaded,
    /// Bytes of all values so far.
    bytes: usize,
    /// Bytes of the files that they come from.
    read: usize,
}

impl Reading {
    /// Nothing read yet: the process as it was.
    pub(super) fn of(process: &Environment) -> Self {
        let before = |value: &Secret| Visible { value: value.clone(), from: None };
        let values = process.iter().map(|(name, value)| (name.clone(), before(value))).collect();
        Self { loaded: Loaded { values, ..Loaded::default() }, bytes: 0, read: 0 }
    }

    /// The value that the environment has now.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.loaded.values.get(name).map(|visible| visible.value.expose())
    }

    /// The environment that a program would be started with now.
    pub(super) fn environment(&self) -> Environment {
        self.loaded.values.iter().map(|(name, visible)| (name.clone(), visible.value.clone())).collect()
    }

    /// Notes an assignment, which does not yet set anything. `name_at` and `value_at` are offsets in the source.
    pub(super) fn record(
        &mut self,
        (file, source): (usize, &Source),
        (name, name_at): (&str, usize),
        (value, value_at): (Vec<u8>, Range<usize>),
    ) -> usize {
        if self.loaded.assignments.last().is_none_or(|last| last.file != file) {
            self.read += source.bytes.len();
        }
        self.bytes += value.len();
        if self.bytes > MOST_BYTES + self.read {
            self.fail(file, Some(source.line(name_at)), "the values together grow far beyond the file");
        }
        self.loaded.assignments.push(Assignment {
            file,
            name: name.to_owned(),
            value: Secret::new(value),
            line: source.line(name_at),
            span: source.span(value_at),
        });
        self.loaded.assignments.len() - 1
    }

    /// Whether an error has ended the load.
    pub(super) fn is_over(&self) -> bool {
        self.loaded.failure.is_some()
    }

    /// Sets a name to what an assignment gives.
    pub(super) fn set(&mut self, index: usize) {
        if let Some(assignment) = self.loaded.assignments.get(index) {
            let visible = Visible { value: assignment.value.clone(), from: Some(index) };
            self.loaded.values.insert(assignment.name.clone(), visible);
        }
    }

    /// Sets each name of the assignments from `first` on to the last value it got there, against the environment as it
    /// was before.
    pub(super) fn set_last_from(&mut self, first: usize, rule: Process) {
        let names = self.loaded.assignments.iter().enumerate().skip(first);
        let last: BTreeMap<_, _> = names.map(|(index, assignment)| (assignment.name.clone(), index)).collect();
        for (name, index) in last {
            let free = match (rule, self.get(&name)) {
                (Process::Loses, _) | (_, None) => true,
                (Process::WinsUnlessEmpty, Some(value)) => value.is_empty(),
                (Process::Wins, Some(_)) => false,
            };
            // A process can hold no NUL byte; these loaders do not look whether a variable could be set.
            let possible = !self.loaded.assignments[index].value.expose().contains(&0);
            if free && possible {
                self.set(index);
            }
        }
    }

    /// Ends the load with an error.
    pub(super) fn fail(&mut self, file: usize, line: Option<u32>, message: impl Into<String>) {
        self.loaded.failure = Some(Failure { file, line, message: message.into() });
    }

    /// Notes what the loader passes over.
    pub(super) fn warn(&mut self, file: usize, line: u32, message: impl Into<String>) {
        self.loaded.warnings.push(Failure { file, line: Some(line), message: message.into() });
    }
}

/// Whether a value of this length may take in so many bytes more by a reference.
pub(super) fn fits(length: usize, more: usize) -> bool {
    length.saturating_add(more) <= MOST_BYTES
}

/// The bytes of a file, or why there are none.
pub(super) fn bytes<'a>(file: &File<'a>) -> Result<&'a [u8], &'static str> {
    match file.content {
        Content::Bytes(bytes) => Ok(bytes),
        Content::Missing => Err("the file is not there"),
        Content::Folder => Err("this is a folder"),
    }
}

/// The files in an order in which a later one overrules an earlier one.
pub(super) fn last_wins(loader: &Loader, count: usize) -> Vec<usize> {
    // A loader with a list of its own hands its files in with the winner first.
    let listed = loader.files.iter().any(|mode| mode.order.len() > 1);
    match (listed, loader.several) {
        (false, Several::LastWins | Several::One) => (0..count).collect(),
        (false, Several::OnlyLast) => (0..count).rev().take(1).collect(),
        (false, Several::OnlyFirst) => (0..count).take(1).collect(),
        (true, _) | (false, Several::FirstWins) => (0..count).rev().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_double_line_by_line_end_in_an_error() {
        let doubling: String = (1..64).map(|n| format!("A{n}=${{A{}}}${{A{}}}\n", n - 1, n - 1)).collect();
        let text = format!("A0=xxxxxxxx\n{doubling}");
        for slug in
            ["ruby-dotenv", "php-vlucas", "php-symfony", "go-godotenv", "go-gotenv", "rust-dotenvy", "compose2-go"]
        {
            let file = File { path: ".env", content: Content::Bytes(text.as_bytes()) };
            let loaded = Loader::find(slug).map(|loader| loader.load(&[file], &Environment::new()));
            assert!(loaded.is_some_and(|loaded| loaded.failure.is_some()), "{slug}");
        }
    }
}
