//! The one loop: collect, judge, experiment, diagnose.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use why401_core::case::{Case, Stop};
use why401_core::diagnosis::{self, Diagnosis};
use why401_core::excerpt::{Excerpts, Redactor};
use why401_core::project::Project;
use why401_core::provider::Registry;

use crate::{collect, world};

/// Looks at a project offline.
pub fn check(root: &Path, registry: &Registry) -> Diagnosis {
    let project = collect::project(root);
    let cases = Case::all(&project, registry);
    let mut diagnosis = diagnosis::diagnose("check", &cases);
    diagnosis.not_tried.extend(project.skipped.iter().cloned());
    diagnosis.unseen = vec![Stop::Carried, Stop::Judged];
    diagnosis.excerpts = excerpts(root, &diagnosis, &project, &cases);
    diagnosis
}

/// The lines that the evidence points at, read again and with every credential hidden.
fn excerpts(root: &Path, diagnosis: &Diagnosis, project: &Project, cases: &[Case<'_>]) -> Excerpts {
    let redactor = Redactor::new(cases.iter().flat_map(|case| &case.values).map(|held| held.value));
    let mut files: BTreeMap<Arc<str>, String> = BTreeMap::new();
    let mut excerpts = Excerpts::new();
    for place in diagnosis.places() {
        let text = files.entry(place.path.clone()).or_insert_with(|| {
            let bytes = world::read(&root.join(&*place.path), collect::READ_LIMIT).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let line = usize::try_from(place.line).ok().and_then(|line| text.lines().nth(line.saturating_sub(1)));
        let is_env_file = project.env_files.iter().any(|file| file.path == place.path);
        if let Some(line) = line {
            let excerpt = redactor.excerpt(line, place, is_env_file);
            excerpts.insert((place.path.clone(), place.line, place.column), excerpt);
        }
    }
    excerpts
}
