//! signature/: signed requests.

mod canonical;
mod scope;
mod secret;
mod session_token;
mod webhook_secret;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("signature/secret", "secret.md", secret::judge),
    page!("signature/scope", "scope.md", scope::judge),
    page!("signature/canonical", "canonical.md", canonical::judge),
    page!("signature/webhook-secret", "webhook_secret.md", webhook_secret::judge),
    page!("signature/session-token", "session_token.md", session_token::judge),
];
