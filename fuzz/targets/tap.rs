//! What passes a capture proxy: any bytes of two sides, in whatever pieces, are listened to without a panic; the pieces change
//! nothing of what is noticed; and each call that is noticed ends once.
#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use why401_core::read::tap::{Noticed, Tap};

/// The first byte says how long pieces are; each piece begins with a byte that says whose it is.
fn pieces(bytes: &[u8]) -> Vec<(bool, &[u8])> {
    let Some((length, rest)) = bytes.split_first() else { return Vec::new() };
    rest.chunks(usize::from(*length) + 2).map(|piece| (piece[0] & 1 == 0, &piece[1..])).collect()
}

fn noticed(pieces: &[(bool, &[u8])], split: bool) -> Vec<Noticed> {
    let mut tap = Tap::new("https://api.test");
    let mut noticed = Vec::new();
    for (is_client, bytes) in pieces {
        for bytes in bytes.chunks(if split { 1 } else { bytes.len().max(1) }) {
            if *is_client { tap.sent(bytes, &mut noticed) } else { tap.came(bytes, &mut noticed) }
        }
    }
    tap.closed(&mut noticed);
    noticed
}

fuzz_target!(|bytes: &[u8]| {
    let pieces = pieces(bytes);
    let whole = noticed(&pieces, false);
    let (mut open, mut told) = (HashSet::new(), HashSet::new());
    for one in &whole {
        match one {
            Noticed::Asked { call } => assert!(open.insert(*call), "{whole:?}"),
            Noticed::Heard { call } | Noticed::Switched { call } => assert!(open.contains(call), "{whole:?}"),
            Noticed::Told(spoken) => assert!(open.contains(&spoken.call) && told.insert(spoken.call), "{whole:?}"),
            Noticed::Ended { call, .. } => assert!(told.contains(call) && open.remove(call), "{whole:?}"),
            Noticed::Lost(_) => {}
        }
        if let Noticed::Ended { call, .. } = one {
            told.remove(call);
        }
    }
    assert!(open.is_empty(), "{whole:?}");
    // Debug shows no secret, and all that counts.
    assert_eq!(format!("{whole:?}"), format!("{:?}", noticed(&pieces, true)));
});
