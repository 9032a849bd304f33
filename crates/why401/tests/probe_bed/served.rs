//! A start script of the bed while it runs: what it told, and its end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::repository;

/// The folder in which `tests/bed/install` keeps what it installs; None where it did not.
pub fn bed() -> Option<PathBuf> {
    let named = std::env::var_os("WHY401_BED").map(PathBuf::from);
    let cache = || {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Some(set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?.join("why401/bed"))
    };
    named.or_else(cache).filter(|bed| bed.join("python/installed").exists() && bed.join("npm/installed").exists())
}

/// A running start script.
pub struct Served {
    child: Child,
    told: BTreeMap<String, String>,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Starts `FILE ARGUMENTS` of `tests/bed/servers` and waits until it is ready; what it complained of where it never is. It
    /// runs in an empty folder, with nothing of this process's environment but the search path.
    pub fn start(bed: &Path, line: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let mut words = line.split(' ');
        let script = repository().join("tests/bed/servers").join(words.next().unwrap()).canonicalize().unwrap();
        let mut command = if script.extension().is_some_and(|ending| ending == "mjs") {
            Command::new(bed.join("bin/node"))
        } else {
            let mut python = Command::new(bed.join("python/bin/python"));
            python.arg("-B");
            python
        };
        command.arg(script).args(words).current_dir(folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", folder.path()).env("WHY401_BED", bed).env("LANG", "C.UTF-8");
        let complaints = tempfile::NamedTempFile::new().unwrap();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(complaints.reopen().unwrap());
        let mut child = command.spawn().unwrap();
        let mut told = BTreeMap::new();
        for text in BufReader::new(child.stdout.take().unwrap()).lines() {
            let text = text.unwrap();
            if text == "ready" {
                return Ok(Self { child, told, _folder: folder });
            }
            if let Some((name, value)) = text.split_once('=') {
                told.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = child.wait().unwrap();
        let complaints = std::fs::read_to_string(complaints.path()).unwrap_or_default();
        Err(format!("{line} did not become ready: {status}\n{complaints}"))
    }

    /// What it told.
    pub fn told(&self) -> &BTreeMap<String, String> {
        &self.told
    }
}

impl Drop for Served {
    /// The end of its input tells it to stop what it started and itself.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let start = Instant::now();
        while self.child.try_wait().is_ok_and(|status| status.is_none()) {
            if start.elapsed() > Duration::from_secs(15) {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
