//! The formats that machines read, held against their standards over the projects of all stories.
#![allow(clippy::unwrap_used, missing_docs)]

mod story;

use std::fs;

use serde_json::Value;
use story::{Stage, fences, repository};

/// A stage for each story and each page whose example is a project.
fn stages() -> Vec<Stage> {
    let mut texts: Vec<String> = Vec::new();
    for entry in fs::read_dir(repository().join("cases")).unwrap() {
        texts.push(fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    texts.extend(why401_core::cause::Cause::all().map(|cause| cause.page.to_owned()));
    let with_files = |text: &String| fences(text).iter().any(|fence| fence.kind == "file");
    texts.iter().filter(|text| with_files(text)).map(|text| Stage::new(&fences(text))).collect()
}

fn without_exit(printed: &str) -> &str {
    printed.strip_suffix("[exit 1]\n").unwrap_or(printed)
}

#[test]
fn json_is_of_its_schema() {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(repository().join("docs/why401-1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut diagnoses = 0;
    for stage in stages() {
        let printed = stage.run("why401 check --format json");
        let document: Value = serde_json::from_str(without_exit(&printed)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{printed}");
        diagnoses += document["diagnoses"].as_array().unwrap().len();
    }
    assert!(diagnoses > 5, "nothing was looked at");
}

#[test]
fn sarif_is_of_the_official_schema() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    // A schema that takes everything would prove nothing.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
    let mut results = 0;
    for stage in stages() {
        let printed = stage.run("why401 check --format sarif");
        let log: Value = serde_json::from_str(without_exit(&printed)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}\n{printed}");
        results += log["runs"][0]["results"].as_array().unwrap().len();
    }
    assert!(results > 5, "nothing was looked at");
}

#[test]
fn sarif_is_what_code_scanning_takes() {
    let mut results = 0;
    for stage in stages() {
        let printed = stage.run("why401 check --format sarif");
        let log: Value = serde_json::from_str(without_exit(&printed)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            results += 1;
            // SARIF 3.27.5 and 3.27.6: index and id name the same rule.
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            assert!(result["message"]["text"].as_str().is_some_and(|text| text.len() > 10));
            for location in result["locations"].as_array().into_iter().flatten() {
                let physical = &location["physicalLocation"];
                let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
                assert!(!uri.starts_with('/') && !uri.contains('\\'), "{uri}");
                assert!(physical["region"]["startLine"].as_u64().unwrap() >= 1);
            }
            for fix in result["fixes"].as_array().into_iter().flatten() {
                for change in fix["artifactChanges"].as_array().unwrap() {
                    assert!(change["replacements"][0]["deletedRegion"]["byteOffset"].is_u64());
                }
            }
        }
    }
    assert!(results > 5, "nothing was looked at");
}

#[test]
fn html_stands_alone() {
    for stage in stages() {
        let page = stage.run("why401 check --format html");
        assert!(page.starts_with("<!DOCTYPE html>"));
        for outside in ["<script", "src=", "<link", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
