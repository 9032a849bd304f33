//! key/wrong-type: right provider, wrong kind of credential.

use crate::case::{Case, Held, Stop};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Fact, Remark, Seen, Sets, Token, Value, Wants};
use crate::provider::{Credential, Kind, Purpose};
use crate::read::token::{self, kind};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let held = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let no_key = case.sets.iter().filter_map(|(fact, sets)| Some(no_private_key(fact, sets)?.into()));
    let echoed = echoes(case).filter_map(|echoed| Some(repeated(case, &echoed)?.into()));
    let shown = shown(case).map(Evidence::from);
    let codex = known_by(case, "key/wrong-type", &CODEX).map(Evidence::from);
    held.chain(token(case).map(Evidence::from)).chain(no_key).chain(echoed).chain(shown).chain(codex).collect()
}

/// A token of a login is shown where the service that refuses says that it took it for an API key.
fn shown(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.fits("key/wrong-type"))?;
    let (_, said) = refusal.meanings.first()?;
    let asked = said.speaker.provider()?;
    let says =
        |body: &str| ["x-api-key", "api key", "api_key", "apikey", "API key"].iter().any(|word| body.contains(word));
    if !refusal.answers().any(|(_, answer)| says(&answer.body)) {
        return None;
    }
    let (fact, found) = case.project.facts.iter().find_map(|fact| {
        let Seen::Looks(value) = &fact.seen else { return None };
        let text = value.expose_str()?;
        let bare = text.rsplit(['=', '"', '\'', ' ']).next().unwrap_or(text);
        let is_token =
            |own: &&Credential| own.kind == Kind::Oauth && own.prefix.len() >= 6 && bare.starts_with(&own.prefix);
        Some((fact, asked.credential.iter().find(is_token)?))
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("what is shown is no API key of {}: {}", asked.name, found.label),
        fact.origin.clone(),
        "It begins as that does, and the answer speaks of an API key; the two go into different headers.",
    );
    finding.weight = 16;
    Some(
        finding.mend(
            Remedy::new("Make an API key, or send the token as `Authorization: Bearer …` with what belongs to it.")
                .link(asked.links.keys.clone()),
        ),
    )
}

/// Codex has a login and a provider of one's own.
const CODEX: Known = Known {
    remark: Remark::CodexLogin,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "Codex sends the token of its login to the provider that is configured",
    why: "With `requires_openai_auth = true`, or with `tokens` in auth.json, the login's token goes before the key; only ChatGPT's own backend takes it.",
    remedy: "Give the provider `env_key = \"NAME\"` in place of `requires_openai_auth`, or run `codex logout` and log in with the key.",
    weight: 16,
};

/// What the service repeats is of its own making, and none of its keys: an object's id, a secret for something else.
fn repeated(case: &Case<'_>, echoed: &Echoed<'_>) -> Option<Finding> {
    // One clue to the service is enough here: the value itself is another.
    let (asked, _) = case.as_refusal()?.providers.first()?;
    let shown = echoed.shown();
    let begins = |own: &Credential| !own.prefix.is_empty() && shown.starts_with(&own.prefix);
    let fits = |own: &Credential| begins(own) || own.prefix.is_empty() && own.fits(shown);
    let is_none = |own: &Credential| matches!(own.kind, Kind::NoCredential | Kind::Signing);
    if shown.len() < 3 || asked.credential.iter().any(|own| !is_none(own) && begins(own)) {
        return None;
    }
    let own = asked.credential.iter().find(|own| is_none(own) && fits(own))?;
    let finding = echoed.finding(
        Standing::Likely,
        &format!("what {} got is no API key of it: {}", asked.name, own.label),
        "What is repeated here begins as that does.",
    );
    Some(finding.mend(Remedy::new(format!("Send an API key of {}.", asked.name)).link(asked.links.keys.clone())))
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

/// An ID token, a refresh token or one that nobody can read went where an access token is asked.
fn token(case: &Case<'_>) -> Option<Finding> {
    let (fact, token) = case.tokens().next()?;
    let issued = case.issued(token).map(|(provider, kind)| (provider, kind.purpose));
    let purpose = issued.map(|(_, purpose)| purpose);
    let of = issued.map_or_else(String::new, |(provider, _)| format!(" of {}", provider.name));
    let (title, why, remedy) = if purpose == Some(Purpose::Refresh) || is_refresh(token) {
        (
            format!("a refresh token{of} is sent where an access token is asked"),
            "It fetches new tokens from the issuer, and no API takes it.",
            "Send it to the token endpoint with `grant_type=refresh_token`, and the `access_token` of its answer to the API.",
        )
    } else if let Some(name) = other_purpose(token) {
        (
            format!("a token of type `{name}` is sent where an access token is asked"),
            "`typ` says what it was made for, and verifiers hold tokens apart by it (RFC 8725, section 3.11).",
            "Send the `access_token` of the login's answer.",
        )
    } else if purpose == Some(Purpose::Identity) || purpose.is_none() && token.is_identity {
        // An API that expects the client's own id takes ID tokens.
        if case.is_token && is_for_whom_it_is_expected(case) {
            return None;
        }
        (
            format!("an ID token{of} is sent where an access token is asked"),
            "It has claims that only a login's ID token has, and none that allows anything.",
            "Send the `access_token` of the login's answer, and not its `id_token`.",
        )
    } else {
        return opaque(case, fact, token);
    };
    // Whose audience is the client's own is for no API.
    let is_for_others = case.is_token && case.claims("aud", true).next().is_some();
    let standing = match case.as_refusal() {
        Some(refusal) if !refusal.fits("key/wrong-type") => Standing::Possible,
        None if is_for_others => Standing::Proven,
        _ => Standing::Likely,
    };
    let finding = Finding::new(standing, Stop::Sent, title, fact.origin.clone(), why);
    Some(finding.mend(Remedy::new(remedy)))
}

/// Keycloak and others write into the claims what a token is for.
fn is_refresh(token: &Token) -> bool {
    let says = |claim: &str, words: &[&str]| {
        token.texts(claim).iter().any(|own| words.iter().any(|word| own.eq_ignore_ascii_case(word)))
    };
    says("typ", &["refresh", "offline"])
        || says("token_use", &["refresh"])
        || says("type", &["refresh"])
        || says("token_type", &["refresh", "refresh_token"])
}

/// A `typ` in the header that no access token has.
fn other_purpose(token: &Token) -> Option<&'static str> {
    let own = token.header.get("typ")?.as_str()?.to_ascii_lowercase();
    let own = own.strip_prefix("application/").unwrap_or(&own);
    let known = ["dpop+jwt", "logout+jwt", "secevent+jwt", "oauth-authz-req+jwt", "token-introspection+jwt", "kb+jwt"];
    known.into_iter().find(|known| *known == own)
}

/// Whether its audience is the one that the user expects.
fn is_for_whom_it_is_expected(case: &Case<'_>) -> bool {
    case.claims("aud", true).any(|(_, wanted)| case.claims("aud", false).any(|(_, given)| given.value == wanted.value))
}

/// A text without claims, where something is to be read from it.
fn opaque(case: &Case<'_>, fact: &Fact, token: &Token) -> Option<Finding> {
    let wanted = case.wants().find(|(_, wants)| **wants == Wants::Readable).filter(|_| case.is_token)?;
    if !token.claims.is_empty() || !token.header.is_empty() {
        return None;
    }
    let text = token.text.expose_str()?;
    if kind(text) != token::Kind::Opaque {
        return None;
    }
    let known = case.registry.recognise(text);
    let title = match &known {
        Some(known) => format!("this is no JWT: {} of {}", known.credential.label, known.provider.name),
        None => "this is an opaque token, and a JWT is wanted".to_owned(),
    };
    let why = "It says nothing by itself: only who issued it knows for whom and until when it is good.";
    let finding = Finding::new(Standing::Likely, Stop::Sent, title, fact.origin.clone(), why);
    let finding = finding.and("That can only be held against a JWT.", Some(wanted.0.origin.clone()));
    let remedy = "Ask the issuer for a token of this API (`audience` or `resource` at login): without one, many give opaque \
                  tokens. Or let the API ask the issuer (`--introspect URL`).";
    Some(finding.mend(Remedy::new(remedy)))
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
        Wanted::Secret => {
            matches!(found.kind, Kind::Publishable | Kind::KeyId | Kind::NoCredential | Kind::Signing)
        }
        Wanted::Public => matches!(found.kind, Kind::Secret | Kind::Restricted | Kind::Admin | Kind::Signing),
        Wanted::Key => {
            matches!(found.kind, Kind::NoCredential | Kind::Signing)
                || found.kind == Kind::Oauth && is_for_api_keys(case)
        }
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

/// Whether the variable, or the header that the value goes into, is there for API keys, and not for tokens of a login.
fn is_for_api_keys(case: &Case<'_>) -> bool {
    let says = |name: &str| name.to_ascii_lowercase().replace('-', "_").ends_with("api_key");
    says(&case.name) || case.name.is_empty() && case.sends.iter().any(|(_, sends)| says(&sends.name))
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
