//! `--record FILE.har`: HAR 1.2, written call by call, so that the file is whole at any time. Credentials are left out unless
//! they are asked for.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use why401_core::clock::iso;
use why401_core::conceal::Pieces;
use why401_core::exchange::{Outcome, Version};
use why401_core::probe::Spot;
use why401_core::provider::Registry;
use why401_core::secret::Secret;
use why401_core::url::{Url, decoded};

use super::line::{credentials, millis};
use crate::capture::{Call, Ended};
use crate::investigate::cookies;
use crate::world::Error;
use crate::{shown, wire};

/// What stands behind the last entry.
const END: &[u8] = b"\n]}}\n";

/// A HAR that is being written.
pub struct Har {
    path: PathBuf,
    file: File,
    /// Where the next entry begins.
    at: u64,
    is_empty: bool,
    with_secrets: bool,
    /// Calls that have not ended.
    open: HashMap<u64, Call>,
}

impl Har {
    /// Makes the file, which only its owner may read.
    pub fn create(path: &Path, with_secrets: bool) -> Result<Self, Error> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |why: std::io::Error| Error::new(format!("{}: it could not be written: {why}", path.display()));
        let file = options.open(path).map_err(failed)?;
        let creator = json!({"name": "why401", "version": env!("CARGO_PKG_VERSION")});
        let head = format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[");
        let mut har = Self { path: path.to_owned(), file, at: 0, is_empty: true, with_secrets, open: HashMap::new() };
        har.write(head.as_bytes())?;
        Ok(har)
    }

    /// A call was answered, or will not be.
    pub fn keep(&mut self, call: Call) {
        self.open.insert(call.id, call);
    }

    /// Its last byte has passed.
    pub fn ended(&mut self, ended: &Ended, registry: &Registry) -> Result<(), Error> {
        let Some(call) = self.open.remove(&ended.id) else { return Ok(()) };
        self.add(&call, Some(ended), registry)
    }

    /// Nothing more will come.
    pub fn finish(mut self, registry: &Registry) -> Result<(), Error> {
        let mut left: Vec<Call> = self.open.drain().map(|(_, call)| call).collect();
        left.sort_by_key(|call| call.id);
        left.iter().try_for_each(|call| self.add(call, None, registry))
    }

    fn add(&mut self, call: &Call, ended: Option<&Ended>, registry: &Registry) -> Result<(), Error> {
        let entry = entry(call, ended, registry, self.with_secrets).to_string();
        let between = if std::mem::replace(&mut self.is_empty, false) { "\n" } else { ",\n" };
        self.write(format!("{between}{entry}").as_bytes())
    }

    /// Writes over the end, and the end behind it.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let whole = [bytes, END].concat();
        let written = self.file.seek(SeekFrom::Start(self.at)).and_then(|_| self.file.write_all(&whole));
        written.map_err(|why| Error::new(format!("{}: it could not be written: {why}", self.path.display())))?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

/// One entry of the file.
fn entry(call: &Call, ended: Option<&Ended>, registry: &Registry, with_secrets: bool) -> Value {
    let request = &call.exchange.request;
    let hiding = Hiding::of(call, registry, with_secrets);
    let version = match call.version {
        Some(Version::Http10) => "HTTP/1.0",
        Some(Version::Http2) => "HTTP/2",
        Some(Version::Http11) | None => "HTTP/1.1",
    };
    let headers: Vec<Value> =
        request.headers.iter().map(|(name, value)| field(name, &hiding.value(name, value))).collect();
    let query: Vec<Value> = request
        .parameters()
        .map(|(name, value)| {
            let value = Secret::new(decoded(value.unwrap_or_default()));
            field(&hiding.text(name), &hiding.value(name, &value))
        })
        .collect();
    let url = match request.query.as_ref() {
        Some(own) if with_secrets => format!("{}?{}", request.url, String::from_utf8_lossy(own.expose())),
        Some(_) => {
            let pieces: Vec<String> =
                request.parameters().map(|(name, _)| format!("{}=…", hiding.text(name))).collect();
            format!("{}?{}", hiding.address(&request.url), pieces.join("&"))
        }
        None => hiding.address(&request.url),
    };
    let (response, error) = answer(call, ended, version, &hiding);
    let (wait, time) = (millis(call.took), ended.map_or(call.took, |ended| ended.took));
    let mut entry = json!({
        "startedDateTime": iso(wire::since_1970(call.began)),
        "time": millis(time),
        "request": {
            "method": request.method,
            "url": url,
            "httpVersion": version,
            "cookies": [],
            "headers": headers,
            "queryString": query,
            "headersSize": -1,
            "bodySize": ended.map_or(-1, |ended| i64::try_from(ended.sent).unwrap_or(-1)),
        },
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": millis(time).saturating_sub(wait)},
        "connection": call.connection.to_string(),
    });
    if let Some(why) = error {
        entry["comment"] = Value::from(why);
    }
    entry
}

fn answer(call: &Call, ended: Option<&Ended>, version: &str, hiding: &Hiding) -> (Value, Option<String>) {
    let size = ended.map_or(-1, |ended| i64::try_from(ended.came).unwrap_or(-1));
    let whole = |status: u16, headers: Vec<Value>, kind: &str, location: &str, body: Option<&str>| {
        let mut content = json!({"size": size, "mimeType": kind});
        if let Some(body) = body.filter(|body| !body.is_empty()) {
            content["text"] = Value::from(hiding.text(body));
        }
        json!({
            "status": status,
            "statusText": "",
            "httpVersion": version,
            "cookies": [],
            "headers": headers,
            "content": content,
            "redirectURL": hiding.address(location),
            "headersSize": -1,
            "bodySize": size,
        })
    };
    match &call.exchange.outcome {
        Outcome::Answered(answer) => {
            let headers = answer
                .headers
                .iter()
                .map(|(name, value)| field(name, &hiding.value(name, &Secret::from(value.as_str()))))
                .collect();
            let told = |name| answer.header(name).unwrap_or_default();
            let body = Some(answer.body.as_str());
            (whole(answer.status.unwrap_or_default(), headers, told("content-type"), told("location"), body), None)
        }
        Outcome::Unreachable(why) => (whole(0, Vec::new(), "", "", None), Some(hiding.text(&why.to_string()))),
        Outcome::NotSent(why) => (whole(0, Vec::new(), "", "", None), Some(hiding.text(why))),
    }
}

fn field(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

/// What is left out of one entry.
struct Hiding {
    /// The names that carry a credential here, in small letters.
    names: Vec<String>,
    pieces: Pieces,
    is_off: bool,
}

impl Hiding {
    fn of(call: &Call, registry: &Registry, with_secrets: bool) -> Self {
        let request = &call.exchange.request;
        let provider = Url::of(&request.url).host().and_then(|host| registry.of_host(&host));
        let spots = Spot::all(request, provider, &[]);
        let mut names: Vec<String> =
            ["authorization", "proxy-authorization", "cookie", "set-cookie"].map(str::to_owned).to_vec();
        names.extend(credentials(request, registry).into_iter().map(|(name, _)| name.to_ascii_lowercase()));
        let cookies = cookies(request);
        let known = spots.iter().map(|spot| &spot.value).chain(&cookies);
        Self { names, pieces: Pieces::of(known), is_off: with_secrets }
    }

    /// The value of a header or a parameter.
    fn value(&self, name: &str, value: &Secret) -> String {
        let text = String::from_utf8_lossy(value.expose());
        if self.is_off {
            return text.into_owned();
        }
        let lower = name.to_ascii_lowercase();
        if self.names.contains(&lower) {
            let scheme = text.split_once(' ').map_or("", |(word, _)| word);
            let known = ["bearer", "basic", "token", "digest", "bot", "aws4-hmac-sha256"];
            let is_scheme = known.contains(&scheme.to_ascii_lowercase().as_str());
            let scheme = if is_scheme { format!("{scheme} ") } else { String::new() };
            return format!("{scheme}‹{} characters›", text.chars().count() - scheme.chars().count());
        }
        // What nobody knows for a credential may be one.
        text.split(' ').map(|word| self.text(&shown::address(word))).collect::<Vec<_>>().join(" ")
    }

    fn text(&self, text: &str) -> String {
        if self.is_off { text.to_owned() } else { self.pieces.hide(text) }
    }

    fn address(&self, url: &str) -> String {
        if self.is_off {
            url.to_owned()
        } else {
            self.text(&shown::address(url.split(['?', '#']).next().unwrap_or_default()))
        }
    }
}
