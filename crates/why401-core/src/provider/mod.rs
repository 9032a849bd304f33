//! A Provider: what one service's world looks like, from `providers/*.toml` or the user's own file.

mod answer;
mod hosts;
mod registry;
mod schema;
mod shape;

use std::sync::OnceLock;

pub use registry::{Recognised, Registry, without_public_prefix};
pub use schema::{
    Answer, Checksum, Companion, Cost, Credential, Environment, Hosts, Kind, Links, Place, Placement, Probe, Provider,
    Trap, Variables, Within,
};

impl Provider {
    /// All registered providers, sorted by slug.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Provider>> = OnceLock::new();
        ALL.get_or_init(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/providers.bin"));
            postcard::from_bytes(bytes).unwrap_or_default()
        })
    }

    /// The provider with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().iter().find(|provider| provider.slug == slug)
    }
}
