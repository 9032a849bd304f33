//! The key in the header, parameter or part of the request that the service asks for.

use super::{Ask, At, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::provider::{Only, Place, Placement};

pub(super) fn trials(ask: &Ask<'_>, spot: &Spot, _: Seen) -> Vec<Trial> {
    if spot.value.is_empty() || spot.place == At::Path {
        return Vec::new();
    }
    let known = ask.provider.map(|provider| provider.placement.as_slice()).unwrap_or_default();
    let guessed = if known.is_empty() { usual() } else { Vec::new() };
    let all = known.iter().chain(&guessed).enumerate();
    let trials = all.filter(|(_, placement)| !is_here(spot, placement)).filter_map(|(rank, placement)| {
        let request = spot.moved(&ask.request, placement)?;
        let same_part =
            matches!((spot.place, placement.place), (At::Header(_), Place::Header) | (At::Query(_), Place::Query));
        let cause = match (spot.place, placement.place, same_part) {
            (_, _, true) => "header/wrong-name",
            (At::Basic(..), Place::Header, _) if placement.name.eq_ignore_ascii_case("authorization") => {
                "header/wrong-scheme"
            }
            (At::Basic(..), Place::Header, _) => "header/wrong-name",
            (At::Header(_), Place::BasicUser, _) if spot.name.eq_ignore_ascii_case("authorization") => {
                "header/wrong-scheme"
            }
            _ => "header/wrong-place",
        };
        let there = called(placement);
        let here = spot.called();
        let base = if known.is_empty() { 44 } else { 86 };
        let suspect = Suspect::new(
            cause,
            Stop::Sent,
            base - 5 * i32::try_from(rank).unwrap_or(9),
            format!("the key is sent as {here}, and {there} is asked"),
            format!("Send the key as {there}."),
        );
        Some(Trial::change(
            ask,
            format!("the key as {there}"),
            request,
            if known.is_empty() { suspect } else { suspect.decisive() },
        ))
    });
    trials.collect()
}

/// What servers that are not known ask for most.
fn usual() -> Vec<Placement> {
    let make = |place, name: &str, scheme: &str| Placement {
        place,
        name: name.to_owned(),
        scheme: scheme.to_owned(),
        user: None,
        only: Only::default(),
        note: None,
        verified: false,
        source: String::new(),
    };
    vec![
        make(Place::Header, "Authorization", "Bearer"),
        make(Place::Header, "X-API-Key", ""),
        make(Place::BasicUser, "Authorization", ""),
        make(Place::Header, "api-key", ""),
        make(Place::Header, "X-Auth-Token", ""),
        make(Place::Query, "api_key", ""),
    ]
}

/// Whether the credential stands in that header or parameter already, whatever stands before it.
fn is_here(spot: &Spot, placement: &Placement) -> bool {
    match (spot.place, placement.place) {
        (At::Header(_), Place::Header) | (At::Query(_), Place::Query) => {
            spot.name.eq_ignore_ascii_case(&placement.name)
        }
        (At::Basic(..), Place::BasicUser) => true,
        (At::Basic(..), Place::Header) => placement.scheme.eq_ignore_ascii_case("basic"),
        _ => false,
    }
}

/// How people write it.
fn called(placement: &Placement) -> String {
    match placement.place {
        Place::Header if placement.scheme.is_empty() => format!("the header `{}`", placement.name),
        Place::Header => format!("`{}: {} …`", placement.name, placement.scheme),
        Place::BasicUser => "the user name of HTTP Basic".to_owned(),
        Place::Query => format!("the parameter `{}`", placement.name),
        Place::Body => format!("the field `{}` of the body", placement.name),
        Place::Path => "a part of the path".to_owned(),
        Place::Signature => "a signature".to_owned(),
    }
}
