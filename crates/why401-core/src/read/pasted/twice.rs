//! Twice: a variable that a shell's profile exports, and that an env file beside it sets to something else.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// Where the profile exports what the file has otherwise.
pub(super) fn exported(text: &str) -> Option<Range<usize>> {
    static PROFILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\.bashrc|\.zshrc|\.zshenv|\.zprofile|\.profile|\.bash_profile)\b").ok());
    static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[\s`'\x22/])\.env\b").ok());
    static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*(?:\$ )?(export )?([A-Z][A-Z0-9_]{3,60})=["']?([^\s"'$]{4,400})["']?[ \t]*$"#).ok()
    });
    if !PROFILE.as_ref()?.is_match(text) || !FILE.as_ref()?.is_match(text) {
        return None;
    }
    let sets: Vec<_> = SET.as_ref()?.captures_iter(text).take(64).collect();
    let differs = |by: &&crate::expression::Captures<'_>| {
        by.get(1).is_some() && sets.iter().any(|own| own.get(1).is_none() && own[2] == by[2] && own[3] != by[3])
    };
    sets.iter().find(differs)?.get(2).map(|name| name.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_profile_has_otherwise() {
        for (text, expected) in [
            ("# ~/.zshrc\nexport API_KEY=older\n\n# .env\nAPI_KEY=newer\n", true),
            ("# ~/.zshrc\nexport API_KEY=newer\n\n# .env\nAPI_KEY=newer\n", false),
            ("# ~/.zshrc\nexport API_KEY=$OTHER\n\n# .env\nAPI_KEY=newer\n", false),
            ("# .env\nexport API_KEY=older\nAPI_KEY=newer\n", false),
        ] {
            assert_eq!(exported(text).is_some(), expected, "{text}");
        }
    }
}
