//! Collect: the facts of a project, gathered from its folder.

mod bundles;
pub mod credential;
mod git;
mod git_index;
mod loose;
pub mod netrc;
pub mod record;
pub mod sift;
mod walk;

use std::path::Path;
use std::sync::Arc;

use why401_core::fact::{Fact, Seen};
use why401_core::loader::Environment;
use why401_core::project::{Project, Skipped};
use why401_core::provider::Registry;
use why401_core::unit;

use crate::world;

/// Code and configuration above this size is data or a bundle.
pub const READ_LIMIT: u64 = 4 << 20;
/// Bundles and their source maps are larger; above this nobody would load them.
pub const BUNDLE_LIMIT: u64 = 32 << 20;

/// A project of which nothing was read but this process's environment.
pub fn environment_alone(process: Environment) -> Project {
    Project { process, is_excerpt: true, units: unit::units(&[], &[], &[], &[]), ..Project::default() }
}

/// Looks at the project in `root` (absolute) and brings together what can be judged.
pub fn project(root: &Path, registry: &Registry) -> Project {
    let mut found = walk::walk(root, registry);
    loose::in_bundles(root, registry, &mut found);
    loose::place(root, &mut found);
    let mut project =
        Project { env_files: found.env_files, facts: found.facts, process: world::environment(), ..Project::default() };
    project.env_files.sort_by(|a, b| a.path.cmp(&b.path));
    git::mark(root, &mut project.env_files, &found.paths);
    project.facts.sort_by(|a, b| a.origin.cmp(&b.origin));
    project.digests = found.digests;
    project.skipped = found.skipped;
    project.skipped.extend(project.facts.iter().filter_map(unread));
    project.skipped.sort_by(|a, b| a.what.cmp(&b.what));
    project.units = unit::units(&project.env_files, &project.facts, &found.signs, &found.paths);
    project
}

/// A file that a reader gave up on.
fn unread(fact: &Fact) -> Option<Skipped> {
    let (Seen::Unread(why), Some(place)) = (&fact.seen, fact.origin.place()) else { return None };
    Some(Skipped { what: format!("{}, from line {}", place.path, place.line), why: (*why).to_owned() })
}

/// The name by which a report speaks of a file.
pub fn text_name(path: &Path) -> Arc<str> {
    path.to_string_lossy().replace('\\', "/").into()
}

/// `path` relative to `root`, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> Arc<str> {
    if let (Some(root), Some(path)) = (root.to_str(), path.to_str())
        && let Some(rest) = path.strip_prefix(root).and_then(|rest| rest.strip_prefix(std::path::MAIN_SEPARATOR))
        && std::path::MAIN_SEPARATOR == '/'
    {
        return rest.into();
    }
    let rest = path.strip_prefix(root).unwrap_or(path);
    if let Some(text) = rest.to_str().filter(|_| std::path::MAIN_SEPARATOR == '/') {
        return text.into();
    }
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").into()
}
