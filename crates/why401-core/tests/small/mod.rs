//! A small project of a few files, and what is said of it.

use std::sync::Arc;

use why401_core::case::Case;
use why401_core::diagnosis::diagnose;
use why401_core::project::{EnvFile, Project, Unit};
use why401_core::provider::Registry;
use why401_core::read;
use why401_core::secret::Secret;

/// `standing slug credential path:line`, best first.
pub fn said(files: &[(&str, &str)]) -> Vec<String> {
    let mut project = Project::default();
    for (path, text) in files {
        let path: Arc<str> = (*path).into();
        if path.contains(".env") {
            project.env_files.push(EnvFile::new(path, Secret::from(*text)));
        } else {
            project.facts.extend(read::facts(&path, text));
        }
    }
    project.facts.sort_by(|a, b| a.origin.cmp(&b.origin));
    project.units.push(Unit { folder: "".into(), loads: Vec::new() });
    let registry = Registry::new(Vec::new());
    let diagnosis = diagnose("check", &Case::all(&project, &registry));
    let shown = diagnosis.causes.iter().map(|named| {
        let place = named.finding.place().map(|place| format!(" {}:{}", place.path, place.line)).unwrap_or_default();
        format!("{} {} {}{place}", named.finding.standing.word(), named.cause.slug, named.credential)
    });
    shown.collect()
}
