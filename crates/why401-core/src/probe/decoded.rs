//! The key with an encoding or an envelope taken off: base64, percent-encoding, a JSON object.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use serde_json::Value;

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::provider::Provider;
use crate::url::decoded;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let Some(text) = spot.value.expose_str().map(str::trim) else { return Vec::new() };
    let mut found: Vec<(&str, &str, String, i32)> = Vec::new();
    if text.starts_with('{') {
        let title = "a JSON object is sent, and the key inside it is asked";
        found.extend(fields(text).into_iter().map(|value| ("taken out of its JSON object", title, value, 92)));
    }
    if let Some(plain) = base64(text) {
        let fits = ask.provider.is_some_and(|provider| fits(provider, &plain) && !fits(provider, text));
        found.push(("decoded from base64", "the key is still encoded in base64", plain, if fits { 93 } else { 55 }));
    }
    if let Ok(plain) = String::from_utf8(decoded(text))
        && plain != text
    {
        found.push(("with its percent-encoding taken off", "the key is still percent-encoded", plain, 75));
    }
    let trials = found.into_iter().map(|(how, title, value, suspicion)| {
        let suspect = Suspect::new(
            "key/encoded",
            Stop::Loaded,
            suspicion,
            title,
            "Decode it where it is read, or store it as it is.",
        );
        let request = spot.with_value(&ask.request, value.trim().as_bytes());
        Trial::change(ask, format!("the key {how}"), request, suspect.decisive())
    });
    trials.collect()
}

fn fits(provider: &Provider, value: &str) -> bool {
    provider.credential.iter().any(|shape| shape.fits(value))
}

/// Text that base64 hides, where what comes out is plain and whole.
fn base64(text: &str) -> Option<String> {
    let bytes =
        STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).or_else(|_| URL_SAFE.decode(text)).ok()?;
    let plain = String::from_utf8(bytes).ok()?;
    let trimmed = plain.trim_end();
    let is_plain = trimmed.len() >= 8 && trimmed.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    is_plain.then(|| trimmed.to_owned())
}

/// The texts of a JSON object that may be the key: those of a telling name first.
fn fields(text: &str) -> Vec<String> {
    let Ok(Value::Object(object)) = serde_json::from_str(text) else { return Vec::new() };
    let texts = object.iter().filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?)));
    let mut texts: Vec<(bool, String)> = texts
        .filter(|(_, value)| value.len() >= 8)
        .map(|(name, value)| (!["key", "token", "secret"].iter().any(|word| name.contains(word)), value.to_owned()))
        .collect();
    texts.sort();
    texts.into_iter().map(|(_, value)| value).take(2).collect()
}
