//! The experiment that would decide: the same key, from the same machine, with one change at a time.

use crate::case::Refusal;
use crate::cause::Remedy;
use crate::provider::{Cost, Place, Provider};

/// The line of `why401 probe` that decides; `None` where nothing is known that could be asked for free.
pub(super) fn experiment(refusal: &Refusal<'_>) -> Option<Remedy> {
    let of_provider = refusal.provider().filter(|provider| has_free_request(provider));
    let (who, line) = match of_provider {
        Some(provider) => (provider.name.clone(), format!("why401 probe {}", provider.slug)),
        None => {
            let url = asked(refusal)?;
            (url.clone(), format!("why401 probe {url} --credential NAME"))
        }
    };
    let text = format!(
        "An experiment decides: ask {who} once more, from the same machine, with one change at a time. It is free and changes nothing."
    );
    Some(Remedy::new(text).command(line))
}

/// Whether the service has a request that asks for nothing but the key, and that can be sent without a signature.
fn has_free_request(provider: &Provider) -> bool {
    let is_free = provider.probe.as_ref().is_some_and(|probe| probe.cost == Cost::Free && !probe.url.contains('{'));
    let can_be_sent = |place: Place| matches!(place, Place::Header | Place::BasicUser | Place::Query);
    is_free && provider.placement.first().is_some_and(|placement| can_be_sent(placement.place))
}

/// The address of a reading request that was refused.
fn asked(refusal: &Refusal<'_>) -> Option<String> {
    let refused = refusal
        .exchanges
        .iter()
        .find(|exchange| matches!(exchange.status(), Some(401 | 403)) && exchange.request.method == "GET")?;
    let url = &refused.request.url;
    // Whoever pastes may hide his host, and what stands there then leads nowhere.
    let is_whole =
        url.contains("://") && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>{}*'\"`$\\".contains(&byte));
    // A long piece with digits in it may be a credential.
    let is_plain = |piece: &str| piece.len() < 16 || !piece.bytes().any(|byte| byte.is_ascii_digit());
    (is_whole && url.split(['/', '?', '&', '=', ':', '@']).all(is_plain)).then(|| url.clone())
}
