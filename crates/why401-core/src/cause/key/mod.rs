//! key/: the value itself.

mod encoded;
mod invisible_character;
mod leaked;
mod malformed;
mod masked;
mod missing;
mod placeholder;
mod quoted;
mod retired;
mod revoked;
mod unexpanded;
mod whitespace;
mod wrong_environment;
mod wrong_provider;
mod wrong_type;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("key/missing", "missing.md", missing::judge),
    page!("key/whitespace", "whitespace.md", whitespace::judge),
    page!("key/invisible-character", "invisible_character.md", invisible_character::judge),
    page!("key/quoted", "quoted.md", quoted::judge),
    page!("key/placeholder", "placeholder.md", placeholder::judge),
    page!("key/masked", "masked.md", masked::judge),
    page!("key/unexpanded", "unexpanded.md", unexpanded::judge),
    page!("key/malformed", "malformed.md", malformed::judge),
    page!("key/wrong-provider", "wrong_provider.md", wrong_provider::judge),
    page!("key/wrong-environment", "wrong_environment.md", wrong_environment::judge),
    page!("key/wrong-type", "wrong_type.md", wrong_type::judge),
    page!("key/encoded", "encoded.md", encoded::judge),
    page!("key/revoked", "revoked.md", revoked::judge),
    page!("key/leaked", "leaked.md", leaked::judge),
    page!("key/expired", "expired.md"),
    page!("key/retired", "retired.md", retired::judge),
];
