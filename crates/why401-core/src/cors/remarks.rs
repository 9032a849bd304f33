//! What is worth knowing of a call that passes: where the standard or another browser is stricter, and what the page misses.

use super::check::{ALLOW_ORIGIN, EXPOSE_HEADERS};
use super::list::get;
use super::{Origin, safelist};
use crate::exchange::Answer;
use crate::secret::Secret;

/// `*` let Authorization through.
pub(super) const STAR: &str = "By the standard `*` in Access-Control-Allow-Headers does not cover Authorization, and other \
                               browsers may refuse it; Chromium lets it pass. Name the header.";

/// Of a request that needs no preflight in Chromium and one by the standard.
pub(super) fn of_request(headers: &[(String, Secret)]) -> Option<String> {
    let (name, _) = headers.iter().find(|(name, _)| safelist::is_chromiums_own(&name.to_ascii_lowercase()))?;
    Some(format!("By the standard {name} needs a preflight; Chromium sends none for it."))
}

/// Of a redirect between two origins that are both not the page's.
pub(super) fn of_taint(from: &Origin, to: &Origin) -> String {
    format!("The redirect from {from} to {to} makes the browser call its own origin `null` from there on.")
}

/// Of an answer that the page may read; `kept_back` are the names that it may not.
pub(super) fn of_answer(answer: &Answer, kept_back: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    if answer.status == Some(401) && kept_back.iter().any(|name| name == "www-authenticate") {
        found.push(format!("The page cannot read WWW-Authenticate without {EXPOSE_HEADERS}: WWW-Authenticate."));
    }
    let named = get(&answer.headers, ALLOW_ORIGIN).is_some_and(|allowed| allowed != "*" && allowed != "null");
    let varies = get(&answer.headers, "vary").is_some_and(|vary| {
        vary.split(',').any(|part| matches!(part.trim().to_ascii_lowercase().as_str(), "origin" | "*"))
    });
    if named && !varies {
        found.push(
            "The answer names one origin and lacks Vary: Origin, so that a cache may hand it to another page."
                .to_owned(),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worth_knowing() {
        let answer = |status, fields: &[(&str, &str)]| {
            let headers = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Answer { status: Some(status), headers, body: String::new() }
        };
        let own = (ALLOW_ORIGIN, "http://a.test");
        let kept = ["www-authenticate".to_owned()];
        assert_eq!(of_answer(&answer(401, &[own, ("Vary", "Accept, origin")]), &kept).len(), 1);
        assert_eq!(of_answer(&answer(200, &[own]), &kept).len(), 1);
        assert!(of_answer(&answer(200, &[(ALLOW_ORIGIN, "*")]), &[]).is_empty());
        let sent = |name: &str| of_request(&[(name.to_owned(), Secret::from("2"))]);
        assert!(sent("DPR").is_some() && sent("Accept").is_none());
    }
}
