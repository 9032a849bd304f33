//! Runs a script of `tests/bed/oracles` and reads what it made.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use why401_core::exchange::Request;
use why401_core::secret::Secret;

/// What a script made, one object a line; None where the bed is not installed.
pub fn made(script: &str, count: usize) -> Option<Vec<Value>> {
    let bed = bed()?;
    let set = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seed = set("WHY401_SEED").unwrap_or(401);
    let count = set("WHY401_COUNT").unwrap_or(count as u64);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bed/oracles").join(script);
    let program = if script.ends_with(".mjs") { bed.join("bin/node") } else { bed.join("signed/bin/python") };
    let mut command = Command::new(program);
    if !script.ends_with(".mjs") {
        command.arg("-B");
    }
    let output =
        command.arg(path).args([seed.to_string(), count.to_string()]).env("WHY401_BED", &bed).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let made: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(made.len() as u64, count, "{script}");
    Some(made)
}

fn bed() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || Some(set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?.join("why401/bed"));
    let bed = set("WHY401_BED").or_else(cache).filter(|bed| bed.join("signed/installed").exists());
    if bed.is_none() {
        println!("the test bed is not installed; tests/bed/install does it");
    }
    bed
}

/// The request that an object describes.
pub fn request(of: &Value) -> Request {
    let headers = of["headers"].as_array().unwrap().iter();
    Request {
        method: of["method"].as_str().unwrap().to_owned(),
        url: of["url"].as_str().unwrap().to_owned(),
        query: of["query"].as_str().map(Secret::from),
        headers: headers.map(|pair| (text(&pair[0]).to_owned(), Secret::from(text(&pair[1])))).collect(),
        body: Secret::from(of["body"].as_str().unwrap_or_default()),
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
