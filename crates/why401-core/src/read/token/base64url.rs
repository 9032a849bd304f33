//! base64url without padding (RFC 7515, section 2), as strictly as the strictest reader takes it, with the place of what is
//! wrong.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use base64::{alphabet, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Flaw, named};

/// Takes padding or none, and bits at the end that nobody encoded.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes; or the first character, counted from 1, that does not belong there.
pub fn decode(text: &str) -> Result<Vec<u8>, Flaw> {
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) {
        return Ok(bytes);
    }
    let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let odd = text.chars().enumerate().find(|(_, c)| !is_fit(*c)).map(|(at, c)| (at + 1, c));
    let length = text.chars().count();
    Err(match odd {
        Some((at, '=')) if text.trim_end_matches('=').chars().all(is_fit) => {
            Flaw { at, what: "padding with `=` is left out in tokens".to_owned(), is_forgiven: true }
        }
        Some((at, c @ ('+' | '/'))) => Flaw {
            at,
            what: format!("{} is of plain base64", named(c)),
            is_forgiven: text.chars().all(|c| is_fit(c) || "+/=".contains(c)),
        },
        Some((at, c)) => Flaw::new(at, format!("{} is none of base64url", named(c))),
        None if length % 4 == 1 => Flaw::new(length, "a character is missing or one too many"),
        None => Flaw {
            at: length,
            what: "the last character has bits that nobody encoded, as where one was changed or cut off".to_owned(),
            is_forgiven: true,
        },
    })
}

/// The bytes as lenient readers get them: padding, and the alphabet of plain base64, are no matter.
pub fn lenient(text: &str) -> Option<Vec<u8>> {
    let text = text.replace('+', "-").replace('/', "_");
    LENIENT.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_and_lenient() {
        assert_eq!(decode("Zm8").unwrap(), b"fo");
        assert_eq!(decode("").unwrap(), b"");
        for (text, at, is_forgiven, bytes) in [
            ("Zm8=", 4, true, Some(&b"fo"[..])),
            ("Zm9", 3, true, Some(b"fo")),
            ("Zm+v", 3, true, Some(b"fo\xaf")),
            ("Zm 8", 3, false, None),
            ("Zm8vZ", 5, false, None),
            ("é", 1, false, None),
        ] {
            let flaw = decode(text).unwrap_err();
            assert_eq!((flaw.at, flaw.is_forgiven), (at, is_forgiven), "{text}: {}", flaw.what);
            assert_eq!(lenient(text).as_deref(), bytes, "{text}");
        }
    }
}
