//! What a browser stops, as recorded exchanges show it: for the judges of cors/.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::cors::{self, Gets, Step};

/// The finding for the cors cause `slug`, where a recorded call of a page breaks a rule that stands for it.
pub(super) fn stopped(case: &Case<'_>, slug: &str) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let seen = cors::judge(&refusal.exchanges)?;
    let Gets::Nothing(blocked) = &seen.verdict.gets else { return None };
    if blocked.cause != Some(slug) {
        return None;
    }
    // A refusal that only hides behind CORS has a cause of its own, which is to be found first.
    let masks = slug == "cors/masks-error";
    let standing = match (masks, seen.is_sure()) {
        (true, _) if refusal.meanings.is_empty() => Standing::Likely,
        (true, _) => Standing::Possible,
        (false, true) => Standing::Proven,
        (false, false) => Standing::Likely,
    };
    let step = if blocked.step == Step::Preflight { "the preflight" } else { "the call" };
    let title = match (blocked.header, &blocked.was) {
        (Some(header), Some(was)) => format!("the answer to {step} has {header}: {was}"),
        (Some(header), None) => format!("the answer to {step} has no {header}"),
        (None, _) => format!("{step} is answered with {}", blocked.status.unwrap_or_default()),
    };
    let mut finding = Finding::new(standing, Stop::Judged, title, seen.exchange.origin(), blocked.meaning.clone());
    for remark in &seen.verdict.remarks {
        finding = finding.and(remark.clone(), None);
    }
    finding.weight = if masks { 15 } else { 35 };
    if !blocked.must.is_empty() {
        let lines: Vec<String> = blocked.must.iter().map(|(name, value)| format!("`{name}: {value}`")).collect();
        finding = finding.mend(Remedy::new(format!("Let the answer carry {}.", lines.join(", "))));
    }
    Some(finding)
}
