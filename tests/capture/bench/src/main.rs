//! The bench of the capture proxy: `bench origin`, `bench hudsucker`, `bench load`, each told what to do by its arguments.
//! The origin and the load are as small as they can be, so that the proxy is what is measured.

mod hudsucker;
mod load;
mod origin;

use std::env;
use std::process::ExitCode;

/// An error in words.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("origin") => origin::run(&arguments[1..]),
        Some("hudsucker") => hudsucker::run(&arguments[1..]),
        Some("load") => load::run(&arguments[1..]),
        _ => Err("bench origin FOLDER | bench hudsucker FOLDER | bench load …".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The value of `--NAME VALUE`.
pub fn option<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|own| own.strip_prefix("--") == Some(name))?;
    arguments.get(at + 1).map(String::as_str)
}
