//! Mend: edits applied to the bytes they were made for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cause::Edit;
use crate::diagnosis::Diagnosis;

/// The edits of a diagnosis by file: of each cause the first remedy that has edits.
///
/// Causes that are only possible are left to people, and of edits that touch the same bytes the first wins, so that no
/// byte is changed twice.
pub fn edits(diagnosis: &Diagnosis) -> BTreeMap<Arc<str>, Vec<Edit>> {
    let mut files: BTreeMap<Arc<str>, Vec<Edit>> = BTreeMap::new();
    for named in diagnosis.causes.iter().filter(|named| named.finding.standing < crate::cause::Standing::Possible) {
        let Some(remedy) = named.finding.remedies.iter().find(|remedy| !remedy.edits.is_empty()) else { continue };
        let clash = |edit: &Edit| {
            files.get(&edit.place.path).is_some_and(|others| others.iter().any(|other| overlap(edit, other)))
        };
        // A remedy is done whole or not at all.
        if remedy.edits.iter().any(clash) {
            continue;
        }
        for edit in &remedy.edits {
            files.entry(edit.place.path.clone()).or_default().push(edit.clone());
        }
    }
    for edits in files.values_mut() {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    }
    files
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    let empty = a.span.is_empty() || b.span.is_empty();
    (a.span == b.span && !a.span.is_empty())
        || (!empty && a.span.start < b.span.end && b.span.start < a.span.end)
        || (a.span.is_empty() && b.span.is_empty() && a.span == b.span)
}

/// The bytes after the edits, which are sorted and do not overlap; `None` where a span does not lie in them.
pub fn apply(bytes: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(bytes.get(at..edit.span.start)?);
        out.extend_from_slice(edit.replacement.as_bytes());
        at = edit.span.end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Place;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        let place = Place { path: "x".into(), line: 1, column: 1, width: 0 };
        Edit { place, span: start..end, replacement: replacement.to_owned() }
    }

    #[test]
    fn bytes_outside_the_edits_stay() {
        let edits = [edit(2, 3, ""), edit(6, 6, "'"), edit(8, 9, "=")];
        assert_eq!(apply(b"A= abc\r :d\xff", &edits).as_deref(), Some(&b"A=abc'\r =d\xff"[..]));
        assert_eq!(apply(b"A= b", &[edit(2, 3, "")]).as_deref(), Some(&b"A=b"[..]));
        assert_eq!(apply(b"A=b", &[edit(2, 9, "")]), None);
    }

    #[test]
    fn overlapping_edits_are_seen() {
        assert!(overlap(&edit(1, 3, ""), &edit(2, 4, "")));
        assert!(!overlap(&edit(1, 2, ""), &edit(2, 4, "")));
        assert!(!overlap(&edit(2, 2, "'"), &edit(2, 4, "")));
    }
}
