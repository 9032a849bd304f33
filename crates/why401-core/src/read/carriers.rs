//! Carriers: which headers and query parameters carry a credential, by their names.

/// Whether the name is that of a header that carries a credential.
pub(crate) fn is_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if matches!(lower.as_str(), "authorization" | "proxy-authorization" | "apikey") || MISSPELT.contains(&&*lower) {
        return true;
    }
    let words: Vec<&str> = lower.split('-').collect();
    let valid = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // An idempotency key, a CSRF token and their kin are no credential.
    let other =
        ["idempotency", "csrf", "xsrf", "csrftoken", "cache", "partition", "public", "request", "object", "device"];
    valid
        && words.len() > 1
        && words.iter().any(|word| matches!(*word, "key" | "token" | "apikey" | "auth" | "secret"))
        && words.last().is_some_and(|last| {
            !matches!(*last, "id" | "email" | "type" | "app" | "date" | "user" | "env" | "file" | "path" | "cmd")
        })
        && !words.iter().any(|word| other.contains(word))
}

/// How people misspell `Authorization`: what they send under such a name is the credential all the same.
const MISSPELT: [&str; 6] =
    ["authorisation", "autorization", "authorizaton", "authorizaion", "authorizations", "authorizarion"];

/// Whether the name is that of a query parameter that carries a credential.
pub(crate) fn is_parameter(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "key"
            | "api_key"
            | "apikey"
            | "api-key"
            | "access_token"
            | "token"
            | "appid"
            | "private_token"
            | "auth"
            | "auth_token"
            | "access_key"
            | "subscription-key"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_carry() {
        for (name, carries) in [
            ("Authorization", true),
            ("Authorisation", true),
            ("x-api-key", true),
            ("PRIVATE-TOKEN", true),
            ("Circle-Token", true),
            ("X-Sentry-Auth", true),
            ("Idempotency-Key", false),
            ("api-key-env", false),
            ("X-CSRF-Token", false),
            ("PLAID-CLIENT-ID", false),
            ("X-Auth-Email", false),
            ("Content-Type", false),
            ("my token", false),
        ] {
            assert_eq!(is_header(name), carries, "{name}");
        }
        assert!(is_parameter("API_KEY") && is_parameter("appid") && !is_parameter("page_token"));
    }
}
