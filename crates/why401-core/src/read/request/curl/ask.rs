//! The request that curl makes of its options: its own fields first, then the person's, then those of the body.

use super::body;
use super::line::{Line, Said};
use super::manner;
use super::options::{Data, Does};
use crate::read::request::address::Address;
use crate::read::request::text::Text;
use crate::read::request::{Asked, Files, Refused, Signing, refused};

/// How curl calls itself where no `-A` says otherwise: a version of these years, since the person's own is not known.
const AGENT: &str = "curl/8.15.0";

/// What `--compressed` says with the libraries that curl is usually built with.
const ENCODINGS: &str = "deflate, gzip, br, zstd";

/// Builds the request.
///
/// # Errors
/// No address or several, options that exclude each other, words that say nothing.
pub(super) fn ask(line: &Line, files: &Files) -> Result<Asked, Refused> {
    let mut asked = Asked { notes: line.notes.clone(), ..Asked::default() };
    let says = Says { line };
    let mut address = address(line, &mut asked)?;
    let mut headers = headers(&says, files, &mut asked);
    let content = content(&says, files, &mut headers)?;
    let kind = content.kind.filter(|_| says.last(Does::Upload).is_none());
    let get = says.is(Does::Get);
    let mut body = content.body;
    if let Some(data) = body.take_if(|_| get) {
        address.ask(&data)?;
    } else {
        // curl has one place for both, and `-G` wins.
        for said in says.all(|does| does == Does::UrlQuery) {
            let raw = said.word.starts_with("+");
            address.ask(&if raw { said.word.behind(1) } else { body::encoded(&said.word, files) })?;
        }
    }
    let upload = says.last(Does::Upload);
    asked.request.method = method(&says, body.is_some(), upload.is_some())?;
    if let Some(said) = upload {
        let path = said.word.lossy();
        body = Some(files.read(&path));
        address.step(&Text::from(path.rsplit('/').next().unwrap_or_default()));
    }
    asked.manner = manner::of(&says, &address)?;
    address.put(&mut asked);
    let own = |name: &str| headers.iter().any(|(field, _)| field.lossy().eq_ignore_ascii_case(name));

    match headers.iter().find(|(field, _)| field.lossy().eq_ignore_ascii_case("host")) {
        Some((_, Some(host))) => asked.field("Host", host),
        Some((_, None)) => {}
        None => asked.field("Host", &Text::from(&*address.host)),
    }
    if let Some(value) = credential(&says, &address, &mut asked)?.filter(|_| !own("authorization")) {
        asked.field("Authorization", &value);
    }
    if let Some(signing) = &mut asked.signing {
        let sent = headers.iter().filter(|(_, value)| value.is_some());
        signing.given = sent.map(|(name, _)| name.lossy().to_ascii_lowercase()).collect();
        signing.is_data =
            body.is_some() && upload.is_none() && !kind.as_deref().is_some_and(|kind| kind.starts_with("multipart/"));
    }
    if let Some(said) = says.last(Does::Range).filter(|_| !own("range")) {
        let mut value = Text::from("bytes=");
        value.push(&said.word);
        asked.field("Range", &value);
    }
    let agent = says.last(Does::Agent).map_or_else(|| Text::from(AGENT), |said| said.word.clone());
    if !own("user-agent") && !agent.is_empty() {
        asked.field("User-Agent", &agent);
    }
    if !own("accept") {
        asked.field("Accept", &"*/*".into());
    }
    if says.is(Does::Compressed) && !own("accept-encoding") {
        asked.field("Accept-Encoding", &ENCODINGS.into());
    }
    if let Some(value) = referer(&says, &mut asked).filter(|_| !own("referer")) {
        asked.field("Referer", &value);
    }
    if let Some(value) = cookies(&says, &mut asked).filter(|_| !own("cookie")) {
        asked.field("Cookie", &value);
    }
    for (name, value) in &headers {
        let shown = name.lossy();
        let formed = kind.as_deref().is_some_and(|kind| kind.starts_with("multipart/"));
        let later = shown.eq_ignore_ascii_case("host") || formed && shown.eq_ignore_ascii_case("content-type");
        if shown.eq_ignore_ascii_case("transfer-encoding") && body.is_some() {
            asked.note("Transfer-Encoding", "why401 sends a body in one piece");
            continue;
        }
        if let Some(value) = value.as_ref().filter(|_| !later) {
            asked.field(&shown, value);
        }
    }
    if let Some(body) = &body {
        if !own("content-length") {
            asked.field("Content-Length", &Text::from(&*body.len().to_string()));
        }
        if let Some(kind) = kind.filter(|kind| !own("content-type") || kind.starts_with("multipart/")) {
            asked.field("Content-Type", &Text::from(&*kind));
        }
        asked.set_body(body);
    }
    Ok(asked)
}

/// What the line says of one matter.
pub(super) struct Says<'l> {
    pub(super) line: &'l Line,
}

impl<'l> Says<'l> {
    pub(super) fn all(&self, which: impl Fn(Does) -> bool) -> impl Iterator<Item = &'l Said> {
        self.line.does.iter().filter(move |said| which(said.does))
    }

    pub(super) fn last(&self, does: Does) -> Option<&'l Said> {
        self.all(|own| own == does).last()
    }

    /// Whether it is switched on in the end.
    pub(super) fn is(&self, does: Does) -> bool {
        self.last(does).is_some_and(|said| said.on)
    }
}

fn address(line: &Line, asked: &mut Asked) -> Result<Address, Refused> {
    let url = match &line.urls[..] {
        [url] => url,
        [] => return Err(refused("the line names no address", "Write the URL behind the options.")),
        more => {
            return Err(refused(
                format!("the line names {} addresses, or words that no option takes", more.len()),
                "Give one address; quote what belongs together.",
            ));
        }
    };
    let says = Says { line };
    let url = if says.is(Does::NoGlob) { url.clone() } else { unglobbed(url)? };
    let plain = url.lossy();
    let url = if plain.contains("://") || url.is_open() {
        url
    } else {
        let mut whole = Text::from("http://");
        whole.push(&url);
        whole
    };
    let mut address = Address::of(&url)?;
    if !says.is(Does::PathAsIs) {
        address.squash();
    }
    address.encode(true);
    if address.user.is_some() {
        asked
            .warnings
            .push("User and password stand in the address: servers, proxies and histories keep addresses.".to_owned());
    }
    Ok(address)
}

/// Takes the braces off that curl reads as a list of one.
fn unglobbed(url: &Text) -> Result<Text, Refused> {
    let several = |what: &str| {
        Err(refused(
            format!("the address holds {what}: curl asks for several addresses"),
            "Write one of them, or `-g` where the braces or brackets belong to the address.",
        ))
    };
    if url.is_open() {
        return Ok(url.clone());
    }
    let plain = url.lossy();
    let host = crate::url::Url::of(&plain).host;
    let behind = if host.starts_with('[') { plain.replacen(host, "", 1) } else { plain.clone() };
    if behind.contains(['[', ']']) {
        return several("brackets");
    }
    if !plain.contains(['{', '}']) {
        return Ok(url.clone());
    }
    let lists = plain.split('{').skip(1).any(|rest| rest.split('}').next().is_none_or(|inside| inside.contains(',')));
    if lists || plain.matches('{').count() != plain.matches('}').count() {
        return several("braces");
    }
    Ok(url.without(b"{}"))
}

/// A header field; without a value, where it is to be left out.
type Field = (Text, Option<Text>);

/// `-H`: `Name: value`; `Name:` leaves a field out, `Name;` sends it empty, `@file` holds several.
fn headers(says: &Says<'_>, files: &Files, asked: &mut Asked) -> Vec<Field> {
    let mut fields = Vec::new();
    for said in says.all(|does| does == Does::Header) {
        if let Some(path) = said.word.lossy().strip_prefix('@') {
            let content = files.read(path);
            let mut rest = content;
            while !rest.is_empty() {
                let (line, more) = rest.split_once(b'\n').unwrap_or_else(|| (rest.clone(), Text::default()));
                field(&line.without(b"\r"), &mut fields, asked);
                rest = more;
            }
            continue;
        }
        field(&said.word, &mut fields, asked);
    }
    fields
}

fn field(word: &Text, fields: &mut Vec<Field>, asked: &mut Asked) {
    if let Some((name, value)) = word.split_once(b':') {
        let value = if value.trim().is_empty() { None } else { Some(value) };
        // One blank stands before a value when it is sent; what else stands there belongs to it.
        let value = value.map(|value| if value.starts_with(" ") { value.behind(1) } else { value });
        fields.push((name, value));
    } else if let Some((name, _)) = word.split_once(b';').filter(|(_, rest)| rest.trim().is_empty()) {
        fields.push((name, Some(Text::default())));
    } else if word.is_open() {
        fields.push((word.clone(), Some(Text::default())));
    } else {
        asked.note("-H", "the word has no colon, and curl leaves it out without a word");
    }
}

/// What goes into the body.
struct Content {
    body: Option<Text>,
    kind: Option<String>,
}

fn content(says: &Says<'_>, files: &Files, headers: &mut Vec<Field>) -> Result<Content, Refused> {
    let mut body = None;
    let mut json = false;
    for said in says.all(|does| matches!(does, Does::Data(_))) {
        let Does::Data(way) = said.does else { continue };
        json |= way == Data::Json;
        body::add(&mut body, way, &body::data(way, &said.word, files));
    }
    let forms: Vec<_> = (says.all(|does| matches!(does, Does::Form | Does::FormText)))
        .map(|said| (said, said.does == Does::FormText))
        .collect();
    if !forms.is_empty() {
        if body.is_some() || says.is(Does::Get) {
            return Err(two("-F", "-d or -G"));
        }
        let (form, kind) = body::form(&forms, files)?;
        return Ok(Content { body: Some(form), kind: Some(kind) });
    }
    if json {
        for name in ["Content-Type", "Accept"] {
            if !headers.iter().any(|(own, _)| own.lossy().eq_ignore_ascii_case(name)) {
                headers.push((name.into(), Some("application/json".into())));
            }
        }
    }
    Ok(Content { body, kind: Some("application/x-www-form-urlencoded".to_owned()) })
}

fn two(one: &str, other: &str) -> Refused {
    refused(
        format!("`{one}` and {other} exclude each other: each wants another method, and curl refuses the line"),
        "Keep one of them.",
    )
}

fn method(says: &Says<'_>, body: bool, upload: bool) -> Result<String, Refused> {
    let head = says.is(Does::Head);
    if head && body {
        return Err(two("-I", "-d or -F"));
    }
    if upload && (body || head) {
        return Err(two("-T", "-d, -F or -I"));
    }
    let usual = match (head, upload, body) {
        (true, ..) => "HEAD",
        (_, true, _) => "PUT",
        (.., true) => "POST",
        _ => "GET",
    };
    let Some(said) = says.last(Does::Method) else { return Ok(usual.to_owned()) };
    let own = said.word.lossy();
    if !own.is_empty() && own.bytes().all(|byte| byte.is_ascii_graphic()) || said.word.is_open() {
        return Ok(own);
    }
    Err(refused("`-X` names no method", "Write `-X POST`, or leave the option out."))
}

/// The value of `Authorization` that the options ask for.
fn credential(says: &Says<'_>, address: &Address, asked: &mut Asked) -> Result<Option<Text>, Refused> {
    let user = match says.last(Does::User) {
        Some(said) if !said.word.bytes().contains(&b':') && !said.word.is_open() => {
            return Err(refused(
                "`-u` has a user and no password: curl would ask for it at the terminal",
                "Write `-u user:` for an empty one, or '$NAME' for a variable: `-u 'user:$PASSWORD'`.",
            ));
        }
        Some(said) => Some(said.word.clone()),
        None => address.user.clone(),
    };
    if let Some(said) = says.last(Does::Signature) {
        let user = user.unwrap_or_default().secret();
        asked.signing = Some(Signing { scope: said.word.lossy(), user, given: Vec::new(), is_data: false });
        return Ok(None);
    }
    if let Some(said) = says.last(Does::Bearer) {
        let mut value = Text::from("Bearer ");
        value.push(&said.word);
        return Ok(Some(value));
    }
    Ok(user.map(|user| {
        let mut value = Text::from("Basic ");
        value.push(&user.base64());
        value
    }))
}

fn referer(says: &Says<'_>, asked: &mut Asked) -> Option<Text> {
    let word = &says.last(Does::Referer)?.word;
    let end = memchr::memmem::find(word.bytes(), b";auto");
    if end.is_some() {
        asked.note("-e ;auto", "no hop gets the address of the one before it");
    }
    let value = word.part(0..end.unwrap_or(word.len()));
    (!value.is_empty()).then_some(value)
}

fn cookies(says: &Says<'_>, asked: &mut Asked) -> Option<Text> {
    let mut all: Option<Text> = None;
    for said in says.all(|does| does == Does::Cookie) {
        if !said.word.bytes().contains(&b'=') && !said.word.is_open() {
            if !said.word.is_empty() {
                asked.note("-b", "it names a file of cookies, and why401 keeps none; write them as `name=value`");
            }
            continue;
        }
        match &mut all {
            Some(all) => {
                all.push_str(";");
                all.push(&said.word);
            }
            None => all = Some(said.word.clone()),
        }
    }
    all
}
