//! signature/secret: the signature is made of the right bytes with another secret.

use crate::case::{Case, Stop};
use crate::cause::signed::{Signed, may_be_signature};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::signature::aws::cut;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    look(case).into_iter().map(Into::into).collect()
}

fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    may_be_signature(case).then_some(())?;
    let signed = Signed::of(case)?;
    let claim = &signed.claim;
    let id = claim.key_id.as_str();
    let is_refused = refusal.refuses();
    if !signed.differences.is_empty() || signed.echo.region.as_ref().is_some_and(|region| *region != claim.scope.region)
    {
        return None;
    }
    let agrees = signed.agrees();
    let pair = signed.own_pair();
    let known = signed.found.as_ref().filter(|found| found.changes.iter().all(|change| change.is_of_secret()));
    let mut finding = match (known, pair) {
        // The client did right with what it has.
        (Some(found), _) if is_refused => {
            let pair = signed.pairs.get(found.secret)?;
            let other = pair.id.and_then(|id| id.expose_str()).filter(|own| own.trim() != id);
            let standing = if agrees || other.is_some() { Standing::Proven } else { Standing::Likely };
            let title = match other {
                Some(_) => format!("the secret belongs to another key id than {id}, which the request names"),
                None => format!("the secret is not the one of the key id {id}"),
            };
            let why = "The signature that was sent comes out of this secret and of the request as it was sent, so that the client signed rightly with what it has.";
            Finding::new(standing, Stop::Written, title, pair.origin.clone(), why)
        }
        (None, Some(pair)) if signed.found.is_none() && claim.is_whole() => {
            let standing = if agrees { Standing::Likely } else { Standing::Possible };
            let title = "the signature is not made with the secret that is written here".to_owned();
            let why = format!(
                "With this secret the request as it was sent has another signature than {}; the program signs with another secret, or other bytes.",
                cut(&claim.signature)
            );
            Finding::new(standing, Stop::Loaded, title, pair.origin.clone(), why)
        }
        (None, _) if agrees && is_refused && signed.found.is_none() => {
            let title = format!("the secret is not the one of the key id {id}");
            let why = "The server computed over the very bytes that were sent, and another signature came out: what is left is the secret.";
            Finding::new(Standing::Likely, Stop::Written, title, signed.origin(), why)
        }
        _ => return None,
    };
    if agrees && is_refused {
        finding = finding.and(
            "The canonical request that the server shows is that of what was sent, line for line.",
            Some(signed.origin()),
        );
    }
    finding.weight = if agrees { 40 } else { 12 };
    let remedy = Remedy::new(format!(
        "Make a new key and set both halves at once, id and secret; the id that was sent is {id}."
    ));
    Some(finding.mend(remedy.command("aws sts get-caller-identity")))
}
