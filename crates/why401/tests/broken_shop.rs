//! The README's first command: every planted fault of `examples/broken-shop` is named at its line.
#![allow(clippy::unwrap_used, missing_docs)]

mod story;

use std::process::Command;

#[test]
fn every_planted_fault_is_named_at_its_line() {
    let shop = story::repository().join("examples/broken-shop");
    let output = Command::new(story::binary()).args(["check", "-q"]).arg(&shop).env_clear().output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let found: Vec<&str> = printed.lines().collect();
    let planted = [
        (".env:3:", "proven key/wrong-type"),
        (".env:5:", "key/placeholder"),
        (".env:7:", "proven env/expansion"),
        (".env:9:", "proven key/masked"),
        (".env:14:", "proven key/quoted"),
        (".github/workflows/release.yml:8:", "likely env/ci-not-mapped"),
        ("src/describe.js:6:", "likely header/missing-scheme"),
        ("src/mail.js:1:", "likely env/name-mismatch"),
        ("web/src/main.js:3:", "likely env/not-exposed"),
    ];
    for (place, cause) in planted {
        assert!(found.iter().any(|line| line.starts_with(place) && line.contains(cause)), "{place} {cause}\n{printed}");
    }
    assert_eq!(found.len(), planted.len(), "{printed}");
}
