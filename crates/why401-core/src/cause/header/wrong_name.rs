//! header/wrong-name: the key stands in a header, or a parameter, that the service does not look at.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::remarked::{Known, known_by};
use crate::cause::tried::{Differs, tried};
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Remark, Seen};
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = asked(case).filter_map(|asked| Some(look(&asked)?.into()));
    let told =
        stranger(case).into_iter().chain(looked_for(case)).chain(tried(case, Differs::Name)).chain(key_missed(case));
    let bearer = case.as_refusal().filter(|refusal| refusal.main == Some(Symptom::Absent));
    let bearer = bearer.and_then(|_| known_by(case, "header/wrong-name", &BEARER));
    let remarked = [&INNER, &JOB, &GATEWAY].into_iter().filter_map(|one| known_by(case, "header/wrong-name", one));
    known.chain(told.chain(remarked).chain(bearer).map(Evidence::from)).collect()
}

/// Claude Code sends the one as `x-api-key` and the other as `Authorization: Bearer`.
const GATEWAY: Known = Known {
    remark: Remark::KeyForGateway,
    standing: Standing::Possible,
    stop: Stop::Sent,
    title: "ANTHROPIC_API_KEY goes out as x-api-key, and the service may look for Authorization",
    why: "Other services and gateways mostly take `Authorization: Bearer`, which Claude Code sends for ANTHROPIC_AUTH_TOKEN.",
    remedy: "Set ANTHROPIC_AUTH_TOKEN to the key, and unset ANTHROPIC_API_KEY.",
    weight: 34,
};

/// Anthropic's interface takes a key in `x-api-key`, and what speaks it mostly does so too.
const BEARER: Known = Known {
    remark: Remark::BearerForAnthropic,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the key goes as Authorization: Bearer to an interface that takes x-api-key",
    why: "The request has what Anthropic's interface asks for, but its key is in another header than that one reads.",
    remedy: "Send the key as `x-api-key`.",
    weight: 20,
};

/// GitLab looks for the token of a job and for that of a person in two headers.
const JOB: Known = Known {
    remark: Remark::JobToken,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the token of a job stands in the header for personal tokens",
    why: "GitLab takes CI_JOB_TOKEN in JOB-TOKEN, and in PRIVATE-TOKEN only what a person, a group or a project was given.",
    remedy: "Send `JOB-TOKEN: $CI_JOB_TOKEN`, or a project access token as PRIVATE-TOKEN.",
    weight: 40,
};

/// `HTTP_AUTHORIZATION` is what WSGI and CGI call the header inside the server (RFC 3875, section 4.1.18).
const INNER: Known = Known {
    remark: Remark::InnerName,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the header is sent under the name that a server's framework has for it",
    why: "`HTTP_…` with underscores is how a program behind the server sees a header; on the wire it is called otherwise.",
    remedy: "Send `Authorization`, or whatever stands behind `HTTP_`, with hyphens.",
    weight: 20,
};

/// The code that judges looks for one header, and the request carries another.
fn looked_for(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (at, wanted) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Expects(name) => Some((fact, name)),
        _ => None,
    })?;
    let sends = || {
        case.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Sends(sends) if sends.carrier == Carrier::Header => Some((fact, sends)),
            _ => None,
        })
    };
    let (fact, sent) = sends().next()?;
    let there = sends().any(|(_, sends)| {
        std::iter::once(&sends.name).chain(&sends.companions).any(|name| name.eq_ignore_ascii_case(wanted))
    });
    if there || !refusal.fits("header/wrong-name") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the key goes into the header {}, and the server looks for {wanted}", sent.name),
        fact.origin.clone(),
        "What judges the request reads another header.",
    );
    // The two names are seen; that the server is one's own says less.
    finding.weight = 30;
    let finding = finding.and("It looks for it here.", Some(at.origin.clone()));
    Some(finding.mend(Remedy::new(format!("Send it as {wanted}."))))
}

/// The answer misses an API key, and what is sent is an Authorization with Bearer, as for a token.
fn key_missed(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.main == Some(Symptom::Absent))?;
    let says = |word: &str| refusal.answers().any(|(_, answer)| answer.body.to_ascii_lowercase().contains(word));
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sends(sends) => {
            let known = sends.host.as_deref().is_some_and(|host| case.registry.of_host(host).is_some());
            let bearer = sends.before.as_deref().is_some_and(|word| word.trim().eq_ignore_ascii_case("bearer"));
            sends.name.eq_ignore_ascii_case("authorization") && bearer && !known
        }
        _ => false,
    })?;
    let key = ["api key", "api_key", "apikey", "api-key"].into_iter().any(says);
    let header = ["authorization", "bearer", "token"].into_iter().any(says);
    if !key || header || refusal.provider().is_some() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "the key goes as Authorization: Bearer, and the server speaks of an API key",
        fact.origin.clone(),
        "The key is in the request, and the answer says that there is none: servers that speak of API keys mostly look at a header of their own.",
    );
    finding.weight = -6;
    Some(finding.mend(Remedy::new("Look up the header that the service documents, such as `x-api-key` or `api-key`.")))
}

/// The answer misses a header by name, and the request carries its credential in another one.
fn stranger(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let bodies: Vec<String> = refusal.answers().map(|(_, answer)| answer.body.to_ascii_lowercase()).collect();
    let missed = ["authorization", "x-api-key", "api-key", "x-auth-token"].into_iter().find(|name| {
        bodies.iter().any(|body| {
            [
                format!("no {name} header"),
                format!("{name} header is required"),
                format!("missing {name} header"),
                format!("{name} header was not"),
                format!("{name} header not"),
                format!("{name} header is missing"),
                format!("missing `{name}`"),
                format!("missing header {name}"),
            ]
            .iter()
            .any(|words| body.contains(words.as_str()))
        })
    })?;
    let (fact, sends) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Sends(sends) if sends.carrier == Carrier::Header => Some((fact, sends)),
        _ => None,
    })?;
    let sent: Vec<&String> = std::iter::once(&sends.name).chain(&sends.companions).collect();
    // Where both are known, the service's own page says more than its answer.
    let judged = refusal.provider().is_some() && sends.host.is_some();
    if judged || sent.iter().any(|name| name.eq_ignore_ascii_case(missed)) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("the key goes into the header {}, and the server misses {missed}", sends.name),
        fact.origin.clone(),
        "The answer names the header that it looks for.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(format!("Send it as {missed}."))))
}

fn look(asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::OtherName(placement) = mismatch else { return None };
    let sends = asked.sends;
    let service = &asked.provider.name;
    let kind = if sends.carrier == Carrier::Query { "parameter" } else { "header" };
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("the key goes into the {kind} {}, and {service} looks for {}", sends.name, placement.name),
        asked.fact.origin.clone(),
        format!("{service} takes {}.", words_of(placement)),
    );
    let mut remedy = Remedy::new(format!("Send {}.", words_of(placement)));
    let before = sends.before.as_deref().unwrap_or_default();
    // The text before the key changes with the name: both are known, or neither is touched.
    if let Some(place) = asked.fact.origin.place()
        && !sends.name_span.is_empty()
        && sends.name_span.len() == sends.name.len()
        && sends.carrier != Carrier::Basic
    {
        let mut edits =
            vec![Edit { place: place.clone(), span: sends.name_span.clone(), replacement: placement.name.clone() }];
        let scheme = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
        if before.is_empty() && !scheme.is_empty() {
            let prefix = sends.slot.prefix(&scheme);
            if prefix.is_empty() {
                edits.clear();
            }
            edits.extend(prefix.into_iter().map(|(span, replacement)| Edit {
                place: place.clone(),
                span,
                replacement,
            }));
        } else if before != scheme {
            if sends.before_span.len() == before.len() {
                edits.push(Edit { place: place.clone(), span: sends.before_span.clone(), replacement: scheme });
            } else {
                edits.clear();
            }
        }
        // A bare name such as `Authorization:` in an object cannot take a hyphen without quotes.
        if !needs_quotes(asked, &placement.name) {
            remedy.edits = edits;
        }
    }
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}

fn needs_quotes(asked: &Asked<'_, '_>, name: &str) -> bool {
    let bare = asked.fact.span.start == asked.sends.name_span.start && !asked.sends.name.contains('-');
    bare && name.contains('-')
}
