//! The tee: bytes pass in both directions as they come, never more at once than the other side takes, and somebody listens.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, sleep_until};

use super::side::Side;

/// A connection of which one side has ended, and on whose other side nothing happens for so long, has been forgotten.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Who listens.
pub(super) trait Listen {
    /// Bytes of the client on their way; how many of them may pass. Fewer than all ends this direction for now.
    fn sent(&mut self, bytes: &[u8]) -> usize;
    /// The same of the server.
    fn came(&mut self, bytes: &[u8]) -> usize;
    /// Whether both directions have come to a stop together.
    fn is_over(&self) -> bool {
        false
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Both sides closed their connections in good order.
    Closed,
    /// The listener said so; both connections are still there.
    Over,
    /// One side broke off.
    Broken,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The listener let only a part pass.
    Stopped,
    /// No more comes.
    Ended,
    /// No more comes, and TLS did not say so.
    Cut,
    /// And that has been passed on.
    Closed,
    /// It broke off.
    Broken,
}

/// One direction.
struct Flow {
    /// What the other side has not taken yet.
    held: Vec<u8>,
    at: usize,
    state: State,
    is_unflushed: bool,
    /// Bytes that came and were not let pass.
    rest: Vec<u8>,
    has_moved: bool,
}

impl Flow {
    fn new() -> Self {
        Self { held: Vec::new(), at: 0, state: State::Open, is_unflushed: false, rest: Vec::new(), has_moved: false }
    }

    /// Whether all that came has been passed on.
    fn is_empty(&self) -> bool {
        self.held.is_empty() && !self.is_unflushed
    }

    /// Moves what can be moved. Ready when nothing will move any more; an error where the taking side broke.
    fn poll<R: AsyncRead + Unpin, W: Side>(
        &mut self,
        context: &mut Context<'_>,
        from: &mut R,
        to: &mut W,
        scratch: &mut [u8],
        mut listen: impl FnMut(&[u8]) -> usize,
    ) -> Poll<io::Result<()>> {
        loop {
            while self.at < self.held.len() {
                let count = ready!(Pin::new(&mut *to).poll_write(context, &self.held[self.at..]))?;
                if count == 0 {
                    return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                }
                self.at += count;
                (self.is_unflushed, self.has_moved) = (true, true);
            }
            if !self.held.is_empty() {
                (self.held, self.at) = (Vec::new(), 0);
            }
            match self.state {
                State::Open => {}
                State::Ended => {
                    ready!(Pin::new(&mut *to).poll_shutdown(context))?;
                    (self.state, self.has_moved) = (State::Closed, true);
                }
                State::Stopped | State::Cut | State::Broken if self.is_unflushed => {
                    ready!(Pin::new(&mut *to).poll_flush(context))?;
                    self.is_unflushed = false;
                }
                State::Cut => {
                    ready!(to.poll_cut(context))?;
                    (self.state, self.has_moved) = (State::Closed, true);
                }
                State::Closed | State::Stopped | State::Broken => return Poll::Ready(Ok(())),
            }
            if self.state != State::Open {
                continue;
            }
            let mut room = ReadBuf::new(scratch);
            match Pin::new(&mut *from).poll_read(context, &mut room) {
                Poll::Pending => {
                    if self.is_unflushed {
                        ready!(Pin::new(&mut *to).poll_flush(context))?;
                        self.is_unflushed = false;
                    }
                    return Poll::Pending;
                }
                Poll::Ready(Err(why)) if why.kind() == io::ErrorKind::UnexpectedEof => self.state = State::Cut,
                Poll::Ready(Err(_)) => self.state = State::Broken,
                Poll::Ready(Ok(())) if room.filled().is_empty() => self.state = State::Ended,
                Poll::Ready(Ok(())) => {
                    let bytes = room.filled();
                    let count = listen(bytes);
                    if count < bytes.len() {
                        self.state = State::Stopped;
                        self.rest.extend_from_slice(&bytes[count..]);
                    }
                    let bytes = &bytes[..count];
                    self.has_moved = true;
                    if bytes.is_empty() {
                        continue;
                    }
                    match Pin::new(&mut *to).poll_write(context, bytes)? {
                        Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                        Poll::Ready(count) => self.held.extend_from_slice(&bytes[count..]),
                        Poll::Pending => self.held.extend_from_slice(bytes),
                    }
                    self.is_unflushed = true;
                }
            }
        }
    }
}

/// Lets bytes pass until both sides have ended, one breaks off, or the listener says that it is over. Tells also what came from
/// the client and was not let pass.
pub(super) async fn pass(
    client: &mut impl Side,
    server: &mut impl Side,
    listener: &mut impl Listen,
    scratch: &RefCell<Vec<u8>>,
) -> (End, Vec<u8>) {
    let (mut up, mut down) = (Flow::new(), Flow::new());
    let mut forgotten = None;
    let end = poll_fn(|context| {
        let scratch = &mut *scratch.borrow_mut();
        (up.has_moved, down.has_moved) = (false, false);
        let sent = up.poll(context, client, server, scratch, |bytes| listener.sent(bytes));
        let came = down.poll(context, server, client, scratch, |bytes| listener.came(bytes));
        if up.state == State::Broken && sent.is_ready() || matches!(came, Poll::Ready(Err(_))) {
            server.abort();
            return Poll::Ready(End::Broken);
        }
        if down.state == State::Broken && came.is_ready() {
            client.abort();
            return Poll::Ready(End::Broken);
        }
        // A server that takes no more may have answered all the same.
        let is_refused = matches!(sent, Poll::Ready(Err(_)));
        if is_refused && came.is_ready() {
            return Poll::Ready(End::Broken);
        }
        if listener.is_over() && down.is_empty() && up.is_empty() {
            return Poll::Ready(End::Over);
        }
        if sent.is_ready() && came.is_ready() {
            return Poll::Ready(End::Closed);
        }
        if is_refused || up.state == State::Closed || down.state == State::Closed {
            let timer = forgotten.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + FORGOTTEN)));
            if up.has_moved || down.has_moved {
                timer.as_mut().reset(Instant::now() + FORGOTTEN);
            }
            if timer.as_mut().poll(context).is_ready() {
                return Poll::Ready(End::Broken);
            }
        }
        Poll::Pending
    })
    .await;
    (end, up.rest)
}
