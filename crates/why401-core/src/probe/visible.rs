//! The key without characters that nobody sees or that no key has.

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let bytes = spot.value.expose();
    let is_strange = |byte: &u8| !(0x20..0x7f).contains(byte) && !byte.is_ascii_whitespace();
    if !bytes.iter().any(is_strange) {
        return Vec::new();
    }
    let plain: Vec<u8> = bytes.iter().copied().filter(|byte| !is_strange(byte)).collect();
    let plain = plain.trim_ascii();
    if plain.is_empty() {
        return Vec::new();
    }
    let suspect = Suspect::new(
        "key/invisible-character",
        Stop::Written,
        96,
        "the key holds characters that came along when it was copied",
        "Type the key's line anew, or copy the key by the page's own button.",
    );
    let request = spot.with_value(&ask.request, plain);
    let change = "the key without the characters outside ASCII";
    vec![Trial::change(ask, change, request, suspect.decisive())]
}
