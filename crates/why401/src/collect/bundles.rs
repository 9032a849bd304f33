//! Bundles: what a build writes for browsers. Git is told to ignore most of it, and strangers read all of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use why401_core::fact::Reach;

/// Folders that builds write into, or that a web server hands out as they are.
const FOLDERS: [&str; 6] = ["dist", "build", "out", "public", ".next", ".output"];
/// A build of more files than these is looked at in part.
const MOST: usize = 20_000;

/// Whether an entry of this name, which git may be told to ignore, is a bundle or may hold some.
pub(super) fn is_bundle(name: &str) -> bool {
    FOLDERS.contains(&name) || name.ends_with(".min.js")
}

/// The bundles among `listed`, paths that the walk met in the listings of folders, that it did not go into.
pub(super) fn unvisited(listed: Vec<PathBuf>, visited: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in listed.into_iter().filter(|path| !visited.contains(path)) {
        let walk = WalkBuilder::new(&path)
            .standard_filters(false)
            .filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != "cache")
            .build();
        let inside = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let inside = inside.map(ignore::DirEntry::into_path).filter(|file| is_for_browsers(&file.to_string_lossy()));
        files.extend(inside.take(MOST - files.len().min(MOST)));
    }
    files
}

/// Whether browsers load files of this name.
fn is_for_browsers(path: &str) -> bool {
    [".js", ".mjs", ".css", ".html", ".htm", ".map", ".json", ".txt"].iter().any(|ending| path.ends_with(ending))
}

/// Who gets to see the file at `path` (relative), if it is built or served; `pages` are folders that hold a page.
pub(super) fn reach(path: &str, pages: &BTreeSet<String>) -> Option<Reach> {
    if path.ends_with(".min.js") || path.contains(".next/static/") {
        return Some(Reach::Browser);
    }
    let mut folder = String::new();
    let mut built = None;
    for part in path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/') {
        folder = if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
        if !FOLDERS.contains(&part) {
            continue;
        }
        // What holds a page is a site; a server's own build lies in a folder of the same name.
        let site = part == "public" || pages.contains(&folder);
        if is_for_browsers(path) && site {
            return Some(Reach::Browser);
        }
        built = Some(Reach::Build);
    }
    built
}

/// The folders that hold a page: a file `….html` of the project.
pub(super) fn pages<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let html = paths.filter(|path| path.ends_with(".html"));
    html.filter_map(|path| Some(path.rsplit_once('/')?.0.to_owned())).collect()
}

/// The absolute folder or file of each bundle in a listing of `folder`.
pub(super) fn in_listing<'a>(folder: &'a Path, names: &'a [String]) -> impl Iterator<Item = PathBuf> + 'a {
    names.iter().filter(|name| is_bundle(name)).map(|name| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gets_to_see_a_file() {
        let pages = pages(["dist/index.html", "web/build/index.html", "docs/a.html"].into_iter());
        for (path, seen) in [
            ("dist/assets/index-4f.js", Some(Reach::Browser)),
            ("web/build/static/js/main.js.map", Some(Reach::Browser)),
            ("server/dist/main.js", Some(Reach::Build)),
            (".next/static/chunks/a.js", Some(Reach::Browser)),
            (".next/server/app.js", Some(Reach::Build)),
            ("public/config.js", Some(Reach::Browser)),
            ("public/index.php", Some(Reach::Build)),
            ("lib/jquery.min.js", Some(Reach::Browser)),
            ("src/api.js", None),
            ("docs/a.js", None),
        ] {
            assert_eq!(reach(path, &pages), seen, "{path}");
        }
    }
}
