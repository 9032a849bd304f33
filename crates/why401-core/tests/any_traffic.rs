//! A tap takes any traffic: nothing panics, how the bytes are cut changes nothing, and each call that begins ends once.
//!
//! `PROPTEST_CASES=100000` tries longer; `fuzz/targets/tap.rs` asks the same of bytes that coverage finds.

use std::collections::HashSet;

use proptest::prelude::*;
use why401_core::read::tap::{Noticed, Tap};

/// Pieces of what clients and servers say, whole and broken.
const PIECES: &[&[u8]] = &[
    b"GET /a?b HTTP/1.1\r\n",
    b"HEAD / HTTP/1.0\r\n",
    b"CONNECT a:1 HTTP/1.1\r\n",
    b"POST /x HTTP/1.1\nHost: a\n\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 401 No\r\n",
    b"HTTP/1.1 100 Go on\r\n\r\n",
    b"HTTP/1.1 101 Switch\r\n\r\n",
    b"HTTP/1.1 204 None\r\n\r\n",
    b"HTTP/1.1 99",
    b"Content-Length: 3\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b" folded\r\n",
    b"\r\n",
    b"\n",
    b"abc",
    b"3\r\nabc\r\n",
    b"0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"\0",
    b"\xff\xfe",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\0\0\0\x04\0\0\0\0\0",
    // GET / on streams 1 and 3, the second without an end.
    b"\0\0\x03\x01\x05\0\0\0\x01\x82\x87\x84",
    b"\0\0\x03\x01\x04\0\0\0\x03\x82\x87\x84",
    // 200, and 400 with an end; a field that the table keeps.
    b"\0\0\x01\x01\x04\0\0\0\x01\x88",
    b"\0\0\x05\x01\x05\0\0\0\x03\x8c\x40\x01a\x01",
    b"\0\0\x06\x01\x04\0\0\0\x01\x8c\x40\x01a\x01b",
    b"\0\0\x01\x01\x00\0\0\0\x01\x88",
    b"\0\0\x01\x09\x04\0\0\0\x01\xbe",
    b"\0\0\x03\0\x01\0\0\0\x01abc",
    b"\0\0\x05\0\x09\0\0\0\x03\x02hi\0\0",
    b"\0\0\x01\0\x09\0\0\0\x03\x09",
    b"\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08",
    b"\0\0\x08\x06\0\0\0\0\0pingping",
    b"\0\0\x05\x05\x04\0\0\0\x01\0\0\0\x02\x82",
];

fn noticed(pieces: &[(bool, Vec<u8>)], length: usize) -> Vec<Noticed> {
    let mut tap = Tap::new("https://api.test");
    let mut noticed = Vec::new();
    for (is_client, bytes) in pieces {
        for bytes in bytes.chunks(length) {
            if *is_client { tap.sent(bytes, &mut noticed) } else { tap.came(bytes, &mut noticed) }
        }
    }
    tap.closed(&mut noticed);
    noticed
}

proptest! {
    #[test]
    fn traffic(picked in prop::collection::vec((any::<bool>(), prop::sample::select(PIECES), any::<u8>(), 0u8..20), 0..24), length in 1usize..40) {
        // Now and then one byte of a piece is another.
        let pieces: Vec<(bool, Vec<u8>)> = picked.into_iter().map(|(is_client, piece, byte, change)| {
            let mut bytes = piece.to_vec();
            if change == 0 {
                let at = usize::from(byte) % bytes.len();
                bytes[at] = byte;
            }
            (is_client, bytes)
        }).collect();
        let whole = noticed(&pieces, usize::MAX);
        let (mut open, mut told) = (HashSet::new(), HashSet::new());
        for one in &whole {
            match one {
                Noticed::Asked { call } => prop_assert!(open.insert(*call)),
                Noticed::Heard { call } | Noticed::Switched { call } => prop_assert!(open.contains(call)),
                Noticed::Told(spoken) => prop_assert!(open.contains(&spoken.call) && told.insert(spoken.call)),
                Noticed::Ended { call, .. } => prop_assert!(told.remove(call) && open.remove(call)),
                Noticed::Lost(_) => {}
            }
        }
        prop_assert!(open.is_empty());
        prop_assert_eq!(format!("{:?}", whole), format!("{:?}", noticed(&pieces, length)));
        prop_assert_eq!(format!("{:?}", whole), format!("{:?}", noticed(&pieces, 1)));
    }
}
