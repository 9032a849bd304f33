//! HTTP Basic (RFC 7617): the two halves in the other order, the colon, the encoding, a line break in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::spot::{basic_value, pair, with_header};
use super::{Ask, At, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let (At::Header(index) | At::Basic(index, _)) = spot.place else { return Vec::new() };
    let Some(text) = ask.request.headers.get(index).and_then(|(_, value)| value.expose_str()) else {
        return Vec::new();
    };
    let Some(rest) = text.get(..6).filter(|word| word.eq_ignore_ascii_case("basic ")).map(|_| &text[6..]) else {
        return Vec::new();
    };
    let mut found: Vec<(&str, Vec<u8>, i32)> = Vec::new();
    match pair(text) {
        Some((user, password)) => {
            let (user, password) = (user.expose(), password.expose());
            let (trim_user, trim_password) = (user.trim_ascii(), password.trim_ascii());
            if trim_user.len() != user.len() || trim_password.len() != password.len() {
                found.push((
                    "without the blank or line break inside the encoded pair",
                    basic_value(trim_user, trim_password),
                    95,
                ));
            }
            if !password.is_empty() {
                found.push(("user and password in the other order", basic_value(password, user), 52));
                found.push((
                    "the password as the user name, and nothing behind the colon",
                    basic_value(password, b""),
                    36,
                ));
            } else {
                found.push(("the key as the password, without a user name", basic_value(b"", user), 48));
            }
        }
        // Never encoded, or encoded without the colon.
        None if rest.contains(':') => found.push(("user and password encoded in base64", encoded(rest.as_bytes()), 96)),
        None => {
            let plain = STANDARD.decode(rest.trim()).unwrap_or_else(|_| rest.as_bytes().to_vec());
            found.push(("the pair with its colon, encoded in base64", basic_value(plain.trim_ascii(), b""), 88));
            let joined: String = rest.split_whitespace().collect();
            if joined.len() != rest.len() && STANDARD.decode(&joined).is_ok() {
                found.push(("the encoded pair on one line", format!("Basic {joined}").into_bytes(), 94));
            }
        }
    }
    let trials = found.into_iter().map(|(how, value, suspicion)| {
        let suspect = Suspect::new(
            "header/basic-encoding",
            Stop::Sent,
            suspicion,
            "user and password of HTTP Basic are badly joined or encoded",
            "Encode `user:password` as one text in base64, without a line break; with curl `-u user:password` does it.",
        );
        Trial::change(ask, how, with_header(ask.request.clone(), &spot.name, value), suspect.decisive())
    });
    trials.collect()
}

fn encoded(pair: &[u8]) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode(pair.trim_ascii())).into_bytes()
}
