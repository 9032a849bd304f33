//! Tales: lines that speak of a refusal and are none: tests that passed, commits, code that handles one.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::expression::Regex;

/// `text` with the lines blanked that tell of tests that passed and of commits; every byte keeps its place.
pub(super) fn without(text: &str) -> Cow<'_, str> {
    static TALE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // What a CI or Compose writes before each line comes first.
        let before = r"(?m)^(?:\S+Z |[\w.-]+ +\| )?[ \t]*";
        let passed = r"(?:[✓✔√]|(?:--- )?PASS(?:ED)?:?\b|ok \d+ |test \S+ \.\.\. ok$)[^\n]*";
        let ends = r"\S[^\n]* (?:PASSED|\.\.\. ok)(?: +\[ *\d+%\])?$";
        let commit = r"[0-9a-f]{7,40} (?:\([^)\n]*\) )?[a-z][^\n]*$";
        Regex::new(&format!("{before}(?:{passed}|{ends}|{commit})")).ok()
    });
    let Some(tale) = TALE.as_ref().filter(|tale| tale.is_match(text)) else { return Cow::Borrowed(text) };
    Cow::Owned(
        tale.replace_all(text, |found: &crate::expression::Captures<'_>| " ".repeat(found[0].len())).into_owned(),
    )
}

/// Whether a line is code that handles a status, or compares two, and reports none.
pub(super) fn is_code(line: &str) -> bool {
    static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?:\S+Z )?\s*(?:\}\s*)?(?:if|elif|else|return|raise|throw|case|match|expect|assert|await|for|while|func|def|const|let|var)\b.*[({;:]",
            r"|[=!]==? ?[45]\d\d|\.status\([45]\d\d\)|\bwant(?:ed)? [45]\d\d|expected:? [45]\d\d",
            r#"|^(?:\S+Z )?\s*\w+\s+=\s+"[^"]*"\s*$"#,
            r"|\bhttp\.Error\(|\bdescription: ",
        ))
        .ok()
    });
    CODE.as_ref().is_some_and(|code| code.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_tell_of_nothing() {
        for (text, left) in [
            ("  ✓ answers 401 (3 ms)\nError: 401", "Error: 401"),
            ("test a::invalid_token ... ok\nx", "x"),
            ("t.py::test_invalid_api_key PASSED   [ 60%]", ""),
            ("4013fab fix: invalid API key\n", ""),
            ("2026-01-01T00:00:00Z 4013fab fix: invalid API key\n", ""),
            ("401 Unauthorized", "401 Unauthorized"),
        ] {
            assert_eq!(without(text).trim(), left, "{text}");
            assert_eq!(without(text).len(), text.len());
        }
    }

    #[test]
    fn code_and_reports() {
        for line in [
            "if (r.status === 401) {",
            "  return res.status(401).json({})",
            "got 401, want 403",
            "  type   = \"UNAUTHORIZED\"",
            "'401': { description: Unauthorized }",
        ] {
            assert!(is_code(line), "{line}");
        }
        for line in ["Error: 401 Unauthorized", "status_code=401", "expected 200, got 401", "status = 401"] {
            assert!(!is_code(line), "{line}");
        }
    }
}
