//! Connections that lie idle, to be used again for the same way.

use std::cell::RefCell;
use std::net::IpAddr;

use super::dial::Way;
use super::stream::Stream;

/// More than a diagnosis asks at once.
const MOST: usize = 8;

/// A connection on which everything was read.
pub(super) struct Kept {
    pub stream: Stream,
    pub peer: Option<IpAddr>,
}

/// The connections, each with the way that it leads.
#[derive(Default)]
pub(super) struct Idle(RefCell<Vec<(Way, Kept)>>);

impl Idle {
    pub(super) fn take(&self, way: &Way) -> Option<Kept> {
        let mut kept = self.0.borrow_mut();
        let index = kept.iter().rposition(|(own, _)| own == way)?;
        Some(kept.swap_remove(index).1)
    }

    pub(super) fn keep(&self, way: &Way, connection: Kept) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < MOST {
            kept.push((way.clone(), connection));
        }
    }
}
