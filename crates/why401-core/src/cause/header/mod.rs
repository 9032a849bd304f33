//! header/: how it is sent.

mod basic_encoding;
mod case_sensitive;
mod companion_missing;
mod duplicate;
mod illegal_character;
mod malformed_scheme;
mod missing;
mod missing_scheme;
mod overridden;
mod stripped_proxy;
mod stripped_redirect;
mod wrong_name;
mod wrong_place;
mod wrong_scheme;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("header/missing", "missing.md", missing::judge),
    page!("header/missing-scheme", "missing_scheme.md", missing_scheme::judge),
    page!("header/malformed-scheme", "malformed_scheme.md", malformed_scheme::judge),
    page!("header/wrong-scheme", "wrong_scheme.md", wrong_scheme::judge),
    page!("header/wrong-name", "wrong_name.md", wrong_name::judge),
    page!("header/wrong-place", "wrong_place.md", wrong_place::judge),
    page!("header/case-sensitive", "case_sensitive.md", case_sensitive::judge),
    page!("header/illegal-character", "illegal_character.md", illegal_character::judge),
    page!("header/companion-missing", "companion_missing.md", companion_missing::judge),
    page!("header/basic-encoding", "basic_encoding.md", basic_encoding::judge),
    page!("header/duplicate", "duplicate.md", duplicate::judge),
    page!("header/overridden", "overridden.md", overridden::judge),
    page!("header/stripped-redirect", "stripped_redirect.md", stripped_redirect::judge),
    page!("header/stripped-proxy", "stripped_proxy.md", stripped_proxy::judge),
];
