//! Every loader against what the real one made of 190 files (`tests/parity/*.toml`).
//!
//! `PARITY_ONLY=dotenv16,vite cargo test -p why401-core --test parity` looks at some loaders only.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use why401_core::loader::{Content, Environment, File, Loader, View};
use why401_core::secret::Secret;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    title: String,
    #[serde(default)]
    file: String,
    file_hex: Option<String>,
    state: Option<String>,
    #[serde(default)]
    process: BTreeMap<String, String>,
    result: Vec<Observed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Observed {
    loaders: Vec<String>,
    #[serde(default)]
    outcome: Outcome,
    #[serde(default)]
    gives: BTreeMap<String, String>,
    #[serde(default)]
    gives_hex: BTreeMap<String, String>,
    #[serde(default)]
    gives_length: BTreeMap<String, usize>,
    #[serde(default)]
    unset: Vec<String>,
}

#[derive(Default, Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    #[default]
    Ok,
    Stopped,
    Failed,
}

#[test]
fn every_loader_reads_every_file_as_the_real_one_does() {
    let only = std::env::var("PARITY_ONLY").ok();
    let wanted = |slug: &str| only.as_deref().is_none_or(|list| list.split(',').any(|s| s == slug));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity");
    let (mut checked, mut wrong) = (0, BTreeMap::<String, Vec<String>>::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let table: Table = toml::from_str(&text).unwrap();
        for case in &table.case {
            for observed in &case.result {
                for slug in observed.loaders.iter().filter(|slug| wanted(slug)) {
                    checked += 1;
                    for why in differences(case, observed, slug) {
                        wrong.entry(slug.clone()).or_default().push(format!("{}: {why}", case.id));
                    }
                }
            }
        }
    }
    let count: usize = wrong.values().map(Vec::len).sum();
    for (slug, list) in &wrong {
        eprintln!("{slug}: {} differences\n    {}", list.len(), list.join("\n    "));
    }
    assert!(checked > 0, "no loader of that name");
    assert_eq!(count, 0, "differences in {checked} comparisons");
}

fn differences(case: &Case, observed: &Observed, slug: &str) -> Vec<String> {
    let Some(loader) = Loader::find(slug) else { return vec![format!("no such loader ({})", case.title)] };
    let bytes = match &case.file_hex {
        Some(hex) => unhex(hex),
        None => repeat(&case.file).into_bytes(),
    };
    let content = match case.state.as_deref() {
        Some("absent") => Content::Missing,
        Some(_) => Content::Folder,
        None => Content::Bytes(&bytes),
    };
    let process: Environment = case.process.iter().map(|(k, v)| (k.clone(), Secret::from(v.as_str()))).collect();
    let loaded = loader.load(&[File { path: ".env", content }], &process);
    let mut wrong = Vec::new();
    if loaded.failure.is_some() != (observed.outcome != Outcome::Ok) {
        wrong.push(format!("expected {:?}, got {:?}", observed.outcome, loaded.failure));
    }
    let got = |name: &String| loaded.values.get(name).map(|v| v.value.expose().to_vec());
    let show = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|b| String::from_utf8_lossy(b).into_owned());
    let gives = observed.gives.iter().map(|(k, v)| (k, v.clone().into_bytes()));
    for (name, value) in gives.chain(observed.gives_hex.iter().map(|(k, v)| (k, unhex(v)))) {
        let seen = got(name);
        if seen.as_ref() != Some(&value) {
            wrong.push(format!("{name:?} expected {:?}, got {:?}", String::from_utf8_lossy(&value), show(&seen)));
        }
    }
    for (name, length) in &observed.gives_length {
        if got(name).map(|v| v.len()) != Some(*length) {
            wrong.push(format!("{name:?} expected {length} bytes, got {:?}", got(name).map(|v| v.len())));
        }
    }
    for name in observed.unset.iter().filter(|name| got(name).is_some()) {
        wrong.push(format!("{name:?} expected unset, got {:?}", show(&got(name))));
    }
    // Where the loader hands back an object, the real one was asked for the names of the case and no others.
    if observed.outcome != Outcome::Failed && loader.view == View::Environment {
        let known = |n: &String| {
            observed.gives.contains_key(n)
                || observed.gives_hex.contains_key(n)
                || observed.gives_length.contains_key(n)
                || case.process.contains_key(n)
        };
        for name in loaded.values.keys().filter(|name| !known(name)) {
            wrong.push(format!("{name:?} set besides"));
        }
    }
    wrong
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// `{x*N}` stands for N times x.
fn repeat(text: &str) -> String {
    let Some((before, rest)) = text.split_once("{x*") else { return text.to_owned() };
    let (count, after) = rest.split_once('}').unwrap();
    format!("{before}{}{after}", "x".repeat(count.parse().unwrap()))
}
