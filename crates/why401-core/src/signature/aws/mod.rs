//! AWS Signature Version 4: what a request claims, what was signed, and what the server says that should have been.
//!
//! By the IAM user guide, "Create a signed AWS API request", and the S3 API reference, "Authenticating Requests".

mod canonical;
mod chunks;
mod claim;
mod curl;
mod differ;
mod echo;
mod encode;
mod host;
mod search;
mod show;
mod sign;

pub use canonical::{Canonical, Encoding, Rules};
pub use chunks::{Broken, CHUNKED, Chunk, Flaw, broken, chunks};
pub use claim::{Algorithm, Carrier, Claim, Fault, Scope};
pub use curl::{Line, line};
pub use differ::{Difference, Part, differences};
pub use echo::{Echo, Stated};
pub use host::of_host;
pub use search::{Change, Found, Sought, by_digest, by_signature};
pub use show::{cut, form, in_chunks, shown_canonical};
pub use sign::{Keys, Manner, presigned, signature, signed, string_to_sign};

use super::keyed::{Hash, Written};

/// The word for a payload that is not signed.
pub const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The algorithm's name as it stands before the credential.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How a time is written: `20260131T235959Z`; `None` where it is none.
pub fn seconds(time: &str) -> Option<i64> {
    let digits = |range: std::ops::Range<usize>| time.get(range);
    let is_whole = time.len() == 16 && time.is_ascii();
    is_whole.then_some(())?;
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        digits(0..4)?,
        digits(4..6)?,
        digits(6..8)?,
        digits(9..11)?,
        digits(11..13)?,
        digits(13..15)?
    );
    let marks = digits(8..9)? == "T" && digits(15..16)? == "Z";
    crate::clock::iso_date(&iso).filter(|_| marks)
}

/// Seconds since 1970 as such a time.
pub fn time(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.to_string().chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

/// The SHA-256 of some bytes, in hex.
pub fn digest(bytes: &[u8]) -> String {
    Written::Hex.write(&Hash::Sha256.digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(seconds("20150830T123600Z"), Some(1_440_938_160));
        assert_eq!(time(1_440_938_160), "20150830T123600Z");
        for text in ["", "20150830", "20150830 123600Z", "2015083éT12360", "20159930T123600Z", "20150830T123600+"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
