//! Roads for others' requests: a connection to a host on which somebody else speaks.

use tokio_rustls::client::TlsStream;
use why401_core::exchange::{Hurdle, Manner, Unreachable};
use why401_core::secret::Secret;
use why401_core::url::Url;

use super::stream::{Stream, Trusting};
use super::{Failed, Wire, body, dial};

/// A connection that leads to a host.
pub struct Road {
    /// The connection.
    pub stream: Stream,
    /// Where a proxy is asked in the clear: it wants whole URLs.
    pub proxy: Option<Asked>,
}

/// What a proxy that is asked in the clear wants besides.
pub struct Asked {
    /// The value of `Proxy-Authorization`, where its URL has a user.
    pub authorization: Option<Secret>,
}

/// TLS on a road.
pub type Secured = TlsStream<Stream>;

impl Wire {
    /// A connection to a host (an IPv6 address without brackets), through the proxy that the environment names for it. With
    /// `tls` that proxy opens a tunnel; TLS itself is begun by [`Wire::secure`].
    pub async fn reach(&self, host: &str, port: u16, tls: bool) -> Result<Road, Unreachable> {
        let scheme = if tls { "https" } else { "http" };
        let name = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let text = format!("{scheme}://{name}:{port}/");
        let way = dial::Way::new(&Url::of(&text), tls, &Manner::default(), &self.environment).map_err(told)?;
        let stream = self.lead(&way).await.map_err(told)?;
        let proxy = way.proxy.as_ref().filter(|_| way.is_absolute());
        Ok(Road { stream, proxy: proxy.map(|proxy| Asked { authorization: proxy.authorization() }) })
    }

    /// Whether this host has asked for a certificate of the client.
    pub fn is_asked_for_certificate(&self, host: &str) -> bool {
        self.tls.asks(host)
    }

    /// The same with a host whose certificate was found bad, for a client that may not care.
    pub async fn secure_anyway(&self, stream: Stream, host: &str, protocols: &[&[u8]]) -> Result<Secured, Unreachable> {
        let anybody = Trusting { anybody: true, authorities: None };
        self.tls.wrap(stream, host, &anybody, protocols).await.map_err(told)
    }

    /// Begins TLS with the host, which has to prove its name as ever, and offers it these protocols (ALPN).
    pub async fn secure(&self, stream: Stream, host: &str, protocols: &[&[u8]]) -> Result<Secured, Unreachable> {
        let trusting = Trusting { anybody: false, authorities: self.authorities.clone() };
        self.tls.wrap(stream, host, &trusting, protocols).await.map_err(told)
    }
}

fn told(failed: Failed) -> Unreachable {
    match failed {
        Failed::Unreachable(why) => why,
        Failed::NotSent(why) => Unreachable { at: Hurdle::Unknown, why },
    }
}

/// The text of a body as it came, unpacked as its headers say, and whether more would have come out of it.
pub fn unpacked(bytes: &[u8], headers: &[(String, String)]) -> (String, bool) {
    body::decoded(bytes, headers)
}
