//! access/scope: what the token may do is told, and so is what this call needs.

use serde_json::{Map, Value};

use crate::case::{Case, Stop};
use crate::cause::{Cause, Evidence, Finding, Reason, Remedy, Standing};
use crate::exchange::{Answer, Exchange};
use crate::fact::{Introspected, Origin, Wants};
use crate::read::jwt;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    if case.is_token {
        return in_hand(case).into_iter().collect();
    }
    let Some(refusal) = case.as_refusal().filter(|refusal| refusal.refuses()) else { return Vec::new() };
    let told = case.introspected().map(|(_, told)| told);
    let refused = refusal.answers().filter(|(_, answer)| !matches!(answer.status, Some(300..=399 | 429 | 500..)));
    refused.filter_map(|(exchange, answer)| look(exchange, answer, told)).collect()
}

/// Scopes, and who names them.
struct Scopes<'a> {
    names: Vec<String>,
    by: &'a str,
    /// Whether one of them is enough.
    any: bool,
}

/// What is granted, held against what is needed.
fn look(exchange: &Exchange, answer: &Answer, told: Option<&Introspected>) -> Option<Evidence> {
    let granted = granted(exchange, answer).or_else(|| introspected(told?))?;
    compared(&needed(answer)?, &granted, &exchange.origin())
}

/// What the token may do, as its issuer tells it (RFC 7662, section 2.2). An answer without scopes says nothing of them.
fn introspected(told: &Introspected) -> Option<Scopes<'_>> {
    let names = allowed(&told.claims);
    (told.is_active && !names.is_empty()).then_some(Scopes { names, by: &told.by, any: false })
}

/// What a token in hand allows, held against what the user needs.
fn in_hand(case: &Case<'_>) -> Option<Evidence> {
    let (fact, token) = case.tokens().next()?;
    let needed = case.wants().filter_map(|(fact, wants)| match wants {
        Wants::Scope(name) => Some((fact, name.clone())),
        _ => None,
    });
    let (mut facts, mut names) = (Vec::new(), Vec::new());
    for (fact, name) in needed {
        facts.push(fact);
        names.push(name);
    }
    let by = match &facts.first()?.origin {
        Origin::Given(option) => option.as_str(),
        _ => "what is asked for",
    };
    if token.claims.is_empty() {
        return None;
    }
    let is_told = token.header.is_empty() && case.introspected().is_some();
    let by_whom = if is_told { "the issuer" } else { "the token itself" };
    let granted = Scopes { names: allowed(&token.claims), by: by_whom, any: false };
    compared(&Scopes { names, by, any: false }, &granted, &fact.origin)
}

/// What claims allow, by whatever name: scopes (RFC 8693, section 4.2, and what Microsoft, Okta and others call them), roles and
/// permissions.
fn allowed(claims: &Map<String, Value>) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |value: Option<&Value>, by: &[char]| match value {
        Some(Value::String(text)) => {
            names.extend(text.split(by).filter(|name| !name.is_empty()).map(str::to_owned));
        }
        Some(Value::Array(list)) => names.extend(list.iter().filter_map(Value::as_str).map(str::to_owned)),
        _ => {}
    };
    for claim in ["scope", "scp", "scopes"] {
        add(claims.get(claim), &[' ', ',']);
    }
    for claim in ["roles", "role", "permissions", "groups", "cognito:groups", "authorities"] {
        add(claims.get(claim), &[',']);
    }
    // Keycloak nests them.
    add(claims.get("realm_access").and_then(|access| access.get("roles")), &[',']);
    for client in claims.get("resource_access").and_then(Value::as_object).into_iter().flat_map(Map::values) {
        add(client.get("roles"), &[',']);
    }
    names
}

fn compared(needed: &Scopes<'_>, granted: &Scopes<'_>, origin: &Origin) -> Option<Evidence> {
    // Who may do everything lacks nothing, and a hierarchy of scopes is not known here.
    if needed.names.is_empty() || granted.names.iter().any(|name| name.contains('*')) {
        return None;
    }
    let missing: Vec<&str> =
        needed.names.iter().filter(|name| !granted.names.contains(name)).map(String::as_str).collect();
    let has = if granted.names.is_empty() { "none".to_owned() } else { listed(&granted.names) };
    if missing.is_empty() || needed.any && missing.len() < needed.names.len() {
        let text = format!("the token has what {} asks for: {has}", needed.by);
        return Some(Evidence::Against(Reason { text, origin: Some(origin.clone()) }));
    }
    let title = match missing.as_slice() {
        [one] => format!("the token lacks the scope `{}`", short(one)),
        many if needed.any => format!("the token has none of the scopes that open this: {}", listed(many)),
        many => format!("the token lacks the scopes {}", listed(many)),
    };
    let finding = Finding::new(
        Standing::Proven,
        Stop::Judged,
        title,
        origin.clone(),
        format!("{} names {}{}.", needed.by, if needed.any { "one of " } else { "" }, listed(&needed.names)),
    );
    let finding = finding.and(format!("Granted by {}: {has}.", granted.by), None);
    let remedy = Cause::find("access/scope").map_or_else(String::new, Cause::remedy);
    Some(finding.mend(Remedy::new(remedy)).into())
}

/// What this call needs, as the answer tells it.
fn needed(answer: &Answer) -> Option<Scopes<'static>> {
    // GitHub and its kin list every scope that opens the resource.
    if let Some(list) = answer.header("X-Accepted-OAuth-Scopes") {
        return Some(Scopes { names: split(list, ','), by: "X-Accepted-OAuth-Scopes", any: true });
    }
    // RFC 6750, section 3.1: all that stand in `scope` are needed.
    let challenges = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    for (_, challenge) in challenges {
        if parameter(challenge, "error") == Some("insufficient_scope")
            && let Some(list) = parameter(challenge, "scope")
        {
            return Some(Scopes { names: split(list, ' '), by: "WWW-Authenticate", any: false });
        }
    }
    // Slack says it in the body, with a good status.
    let list = field(answer, "needed")?;
    (field(answer, "error")? == "missing_scope").then(|| Scopes {
        names: split(&list, ','),
        by: "the answer",
        any: true,
    })
}

/// What the token may do, as the answer or the token itself tells it.
fn granted(exchange: &Exchange, answer: &Answer) -> Option<Scopes<'static>> {
    if let Some(list) = answer.header("X-OAuth-Scopes") {
        return Some(Scopes { names: split(list, ','), by: "X-OAuth-Scopes", any: false });
    }
    if let Some(list) = field(answer, "provided") {
        return Some(Scopes { names: split(&list, ','), by: "the answer", any: false });
    }
    let tokens = exchange.request.headers.iter().filter_map(|(_, value)| jwt::within(value.expose_str()?));
    // RFC 8693, section 4.2, and what Microsoft, Okta and others call it.
    tokens.flat_map(|token| ["scope", "scp"].map(|claim| token.claims.get(claim).cloned())).flatten().find_map(
        |claim| {
            let names = match claim {
                Value::String(text) => split(&text, ' '),
                Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                _ => return None,
            };
            Some(Scopes { names, by: "the token itself", any: false })
        },
    )
}

/// A parameter of a challenge, without its quotes.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = challenge[from..].find(name).map(|at| from + at) {
        let before = challenge[..at].chars().next_back();
        let rest = challenge[at + name.len()..].trim_start();
        if let Some(value) = rest.strip_prefix('=').filter(|_| before.is_none_or(|c| c == ' ' || c == ',')) {
            let value = value.trim_start();
            return Some(match value.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default(),
                None => value.split([',', ' ']).next().unwrap_or_default(),
            });
        }
        from = at + name.len();
    }
    None
}

/// A text of the body's JSON object.
fn field(answer: &Answer, name: &str) -> Option<String> {
    let Value::Object(fields) = serde_json::from_str(&answer.body).ok()? else { return None };
    fields.get(name)?.as_str().map(str::to_owned)
}

fn split(list: &str, by: char) -> Vec<String> {
    list.split(by).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The first few, each as it is written.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let first: Vec<String> = names.iter().take(6).map(|name| format!("`{}`", short(name.as_ref()))).collect();
    let more = names.len() - first.len();
    first.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

/// No scope is longer than this.
fn short(name: &str) -> &str {
    name.char_indices().nth(60).map_or(name, |(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::exchange::{Outcome, Request, Via};
    use crate::secret::Secret;

    /// The title, or the reason against it.
    fn said(headers: &[(&str, &str)], body: &str, claims: &str) -> Option<String> {
        let token = ["{\"alg\":\"HS256\"}", claims, "none"].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        let request = Request {
            headers: vec![("Authorization".to_owned(), Secret::from(format!("Bearer {token}").as_str()))],
            ..Request::default()
        };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { status: Some(403), headers, body: body.to_owned() };
        let exchange = Exchange { request, outcome: Outcome::Answered(answer.clone()), via: Via::Probe };
        match look(&exchange, &answer, None)? {
            Evidence::For(finding) => Some(finding.title),
            Evidence::Against(reason) => Some(reason.text),
        }
    }

    #[test]
    fn granted_by_what_the_issuer_says() {
        let told = |is_active, scope: &str| {
            let claims = Map::from_iter([("scope".to_owned(), Value::from(scope))]);
            Introspected { is_active, claims, by: "issuer.test".to_owned() }
        };
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"write\"".to_owned();
        let headers = vec![("WWW-Authenticate".to_owned(), challenge)];
        let answer = Answer { status: Some(403), headers, body: String::new() };
        let outcome = Outcome::Answered(answer.clone());
        let exchange = Exchange { request: Request::default(), outcome, via: Via::Probe };
        let said = |told: &Introspected| match look(&exchange, &answer, Some(told))? {
            Evidence::For(finding) => Some(finding.why.last()?.text.clone()),
            Evidence::Against(reason) => Some(reason.text),
        };
        assert_eq!(said(&told(true, "read list")).as_deref(), Some("Granted by issuer.test: `read`, `list`."));
        assert!(said(&told(true, "read write")).unwrap().starts_with("the token has what"));
        assert_eq!((said(&told(true, "")), said(&told(false, "read"))), (None, None));
    }

    #[test]
    fn granted_and_needed() {
        let none = "{\"sub\":\"ann\"}";
        let github = [("X-OAuth-Scopes", "gist, read:org"), ("X-Accepted-OAuth-Scopes", "public_repo, repo")];
        assert!(said(&github, "", none).unwrap().contains("none of the scopes that open this: `public_repo`, `repo`"));
        let enough = [("x-oauth-scopes", "repo"), ("x-accepted-oauth-scopes", "public_repo, repo")];
        assert!(said(&enough, "", none).unwrap().starts_with("the token has what"));
        assert_eq!(said(&[("X-OAuth-Scopes", "gist"), ("X-Accepted-OAuth-Scopes", "")], "", none), None);
        let empty = [("X-OAuth-Scopes", ""), ("X-Accepted-OAuth-Scopes", "gist")];
        assert_eq!(said(&empty, "", none).as_deref(), Some("the token lacks the scope `gist`"));
        let challenge = [(
            "WWW-Authenticate",
            "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"orders:read orders:write\"",
        )];
        let lacks = Some("the token lacks the scope `orders:write`");
        assert_eq!(said(&challenge, "", "{\"scope\":\"openid orders:read\"}").as_deref(), lacks);
        assert_eq!(said(&challenge, "", "{\"scp\":[\"orders:read\"]}").as_deref(), lacks);
        assert!(said(&challenge, "", "{\"scp\":\"orders:read orders:write\"}").unwrap().starts_with("the token has"));
        assert_eq!(said(&challenge, "", "{\"scope\":\"*\"}"), None);
        assert_eq!(said(&challenge, "", none), None);
        let other = [("WWW-Authenticate", "Bearer error=\"invalid_token\", scope=\"a\"")];
        assert_eq!(said(&other, "", "{\"scope\":\"b\"}"), None);
        let slack = r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"identify,users:read"}"#;
        assert_eq!(said(&[], slack, none).as_deref(), Some("the token lacks the scope `chat:write`"));
    }
}
