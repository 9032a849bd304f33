//! Starts: a command or a file that starts a program without the variables that are set beside it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// Where a program is started with an environment of its own, and nothing hands a variable on.
pub(super) fn bare(text: &str) -> Option<Range<usize>> {
    // Whatever loads a file by itself needs nobody to hand it over.
    static LOADS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)dotenv|environmentfile|env[_-]file|load_?env|--env\b|\benvironment:").ok());
    static SETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*(?:\$ )?(?:export )?[A-Z][A-Z0-9_]{2,60}=\S|\b(?:exported|set|defined|lies|stands|is|lives) (?:it )?(?:in|by|from) [^\n]{0,20}\.?(?:bashrc|zshrc|bash_profile|profile|zshenv|zprofile)\b").ok()
    });
    if !SETS.as_ref()?.is_match(text) || LOADS.as_ref()?.is_match(text) {
        return None;
    }
    container(text).or_else(|| scheduled(text)).or_else(|| unit(text)).or_else(|| service(text))
}

/// `docker run` without `-e` and without a folder that may hold a file.
fn container(text: &str) -> Option<Range<usize>> {
    static RUN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b(?:docker|podman|nerdctl) (?:container )?run\b(?:[^\n]*\\\r?\n)*[^\n]*").ok());
    static HANDS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r" -[a-z]*e[ =]?['\x22]?[A-Za-z_]| -v | --volume| --mount|compose").ok());
    let mut runs = RUN.as_ref()?.find_iter(text);
    let first = runs.next()?;
    // One that hands it over is the one that works.
    let hands = |command: &str| HANDS.as_ref().is_none_or(|hands| hands.is_match(command));
    (!hands(first.as_str()) && !runs.any(|run| hands(run.as_str()))).then(|| first.range())
}

/// A line of a crontab that loads nothing first.
fn scheduled(text: &str) -> Option<Range<usize>> {
    static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*(?:(?:[0-9*/,-]+[ \t]+){5}|@(?:reboot|hourly|daily|weekly)[ \t]+)[^\n]*[/\w][^\n]*$")
            .ok()
    });
    let line = LINE.as_ref()?.find(text)?;
    let loads = ["source ", " . ", "-l ", "-lc", "-ic", ".env", "env ", "profile", "bashrc"];
    (!loads.iter().any(|word| line.as_str().contains(word))).then(|| line.range())
}

/// A unit of systemd that sets nothing.
fn unit(text: &str) -> Option<Range<usize>> {
    static START: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^[ \t]*ExecStart=[^\n]*").ok());
    let start = START.as_ref()?.find(text)?;
    (!text.contains("Environment=") && !text.contains("PassEnvironment")).then(|| start.range())
}

/// A service of Compose that has an image or a build, and no variables.
fn service(text: &str) -> Option<Range<usize>> {
    static SERVICE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*services:[ \t]*\n(?:[^\n]*\n)*?[ \t]+(?:image|build):[^\n]*").ok());
    SERVICE.as_ref()?.find(text).map(|service| service.range())
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn who_starts_without() {
        for (text, found) in [
            ("$ docker run app", true),
            ("$ docker run -e A_KEY app", false),
            ("$ docker run -p 1:1 -it app", true),
            ("$ docker run -v $PWD:/app app", false),
            ("$ docker run app\n$ docker run -e A_KEY=1 app", false),
            ("docker run --env-file .env app", false),
            ("*/5 * * * * /usr/bin/python3 /opt/main.py", true),
            ("0 3 * * * . /home/me/.profile; python3 main.py", false),
            ("0 3 * * * cd /srv && source .env && node a.js", false),
            ("[Service]\nExecStart=/usr/bin/node a.js\n", true),
            ("[Service]\nEnvironment=A_KEY=1\nExecStart=/usr/bin/node a.js\n", false),
            ("services:\n  api:\n    build: .\n    ports:\n      - 1:1\n", true),
            ("services:\n  api:\n    build: .\n    env_file: .env\n", false),
            ("from dotenv import load_dotenv\n$ docker run app", false),
        ] {
            let text = format!("export A_KEY=abcd\n{text}");
            assert_eq!(bare(&text).is_some(), found, "{text}");
        }
        assert!(bare("docker run app").is_none());
        assert!(bare("# the key is exported in /root/.bashrc\n[Service]\nExecStart=/opt/a\n").is_some());
    }
}
