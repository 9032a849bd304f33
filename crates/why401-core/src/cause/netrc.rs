//! The entries of a `.netrc`, held against the hosts that a refusal names: for the judges of what such a file does.

use crate::case::Case;
use crate::fact::{Fact, Seen, Stored};
use crate::url::Url;

/// What a `.netrc` beside a refusal has to do with it.
pub(super) enum Netrc<'p> {
    /// An entry is for the host that was asked, or nothing says that it is not.
    Own(&'p Fact),
    /// The entry is for another host of the same domain.
    Others {
        /// The entry.
        entry: &'p Fact,
        /// Its host.
        kept: &'p str,
        /// The host that was asked.
        asked: String,
    },
}

/// Looks at the entries; `None` where there are none, or none that has to do with the refusal.
pub(super) fn look<'p>(case: &Case<'p>) -> Option<Netrc<'p>> {
    let refusal = case.as_refusal()?;
    let entries: Vec<(&Fact, &str)> = case.project.facts.iter().filter_map(entry).collect();
    let (first, _) = *entries.first()?;
    let called = refusal.exchanges.iter().filter_map(|exchange| Url::of(&exchange.request.url).host());
    let named = refusal.mentions.iter().filter(|(_, said)| said.in_refusal).map(|(_, said)| said.host.clone());
    let mut asked: Vec<String> = called.chain(named).collect();
    if asked.is_empty() {
        asked = refusal.mentions.iter().map(|(_, said)| said.host.clone()).collect();
    }
    let is_own = |kept: &str| kept.is_empty() || asked.iter().any(|host| host == kept);
    if let Some((own, _)) = entries.iter().find(|(_, kept)| asked.is_empty() || is_own(kept)) {
        return Some(Netrc::Own(own));
    }
    let near = |kept: &str| asked.iter().find(|host| domain(host) == domain(kept));
    let other = entries.iter().find_map(|(fact, kept)| Some((*fact, *kept, near(kept)?.clone())));
    match other {
        Some((entry, kept, asked)) => Some(Netrc::Others { entry, kept, asked }),
        // An address of numbers or a name without a domain may be the same machine.
        None if asked.iter().all(|host| !host.contains('.')) => Some(Netrc::Own(first)),
        None => None,
    }
}

fn entry(fact: &Fact) -> Option<(&Fact, &str)> {
    match &fact.seen {
        Seen::Stored(Stored::Credential { address, .. }) if is_inside(fact) => Some((fact, address)),
        _ => None,
    }
}

/// Whether the fact stands in a `.netrc`.
pub(super) fn is_inside(fact: &Fact) -> bool {
    let file = fact.origin.place().and_then(|place| place.path.rsplit('/').next());
    file.is_some_and(|file| [".netrc", "_netrc"].contains(&file))
}

/// The last two labels of a host, without its port.
fn domain(host: &str) -> &str {
    let name = host.split(':').next().unwrap_or(host);
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at + 1);
    dots.nth(1).map_or(name, |start| &name[start..])
}

#[cfg(test)]
mod tests {
    use super::domain;

    #[test]
    fn domains() {
        assert_eq!(domain("api.mapbox.com"), "mapbox.com");
        assert_eq!(domain("mapbox.com:443"), "mapbox.com");
        assert_eq!(domain("nas"), "nas");
    }
}
