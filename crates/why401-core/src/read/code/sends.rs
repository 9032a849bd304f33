//! Sends: where a request gets its credential, in the ways that HTTP clients share across languages.

use std::ops::Range;

use super::hosts::Urls;
use super::lexer::Kind;
use super::locals::value_at;
use super::sdk;
use super::value::{Built, Scope};
use crate::fact::{Carrier, Encoding, Fact, Near, Operand, Seen, Sends};
use crate::read::carriers::{is_header, is_parameter};

/// Every place in the file that puts a credential into a request.
pub(super) fn sends(scope: &Scope<'_, '_>) -> Vec<Fact> {
    let finder = Finder { scope: *scope, urls: Urls::of(scope.source), headers: headers_of(scope) };
    let mut facts = Vec::new();
    for index in 0..scope.source.tokens.len() {
        let found = match scope.source.kind(index) {
            Some(Kind::Text | Kind::Begin) => finder.text(index),
            Some(Kind::Name) => finder.named(index),
            _ => None,
        };
        facts.extend(found);
    }
    facts.extend(sdk::sends(scope, &finder));
    facts
}

/// What is needed to tell about one request.
pub(super) struct Finder<'s, 'a> {
    scope: Scope<'s, 'a>,
    urls: Urls,
    /// Header names that the file mentions.
    headers: Vec<String>,
}

/// One credential in a request, before its host is looked for.
pub(super) struct Sent {
    pub(super) carrier: Carrier,
    pub(super) name: String,
    pub(super) name_span: Range<usize>,
    /// The token that it hangs on.
    pub(super) index: usize,
    /// The bytes to point at.
    pub(super) span: Range<usize>,
    pub(super) built: Built,
    pub(super) sdk: Option<&'static sdk::Sdk>,
}

impl Finder<'_, '_> {
    /// A header or parameter that is named by a text.
    fn text(&self, index: usize) -> Option<Fact> {
        let source = self.scope.source;
        if let Some(text) = source.whole_text(index) {
            if is_header(text) {
                return self.header(index, text);
            }
            if is_parameter(text) && self.in_parameters(index) {
                return self.parameter(index, text);
            }
        }
        self.header_line(index).or_else(|| self.in_url(index))
    }

    /// `"Authorization": value`, `["Authorization"] = value`, `set("Authorization", value)`, `("Authorization", value)`.
    fn header(&self, index: usize, name: &str) -> Option<Fact> {
        let at = self.value_after(index)?;
        let value = value_at(self.scope.source, at);
        self.finish(self.sent(Carrier::Header, name, index, value)?)
    }

    /// The index of the value that a name at `index` is given.
    fn value_after(&self, index: usize) -> Option<usize> {
        let source = self.scope.source;
        let next = index + 1;
        if source.is(next, b':') && !source.is(next + 1, b':') {
            return Some(next + 1);
        }
        if source.are(next, b"=>") {
            return Some(next + 2);
        }
        if source.is(next, b']') {
            let sets = source.is(next + 1, b'=') && !source.is(next + 2, b'=') && !source.is(next + 2, b'>');
            return sets.then_some(next + 2);
        }
        if source.is(next, b')') && source.is(next + 1, b'=') && !source.is(next + 2, b'=') {
            return Some(next + 2);
        }
        let open = source.parent(index)?;
        let first = open + 1 == index;
        if source.is(next, b',') && first && (source.is(open, b'(') || source.is(open, b'[')) {
            let called = open.checked_sub(1).and_then(|at| source.name(at)).unwrap_or_default();
            // A pair is a header and its value; more are a list of names.
            let pair = !called.is_empty() || source.arguments(open).len() == 2;
            return (sets_headers(called) && pair).then_some(next + 1);
        }
        // Rust and Java name a header's constant by its path, so the name is not the first token of the argument.
        None
    }

    fn sent(&self, carrier: Carrier, name: &str, index: usize, value: Range<usize>) -> Option<Sent> {
        let source = self.scope.source;
        let token = source.tokens.get(index)?;
        let whole = source.span(&value);
        let built = self.scope.build(value)?;
        Some(Sent {
            carrier,
            name: name.to_owned(),
            name_span: token.start..token.end,
            index,
            span: token.start..whole.end.max(token.end),
            built,
            sdk: None,
        })
    }

    /// Names that stand for a header, and calls that set one by themselves.
    fn named(&self, index: usize) -> Option<Fact> {
        let source = self.scope.source;
        let name = source.name(index)?;
        if matches!(name, "Authorization" | "authorization" | "AUTHORIZATION") {
            return self.authorization(index, name);
        }
        if source.is(index + 1, b'(') {
            return self.call(index, name);
        }
        if matches!(name, "auth") && (source.is(index + 1, b'=') || source.is(index + 1, b':')) {
            return self.basic_pair(index);
        }
        if is_parameter(name) && source.is(index + 1, b':') && self.in_parameters(index) {
            return self.parameter(index, name);
        }
        // Headers without a hyphen are written bare in an object called headers.
        if is_header(name) && self.in_group_called(index, &["headers", "Headers"]) {
            return self.header(index, name);
        }
        None
    }

    fn authorization(&self, index: usize, name: &str) -> Option<Fact> {
        let source = self.scope.source;
        let member = source.is_member(index);
        let next = index + 1;
        let field = source.is(next, b':') && !source.is(next + 1, b':') && !member;
        let set = source.is(next, b'=') && !source.is(next + 1, b'=') && !source.is(next + 1, b'>');
        let value = if field || set {
            next + 1
        } else if source.is(next, b',') && (name == "AUTHORIZATION" || member) {
            // `.header(AUTHORIZATION, …)`, `.Add(HeaderNames.Authorization, …)`.
            let open = source.parent(index)?;
            let called = open.checked_sub(1).and_then(|at| source.name(at)).unwrap_or_default();
            if !sets_headers(called) {
                return None;
            }
            next + 1
        } else if source.is(next, b']') && source.is(next + 1, b'=') && !source.is(next + 2, b'=') {
            next + 2
        } else {
            return None;
        };
        // Ruby's `:authorization, 'Bearer', key` has its own form; a bare `authorization: string` is a type.
        self.finish(self.sent(Carrier::Header, "Authorization", index, value_at(source, value))?)
    }

    /// Calls that place a credential: `bearer_auth(key)`, `SetBasicAuth(user, password)`.
    fn call(&self, index: usize, name: &str) -> Option<Fact> {
        let source = self.scope.source;
        let arguments = source.arguments(index + 1);
        let bearer = matches!(name, "bearer_auth" | "bearerAuth" | "setBearerAuth" | "withToken" | "bearerToken");
        let basic = matches!(
            name,
            "basic_auth"
                | "SetBasicAuth"
                | "setBasicAuth"
                | "withBasicAuth"
                | "HTTPBasicAuth"
                | "BasicAuth"
                | "basicAuth"
        );
        let basic = basic || name == "basic" && source.is_member(index) && arguments.len() == 2;
        if bearer && (name != "withToken" || source.language.name == "PHP") {
            let mut sent = self.sent(Carrier::Header, "Authorization", index, arguments.first()?.clone())?;
            // The client writes the scheme: text of our own before the key doubles it.
            sent.built.before = Some(format!("Bearer {}", sent.built.before.unwrap_or_default()));
            sent.name_span = 0..0;
            return self.finish(sent);
        }
        if basic && arguments.len() == 2 {
            return self.pair(index, &arguments[0], &arguments[1]);
        }
        None
    }

    /// `auth=(user, password)`, `auth: { username, password }`.
    fn basic_pair(&self, index: usize) -> Option<Fact> {
        let source = self.scope.source;
        let open = index + 2;
        // A mailer's login has the same form.
        if source.text.contains("nodemailer") || source.text.contains("smtp") {
            return None;
        }
        if source.is(open, b'(') && source.is(index + 1, b'=') {
            let [user, password] = &source.arguments(open)[..] else { return None };
            return self.pair(index, user, password);
        }
        if source.is(open, b'{') {
            let field = |names: [&str; 2]| {
                let mut inside = (open + 1..source.other(open)).filter(|at| source.parent(*at) == Some(open));
                let at = inside.find(|at| names.contains(&source.word(*at)) && source.is(at + 1, b':'))?;
                Some(value_at(source, at + 2))
            };
            return self.pair(index, &field(["username", "user"])?, &field(["password", "pass"])?);
        }
        None
    }

    fn pair(&self, index: usize, user: &Range<usize>, password: &Range<usize>) -> Option<Fact> {
        let empty = password.len() == 1 && self.scope.source.whole_text(password.start) == Some("");
        let said = self.scope.build(password.clone()).filter(|built| !empty && is_known(&built.credential));
        let value = if said.is_some() { password } else { user };
        let mut sent = self.sent(Carrier::Basic, "Authorization", index, value.clone())?;
        sent.name_span = 0..0;
        sent.built.before = Some("Basic ".to_owned());
        sent.built.before_span = 0..0;
        sent.built.slot = crate::fact::Slot::default();
        sent.built.encoding = Encoding::ByClient;
        self.finish(sent)
    }

    /// A header as one text: `"Authorization: Bearer $key"`.
    fn header_line(&self, index: usize) -> Option<Fact> {
        let source = self.scope.source;
        let (first, value) = match source.kind(index)? {
            Kind::Begin => (index + 1, index..source.other(index) + 1),
            Kind::Text => (index, value_at(source, index)),
            _ => return None,
        };
        if source.kind(first) != Some(Kind::Text) || first == index && source.whole_text(index).is_none() {
            return None;
        }
        let text = source.word(first);
        let (name, rest) = text.split_once(':')?;
        if !is_header(name) || source.is(index + 1, b':') {
            return None;
        }
        let start = source.tokens.get(first)?.start;
        let mut built = self.scope.build(value.clone())?;
        let lead = name.len() + 1 + (rest.len() - rest.trim_start().len());
        let before = built.before.as_ref()?;
        if before.len() >= lead {
            built.before = Some(before[lead..].to_owned());
            built.before_span = start + lead..built.before_span.end.max(start + lead);
        } else if let Operand::Literal(secret) = &built.credential {
            // The whole line is text.
            let inner = secret.expose_str()?.get(lead..)?.to_owned();
            let scheme = inner.split_once(' ').map_or(0, |(word, _)| word.len() + 1);
            built.before = Some(inner[..scheme].to_owned());
            built.before_span = start + lead..start + lead + scheme;
            built.slot.span = start + lead + scheme..built.slot.span.end;
            built.credential = Operand::Literal(crate::secret::Secret::from(&inner[scheme..]));
        }
        let span = start..source.span(&value).end;
        self.finish(Sent {
            carrier: Carrier::Header,
            name: name.to_owned(),
            name_span: start..start + name.len(),
            index,
            span,
            built,
            sdk: None,
        })
    }

    /// `?key=${key}`, `"…&api_key=" + key`.
    fn in_url(&self, index: usize) -> Option<Fact> {
        let source = self.scope.source;
        if source.kind(index) != Some(Kind::Text) {
            return None;
        }
        let text = source.word(index);
        let (head, tail) = text.rsplit_once('=')?;
        let name_at = head.rfind(['?', '&']).map(|at| at + 1)?;
        let name = &head[name_at..];
        if !is_parameter(name) {
            return None;
        }
        let value = match source.kind(index + 1) {
            _ if !tail.is_empty() => return None,
            Some(Kind::Open) => index + 2..source.other(index + 1).max(index + 2),
            Some(Kind::Mark(b'+' | b'.')) => value_at(source, index + 2),
            Some(Kind::End) if source.is(index + 2, b'+') => value_at(source, index + 3),
            _ => return None,
        };
        let mut sent = self.sent(Carrier::Query, name, index, value)?;
        let start = source.tokens.get(index)?.start + name_at;
        sent.name_span = start..start + name.len();
        sent.span = start..sent.span.end.max(start + name.len());
        self.finish(sent)
    }

    fn parameter(&self, index: usize, name: &str) -> Option<Fact> {
        let at = self.value_after(index).or_else(|| {
            let next = index + 1;
            self.scope.source.is(next, b':').then_some(next + 1)
        })?;
        let value = value_at(self.scope.source, at);
        self.finish(self.sent(Carrier::Query, name, index, value)?)
    }

    /// Whether the name stands where query parameters are gathered.
    fn in_parameters(&self, index: usize) -> bool {
        if self.in_group_called(index, &["params", "query", "searchParams", "URLSearchParams", "qs"]) {
            return true;
        }
        // `url.searchParams.append("key", …)`, `params.set("key", …)`.
        let source = self.scope.source;
        let Some(open) = source.parent(index).filter(|open| *open + 1 == index && *open > 2) else { return false };
        matches!(source.word(open - 1), "append" | "set" | "Add" | "Set" | "queryParam" | "addQueryParameter")
            && source.name(open.saturating_sub(3)).is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                ["searchparams", "params", "query", "q"].contains(&name.as_str())
            })
    }

    /// Whether the token stands in a group that belongs to one of these names: `params={…}`, `headers: {…}`.
    fn in_group_called(&self, index: usize, names: &[&str]) -> bool {
        let source = self.scope.source;
        let Some(open) = source.parent(index) else { return false };
        let mut at = open;
        // `new URLSearchParams({…})`, `headers: new Headers({…})`, `headers = {…}`, `'headers' => […]`.
        for _ in 0..5 {
            at = match at.checked_sub(1) {
                Some(before) => before,
                None => return false,
            };
            match source.kind(at) {
                Some(Kind::Name | Kind::Text) if names.contains(&source.word(at)) => return true,
                Some(Kind::Mark(b'=' | b':' | b'(' | b'>') | Kind::Name) => {}
                _ => return false,
            }
        }
        false
    }

    /// Adds what the surroundings tell. What is neither a known credential nor goes to a known host says nothing.
    pub(super) fn finish(&self, sent: Sent) -> Option<Fact> {
        let mut host = sent.sdk.map(|sdk| (sdk.host.to_owned(), String::new(), Near::Call));
        if sent.sdk.is_none() {
            host = self.urls.near(&self.scope, sent.index).map(|(url, near)| (url.host, url.path, near));
        }
        let built = sent.built;
        let text_shows = built.before.as_deref().is_some_and(|before| !before.is_empty());
        if !is_known(&built.credential) && host.is_none() && !text_shows {
            return None;
        }
        // A type (`authorization: string`) or a list of header names is no request.
        if matches!(&built.credential, Operand::Local(name) if is_type(name)) {
            return None;
        }
        let (host, url_path, near) =
            host.map_or((None, String::new(), Near::File), |(host, path, near)| (Some(host), path, near));
        let seen = Seen::Sends(Sends {
            carrier: sent.carrier,
            name: sent.name,
            name_span: sent.name_span,
            before: built.before,
            before_span: built.before_span,
            after: built.after,
            credential: built.credential,
            slot: built.slot,
            encoding: built.encoding,
            host,
            url_path,
            near,
            companions: self.headers.clone(),
            complete: self.is_complete(sent.index),
            sdk: sent.sdk.map(|sdk| sdk.name),
        });
        Some(self.scope.source.fact(sent.span, seen))
    }

    /// Whether no spread brings in headers that cannot be seen.
    fn is_complete(&self, index: usize) -> bool {
        let source = self.scope.source;
        let Some(open) = source.parent(index) else { return true };
        let mut inside = open + 1..source.other(open).max(open + 1);
        !inside.any(|at| source.are(at, b"...") || source.are(at, b"**"))
    }
}

fn is_known(credential: &Operand) -> bool {
    matches!(credential, Operand::Variable(_) | Operand::Literal(_))
}

fn is_type(name: &str) -> bool {
    matches!(name, "string" | "String" | "str" | "any" | "undefined" | "null" | "None" | "nil" | "z" | "Type" | "Joi")
}

/// Functions that give a header a value: the name is their first argument.
fn sets_headers(called: &str) -> bool {
    matches!(
        called.trim_end_matches(['!', '?']),
        "set"
            | "append"
            | "add"
            | "put"
            | "insert"
            | "header"
            | "headers"
            | "Set"
            | "Add"
            | "Append"
            | "setHeader"
            | "addHeader"
            | "setRequestHeader"
            | "withHeader"
            | "defaultHeader"
            | "TryAddWithoutValidation"
            | "AddWithoutValidation"
            | "setDefaultHeader"
            | "Header"
            | "SetHeader"
            | "addRequestHeader"
            | "AddHeader"
            | "AddDefaultHeader"
            | "setRequestProperty"
            | "addRequestProperty"
            | "add_header"
            | "set_header"
            | "append_header"
            | "insert_header"
            | "request_header"
            | ""
    )
}

/// Names in the file that look like headers, in small letters.
fn headers_of(scope: &Scope<'_, '_>) -> Vec<String> {
    let source = scope.source;
    let mut headers: Vec<String> = Vec::new();
    for at in 0..source.tokens.len() {
        if !matches!(source.kind(at), Some(Kind::Text | Kind::Name)) {
            continue;
        }
        let word = source.word(at).split(':').next().unwrap_or_default();
        let hyphens = word.contains('-') || word.contains('_');
        let header = (hyphens || word.eq_ignore_ascii_case("accept") || word.eq_ignore_ascii_case("useragent"))
            && (3..64).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        let name = word.to_ascii_lowercase().replace('_', "-");
        if header && !headers.contains(&name) && headers.len() < 64 {
            headers.push(name);
        }
    }
    headers
}
