//! Trading platforms: requests that are signed with a keyed hash over their pieces. The platforms are data, `markets.toml`.

mod judge;

use std::sync::OnceLock;

use super::schema::Markets;
pub use super::schema::{Market, Unit};
use crate::exchange::Request;
use crate::url::Url;
pub use judge::examine;

impl Market {
    /// Those that are known.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Market>> = OnceLock::new();
        ALL.get_or_init(|| {
            let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/markets.bin"));
            postcard::from_bytes::<Markets>(bytes).unwrap_or_default().market
        })
    }

    /// The one with this slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        Self::all().iter().find(|market| market.slug == slug)
    }

    /// The one that a request goes to, by its host; else the only one that has such a header.
    pub fn of(request: &Request) -> Option<&'static Self> {
        let host = Url::of(&request.url).host.to_ascii_lowercase();
        let carries = |own: &&Self| {
            let in_header = own.header.as_deref().is_some_and(|name| request.header(name).is_some());
            let in_query = own.parameter.is_some() && request.header(&own.key).is_some();
            in_header || in_query
        };
        let by_host = Self::all().iter().filter(|own| own.hosts.contains(&host)).find(carries);
        by_host.or_else(|| Self::all().iter().find(carries))
    }
}
