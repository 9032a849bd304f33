//! A Provider: what one service's world looks like, from `providers/*.toml` or the user's own file.

mod answer;
mod common;
mod hosts;
mod index;
mod issued;
mod known;
mod literal;
mod loose;
mod named;
mod only;
mod parts;
mod plain;
mod registry;
mod schema;
mod shape;
mod texts;
mod wording;

use std::sync::OnceLock;

use index::{Index, Prefixes};
pub use only::Aim;
pub use registry::{Recognised, Registry};
pub use schema::{
    Answer, Checksum, Companion, Cost, Credential, Environment, Family, Hosts, Issued, Kind, Links, Needed, Only,
    Place, Placement, Probe, Provider, Purpose, Region, Trap, Variables, Within,
};
pub use wording::{Meaning, Speaker, meanings};

impl Provider {
    /// All registered providers, sorted by file name.
    pub fn all() -> Vec<&'static Self> {
        let registered = registered();
        (0..registered.index.entries.len()).filter_map(|at| registered.get(at)).collect()
    }

    /// The provider with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        let registered = registered();
        registered.get(registered.index.of_slug(slug)?)
    }
}

impl Family {
    /// All families, sorted by file name.
    pub fn all() -> &'static [Self] {
        static FAMILIES: OnceLock<Vec<Family>> = OnceLock::new();
        FAMILIES.get_or_init(|| {
            postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/families.bin"))).unwrap_or_default()
        })
    }
}

/// The registered providers, each decoded when it is first asked for: a project uses a few of them.
#[derive(Debug)]
struct Registered {
    index: Index<'static>,
    decoded: Vec<OnceLock<Option<Provider>>>,
}

fn registered() -> &'static Registered {
    static REGISTERED: OnceLock<Registered> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        let bytes: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/providers.bin"));
        let index: Index<'static> = postcard::from_bytes(bytes).unwrap_or_default();
        let decoded = index.entries.iter().map(|_| OnceLock::new()).collect();
        Registered { index, decoded }
    })
}

/// The prefixes of the registered providers' credentials.
fn prefixes() -> &'static Prefixes<'static> {
    static PREFIXES: OnceLock<Prefixes<'static>> = OnceLock::new();
    PREFIXES.get_or_init(|| {
        postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/prefixes.bin"))).unwrap_or_default()
    })
}

impl Registered {
    fn get(&'static self, at: usize) -> Option<&'static Provider> {
        let entry = self.index.entries.get(at)?;
        self.decoded.get(at)?.get_or_init(|| postcard::from_bytes(entry).ok()).as_ref()
    }
}
