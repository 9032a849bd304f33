//! The options that say how a diagnosis is written, and its text.

use clap::{Args, ValueEnum};
use why401_core::diagnosis::Diagnosis;
use why401_core::render::text::Detail;
use why401_core::render::{self, Paint};

/// How a diagnosis is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Text,
    /// For programs: schema `why401/1`.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: annotations on lines.
    Github,
    /// For a pull request or an issue.
    Markdown,
    /// One page without script.
    Html,
}

// A doc comment here would be said of the whole command.
#[derive(Debug, Args)]
pub struct Report {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// One line a cause, and nothing else
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also every journey, what was ruled out, and what was not looked at
    #[arg(short, long)]
    verbose: bool,
}

impl Report {
    /// The diagnosis in the format that is asked for.
    pub fn text(&self, diagnosis: &Diagnosis) -> String {
        match self.format {
            // Escape sequences are taken out again where standard output does not take them.
            Format::Text => render::text::render(diagnosis, detail(self.quiet, self.verbose), Paint::Colour),
            Format::Json => render::json::render(diagnosis),
            Format::Sarif => render::sarif::render(diagnosis, env!("CARGO_PKG_VERSION")),
            Format::Github => render::github::render(diagnosis),
            Format::Markdown => render::markdown::render(diagnosis),
            Format::Html => render::html::render(diagnosis),
        }
    }

    /// Whether a program reads the answer.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

/// How much is shown, by `-q` and `-v`.
pub fn detail(quiet: bool, verbose: bool) -> Detail {
    match (quiet, verbose) {
        (true, _) => Detail::Brief,
        (_, true) => Detail::Full,
        _ => Detail::Usual,
    }
}
