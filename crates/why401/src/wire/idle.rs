//! Connections that lie idle, to be used again for the same way.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio::io::{AsyncRead, ReadBuf};

use super::dial::Way;
use super::stream::Stream;

/// More than a diagnosis asks at once.
const MOST: usize = 8;

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

/// The connections, on which everything was read, each with the way that it leads.
#[derive(Default)]
pub(super) struct Idle(RefCell<Vec<(Way, Stream)>>);

impl Idle {
    /// A connection on which nothing came since: bytes that nobody asked for are never an answer.
    pub(super) async fn take(&self, way: &Way) -> Option<Stream> {
        loop {
            let mut kept = {
                let mut kept = self.0.borrow_mut();
                let index = kept.iter().rposition(|(own, _)| own == way)?;
                kept.swap_remove(index).1
            };
            if is_silent(&mut kept).await {
                return Some(kept);
            }
        }
    }

    pub(super) fn keep(&self, way: &Way, connection: Stream) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < MOST {
            kept.push((way.clone(), connection));
        }
    }
}
