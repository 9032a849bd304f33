//! One side of a connection that passes through: how it ends is passed on as it ended on the other side.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::server;

use super::front::Front;
use crate::wire::{Both, Secured, Stream};

/// A connection.
pub(super) trait Side: AsyncRead + AsyncWrite + Unpin {
    /// Ends what is sent without the farewell of TLS, as the other side did.
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// What carries it.
    fn tcp(&self) -> &TcpStream;

    /// Lets it be reset when it is dropped, as the other side was.
    fn abort(&self) {
        // Where the system does not do it, it is closed in order.
        let _ = self.tcp().set_zero_linger();
    }
}

impl Side for Stream {
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self).poll_shutdown(context)
    }

    fn tcp(&self) -> &TcpStream {
        self.as_ref().tcp()
    }
}

impl Side for Secured {
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().0).poll_shutdown(context)
    }

    fn tcp(&self) -> &TcpStream {
        Both::tcp(self)
    }
}

impl Side for Front<TcpStream> {
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self).poll_shutdown(context)
    }

    fn tcp(&self) -> &TcpStream {
        self.get_ref()
    }
}

impl Side for Front<Stream> {
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self).poll_shutdown(context)
    }

    fn tcp(&self) -> &TcpStream {
        self.get_ref().as_ref().tcp()
    }
}

impl Side for server::TlsStream<Front> {
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().0).poll_shutdown(context)
    }

    fn tcp(&self) -> &TcpStream {
        self.get_ref().0.get_ref()
    }
}
