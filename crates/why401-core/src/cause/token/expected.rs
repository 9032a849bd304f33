//! What a token claims against what is expected of it, as a paste, an option or its service tells; for the judges of single
//! claims.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Remedy, Standing};
use crate::fact::{Claims, Fact, Seen};

/// The claim `name` that is given and the one that is wanted, where they differ.
pub(super) fn mismatch<'p>(case: &Case<'p>, name: &str) -> Option<(&'p Fact, &'p Claims, &'p Fact, &'p Claims)> {
    let (given_at, given) = case.claims(name, false).next()?;
    let is_met = |(_, wanted): (_, &Claims)| case.claims(name, false).any(|(_, given)| given.value == wanted.value);
    // What a log tells of another token may be anything; a token that is in hand has all its audiences beside it.
    let is_met = |wanted: (&'p Fact, &'p Claims)| {
        if case.is_token { is_met(wanted) } else { wanted.1.value == given.value }
    };
    if case.claims(name, true).any(is_met) {
        return None;
    }
    let (wanted_at, wanted) = case.claims(name, true).next()?;
    Some((given_at, given, wanted_at, wanted))
}

/// The finding for it.
pub(super) fn finding(case: &Case<'_>, name: &str, words: &str, remedy: &str) -> Option<Finding> {
    if case.is_token {
        return in_hand(case, name, words, remedy);
    }
    let (given_at, given, wanted_at, wanted) = mismatch(case, name)?;
    let slash = given.value.trim_end_matches('/') == wanted.value.trim_end_matches('/');
    let why = if slash { "The two differ in the slash at the end." } else { "This is what the token has." };
    let mut finding = Finding::new(Standing::Likely, Stop::Judged, words, given_at.origin.clone(), why);
    finding.weight = 20;
    Some(finding.and("This is what is expected.", Some(wanted_at.origin.clone())).mend(Remedy::new(remedy)))
}

/// The same of a token that can be read whole, against what the user says of it.
fn in_hand(case: &Case<'_>, name: &str, words: &str, remedy: &str) -> Option<Finding> {
    let origin = case.tokens().next()?.0.origin.clone();
    if let Some(found) = elsewhere(case, name) {
        return found;
    }
    let Some((_, given, wanted_at, wanted)) = mismatch(case, name) else {
        let (wanted_at, wanted) =
            case.claims(name, true).next().filter(|_| case.claims(name, false).next().is_none())?;
        // What cannot be read lacks nothing.
        let is_read =
            case.project.facts.iter().any(|fact| matches!(&fact.seen, Seen::Token(token) if !token.claims.is_empty()));
        let why = format!("`{}` is expected.", shown(&wanted.value));
        let finding = Finding::new(Standing::Proven, Stop::Judged, format!("the token has no `{name}`"), origin, why);
        let finding = Finding { why: finding.why.into_iter().chain(reason(wanted_at)).collect(), ..finding };
        return is_read.then(|| finding.mend(Remedy::new(remedy)));
    };
    let all: Vec<String> = case.claims(name, false).map(|(_, given)| format!("`{}`", shown(&given.value))).collect();
    let (title, remedy) = match how(case, name, &given.value, &wanted.value) {
        Some(How { title, mend }) => (title, mend.unwrap_or(remedy)),
        None => (words.to_owned(), remedy),
    };
    let finding =
        Finding::new(Standing::Proven, Stop::Judged, title, origin, format!("Its `{name}` is {}.", all.join(", ")));
    let expected: Vec<String> =
        case.claims(name, true).map(|(_, wanted)| format!("`{}`", shown(&wanted.value))).collect();
    let finding = finding.and(format!("Expected is {}.", expected.join(" or ")), Some(wanted_at.origin.clone()));
    Some(finding.mend(Remedy::new(remedy)))
}

/// The audience of a token whose service writes it into another claim; `None` where it does not.
fn elsewhere(case: &Case<'_>, name: &str) -> Option<Option<Finding>> {
    let (fact, token) = case.tokens().next().filter(|_| name == "aud")?;
    let (provider, kind) = case.issued(token)?;
    let claim = kind.audience.as_deref()?;
    let values = token.texts(claim);
    let (wanted_at, wanted) = case.claims(name, true).next()?;
    if case.claims(name, true).any(|(_, wanted)| values.contains(&wanted.value.as_str())) {
        return Some(None);
    }
    let has = values.first().map_or_else(|| "nothing".to_owned(), |value| format!("`{}`", shown(value)));
    let title = format!("the token's `{claim}` is another than the one that is expected");
    let why = format!("{} puts no `aud` into {}; its `{claim}` is {has}.", provider.name, kind.label);
    let finding = Finding::new(Standing::Proven, Stop::Judged, title, fact.origin.clone(), why);
    let finding = finding.and(format!("Expected is `{}`.", shown(&wanted.value)), Some(wanted_at.origin.clone()));
    Some(Some(finding.mend(Remedy::new(format!(
        "Compare `{claim}` where the token is verified, with the client that asks for it."
    )))))
}

/// Where the expectation stands, as a piece of evidence.
fn reason(fact: &Fact) -> Option<crate::cause::Reason> {
    Some(crate::cause::Reason { text: "That is what was asked for.".to_owned(), origin: Some(fact.origin.clone()) })
}

/// In what two values differ that look alike, and what to do where it is something else than usual.
struct How {
    title: String,
    mend: Option<&'static str>,
}

impl How {
    fn new(title: String) -> Option<Self> {
        Some(Self { title, mend: None })
    }
}

/// In what two values differ that look alike.
fn how(case: &Case<'_>, name: &str, given: &str, wanted: &str) -> Option<How> {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    if bare(given) == bare(wanted) {
        let (with, without) =
            if given.ends_with('/') { ("the token", "what is expected") } else { ("what is expected", "the token") };
        return How::new(format!("`{name}` differs in the slash at the end: {with} has one, {without} has none"));
    }
    if given.eq_ignore_ascii_case(wanted) {
        return How::new(format!("`{name}` differs in letter case only"));
    }
    let scheme = |text: &str| text.split_once("://").map(|(scheme, rest)| (scheme.to_owned(), bare(rest)));
    match (scheme(given), scheme(wanted)) {
        (Some((a, one)), Some((b, other))) if one == other => {
            return How::new(format!("`{name}` differs in its scheme: the token has `{a}`, and `{b}` is expected"));
        }
        (Some((_, rest)), None) | (None, Some((_, rest))) if rest == bare(given) || rest == bare(wanted) => {
            return How::new(format!("`{name}` differs in the scheme: one is written with it, the other without"));
        }
        _ => {}
    }
    if given.trim() == wanted.trim() {
        return How::new(format!("`{name}` differs in blanks"));
    }
    if name != "iss" {
        return None;
    }
    // Two issuers of one service: another customer, or another kind of token.
    let providers = case.registry.of_issuer(given);
    let (provider, (one, tenant), (other, wanted_tenant)) = providers
        .into_iter()
        .find_map(|provider| Some((provider, provider.of_issuer(given)?, provider.of_issuer(wanted)?)))?;
    Some(if tenant == wanted_tenant {
        let title = format!("the token is {}, and {} is expected", one.label, other.label);
        How {
            title,
            mend: Some(
                "Let the API be registered for the kind that it expects, or expect the issuer that the token has.",
            ),
        }
    } else {
        let title = format!("the token is of another tenant of {}", provider.name);
        How { title, mend: Some("Log in at the tenant that the API belongs to, or let the API take this one.") }
    })
}

/// No value is longer than a line.
fn shown(value: &str) -> String {
    let cut: String = value.chars().take(200).collect();
    if cut.len() < value.len() { format!("{cut}…") } else { cut }
}
