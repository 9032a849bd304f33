//! Which field of a record is what: the usual names, and those that a user maps.

use std::collections::HashMap;

use serde::de::DeserializeSeed;

use super::slot::Slot;
use super::{Fault, Record};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Status,
    Host,
    Url,
    Method,
    Headers,
    Asked,
    Body,
}

/// What users call them in `--fields`, and the names that gateways, proxies and cloud services usually give them.
const USUAL: &[(&str, Field, &[&str])] = &[
    (
        "status",
        Field::Status,
        &[
            "status",
            "status_code",
            "statuscode",
            "response_code",
            "response_status",
            "response.status",
            "response.status_code",
            "response.statuscode",
            "res.status",
            "res.statuscode",
            "http.status_code",
            "http.response.status_code",
            "http_status",
            "sc_status",
            "elb_status_code",
            "edgeresponsestatus",
            "httprequest.status",
        ],
    ),
    (
        "host",
        Field::Host,
        &[
            "host",
            "hostname",
            "http_host",
            "authority",
            ":authority",
            "upstream_host",
            "server_name",
            "vhost",
            "request.host",
            "req.host",
            "url.domain",
            "server.address",
            "cs_host",
            "clientrequesthost",
            "domain",
        ],
    ),
    (
        "url",
        Field::Url,
        &[
            "url",
            "uri",
            "path",
            "request_uri",
            "request_url",
            "request_path",
            "request.url",
            "request.uri",
            "request.path",
            "req.url",
            "url.full",
            "url.path",
            "url.original",
            "http.url",
            "http.target",
            "target",
            "cs_uri_stem",
            "clientrequesturi",
            "httprequest.requesturl",
        ],
    ),
    (
        "method",
        Field::Method,
        &[
            "method",
            "request_method",
            "http_method",
            "verb",
            "request.method",
            "req.method",
            "http.method",
            "http.request.method",
            "cs_method",
            "clientrequestmethod",
            "httprequest.requestmethod",
        ],
    ),
    (
        "headers",
        Field::Headers,
        &[
            "headers",
            "response_headers",
            "response.headers",
            "res.headers",
            "http.response.headers",
            "upstream_headers",
        ],
    ),
    ("request_headers", Field::Asked, &["request_headers", "request.headers", "req.headers", "http.request.headers"]),
    (
        "body",
        Field::Body,
        &[
            "body",
            "response_body",
            "resp_body",
            "response",
            "response.body",
            "response.content.text",
            "res.body",
            "http.response.body.content",
            "http.response.body",
            "message",
            "msg",
            "error",
            "err",
            "error_message",
            "exception",
            "detail",
            "details",
            "reason",
            "response_code_details",
        ],
    ),
];

/// Names of fields, and what they hold.
#[derive(Debug)]
pub struct Fields {
    root: Node,
}

/// A field, or a group of them.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) field: Option<Field>,
    pub(super) children: HashMap<Box<str>, Node>,
}

impl Node {
    /// The field called `key`, whatever its letter case and the kind of its dashes.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        if self.children.is_empty() {
            return None;
        }
        self.children.get(key).or_else(|| {
            let odd = key.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'-');
            if odd { self.children.get(&*normal(key)) } else { None }
        })
    }

    fn add(&mut self, path: &str, field: Field) {
        // A log may be nested, or have its names joined by dots.
        self.children.entry(path.into()).or_default().field = Some(field);
        let mut node = self;
        for part in path.split('.') {
            node = node.children.entry(part.into()).or_default();
        }
        node.field = Some(field);
    }
}

fn normal(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}

impl Fields {
    /// The usual names, with each field of `mapped` (`status`, its name) taken from there alone. A name may lead into
    /// objects, with dots. An error says what is wrong with a pair.
    pub fn new(mapped: &[(String, String)]) -> Result<Self, String> {
        let mut root = Node::default();
        for (field, path) in mapped {
            if path.trim().is_empty() {
                return Err(format!("the field {field} needs a name, such as {field}=response.{field}"));
            }
            let known = USUAL.iter().find(|(name, ..)| name == field);
            let Some((_, kind, _)) = known else {
                let names: Vec<&str> = USUAL.iter().map(|(name, ..)| *name).collect();
                return Err(format!("there is no field {field:?}; there are {}", names.join(", ")));
            };
            root.add(&normal(path), *kind);
        }
        for (name, field, usual) in USUAL {
            if !mapped.iter().any(|(other, _)| other == name) {
                for path in *usual {
                    root.add(path, *field);
                }
            }
        }
        Ok(Self { root })
    }

    /// Reads one line, without its line break.
    pub fn read<'a>(&self, line: &'a [u8]) -> Result<Record<'a>, Fault> {
        let first = line.iter().find(|byte| !byte.is_ascii_whitespace());
        let mut record = Record::default();
        let mut json = serde_json::Deserializer::from_slice(line);
        match (Slot { node: &self.root, record: &mut record }).deserialize(&mut json).and_then(|()| json.end()) {
            Ok(()) if first != Some(&b'{') => Err(Fault::NotAnObject),
            Ok(()) if !record.is_known => Err(Fault::NothingKnown),
            Ok(()) => Ok(record),
            // What serde says may quote the line.
            Err(error) => Err(match error.classify() {
                serde_json::error::Category::Eof => Fault::CutOff,
                serde_json::error::Category::Syntax => Fault::Syntax(error.column()),
                serde_json::error::Category::Data | serde_json::error::Category::Io => Fault::Shape,
            }),
        }
    }
}
