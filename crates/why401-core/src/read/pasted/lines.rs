//! Lines that tell of a call in one breath: access logs, and the ways in which clients name a status and an address.

use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::exchange::{Answer, Exchange, Outcome, Request, Via};
use crate::fact::{Origin, Place};

/// The calls that access logs and dashboards of requests note, a line each: those that were refused or redirected.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Exchange> {
    // `"OPTIONS /api HTTP/1.1" 401`, `OPTIONS https://a/b 401`, `OPTIONS /a net::ERR_FAILED 401`, `401 PUT https://a`.
    static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) +["']?((?:https?://|/)[^\s"'|]*)["']?(?: HTTP/[\d.]+)?["']?[ :|=\->]{0,6}(?:net::[A-Z_]+ |status(?: code)?[:=]? ?|\()?([1-5]\d\d)\b"#,
        )
        .ok()
    });
    let found = CALL.as_ref().into_iter().flat_map(|call| call.captures_iter(text)).filter_map(|found| {
        let status: u16 = found[3].parse().ok()?;
        let redirect_or_refusal = matches!(status, 301..=308 | 400..=599);
        redirect_or_refusal.then(|| Exchange {
            request: Request {
                method: found[1].to_owned(),
                url: found[2].split(['?', '#']).next().unwrap_or_default().to_owned(),
                ..Request::default()
            },
            outcome: Outcome::Answered(Answer { status: Some(status), ..Answer::default() }),
            via: Via::Text(Origin::File(Place::of(path, text.as_bytes(), &found.get(0).map_or(0..0, |m| m.range())))),
        })
    });
    let found = found.chain(redirect(path, text));
    let found = found.chain(preflight(path, text));
    // A log repeats itself.
    let mut calls: Vec<Exchange> = Vec::new();
    for call in found {
        let same = |other: &Exchange| {
            other.request.method == call.request.method
                && other.request.url == call.request.url
                && matches!((&other.outcome, &call.outcome), (Outcome::Answered(a), Outcome::Answered(b)) if a.status == b.status)
        };
        if calls.len() < 64 && !calls.iter().any(same) {
            calls.push(call);
        }
    }
    calls
}

/// A preflight that somebody describes: `OPTIONS request returns 401`.
fn preflight(path: &Arc<str>, text: &str) -> Option<Exchange> {
    static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:OPTIONS|[Pp]reflight)(?: request| call)?s? (?:[a-z]+ ){0,3}(?:with |a )?(40[1345]|50[0-4])\b")
            .ok()
    });
    let found = TOLD.as_ref()?.captures(text)?;
    let place = Place::of(path, text.as_bytes(), &found.get(0)?.range());
    Some(Exchange {
        request: Request { method: "OPTIONS".to_owned(), ..Request::default() },
        outcome: Outcome::Answered(Answer { status: found[1].parse().ok(), ..Answer::default() }),
        via: Via::Text(Origin::File(place)),
    })
}

/// A redirect that somebody describes: `301 Location: https://…`, `307 Temporary Redirect to http://…`.
fn redirect(path: &Arc<str>, text: &str) -> Option<Exchange> {
    static REDIRECT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)\b(30[12378])\b[^\n]{0,40}?(?:location:?|redirect(?:s|ed|ing)?(?: to)?|->|→)\s*["']?(https?://[^\s"']+|/[^\s"']*)"#).ok()
    });
    let found = REDIRECT.as_ref()?.captures(text)?;
    let status = found[1].parse().ok()?;
    let headers = vec![("Location".to_owned(), found[2].to_owned())];
    let place = Place::of(path, text.as_bytes(), &found.get(0)?.range());
    Some(Exchange {
        request: Request::default(),
        outcome: Outcome::Answered(Answer { status: Some(status), headers, body: String::new() }),
        via: Via::Text(Origin::File(place)),
    })
}

/// The status that a text speaks of: the first of a refusal, or else none.
pub(super) fn status(text: &str) -> Option<u16> {
    static STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            // A word that names it, and the number.
            r#"(?i)\b(?:status(?:[ _-]?code)?|http(?:[ _-]?(?:code|error|status))?|error(?: code)?|code|responded with|returned(?: error)?|answered|response(?: code)?|got|failed with|failed|unauthorized|forbidden)["']?(?: is| of| not success(?:ful)?| does not indicate success)?[\s:=(\["'→-]{1,6}(?:http[ /\d.]*|error |code )?([45]\d\d)\b"#,
            // The number, and its reason.
            r#"|\b([45]\d\d)["')\]:,-]{0,2} ?(?:\(|-|–|—|\{|:)? ?["']?(?:Unauthori[sz]ed|Forbidden|Bad Request|Not Found|Too Many|Payment Required|Client Error|Proxy Authentication|Unauthenticated|Invalid|PERMISSION|No API|Internal Server|Bad Gateway|Service Unavailable|Access|Authentication)"#,
            // A line or a message that begins with it; one in brackets after a name.
            r#"|(?m)(?:^|\bError:? |: |\(|\[)([45]\d\d)(?:\)|\]|:| \{|$| [a-z"'{<(]| status)"#,
            r#"|"status(?:Code|_code)?"\s*:\s*"?([45]\d\d)"#,
            // What a person notes behind an arrow.
            r"|(?:=>|->|→)\s*(?:http )?(40[137]|429)\b",
            // Somebody tells of it.
            r"|\b(?:returns?|returning|gives?|gave|gets?|getting|throws?|threw|receiv(?:es?|ed|ing)|see|seeing) (?:me )?(?:an? )?(?:http )?(40[137]|429) errors?\b",
        ))
        .ok()
    });
    let code = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        text[start..].lines().next().is_some_and(super::tales::is_code)
    };
    let found = STATUS.as_ref()?.captures_iter(text).find(|found| !code(found.get(0).map_or(0, |whole| whole.start())));
    if let Some(found) = found {
        return found.iter().skip(1).flatten().next()?.as_str().parse().ok();
    }
    // The reason alone, as a message or a line of its own.
    static REASON: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?im)(?:^|[:"'>\]] ?)(?:error: )?(unauthori[sz]ed|forbidden|too many requests)["']?\s*(?:[,.}<"']|$)|[}\])"] 40[13]\s*$"#).ok()
    });
    let found =
        REASON.as_ref()?.captures_iter(text).find(|found| !code(found.get(0).map_or(0, |whole| whole.start())))?;
    let reason = found.get(1).map(|reason| reason.as_str().to_ascii_lowercase());
    Some(match reason.as_deref() {
        None if found[0].trim_end().ends_with('1') => 401,
        None => 403,
        Some(reason) if reason.starts_with('f') => 403,
        Some(reason) if reason.starts_with('t') => 429,
        Some(_) => 401,
    })
}

/// The method and the address that a text names first, the address without its query.
pub(super) fn address(text: &str) -> Option<(String, String)> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?:\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)[ "'(]{1,3})?(https?://[^\s"'<>)\]}\\]+)"#).ok()
    });
    let found = ADDRESS.as_ref()?.captures(text)?;
    let method = found.get(1).map_or_else(String::new, |m| m.as_str().to_owned());
    Some((method, found[2].split(['?', '#']).next().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_prose() {
        for (text, expected) in [
            ("openai.AuthenticationError: Error code: 401 - {'error': …", Some(401)),
            ("AxiosError: Request failed with status code 403", Some(403)),
            ("requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://a", Some(401)),
            ("Status: 401 (PermissionDenied)", Some(401)),
            ("Response status code does not indicate success: 403 (Forbidden).", Some(403)),
            ("HTTP 429: Too Many Requests", Some(429)),
            ("401 Unauthorized", Some(401)),
            ("{\"statusCode\":401,\"message\":\"no\"}", Some(401)),
            ("API Error: 400 This organization has been disabled.", Some(400)),
            ("GitHub API error (422): 422 Unprocessable Entity", Some(422)),
            ("curl: (22) The requested URL returned error: 401", Some(401)),
            ("Returns a 401 Error", Some(401)),
            ("you'll be getting 401 errors", Some(401)),
            ("it gives me a 403 error", Some(403)),
            ("curl -X OPTIONS http://a\n# => 401  (expected: 204)", Some(401)),
            ("returns 401 where no key came", None),
            ("at index.js:401:12", None),
            ("listening on port 4010, 500 items", None),
        ] {
            assert_eq!(status(text), expected, "{text}");
        }
    }

    #[test]
    fn lines_of_access_logs() {
        let log = "127.0.0.1 - - [x] \"OPTIONS /api/me?x=1 HTTP/1.1\" 401 12\nGET https://a.test/b 200\nPUT https://a.test/c net::ERR_FAILED 403\n";
        let found = read(&"log".into(), log);
        let told: Vec<_> = found.iter().map(|e| (e.request.method.as_str(), e.request.url.as_str())).collect();
        assert_eq!(told, [("OPTIONS", "/api/me"), ("PUT", "https://a.test/c")]);
    }

    #[test]
    fn addresses() {
        assert_eq!(address("401 for url: https://a.test/b?key=1"), Some((String::new(), "https://a.test/b".into())));
        assert_eq!(address("Get \"http://c/d\": no"), Some((String::new(), "http://c/d".into())));
        assert_eq!(address("POST https://a.test/b: 401"), Some(("POST".into(), "https://a.test/b:".into())));
    }
}
