//! What is said of keys that stand in texts: by the path, by who gets to see the file, by the key itself.

#![allow(clippy::expect_used)]

use why401_core::case::Case;
use why401_core::diagnosis::diagnose;
use why401_core::fact::{Fact, Origin, Place, Reach, Seen, Stands};
use why401_core::project::{Project, Unit};
use why401_core::provider::Registry;
use why401_core::secret::Secret;

/// Of right shape, and nothing in it says that it is made up.
fn stripe(tail: &str) -> String {
    ["sk_", "live_", "9fK2mQ8xL0pZ7rT4vB3nW6", tail].concat()
}

fn said(files: &[(&str, Reach, String)]) -> Vec<String> {
    let mut project = Project::default();
    project.units.push(Unit { folder: "".into(), loads: Vec::new() });
    for (path, reach, key) in files {
        project.facts.push(Fact {
            origin: Origin::File(Place::line(&(*path).into(), 1)),
            span: 0..0,
            seen: Seen::Stands(Stands { value: Secret::from(key.as_str()), reach: *reach }),
        });
    }
    let registry = Registry::new(Vec::new());
    let diagnosis = diagnose("check", &Case::all(&project, &registry));
    let shown = diagnosis.causes.iter().map(|named| {
        let place = named.finding.place().expect("it stands somewhere");
        format!("{} {} {}", named.finding.standing.word(), named.cause.slug, place.path)
    });
    shown.collect()
}

#[test]
fn one_key() {
    let issued = ["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
    for (path, reach, key, expected) in [
        ("src/pay.rb", Reach::Repository, stripe("aQ"), "likely"),
        ("dist/app.js", Reach::Browser, stripe("aQ"), "likely"),
        ("dist/app.js", Reach::Build, stripe("aQ"), "possible"),
        ("src/pay.rb", Reach::Next, stripe("aQ"), "possible"),
        ("src/pay.rb", Reach::Repository, stripe("FAKE"), "possible"),
        ("src/pay.rb", Reach::Repository, stripe("aQ").replace("live", "test"), "possible"),
        ("README.md", Reach::Repository, stripe("aQ"), "possible"),
        ("examples/pay.rb", Reach::Repository, stripe("aQ"), "possible"),
        ("docs/pay.rb", Reach::Repository, stripe("FAKE"), ""),
        ("spec/pay_spec.rb", Reach::Repository, stripe("aQ"), ""),
        ("src/PayTest.java", Reach::Repository, stripe("aQ"), ""),
        ("src/PayTest.java", Reach::Repository, issued, "possible"),
        ("src/pay.rb", Reach::Repository, stripe("EXAMPLE"), ""),
    ] {
        let found = said(&[(path, reach, key)]);
        let expected: Vec<String> = match expected {
            "" => Vec::new(),
            standing => vec![format!("{standing} key/leaked {path}")],
        };
        assert_eq!(found, expected, "{path} {reach:?}");
    }
}

#[test]
fn several_keys() {
    let here = |path: &'static str, tail: &str| (path, Reach::Repository, stripe(tail));
    // The same key twice is one; three keys of one service in a file show what its keys look like.
    assert_eq!(said(&[here("a.py", "aQ"), here("a.py", "aQ")]), ["likely key/leaked a.py"]);
    let three = said(&[here("a.py", "aQ"), here("a.py", "bQ"), here("a.py", "cQ")]);
    assert!(three.iter().all(|line| line == "possible key/leaked a.py"), "{three:?}");
    assert_eq!(said(&[here("a.py", "aQ"), here("b.py", "bQ")]), ["likely key/leaked a.py", "likely key/leaked b.py"]);
}
