//! signature/session-token: temporary credentials without their third part, or with another's.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::signed::Signed;
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Remark, Seen, Surrounding};
use crate::provider::Meaning;
use crate::symptom::Symptom;

/// Names under which the third part is handed on.
const TOKEN: &[&str] = &[
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "aws_session_token",
    "sessionToken",
    "session_token",
    "awsSessionToken",
    "SessionToken",
];

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let nothing = || known_by(case, "signature/session-token", &NOTHING).filter(|_| is_aws(case));
    of_request(case).or_else(|| look(case)).or_else(nothing).into_iter().map(Into::into).collect()
}

/// The request itself shows its key id, and whether a session token goes with it.
fn of_request(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    let told =
        [Symptom::Signature, Symptom::Rejected, Symptom::Claims].iter().any(|symptom| refusal.may_show(*symptom));
    told.then_some(())?;
    let signed = Signed::of(case)?;
    let claim = &signed.claim;
    let other = signed.own_pair().and_then(|pair| pair.token).filter(|token| claim.token.as_ref() != Some(token));
    let (standing, title, why, remedy) = match (claim.key_id.get(..4), &claim.token, other) {
        (Some("ASIA"), None, _) => (
            Standing::Proven,
            "the key id is a temporary one, and the request carries no session token",
            "Key ids that begin with ASIA come with a session token, and are unknown without it.",
            "Hand on the session token, too: `AWS_SESSION_TOKEN`, `sessionToken`, the header X-Amz-Security-Token.",
        ),
        (Some("AKIA"), Some(_), _) => (
            Standing::Proven,
            "the key id is a lasting one, and the request carries a session token",
            "A session token belongs to one temporary key; beside a key id that begins with AKIA it is another login's.",
            "Take the session token away: `unset AWS_SESSION_TOKEN`, or leave it out of the client's settings.",
        ),
        (Some("ASIA"), Some(_), Some(_)) => (
            Standing::Likely,
            "the session token that was sent is not the one that is written beside the key",
            "The three parts of a temporary credential belong together, and here the third is of another set.",
            "Set all three parts at once.",
        ),
        _ => return None,
    };
    let mut finding = Finding::new(standing, Stop::Sent, title, signed.origin(), why);
    finding.weight = 45;
    Some(finding.mend(Remedy::new(remedy)))
}

/// Whether anything says that the refusal is AWS's.
fn is_aws(case: &Case<'_>) -> bool {
    case.as_refusal().is_some_and(|refusal| {
        let speaks = |(_, meaning): &(_, Meaning)| meaning.speaker.slug().starts_with("aws");
        refusal.providers.iter().any(|(provider, _)| provider.slug.starts_with("aws"))
            || refusal.meanings.iter().any(speaks)
    })
}

/// What the client holds is printed, and the third part is nothing.
const NOTHING: Known = Known {
    remark: Remark::NoSessionToken,
    standing: Standing::Likely,
    stop: Stop::Read,
    title: "the client has no session token",
    why: "Key id and secret are there, and the session token is empty: temporary keys are unknown without it.",
    remedy: "Find out why the third variable does not get into the process: `env | grep AWS_SESSION_TOKEN` there.",
    weight: 14,
};

/// A key id that begins with ASIA is temporary (IAM user guide, "IAM identifiers"); one that begins with AKIA is not.
fn look(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let aws = is_aws(case);
    let told =
        [Symptom::Signature, Symptom::Rejected, Symptom::Claims].iter().any(|symptom| refusal.may_show(*symptom));
    let refers = |wanted: &str| {
        case.project.facts.iter().find(|fact| matches!(&fact.seen, Seen::Refers(name) if name == wanted))
    };
    if let (true, true, Some(old), None) = (aws, told, refers("AWS_SECURITY_TOKEN"), refers("AWS_SESSION_TOKEN")) {
        let title = "the session token goes into AWS_SECURITY_TOKEN, which today's clients do not read";
        let why = "The variable is called AWS_SESSION_TOKEN; the older name is read by old clients only, and the key goes out without its third part.";
        let finding = Finding::new(Standing::Likely, Stop::Sent, title, old.origin.clone(), why);
        return Some(finding.mend(Remedy::new("Set AWS_SESSION_TOKEN.")));
    }
    let Some((fact, temporary)) = key_id(case) else { return by_hand(case).filter(|_| aws && told) };
    let token = case
        .project
        .facts
        .iter()
        .find(|fact| matches!(&fact.seen, Seen::Refers(name) if TOKEN.contains(&name.as_str())));
    let (title, why, remedy) = match (temporary, token) {
        (true, None) => (
            "the key id is a temporary one, and its session token is not there",
            "Key ids that begin with ASIA come with a session token, and are unknown without it.",
            "Hand on the session token, too: `AWS_SESSION_TOKEN`, `sessionToken`.",
        ),
        (false, Some(_)) => (
            "the key id is a lasting one, and a session token goes with it",
            "A session token belongs to one temporary key; beside a key id that begins with AKIA it is another login's.",
            "Take the session token away: unset it, or leave it out of the client's settings.",
        ),
        // A function has a session token in its environment, which the client adds by itself.
        (false, None) if refusal.involves(&[Surrounding::Serverless]) => (
            "the key id is set by hand where the runtime has a session token of its own",
            "A function's environment holds the session token of its role, and clients that find one send it with whatever key they were given.",
            "Use the role itself and no keys, or give the client an empty session token on purpose.",
        ),
        _ => return None,
    };
    // Nobody else's ids begin so.
    if !(aws || temporary) || !told {
        return None;
    }
    let mut finding = Finding::new(Standing::Likely, Stop::Sent, title, fact.origin.clone(), why);
    finding.weight = 10;
    Some(finding.mend(Remedy::new(remedy)))
}

/// Code hands over two parts of three, and the answer finds the token invalid.
fn by_hand(case: &Case<'_>) -> Option<Finding> {
    let refers = |names: &[&str]| {
        case.project
            .facts
            .iter()
            .find(|fact| matches!(&fact.seen, Seen::Refers(name) if names.contains(&name.as_str())))
    };
    let fact = refers(&["aws_access_key_id", "accessKeyId", "awsAccessKey", "access_key_id"])?;
    let third = case
        .project
        .facts
        .iter()
        .any(|fact| matches!(&fact.seen, Seen::Refers(name) if TOKEN.contains(&name.as_str())));
    if third
        || !case.as_refusal()?.answers().any(|(_, answer)| answer.body.to_ascii_lowercase().contains("security token"))
    {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "the client is given key id and secret, and no session token",
        fact.origin.clone(),
        "Where the two are temporary ones, of a role or a login, they are unknown without the third part.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(
        "Hand on the session token, or give the client no keys and let it find all three by itself.",
    )))
}

/// A key id in the paste, and whether it is a temporary one.
fn key_id<'p>(case: &Case<'p>) -> Option<(&'p Fact, bool)> {
    case.project.facts.iter().find_map(|fact| {
        let Seen::Looks(value) = &fact.seen else { return None };
        let text = value.expose_str()?;
        let bare = text.rsplit(['=', '"']).next().unwrap_or(text);
        (bare.len() == 20).then_some(())?;
        if bare.starts_with("ASIA") { Some((fact, true)) } else { bare.starts_with("AKIA").then_some((fact, false)) }
    })
}
