//! The command `why401`.

#[allow(dead_code, reason = "the command `run` does not use all of it yet")]
mod capture;
mod child;
mod cmd;
mod collect;
mod config;
mod experiment;
mod fix;
mod investigate;
mod large;
mod pasted;
mod prepare;
mod records;
mod session;
mod shown;
mod token;
mod value;
mod wire;
mod world;

use std::process::ExitCode;

use shown::Shown;

fn main() -> ExitCode {
    let result = match cmd::Arguments::from_process() {
        Ok(arguments) => arguments.run(),
        Err(status) => return status,
    };
    if let Err(error) = &result {
        let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!("  hint: {hint}\n"));
        Shown::of_arguments(&format!("why401: {}\n{hint}", error.message)).complain();
    }
    cmd::exit_status(&result)
}
