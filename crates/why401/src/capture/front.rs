//! A connection before it is known what it speaks: what was read too much lies in front.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use why401_core::read::tap::head::Head;
use why401_core::read::tap::scan::{Part, Scanner};

/// The line of a preload may be so long.
const LINE: usize = 1 << 10;
/// How the line of a preload begins.
const PRELOAD: &[u8] = b"why401 ";

/// A connection, and bytes that were read from it and put back.
pub(super) struct Front<S = TcpStream> {
    stream: S,
    ahead: Vec<u8>,
}

/// How a connection begins.
pub(super) enum Opening {
    /// With a request.
    Head(Head),
    /// With the words of a preload's line behind its first.
    Line(Vec<u8>),
    /// With nothing: it was closed.
    Nothing,
    /// With something else.
    Strange,
}

impl<S> Front<S> {
    /// The connection itself.
    pub(super) fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: AsyncRead + Unpin> Front<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, ahead: Vec::new() }
    }

    /// The connection itself; what was read from it and put back is lost.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// Bytes that are to be read again, before what comes.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.ahead.splice(0..0, bytes.iter().copied());
    }

    /// Reads the first line of a preload, or a head.
    pub(super) async fn opening(&mut self) -> io::Result<Opening> {
        loop {
            let known = self.ahead.len().min(PRELOAD.len());
            if self.ahead[..known] == PRELOAD[..known] && known > 0 {
                if let Some(end) = memchr::memchr(b'\n', &self.ahead) {
                    let line = self.ahead[PRELOAD.len().min(end)..end].trim_ascii().to_vec();
                    self.ahead.drain(..=end);
                    return Ok(Opening::Line(line));
                }
                if self.ahead.len() > LINE {
                    return Ok(Opening::Strange);
                }
            } else if known > 0 {
                return self.head().await;
            }
            if self.stream.read_buf(&mut self.ahead).await? == 0 {
                return Ok(if self.ahead.is_empty() { Opening::Nothing } else { Opening::Strange });
            }
        }
    }

    /// Reads a head.
    pub(super) async fn head(&mut self) -> io::Result<Opening> {
        let mut scanner = Scanner::requests();
        loop {
            let bytes = std::mem::take(&mut self.ahead);
            let (used, part) = scanner.step(&bytes);
            match part {
                Part::Head(head) => {
                    self.ahead = bytes[used..].to_vec();
                    return Ok(Opening::Head(head));
                }
                Part::More => {}
                Part::Body(_) | Part::End | Part::Opaque => return Ok(Opening::Strange),
            }
            if self.stream.read_buf(&mut self.ahead).await? == 0 {
                return Ok(if scanner.is_between() { Opening::Nothing } else { Opening::Strange });
            }
        }
    }

    /// The first bytes that come, at least one, without taking them; empty where the connection was closed.
    pub(super) async fn first(&mut self) -> io::Result<&[u8]> {
        if self.ahead.is_empty() {
            self.stream.read_buf(&mut self.ahead).await?;
        }
        Ok(&self.ahead)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Front<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.ahead.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, to);
        }
        let count = self.ahead.len().min(to.remaining());
        to.put_slice(&self.ahead[..count]);
        if count == self.ahead.len() {
            self.ahead = Vec::new();
        } else {
            self.ahead.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Front<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
