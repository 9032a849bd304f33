//! Fix: the edits of a diagnosis written into the project's files.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use why401_core::cause::Edit;
use why401_core::excerpt::Redactor;
use why401_core::mend;

use crate::collect::READ_LIMIT;
use crate::investigate::Investigation;
use crate::world::{self, Error};

/// What was done with one file.
pub struct Outcome {
    /// The file, relative to the project.
    pub path: Arc<str>,
    /// How many edits were made, or why none was.
    pub result: Result<usize, String>,
}

/// Makes the edits. A file that changed since it was read is left alone.
pub fn fix(root: &Path, found: &Investigation) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (path, edits) in mend::edits(&found.diagnosis) {
        let result = edited(root, found, &path, &edits)
            .and_then(|(_, after)| world::replace(&root.join(&*path), &after).map_err(|error| error.message))
            .map(|()| edits.len());
        outcomes.push(Outcome { path, result });
    }
    outcomes
}

/// What `fix` would do, as a unified diff in which every credential is hidden.
pub fn diff(root: &Path, found: &Investigation) -> Result<String, Error> {
    let mut out = String::new();
    for (path, edits) in mend::edits(&found.diagnosis) {
        let (before, after) = edited(root, found, &path, &edits).map_err(|why| Error::new(format!("{path}: {why}")))?;
        let is_env_file = found.is_env_file(&path);
        let _ = writeln!(out, "--- {path}\n+++ {path}");
        for hunk in hunks(&before, &after, &edits) {
            let _ = writeln!(out, "@@ line {} @@", hunk.line);
            for (sign, lines) in [('-', hunk.before), ('+', hunk.after)] {
                for line in lines {
                    let _ = writeln!(out, "{sign}{}", shown(&found.redactor, &line, is_env_file));
                }
            }
        }
    }
    Ok(out)
}

fn shown(redactor: &Redactor, line: &str, is_env_file: bool) -> String {
    let place = why401_core::fact::Place { path: "".into(), line: 1, column: 1, width: 0 };
    redactor.excerpt(line, &place, is_env_file).text
}

/// The bytes of the file before and after its edits.
fn edited(root: &Path, found: &Investigation, path: &Arc<str>, edits: &[Edit]) -> Result<(Vec<u8>, Vec<u8>), String> {
    let before = world::read(&root.join(&**path), READ_LIMIT).map_err(|why| format!("not changed: {why}"))?;
    if found.digests.get(path) != Some(&world::digest(&before)) {
        return Err("not changed: the file changed while it was looked at; run the command again".to_owned());
    }
    let after = mend::apply(&before, edits).ok_or("not changed: an edit does not fit the file")?;
    Ok((before, after))
}

/// Lines that differ.
struct Hunk {
    line: usize,
    before: Vec<String>,
    after: Vec<String>,
}

/// One hunk for each run of lines that edits touch. Edits are few and local, so no general diff is needed.
fn hunks(before: &[u8], after: &[u8], edits: &[Edit]) -> Vec<Hunk> {
    let line_of = |bytes: &[u8], at: usize| memchr_count(&bytes[..at.min(bytes.len())]);
    let mut shift = 0isize;
    let mut hunks: Vec<(usize, usize, usize, usize)> = Vec::new();
    for edit in edits {
        let start = edit.span.start.saturating_add_signed(shift);
        let end = start + edit.replacement.len();
        let old = (line_of(before, edit.span.start), line_of(before, edit.span.end));
        let new = (line_of(after, start), line_of(after, end));
        shift += edit.replacement.len().cast_signed() - edit.span.len().cast_signed();
        match hunks.last_mut() {
            Some(last) if last.1 >= old.0 => {
                last.1 = last.1.max(old.1);
                last.3 = last.3.max(new.1);
            }
            _ => hunks.push((old.0, old.1, new.0, new.1)),
        }
    }
    let take = |bytes: &[u8], from: usize, to: usize| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().skip(from).take(to + 1 - from).map(str::to_owned).collect()
    };
    let hunk = |(a, b, c, d)| Hunk { line: a + 1, before: take(before, a, b), after: take(after, c, d) };
    hunks.into_iter().map(hunk).collect()
}

fn memchr_count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}
