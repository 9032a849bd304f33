//! A URL alone: `why401 probe https://api.acme.dev/v1/me`.

use super::address::Address;
use super::template::{Style, Template};
use super::text::Text;
use super::{Asked, Draft, Files, Refused};

/// The request that a plain URL means: GET, and user and password in it become Basic as clients make it.
///
/// # Errors
/// What is no URL of HTTP.
pub fn url(text: &str) -> Result<Draft, Refused> {
    Draft::new(vec![Template::of(text.trim(), Style::Dollar)], build)
}

fn build(words: &[Text], _: &Files) -> Result<Asked, Refused> {
    let mut address = Address::of(&words.first().cloned().unwrap_or_default())?;
    address.encode(false);
    let mut asked = Asked::default();
    asked.request.method = "GET".to_owned();
    asked.field("Host", &Text::from(&*address.host));
    if let Some(user) = &address.user {
        let mut value = Text::from("Basic ");
        value.push(&user.base64());
        asked.field("Authorization", &value);
        asked
            .warnings
            .push("User and password stand in the address: servers, proxies and histories keep addresses.".to_owned());
    }
    asked.field("Accept", &"*/*".into());
    address.put(&mut asked);
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::request::{Source, Spot};
    use crate::secret::Secret;

    #[test]
    fn a_url_is_a_request() {
        let draft = url("https://me:pw@a.test/v1?key=$ACME_KEY").unwrap();
        assert_eq!(draft.variables(), ["ACME_KEY"]);
        let asked = draft.fill(&|_| Some(Secret::from("k1"))).unwrap();
        assert_eq!(asked.request.url, "https://a.test/v1");
        assert_eq!(asked.request.header("authorization").unwrap().expose(), b"Basic bWU6cHc=");
        assert_eq!(asked.sources, [Source { variable: "ACME_KEY".into(), at: Spot::Parameter("key".into()) }]);
        assert_eq!(asked.warnings.len(), 2);
        assert!(draft.fill(&|_| None).is_err());
    }
}
