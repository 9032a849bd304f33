//! What a Rust loader makes of an env file. Arguments: dotenv or dotenvy, the file. Prints the environment after the load,
//! NUL-separated; an error ends it with status 1, after what had been set before.

use std::io::Write;
use std::os::unix::ffi::OsStrExt;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let failure = match arguments[1].as_str() {
        "dotenvy" => dotenvy::from_path(&arguments[2]).err().map(|error| error.to_string()),
        _ => dotenv::from_path(&arguments[2]).err().map(|error| error.to_string()),
    };
    let mut out = b"@@begin@@".to_vec();
    for (name, value) in std::env::vars_os() {
        out.extend([name.as_bytes(), b"=", value.as_bytes(), b"\0"].concat());
    }
    let _ = std::io::stdout().write_all(&out);
    if let Some(failure) = failure {
        eprintln!("{failure}");
        std::process::exit(1);
    }
}
