//! The command `why401`.

mod cmd;
mod collect;
mod config;
mod fix;
mod investigate;
mod value;
mod world;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = cmd::Arguments::from_process().run();
    if let Err(error) = &result {
        let mut err = anstream::stderr().lock();
        // Nobody is left to be told if standard error is gone.
        let _ = writeln!(err, "why401: {error}");
        if let Some(hint) = &error.hint {
            let _ = writeln!(err, "  hint: {hint}");
        }
    }
    cmd::exit_status(&result)
}
