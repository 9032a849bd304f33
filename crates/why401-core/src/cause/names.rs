//! Names of variables that are nearly the same, and the frameworks that show some of them to a browser.

use crate::fact::Seen;
use crate::framework::{FRAMEWORKS, Framework, without_public_prefix};
use crate::project::{Project, Unit};

/// How two names differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Only in letter case or underscores.
    Form,
    /// In a prefix by which a framework shows a variable to the browser.
    PublicPrefix,
    /// In one or two letters.
    Typo,
    /// In the words at the end that say what kind of credential it is: `_KEY`, `_API_KEY`, `_TOKEN`.
    Suffix,
    /// In a word in front that says whose it is: `MY_`, `APP_`.
    Prefix,
    /// One name is the other with more words.
    Longer,
}

impl Nearness {
    /// What is different, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Form => "letter case or underscores",
            Self::PublicPrefix => "the prefix that shows a variable to the browser",
            Self::Typo => "a letter or two",
            Self::Suffix => "the words at the end",
            Self::Prefix => "a word in front",
            Self::Longer => "further words",
        }
    }

    /// Whether the difference is small enough that nobody means two variables by it.
    pub fn is_close(self) -> bool {
        self <= Self::Prefix
    }
}

/// How the two names differ, if they are near to each other.
pub fn nearness(a: &str, b: &str) -> Option<Nearness> {
    let plain = |name: &str| name.to_ascii_uppercase().replace(['_', '-'], "");
    if a == b {
        return None;
    }
    if plain(a) == plain(b) {
        return Some(Nearness::Form);
    }
    if without_public_prefix(a) == without_public_prefix(b) {
        return Some(Nearness::PublicPrefix);
    }
    let (a, b) = (a.to_ascii_uppercase(), b.to_ascii_uppercase());
    let (words_a, words_b): (Vec<&str>, Vec<&str>) = (a.split('_').collect(), b.split('_').collect());
    if is_typo(&a, &b, &words_a, &words_b) {
        return Some(Nearness::Typo);
    }
    if let (Some(stem_a), Some(stem_b)) = (stem(&a), stem(&b))
        && stem_a == stem_b
    {
        return Some(Nearness::Suffix);
    }
    let (short, long) = if words_a.len() < words_b.len() { (&words_a, &words_b) } else { (&words_b, &words_a) };
    if short.len() > 1 && long.ends_with(short) {
        let extra = long[..long.len() - short.len()].join("_");
        let owner = ["MY", "APP", "THE", "OUR", "PROJECT", "SERVER", "BACKEND", "API"].contains(&extra.as_str());
        return Some(if owner { Nearness::Prefix } else { Nearness::Longer });
    }
    None
}

/// The name without the words at its end that only say "this is the credential".
fn stem(name: &str) -> Option<&str> {
    const ENDS: [&str; 8] =
        ["_API_KEY", "_APIKEY", "_API_TOKEN", "_ACCESS_TOKEN", "_AUTH_TOKEN", "_KEY", "_TOKEN", "_API"];
    // `X_SECRET_KEY` and `X_ACCESS_KEY` are often two halves of one pair.
    let halves =
        ["_SECRET_KEY", "_ACCESS_KEY", "_PUBLIC_KEY", "_PRIVATE_KEY", "_PUBLISHABLE_KEY", "_ANON_KEY", "_ADMIN_KEY"];
    if halves.iter().any(|half| name.ends_with(half)) {
        return None;
    }
    ENDS.iter().find_map(|end| name.strip_suffix(end)).filter(|stem| stem.len() > 1)
}

/// Whether one name is the other with a letter or two changed, and no word that means something else.
fn is_typo(a: &str, b: &str, words_a: &[&str], words_b: &[&str]) -> bool {
    let allowed = match a.len().min(b.len()) {
        0..6 => return false,
        6..14 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed || distance(a, b) > allowed {
        return false;
    }
    // A number is a different one, and so are words that make sense on their own.
    const WORDS: [&str; 28] = [
        "API", "APP", "URL", "URI", "DB", "ORG", "KMS", "SSO", "KEY", "KEYS", "ID", "IDS", "TEST", "LIVE", "PROD",
        "DEV", "USER", "READ", "SECRET", "TOKEN", "PUBLIC", "HOST", "PORT", "PATH", "A", "B", "X", "Y",
    ];
    let differing: Vec<(&&str, &&str)> = words_a.iter().zip(words_b).filter(|(x, y)| x != y).collect();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(a) == digits(b)
        && !(words_a.len() == words_b.len()
            && differing.iter().any(|(x, y)| WORDS.contains(x) && WORDS.contains(y) || x.len() < 3 && y.len() < 3))
}

/// Edits between two ASCII names: insertions, deletions, changes and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last().copied()).unwrap_or(usize::MAX)
}

/// The frameworks in use in a unit.
pub fn frameworks<'p>(project: &'p Project, unit: &'p Unit) -> impl Iterator<Item = &'static Framework> + 'p {
    FRAMEWORKS.iter().filter(move |framework| {
        project.facts.iter().any(|fact| match (&fact.seen, fact.origin.place()) {
            (Seen::Package(package), Some(place)) => {
                package.registry == "npm" && framework.package == Some(package.name.as_str()) && unit.holds(&place.path)
            }
            _ => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_near() {
        use Nearness::{Form, Longer, Prefix, PublicPrefix, Suffix, Typo};
        for (a, b, expected) in [
            ("OPENAI_API_KEY", "OPENAI_API_KEY", None),
            ("OPENAI_API_KEY", "OPENAI_APIKEY", Some(Form)),
            ("OPENAI_API_KEY", "openai_api_key", Some(Form)),
            ("VITE_API_KEY", "API_KEY", Some(PublicPrefix)),
            ("OPENAI_API_KEY", "OPEANI_API_KEY", Some(Typo)),
            ("OPENAI_API_KEY", "OPENAI_API_KYE", Some(Typo)),
            ("STRIPE_TEST_KEY", "STRIPE_LIVE_KEY", None),
            ("API_KEY_1", "API_KEY_2", None),
            ("OPENAI_KEY", "OPENAI_API_KEY", Some(Suffix)),
            ("GITHUB_TOKEN", "GITHUB_ACCESS_TOKEN", Some(Suffix)),
            ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", None),
            ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", None),
            ("API_KEY", "MY_API_KEY", Some(Prefix)),
            ("OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", Some(Longer)),
            ("DB_HOST", "DB_PORT", None),
            ("API_KEY", "APP_KEY", None),
        ] {
            assert_eq!(nearness(a, b), expected, "{a} {b}");
            assert_eq!(nearness(b, a), expected, "{b} {a}");
        }
    }
}
