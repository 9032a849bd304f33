//! What `-d` and `-F` make of their words.

use super::line::Said;
use super::options::Data;
use crate::read::request::text::Text;
use crate::read::request::{Files, Refused, refused};

/// The boundary between parts of a form. curl draws one; here it is the same each time, so that a request is repeatable.
const BOUNDARY: &str = "------------------------why401why401why4";

/// One more piece of data behind those before it.
pub(super) fn add(body: &mut Option<Text>, data: Data, piece: &Text) {
    match body {
        Some(body) => {
            // Pieces of JSON are put together as they are.
            if data != Data::Json {
                body.push_str("&");
            }
            body.push(piece);
        }
        None => *body = Some(piece.clone()),
    }
}

/// The bytes of a word of `-d`, `--json` and their kin.
pub(super) fn data(data: Data, word: &Text, files: &Files) -> Text {
    if data == Data::Encoded {
        return encoded(word, files);
    }
    match word.lossy().strip_prefix('@') {
        Some(path) if data != Data::Raw => {
            let content = files.read(path);
            if data == Data::Ascii { content.without(b"\r\n\0") } else { content }
        }
        _ => word.clone(),
    }
}

/// The five forms of `--data-urlencode`: `text`, `=text`, `name=text`, `@file`, `name@file`.
pub(super) fn encoded(word: &Text, files: &Files) -> Text {
    let mark = word.bytes().iter().position(|byte| *byte == b'=' || *byte == b'@');
    let Some(at) = mark else { return word.form() };
    let rest = word.behind(at + 1);
    let value = if word.bytes()[at] == b'@' { files.read(&rest.lossy()) } else { rest };
    let mut coded = word.part(0..at);
    if at > 0 {
        coded.push_str("=");
    }
    coded.push(&value.form());
    coded
}

/// The body of a form and its type.
///
/// # Errors
/// A part that is neither `name=value` nor a file.
pub(super) fn form(parts: &[(&Said, bool)], files: &Files) -> Result<(Text, String), Refused> {
    let mut body = Text::default();
    for (said, literal) in parts {
        let Some((name, value)) = said.word.split_once(b'=') else {
            return Err(refused(
                format!("`{}` has a part without `=`", said.option),
                "A part of a form is `name=value`, `name=@file` or `name=<file`.",
            ));
        };
        let part = if *literal { Part { value, ..Part::default() } } else { Part::of(&value, files) };
        body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\""));
        body.push(&quoted(&name));
        body.push_str("\"");
        if let Some(name) = &part.filename {
            body.push_str("; filename=\"");
            body.push(&quoted(name));
            body.push_str("\"");
        }
        body.push_str("\r\n");
        if let Some(kind) = &part.kind {
            body.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        body.push_str("\r\n");
        body.push(&part.value);
        body.push_str("\r\n");
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    Ok((body, format!("multipart/form-data; boundary={BOUNDARY}")))
}

#[derive(Default)]
struct Part {
    value: Text,
    filename: Option<Text>,
    kind: Option<String>,
}

impl Part {
    /// `text;type=…`, `@file;filename=…;type=…`, `<file`.
    fn of(word: &Text, files: &Files) -> Self {
        let (kind, named) = (attribute(word, ";type="), attribute(word, ";filename="));
        let marks = [";type=", ";filename="].iter();
        let marks = marks.filter_map(|mark| memchr::memmem::find(word.bytes(), mark.as_bytes()));
        let end = marks.min().unwrap_or(word.len());
        let bare = word.part(0..end);
        let path = bare.lossy();
        let kind = kind.map(|kind| kind.lossy());
        if let Some(path) = path.strip_prefix('@') {
            let own = path.rsplit('/').next().unwrap_or_default();
            let filename = Some(named.unwrap_or_else(|| Text::from(own)));
            return Self { value: files.read(path), filename, kind: kind.or_else(|| Some(kind_of(own).to_owned())) };
        }
        let value = path.strip_prefix('<').map_or_else(|| unquoted(&bare), |path| files.read(path));
        Self { value, filename: named, kind }
    }
}

fn attribute(word: &Text, mark: &str) -> Option<Text> {
    let start = memchr::memmem::find(word.bytes(), mark.as_bytes())? + mark.len();
    let rest = word.behind(start);
    Some(rest.split_once(b';').map_or(rest, |(own, _)| own))
}

/// A value between double quotes may hold a semicolon.
fn unquoted(text: &Text) -> Text {
    let inside = text.len() > 1 && text.starts_with("\"") && text.bytes().ends_with(b"\"");
    if inside { text.part(1..text.len() - 1) } else { text.clone() }
}

/// Quotes and line breaks as browsers write them in names of parts.
fn quoted(text: &Text) -> Text {
    if !text.bytes().iter().any(|byte| b"\"\r\n".contains(byte)) {
        return text.clone();
    }
    Text::from(&*text.lossy().replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"))
}

/// The type that curl takes from the ending of a file's name.
fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("gif") => "image/gif",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain",
        Some("htm" | "html") => "text/html",
        Some("pdf") => "application/pdf",
        Some("xml") => "application/xml",
        _ => "application/octet-stream",
    }
}
