//! SARIF 2.1.0 for code scanning (OASIS, sections 3.13 to 3.27). Columns are counted in Unicode code points.

use serde_json::{Value, json};

use crate::cause::{Cause, Edit, Standing};
use crate::diagnosis::{Diagnosis, Named};
use crate::fact::Place;

/// The diagnosis as a SARIF log, with a final newline. `version` is that of the tool.
pub fn render(diagnosis: &Diagnosis, version: &str) -> String {
    let mut rules: Vec<&'static Cause> = diagnosis.causes.iter().map(|named| named.cause).collect();
    rules.sort_by_key(|cause| cause.slug);
    rules.dedup_by_key(|cause| cause.slug);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "why401",
                "version": version,
                "semanticVersion": version,
                "informationUri": "https://github.com/why401/why401",
                "rules": rules.iter().map(|cause| rule(cause)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": diagnosis.causes.iter().map(|named| result(named, &rules)).collect::<Vec<_>>(),
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn rule(cause: &Cause) -> Value {
    json!({
        "id": cause.slug,
        "name": pascal(cause.slug),
        "shortDescription": { "text": cause.title() },
        "help": { "text": cause.text(), "markdown": cause.text() },
        "properties": { "tags": ["security", "authentication"] },
    })
}

fn result(named: &Named, rules: &[&'static Cause]) -> Value {
    let finding = &named.finding;
    let mut message = finding.title.clone();
    for reason in &finding.why {
        message.push_str(". ");
        message.push_str(reason.text.trim_end_matches('.'));
    }
    message.push('.');
    let mut result = json!({
        "ruleId": named.cause.slug,
        "ruleIndex": rules.iter().position(|cause| cause.slug == named.cause.slug),
        "level": match finding.standing {
            Standing::Proven => "error",
            Standing::Likely => "warning",
            Standing::Possible => "note",
        },
        "message": { "text": message },
        "properties": { "standing": finding.standing.word(), "stop": finding.stop.word(), "credential": named.credential },
    });
    let mut places = finding.why.iter().filter_map(|reason| reason.origin.as_ref()?.place());
    if let Some(place) = places.next() {
        result["locations"] = json!([location(place)]);
    }
    let related: Vec<Value> = places.map(location).collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    let fixes: Vec<Value> = finding
        .remedies
        .iter()
        .filter(|remedy| !remedy.edits.is_empty())
        .map(|remedy| json!({ "description": { "text": remedy.text }, "artifactChanges": changes(&remedy.edits) }))
        .collect();
    if !fixes.is_empty() {
        result["fixes"] = json!(fixes);
    }
    result
}

fn location(place: &Place) -> Value {
    let mut region = json!({ "startLine": place.line, "startColumn": place.column });
    if place.width > 0 {
        region["endColumn"] = json!(place.column.saturating_add(place.width));
    }
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(&place.path) }, "region": region } })
}

fn changes(edits: &[Edit]) -> Vec<Value> {
    let change = |edit: &Edit| {
        json!({
            "artifactLocation": { "uri": uri(&edit.place.path) },
            "replacements": [{
                "deletedRegion": { "byteOffset": edit.span.start, "byteLength": edit.span.len() },
                "insertedContent": { "text": edit.replacement },
            }],
        })
    };
    edits.iter().map(change).collect()
}

/// The path as a relative URI reference (RFC 3986, section 4.2).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// `key/wrong-type` as `KeyWrongType`.
fn pascal(slug: &str) -> String {
    let words = slug.split(['/', '-']);
    words
        .map(|word| {
            word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)).collect::<String>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(pascal("key/wrong-type"), "KeyWrongType");
        assert_eq!(uri("a b/é.ts"), "a%20b/%C3%A9.ts");
    }
}
