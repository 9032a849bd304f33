//! HTTP archives (HAR 1.2) as browsers and proxies save them.

use std::sync::Arc;

use serde::Deserialize;

use crate::cors;
use crate::exchange::{Answer, Exchange, Hurdle, Outcome, Request, Unreachable, Via};
use crate::fact::{Origin, Place};
use crate::secret::Secret;

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Asked,
    response: Came,
}

#[derive(Deserialize)]
struct Asked {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default, rename = "postData")]
    body: Content,
}

#[derive(Deserialize)]
struct Came {
    status: i32,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
    /// What Chromium adds where nothing came, such as `net::ERR_FAILED`.
    #[serde(default, rename = "_error")]
    error: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

/// A body is kept up to here.
const BODY: usize = 64 << 10;

/// The calls of an archive; `None` where the text is none. Calls that went well are left out.
pub(super) fn read(path: &Arc<str>, text: &str) -> Option<Vec<Exchange>> {
    if !text.trim_start().starts_with('{') || !text.contains("\"entries\"") {
        return None;
    }
    let archive: Archive = serde_json::from_str(text).ok()?;
    let mut from = 0;
    let mut exchanges = Vec::new();
    for entry in archive.log.entries {
        // Entries keep their order, so that each address is found after the one before it.
        let at = text[from..].find(&entry.request.url).map_or(from, |at| from + at);
        from = at;
        let place = Place::of(path, text.as_bytes(), &(at..at + entry.request.url.len()));
        let redirect = (300..400).contains(&entry.response.status);
        let kept = redirect
            || entry.response.status >= 400
            || entry.response.status <= 0
            || refuses(&entry.response.content.text);
        let exchange = exchange(entry, Origin::File(place));
        // An answer that went well for the server may be kept from the page.
        if kept || cors::judge(&[&exchange]).is_some() {
            exchanges.push(exchange);
        }
    }
    Some(exchanges)
}

/// Whether an answer that says 200 speaks of an error all the same: GraphQL, Slack and others do.
fn refuses(body: &str) -> bool {
    body.len() < BODY
        && ["\"errors\"", "\"error\"", "\"ok\":false", "\"ok\": false"].iter().any(|word| body.contains(word))
}

fn exchange(entry: Entry, origin: Origin) -> Exchange {
    let whole = entry.request.url.split('#').next().unwrap_or_default();
    let (url, query) = whole.split_once('?').map_or((whole, None), |(url, query)| (url, Some(query.into())));
    let request = Request {
        method: entry.request.method,
        url: url.to_owned(),
        headers: entry.request.headers.into_iter().map(|p| (p.name, Secret::from(&*p.value))).collect(),
        query,
        body: Secret::from(&*entry.request.body.text),
    };
    let outcome = match u16::try_from(entry.response.status) {
        Ok(status) if status > 0 => {
            let mut body = entry.response.content.text;
            body.truncate((0..=BODY.min(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0));
            let headers = entry.response.headers.into_iter().map(|p| (p.name, p.value)).collect();
            Outcome::Answered(Answer { status: Some(status), headers, body })
        }
        _ => Outcome::Unreachable(Unreachable {
            at: Hurdle::Unknown,
            why: entry.response.error.unwrap_or_else(|| "none was recorded".to_owned()),
        }),
    };
    Exchange { request, outcome, via: Via::Text(origin) }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::exchange::Outcome;

    #[test]
    fn what_went_wrong_is_kept() {
        let entry = |status: i32, body: &str| {
            format!(
                r#"{{"request":{{"method":"GET","url":"https://a.test/x?k=1","headers":[]}},"response":{{"status":{status},"headers":[],"content":{{"text":{body:?}}}}}}}"#
            )
        };
        let text = format!(
            r#"{{"log":{{"version":"1.2","entries":[{},{},{},{}]}}}}"#,
            entry(200, "fine"),
            entry(401, "no"),
            entry(200, r#"{"ok":false}"#),
            entry(0, "")
        );
        let found = read(&"a.har".into(), &text).unwrap();
        let kinds: Vec<_> = found.iter().map(|e| matches!(e.outcome, Outcome::Answered(_))).collect();
        assert_eq!(kinds, [true, true, false]);
        assert_eq!(found[0].request.url, "https://a.test/x");
        assert!(read(&"a".into(), "{}").is_none());
    }
}
