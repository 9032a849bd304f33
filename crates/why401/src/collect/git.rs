//! Git: which env files a repository tracks and which it ignores.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use why401_core::project::EnvFile;

use super::{git_index, relative};
use crate::world;

/// Larger indexes are left to git.
const LIMIT: u64 = 64 << 20;

/// Writes into each of `files` whether git tracks and ignores it. `visible` are the paths that the walk, which obeys
/// .gitignore, came by. Outside a repository nothing is written.
pub(super) fn mark(root: &Path, files: &mut [EnvFile], visible: &[Arc<str>]) {
    if files.is_empty() {
        return;
    }
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return };
    let wanted: HashSet<&str> = files.iter().map(|file| &*file.path).collect();
    let Some(tracked) = tracked(root, top, &wanted) else { return };
    let visible: HashSet<&str> = visible.iter().map(|path| &**path).filter(|path| wanted.contains(path)).collect();
    let marks: Vec<_> =
        files.iter().map(|file| (tracked.contains(&*file.path), visible.contains(&*file.path))).collect();
    for (file, (tracked, visible)) in files.iter_mut().zip(marks) {
        file.tracked = Some(tracked);
        file.ignored = Some(!visible);
    }
}

/// Those of `paths`, relative to `root`, that git tracks; none outside a repository.
pub(super) fn tracked_of(root: &Path, paths: &HashSet<&str>) -> HashSet<String> {
    let top = root.ancestors().find(|folder| !paths.is_empty() && folder.join(".git").exists());
    top.and_then(|top| tracked(root, top, paths)).unwrap_or_default()
}

/// Those of `wanted`, paths relative to `root`, that the repository in `top` tracks; `None` where that cannot be told.
fn tracked(root: &Path, top: &Path, wanted: &HashSet<&str>) -> Option<HashSet<String>> {
    let below = match &*relative(top, root) {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let fits = |name: &[u8]| {
        let path = std::str::from_utf8(name).ok()?.strip_prefix(&below)?;
        wanted.contains(path).then(|| path.to_owned())
    };
    // To start git takes longer than to look at a small project, so its index is read where it is of the usual kind.
    if let Some(git) = usual_repository(top) {
        return match world::read(&git.join("index"), LIMIT) {
            // Nothing was ever added.
            Err(world::Unread::Missing) => Some(HashSet::new()),
            Err(_) => ask(root, wanted),
            Ok(bytes) => {
                let mut found = HashSet::new();
                match git_index::names(&bytes, |name| found.extend(fits(name))) {
                    Some(()) => Some(found),
                    None => ask(root, wanted),
                }
            }
        };
    }
    ask(root, wanted)
}

/// The `.git` folder, where it is no worktree or submodule and names objects by SHA-1.
fn usual_repository(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    let config = world::read(&git.join("config"), 1 << 20).ok()?.to_ascii_lowercase();
    let unusual = |word: &[u8]| memchr::memmem::find(&config, word).is_some();
    (git.join("HEAD").exists() && !unusual(b"objectformat") && !unusual(b"worktree")).then_some(git)
}

/// Asks git itself.
fn ask(root: &Path, wanted: &HashSet<&str>) -> Option<HashSet<String>> {
    let arguments =
        ["--literal-pathspecs", "ls-files", "-z", "--"].into_iter().chain(wanted.iter().copied()).collect::<Vec<_>>();
    let listed = world::git(root, &arguments)?;
    let names = listed.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Some(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}
