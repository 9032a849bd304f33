//! cors/masks-error: the real refusal has no CORS headers, so the browser hides it.

use crate::case::{Case, Stop};
use crate::cause::stopped::stopped;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::exchange::Via;
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let recorded = || stopped(case, "cors/masks-error");
    look(case).or_else(recorded).into_iter().map(Into::into).collect()
}

/// The console complains of a missing header, and the same call was answered with an error.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    // A mere 403 may come of that as of anything; here the console speaks of CORS.
    if !refusal.symptoms.contains(&Symptom::Browser) || refusal.meanings.is_empty() {
        return None;
    }
    let (exchange, status) = refusal.answers().find_map(|(exchange, answer)| {
        let status = answer.status.filter(|status| *status >= 400)?;
        let method = exchange.request.method.as_str();
        // What why401 sent itself no browser hides.
        let is_told = matches!(exchange.via, Via::Text(_));
        (is_told && !method.is_empty() && method != "OPTIONS" && !exchange.request.url.is_empty())
            .then_some((exchange, status))
    })?;
    let origin = exchange.origin();
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Judged,
        format!("the call itself was answered with {status}, and the browser hides that"),
        origin,
        "Error answers that come from before the CORS layer lack its headers; the console then speaks of CORS and not of the error.",
    );
    finding.weight = 25;
    Some(finding.mend(Remedy::new(format!(
        "Look at the answer itself in the network tab or with curl, and mend the {status}; then let errors carry the CORS headers, too."
    ))))
}
