//! An entry of an HTTP archive (HAR 1.2), asked once more: `why401 probe capture.har#3`. Entries count from 1.

use std::fmt::Write;

use serde::Deserialize;

use super::address::Address;
use super::template::Template;
use super::text::Text;
use super::{Asked, Draft, Files, Note, Refused, refused};
use crate::read::carriers::is_header;
use crate::url::Url;
use crate::value::{Plainly, plainly};

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    creator: Option<Creator>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Creator {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Entry {
    request: Recorded,
    #[serde(default)]
    response: Came,
}

#[derive(Default, Deserialize)]
struct Came {
    #[serde(default)]
    status: i32,
}

#[derive(Deserialize)]
struct Recorded {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
    #[serde(default, rename = "postData")]
    body: Option<Body>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

/// The request of the entry `number`, counted from 1; of the only one that was refused, where no number is given.
///
/// # Errors
/// Text that is no archive, a number that has no entry, an entry that is no request of HTTP.
pub fn har(text: &str, number: Option<usize>) -> Result<Draft, Refused> {
    let archive: Archive = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
        // The message of the parser may hold a piece of the text; its place does not.
        let place = format!("line {}, column {}", e.line(), e.column());
        refused(
            format!("this is no HTTP archive: it cannot be read at {place}"),
            "Save it once more: the network panel of the browser, \"Export HAR\".",
        )
    })?;
    let entries = &archive.log.entries;
    let at = match number {
        Some(number) if (1..=entries.len()).contains(&number) => number - 1,
        Some(number) => {
            return Err(refused(
                format!("the archive has no entry #{number}; it has {}", entries.len()),
                listed(entries),
            ));
        }
        None => {
            let mut refusals = entries.iter().enumerate().filter(|(_, entry)| entry.response.status >= 400);
            match (refusals.next(), refusals.next(), entries.len()) {
                (Some((at, _)), None, _) => at,
                (None, _, 1) => 0,
                _ => return Err(refused("which entry of the archive is meant is not said", listed(entries))),
            }
        }
    };
    let recorded = &entries[at].request;
    let mut words: Vec<Template> = [&*recorded.method, &*recorded.url].map(plain).into();
    let body = recorded.body.as_ref().map(|body| body.text.clone().unwrap_or_else(|| joined(&body.params)));
    words.push(plain(body.as_deref().unwrap_or_default()));
    let mut fields: Vec<(&str, String)> =
        recorded.headers.iter().map(|field| (&*field.name, field.value.clone())).collect();
    if !recorded.cookies.is_empty() && !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
        let all: Vec<_> = recorded.cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        fields.push(("Cookie", all.join("; ")));
    }
    for (name, value) in &fields {
        words.extend([name, value.as_str()].map(plain));
    }
    let mut draft = Draft::new(words, build)?;
    draft = draft.noted(left_out(&archive.log, &fields));
    Ok(draft)
}

fn plain(text: &str) -> Template {
    let mut template = Template::default();
    template.push_bytes(text.as_bytes());
    template
}

/// Fields of a form, where the archive has no text of it.
fn joined(params: &[Pair]) -> String {
    let all: Vec<_> = (params.iter())
        .map(|pair| {
            format!("{}={}", Text::from(&*pair.name).percent().lossy(), Text::from(&*pair.value).percent().lossy())
        })
        .collect();
    all.join("&")
}

/// The entries that were refused, by number; the first few, where none was.
fn listed(entries: &[Entry]) -> String {
    let refused = |entry: &&(usize, &Entry)| entry.1.response.status >= 400;
    let numbered: Vec<(usize, &Entry)> = entries.iter().enumerate().collect();
    let mut chosen: Vec<_> = numbered.iter().filter(refused).take(8).collect();
    if chosen.is_empty() {
        chosen = numbered.iter().take(8).collect();
    }
    let mut text = "Name one by its number, counted from 1, such as `capture.har#1`:".to_owned();
    for (at, entry) in chosen {
        let url = Url::of(&entry.request.url);
        let shown = |text: &str| text.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
        let (method, host, path) = (shown(&entry.request.method), shown(url.host), shown(url.path));
        let _ = write!(text, "\n  #{} {method} {host}{path} {}", at + 1, entry.response.status);
    }
    text
}

/// What whoever saved the archive took out of it.
fn left_out(log: &Log, fields: &[(&str, String)]) -> Vec<Note> {
    let mut notes: Vec<Note> = (fields.iter())
        .filter(|(name, value)| (is_header(name) || name.eq_ignore_ascii_case("cookie")) && is_redacted(value))
        .map(|(name, _)| Note {
            what: (*name).to_owned(),
            why: "its value was taken out when the archive was saved; what stands there now is no credential"
                .to_owned(),
        })
        .collect();
    let carries = fields.iter().any(|(name, _)| is_header(name) || name.eq_ignore_ascii_case("cookie"));
    let chromium = log.creator.as_ref().is_some_and(|creator| creator.name == "WebInspector");
    if chromium && !carries {
        notes.push(Note {
            what: "Authorization, Cookie".to_owned(),
            why: "Chromium leaves both out of an archive, unless it is exported \"with sensitive data\"".to_owned(),
        });
    }
    notes
}

fn is_redacted(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let last = value.rsplit([' ', '=']).next().unwrap_or_default();
    ["redacted", "removed", "sanitized", "scrubbed", "filtered"].iter().any(|word| lower.contains(word))
        || plainly(last) == Plainly::Masked
        || !last.is_empty() && last.bytes().all(|byte| b"*x.".contains(&byte))
}

fn build(words: &[Text], _: &Files) -> Result<Asked, Refused> {
    let [method, url, body, fields @ ..] = words else { return Ok(Asked::default()) };
    let mut asked = Asked::default();
    asked.request.method = method.lossy();
    let address = Address::of(url)?;
    let pairs = || fields.chunks_exact(2).filter(|pair| !pair[0].starts_with(":") && !pair[0].is_empty());
    let is = |pair: &[Text], name: &str| pair[0].lossy().eq_ignore_ascii_case(name);
    if !pairs().any(|pair| is(pair, "host")) {
        asked.field("Host", &Text::from(&*address.host));
    }
    let mut length = false;
    for pair in pairs() {
        if is(pair, "content-length") {
            let own = body.len().to_string();
            if pair[1].lossy().trim() != own && !length {
                asked.note(
                    "Content-Length",
                    "the archive holds another number of bytes than were sent; those it holds are asked",
                );
            }
            if !length && !body.is_empty() {
                asked.field(&pair[0].lossy(), &Text::from(&*own));
            }
            length = true;
        } else if is(pair, "transfer-encoding") {
            asked.note("Transfer-Encoding", "why401 sends a body in one piece");
        } else {
            asked.field(&pair[0].lossy(), &pair[1]);
        }
    }
    if !length && !body.is_empty() {
        asked.field("Content-Length", &Text::from(&*body.len().to_string()));
    }
    address.put(&mut asked);
    asked.set_body(body);
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &str) -> String {
        format!(r#"{{"log":{{"creator":{{"name":"WebInspector"}},"entries":[{entries}]}}}}"#)
    }

    fn entry(status: u16, headers: &str) -> String {
        format!(
            r#"{{"request":{{"method":"POST","url":"https://a.test/x?q=1#f","headers":[{headers}],"postData":{{"text":"a=1"}}}},"response":{{"status":{status}}}}}"#
        )
    }

    #[test]
    fn an_entry_is_asked_as_it_was_recorded() {
        let headers = r#"{"name":":method","value":"POST"},{"name":"authorization","value":"Bearer [REDACTED]"},{"name":"content-length","value":"7"}"#;
        let text = archive(&format!("{},{}", entry(200, ""), entry(401, headers)));
        for draft in [har(&text, Some(2)).unwrap(), har(&text, None).unwrap()] {
            let asked = draft.fill(&|_| None).unwrap();
            let fields: Vec<_> = asked
                .request
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.expose_str().unwrap()))
                .collect();
            assert_eq!(fields, ["Host: a.test", "authorization: Bearer [REDACTED]", "content-length: 3"]);
            assert_eq!((asked.request.url.as_str(), asked.request.body.expose()), ("https://a.test/x", &b"a=1"[..]));
            let notes: Vec<_> = asked.notes.iter().map(|note| note.what.as_str()).collect();
            assert_eq!(notes, ["Content-Length", "authorization"]);
        }
        let first = har(&text, Some(1)).unwrap();
        assert!(first.shown().notes.iter().any(|note| note.why.contains("sensitive data")));
        let wrong = har(&text, Some(3)).err().unwrap();
        assert!(
            wrong.to_string().contains("no entry #3; it has 2") && wrong.to_string().contains("#2 POST a.test/x 401")
        );
        assert!(har("{}", None).is_err() && har(&archive(""), None).is_err());
    }
}
