//! Twice: a variable that the process has by one value, and that a file of settings has by another.
//!
//! What the process has is told by a shell's profile that exports it, and by what a shell or a program prints of it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::{Match, Regex};

/// More than so many make no sense.
const MOST: usize = 64;

/// A variable with a value, and where its name stands.
struct Set<'t> {
    name: &'t str,
    value: &'t str,
    /// Whether only the beginning or the end of the value is shown.
    is_part: bool,
    span: Range<usize>,
}

impl<'t> Set<'t> {
    fn new(name: &Match<'t>, value: &Match<'t>) -> Self {
        let value = value.as_str().trim_matches(['"', '\'']);
        Self { name: name.as_str(), value, is_part: false, span: name.range() }
    }

    /// Whether the same variable has another value elsewhere; what is masked or filled in later tells nothing.
    fn differs(&self, other: &Self) -> bool {
        let open = |text: &str| text.contains(['*', '…', '<', '$', '{']) || text.contains("...");
        let (part, whole) = (self.value, other.value);
        let is_same = part == whole || self.is_part && (whole.starts_with(part) || whole.ends_with(part));
        self.name == other.name && !is_same && !open(part) && !open(whole)
    }
}

/// Where the process has what a file or a login has otherwise.
pub(super) fn held(text: &str) -> Option<Range<usize>> {
    let printed = printed(text);
    let (exported, written) = written(text);
    over_file(text, &printed, &exported, written).or_else(|| over_login(text, &printed, &exported))
}

/// A variable for a credential, where somebody has logged in with the tool or keeps its token in a file of its own.
fn over_login(text: &str, printed: &[Set<'_>], exported: &[Set<'_>]) -> Option<Range<usize>> {
    static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\blogged in\b|\bsigned in\b|/login\b|\b(?:auth|sso) login\b|\b(?:max|pro|plus|team|paid) (?:plan|subscription|account)\b|\bsubscription\b").ok()
    });
    static OWN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:[\w-]*token|api_?key|password)\s*[=:]\s*(\S{4,400})[ \t]*$").ok());
    let is_key = |set: &&Set<'_>| ["KEY", "TOKEN", "SECRET", "PASSWORD"].iter().any(|word| set.name.contains(word));
    let held = printed.iter().chain(exported).find(is_key)?;
    let other = || OWN.as_ref()?.captures_iter(text).find(|own| own[1].trim_matches(['"', '\'']) != held.value);
    (LOGIN.as_ref()?.is_match(text) || other().is_some()).then(|| held.span.clone())
}

fn over_file(text: &str, printed: &[Set<'_>], exported: &[Set<'_>], written: Vec<Set<'_>>) -> Option<Range<usize>> {
    static FILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s`'\x22/=])\.(?:env|dev\.vars|[a-z]+rc)\b").ok());
    if !FILE.as_ref()?.is_match(text) {
        return None;
    }
    // A line that `env` printed is written nowhere.
    let is_printed = |set: &Set<'_>| printed.iter().any(|other| other.span == set.span);
    let written: Vec<Set<'_>> = written.into_iter().filter(|set| !is_printed(set)).collect();
    let mut process = printed.iter().chain(exported);
    process.find(|set| written.iter().any(|own| set.differs(own))).map(|set| set.span.clone())
}

/// Assignments on lines of their own: those that a profile exports, where one is named, and all others.
fn written(text: &str) -> (Vec<Set<'_>>, Vec<Set<'_>>) {
    static PROFILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\.bashrc|\.zshrc|\.zshenv|\.zprofile|\.profile|\.bash_profile)\b").ok());
    static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*(?:\$ )?(export )?([A-Z][A-Z0-9_]{3,60})=(["']?[^\s"'$]{4,400}["']?)[ \t]*$"#).ok()
    });
    let has_profile = PROFILE.as_ref().is_some_and(|profile| profile.is_match(text));
    let (mut exported, mut written) = (Vec::new(), Vec::new());
    for found in SET.as_ref().into_iter().flat_map(|set| set.captures_iter(text)).take(MOST) {
        let (Some(name), Some(value)) = (found.get(2), found.get(3)) else { continue };
        match found.get(1) {
            // Without a profile `export` may stand in the file itself.
            Some(_) if has_profile => exported.push(Set::new(&name, &value)),
            Some(_) => {}
            None => written.push(Set::new(&name, &value)),
        }
    }
    (exported, written)
}

/// Variables that a shell or a program was told to print, with what came out.
fn printed(text: &str) -> Vec<Set<'_>> {
    const PROMPT: &str = r"^[ \t]*(?:[$#>%][ \t]*|PS[^\n>]*> ?|[A-Z]:[^\n>]*>|\S+@\S+[:~/\w]*[$#][ \t]*)";
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let list = r"(?:env|printenv|set|export -p|docker (?:compose )?exec [^\n]*\benv|dir env:|gci env:)";
        Regex::new(&format!(
            r"(?m){PROMPT}(?:sudo )?{list}[ \t]*(?:\|[^\n]*)?\n((?:[ \t]*(?:declare -x )?[A-Za-z_]\w*=[^\n]*(?:\n|$))+)"
        ))
        .ok()
    });
    static LINE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:declare -x )?([A-Z][A-Z0-9_]{3,60})=(\S{4,400})[ \t]*$").ok());
    static ONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let shell = r#"(?:echo|printenv|Write-(?:Host|Output))\s+"?(?:\$env:|\$\{?|%)?([A-Z][A-Z0-9_]{3,60})[}%]?"?([ \t]*\|[ \t]*(?:cut|head|tail)\b[^\n]*)?"#;
        let code = r#"(?:print|console\.log|puts|p)\W*[\w.]*(?:environ\W+(?:get\W+)?|getenv\W+|process\.env\.|ENV\W+)([A-Z][A-Z0-9_]{3,60})["'\])]*((?:\.|\?\.)(?:slice|substring|substr)\([^)\n]*\)|\[-?\d*:-?\d*\])?"#;
        Regex::new(&format!(r"(?m)(?:\b{shell}|\$env:([A-Z][A-Z0-9_]{{3,60}})|\b{code})[ \t]*(?:[;)]+)?[ \t]*(?:\n|[-=]+>|#|//)[ \t]*(\S{{4,400}})[ \t]*$"))
            .ok()
    });
    let mut sets = Vec::new();
    for list in LIST.as_ref().into_iter().flat_map(|list| list.captures_iter(text)).take(8) {
        let Some(lines) = list.get(1).map(|lines| lines.range()) else { continue };
        // Matched in the whole text, so that places stay those of the text.
        let within = LINE.as_ref().into_iter().flat_map(|line| line.captures_iter(text)).filter_map(|line| {
            let (name, value) = (line.get(1)?, line.get(2)?);
            lines.contains(&name.start()).then(|| Set::new(&name, &value))
        });
        sets.extend(within.take(MOST));
    }
    let ones = ONE.as_ref().into_iter().flat_map(|one| one.captures_iter(text)).filter_map(|one| {
        let name = one.get(1).or_else(|| one.get(3)).or_else(|| one.get(4))?;
        let is_part = one.get(2).or_else(|| one.get(5)).is_some();
        Some(Set { is_part, ..Set::new(&name, &one.get(6)?) })
    });
    sets.extend(ones.take(8));
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_process_has_otherwise() {
        for (text, expected) in [
            ("# ~/.zshrc\nexport API_KEY=older\n\n# .env\nAPI_KEY=newer\n", true),
            ("# ~/.zshrc\nexport API_KEY=newer\n\n# .env\nAPI_KEY=newer\n", false),
            ("# ~/.zshrc\nexport API_KEY=$OTHER\n\n# .env\nAPI_KEY=newer\n", false),
            ("# .env\nexport API_KEY=older\nAPI_KEY=newer\n", false),
            ("# .env\nAPI_KEY=newer\n\n$ echo $API_KEY\nolder\n", true),
            ("# .env\nAPI_KEY=newer\n\n$ echo $API_KEY\nnewer\n", false),
            ("# .env\nAPI_KEY=newer\n\n$ echo $API_KEY\n****\n", false),
            ("# .env\nAPI_KEY=newer\n\nPS C:\\a> echo $env:API_KEY\nolder\n", true),
            ("# .env\nAPI_KEY=newer\n\nC:\\a> echo %API_KEY%\nolder\n", true),
            ("# .env\nAPI_KEY=\"newer\"\n\n$ env | grep API\nAPI_KEY=older\nAPI_URL=https://a.test\n", true),
            ("# .env\nAPI_KEY=\"newer\"\n\n$ env | grep API\nAPI_KEY=newer\n", false),
            ("# .env\nAPI_KEY=newer\n\nprint(os.getenv('API_KEY'))\nolder\n", true),
            ("# .env\nAPI_KEY=newer\n\nconsole.log(process.env.API_KEY) // see\n", false),
            ("# .env\nAPI_KEY=newer\n\n$ echo $API_KEY | cut -c1-4\nolde\n", true),
            ("# .env\nAPI_KEY=newer\n\n$ echo $API_KEY | cut -c1-4\nnewe\n", false),
            ("# .env\nAPI_KEY=newer\n\nconsole.log(process.env.API_KEY.slice(0, 4)) // olde\n", true),
            ("# .env\nAPI_KEY=newer\n\nprint(os.environ['API_KEY'][:4])\nnewe\n", false),
            ("$ env | grep ANTHROPIC\nANTHROPIC_API_KEY=older\n\nI am logged in with a subscription", true),
            ("[auth]\ntoken=newer\n\n$ env | grep SENTRY\nSENTRY_AUTH_TOKEN=older\n", true),
            ("$ env | grep SENTRY\nSENTRY_AUTH_TOKEN=older\n", false),
        ] {
            assert_eq!(held(text).is_some(), expected, "{text}");
        }
    }
}
