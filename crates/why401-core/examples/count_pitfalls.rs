//! Counts for each pitfall in how many known refusals it shows itself, and in how many of them it was what it is known for:
//! the line `seen` of `pitfalls/*.toml`.
//!
//! ```sh
//! cargo run --release -p why401-core --example count_pitfalls -- CASES.jsonl…
//! ```
//!
//! The cases are those of `learn_words`, which learns from the counts: count first, then build and learn. What was added or
//! changed since the build is counted the next time.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a tool for the developers, which reads and writes files"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;
use why401_core::words::{pitfalls, split};

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for file in std::env::args().skip(1) {
        for line in fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()) {
            let case: Value = serde_json::from_str(line)?;
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let causes = || list(&case["also_acceptable"]).into_iter().chain([case["cause"].clone()]);
            let stack = list(&case["stack"]);
            let texts = [&case["input"]["log"], &case["input"]["context"]].into_iter().chain(&stack);
            let text: Vec<&str> = texts.filter_map(Value::as_str).collect();
            let words = split(&text.join("\n"));
            for pitfall in pitfalls(words.iter().map(|(word, _)| word.as_str())) {
                let (seen, right) = counts.entry((pitfall.cause, pitfall.note)).or_default();
                *seen += 1;
                *right += u32::from(causes().any(|cause| cause == pitfall.cause));
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pitfalls");
    for path in fs::read_dir(folder)?.flatten().map(|entry| entry.path()) {
        let text = fs::read_to_string(&path)?;
        let counted: Vec<String> = text
            .split_inclusive("[[pitfall]]\n")
            .map(|entry| with_count(entry, &counts))
            .collect::<Result<_, toml::de::Error>>()?;
        fs::write(&path, counted.concat())?;
    }
    Ok(())
}

/// The lines of one entry, and whatever follows it, with its count as the last that it says.
fn with_count(entry: &str, counts: &BTreeMap<(&str, &str), (u32, u32)>) -> Result<String, toml::de::Error> {
    let said: toml::Table = entry.trim_end_matches("[[pitfall]]\n").parse()?;
    let text = |name: &str| said.get(name).and_then(toml::Value::as_str).unwrap_or_default();
    let Some((seen, right)) = counts.get(&(text("cause"), text("note"))) else { return Ok(entry.to_owned()) };
    let mut lines: Vec<String> = entry.lines().filter(|line| !line.starts_with("seen = ")).map(str::to_owned).collect();
    let last = lines.iter().rposition(|line| line.starts_with("note = ")).map_or(lines.len(), |at| at + 1);
    lines.insert(last, format!("seen = [{seen}, {right}]"));
    Ok(lines.join("\n") + "\n")
}
