//! key/wrong-type: right provider, wrong kind of credential.

use crate::case::{Case, Held, Stop};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Seen, Sets, Value};
use crate::provider::{Credential, Kind};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let token = case.sets.iter().filter_map(|(fact, sets)| Some(no_private_key(fact, sets)?.into()));
    held.chain(identity(case).map(Evidence::from)).chain(token).collect()
}

/// A job's own token goes where the private half of an SSH key is wanted.
fn no_private_key(fact: &Fact, sets: &Sets) -> Option<Finding> {
    let wants_key = ["DEPLOY_KEY", "SSH_KEY", "PRIVATE_KEY"].iter().any(|name| sets.name.ends_with(name));
    let gives_token = match &sets.value {
        Value::Reference { name, scope } => name == "GITHUB_TOKEN" && scope == "secrets" || name == "CI_JOB_TOKEN",
        _ => false,
    };
    (wants_key && gives_token).then(|| {
        let finding = Finding::new(
            Standing::Likely,
            Stop::Written,
            format!("{} is given the job's own token, and wants a private key", sets.name),
            fact.origin.clone(),
            "The token that CI makes for each job is no SSH key; what reads the variable hands it to ssh.",
        );
        finding.mend(Remedy::new(
            "Make a deploy key (`ssh-keygen -t ed25519`), store its private half as a secret, and name that here; or use the step's input for a token.",
        ))
    })
}

/// An ID token went where an access token is asked.
fn identity(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    let fact = case.project.facts.iter().find(|fact| matches!(&fact.seen, Seen::Token(token) if token.is_identity))?;
    let finding = Finding::new(
        if refusal.fits("key/wrong-type") { Standing::Likely } else { Standing::Possible },
        Stop::Sent,
        "an ID token is sent where an access token is asked",
        fact.origin.clone(),
        "It has claims that only a login's ID token has, and none that allows anything.",
    );
    Some(finding.mend(Remedy::new("Send the `access_token` of the login's answer, and not its `id_token`.")))
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    let provider = case.provider?;
    let found = provider
        .credential
        .iter()
        .find(|credential| credential.prefix.len() >= 3 && credential.retired.is_none() && credential.fits(value))?;
    let wanted = wanted(&case.name)?;
    let wrong = match wanted {
        Wanted::Secret => matches!(found.kind, Kind::Publishable | Kind::KeyId | Kind::NoCredential),
        Wanted::Public => matches!(found.kind, Kind::Secret | Kind::Restricted | Kind::Admin),
        Wanted::Key => found.kind == Kind::NoCredential,
        Wanted::WebhookSecret => found.kind == Kind::Publishable,
    };
    if !wrong {
        return None;
    }
    let right: Vec<&Credential> = provider
        .credential
        .iter()
        .filter(|credential| credential.retired.is_none() && fits_name(wanted, credential))
        .collect();
    // Test stays test, and live stays live.
    let better = right.iter().find(|credential| credential.environment == found.environment).or(right.first());
    let finding = Finding::new(
        if found.verified { Standing::Proven } else { Standing::Likely },
        Stop::Written,
        format!("{} holds another kind of value: {}", case.name, found.label),
        held.origin.clone(),
        format!(
            "{} tells its kinds of keys apart by how they begin, and does not take one for the other.",
            provider.name
        ),
    );
    let remedy = match better {
        Some(credential) => format!("Put the right kind of key there: {}.", credential.label),
        None => "Put the right kind of key there.".to_owned(),
    };
    Some(finding.mend(Remedy::new(remedy).link(provider.links.keys.clone())))
}

/// What the variable's name says that it wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Secret,
    Public,
    Key,
    WebhookSecret,
}

fn wanted(name: &str) -> Option<Wanted> {
    let upper = name.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    if has(&["_ID", "ACCOUNT", "WEBHOOK_ID"]) && !has(&["SECRET", "KEY"]) {
        return None;
    }
    Some(if has(&["WEBHOOK", "SIGNING"]) {
        Wanted::WebhookSecret
    } else if has(&["PUBLISHABLE", "PUBLIC", "ANON"]) {
        Wanted::Public
    } else if has(&["ACCESS_KEY_ID", "KEY_ID", "CLIENT_ID"]) {
        return None;
    } else if has(&["SECRET", "SERVICE_ROLE", "ADMIN"]) {
        Wanted::Secret
    } else {
        Wanted::Key
    })
}

fn fits_name(wanted: Wanted, credential: &Credential) -> bool {
    match wanted {
        Wanted::Secret | Wanted::Key => matches!(credential.kind, Kind::Secret | Kind::Project),
        Wanted::Public => credential.kind == Kind::Publishable,
        Wanted::WebhookSecret => false,
    }
}
