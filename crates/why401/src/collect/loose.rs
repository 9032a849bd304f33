//! Loose keys: those that stand in any text of the project or in what was built of it, and who gets to see them.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use why401_core::fact::{Fact, Origin, Place, Reach, Seen, Stands};
use why401_core::provider::Registry;
use why401_core::read::name_of;
use why401_core::secret::Secret;

use super::walk::Found;
use super::{BUNDLE_LIMIT, bundles, git, relative};
use crate::world;

/// What stands more often in one file is a list of samples or of findings; these few say it all.
const MOST: usize = 10;

/// The keys in the file at `path`. Who gets to see them is told later, for all files at once.
pub(super) fn keys(path: &Arc<str>, bytes: &[u8], registry: &Registry) -> Vec<Fact> {
    // Digests and addresses of packages, in forms that look like anything.
    if is_lock_file(path) || is_binary(bytes) {
        return Vec::new();
    }
    let found = registry.keys_in(bytes);
    let facts = found.into_iter().map(|(span, _)| Fact {
        origin: Origin::File(Place::of(path, bytes, &span)),
        seen: Seen::Stands(Stands { value: Secret::new(&bytes[span.clone()]), reach: Reach::Next }),
        span,
    });
    facts.take(MOST).collect()
}

/// Adds the keys in bundles that git is told to ignore, or that are too large for code.
pub(super) fn in_bundles(root: &Path, registry: &Registry, found: &mut Found) {
    let files = bundles::unvisited(std::mem::take(&mut found.bundles), &found.visited);
    let mut buffer = Vec::new();
    for full in files {
        let path = relative(root, &full);
        match world::read_into(&mut buffer, &full, BUNDLE_LIMIT) {
            Ok(bytes) => {
                let keys = keys(&path, bytes, registry);
                if !keys.is_empty() {
                    found.digests.insert(path.clone(), world::digest(bytes));
                }
                found.facts.extend(keys);
            }
            Err(why) => found.skip(path.to_string(), &why.to_string()),
        }
        found.built.push(path);
    }
}

/// Says of each key who gets to see it.
pub(super) fn place(root: &Path, found: &mut Found) {
    let is_key = |fact: &&Fact| matches!(fact.seen, Seen::Stands(_));
    let path_of = |fact: &Fact| fact.origin.place().map(|place| place.path.clone());
    let paths: HashSet<Arc<str>> = found.facts.iter().filter(is_key).filter_map(path_of).collect();
    if paths.is_empty() {
        return;
    }
    let pages = bundles::pages(found.paths.iter().chain(&found.built).map(|path| &**path));
    let tracked = git::tracked_of(root, &paths.iter().map(|path| &**path).collect());
    for fact in &mut found.facts {
        let (Some(path), Seen::Stands(stands)) = (path_of(fact), &mut fact.seen) else { continue };
        stands.reach = match (bundles::reach(&path, &pages), tracked.contains(&*path)) {
            (Some(Reach::Browser), _) => Reach::Browser,
            (_, true) => Reach::Repository,
            (built, false) => built.unwrap_or(Reach::Next),
        };
    }
}

/// Whether a file of this name is larger than code and yet worth a look: a bundle or its source map.
pub(super) fn may_be_large(path: &str) -> bool {
    [".js", ".mjs", ".map"].iter().any(|ending| path.ends_with(ending))
}

/// Whether the name says that the file holds no text that anybody wrote.
pub(super) fn is_no_text(path: &str) -> bool {
    const ENDINGS: [&str; 52] = [
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "icns", "bmp", "tiff", "psd", "svg", "woff", "woff2",
        "ttf", "otf", "eot", "mp3", "mp4", "webm", "mov", "wav", "ogg", "flac", "avi", "zip", "gz", "tgz", "bz2", "xz",
        "zst", "7z", "rar", "jar", "war", "class", "so", "dylib", "dll", "exe", "o", "a", "wasm", "pyc", "pdf",
        "sqlite", "db", "bin", "dat", "parquet", "pack", "lock",
    ];
    let name = name_of(path);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending)) || is_lock_file(path)
}

fn is_lock_file(path: &str) -> bool {
    let name = name_of(path);
    name.ends_with(".lock")
        || ["package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json", "go.sum", "packages.lock.json"]
            .contains(&name)
}

/// Whether the first bytes say that it is no text.
fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(1024)]).is_some()
}
