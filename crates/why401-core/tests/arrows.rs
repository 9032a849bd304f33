//! Who may import whom: ARCHITECTURE.md's table held against the `crate::` paths of each file.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

#[test]
fn imports_follow_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = table(&fs::read_to_string(source.join("../../ARCHITECTURE.md")).unwrap());
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (root, prefix) in [(source.join("src"), "core"), (source.join("../why401/src"), "why401")] {
        for file in rust_files(&root) {
            let relative = file.strip_prefix(&root).unwrap().with_extension("");
            let module = relative.iter().next().unwrap().to_string_lossy().into_owned();
            if ["lib", "main"].contains(&module.as_str()) {
                continue;
            }
            let allowed = table.get(&(prefix.to_owned(), module.clone()));
            let Some(allowed) = allowed else {
                wrong.push(format!("{prefix} `{module}` is not in the table"));
                continue;
            };
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for target in imports(code) {
                seen += 1;
                if target != module && !allowed.contains(&target) {
                    wrong.push(format!("{}: `{module}` imports `{target}`", file.display()));
                }
            }
        }
    }
    assert!(seen > 50, "the guard looks at nothing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows `| core `module` | `a`, `b` |` of the table.
fn table(markdown: &str) -> BTreeMap<(String, String), Vec<String>> {
    let row = Regex::new(r"(?m)^\| (core|why401) (.+?) \| (.*?) \|").unwrap();
    let name = Regex::new(r"`([a-z_0-9]+)`").unwrap();
    let names = |text: &str| name.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>();
    let mut table = BTreeMap::new();
    for found in row.captures_iter(markdown) {
        for module in names(&found[2]) {
            table.insert((found[1].to_owned(), module), names(&found[3]));
        }
    }
    table
}

/// The top modules that `crate::…` paths and `use crate::{…}` name.
fn imports(code: &str) -> Vec<String> {
    let single = Regex::new(r"crate::([a-z_0-9]+)").unwrap();
    let group = Regex::new(r"use crate::\{([^;]*)\};").unwrap();
    let mut found: Vec<String> = single.captures_iter(code).map(|c| c[1].to_owned()).collect();
    let first = Regex::new(r"(?:^|,)\s*([a-z_0-9]+)").unwrap();
    for names in group.captures_iter(code) {
        found.extend(first.captures_iter(&names[1]).map(|c| c[1].to_owned()));
    }
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}
