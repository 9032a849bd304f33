//! Recipe: how SharedKey and SharedKeyLite make the text that is signed of a request, and the slips by which clients miss it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::target::{Service, Target};
use crate::exchange::Request;
use crate::secret::Secret;
use crate::url::decoded;

/// A text to sign, part by part; they are joined by line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Part>);

/// One part of a text to sign: a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is, such as `Content-Length`.
    pub name: String,
    /// What stands there.
    pub text: String,
}

impl Text {
    /// The text.
    pub fn joined(&self) -> String {
        self.0.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn push(&mut self, name: &str, text: impl Into<String>) {
        self.0.push(Part { name: name.to_owned(), text: text.into() });
    }
}

/// The two schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `SharedKey`.
    Full,
    /// `SharedKeyLite`.
    Lite,
}

/// How `Content-Length` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// As it was sent; nothing where it is zero.
    AsSent,
    /// Zero where there is none.
    Zero,
    /// Not at all.
    Empty,
}

/// How the query is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Query {
    /// A line for each parameter.
    Lines,
    /// `?comp=` alone, behind the path.
    Comp,
    /// Not at all.
    Nothing,
    /// As it was sent, behind the path.
    Whole,
}

/// How the text is made.
#[derive(Clone, Debug)]
pub struct Recipe {
    method: String,
    /// Names as they were sent.
    headers: Vec<(String, String)>,
    path: String,
    inner: String,
    in_path: bool,
    query: Vec<(String, String)>,
    query_as_sent: String,
    body: usize,
    account: String,
    scheme: Scheme,
    table: bool,
    old: bool,
    length: Length,
    date_twice: bool,
    query_form: Query,
    encoded: bool,
    unsorted: bool,
    names_as_sent: bool,
    headers_as_sent: bool,
    no_break: bool,
    names_account: bool,
    escaped_path: bool,
}

/// The lines between the method and the headers, in their order.
const LINES: [&str; 11] = [
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-MD5",
    "Content-Type",
    "Date",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Unmodified-Since",
    "Range",
];

/// From this version on a length of zero is not written.
const NO_ZERO: &str = "2015-02-21";

/// Of so many headers, and of so many parameters, it is tried whether one was left out.
const MANY: usize = 40;

/// A way in which clients miss the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    /// This header was left out of what was signed.
    Without(String),
    /// `Content-Length` is 0 where nothing belongs.
    Zero,
    /// `Content-Length` is left out.
    NoLength,
    /// The line of `Date` is filled although `x-ms-date` stands below.
    DateTwice,
    /// The query is left out.
    NoQuery,
    /// One parameter is left out.
    WithoutParameter(String),
    /// The query is written as SharedKeyLite has it.
    QueryComp,
    /// The query is written as it was sent.
    QueryWhole,
    /// Values of the query keep their encoding.
    Encoded,
    /// Parameters keep their order.
    Unsorted,
    /// Names of headers keep their letter case.
    NamesAsSent,
    /// Headers of the service keep their order.
    HeadersUnsorted,
    /// The last header has no line break behind it.
    NoBreak,
    /// The account stands once where an emulator wants it twice.
    Once,
    /// The account stands twice.
    Twice,
    /// The account does not stand before the path.
    NoAccount,
    /// The path is decoded.
    PathDecoded,
    /// The form of the table service.
    AsTable,
    /// The form of the other services.
    AsBlob,
    /// The other scheme's form.
    OtherScheme,
}

impl Recipe {
    /// How the request is signed by rule.
    pub fn of(request: &Request, target: &Target, scheme: Scheme, account: &str) -> Self {
        let text = |value: &Secret| String::from_utf8_lossy(value.expose()).into_owned();
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let version = request.header("x-ms-version").and_then(Secret::expose_str).unwrap_or(NO_ZERO);
        let query_as_sent = request.query.as_ref().map(text).unwrap_or_default();
        let query =
            request.parameters().map(|(name, value)| (name.to_owned(), value.unwrap_or_default().to_owned())).collect();
        Self {
            method: request.method.to_ascii_uppercase(),
            headers,
            path: target.path.clone(),
            inner: target.inner.clone(),
            in_path: target.in_path,
            query,
            query_as_sent,
            body: request.body.len(),
            account: account.to_owned(),
            scheme,
            table: service(request, target) == Service::Table,
            old: version < NO_ZERO,
            length: Length::AsSent,
            date_twice: false,
            query_form: if scheme == Scheme::Lite { Query::Comp } else { Query::Lines },
            encoded: false,
            unsorted: false,
            names_as_sent: false,
            headers_as_sent: false,
            no_break: false,
            names_account: true,
            escaped_path: true,
        }
    }

    /// The slips that are possible with this request, the usual ones first.
    pub fn slips(&self) -> Vec<Slip> {
        let mut slips = Vec::new();
        let own = |name: &str| name.len() > 5 && name[..5].eq_ignore_ascii_case("x-ms-");
        for name in LINES.iter().filter(|name| !["Content-Length", "Date"].contains(name)) {
            if !self.header(name).is_empty() {
                slips.push(Slip::Without((*name).to_owned()));
            }
        }
        slips.extend([Slip::Zero, Slip::NoLength, Slip::DateTwice, Slip::NoQuery]);
        slips.extend(self.query.iter().take(MANY).map(|(name, _)| Slip::WithoutParameter(name.clone())));
        let names = self.headers.iter().filter(|(name, _)| name.is_char_boundary(5.min(name.len())) && own(name));
        slips.extend(names.take(MANY).map(|(name, _)| Slip::Without(name.clone())));
        slips.extend([
            Slip::AsTable,
            Slip::AsBlob,
            Slip::OtherScheme,
            Slip::QueryComp,
            Slip::QueryWhole,
            Slip::Encoded,
            Slip::Unsorted,
            Slip::Once,
            Slip::Twice,
            Slip::NoAccount,
            Slip::PathDecoded,
            Slip::NamesAsSent,
            Slip::HeadersUnsorted,
            Slip::NoBreak,
        ]);
        slips
    }

    /// Makes the slip; whether it changes anything is not known before the text is made.
    pub fn apply(&mut self, slip: &Slip) -> bool {
        let before = self.headers.len();
        match slip {
            Slip::Without(name) => {
                self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
                return self.headers.len() < before;
            }
            Slip::WithoutParameter(name) => self.query.retain(|(own, _)| own != name),
            Slip::Zero => self.length = Length::Zero,
            Slip::NoLength => self.length = Length::Empty,
            Slip::DateTwice => self.date_twice = true,
            Slip::NoQuery => self.query_form = Query::Nothing,
            Slip::QueryComp => self.query_form = Query::Comp,
            Slip::QueryWhole => self.query_form = Query::Whole,
            Slip::Encoded => self.encoded = true,
            Slip::Unsorted => self.unsorted = true,
            Slip::NamesAsSent => self.names_as_sent = true,
            Slip::HeadersUnsorted => self.headers_as_sent = true,
            Slip::NoBreak => self.no_break = true,
            Slip::Once if self.in_path => self.path.clone_from(&self.inner),
            Slip::Twice if !self.in_path => self.path = format!("/{}{}", self.account, self.path),
            Slip::Once | Slip::Twice => return false,
            Slip::NoAccount => self.names_account = false,
            Slip::PathDecoded => self.escaped_path = false,
            Slip::AsTable if !self.table => self.table = true,
            Slip::AsBlob if self.table => self.table = false,
            Slip::AsTable | Slip::AsBlob => return false,
            Slip::OtherScheme if self.scheme == Scheme::Full => {
                (self.scheme, self.query_form) = (Scheme::Lite, Query::Comp);
            }
            Slip::OtherScheme => (self.scheme, self.query_form) = (Scheme::Full, Query::Lines),
        }
        true
    }

    /// The value of a header; several fields of one name are joined.
    fn header(&self, name: &str) -> String {
        let all: Vec<&str> =
            self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim()).collect();
        all.join(",")
    }

    /// The text to sign.
    pub fn text(&self) -> Text {
        let mut text = Text::default();
        let own_date = self.header("x-ms-date");
        let date = if own_date.is_empty() || self.date_twice { self.header("Date") } else { String::new() };
        let date = if self.date_twice && date.is_empty() { own_date.clone() } else { date };
        match (self.scheme, self.table) {
            (Scheme::Full, false) => {
                text.push("method", &self.method);
                for name in LINES {
                    let value = match name {
                        "Content-Length" => self.content_length(),
                        "Date" => date.clone(),
                        name => self.header(name),
                    };
                    text.push(name, value);
                }
                self.own_headers(&mut text);
            }
            (Scheme::Full, true) => {
                text.push("method", &self.method);
                text.push("Content-MD5", self.header("Content-MD5"));
                text.push("Content-Type", self.header("Content-Type"));
                text.push("date", if own_date.is_empty() { self.header("Date") } else { own_date });
            }
            (Scheme::Lite, false) => {
                text.push("method", &self.method);
                text.push("Content-MD5", self.header("Content-MD5"));
                text.push("Content-Type", self.header("Content-Type"));
                text.push("Date", date);
                self.own_headers(&mut text);
            }
            (Scheme::Lite, true) => text.push("date", if own_date.is_empty() { self.header("Date") } else { own_date }),
        }
        self.resource(&mut text);
        text
    }

    fn content_length(&self) -> String {
        let sent = self.header("Content-Length");
        let sent = if sent.is_empty() && self.body > 0 { self.body.to_string() } else { sent };
        match self.length {
            Length::Zero if sent.is_empty() || sent == "0" => "0".to_owned(),
            Length::Empty => String::new(),
            Length::AsSent | Length::Zero if sent == "0" && !self.old => String::new(),
            Length::AsSent | Length::Zero => sent,
        }
    }

    /// The headers of the service, a line each.
    fn own_headers(&self, text: &mut Text) {
        let mut names: Vec<(String, &str)> = Vec::new();
        for (name, _) in &self.headers {
            let lower = name.to_ascii_lowercase();
            if lower.starts_with("x-ms-") && !names.iter().any(|(own, _)| *own == lower) {
                names.push((lower, name));
            }
        }
        if !self.headers_as_sent {
            names.sort_by(|(a, _), (b, _)| order(a, b));
        }
        for (lower, as_sent) in &names {
            let value = folded(&self.header(lower));
            let name = if self.names_as_sent { as_sent } else { lower.as_str() };
            text.push(lower, format!("{name}:{value}"));
        }
    }

    fn resource(&self, text: &mut Text) {
        let path = if self.escaped_path {
            self.path.clone()
        } else {
            String::from_utf8_lossy(&decoded(&self.path)).into_owned()
        };
        let account = if self.names_account { format!("/{}", self.account) } else { String::new() };
        let mut resource = format!("{account}{path}");
        // The forms of tables know one parameter.
        let form = match self.query_form {
            Query::Lines if self.table => Query::Comp,
            form => form,
        };
        match form {
            Query::Comp => {
                let comp = self.query.iter().find(|(name, _)| name.eq_ignore_ascii_case("comp"));
                if let Some((_, value)) = comp {
                    resource.push_str(&format!("?comp={}", self.value(value)));
                }
            }
            Query::Whole if !self.query_as_sent.is_empty() => resource.push_str(&format!("?{}", self.query_as_sent)),
            Query::Whole | Query::Nothing | Query::Lines => {}
        }
        match text.0.last_mut().filter(|_| self.no_break) {
            Some(last) => last.text.push_str(&resource),
            None => text.push("resource", resource),
        }
        if form == Query::Lines {
            self.parameters(text);
        }
    }

    fn parameters(&self, text: &mut Text) {
        let mut names: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
        for (index, (name, value)) in self.query.iter().enumerate() {
            let lower = String::from_utf8_lossy(&decoded(name)).to_lowercase();
            names.entry(lower).or_insert_with(|| (index, Vec::new())).1.push(self.value(value));
        }
        let mut names: Vec<_> = names.into_iter().collect();
        if self.unsorted {
            names.sort_by_key(|(_, (index, _))| *index);
        }
        for (name, (_, mut values)) in names {
            values.sort();
            text.push(&format!("parameter {name}"), format!("{name}:{}", values.join(",")));
        }
    }

    fn value(&self, value: &str) -> String {
        if self.encoded { value.to_owned() } else { String::from_utf8_lossy(&decoded(value)).into_owned() }
    }
}

/// The service that a request goes to: by its host, else by what only one of them asks.
pub fn service(request: &Request, target: &Target) -> Service {
    target.service.unwrap_or_else(|| {
        let has = |name: &str| request.header(name).is_some();
        let tables = target.inner.starts_with("/Tables") || target.inner.contains('(');
        if has("DataServiceVersion") || has("MaxDataServiceVersion") || tables {
            Service::Table
        } else if target.inner.ends_with("/messages") || target.inner.contains("/messages/") {
            Service::Queue
        } else {
            Service::Blob
        }
    })
}

/// A value with each run of blanks and line breaks as one blank.
fn folded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut breaks = false;
    for c in value.chars() {
        match c {
            '\r' | '\n' => breaks = true,
            ' ' | '\t' if breaks => {}
            c => {
                if std::mem::take(&mut breaks) {
                    out.push(' ');
                }
                out.push(c);
            }
        }
    }
    out
}

/// The order in which the service sorts names: hyphens count only where all else is equal, and then the longer one comes last.
fn order(a: &str, b: &str) -> Ordering {
    let bare = |name: &str| name.replace('-', "");
    bare(a).cmp(&bare(b)).then_with(|| {
        let first = a.bytes().zip(b.bytes()).find(|(a, b)| a != b);
        match first {
            Some((b'-', _)) => Ordering::Greater,
            Some((_, b'-')) => Ordering::Less,
            _ => a.cmp(b),
        }
    })
}
