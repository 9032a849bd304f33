//! Symptom: how a cause shows itself where a credential is refused. A fault that was found in a file explains a refusal
//! only if it can show itself so.

/// What is seen from the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symptom {
    /// The server saw no credential.
    Absent,
    /// The client refused, and nothing was sent.
    Unsent,
    /// The server saw a credential and does not take it.
    Rejected,
    /// The server knows the credential and does not allow this with it.
    Denied,
    /// Credit, plan, rate or allowance is used up.
    Limited,
    /// A token's claims or lifetime are not accepted.
    Claims,
    /// A signature does not fit.
    Signature,
    /// The browser keeps the answer from the page.
    Browser,
    /// Something else than the API answered, or nobody.
    Elsewhere,
}

use Symptom::{Absent, Browser, Claims, Denied, Elsewhere, Limited, Rejected, Signature, Unsent};

/// The symptoms of the cause with this slug, the usual one first.
pub fn of(cause: &str) -> &'static [Symptom] {
    match cause {
        "key/missing"
        | "env/name-mismatch"
        | "env/not-loaded"
        | "env/not-exposed"
        | "env/ci-not-mapped"
        | "env/platform-not-mapped"
        | "env/runtime-not-passed" => &[Absent, Unsent],
        "key/whitespace" | "key/encoded" => &[Rejected, Unsent, Signature],
        // Before its name it hides the variable.
        "key/invisible-character" => &[Unsent, Rejected, Signature, Absent],
        "key/placeholder" | "key/masked" => &[Rejected, Unsent],
        "key/unexpanded" => &[Rejected, Unsent, Absent],
        "key/malformed" => &[Rejected, Claims, Signature],
        "key/wrong-environment" => &[Rejected, Signature, Denied],
        "key/wrong-type" => &[Rejected, Denied, Claims],
        "key/revoked" => &[Rejected, Denied],
        "key/expired" => &[Rejected, Claims],
        "key/retired" => &[Rejected, Denied],
        "env/shadowed" | "env/stale" => &[Rejected, Absent, Denied, Claims, Signature, Limited],
        "env/secret-store" => &[Absent, Rejected, Unsent],
        "env/credential-scope" => &[Absent, Rejected, Unsent, Denied],
        "env/wrong-file" | "env/duplicate" => &[Rejected, Absent, Unsent],
        "env/syntax" => &[Rejected, Absent, Unsent, Claims],
        "env/expansion" => &[Rejected, Absent, Signature],
        "header/missing" | "header/stripped-redirect" | "header/stripped-proxy" => &[Absent],
        "header/missing-scheme" | "header/wrong-name" | "header/wrong-place" => &[Absent, Rejected],
        "header/malformed-scheme" | "header/wrong-scheme" | "header/case-sensitive" | "header/overridden" => {
            &[Rejected, Absent]
        }
        "header/illegal-character" | "request/client-check" => &[Unsent],
        "header/companion-missing" => &[Denied, Rejected, Absent, Browser],
        "header/basic-encoding" | "header/duplicate" => &[Rejected],
        "request/wrong-endpoint" => &[Rejected, Denied, Absent],
        "access/billing" => &[Limited, Denied],
        "access/propagation" => &[Denied, Rejected],
        "clock/skew" => &[Claims, Signature],
        "server/verifier" => &[Rejected, Claims],
        "signature/webhook-secret" => &[Signature, Rejected],
        "server/outage" | "server/firewall" | "tls/untrusted" => &[Elsewhere],
        _ => match cause.split_once('/').map_or(cause, |(group, _)| group) {
            "access" => &[Denied],
            "limit" => &[Limited],
            "token" => &[Claims, Rejected],
            "signature" => &[Signature],
            "cors" => &[Browser],
            _ => &[Rejected],
        },
    }
}

/// How deep a cause lies: of two that explain the same refusal the deeper one is the root of the other.
pub fn depth(cause: &str) -> u8 {
    match cause {
        "key/missing" | "header/missing" => 0,
        "key/revoked" | "header/illegal-character" => 1,
        _ if cause.starts_with("env/") => 3,
        _ => 2,
    }
}
