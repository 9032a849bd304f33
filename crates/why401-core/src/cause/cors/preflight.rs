//! cors/preflight: the browser asks with OPTIONS first, and that request is refused or redirected.

use crate::case::{Case, Stop};
use crate::cause::stopped::stopped;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Remark, Surrounding};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    stopped(case, "cors/preflight").or_else(|| look(case)).into_iter().map(Into::into).collect()
}

/// A browser never sends a credential with OPTIONS (Fetch standard, CORS-preflight fetch), so a server that wants one there
/// refuses every browser.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (exchange, status) = refusal.answers().find_map(|(exchange, answer)| {
        let status =
            answer.status.filter(|status| matches!(status, 300..=399 | 401 | 403 | 404 | 405 | 407 | 500..=599))?;
        let shown =
            exchange.request.method.is_empty() && case.project.facts.iter().any(|fact| fact.is(Remark::Preflight));
        (exchange.request.method == "OPTIONS" || shown).then_some((exchange, status))
    })?;
    let (what, why) = match status {
        300..=399 => ("is redirected", "A browser follows no redirect of a preflight."),
        401 | 403 | 407 => (
            "is refused",
            "A browser sends no credential with it, so whoever asks for one there refuses every browser.",
        ),
        404 | 405 => {
            ("is not known to the server", "The route takes no OPTIONS, so the browser never sends the request itself.")
        }
        _ => ("fails on the server", "The browser never sends the request itself."),
    };
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Judged,
        format!("the preflight {what} with {status}"),
        exchange.origin(),
        why,
    );
    finding.weight = if refusal.involves(&[Surrounding::Browser]) { 30 } else { 15 };
    Some(finding.mend(Remedy::new(
        "Answer OPTIONS before anything asks for a credential: put the CORS layer outside of the authentication.",
    )))
}
