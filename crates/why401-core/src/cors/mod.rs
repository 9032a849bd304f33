//! What a browser does with a call that a page makes to another origin, and what it concludes: the Fetch standard's CORS
//! protocol as a machine that asks and is told, without a network. Where Chromium 156 does otherwise than the standard, the
//! verdict is Chromium's and a remark says so.

mod address;
mod check;
mod decide;
mod differs;
mod door;
mod experiment;
mod fetch;
mod header;
mod host;
mod list;
mod masked;
mod origin;
mod remarks;
mod safelist;
mod says;
mod seen;
mod sends;
mod space;
mod verdict;

pub use address::{NotAnAddress, Url};
pub use experiment::{Experiment, experiments};
pub use fetch::{Asked, Fetch, Next, Step};
pub use origin::{NotAnOrigin, Origin};
pub use safelist::{Unsafe, Why};
pub use seen::{Seen, judge};
pub use space::Space;
pub use verdict::{Blocked, Dropped, Gets, Rule, Verdict, Walked};

use std::fmt;

use crate::secret::Secret;

/// A call as a page makes it: `fetch(url, {method, headers, credentials, mode})`.
#[derive(Clone)]
pub struct Call {
    /// The page's origin.
    pub page: Origin,
    /// The address as the page writes it, its query included.
    pub url: String,
    /// The method as the page writes it.
    pub method: String,
    /// The headers that the page sets, names as written, values in UTF-8.
    pub headers: Vec<(String, Secret)>,
    /// Its body, a string; empty where there is none.
    pub body: Secret,
    /// What it says of cookies and HTTP logins.
    pub credentials: Credentials,
    /// What it says of other origins.
    pub mode: Mode,
    /// Where the page was loaded from, if that is known; what the origin's host tells otherwise.
    pub page_space: Option<Space>,
    /// Where the address leads, if that is known; what its host tells otherwise.
    pub target_space: Option<Space>,
    /// Whether the user lets the page into the local network.
    pub permitted: bool,
}

impl Call {
    /// A call with everything that `fetch` assumes where nothing is said.
    pub fn get(page: Origin, url: impl Into<String>) -> Self {
        Self {
            page,
            url: url.into(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: Secret::default(),
            credentials: Credentials::default(),
            mode: Mode::default(),
            page_space: None,
            target_space: None,
            permitted: false,
        }
    }
}

/// Without the address, whose query may hold secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, method, headers, credentials, mode, .. } = self;
        write!(f, "Call({method} from {page}, {headers:?}, {credentials:?}, {mode:?})")
    }
}

/// Fetch standard, "credentials mode". A header that the page sets itself is no credential in this sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Neither cookies nor logins.
    Omit,
    /// To the page's own origin only; what `fetch` does where nothing is said.
    #[default]
    SameOrigin,
    /// Always.
    Include,
}

/// Fetch standard, "mode", as far as a page may choose it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The answer may be read if the server allows it.
    #[default]
    Cors,
    /// The answer may not be read, and few headers may be set.
    NoCors,
    /// The page's own origin only.
    SameOrigin,
}
