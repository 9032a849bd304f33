//! One credential where the request has several, and no cookie beside it.

use super::spot::{without, without_header};
use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let spots = ask.spots();
    let others = spots.iter().filter(|other| *other != spot);
    if let Some(request) = without(&ask.request, others).filter(|_| spots.len() > 1) {
        let count = if spots.len() == 2 { "two".to_owned() } else { spots.len().to_string() };
        let suspect = Suspect::new(
            "header/duplicate",
            Stop::Sent,
            92,
            format!("the request carries {count} credentials, and the server takes another one"),
            format!("Send one of them: {} alone works.", spot.called()),
        );
        trials.push(Trial::change(ask, format!("{} alone", spot.called()), request, suspect));
    }
    if ask.request.header("cookie").is_some() && !spot.value.is_empty() {
        let suspect = Suspect::new(
            "header/overridden",
            Stop::Sent,
            50,
            "a cookie wins over the key",
            "Send the request without cookies, or with those of a login that is still good.",
        );
        let request = without_header(ask.request.clone(), "Cookie");
        trials.push(Trial::change(ask, "without cookies", request, suspect.decisive()));
    }
    trials
}
