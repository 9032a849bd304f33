//! A bound on what references may grow to: thirty lines that each name the one above twice fill any memory. The real
//! loaders die of it; ours gives up.

use std::cell::Cell;

use super::super::Failure;

/// Bytes that the references of one load may put in their place, all together.
const MOST: usize = 1 << 26;

/// Counts what references put in their place.
#[derive(Debug, Default)]
pub(super) struct Growth(Cell<usize>);

impl Growth {
    /// Counts one more piece of text; false where it is too much.
    pub(super) fn allows(&self, length: usize) -> bool {
        self.0.set(self.0.get().saturating_add(length));
        !self.is_over()
    }

    /// Whether a piece of text was too much.
    pub(super) fn is_over(&self) -> bool {
        self.0.get() > MOST
    }

    /// The failure of the loader in file `file`.
    pub(super) fn failure(file: usize) -> Failure {
        Failure { file, line: None, message: "the references of this file grow without end".into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::{Content, Environment, File, Loader};

    #[test]
    fn lines_that_double_come_to_an_end() {
        let lines = (1..60).map(|n| format!("A{n}=${{A{}}}${{A{}}}\n", n - 1, n - 1));
        let text = format!("A0=0123456789\n{}", lines.collect::<String>());
        let python =
            ["python-dotenv", "environs", "pydantic-settings", "dynaconf", "compose1-dotenv", "compose1-env_file"];
        for slug in ["bun", "deno", "uv", "vite", "expo"].into_iter().chain(python) {
            let file = File { path: ".env", content: Content::Bytes(text.as_bytes()) };
            let loaded = Loader::find(slug).map(|loader| loader.load(&[file], &Environment::new()));
            assert!(loaded.is_some_and(|loaded| loaded.failure.is_some()), "{slug}");
        }
    }

    #[test]
    fn a_bound_is_kept() {
        let growth = Growth::default();
        assert!(growth.allows(MOST) && !growth.is_over());
        assert!(!growth.allows(1) && growth.is_over());
    }
}
