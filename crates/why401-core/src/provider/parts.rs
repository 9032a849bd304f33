//! Parts of a text that may be a whole answer: a client's message repeats a body, a person pastes nothing else.

use super::plain::Plain;
use crate::exchange;

/// Whether a text is an answer's body and nothing else, as a person pastes it who has no more.
pub(super) fn is_whole(body: &str) -> bool {
    let body = body.trim();
    let lines = body.lines().count();
    body.len() <= 1200 && (lines <= 2 || body.starts_with(['{', '[', '<']) && body.ends_with(['}', ']', '>']))
}

/// The parts of a text that may be an answer's whole body: what stands in braces, and what stands behind the last words
/// of a line that announces it.
pub(super) fn parts<'t>(answer: &exchange::Answer, plain: &'t Plain) -> Vec<&'t str> {
    let text = plain.text.as_str();
    if text.len() > 4096 || answer.status.is_none_or(|status| status < 400) {
        return Vec::new();
    }
    let braces = text.match_indices('{').map(|(at, _)| at).filter_map(|at| text.get(at..closing(&text[at..])? + at));
    let behind = answer_starts(text).filter_map(|at| Some(text.get(at..)?.trim().trim_matches('"')));
    braces.take(8).chain(behind.take(16)).collect()
}

fn answer_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    [": ", " - ", "\":"].into_iter().flat_map(|mark| text.match_indices(mark).map(move |(at, _)| at + mark.len()))
}

/// The length of the object that `text` begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether `code` is the value of a field, in any notation.
pub(super) fn has_value(body: &str, code: &str) -> bool {
    body.match_indices(code).any(|(at, _)| {
        let before = body[..at].trim_end_matches(['"', '\'', '\\', ' ']);
        let after = body[at + code.len()..].chars().next();
        before.ends_with(':') && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_in_messages() {
        let body = "x.AuthenticationError: Error code: 401 - {'message': {'a': 1}}";
        let answer = exchange::Answer { status: Some(401), headers: Vec::new(), body: body.to_owned() };
        let plain = Plain::of(body);
        let found = parts(&answer, &plain);
        assert!(found.contains(&r#"{"message":{"a":1}}"#), "{found:?}");
        assert!(parts(&exchange::Answer::default(), &plain).is_empty());
    }

    #[test]
    fn pasted_alone() {
        assert!(is_whole("{\n  \"error\": \"no\"\n}\n") && is_whole("Unauthorized\n"));
        assert!(!is_whole("one\ntwo\nthree\n"));
        assert!(has_value("{\"code\": 40001}", "40001") && !has_value("{\"code\": 400012}", "40001"));
    }
}
