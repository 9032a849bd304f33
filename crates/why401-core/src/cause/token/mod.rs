//! token/: short-lived tokens.

mod audience;
mod expected;
mod expired;
mod issuer;
mod lifetime;
mod malformed;
mod not_yet_valid;
mod signature;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("token/expired", "expired.md", expired::judge),
    page!("token/not-yet-valid", "not_yet_valid.md", not_yet_valid::judge),
    page!("token/audience", "audience.md", audience::judge),
    page!("token/issuer", "issuer.md", issuer::judge),
    page!("token/signature", "signature.md", signature::judge),
    page!("token/malformed", "malformed.md", malformed::judge),
    page!("token/refresh", "refresh.md"),
    page!("token/client", "client.md"),
    page!("token/redirect-uri", "redirect_uri.md"),
];
