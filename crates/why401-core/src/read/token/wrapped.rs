//! What a token comes in: a header line, `Bearer`, a cookie, a URL, a JSON answer, quotes and blanks.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::url::decoded;

/// A credential, taken out of what it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bare {
    /// The credential.
    pub text: String,
    /// What was taken off, the outermost first.
    pub off: Vec<Wrapping>,
}

/// One thing around a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// The name of a header before it.
    Header(String),
    /// The word of a scheme, such as `Bearer`.
    Scheme(String),
    /// Quotes.
    Quotes,
    /// Blanks or line breaks at its ends.
    Blanks,
    /// Line breaks inside: a terminal or a mail broke it into lines.
    Lines,
    /// A cookie, a parameter of a URL, a field or a variable of this name.
    Named(String),
    /// Percent-encoding.
    Percent,
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header's name `{name}`"),
            Self::Scheme(word) => write!(f, "the scheme `{word}`"),
            Self::Quotes => f.write_str("quotes"),
            Self::Blanks => f.write_str("blanks at its ends"),
            Self::Lines => f.write_str("line breaks inside"),
            Self::Named(name) => write!(f, "the name `{name}`"),
            Self::Percent => f.write_str("percent-encoding"),
        }
    }
}

/// Names under which tokens are handed around.
const NAMES: [&str; 10] = [
    "access_token",
    "id_token",
    "refresh_token",
    "token",
    "jwt",
    "idToken",
    "accessToken",
    "authorization",
    "assertion",
    "client_assertion",
];

/// Words of schemes that stand before a token.
const SCHEMES: [&str; 6] = ["Bearer", "DPoP", "Token", "JWT", "Basic", "GNAP"];

/// More layers than anybody wraps.
const DEPTH: usize = 8;

/// The credential in a text that holds one and nothing else but what it came in.
pub fn bare(text: &str) -> Bare {
    let mut bare = Bare { text: text.to_owned(), off: Vec::new() };
    for _ in 0..DEPTH {
        let Some((inner, wrapping)) = peeled(&bare.text) else { break };
        bare.text = inner;
        // A line break at the end is what every file and pipe has.
        if !(wrapping == Wrapping::Blanks && bare.off.is_empty() && text.trim_end_matches(['\n', '\r']) == bare.text) {
            bare.off.push(wrapping);
        }
    }
    bare
}

/// The text with the outermost layer taken off.
fn peeled(text: &str) -> Option<(String, Wrapping)> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if trimmed.len() != text.len() {
        return Some((trimmed.to_owned(), Wrapping::Blanks));
    }
    for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('\u{201c}', '\u{201d}')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            return Some((inner.to_owned(), Wrapping::Quotes));
        }
    }
    let after_word = |word: &str| {
        let (first, rest) = text.split_once([' ', ':', '\t'])?;
        first.eq_ignore_ascii_case(word).then(|| rest.trim_start_matches([' ', ':', '\t']).to_owned())
    };
    if let Some(inner) = SCHEMES.iter().find_map(|word| Some((after_word(word)?, *word))) {
        return Some((inner.0, Wrapping::Scheme(inner.1.to_owned())));
    }
    if let Some(found) = field(text) {
        return Some(found);
    }
    if text.starts_with("ey") && text.contains(['\n', '\r']) {
        let joined: String = text.split_whitespace().collect();
        return Some((joined, Wrapping::Lines));
    }
    if text.contains('%') && !text.contains(' ') {
        let plain = String::from_utf8(decoded(text)).ok()?;
        return (plain != text).then_some((plain, Wrapping::Percent));
    }
    None
}

/// The token in a header line, a cookie, a URL, an assignment, a JSON answer.
fn field(text: &str) -> Option<(String, Wrapping)> {
    if text.starts_with('{') {
        let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else { return None };
        let found = NAMES.iter().find_map(|name| Some((*name, fields.get(*name)?.as_str()?)));
        return found.map(|(name, value)| (value.to_owned(), Wrapping::Named(name.to_owned())));
    }
    for name in
        ["authorization", "proxy-authorization", "x-amz-security-token", "x-access-token", "cookie", "set-cookie"]
    {
        if let Some((first, rest)) = text.split_once(':')
            && first.trim().eq_ignore_ascii_case(name)
        {
            return Some((rest.trim().to_owned(), Wrapping::Header(first.trim().to_owned())));
        }
    }
    // A URL with parameters, a query, a cookie of several pairs.
    let tail = match text.find("://") {
        Some(_) => text.find(['?', '#']).map(|at| &text[at + 1..])?,
        None => text.trim_start_matches(['?', '#']),
    };
    let pairs = || tail.split(['&', ';']).filter_map(|pair| pair.trim().split_once('='));
    let holds = |value: &str| value.trim_start_matches(['"', '\'']).starts_with("ey") && value.contains('.');
    let found = pairs().find(|(name, _)| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)));
    let found = found.or_else(|| pairs().find(|(_, value)| holds(value)));
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[] ".contains(c))
    };
    let (name, value) = found.filter(|(name, value)| is_name(name) && !value.is_empty())?;
    // `export NAME=…` of a shell.
    let name = name.rsplit(' ').next().unwrap_or(name);
    let value: Cow<'_, str> = value.into();
    Some((value.into_owned(), Wrapping::Named(name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_comes_off_and_is_named() {
        let token = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ4In0", "c2ln"].join(".");
        for (text, off) in [
            (token.clone(), ""),
            (format!("{token}\n"), ""),
            (format!(" {token}"), "blanks at its ends"),
            (format!("Bearer {token}"), "the scheme `Bearer`"),
            (format!("bearer  {token}\n"), "the scheme `Bearer`"),
            (format!("Authorization: Bearer {token}"), "the header's name `Authorization`, the scheme `Bearer`"),
            (format!("\"{token}\""), "quotes"),
            (format!("Cookie: a=b; session={token}; c=d"), "the header's name `Cookie`, the name `session`"),
            (format!("https://a.test/cb#id_token={token}&state=1"), "the name `id_token`"),
            (
                format!("https://a.test/?access_token={}", token.replace('.', "%2E")),
                "the name `access_token`, percent-encoding",
            ),
            (format!("{{\"access_token\":\"{token}\",\"expires_in\":1}}"), "the name `access_token`"),
            (format!("export TOKEN='{token}'"), "the name `TOKEN`, quotes"),
            (format!("{}\n{}", &token[..10], &token[10..]), "line breaks inside"),
        ] {
            let bare = bare(&text);
            let words: Vec<String> = bare
                .off
                .iter()
                .filter(|one| **one != Wrapping::Blanks || off.contains("blank"))
                .map(ToString::to_string)
                .collect();
            assert_eq!((bare.text.as_str(), words.join(", ").as_str()), (token.as_str(), off), "{text}");
        }
        assert_eq!(bare("a=b").text, "a=b");
        assert_eq!(bare("ghp_fake").off, []);
    }
}
