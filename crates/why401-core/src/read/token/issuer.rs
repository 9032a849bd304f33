//! What an issuer says in JSON: its metadata (OpenID Connect Discovery 1.0, RFC 8414), and of one token whether it is good
//! (RFC 7662).

use serde_json::{Map, Value};

/// An issuer's metadata, as far as a token is judged by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Its name, letter by letter.
    pub issuer: String,
    /// Where its keys are.
    pub key_set: Option<String>,
    /// Where it is asked about tokens.
    pub introspection: Option<String>,
}

/// Reads metadata; why it is none otherwise.
pub fn metadata(text: &str) -> Result<Metadata, String> {
    let object = object(text)?;
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let issuer = text("issuer").ok_or("it names no `issuer`")?;
    Ok(Metadata { issuer, key_set: text("jwks_uri"), introspection: text("introspection_endpoint") })
}

/// Whether a token is good, and the claims that come with the answer.
pub fn introspection(text: &str) -> Result<(bool, Map<String, Value>), String> {
    let mut object = object(text)?;
    match object.remove("active") {
        Some(Value::Bool(is_active)) => Ok((is_active, object)),
        Some(_) => Err("its `active` is neither true nor false (RFC 7662, section 2.2)".to_owned()),
        None => Err("it has no `active` (RFC 7662, section 2.2)".to_owned()),
    }
}

/// Where the metadata of an issuer may be, the usual place first.
pub fn places(issuer: &str) -> Vec<String> {
    let bare = issuer.trim_end_matches('/');
    let mut places = vec![format!("{bare}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = bare.split_once("://") {
        let (host, path) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        places.push(format!("{scheme}://{host}/.well-known/oauth-authorization-server{path}"));
    }
    places
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("it is no JSON object".to_owned()),
        Err(error) => Err(format!("it is no JSON from line {}, column {} on", error.line(), error.column())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_issuers_say() {
        let found = metadata(r#"{"issuer":"https://a.test","jwks_uri":"https://a.test/jwks"}"#).unwrap();
        assert_eq!((found.issuer.as_str(), found.key_set.as_deref()), ("https://a.test", Some("https://a.test/jwks")));
        assert!(metadata("<html>").unwrap_err().contains("line 1, column 1"));
        assert!(!introspection(r#"{"active":false}"#).unwrap().0);
        assert_eq!(introspection(r#"{"active":true,"scope":"a"}"#).unwrap().1["scope"], "a");
        assert!(introspection(r#"{"active":"yes"}"#).is_err() && introspection("{}").is_err());
        let wanted = [
            "https://a.test/t/.well-known/openid-configuration",
            "https://a.test/.well-known/oauth-authorization-server/t",
        ];
        assert_eq!(places("https://a.test/t/"), wanted);
    }
}
