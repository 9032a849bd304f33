//! cors/: the browser.

mod credentials;
mod header_not_allowed;
mod masks_error;
mod origin;
mod preflight;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("cors/origin", "origin.md", origin::judge),
    page!("cors/preflight", "preflight.md", preflight::judge),
    page!("cors/header-not-allowed", "header_not_allowed.md", header_not_allowed::judge),
    page!("cors/credentials", "credentials.md", credentials::judge),
    page!("cors/masks-error", "masks_error.md", masks_error::judge),
    page!("cors/private-network", "private_network.md"),
];
