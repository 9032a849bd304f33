//! Git: which env files a repository tracks and which it ignores.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use why401_core::project::EnvFile;

use crate::world;

/// The question to git, asked while the walk goes on.
pub(super) struct Question(Option<std::thread::JoinHandle<Option<HashSet<String>>>>);

/// Asks which files that may be env files are tracked below `root`. Outside a repository nothing is asked.
pub(super) fn ask(root: &Path) -> Question {
    let inside = root.ancestors().any(|folder| folder.join(".git").exists());
    let root = root.to_owned();
    Question(inside.then(|| std::thread::spawn(move || tracked(&root))))
}

fn tracked(root: &Path) -> Option<HashSet<String>> {
    let listed =
        world::git(root, &["ls-files", "-z", "--", "*.env", "*.env.*", ".env*", "*.vars*", "*env.list", ".flaskenv"])?;
    let names = listed.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Some(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

impl Question {
    /// Writes the answer to `files`. `visible` are the paths that the walk, which obeys .gitignore, came by.
    pub(super) fn answer(self, files: &mut [EnvFile], visible: &[Arc<str>]) {
        let Some(tracked) = self.0.and_then(|thread| thread.join().ok().flatten()) else { return };
        let visible: HashSet<&str> = visible.iter().map(|path| &**path).collect();
        for file in files {
            file.tracked = Some(tracked.contains(&*file.path));
            file.ignored = Some(!visible.contains(&*file.path));
        }
    }
}
