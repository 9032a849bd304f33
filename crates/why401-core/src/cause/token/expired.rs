//! token/expired: `exp` has passed, or the lifetime is none that anybody takes.

use super::lifetime::{ago, clock, is_in_milliseconds};
use crate::case::{Case, Stop};
use crate::cause::signed::Signed;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Clock, Fact, Seen, Token};
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let found = case.tokens().filter_map(|(fact, token)| {
        let found = over(case, fact, token).or_else(|| too_long(case, fact, token)).or_else(|| far(fact, token));
        found.map(Evidence::from)
    });
    found.chain(presigned(case).map(Evidence::from)).collect()
}

/// A URL that carries its signature is good for so many seconds from the time that it names.
fn presigned(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    (!refusal.symptoms.contains(&Symptom::Limited)).then_some(())?;
    let signed = Signed::of(case)?;
    let expires = i64::try_from(signed.claim.expires?).ok()?;
    let late = signed.age()?.checked_sub(expires).filter(|late| *late > 0)?;
    let title =
        format!("the presigned URL was good for {expires} s, and that was over {} before it was asked", ago(late));
    let why = "X-Amz-Date and X-Amz-Expires of the URL add up to a time before that of the answer.";
    let mut finding = Finding::new(Standing::Proven, Stop::Sent, title, signed.origin(), why);
    finding.weight = 40;
    let remedy = "Make the URL when it is needed, or with a longer X-Amz-Expires: at most 7 days, and no longer than the key itself lives.";
    Some(finding.mend(Remedy::new(remedy)))
}

/// Its time has passed.
fn over(case: &Case<'_>, fact: &Fact, token: &Token) -> Option<Finding> {
    let late = token.late()?;
    let title = match token.by {
        Clock::Answer => format!("the token expired {} before it was sent", ago(late)),
        _ => format!("the token expired {} ago", ago(late)),
    };
    let why = format!("Its `exp` lies before {}.", clock(token));
    // By this machine's clock it may still be good; then the two clocks are the cause.
    let behind = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::ClockDiffers(offset) if case.is_token && offset.is_off() => Some(-offset.ahead / 1000),
        _ => None,
    });
    let standing = if behind.is_some_and(|behind| late < behind) { Standing::Likely } else { Standing::Proven };
    let mut finding = Finding::new(standing, Stop::Sent, title, fact.origin.clone(), why);
    let lived = token.issued.and_then(|issued| token.expires?.checked_sub(issued));
    if let Some(lived) = lived.filter(|lived| *lived < 60) {
        let text = match lived {
            ..0 => "`exp` lies before `iat`: it was over when it was made.".to_owned(),
            0 => "`exp` is `iat`: it was over when it was made.".to_owned(),
            // An hour in milliseconds where seconds are meant the other way round, and text for a number.
            _ => format!(
                "It lived {lived} s in all: a lifetime in seconds was taken for milliseconds, as jsonwebtoken does with text."
            ),
        };
        finding = finding.and(text, None);
    }
    let remedy = "Ask for a new token before the old one ends, and keep it no longer than `exp` says.";
    Some(finding.mend(Remedy::new(remedy)))
}

/// It is to live longer than its service allows.
fn too_long(case: &Case<'_>, fact: &Fact, token: &Token) -> Option<Finding> {
    let (provider, kind) = case.issued(token)?;
    let longest = i64::from(kind.longest?);
    let lives = token.expires?.checked_sub(token.issued?)?;
    if lives <= longest {
        return None;
    }
    let lives_for = if is_in_milliseconds(lives) { "for thousands of years".to_owned() } else { ago(lives) };
    // A few claims may be another's by chance; an issuer's address, or the user, or the call itself says whose it is.
    let hinted =
        case.project.hints.provider.as_deref().or(case.provider.filter(|_| !case.is_token).map(|p| p.slug.as_str()));
    let is_sure = kind.issuer.is_some() || hinted == Some(provider.slug.as_str());
    if !is_sure && !case.is_token {
        return None;
    }
    let standing = if kind.verified && is_sure { Standing::Proven } else { Standing::Likely };
    let finding = Finding::new(
        standing,
        Stop::Sent,
        format!("the token lives {lives_for}, and {} takes {} at most", provider.name, ago(longest)),
        fact.origin.clone(),
        format!("That is the time between `iat` and `exp`; this is {}.", kind.label),
    );
    Some(finding.mend(Remedy::new(format!(
        "Make it with `exp` no more than {} after `iat`, in seconds, and make a new one for each use.",
        ago(longest)
    ))))
}

/// A time in milliseconds lies thousands of years ahead; some take that for no time at all.
fn far(fact: &Fact, token: &Token) -> Option<Finding> {
    token.expires.filter(|end| is_in_milliseconds(*end))?;
    let finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "`exp` is in milliseconds, and counts seconds",
        fact.origin.clone(),
        "So read it lies thousands of years ahead: some verifiers refuse that, and for all others the token never ends.",
    );
    Some(finding.mend(Remedy::new("Divide by 1000 where the token is made: `Math.floor(Date.now() / 1000) + 3600`.")))
}
