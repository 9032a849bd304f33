//! token/signature: signed with another key, algorithm or `kid`; or not at all.

use super::lifetime::tokens;
use crate::case::{Case, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let unsigned = tokens(case).filter(|(_, token)| token.is_unsigned).map(|(fact, _)| {
        let finding = Finding::new(
            Standing::Likely,
            Stop::Sent,
            "the token carries no signature",
            fact.origin.clone(),
            "Its algorithm is `none`, or nothing stands behind its last dot; no API takes such a token (RFC 8725, section 3.1).",
        );
        Evidence::from(finding.mend(Remedy::new("Take the token as its issuer signed it, whole.")))
    });
    // In order as far as it can be read, and still refused: only who has the keys can tell more.
    let sound = tokens(case).filter(|(_, token)| {
        let is_over = token.expires.zip(token.judged).is_some_and(|(end, now)| end <= now);
        let is_early = token.not_before.zip(token.judged).is_some_and(|(start, now)| start > now);
        !token.is_unsigned && !is_over && !is_early && token.judged.is_some()
    });
    let sound = sound.map(|(fact, _)| {
        let mut finding = Finding::new(
            Standing::Possible,
            Stop::Judged,
            "the token is in order as far as it can be read, and its signature may not be",
            fact.origin.clone(),
            "Its times are right; what is left is its signature, its issuer and its audience.",
        );
        finding.weight = 6;
        let remedy =
            "Compare `kid` and `iss` of the token with the keys that the API loads, and `aud` with what it expects.";
        Evidence::from(finding.mend(Remedy::new(remedy)))
    });
    unsigned.chain(sound).collect()
}
