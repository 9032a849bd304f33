//! Expo's `@expo/env`: the parser of the Node that runs it, here 20, with an expansion and a list of refused names of its
//! own.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::{Content, Environment, Failure, File, Loaded};
use super::Dialect;
use super::dotenv_expand::{Entry, Steps, show_expanded};
use super::growth::Growth;
use super::inherited::{Stuck, as_text, is_inherited};
use super::javascript::{Object, ProcessEnv, trim, unescape_dollars};
use super::node::NODE_20;
use super::vite::parse_env;

/// `loadProjectEnv`.
pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "expo", load: |_, files, before| load(files, before) }];

fn load(files: &[File<'_>], before: &Environment) -> Loaded {
    let mut loaded = Loaded::default();
    let mut process = ProcessEnv::new(before);
    if !matches!(process.get("EXPO_NO_DOTENV"), Some("1" | "true")) {
        let mut all: Object<Entry> = Object::default();
        for (index, file) in files.iter().enumerate().rev() {
            if let Content::Bytes(bytes) = file.content {
                read(index, file.path, bytes, &process, &mut all, &mut loaded);
            }
        }
        if loaded.failure.is_none() {
            match expand(&mut all, &process) {
                Ok(()) => populate(&all, &mut process),
                Err(stuck) => loaded.failure = Some(stuck.failure(0)),
            }
        }
    }
    show_expanded(&mut loaded.assignments, &process);
    loaded.values = process.into_values();
    loaded
}

/// Adds one file to what the files before it set, which it overrules. Names are trimmed, of U+FEFF too.
fn read(
    index: usize,
    path: &str,
    bytes: &[u8],
    process: &ProcessEnv<'_>,
    all: &mut Object<Entry>,
    loaded: &mut Loaded,
) {
    let parsed = parse_env(index, bytes, &NODE_20, loaded);
    let mut object: Object<Entry> = Object::default();
    for name in parsed.keys() {
        if let Some(entry) = parsed.get(&name) {
            object.set(trim(&name), entry.clone());
        }
    }
    for name in object.keys() {
        let Some((value, number)) = object.get(&name) else { continue };
        if let Some(assignment) = loaded.assignments.get_mut(*number) {
            assignment.name.clone_from(&name);
        }
        if let Some(message) = refusal(&name, path.ends_with(".local"), process) {
            let line = loaded.assignments.get(*number).map(|assignment| assignment.line);
            let failure = Failure { file: index, line, message: message.into() };
            loaded.failure.get_or_insert(failure);
        } else {
            all.set(&name, (value.clone(), *number));
        }
    }
}

/// Why Expo ends with an error at this name, if it does.
fn refusal(name: &str, is_local: bool, process: &ProcessEnv<'_>) -> Option<&'static str> {
    let allowed = process.get("EXPO_UNSAFE_DOTENV_KEYS").unwrap_or_default().split(',').any(|key| key == name);
    if name.starts_with("LD_") || (REFUSED.contains(&name) && (!allowed || name == "__EXPO_CONFIG_MODE")) {
        return Some("Expo takes this name from no env file, and loads none of them");
    }
    (!is_local && !allowed && LOCAL_ONLY.contains(&name))
        .then_some("Expo takes this name from `.local` files only, and loads none of the files")
}

/// A reference: `$NAME`, `${NAME}`, `${NAME-default}` or `${NAME:-default}`, the braces taken one by one, and in a default
/// three levels of braces. A backslash before it protects it.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let within = |inner: &str| format!(r"(?:\$\{{{inner}\}}|[^}}])");
    let default = within(&format!("{}*", within(&format!("{}*", within("[^}]*")))));
    Regex::new(&format!(r"(\\)?\$\{{?([0-9A-Za-z_.]+)(?::?-({default}+))?\}}?")).ok()
});

/// References within references after which they are taken to lead in a circle.
const DEEPEST: usize = 200;

/// Name after name, in place, so that a reference sees the expanded value of a name that comes before.
fn expand(all: &mut Object<Entry>, process: &ProcessEnv<'_>) -> Result<(), Stuck> {
    let growth = Growth::default();
    for name in all.keys() {
        let Some((written, number)) = all.get(&name).cloned() else { continue };
        let expanded = match process.get(&name) {
            Some(own) if own != written => written,
            _ => {
                let mut expansion = Expansion { all, process, growth: &growth, steps: Steps::default() };
                expansion.interpolate(&written, &name, 0)?
            }
        };
        all.set(&name, (unescape_dollars(&expanded).into_owned(), number));
    }
    Ok(())
}

/// The expansion of one value.
struct Expansion<'a> {
    all: &'a Object<Entry>,
    process: &'a ProcessEnv<'a>,
    growth: &'a Growth,
    steps: Steps,
}

impl Expansion<'_> {
    fn interpolate(&mut self, value: &str, of: &str, depth: usize) -> Result<String, Stuck> {
        let Some(pattern) = REFERENCE.as_ref().filter(|_| value.contains('$')) else { return Ok(value.to_owned()) };
        if depth > DEEPEST {
            return Err(Stuck::Endless);
        }
        // The expression looks at each character several times.
        self.steps.next(value.len().saturating_mul(16))?;
        let mut out = String::with_capacity(value.len());
        let mut from = 0;
        for found in pattern.captures_iter(value) {
            let Some(whole) = found.get(0) else { continue };
            self.steps.next(out.len())?;
            out.push_str(&value[from..whole.start()]);
            from = whole.end();
            let by = self.replacement(&found, whole.as_str(), of, depth + 1)?;
            if !self.growth.allows(by.len()) {
                return Err(Stuck::Endless);
            }
            out.push_str(&by);
        }
        out.push_str(&value[from..]);
        Ok(out)
    }

    fn replacement(&mut self, found: &Captures<'_>, whole: &str, of: &str, depth: usize) -> Result<String, Stuck> {
        if found.get(1).is_some() {
            return Ok(whole[1..].to_owned());
        }
        let name = found.get(2).map_or("", |name| name.as_str());
        let filled = |value: &&str| !value.is_empty();
        let own = self.process.get(name).filter(filled);
        let written = self.all.get(name).map(|(value, _)| value.as_str());
        if self.process.get(name).is_none() && is_inherited(name) {
            // Only functions that both objects have from the same place are taken as they are.
            let same = written.is_none() && !matches!(name, "constructor" | "__proto__");
            return if same { Ok(as_text(name)) } else { Err(Stuck::Inherited) };
        }
        match (own, written.filter(filled).filter(|_| name != of), found.get(3).map(|default| default.as_str())) {
            (Some(own), ..) if Some(own) == written => Ok(own.to_owned()),
            (Some(value), ..) | (None, Some(value), _) => self.interpolate(value, name, depth),
            (None, None, Some(default)) if default.starts_with('$') => self.interpolate(default, name, depth),
            (None, None, default) => Ok(default.unwrap_or_default().to_owned()),
        }
    }
}

/// Sets what the process does not have; names end at a NUL.
fn populate(all: &Object<Entry>, process: &mut ProcessEnv<'_>) {
    for name in all.keys() {
        let kept = name.split('\0').next().unwrap_or_default();
        let free = !kept.is_empty() && process.get(kept).is_none() && !is_inherited(kept);
        if let Some((value, number)) = all.get(&name).filter(|_| free) {
            process.set(kept, value, Some(*number));
        }
    }
}

/// Names that no env file may set, beside all that begin with `LD_`.
const REFUSED: &[&str] = &[
    "BASHOPTS",
    "BASH_ENV",
    "BUNDLE_GEMFILE",
    "BUNDLE_PATH",
    "BUN_INSTALL",
    "BUN_INSTALL_BIN",
    "BUN_RUNTIME_TRANSPILER_CACHE_PATH",
    "CDPATH",
    "CLASSPATH",
    "CMAKE_HOME",
    "COCOAPODS_HOME",
    "DIRENV_DIFF",
    "DIRENV_DIR",
    "DIRENV_FILE",
    "DIRENV_WATCHES",
    "EDITOR",
    "ENV",
    "EXPO_NO_DOTENV",
    "EXPO_UNSAFE_DOTENV_KEYS",
    "GEM_HOME",
    "GEM_PATH",
    "GIT_ASKPASS",
    "GIT_EXEC_PATH",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GPG_TTY",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "IFS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LANG",
    "MANPAGER",
    "NODE_COMPILE_CACHE",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NPM_CONFIG_CACHE",
    "NPM_CONFIG_GLOBALCONFIG",
    "NPM_CONFIG_NODE_OPTIONS",
    "NPM_CONFIG_PREFIX",
    "NPM_CONFIG_REGISTRY",
    "NPM_CONFIG_USERCONFIG",
    "OLDPWD",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PERL5LIB",
    "PERL5OPT",
    "PERLLIB",
    "PNPM_HOME",
    "PROMPT_COMMAND",
    "PWD",
    "PYTHONEXECUTABLE",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "PYTHONSTARTUP",
    "PYTHONUSERBASE",
    "PYTJONNOUSERSITE",
    "RUBYLIB",
    "RUBYOPT",
    "RUBYPATH",
    "RUBYSHELL",
    "SHELL",
    "SHELLOPTS",
    "SSH_ASKPASS",
    "SSLKEYLOGFILE",
    "SYSTEMROOT",
    "SystemRoot",
    "TEMP",
    "TERMINFO",
    "TMP",
    "TMPDIR",
    "USER",
    "USERPROFILE",
    "VISUAL",
    "XDG_BIN_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "YARN_CACHE_FOLDER",
    "YARN_GLOBAL_FOLDER",
    "YARN_REGISTRY",
    "ZDOTDIR",
    "_JAVA_OPTIONS",
    "__EXPO_CONFIG_MODE",
    "__EXPO_ENV_LOADED",
];

/// Names that only a `.local` file may set.
const LOCAL_ONLY: &[&str] = &[
    "ALL_PROXY",
    "ANDROID_AVD_HOME",
    "ANDROID_EMULATOR_HOME",
    "ANDROID_HOME",
    "ANDROID_NDK_HOME",
    "ANDROID_NDK_ROOT",
    "ANDROID_SDK_ROOT",
    "BROWSER",
    "BROWSER_ARGS",
    "COCOAPODS_DISABLE_STATS",
    "DEVELOPER_DIR",
    "FASTLANE_APPLE_APPLICATION_SPECIFIC_PASSWORD",
    "FASTLANE_PASSWORD",
    "FASTLANE_SESSION",
    "FASTLANE_USER",
    "FTP_PROXY",
    "GRADLE_HOME",
    "GRADLE_USER_HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "JAVA_HOME",
    "JDK_HOME",
    "JRE_HOME",
    "KOTLIN_HOME",
    "NDK_HOME",
    "NDK_ROOT",
    "NO_PROXY",
    "REACT_NATIVE_OVERRIDE_HERMES_DIR",
    "REACT_NATIVE_PACKAGER_HOSTNAME",
    "SSL_CRT_FILE",
    "SSL_KEY_FILE",
    "XCODE_DEVELOPER_DIR_PATH",
    "all_proxy",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(value: &str) -> Option<String> {
        let before = Environment::new();
        let mut all = Object::default();
        for (name, value) in [("A", "1"), ("E", ""), ("L", "$M"), ("M", "$L"), ("N", "x${A}")] {
            all.set(name, (value.to_owned(), 0));
        }
        let (process, growth) = (ProcessEnv::new(&before), Growth::default());
        Expansion { all: &all, process: &process, growth: &growth, steps: Steps::default() }
            .interpolate(value, "X", 0)
            .ok()
    }

    #[test]
    fn references() {
        for (value, expected) in [
            ("$A/${A}/$N", Some("1/1/x1")),
            ("$A-x/y", Some("1")),
            ("$B|${B}|$E", Some("||")),
            ("${B:-x}${B-y}${E:-z}", Some("xyz")),
            ("${B:-${C:-${D:-e}}}", Some("e")),
            ("$B:-x y", Some("x y")),
            ("${A.b}$(A)$", Some("$(A)$")),
            (r"\$A\${A}", Some("$A${A}")),
            ("${A}}", Some("1}")),
            ("$L", None),
        ] {
            assert_eq!(expanded(value).as_deref(), expected, "{value}");
        }
    }
}
