//! `.http` and `.rest` files as VS Code's REST Client and JetBrains' HTTP Client read them, and a raw HTTP request.

use std::collections::BTreeMap;

use super::address::Address;
use super::template::{Style, Template, is_name};
use super::text::Text;
use super::{Asked, Draft, Files, Note, Refused, refused};
use crate::exchange::Version;

/// One request of a file, as it is written.
#[derive(Debug, Default)]
struct Written<'t> {
    /// By `# @name` or behind `###`.
    name: Option<&'t str>,
    /// The request line and its continuations, joined.
    line: String,
    fields: Vec<&'t str>,
    body: Vec<&'t str>,
    stays: bool,
    notes: Vec<Note>,
}

/// Names of the requests in a file, in their order; those without one are called by their number.
pub fn requests_of(text: &str) -> Vec<String> {
    let (all, _) = parse(text);
    let names = all.iter().enumerate();
    names.map(|(at, request)| request.name.map_or_else(|| format!("#{}", at + 1), str::to_owned)).collect()
}

/// The request of this name or number (counted from 1); the only one, where nothing is said.
///
/// # Errors
/// A file without requests, a name that none has, a request line that is none.
pub fn http_file(text: &str, which: Option<&str>) -> Result<Draft, Refused> {
    let (all, variables) = parse(text);
    let names = requests_of(text).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let number = which.and_then(|which| which.trim_start_matches('#').parse::<usize>().ok());
    let found = match (which, &all[..]) {
        (_, []) => {
            return Err(refused(
                "no request stands in the text",
                "A request begins with its line: `GET https://api.acme.dev/v1/me`.",
            ));
        }
        (None, [only]) => only,
        (None, _) => {
            return Err(refused(
                format!("the file holds {} requests", all.len()),
                format!("Name one behind a `#`: {names}."),
            ));
        }
        (Some(which), _) => {
            let named = all.iter().find(|request| request.name == Some(which));
            let found = named.or_else(|| all.get(number?.checked_sub(1)?));
            found.ok_or_else(|| {
                refused("no request of that name or number stands in the file", format!("It holds {names}."))
            })?
        }
    };
    found.draft(&variables)
}

/// The requests of a file, and its `@name = value` lines.
fn parse(text: &str) -> (Vec<Written<'_>>, BTreeMap<&str, &str>) {
    let mut variables = BTreeMap::new();
    let mut all: Vec<Written<'_>> = Vec::new();
    let mut open = Written::default();
    let mut stage = Stage::Before;
    let mut script = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if let Some(title) = line.strip_prefix("###") {
            all.push(std::mem::take(&mut open));
            open.name = Some(title.trim()).filter(|title| !title.is_empty());
            (stage, script) = (Stage::Before, false);
            continue;
        }
        let bare = line.trim();
        if script {
            script = !bare.ends_with("%}");
            continue;
        }
        let begins = bare.starts_with("> {%") || bare.starts_with("< {%");
        if begins {
            script = !bare.ends_with("%}");
            open.notes.push(Note { what: bare[..4].to_owned(), why: "why401 runs no scripts".to_owned() });
            continue;
        }
        let comment = bare.strip_prefix('#').or_else(|| bare.strip_prefix("//")).map(str::trim_start);
        match (stage, comment) {
            (Stage::Before | Stage::Fields, Some(comment)) => open.tag(comment),
            (Stage::Before, _) if bare.is_empty() => {}
            (Stage::Before, _) if bare.starts_with('@') && bare.contains('=') => {
                let (name, value) = bare[1..].split_once('=').unwrap_or_default();
                variables.insert(name.trim(), value.trim());
            }
            (Stage::Before, _) => {
                open.line = bare.to_owned();
                stage = Stage::Line;
            }
            (Stage::Line, _) if line.starts_with([' ', '\t']) && !bare.is_empty() => open.line.push_str(bare),
            (Stage::Line | Stage::Fields, _) if bare.is_empty() => stage = Stage::Body,
            (Stage::Line | Stage::Fields, _) => {
                open.fields.push(line);
                stage = Stage::Fields;
            }
            (Stage::Body, _) if bare.starts_with("> ") || bare.starts_with(">> ") || bare.starts_with("<> ") => {}
            (Stage::Body, _) => open.body.push(line),
        }
    }
    all.push(open);
    all.retain(|request| !request.line.is_empty());
    (all, variables)
}

/// What the next line may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Line,
    Fields,
    Body,
}

impl<'t> Written<'t> {
    /// A comment may say something: `@name login`, `@no-redirect`.
    fn tag(&mut self, comment: &'t str) {
        let Some(tag) = comment.strip_prefix('@') else { return };
        let (tag, word) = tag.split_once([' ', '=', '\t']).unwrap_or((tag, ""));
        match tag {
            "name" => self.name = Some(word.trim()),
            "no-redirect" => self.stays = true,
            _ => {}
        }
    }

    fn draft(&self, variables: &BTreeMap<&str, &str>) -> Result<Draft, Refused> {
        let (method, target, version) = request_line(&self.line);
        let field = |name: &str| {
            self.fields
                .iter()
                .filter_map(|field| field.split_once(':'))
                .find(|(own, _)| own.trim().eq_ignore_ascii_case(name))
        };
        let mut notes = self.notes.clone();
        let target = match target.strip_prefix('/') {
            Some(_) => {
                let host = field("host").map(|(_, host)| host.trim()).ok_or_else(|| {
                    refused("the request has a path and no `Host`", "Write the whole address, or a line `Host: …`.")
                })?;
                let name = crate::url::Url::of(&format!("//{host}")).host.to_ascii_lowercase();
                let local = name == "localhost" || name.starts_with("127.") || name == "[::1]" || host.ends_with(":80");
                let scheme = if local { "http" } else { "https" };
                notes.push(Note {
                    what: "Host".to_owned(),
                    why: format!("no scheme stands in the request; it is asked by {scheme}"),
                });
                format!("{scheme}://{host}{target}")
            }
            None if target.contains("://") || target.starts_with("{{") => target.to_owned(),
            None => format!("http://{target}"),
        };
        let method = method.unwrap_or(if self.body.iter().all(|line| line.trim().is_empty()) { "GET" } else { "POST" });
        let template = |text: &str| resolved(text, variables, 0);
        let kind = field("content-type").map(|(_, kind)| kind.trim().to_ascii_lowercase()).unwrap_or_default();
        let mut words = [method, &target, version, if self.stays { "stays" } else { "" }, &kind].map(template).to_vec();
        words.push(template(&self.fields.len().to_string()));
        for field in &self.fields {
            let (name, value) = field.split_once(':').ok_or_else(|| {
                let at = self.fields.iter().position(|other| other == field).unwrap_or_default() + 1;
                refused(
                    format!("line {at} below the request line has no colon"),
                    "Header fields are `Name: value`, a blank line stands before the body.",
                )
            })?;
            words.extend([name.trim(), value.trim()].map(template));
        }
        let last = self.body.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
        words.extend(self.body[..last].iter().map(|line| template(line)));
        if self.body.iter().any(|line| line.starts_with("<@ ")) {
            notes.push(Note { what: "<@".to_owned(), why: "references in the file are left as they are".to_owned() });
        }
        let dynamic =
            |text: &&&str| text.contains("{{$") && !text.contains("{{$dotenv") && !text.contains("{{$processEnv");
        if [&*self.line].iter().chain(&self.fields).chain(&self.body).any(|text| dynamic(&text)) {
            notes.push(Note {
                what: "{{$…}}".to_owned(),
                why: "values that a client makes up are left as they are written".to_owned(),
            });
        }
        Ok(Draft::new(words, build)?.noted(notes))
    }
}

/// The variables of the file put in; others stay holes.
fn resolved(text: &str, variables: &BTreeMap<&str, &str>, depth: usize) -> Template {
    let template = Template::of(text, Style::Braces);
    let known = |name: &str| variables.get(name).filter(|_| depth < 8);
    if !template.holes().any(|hole| known(&hole.name).is_some()) {
        return template;
    }
    let mut whole = Template::default();
    let mut rest = text;
    for hole in template.holes() {
        let Some((before, behind)) = rest.split_once(hole.written.as_str()) else { break };
        whole.push_bytes(before.as_bytes());
        match known(&hole.name) {
            Some(value) => whole.append(&mut resolved(value, variables, depth + 1)),
            None => whole.push_hole(hole.clone()),
        }
        rest = behind;
    }
    whole.push_bytes(rest.as_bytes());
    whole
}

/// Method, target and version of a request line; only the target must be there.
fn request_line(line: &str) -> (Option<&str>, &str, &str) {
    let (first, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let is_method =
        !rest.is_empty() && is_name(&first.replace('-', "_")) && !first.bytes().any(|byte| byte.is_ascii_lowercase());
    let (method, rest) = if is_method { (Some(first), rest.trim_start()) } else { (None, line) };
    match rest.rsplit_once(" HTTP/") {
        Some((target, version)) => (method, target.trim_end(), version.trim()),
        None => (method, rest.trim_end(), ""),
    }
}

fn build(words: &[Text], files: &Files) -> Result<Asked, Refused> {
    let [method, url, version, stays, kind, count, rest @ ..] = words else { return Ok(Asked::default()) };
    let count = count.lossy().parse::<usize>().unwrap_or_default() * 2;
    let (fields, lines) = rest.split_at_checked(count).unwrap_or_default();
    let mut address = Address::of(url)?;
    address.encode(false);
    let mut asked = Asked::default();
    asked.request.method = method.lossy();
    asked.manner.follow = stays.is_empty();
    asked.manner.version = match &*version.lossy() {
        "1.0" => Some(Version::Http10),
        "1.1" => Some(Version::Http11),
        "2" | "2.0" => Some(Version::Http2),
        _ => None,
    };
    let body = body(lines, &kind.lossy(), files);
    let is = |pair: &[Text], name: &str| pair[0].lossy().eq_ignore_ascii_case(name);
    if !fields.chunks_exact(2).any(|pair| is(pair, "host")) {
        asked.field("Host", &Text::from(&*address.host));
    }
    for pair in fields.chunks_exact(2) {
        if is(pair, "content-length") {
            continue;
        }
        let value = if is(pair, "authorization") { encoded(&pair[1])? } else { pair[1].clone() };
        asked.field(&pair[0].lossy(), &value);
    }
    if !body.is_empty() {
        asked.field("Content-Length", &Text::from(&*body.len().to_string()));
    }
    address.put(&mut asked);
    asked.set_body(&body);
    Ok(asked)
}

/// `Basic user password` and `Basic user:password`: both clients encode them.
fn encoded(value: &Text) -> Result<Text, Refused> {
    let Some((scheme, rest)) = value.split_once(b' ') else { return Ok(value.clone()) };
    match scheme.lossy().to_ascii_lowercase().as_str() {
        "digest" | "aws" if rest.split_once(b' ').is_some_and(|_| rest.find(b'=').is_none()) => Err(refused(
            format!("`Authorization: {} …` is made by the client, and why401 does not make it", scheme.lossy()),
            "Basic and Bearer can be asked.",
        )),
        "basic" => {
            let rest = rest.trim();
            let joined = match (rest.split_once(b' '), rest.find(b':')) {
                (Some((user, password)), _) => {
                    let mut joined = user;
                    joined.push_str(":");
                    joined.push(&password.trim());
                    joined
                }
                (None, Some(_)) => rest,
                (None, None) => return Ok(value.clone()),
            };
            let mut whole = Text::from("Basic ");
            whole.push(&joined.base64());
            Ok(whole)
        }
        _ => Ok(value.clone()),
    }
}

/// The lines of a body; `< file` stands for a file's content.
fn body(lines: &[Text], kind: &str, files: &Files) -> Text {
    let mut body = Text::default();
    let form = kind.starts_with("application/x-www-form-urlencoded");
    let end = if kind.starts_with("multipart/") { "\r\n" } else { "\n" };
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && !(form && line.starts_with("&")) {
            body.push_str(end);
        }
        let shown = line.lossy();
        match shown.strip_prefix("< ").or_else(|| shown.strip_prefix("<@ ")) {
            Some(path) => body.push(&files.read(path.trim())),
            None => body.push(line),
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::request::{Source, Spot, Unfilled};
    use crate::secret::Secret;

    const FILE: &str = "@host = api.acme.test\n@base = https://{{host}}/v1\n\n### first\n# @name me\nGET {{base}}/me\n    ?a=1\n    &b={{ID}} HTTP/1.1\nAuthorization: Basic u:{{$dotenv ACME_KEY}}\n# left\nX-A:  b \n\n> {%\n client.test()\n%}\n\n###\nPOST {{base}}/x\ncontent-type: application/x-www-form-urlencoded\n\na=1\n&b=2\n\n###\nhttps://b.test/\n###\nPOST https://b.test/\n\n< ./body.json\n";

    fn filled(draft: &Draft) -> Asked {
        draft.fill(&|name| Some(Secret::from(name))).unwrap()
    }

    #[test]
    fn requests_of_a_file() {
        assert_eq!(requests_of(FILE), ["me", "#2", "#3", "#4"]);
        let draft = http_file(FILE, Some("me")).unwrap();
        assert_eq!(draft.variables(), ["ID", "ACME_KEY"]);
        let asked = filled(&draft);
        assert_eq!(asked.request.url, "https://api.acme.test/v1/me");
        assert_eq!(asked.request.query.as_ref().and_then(Secret::expose_str), Some("a=1&b=ID"));
        assert_eq!(asked.request.header("authorization").unwrap().expose(), b"Basic dTpBQ01FX0tFWQ==");
        assert_eq!(asked.request.header("x-a").unwrap().expose(), b"b");
        assert_eq!(asked.manner.version, Some(Version::Http11));
        let spots: Vec<_> = asked.sources.iter().map(|source| source.at.clone()).collect();
        assert_eq!(spots, [Spot::Header("Authorization".into()), Spot::Parameter("b".into())]);
        assert_eq!(filled(&http_file(FILE, Some("2")).unwrap()).request.body.expose(), b"a=1&b=2");
        assert_eq!(filled(&http_file(FILE, Some("#3")).unwrap()).request.method, "GET");
        let mut file = http_file(FILE, Some("4")).unwrap();
        assert_eq!(file.files(), ["./body.json"]);
        assert!(matches!(file.fill(&|_| None), Err(Unfilled::Missing { .. })));
        file.give("./body.json", Secret::from("{}"));
        assert_eq!(filled(&file).request.body.expose(), b"{}");
        for (text, which) in
            [(FILE, None), (FILE, Some("other")), ("", None), ("GET /x\n", None), ("GET http://a.test\nx\n", None)]
        {
            assert!(http_file(text, which).is_err(), "{text}");
        }
    }

    #[test]
    fn a_raw_request() {
        let asked = filled(
            &http_file("GET /v1/me?k={{K}} HTTP/1.1\r\nHost: a.test\r\nX-Api-Key: {{K}}\r\n\r\n", None).unwrap(),
        );
        assert_eq!((asked.request.url.as_str(), asked.request.method.as_str()), ("https://a.test/v1/me", "GET"));
        assert_eq!(asked.request.headers[0].0, "Host");
        assert!(asked.sources.contains(&Source { variable: "K".into(), at: Spot::Header("X-Api-Key".into()) }));
    }
}
