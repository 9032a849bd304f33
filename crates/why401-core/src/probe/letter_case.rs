//! Letter case: of the word before the key, and of the header's name.

use super::{Ask, At, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let (At::Header(index) | At::Basic(index, _)) = spot.place else { return trials };
    let word = spot.before.split(' ').next().unwrap_or_default();
    let usual = capital(word);
    let value = ask.request.headers.get(index).and_then(|(_, value)| value.expose_str());
    if let Some(value) = value.filter(|_| !word.is_empty() && word != usual) {
        let mut request = ask.request.clone();
        let changed = format!("{usual}{}", &value[word.len()..]);
        request.headers[index].1 = changed.as_str().into();
        let suspect = Suspect::new(
            "header/malformed-scheme",
            Stop::Sent,
            82,
            format!("`{word}` is not taken where `{usual}` is"),
            format!("Write `{usual}` with a capital letter: this server compares letter by letter."),
        );
        trials.push(Trial::change(ask, format!("`{usual}` in place of `{word}`"), request, suspect.decisive()));
    }
    // HTTP says that names are the same in any letter case; some servers and boxes do not know it.
    for (name, suspicion) in [(capitals(&spot.name), 34), (spot.name.to_ascii_lowercase(), 26)] {
        if name == spot.name {
            continue;
        }
        let mut request = ask.request.clone();
        request.headers[index].0.clone_from(&name);
        let suspect = Suspect::new(
            "header/case-sensitive",
            Stop::Sent,
            suspicion,
            format!("the header's name is taken as {name} and not as {}", spot.name),
            format!(
                "Send it as `{name}`; the server is at fault, since names have no letter case (RFC 9110, section 5.1)."
            ),
        );
        trials.push(Trial::change(ask, format!("the header's name as `{name}`"), request, suspect.decisive()));
    }
    trials
}

/// The first letter large, the others small.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
    })
}

/// Each word of a header's name with a capital.
fn capitals(name: &str) -> String {
    name.split('-').map(capital).collect::<Vec<_>>().join("-")
}
