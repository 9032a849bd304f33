//! Invalid: credentials that are plainly none and look like one, for the controls.

use super::Spot;
use super::spot::is_signature;

/// A credential that looks like the given one and is plainly none: its beginning as far as a mark, and a word over and over.
/// Of a JWT only the signature changes.
pub(super) fn invalid(spot: &Spot) -> Vec<u8> {
    let text = spot.value.expose_str().unwrap_or_default().trim();
    if let Some(at) = text.rfind('.').filter(|_| text.starts_with("eyJ") && text.matches('.').count() == 2) {
        return format!("{}{}", &text[..=at], fake(text.len() - at - 1)).into_bytes();
    }
    // A signature stays one: another text would be no signature, and not a wrong one.
    if is_signature(spot) {
        return "401".chars().cycle().take(text.len().max(64)).collect::<String>().into_bytes();
    }
    let mark = text.char_indices().take(12).filter(|(_, c)| matches!(c, '-' | '_')).last();
    let start = mark.map_or(0, |(at, _)| at + 1);
    format!("{}{}", &text[..start], fake(text.chars().count().saturating_sub(start))).into_bytes()
}

/// A word over and over, so long and at least eight characters.
pub(super) fn fake(length: usize) -> String {
    // No word of it may be one that an answer has of itself.
    "why401zqxzqx".chars().cycle().take(length.max(8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Request;

    #[test]
    fn plainly_invalid() {
        let of = |value: &str| {
            let request = Request {
                headers: vec![("X-Api-Key".to_owned(), value.into())],
                url: "https://a.test/".to_owned(),
                ..Request::default()
            };
            String::from_utf8(invalid(&Spot::all(&request, None, &[])[0])).unwrap()
        };
        assert_eq!(of("sk-live_0123456789"), "sk-live_why401zqxz");
        assert_eq!(of("eyJa.eyJb.c2ln"), "eyJa.eyJb.why401zq");
        assert_eq!(of("abcdef"), "why401zq");
    }
}
