//! The one loop: collect, judge, experiment, diagnose.

use std::path::Path;

use why401_core::case::Case;
use why401_core::diagnosis::{self, Diagnosis};
use why401_core::provider::Registry;

use crate::collect;

/// Looks at a project offline.
pub fn check(root: &Path, registry: &Registry) -> Diagnosis {
    let project = collect::project(root);
    let cases = Case::all(&project, registry);
    let mut diagnosis = diagnosis::diagnose("check", &cases);
    diagnosis.not_tried.extend(project.skipped.iter().cloned());
    diagnosis
}
