//! Compiles `providers/*.toml` and `loaders/*.toml` into a compact form, so that a start parses no TOML.
//! A file that does not fit the schema fails the build, with its path and line.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build script reads files and talks to Cargo"
)]

use std::path::{Path, PathBuf};
use std::{env, fs, process};

#[path = "src/provider/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod provider;

#[path = "src/loader/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod loader;

fn main() {
    println!("cargo::rerun-if-changed=providers");
    println!("cargo::rerun-if-changed=loaders");
    compile::<provider::Provider>("providers", |p| &p.slug);
    compile::<loader::Loader>("loaders", |l| &l.slug);
}

/// Writes `$OUT_DIR/{folder}.bin`: the entries of a folder as one sequence, sorted by file name.
fn compile<T: serde::de::DeserializeOwned + serde::Serialize>(folder: &str, slug: fn(&T) -> &String) {
    let mut entries = Vec::new();
    for path in toml_files(Path::new(folder)) {
        let text = fs::read_to_string(&path).unwrap_or_else(|e| fail(&path, &e.to_string()));
        let entry: T = toml::from_str(&text).unwrap_or_else(|e| fail(&path, &e.to_string()));
        if path.file_stem().and_then(|s| s.to_str()) != Some(slug(&entry)) {
            fail(&path, "the slug is not the file's name");
        }
        entries.push(entry);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(folder).with_extension("bin");
    let bytes = postcard::to_stdvec(&entries).unwrap_or_else(|e| fail(&out, &e.to_string()));
    fs::write(&out, bytes).unwrap_or_else(|e| fail(&out, &e.to_string()));
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|e| fail(folder, &e.to_string()));
    let mut files: Vec<_> = listing.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

fn fail(path: &Path, why: &str) -> ! {
    eprintln!("{}: {why}", path.display());
    process::exit(1)
}
