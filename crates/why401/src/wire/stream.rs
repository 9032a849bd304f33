//! A stream of bytes, whatever carries it, and whom its certificate has to convince.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use why401_core::exchange::Manner;

/// Both directions of a connection.
pub trait Both: AsyncRead + AsyncWrite + Unpin {
    /// What carries it.
    fn tcp(&self) -> &TcpStream;
}

impl Both for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Both for TlsStream<Stream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0.tcp()
    }
}

/// A connection: TCP, TLS over it, or TLS in a proxy's tunnel.
pub type Stream = Box<dyn Both>;

/// Whom to believe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Trusting {
    /// Whether any certificate will do.
    pub anybody: bool,
    /// A file of certificates to trust besides those of the system.
    pub authorities: Option<String>,
}

impl Trusting {
    /// Whom a request of this manner believes.
    pub(super) fn of(manner: &Manner) -> Self {
        Self { anybody: manner.insecure, authorities: manner.authorities.clone() }
    }
}
