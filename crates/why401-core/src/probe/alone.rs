//! One credential where the request has two, and none of a cookie or of `.netrc` beside it.

use super::spot::{basic_value, with_header, without_header};
use super::{Ask, At, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::exchange::Request;

/// The request with no other credential than this one.
fn only(request: &Request, spot: &Spot, spots: &[Spot]) -> Option<Request> {
    // From the last to the first, so that each still stands where it stood.
    let mut others: Vec<&Spot> = spots.iter().filter(|other| *other != spot).collect();
    others.sort_by_key(|other| match other.place {
        At::Header(index) | At::Basic(index, _) | At::Query(index) => std::cmp::Reverse((index, 0)),
        At::Cookie(index, piece) => std::cmp::Reverse((index, piece)),
        At::Path => std::cmp::Reverse((0, 0)),
    });
    others.into_iter().try_fold(request.clone(), |request, other| other.removed(&request))
}

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let spots = ask.spots();
    if let Some(request) = only(&ask.request, spot, &spots).filter(|_| spots.len() > 1) {
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
    // The other way round: some clients put what `.netrc` has in the place of the header.
    if let (Some((user, password)), At::Basic(..)) = (&ask.netrc, spot.place) {
        let own = basic_value(user.expose(), password.expose());
        let is_netrc = ask.request.header("authorization").is_some_and(|value| value.expose() == own);
        if is_netrc {
            for other in &ask.others {
                let suspect = Suspect::new(
                    "header/overridden",
                    Stop::Sent,
                    85,
                    format!("`.netrc` has an entry for this host, and it is sent in place of {}", other.name),
                    "Take the entry out of `.netrc`, or tell the client not to read it.",
                );
                let value = [b"Bearer ".as_slice(), other.value.expose()].concat();
                let request = with_header(ask.request.clone(), "Authorization", value);
                trials.push(Trial::change(
                    ask,
                    format!("{} in place of what `.netrc` has", other.name),
                    request,
                    suspect,
                ));
            }
        }
    }
    trials
}
