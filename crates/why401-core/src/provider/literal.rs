//! Literal: where an answer's text stands in another, word for word.

use std::ops::Range;

/// Shorter ones are codes, whose letter case counts.
const LONG: usize = 12;

/// Where `literal` stands in `text` as words of its own; a long one in any letter case.
pub(super) fn find_literal(text: &str, literal: &str) -> Option<Range<usize>> {
    let literal = literal.trim();
    if literal.is_empty() {
        return None;
    }
    let fits = |at: &usize| {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let end = at + literal.len();
        let opens = word(literal.chars().next()) && word(text[..*at].chars().next_back());
        let closes = word(literal.chars().next_back()) && word(text[end..].chars().next());
        !(opens || closes)
    };
    let whole = literal.as_bytes();
    let stands = |at: &usize| match text.as_bytes().get(*at..at + whole.len()) {
        Some(part) if whole.len() < LONG => part == whole,
        Some(part) => part.eq_ignore_ascii_case(whole),
        None => false,
    };
    let (lower, upper) = (whole[0].to_ascii_lowercase(), whole[0].to_ascii_uppercase());
    let at = memchr::memchr2_iter(lower, upper, text.as_bytes()).filter(stands).find(fits)?;
    Some(at..at + literal.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_found_as_a_word() {
        assert_eq!(find_literal("error: not_authed.", "not_authed"), Some(7..17));
        assert_eq!(find_literal("not_authed_yet", "not_authed"), None);
        assert_eq!(find_literal("INCORRECT API KEY provided", "Incorrect API key"), Some(0..17));
    }
}
