//! Tunnels: TLS is ended here and begun anew to the host, which chooses the protocol; what is no TLS passes as it is.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{self, AlertDescription, ServerConfig};
use why401_core::exchange::{Hurdle, Request, Unreachable};

use super::front::Front;
use super::side::Side;
use super::tee::{self, Listen};
use super::watch::{Watch, origin, unreached};
use super::{Door, Event, Missed, Proxy, Why};
use crate::wire::{Secured, Stream};

/// So long a client may take to hear that it is refused.
const DRAINED: Duration = Duration::from_secs(5);

/// Where a tunnel leads.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Name or address, without brackets.
    pub host: String,
    pub port: u16,
}

impl Target {
    /// `HOST:PORT`, an IPv6 address in brackets.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (host, port) = text.rsplit_once(':')?;
        let host = host.strip_prefix('[').map_or(Some(host), |host| host.strip_suffix(']'))?;
        Self::new(host, port)
    }

    pub(super) fn new(host: &str, port: &str) -> Option<Self> {
        let is_host = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c) || !c.is_ascii() && !c.is_control();
        (!host.is_empty() && host.len() <= 255 && host.chars().all(is_host)).then_some(())?;
        Some(Self { host: host.to_ascii_lowercase(), port: port.parse().ok()? })
    }
}

/// Serves a tunnel. At the door of a proxy the client waits for the answer to its CONNECT.
pub(super) async fn serve(mut front: Front, target: Target, proxy: Rc<Proxy>, door: Door, connection: u64) {
    let began = Instant::now();
    let road = proxy.wire.reach(&target.host, target.port, true).await;
    let mut server = match road {
        Ok(road) => Front::new(road.stream),
        Err(why) => {
            if door == Door::Proxy {
                let text = said(&target.host, &why);
                unreached(&proxy, blank(&target, true), why, connection, door, began);
                return dismiss(front, "502 Bad Gateway", "", &text).await;
            }
            return unreached(&proxy, blank(&target, true), why, connection, door, began);
        }
    };
    if door == Door::Proxy && front.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.is_err() {
        return;
    }
    let is_pinned = proxy.pinned.borrow().contains(&target.host);
    let speaks_tls = tokio::select! {
        first = front.first() => match first {
            Ok(first) if !first.is_empty() => first[0] == 0x16,
            _ => return,
        },
        // Where the server speaks first it is not TLS.
        _ = server.first() => false,
    };
    if speaks_tls && is_pinned {
        proxy.tell(Event::Missed(Missed { host: target.host, port: target.port, why: Why::Passed }));
        tee::pass(&mut front, &mut server, &mut Nobody, &proxy.scratch).await;
    } else if speaks_tls {
        let way = Tunnel { target, proxy, connection, door, began };
        way.secure(front, server.into_inner()).await;
    } else {
        let mut watch = Watch::new(proxy.clone(), &target.host, target.port, false, connection, door);
        tee::pass(&mut front, &mut server, &mut watch, &proxy.scratch).await;
        watch.close();
    }
}

/// A tunnel in which TLS is spoken.
struct Tunnel {
    target: Target,
    proxy: Rc<Proxy>,
    connection: u64,
    door: Door,
    began: Instant,
}

/// The host's side, and how the client is to see it.
struct Met {
    server: Secured,
    face: Option<Arc<ServerConfig>>,
}

impl Tunnel {
    /// TLS with both: with the host first, so that the client is offered what the host speaks.
    async fn secure(self, front: Front, server: Stream) {
        let start = match LazyConfigAcceptor::new(Acceptor::default(), front).await {
            Ok(start) => start,
            Err(why) => return self.missed(Why::Handshake(why.to_string())),
        };
        let hello = start.client_hello();
        let name = hello.server_name().unwrap_or(&self.target.host).to_owned();
        let protocols: Vec<Vec<u8>> = hello.alpn().into_iter().flatten().map(<[u8]>::to_vec).collect();
        let protocols: Vec<&[u8]> = protocols.iter().map(Vec::as_slice).collect();
        let Some(Met { mut server, face }) = self.meet(server, &name, &protocols).await else {
            // It is told with an alert that this host is not to be had.
            let _ = start.into_stream(self.proxy.faces.nobody()).await;
            return;
        };
        let Some(face) = face else {
            return self.missed(Why::Handshake(format!("{name:?} is no name that a certificate can be for")));
        };
        let mut client = match start.into_stream(face).await {
            Ok(client) => client,
            Err(why) => return self.missed(self.refused(&why)),
        };
        if client.get_ref().1.peer_certificates().is_some() {
            client.abort();
            return self.missed(self.identified());
        }
        let Self { target, proxy, connection, door, .. } = self;
        let mut watch = Watch::new(proxy.clone(), &name, target.port, true, connection, door);
        tee::pass(&mut client, &mut server, &mut watch, &proxy.scratch).await;
        watch.close();
    }

    /// TLS with the host. What is wrong with its certificate the client gets to see as well, in one that is wrong in the same
    /// way: it decides, as it would without us.
    async fn meet(&self, stream: Stream, name: &str, protocols: &[&[u8]]) -> Option<Met> {
        let Self { target, proxy, .. } = self;
        let protocol = |server: &Secured| server.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        let why = match proxy.wire.secure(stream, name, protocols).await {
            Ok(server) => {
                let asks = proxy.wire.is_asked_for_certificate(name);
                let face = proxy.faces.of(name, protocol(&server).as_deref(), asks);
                return Some(Met { server, face });
            }
            Err(why) => why,
        };
        let hurdle = why.at;
        let host = Target { host: name.to_owned(), port: target.port };
        unreached(proxy, blank(&host, true), why, self.connection, self.door, self.began);
        let Hurdle::Trust(distrust) = hurdle else { return None };
        let road = proxy.wire.reach(&target.host, target.port, true).await.ok()?;
        let server = proxy.wire.secure_anyway(road.stream, name, protocols).await.ok()?;
        let face = proxy.faces.distrusted(name, protocol(&server).as_deref(), distrust);
        Some(Met { server, face })
    }

    fn missed(&self, why: Why) {
        let Target { host, port } = self.target.clone();
        self.proxy.tell(Event::Missed(Missed { host, port, why }));
    }

    /// A client that shows a certificate of its own (mutual TLS): only it has the key, so that nobody can stand between.
    fn identified(&self) -> Why {
        self.proxy.pinned.borrow_mut().insert(self.target.host.clone());
        Why::Handshake(
            "it shows the host a certificate of its own, which nobody else can use; its next calls there pass unseen"
                .to_owned(),
        )
    }

    /// What a client says that does not go on with the handshake.
    fn refused(&self, error: &std::io::Error) -> Why {
        use AlertDescription::{BadCertificate, CertificateUnknown, UnknownCA, UnsupportedCertificate};
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(rustls::Error::AlertReceived(
                alert @ (BadCertificate | CertificateUnknown | UnknownCA | UnsupportedCertificate),
            )) => {
                self.proxy.pinned.borrow_mut().insert(self.target.host.clone());
                Why::Pinned(format!("{alert:?}"))
            }
            _ => Why::Handshake(error.to_string()),
        }
    }
}

/// A request of which only the host is known.
fn blank(target: &Target, tls: bool) -> Request {
    Request { url: format!("{}/", origin(&target.host, target.port, tls)), ..Request::default() }
}

/// Answers in the place of the host.
pub(super) async fn refuse(front: &mut Front, status: &str, fields: &str, text: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{fields}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
    front.write_all(head.as_bytes()).await?;
    front.flush().await
}

/// The same, and closes. What the client still sends is taken first: a connection that is closed before is reset, and the
/// answer may be lost with it.
pub(super) async fn dismiss(mut front: Front, status: &str, fields: &str, text: &str) {
    let fields = format!("{fields}Connection: close\r\n");
    if refuse(&mut front, status, &fields, text).await.is_err() || front.shutdown().await.is_err() {
        return;
    }
    let mut bytes = [0; 4096];
    // Whoever sends on for longer does not listen.
    let _ = timeout(DRAINED, async { while front.read(&mut bytes).await.is_ok_and(|count| count > 0) {} }).await;
}

/// Nobody listens.
struct Nobody;

impl Listen for Nobody {
    fn sent(&mut self, bytes: &[u8]) -> usize {
        bytes.len()
    }

    fn came(&mut self, bytes: &[u8]) -> usize {
        bytes.len()
    }
}

/// What the host's side says of a failure, for those who only read text.
pub(super) fn said(host: &str, why: &Unreachable) -> String {
    format!("why401: {host}: {why}\n")
}
