//! The command `why401`.

mod cmd;
mod collect;
mod config;
mod fix;
mod investigate;
mod pasted;
mod shown;
mod value;
mod world;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match cmd::Arguments::from_process() {
        Ok(arguments) => arguments.run(),
        Err(status) => return status,
    };
    if let Err(error) = &result {
        let mut err = anstream::stderr().lock();
        // Nobody is left to be told if standard error is gone.
        let _ = writeln!(err, "why401: {}", pasted::hide(&error.message));
        if let Some(hint) = &error.hint {
            let _ = writeln!(err, "  hint: {hint}");
        }
    }
    cmd::exit_status(&result)
}
