//! One line of JSON for one record, schema `why401-record/1`: a promise, so its structs are its own. No word of it comes
//! from the record.

use serde::Serialize;

use crate::diagnosis::Diagnosis;

/// The version that `schema` carries.
pub const SCHEMA: &str = "why401-record/1";
/// More causes than these help nobody who reads a million lines.
const MOST: usize = 5;

#[derive(Serialize)]
struct Verdict<'a> {
    provider: Option<&'a str>,
    diagnoses: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    cause: &'static str,
    standing: &'static str,
    title: &'static str,
}

/// What is said of a record, whichever its line: the same refusal is said the same way again.
pub fn verdict(provider: Option<&str>, diagnosis: &Diagnosis) -> String {
    let entry = |named: &crate::diagnosis::Named| Entry {
        cause: named.cause.slug,
        standing: named.finding.standing.word(),
        title: named.cause.title(),
    };
    let diagnoses = diagnosis.causes.iter().take(MOST).map(entry).collect();
    serde_json::to_string(&Verdict { provider, diagnoses }).unwrap_or_default()
}

/// What is said of a record that is no refusal.
pub fn nothing() -> String {
    verdict(None, &Diagnosis::default())
}

/// Writes the line of a record: its number, counted from 1, before its verdict.
pub fn line(number: u64, verdict: &str, into: &mut Vec<u8>) {
    let rest = verdict.strip_prefix('{').unwrap_or(verdict);
    into.extend_from_slice(b"{\"schema\":\"");
    into.extend_from_slice(SCHEMA.as_bytes());
    into.extend_from_slice(b"\",\"line\":");
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = number;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            break;
        }
    }
    into.extend_from_slice(&digits[at..]);
    into.push(b',');
    into.extend_from_slice(rest.as_bytes());
    into.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line() {
        let mut text = Vec::new();
        for number in [1, 4010] {
            line(number, &nothing(), &mut text);
        }
        let expected = "{\"schema\":\"why401-record/1\",\"line\":1,\"provider\":null,\"diagnoses\":[]}\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected.to_owned() + &expected.replace(":1,", ":4010,"));
    }
}
