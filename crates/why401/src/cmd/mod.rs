//! The sub-commands: one file each, with its arguments and its `run`.

mod causes;
mod check;
mod clock;
mod completions;
mod cors;
mod deferred;
mod explain;
mod introspection;
mod loaders;
mod man;
mod probe;
mod providers;
mod report;
mod run;
mod sign;
mod token;

use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use self::deferred::Deferred;
use crate::shown::Shown;
use crate::world::Error;

/// Why is my API credential refused? Finds the stop of its journey where it broke, and how to mend it.
#[derive(Debug, Parser)]
#[command(name = "why401", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Check,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Follow a project's credentials from file to code, offline (the default command)
    Check(Deferred<check::Check>),
    /// Say why a credential was refused, from whatever there is to paste: an error, a log, `curl -v`, a HAR
    Explain(Deferred<explain::Explain>),
    /// Send the request as the program would, then with one change at a time until one works: that is a proof
    Probe(Deferred<probe::Probe>),
    /// Show what a token says, and hold it against what is expected of it
    Token(Deferred<token::Token>),
    /// Compute a signature again, show every step, and say where it differs from the server's
    Sign(Deferred<sign::Sign>),
    /// Say what a browser would make of a page's call, and what the server must answer instead
    Cors(Deferred<cors::Cors>),
    /// Compare this machine's clock with that of servers: signatures and tokens carry times
    Clock(Deferred<clock::Clock>),
    /// Start a program, watch its API calls, and say why one is refused
    Run(Deferred<run::Run>),
    /// The catalogue: every cause of a refusal, or the page of one
    Causes(Deferred<causes::Causes>),
    /// The services that are known, or what is known of one
    Providers(Deferred<providers::Providers>),
    /// The env-file loaders that are known, or what one of them makes of a file
    Loaders(Deferred<loaders::Loaders>),
    /// Completions for a shell, on standard output
    Completions(Deferred<completions::Completions>),
    /// Manual pages, one a command, written into a folder
    Man(Deferred<man::Man>),
}

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No cause was found.
    Nothing,
    /// A cause was found.
    Found,
    /// A program was run, and this is its own exit status.
    Program(u8),
}

/// How knowledge is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

impl Arguments {
    /// Parses this process's arguments. Help, the version and what is wrong are printed here, and the exit status is all
    /// that is left.
    pub fn from_process() -> Result<Self, ExitCode> {
        // All options of all commands, which end with the process: to take them apart again takes a tenth of a short run.
        let mut command = ManuallyDrop::new(Self::command());
        let matches = command.try_get_matches_from_mut(std::env::args_os());
        let parsed = matches.and_then(|mut matches| {
            Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
        });
        parsed.map_err(|error| {
            let text = error.render();
            let shown = Shown::of_styled_arguments(&text.to_string(), text.ansi().to_string());
            if error.use_stderr() {
                shown.complain();
            } else {
                // Nobody is left to be told if the stream is gone.
                let _ = shown.print();
            }
            if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
        })
    }

    /// Does what was asked.
    pub fn run(self) -> Result<Verdict, Error> {
        match self.command {
            None => self.check.run(),
            Some(Command::Check(command)) => command.0.run(),
            Some(Command::Explain(command)) => command.0.run(),
            Some(Command::Probe(command)) => command.0.run(),
            Some(Command::Token(command)) => command.0.run(),
            Some(Command::Sign(command)) => command.0.run(),
            Some(Command::Cors(command)) => command.0.run(),
            Some(Command::Clock(command)) => command.0.run(),
            Some(Command::Run(command)) => command.0.run(),
            Some(Command::Causes(command)) => command.0.run(),
            Some(Command::Providers(command)) => command.0.run(),
            Some(Command::Loaders(command)) => command.0.run(),
            Some(Command::Completions(command)) => command.0.run(),
            Some(Command::Man(command)) => command.0.run(),
        }
    }
}

/// The exit status: 0 no cause found, 1 a cause was found, 2 why401 itself could not do what was asked; of `run` the program's own.
pub fn exit_status(result: &Result<Verdict, Error>) -> ExitCode {
    match result {
        Ok(Verdict::Nothing) => ExitCode::SUCCESS,
        Ok(Verdict::Found) => ExitCode::from(1),
        Ok(Verdict::Program(code)) => ExitCode::from(*code),
        Err(_) => ExitCode::from(2),
    }
}

/// A JSON document as text.
fn json(document: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    let mut escaped = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        match c {
            // JSON lets these stand; a terminal, and what strips colours from the output, take them for their own.
            '\u{7f}'..='\u{9f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped.push('\n');
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_keep_their_control_characters() {
        let text = super::json(&serde_json::json!({"A\u{7f}\u{9b}\t": 1}));
        assert_eq!(text, "{\n  \"A\\u007f\\u009b\\t\": 1\n}\n");
    }
}
