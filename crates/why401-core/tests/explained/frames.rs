//! Frames: the ways in which people paste one and the same refusal.

use serde_json::Value;
use why401_core::provider::{Answer, Provider, Within};

use super::Entry;

/// A way to paste a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frame {
    /// The answer's body, or the line of its header, and nothing else.
    Bare,
    /// What `curl -v` prints.
    Curl,
    /// The exception of a Python SDK.
    Python,
    /// The exception of a JavaScript HTTP client.
    JavaScript,
}

impl Frame {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bare, Self::Curl, Self::Python, Self::JavaScript];

    /// The sample of `entry` in this frame; `None` where such an answer is not seen in it.
    pub fn of(self, entry: Entry) -> Option<String> {
        let answer = entry.answer;
        let sample = answer.sample.as_deref();
        let in_http = matches!(answer.within, Within::Body | Within::Header(_) | Within::Status);
        let status = status(answer);
        match self {
            Self::Bare if answer.within == Within::Status => None,
            Self::Bare => Some(match &answer.within {
                Within::Header(name) if !has_name(sample?, name) => format!("{name}: {}\n", sample?),
                _ => format!("{}\n", sample?),
            }),
            Self::Curl if in_http => Some(curl(entry.provider, answer, status)),
            Self::Python if answer.within == Within::Body => {
                let module = entry.provider.map_or("client".to_owned(), |provider| provider.slug.replace('-', "_"));
                let class = match status {
                    403 => "PermissionDeniedError",
                    429 => "RateLimitError",
                    401 => "AuthenticationError",
                    _ => "APIStatusError",
                };
                let said = serde_json::from_str(sample?).map_or(sample?.to_owned(), |value| python(&value));
                Some(format!(
                    "Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in <module>\n    client.send()\n{module}.{class}: Error code: {status} - {said}\n"
                ))
            }
            Self::JavaScript if answer.within == Within::Body => {
                let url =
                    entry.provider.map_or_else(String::new, |provider| format!("    url: '{}',\n", url(provider)));
                let said =
                    serde_json::from_str(sample?).map_or_else(|_| quoted(sample.unwrap_or_default()), |v| node(&v));
                Some(format!(
                    "AxiosError: Request failed with status code {status}\n    at settle (/app/node_modules/axios/dist/node/axios.cjs:2019:12)\n  code: 'ERR_BAD_REQUEST',\n  config: {{\n{url}    method: 'get'\n  }},\n  data: {said}\n"
                ))
            }
            _ => None,
        }
    }
}

fn has_name(sample: &str, name: &str) -> bool {
    sample.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The status of the answer; where it has none the usual one for its cause.
fn status(answer: &Answer) -> u16 {
    let usual = match answer.cause.split_once('/').map_or("", |(group, _)| group) {
        "access" => 403,
        "limit" => 429,
        _ => 401,
    };
    answer.status.unwrap_or(usual)
}

fn curl(provider: Option<&Provider>, answer: &Answer, status: u16) -> String {
    let url = provider.map_or("https://api.shop.example/v1/me".to_owned(), url);
    let (host, path) = url.trim_start_matches("https://").split_once('/').unwrap_or((&url, ""));
    let sample = answer.sample.as_deref().unwrap_or_default();
    let (header, body) = match &answer.within {
        Within::Header(name) => {
            let value =
                if has_name(sample, name) { sample[name.len()..].trim_start_matches([':', ' ']) } else { sample };
            (format!("< {name}: {value}\n"), "")
        }
        _ => (String::new(), sample),
    };
    format!(
        "* Connected to {host} port 443\n> GET /{path} HTTP/2\n> Host: {host}\n> User-Agent: curl/8.5.0\n> Accept: */*\n>\n< HTTP/2 {status}\n< content-type: application/json\n{header}<\n{body}\n* Connection #0 to host {host} left intact\n"
    )
}

/// The host of that address.
pub fn host(provider: &Provider) -> String {
    let url = url(provider);
    url.trim_start_matches("https://").split(['/', ':']).next().unwrap_or_default().to_owned()
}

/// An address of the provider's API.
fn url(provider: &Provider) -> String {
    let filled = |text: &str| {
        let text = text.replace('*', "acme");
        let mut parts = text.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + "acme" + part.split_once('}').map_or("", |(_, rest)| rest))
    };
    let base = provider.hosts.base_urls.first().map(|url| filled(url)).filter(|url| url.starts_with("https://"));
    let base = base.or_else(|| Some(format!("https://{}", filled(provider.hosts.names.first()?))));
    format!("{}/me", base.unwrap_or_else(|| "https://localhost".to_owned()).trim_end_matches('/'))
}

/// As Python's `repr` writes it.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{}: {}", quoted(name), python(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

/// As Node's `util.inspect` writes it: bare names, and lines of its own for what is long.
fn node(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[ {} ]", items.iter().map(node).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let bare = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let name = |name: &str| if bare(name) { name.to_owned() } else { quoted(name) };
            let fields: Vec<_> =
                fields.iter().map(|(field, value)| format!("{}: {}", name(field), node(value))).collect();
            let long = fields.iter().map(String::len).sum::<usize>() > 72;
            if long {
                format!("{{\n    {}\n  }}", fields.join(",\n    "))
            } else {
                format!("{{ {} }}", fields.join(", "))
            }
        }
        other => other.to_string(),
    }
}

/// In single quotes, or in double ones where the text holds single ones alone.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    match (text.contains('\''), text.contains('"')) {
        (true, false) => format!("\"{text}\""),
        _ => format!("'{}'", text.replace('\'', "\\'")),
    }
}
