//! header/: how it is sent.

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("header/missing", "missing.md"),
    page!("header/missing-scheme", "missing_scheme.md"),
    page!("header/malformed-scheme", "malformed_scheme.md"),
    page!("header/wrong-scheme", "wrong_scheme.md"),
    page!("header/wrong-name", "wrong_name.md"),
    page!("header/wrong-place", "wrong_place.md"),
    page!("header/case-sensitive", "case_sensitive.md"),
    page!("header/illegal-character", "illegal_character.md"),
    page!("header/companion-missing", "companion_missing.md"),
    page!("header/basic-encoding", "basic_encoding.md"),
    page!("header/duplicate", "duplicate.md"),
    page!("header/overridden", "overridden.md"),
    page!("header/stripped-redirect", "stripped_redirect.md"),
    page!("header/stripped-proxy", "stripped_proxy.md"),
];
