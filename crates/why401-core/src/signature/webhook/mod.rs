//! Webhooks: who sent a message, what it signed, and with which secret. The senders are data, `webhooks.toml`.

mod bytes;
mod delivery;
mod json;
mod judge;

use std::sync::OnceLock;

pub use delivery::Delivery;
pub use judge::examine;

use super::schema::Senders;
pub use super::schema::{Layout, Piece, Rule, SecretAs, Sender};

/// The same JSON, written in each usual way; nothing where the text is none.
pub(super) fn rewritten(body: &[u8]) -> Vec<Vec<u8>> {
    let others = bytes::others(body).into_iter();
    others.filter(|other| other.what.starts_with("the same JSON")).map(|other| other.bytes).collect()
}

impl Sender {
    /// Those that are known.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Sender>> = OnceLock::new();
        ALL.get_or_init(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/webhooks.bin"));
            postcard::from_bytes::<Senders>(bytes).unwrap_or_default().sender
        })
    }

    /// The one with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().iter().find(|sender| sender.slug == slug)
    }

    /// A sender that nobody knows, which signs the body alone in this header.
    pub fn generic(header: &str) -> Self {
        use super::schema::{Hash, Written};
        Self {
            slug: "generic".to_owned(),
            name: "the sender".to_owned(),
            docs: String::new(),
            header: header.to_owned(),
            beside: None,
            layout: Layout::One,
            before: String::new(),
            between: ',',
            time: "t".to_owned(),
            time_header: None,
            millis: false,
            id_header: None,
            tolerance: None,
            prefix: String::new(),
            version: String::new(),
            variables: Vec::new(),
            rule: Rule {
                hash: Hash::Sha256,
                written: Written::Hex,
                secret: SecretAs::Text,
                signs: vec![Piece::Body],
                joined: String::new(),
            },
        }
    }
}
