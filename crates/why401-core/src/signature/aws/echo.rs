//! What a server says of the signature that it computed: the canonical request, the string to sign, the scope, its time.

use serde_json::Value;

use super::canonical::Canonical;
use super::seconds;
use crate::clock::{http_date, iso_date};
use crate::exchange::Answer;

/// What the answer to a signed request tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Echo {
    /// The canonical request as the server made it.
    pub canonical: Option<Canonical>,
    /// The string to sign as the server made it.
    pub string: Option<Stated>,
    /// The region that the server wants.
    pub region: Option<String>,
    /// The service that the server wants.
    pub service: Option<String>,
    /// The server's time. Seconds since 1970.
    pub server_time: Option<i64>,
    /// The time that the server found in the request. Seconds since 1970.
    pub request_time: Option<i64>,
}

/// A string to sign, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The time.
    pub time: String,
    /// The scope, as it was written.
    pub scope: String,
    /// The hash of the canonical request.
    pub digest: String,
}

impl Echo {
    /// What this answer tells; all is empty where it tells nothing.
    pub fn of(answer: &Answer) -> Self {
        let texts = texts(&answer.body);
        let find = |get: &dyn Fn(&str) -> Option<String>| texts.iter().find_map(|text| get(text));
        let canonical = find(&|text| {
            bytes(text, "CanonicalRequestBytes")
                .or_else(|| element(text, "CanonicalRequest"))
                .or_else(|| quoted(text, "Canonical String for this request should have been"))
        });
        let string = find(&|text| {
            bytes(text, "StringToSignBytes")
                .or_else(|| element(text, "StringToSign"))
                .or_else(|| quoted(text, "String-to-Sign should have been"))
        });
        let own =
            |name: &str| answer.header(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let region = find(&|text| {
            let told = element(text, "Region").or_else(|| between(text, "is wrong; expecting '", "'"));
            told.or_else(|| scope_wanted(text)).filter(|name| is_name(name))
        });
        let service = find(&|text| {
            let plain = entities(text);
            let told = between(&plain, "scoped to correct service: '", "'");
            told.or_else(|| between(&plain, "This endpoint belongs to \"", "\"")).filter(|name| is_name(name))
        });
        let server_time = find(&|text| {
            element(text, "ServerTime")
                .or_else(|| between(text, " (", " - ").filter(|time| seconds(time).is_some()))
                .or_else(|| between(text, " (", " + ").filter(|time| seconds(time).is_some()))
        });
        let request_time = find(&|text| {
            element(text, "RequestTime")
                .or_else(|| between(text, "Signature expired: ", " "))
                .or_else(|| between(text, "Signature not yet current: ", " "))
        });
        let told = |time: Option<String>| time.and_then(|time| any_time(&time));
        Self {
            canonical: canonical.as_deref().and_then(Canonical::read),
            string: string.as_deref().and_then(Stated::read),
            region: region.or_else(|| own("x-amz-bucket-region")),
            service,
            server_time: told(server_time).or_else(|| own("date").as_deref().and_then(http_date)),
            request_time: told(request_time),
        }
    }
}

impl Stated {
    /// Four lines; `None` where it is something else.
    pub fn read(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.trim_matches(['\n', '\r', ' ', '\'']).lines().map(str::trim).collect();
        let [algorithm, time, scope, digest] = lines[..] else { return None };
        let is_hex = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let own = |text: &str| text.to_owned();
        (algorithm.contains("HMAC-SHA256") && is_hex).then(|| Self {
            time: own(time),
            scope: own(scope),
            digest: own(digest),
        })
    }
}

/// The body as it is, and the strings of a JSON body; entities and escapes taken off.
fn texts(body: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let start = body.find('{').filter(|_| body.contains("should have been"));
    if let Some(Ok(value)) = start.map(|at| serde_json::from_str::<Value>(body[at..].trim_end())) {
        strings(&value, &mut texts, 0);
    }
    texts.push(body.to_owned());
    for text in &mut texts {
        if text.contains("should have been\\n") {
            *text = text.replace("\\n", "\n").replace("\\\"", "\"");
        }
        // What stands in elements is decoded there; a message of XML holds the texts with their entities.
        if text.contains("should have been") && text.contains('&') {
            *text = entities(text);
        }
    }
    texts
}

fn strings(value: &Value, texts: &mut Vec<String>, depth: usize) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Object(fields) if depth < 8 => fields.values().for_each(|value| strings(value, texts, depth + 1)),
        Value::Array(items) if depth < 8 => items.iter().for_each(|value| strings(value, texts, depth + 1)),
        _ => {}
    }
}

/// The text of the first element of this name.
fn element(text: &str, name: &str) -> Option<String> {
    let inner = between(text, &format!("<{name}>"), &format!("</{name}>"))?;
    Some(entities(&inner))
}

/// The text of an element that holds its bytes in hex: no white space is lost in it.
fn bytes(text: &str, name: &str) -> Option<String> {
    let inner = between(text, &format!("<{name}>"), &format!("</{name}>"))?;
    let bytes: Option<Vec<u8>> = inner.split_ascii_whitespace().map(|two| u8::from_str_radix(two, 16).ok()).collect();
    String::from_utf8(bytes?).ok().filter(|text| !text.is_empty())
}

/// What stands in single quotes behind a sentence.
fn quoted(text: &str, behind: &str) -> Option<String> {
    let (_, rest) = text.split_once(behind)?;
    let rest = rest.trim_start().strip_prefix('\'')?;
    let end = rest.find("'\n").or_else(|| rest.rfind('\''))?;
    Some(rest[..end].to_owned())
}

/// Garage: `unexpected scope: …, expected: 20260131/garage/s3/aws4_request`.
fn scope_wanted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("unexpected scope")?;
    let (_, rest) = rest.split_once("expected: ")?;
    rest.split('/').nth(1).map(str::to_owned)
}

fn between(text: &str, before: &str, behind: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(behind).map(|(inner, _)| inner.trim_matches([' ', '\t']).to_owned())
}

fn any_time(text: &str) -> Option<i64> {
    seconds(text).or_else(|| iso_date(text)).or_else(|| http_date(text))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() < 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The text with the entities of XML taken off.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, behind)| Some((character(name)?, behind))) {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Echo {
        Echo::of(&Answer { body: body.to_owned(), ..Answer::default() })
    }

    const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn in_every_dress() {
        let canonical = format!("GET\n/\nlist-type=2&prefix=a%26\nhost:b.s3.test\n\nhost\n{DIGEST}");
        let string = format!("AWS4-HMAC-SHA256\n20260101T000000Z\n20260101/us-east-1/s3/aws4_request\n{DIGEST}");
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
        let sentence = format!(
            "The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{string}'\n"
        );
        for body in [
            format!(
                "<Error><CanonicalRequest>{}</CanonicalRequest><StringToSign>{string}</StringToSign></Error>",
                canonical.replace('&', "&amp;")
            ),
            format!(
                "<Error><StringToSignBytes>{}</StringToSignBytes><CanonicalRequestBytes>{}</CanonicalRequestBytes></Error>",
                hex(&string),
                hex(&canonical)
            ),
            sentence.clone(),
            serde_json::json!({"message": sentence}).to_string(),
            format!("aws: {}", sentence.replace('\n', "\\n")),
            format!(
                "<Message>{}</Message>",
                sentence.replace('&', "&amp;").replace('\'', "&#39;").replace('\n', "&#xA;")
            ),
        ] {
            let echo = of(&body);
            assert_eq!(echo.canonical.as_ref().map(Canonical::text).as_deref(), Some(canonical.as_str()), "{body}");
            assert_eq!(echo.string.unwrap().scope, "20260101/us-east-1/s3/aws4_request", "{body}");
        }
        assert_eq!(of("<Error>&lt;&#x110000;<CanonicalRequest>x</CanonicalRequest>").canonical, None);
    }

    #[test]
    fn scopes_and_times() {
        for (body, region, service) in [
            ("<Error><Region>eu-central-1</Region></Error>", Some("eu-central-1"), None),
            ("the region 'us-east-1' is wrong; expecting 'eu-west-1'", Some("eu-west-1"), None),
            (
                "unexpected scope: \"20260101/us-east-1/s3/aws4_request\", expected: 20260101/garage/s3/aws4_request",
                Some("garage"),
                None,
            ),
            ("Credential should be scoped to correct service: 'execute-api'.", None, Some("execute-api")),
            ("incorrect service &quot;sts&quot;. This endpoint belongs to &quot;s3&quot;.", None, Some("s3")),
            ("<Region>not a region</Region>", None, None),
        ] {
            let echo = of(body);
            assert_eq!((echo.region.as_deref(), echo.service.as_deref()), (region, service), "{body}");
        }
        let skewed = of("<RequestTime>20260101T000000Z</RequestTime><ServerTime>2026-01-01T00:20:00Z</ServerTime>");
        assert_eq!(skewed.server_time.zip(skewed.request_time).map(|(a, b)| a - b), Some(1200));
        let expired =
            of("Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z (20260101T002000Z - 15 min.)");
        assert_eq!(expired.server_time.zip(expired.request_time).map(|(a, b)| a - b), Some(1200));
    }
}
