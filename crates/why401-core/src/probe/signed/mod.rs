//! Signed requests, signed anew with one change each.

mod anew;
mod clean;
mod clock;
mod fewer;
mod host;
mod other_key;
mod path;
mod scope;
mod token;

use super::spot::is_signature as is_of_spot;
use super::{Ask, Signer, Spot, Suspect, Trial};
use crate::exchange::Request;
use crate::signature::aws::{Algorithm, Carrier, Claim, Keys, Manner, presigned, seconds, signed};

/// Proposes requests with one change each.
type Variant = fn(&Resign<'_>) -> Vec<(String, Request, Suspect)>;

/// All variants.
const VARIANTS: &[Variant] = &[
    clean::trials,
    token::trials,
    scope::trials,
    clock::trials,
    anew::trials,
    other_key::trials,
    host::trials,
    path::trials,
    fewer::trials,
];

/// A request that can be signed anew.
struct Resign<'a> {
    /// The request as it is.
    request: &'a Request,
    /// What it is signed with.
    signer: &'a Signer,
    /// What it says of its signature.
    claim: Claim,
}

/// Every change to a request that is signed with known keys; none to another.
pub(super) fn trials(ask: &Ask<'_>) -> Vec<Trial> {
    let claim = Claim::of(&ask.request).and_then(Result::ok).filter(|claim| claim.algorithm == Algorithm::V4);
    let Some((claim, signer)) = claim.zip(ask.signer.as_ref()) else { return Vec::new() };
    let resign = Resign { request: &ask.request, signer, claim };
    let found = VARIANTS.iter().flat_map(|variant| variant(&resign));
    found.map(|(change, request, suspect)| Trial::change(ask, change, request, suspect)).collect()
}

/// Whether this credential of the request is a signature.
pub(super) fn is_signature(spot: &Spot) -> bool {
    is_of_spot(spot)
}

impl Resign<'_> {
    /// The keys and the manner of the signature as it is.
    fn own(&self) -> (Keys, Manner) {
        let scope = &self.claim.scope;
        let at = seconds(&self.claim.time).or(self.signer.told.server_time).unwrap_or_default();
        let signed = self.claim.signed.iter().map(|name| name.to_ascii_lowercase()).collect();
        let keys = Keys { token: self.claim.token.clone(), ..self.signer.keys.clone() };
        (keys, Manner { signed, ..Manner::new(&scope.region, &scope.service, at) })
    }

    /// The request signed anew, with a change to what it is signed with or how.
    fn with(&self, change: impl FnOnce(&mut Keys, &mut Manner)) -> Request {
        let (mut keys, mut manner) = self.own();
        change(&mut keys, &mut manner);
        match self.claim.carrier {
            Carrier::Header => signed(self.request, &keys, &manner),
            Carrier::Query => presigned(self.request, &keys, &manner, self.claim.expires.unwrap_or(3600)),
        }
    }

    /// What the secret is called: its variable, or what it is.
    fn secret_name(&self) -> String {
        if self.signer.name.is_empty() { "the secret".to_owned() } else { self.signer.name.clone() }
    }
}
