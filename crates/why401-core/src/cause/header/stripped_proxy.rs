//! header/stripped-proxy: a server in front of the program hands the header on to nobody.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Origin, Remark, Seen, Surrounding};
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let told = known_by(case, "header/stripped-proxy", &TAKEN);
    told.or_else(|| look(case)).into_iter().chain(sent_and_unseen(case)).map(Into::into).collect()
}

/// The server in front is told to take it off.
const TAKEN: Known = Known {
    remark: Remark::TakenOff,
    standing: Standing::Likely,
    stop: Stop::Carried,
    title: "the server in front takes the header off",
    why: "What its configuration sets to nothing, or removes, does not reach the program behind.",
    remedy: "Take that line out, or name the header among those that are handed on.",
    weight: 70,
};

/// The request shows the header, and the answer says that none came.
fn sent_and_unseen(case: &Case<'_>) -> Option<Finding> {
    let refusal =
        case.as_refusal().filter(|refusal| refusal.main == Some(Symptom::Absent) && refusal.provider().is_none())?;
    let words = ["bearer ", "token ", "basic "];
    let shown = refusal.exchanges.iter().find(|exchange| {
        exchange.request.headers.iter().any(|(name, value)| {
            let value = value.expose_str().unwrap_or_default().to_ascii_lowercase();
            name.eq_ignore_ascii_case("authorization")
                && words.iter().any(|word| value.strip_prefix(word).is_some_and(|rest| !rest.trim().is_empty()))
        })
    })?;
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Carried,
        "the request has the header, and the program behind says that it saw none",
        shown.origin(),
        "Something between takes it out: Apache before CGI and FastCGI, a proxy, a cache, a redirect.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(
        "Ask the program directly, without what stands before it, and see whether the header arrives.",
    )))
}

fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    if !refusal.may_show(Symptom::Absent) && !refusal.may_show(Symptom::Rejected) {
        return None;
    }
    let (surrounding, what, remedy) = [
        (Surrounding::PhpFastCgi, "Apache gives a program behind CGI or FastCGI no Authorization header unless it is told to.", "Add `SetEnvIf Authorization \"(.*)\" HTTP_AUTHORIZATION=$1`, or `CGIPassAuth On` (Apache 2.4.13 and later)."),
        (Surrounding::Apache, "Apache gives CGI, FastCGI and mod_wsgi programs no Authorization header unless it is told to.", "Add `CGIPassAuth On`, for mod_wsgi `WSGIPassAuthorization On`."),
        (Surrounding::Nginx, "nginx drops headers whose names hold an underscore, and one `proxy_set_header` in a block forgets those outside.", "Write the name with hyphens, or set `underscores_in_headers on;` and name the header in that block."),
        (Surrounding::Proxy, "Something stands between the client and the program, and hands on what it is told to.", "Name Authorization among the headers that are handed on: an origin request policy, an allow-list, a forward rule."),
    ]
    .into_iter()
    .find(|(surrounding, ..)| refusal.involves(&[*surrounding]))?;
    let absent = refusal.main == Some(Symptom::Absent);
    let underscored = matches!(surrounding, Surrounding::Nginx | Surrounding::Apache | Surrounding::Proxy)
        && case.project.facts.iter().any(|fact| fact.is(Remark::Underscored));
    if !underscored && !refusal.may_show(Symptom::Absent) {
        return None;
    }
    let php = matches!(surrounding, Surrounding::PhpFastCgi | Surrounding::Apache);
    if !absent && !php && !underscored && !refusal.meanings.is_empty() {
        return None;
    }
    let origin = case
        .project
        .facts
        .iter()
        .find(|fact| matches!(fact.seen, Seen::Involves(seen) if seen == surrounding))
        .map(|fact| fact.origin.clone());
    let mut finding = Finding::new(
        if absent && php || underscored { Standing::Likely } else { Standing::Possible },
        Stop::Carried,
        "the header does not get past the server in front",
        origin.unwrap_or_else(|| Origin::Header("Authorization".to_owned())),
        what,
    );
    finding.weight = if underscored {
        70
    } else if php {
        10
    } else {
        0
    };
    Some(finding.mend(Remedy::new(remedy)))
}
