//! The word before the key: added, taken off, another one, once instead of twice.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Ask, At, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::provider::Place;

/// Words that services want before a key in `Authorization`, the usual one first.
const SCHEMES: [&str; 4] = ["Bearer", "Token", "ApiKey", "Bot"];

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let At::Header(_) = spot.place else { return Vec::new() };
    let is_authorization = spot.name.eq_ignore_ascii_case("authorization");
    let before = spot.before.trim_end().to_owned();
    let word = spot.scheme();
    let mut trials = Vec::new();
    let propose =
        |trials: &mut Vec<Trial>, before: &str, cause, suspicion, change: String, title: String, remedy: String| {
            let request = spot.with_before(&ask.request, before);
            trials.push(Trial::change(
                ask,
                change,
                request,
                Suspect::new(cause, Stop::Sent, suspicion, title, remedy).decisive(),
            ));
        };
    // `Bearer Bearer`, `Bearer:`, two blanks.
    let clean = format!("{} ", before.split([' ', ':', '=']).next().unwrap_or_default());
    if !before.is_empty() && spot.before != clean {
        let first = clean.trim_end();
        let title = if before.eq_ignore_ascii_case(first) {
            format!("more than one blank stands behind `{first}` in {}", spot.name)
        } else if before.to_ascii_lowercase().matches(&first.to_ascii_lowercase()).count() > 1 {
            format!("`{first}` stands twice before the key in {}", spot.name)
        } else {
            format!("`{before}` stands before the key in {}, where `{first}` alone is asked", spot.name)
        };
        propose(
            &mut trials,
            &clean,
            "header/malformed-scheme",
            92,
            format!("`{first}` once, and one blank before the key"),
            title,
            format!(
                "Write `{}: {first} …` and nothing else; look whether the variable holds the word as well.",
                spot.name
            ),
        );
    }
    let text = spot.value.expose_str().unwrap_or_default();
    // The blank was forgotten.
    let glued = SCHEMES.iter().find(|own| text.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)));
    if let Some(scheme) = glued.filter(|own| before.is_empty() && text.len() > own.len() + 3) {
        let value = format!("{scheme} {}", &text[scheme.len()..]);
        let suspect = Suspect::new(
            "header/malformed-scheme",
            Stop::Sent,
            91,
            format!("no blank stands between {scheme} and the key"),
            format!("Write `{}: {scheme} ` and the key, with one blank between.", spot.name),
        );
        let request = spot.with_value(&ask.request, value.as_bytes());
        trials.push(Trial::change(ask, format!("a blank behind `{scheme}`"), request, suspect.decisive()));
    }
    // User and password behind the wrong word.
    let pair = STANDARD.decode(text.trim()).is_ok_and(|plain| plain.contains(&b':') && plain.is_ascii());
    if is_authorization && !before.is_empty() && word != "basic" && (pair || text.contains(':')) {
        let value = if pair { text.trim().to_owned() } else { STANDARD.encode(text.trim()) };
        let suspect = Suspect::new(
            "header/wrong-scheme",
            Stop::Sent,
            if pair { 84 } else { 60 },
            format!("the header {} says {before} before user and password, where Basic is asked", spot.name),
            "Send user and password as `Basic` and their base64; with curl `-u user:password` does it.",
        );
        let spot = Spot { before: "Basic ".to_owned(), ..spot.clone() };
        let request = spot.with_value(&ask.request, value.as_bytes());
        trials.push(Trial::change(ask, format!("`Basic` in place of `{before}`"), request, suspect.decisive()));
    }
    let asked = ask.provider.map(|provider| provider.placement.as_slice()).unwrap_or_default();
    let known: Vec<&str> = asked
        .iter()
        .filter(|own| own.place == Place::Header && own.name.eq_ignore_ascii_case(&spot.name))
        .map(|own| own.scheme.as_str())
        .collect();
    let is_known = !known.is_empty();
    let wanted: Vec<&str> = match (is_known, is_authorization) {
        (true, _) => known,
        (false, true) => SCHEMES.to_vec(),
        // Headers of a service's own want the bare key.
        (false, false) => vec![""],
    };
    for (rank, scheme) in wanted.iter().enumerate() {
        let scheme = scheme.trim();
        if scheme.eq_ignore_ascii_case(&word) || scheme.eq_ignore_ascii_case("basic") {
            continue;
        }
        let less = 12 * i32::try_from(rank).unwrap_or(9);
        let (cause, suspicion) = match (word.is_empty(), scheme.is_empty(), is_known) {
            (true, _, known) => ("header/missing-scheme", if known { 90 } else { 74 }),
            (false, true, known) => ("header/wrong-scheme", if known { 88 } else { 70 }),
            (false, false, known) => ("header/wrong-scheme", if known { 88 } else { 46 }),
        };
        let (change, title) = if scheme.is_empty() {
            (
                format!("without `{before}` before the key"),
                format!("`{before}` stands before the key in {}, and the bare key is asked", spot.name),
            )
        } else if word.is_empty() {
            (
                format!("`{scheme}` before the key"),
                format!("the header {} lacks the word {scheme} before the key", spot.name),
            )
        } else {
            (
                format!("`{scheme}` in place of `{before}`"),
                format!("the header {} says {before} where {scheme} is asked", spot.name),
            )
        };
        let form = if scheme.is_empty() { String::new() } else { format!("{scheme} ") };
        propose(&mut trials, &form, cause, suspicion - less, change, title, format!("Send `{}: {form}…`.", spot.name));
    }
    // Some want the bare key even in Authorization.
    if is_authorization && !is_known && !word.is_empty() {
        propose(
            &mut trials,
            "",
            "header/wrong-scheme",
            38,
            format!("without `{before}` before the key"),
            format!("the header {} says {before}, and the bare key is asked", spot.name),
            format!("Send `{}: …`, the bare key.", spot.name),
        );
    }
    trials
}
