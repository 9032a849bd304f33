//! Connections that lie idle, to be used again for the same way.

use std::cell::RefCell;
use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::Poll;

use tokio::io::{AsyncRead, ReadBuf};

use super::dial::Way;
use super::stream::Stream;

/// More than a diagnosis asks at once.
const MOST: usize = 8;

/// A connection on which everything was read.
pub(super) struct Kept {
    pub stream: Stream,
    pub peer: Option<IpAddr>,
}

/// Whether nothing lies in the stream, not even its end.
async fn is_silent(stream: &mut Stream) -> bool {
    // Lets the system tell what came meanwhile.
    tokio::task::yield_now().await;
    poll_fn(|context| {
        let mut byte = [0; 1];
        let came = Pin::new(&mut *stream).poll_read(context, &mut ReadBuf::new(&mut byte));
        Poll::Ready(came.is_pending())
    })
    .await
}

/// The connections, each with the way that it leads.
#[derive(Default)]
pub(super) struct Idle(RefCell<Vec<(Way, Kept)>>);

impl Idle {
    /// A connection on which nothing came since: bytes that nobody asked for are never an answer.
    pub(super) async fn take(&self, way: &Way) -> Option<Kept> {
        loop {
            let mut kept = {
                let mut kept = self.0.borrow_mut();
                let index = kept.iter().rposition(|(own, _)| own == way)?;
                kept.swap_remove(index).1
            };
            if is_silent(&mut kept.stream).await {
                return Some(kept);
            }
        }
    }

    pub(super) fn keep(&self, way: &Way, connection: Kept) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < MOST {
            kept.push((way.clone(), connection));
        }
    }
}
