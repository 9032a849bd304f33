//! What is told: the events, the recording, the summary; and what is refused before anything starts.

use std::fs;

use serde_json::Value;

use crate::stand::{RULES, Stand, ended};
use crate::story::repository;

const CALL: &str = r#"curl -s https://api.acme.test/v1/me?page=7 -H "Authorization: Bearer $ACME_API_KEY" -o answer"#;
const KEY: &str = "zq7-old-and-fake-9999";

fn stand() -> (Stand, Vec<(String, String)>) {
    (Stand::new(&["api.acme.test"], RULES), vec![("ACME_API_KEY".to_owned(), KEY.to_owned())])
}

#[test]
fn every_event_is_as_the_schema_says() {
    let (stand, variables) = stand();
    let (_, events) = stand.run(&[], CALL, &variables);
    let schema = fs::read_to_string(repository().join("docs/why401-run-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for event in &events {
        let wrong: Vec<String> = validator.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{event}: {wrong:?}");
    }
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds, ["call", "refusal", "end"]);
    assert_eq!(events[0]["url"], "https://api.acme.test/v1/me?page");
    assert_eq!(events[2]["refused"], 1);
    assert!(!format!("{events:?}").contains(KEY));
}

#[test]
fn events_alone_on_standard_error() {
    let (stand, variables) = stand();
    let mut command = stand.why401();
    command.args(["run", "--json", "--", "sh", "-c", CALL]).envs(variables);
    let output = ended(command);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 3, "{text}");
}

#[test]
fn a_recording_is_whole_and_holds_no_credential() {
    let (stand, variables) = stand();
    let file = stand.path().join("session.har");
    let record = ["--record", file.to_str().unwrap()];
    stand.run(&record, CALL, &variables);
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains(KEY), "{text}");
    let har: Value = serde_json::from_str(&text).unwrap();
    let entry = &har["log"]["entries"][0];
    assert_eq!((&har["log"]["version"], &entry["response"]["status"]), (&Value::from("1.2"), &Value::from(401)));
    assert_eq!(entry["request"]["url"], "https://api.acme.test/v1/me?page=…");
    assert!(text.contains("Bearer ‹21 characters›"), "{text}");
    // A recording with credentials has to be agreed to.
    let refused = stand.run(&[record[0], record[1], "--with-secrets"], CALL, &variables).0;
    assert_eq!(refused.status.code(), Some(2));
    stand.run(&[record[0], record[1], "--with-secrets", "--yes"], CALL, &variables);
    assert!(fs::read_to_string(&file).unwrap().contains(KEY));
}

#[test]
fn what_is_wrong_with_the_arguments_is_said_before_anything_starts() {
    let (stand, _) = stand();
    for options in [&["--gateway", "A=ftp://x"][..], &["--gateway", "https://api.acme.test"], &["--probe", "later"]] {
        let (output, _) = stand.run(options, "touch started", &[]);
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(!stand.project().join("started").exists());
    }
}

#[test]
fn only_some_hosts_are_looked_at() {
    let (stand, variables) = stand();
    let (_, events) = stand.run(&["--only", "acme.example"], CALL, &variables);
    assert_eq!(events.len(), 1, "{events:?}");
    let (_, events) = stand.run(&["--only", "acme.test"], CALL, &variables);
    assert_eq!(events.len(), 3, "{events:?}");
}

#[test]
fn an_experiment_proves_it() {
    let (stand, variables) = stand();
    stand.write(".env", "ACME_TOKEN=zq7-plainly-fake-51f0\n");
    let line = r#"curl -s https://api.acme.test/v1/me -H "Authorization: $ACME_API_KEY" -o answer"#;
    let variables = [(variables[0].0.clone(), "zq7-plainly-fake-51f0".to_owned())];
    let (output, events) = stand.run(&["--probe", "free"], line, &variables);
    let proof = events.iter().find(|event| event["event"] == "proof");
    let proof = proof.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let first = &proof["diagnosis"]["diagnoses"][0];
    assert_eq!((first["cause"].as_str(), first["standing"].as_str()), (Some("header/missing-scheme"), Some("proven")));
}

#[test]
fn a_program_that_does_not_believe_us_is_noticed_and_works() {
    let (stand, variables) = stand();
    let line = format!(
        "for n in 1 2; do curl -s --cacert {} https://api.acme.test/v1/me -o answer$n -w '%{{http_code}} '; done",
        stand.authority
    );
    let (output, events) = stand.run(&[], &line, &variables);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(out, "000 401 ");
    assert!(events.iter().any(|event| event["why"] == "pinned"), "{events:?}");
}

#[test]
fn a_program_that_asks_nothing_is_told_so() {
    let (stand, _) = stand();
    let (output, events) = stand.run(&[], "true", &[]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("no call was seen"));
    assert_eq!(events.last().unwrap()["seen"], false);
}
