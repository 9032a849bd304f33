//! The browser's verdict against what a real Chromium did (`*.toml`): the same requests in the same order, the same end, the
//! same line on the console.
//!
//! `WHY401_CORS_OBSERVED=FILE cargo test -p why401-core --test cors` looks at what `tests/full/cors` has just observed.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

mod any;
mod table;

use std::path::Path;

use table::{Table, differences};

#[test]
fn every_case_ends_as_in_chromium() {
    let tables: Vec<Table> = match std::env::var("WHY401_CORS_OBSERVED") {
        Ok(file) => vec![serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()],
        Err(_) => ["chromium.toml", "headers.toml", "answers.toml", "redirects.toml", "refused.toml"]
            .map(|name| {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cors").join(name);
                toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
            })
            .into(),
    };
    let (mut held, mut wrong) = (0, Vec::new());
    for case in tables.iter().flat_map(|table| &table.cases) {
        held += 1;
        wrong.extend(differences(case).into_iter().map(|why| format!("{}: {why}", case.title)));
    }
    eprintln!("{held} cases held against Chromium {}", tables[0].chromium);
    let least = if tables.len() > 1 { 200 } else { 1 };
    assert!(held >= least, "the tables are empty");
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}
