//! A trust store as Java reads it (JKS, the format of the JDK's own `keytool -storetype JKS`): certificates, and a digest over
//! them that a well-known password keys. It holds no secret.

use sha1::{Digest, Sha1};

/// The password that the JDK's own trust store has.
pub const PASSWORD: &str = "changeit";
/// What the digest begins with besides the password.
const SALT: &[u8] = b"Mighty Aphrodite";

/// A store of these certificates (DER).
pub fn written<'c>(certificates: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut count: u32 = 0;
    for der in certificates {
        count += 1;
        entries.extend(2u32.to_be_bytes());
        text(&mut entries, &format!("authority-{count}"));
        // When it was made: nobody asks.
        entries.extend(0u64.to_be_bytes());
        text(&mut entries, "X.509");
        entries.extend(u32::try_from(der.len()).unwrap_or_default().to_be_bytes());
        entries.extend(der);
    }
    let mut store = 0xFEED_FEED_u32.to_be_bytes().to_vec();
    store.extend(2u32.to_be_bytes());
    store.extend(count.to_be_bytes());
    store.extend(entries);
    let mut digest = Sha1::new();
    digest.update(PASSWORD.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
    digest.update(SALT);
    digest.update(&store);
    store.extend(digest.finalize());
    store
}

/// A text of ASCII letters as `DataOutput.writeUTF` has it.
fn text(to: &mut Vec<u8>, text: &str) {
    to.extend(u16::try_from(text.len()).unwrap_or_default().to_be_bytes());
    to.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_of_a_store() {
        let store = written([b"\x30\x03abc".as_slice()].into_iter());
        assert_eq!(store[..12], [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1]);
        assert_eq!(store.len(), 12 + 4 + 2 + 11 + 8 + 2 + 5 + 4 + 5 + 20);
    }
}
