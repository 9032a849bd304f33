//! How a curl line is to be sent: versions, addresses, proxy, time.

use super::ask::Says;
use super::line::Said;
use super::options::Does;
use crate::exchange::{Instead, Manner, Proxy};
use crate::read::request::address::Address;
use crate::read::request::text::Text;
use crate::read::request::{Refused, refused};
use crate::secret::Secret;
use crate::url::Url;

/// What the options say of it.
///
/// # Errors
/// Words that cannot be read.
pub(super) fn of(says: &Says<'_>, address: &Address) -> Result<Manner, Refused> {
    let mut manner = Manner::default();
    manner.insecure = says.is(Does::Insecure);
    manner.trusts_hops = says.is(Does::FollowTrusting);
    manner.follow = says.is(Does::Follow) || manner.trusts_hops;
    manner.authorities = says.last(Does::Authorities).map(|said| said.word.lossy());
    for said in &says.line.does {
        match said.does {
            Does::Http(version) => manner.version = Some(version),
            Does::Ip(family) => manner.family = Some(family),
            Does::MaxTime if !said.word.is_open() => {
                let seconds = said.word.lossy().parse::<f64>().ok().filter(|seconds| (0.0..1e6).contains(seconds));
                let Some(seconds) = seconds else { return Err(unread(said, "seconds: `-m 10`")) };
                // Whole milliseconds of a number below a million.
                manner.within = Some(std::time::Duration::from_secs_f64(seconds).as_millis().try_into().unwrap_or(0))
                    .filter(|all| *all > 0);
            }
            Does::Resolve => resolve(said, &mut manner.instead)?,
            Does::ConnectTo => connect_to(said, &mut manner.instead)?,
            _ => {}
        }
    }
    manner.proxy = proxy(says, address);
    Ok(manner)
}

fn unread(said: &Said, form: &str) -> Refused {
    refused(format!("the word of `{}` cannot be read", said.option), format!("It is {form}."))
}

/// `host:port:address[,address]`, a plus sign before it ignored.
fn resolve(said: &Said, into: &mut Vec<Instead>) -> Result<(), Refused> {
    let text = said.word.lossy();
    let mut parts = text.trim_start_matches('+').splitn(3, ':');
    let (host, port, addresses) = (parts.next(), parts.next().and_then(|port| port.parse().ok()), parts.next());
    match (host, port, addresses) {
        (Some(host), Some(_), None) if host.starts_with('-') => Ok(()),
        (Some(host), Some(port), Some(addresses)) if !host.is_empty() && !addresses.is_empty() => {
            let to = addresses.split(',').map(|address| address.trim_matches(['[', ']']).to_owned()).collect();
            let host = if host == "*" { String::new() } else { host.to_ascii_lowercase() };
            into.push(Instead { host, port: Some(port), to, at: None });
            Ok(())
        }
        _ if said.word.is_open() => Ok(()),
        _ => Err(unread(said, "`host:port:address`")),
    }
}

/// `host:port:host:port`; what is empty is any host and port, and then the same.
fn connect_to(said: &Said, into: &mut Vec<Instead>) -> Result<(), Refused> {
    let text = said.word.lossy();
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    // An IPv6 address has colons of its own, and brackets round it.
    while parts.len() < 4 {
        let end = if rest.starts_with('[') {
            rest.find(']').map_or(rest.len(), |at| at + 1)
        } else {
            rest.find(':').unwrap_or(rest.len())
        };
        parts.push(rest[..end].trim_matches(['[', ']']).to_owned());
        match rest[end..].strip_prefix(':') {
            Some(more) => rest = more,
            None => break,
        }
    }
    let [from, from_port, to, to_port] = &parts[..] else {
        return if said.word.is_open() { Ok(()) } else { Err(unread(said, "`host:port:host:port`")) };
    };
    let number = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    let (Some(port), Some(at)) = (number(from_port), number(to_port)) else {
        return Err(unread(said, "`host:port:host:port`"));
    };
    let to = if to.is_empty() { Vec::new() } else { vec![to.clone()] };
    into.push(Instead { host: from.to_ascii_lowercase(), port, to, at });
    Ok(())
}

fn proxy(says: &Says<'_>, address: &Address) -> Proxy {
    let (host, _) = &address.place;
    let spared = says.last(Does::NoProxy).is_some_and(|said| {
        let list = said.word.lossy();
        list.split([',', ' '])
            .map(|name| name.trim_start_matches('.').to_ascii_lowercase())
            .any(|name| name == "*" || !name.is_empty() && (*host == name || host.ends_with(&format!(".{name}"))))
    });
    let named = says.all(|does| matches!(does, Does::Proxy(_))).last();
    match named {
        _ if spared => Proxy::None,
        None => Proxy::OfEnvironment,
        Some(said) if said.word.is_empty() => Proxy::None,
        Some(said) => {
            let Does::Proxy(scheme) = said.does else { return Proxy::OfEnvironment };
            let word = said.word.lossy();
            let whole = if word.contains("://") { word } else { format!("{scheme}://{word}") };
            let url = Url::of(&whole);
            // 1080 is what curl takes where no port is written.
            let port =
                url.port.filter(|port| !port.is_empty()).unwrap_or(if url.scheme == "https" { "443" } else { "1080" });
            let user = match says.last(Does::ProxyUser) {
                Some(said) => {
                    let (user, password) =
                        said.word.split_once(b':').unwrap_or_else(|| (said.word.clone(), Text::default()));
                    format!("{}:{}@", user.percent().lossy(), password.percent().lossy())
                }
                None => url.userinfo.map(|user| format!("{user}@")).unwrap_or_default(),
            };
            Proxy::At(Secret::new(format!("{}://{user}{}:{port}", url.scheme, url.host)))
        }
    }
}
