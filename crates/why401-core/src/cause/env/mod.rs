//! env/: the way from file to process.

mod ci_not_mapped;
mod credential_scope;
mod duplicate;
mod expansion;
mod exposed;
mod name_mismatch;
mod not_exposed;
mod not_loaded;
mod platform_not_mapped;
mod runtime_not_passed;
mod secret_store;
mod shadowed;
mod stale;
mod syntax;
mod tools;
mod wanted;
mod wrong_file;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("env/name-mismatch", "name_mismatch.md", name_mismatch::judge),
    page!("env/not-loaded", "not_loaded.md", not_loaded::judge),
    page!("env/wrong-file", "wrong_file.md", wrong_file::judge),
    page!("env/shadowed", "shadowed.md", shadowed::judge),
    page!("env/secret-store", "secret_store.md", secret_store::judge),
    page!("env/credential-scope", "credential_scope.md", credential_scope::judge),
    page!("env/duplicate", "duplicate.md", duplicate::judge),
    page!("env/not-exposed", "not_exposed.md", not_exposed::judge),
    page!("env/exposed", "exposed.md", exposed::judge),
    page!("env/syntax", "syntax.md", syntax::judge),
    page!("env/expansion", "expansion.md", expansion::judge),
    page!("env/ci-not-mapped", "ci_not_mapped.md", ci_not_mapped::judge),
    page!("env/platform-not-mapped", "platform_not_mapped.md", platform_not_mapped::judge),
    page!("env/runtime-not-passed", "runtime_not_passed.md", runtime_not_passed::judge),
    page!("env/stale", "stale.md", stale::judge),
];
