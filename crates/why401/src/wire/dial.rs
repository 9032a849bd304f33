//! The way to a host: its address, or the proxy's.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use why401_core::exchange::{Family, Hurdle, Manner, Proxy as Wanted};
use why401_core::loader::Environment;
use why401_core::url::Url;

use super::Failed;
use super::proxy::{self, Proxy};
use super::stream::Trusting;

/// One address may take so long.
const CONNECT: Duration = Duration::from_secs(5);
/// When an address has not answered for so long, the next is tried, too.
const BESIDE: Duration = Duration::from_millis(250);

/// How to get to the host of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The host's name, or its address without brackets.
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub proxy: Option<Proxy>,
    pub family: Option<Family>,
    pub trusting: Trusting,
    /// The addresses or names to connect to; one, the host itself, where nothing else is said.
    to: Vec<String>,
    /// The port there.
    at: u16,
}

impl Way {
    pub(super) fn new(url: &Url<'_>, tls: bool, manner: &Manner, environment: &Environment) -> Result<Self, Failed> {
        let port =
            url.port().ok_or_else(|| Failed::NotSent(format!("{:?} is no port", url.port.unwrap_or_default())))?;
        let host = url.host.trim_matches(['[', ']']).to_owned();
        let proxy = match &manner.proxy {
            Wanted::OfEnvironment => proxy::of_environment(url, environment),
            Wanted::None => None,
            Wanted::At(address) => {
                Some(Proxy::parse(address).ok_or_else(|| Failed::at(Hurdle::Proxy, "its address is not understood"))?)
            }
        };
        if let Some(proxy) = proxy.as_ref().filter(|proxy| !proxy.is_http) {
            return Err(Failed::at(
                Hurdle::Proxy,
                format!("{} is no HTTP proxy, and only those are understood", proxy.shown()),
            ));
        }
        let instead = manner.instead.iter().find(|instead| {
            (instead.host.is_empty() || instead.host.eq_ignore_ascii_case(&host))
                && instead.port.is_none_or(|own| own == port)
        });
        let to = instead.map(|instead| instead.to.clone()).filter(|to| !to.is_empty());
        Ok(Self {
            to: to.unwrap_or_else(|| vec![host.clone()]),
            at: instead.and_then(|instead| instead.at).unwrap_or(port),
            host,
            port,
            tls,
            proxy,
            family: manner.family,
            trusting: Trusting::of(manner),
        })
    }

    /// Whether the request line names the whole URL: a proxy is asked in the clear (RFC 9112, section 3.2.2).
    pub(super) fn is_absolute(&self) -> bool {
        self.proxy.is_some() && !self.tls
    }
}

/// Connects to the host or to the proxy before it.
pub(super) async fn connect(way: &Way) -> Result<TcpStream, Failed> {
    let of_proxy = if way.proxy.is_some() { "the proxy " } else { "" };
    let (hosts, port) = match &way.proxy {
        Some(proxy) => (vec![proxy.host.as_str()], proxy.port),
        None => (way.to.iter().map(String::as_str).collect(), way.at),
    };
    let mut all: Vec<SocketAddr> = Vec::new();
    for host in &hosts {
        let found = lookup_host((*host, port)).await;
        all.extend(found.map_err(|why| Failed::at(Hurdle::Name, format!("{of_proxy}{host}: {}", said(&why))))?);
    }
    let host = hosts.join(", ");
    let wanted = |address: &SocketAddr| match way.family {
        Some(Family::V4) => address.is_ipv4(),
        Some(Family::V6) => address.is_ipv6(),
        None => true,
    };
    // A machine may have an address of a kind that leads nowhere: who waits for one too long tries the next beside it (RFC 8305).
    let mut tried = JoinSet::new();
    let mut whys: Vec<(usize, String)> = Vec::new();
    let mut waiting = all.into_iter().filter(wanted).enumerate();
    let mut is_more = true;
    loop {
        if is_more {
            match waiting.next() {
                Some((index, address)) => drop(tried.spawn(attempt(index, address))),
                None => is_more = false,
            }
        }
        let next = async { if is_more { sleep(BESIDE).await } else { pending().await } };
        tokio::select! {
            came = tried.join_next() => match came {
                Some(Ok(Ok(stream))) => {
                    // Heads are small, and nobody should wait for more of them.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Some(Ok(Err(why))) => whys.push(why),
                Some(Err(_)) => {}
                None if is_more => {}
                None => break,
            },
            () = next => {}
        }
    }
    whys.sort();
    let last = whys.pop().map(|(_, why)| why);
    let why = last.unwrap_or_else(|| match way.family {
        Some(Family::V4) => format!("{host} has no IPv4 address"),
        Some(Family::V6) => format!("{host} has no IPv6 address"),
        None => format!("{host} has no address"),
    });
    let hurdle = if way.proxy.is_some() { Hurdle::Proxy } else { Hurdle::Connect };
    Err(Failed::at(hurdle, format!("{of_proxy}{why}")))
}

/// One address; an error says why it is none, and which.
async fn attempt(index: usize, address: SocketAddr) -> Result<TcpStream, (usize, String)> {
    match timeout(CONNECT, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(why)) => Err((index, format!("{address}: {}", said(&why)))),
        Err(_) => Err((index, format!("{address}: nothing answered within {} s", CONNECT.as_secs()))),
    }
}

/// What the system says, without its number.
pub(super) fn said(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.trim_start_matches("failed to lookup address information: ").to_owned()
}
