//! Other hosts of the same service: its regions, its sandbox, its usual address; and the same host in other words.

use super::{Ask, Seen, Spot, Suspect, Trial};
use crate::case::Stop;
use crate::exchange::Request;
use crate::provider::Environment;
use crate::url::Url;

pub(super) fn trials(ask: &Ask<'_>, _: &Spot, _: Seen) -> Vec<Trial> {
    let mut trials = Vec::new();
    let url = Url::of(&ask.request.url);
    let host = url.host().unwrap_or_default();
    let Some(provider) = ask.provider else { return trials };
    // At somebody's own address the service's hosts are not the same service.
    if provider.hosts.cover(&host).is_none() {
        return trials;
    }
    let here = provider.hosts.region_of(&host);
    for region in &provider.hosts.region {
        if here.is_some_and(|here| here.name == region.name) {
            continue;
        }
        let Some(to) = region.hosts.iter().find(|name| !name.contains(['*', '{'])) else { continue };
        let differs = here.map_or(Environment::Any, |here| here.environment) != region.environment
            && region.environment != Environment::Any;
        let (cause, title) = if differs {
            ("key/wrong-environment", format!("the key is one of {}, and {host} is not", region.name))
        } else {
            (
                "request/wrong-endpoint",
                format!("the key belongs to {} ({to}), and {host} does not know it", region.name),
            )
        };
        let suspect =
            Suspect::new(cause, Stop::Judged, 66, title, format!("Ask {to}, or take a key of {host}.")).decisive();
        let request = at_host(&ask.request, &url, to);
        trials.push(Trial::change(ask, format!("at {to}"), request, suspect));
    }
    let mut usual = provider.hosts.base_urls.iter().map(|base| Url::of(base).host);
    let usual = usual.find(|name| !name.contains('{') && provider.hosts.cover(name).is_some());
    if let Some(to) = usual.filter(|to| provider.hosts.region.is_empty() && !host.eq_ignore_ascii_case(to)) {
        let suspect = Suspect::new(
            "request/wrong-endpoint",
            Stop::Judged,
            40,
            format!("{host} does not take the key that {to} takes"),
            format!("Ask {to}."),
        );
        trials.push(Trial::change(ask, format!("at {to}"), at_host(&ask.request, &url, to), suspect));
    }
    trials
}

/// The request at another host.
fn at_host(request: &Request, url: &Url<'_>, to: &str) -> Request {
    let mut changed = request.clone();
    let port = url.port.map(|port| format!(":{port}")).unwrap_or_default();
    changed.url = format!("{}://{to}{port}{}", url.scheme, url.path);
    for (name, value) in &mut changed.headers {
        if name.eq_ignore_ascii_case("host") {
            *value = format!("{to}{port}").as_str().into();
        }
    }
    changed
}
