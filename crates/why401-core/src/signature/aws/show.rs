//! A canonical request as it may be shown: nobody can act with what is left of it.

use super::canonical::Canonical;
use super::chunks::Chunk;
use super::claim::Claim;
use super::differ::differences;
use crate::form::Form;
use crate::read::carriers::{is_header, is_parameter};
use crate::secret::Secret;

/// So much of a signature is shown.
const SHOWN: usize = 8;

/// The beginning of a signature.
pub fn cut(signature: &Secret) -> String {
    let text = signature.expose_str().unwrap_or_default();
    let start: String = text.chars().take(SHOWN).filter(char::is_ascii_hexdigit).collect();
    format!("{start}…")
}

/// The same canonical request without the credentials that it may hold: session tokens, cookies, keys of other services. Of
/// headers that nobody knows only the length is shown.
pub fn shown_canonical(canonical: &Canonical) -> Canonical {
    let mut shown = canonical.clone();
    for (_, value) in shown.headers.iter_mut().filter(|(name, value)| !is_plain(name) && !value.is_empty()) {
        *value = length(value);
    }
    let piece = |piece: &str| match piece.split_once('=') {
        Some((name, value)) if hides_parameter(name, value) => format!("{name}={}", length(value)),
        _ => piece.to_owned(),
    };
    shown.query = canonical.query.split('&').map(piece).collect::<Vec<_>>().join("&");
    let parts = [&mut shown.method, &mut shown.path, &mut shown.query, &mut shown.signed, &mut shown.payload];
    for text in parts.into_iter().chain(shown.headers.iter_mut().flat_map(|(name, value)| [name, value])) {
        *text = visible(text);
    }
    shown
}

/// The chunks of a body, one a line.
pub fn in_chunks(chunks: &[Chunk<'_>]) -> Form {
    let line = |(number, chunk): (usize, &Chunk<'_>)| {
        let data = chunk.data.len();
        format!("{number:>5}  {data:>8} bytes  {}", cut(&chunk.signature))
    };
    let mut lines: Vec<String> = (1..).zip(chunks).take(MOST).map(line).collect();
    if chunks.len() > MOST {
        lines.push(format!("and {} more", chunks.len() - MOST));
    }
    Form::new("signed chunks of the body", &lines.join("\n"))
}

/// So many chunks are shown.
const MOST: usize = 12;

/// Headers that clients sign and that hold no credential.
const PLAIN: [&str; 12] = [
    "host",
    "date",
    "range",
    "expect",
    "user-agent",
    "connection",
    "cache-control",
    "transfer-encoding",
    "origin",
    "referer",
    "pragma",
    "te",
];

fn is_plain(name: &str) -> bool {
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    let is_known = PLAIN.contains(&name) || begins(&["content-", "accept", "if-", "amz-sdk-", "x-amz-"]);
    is_known && !is_header(name) && !begins(&["x-amz-meta-"]) && !name.contains("customer-key")
}

/// A value of so many characters in a query may be a credential, whatever its name is.
const LONG: usize = 32;

fn hides_parameter(name: &str, value: &str) -> bool {
    let own = name.to_ascii_lowercase();
    own == "x-amz-security-token" || is_parameter(name) || value.len() >= LONG && !own.starts_with("x-amz-")
}

/// Without what a terminal obeys.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn length(value: &str) -> String {
    format!("‹{} characters›", value.chars().count())
}

/// The steps of a signature as forms: the canonical request, beside that of the server where it is known, and the string to
/// sign; the first difference with what it comes of.
pub fn form(claim: &Claim, ours: &Canonical, theirs: Option<&Canonical>, stated: Option<&str>) -> Vec<Form> {
    let own = shown_canonical(ours).text();
    let string = claim.string_to_sign(&ours.digest());
    let canonical = match theirs {
        Some(theirs) => {
            let mut shown = shown_canonical(theirs);
            // What is hidden on both sides differs all the same.
            for (name, value) in &mut shown.headers {
                if !is_plain(name) && ours.header(name) != theirs.header(name) {
                    value.push_str(", other ones");
                }
            }
            let form = Form::compared(
                "canonical request: what was sent (-) and what the server computed over (+)",
                &own,
                &shown.text(),
            );
            let note = differences(ours, theirs).into_iter().next().map(|one| one.comes_of);
            match form.first_difference().zip(note) {
                Some((line, note)) => {
                    let last =
                        form.lines.iter().skip(line).take_while(|own| own.side != crate::form::Side::Both).count();
                    form.note(line + last.saturating_sub(1), note)
                }
                None => Form { title: "canonical request, the same on both sides".to_owned(), ..form },
            }
        }
        None => Form::new("canonical request", &own),
    };
    let stated = stated.map(|text| text.lines().map(visible).collect::<Vec<_>>().join("\n"));
    let string = match &stated {
        Some(stated) if *stated != string => {
            Form::compared("string to sign: that of the request (-) and that of the server (+)", &string, stated)
        }
        Some(_) => Form::new("string to sign, the same on both sides", &string),
        None => Form::new("string to sign", &string),
    };
    vec![canonical, string]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_in_it() {
        let canonical = Canonical {
            headers: ["host", "x-amz-security-token", "x-acme", "x-amz-meta-a", "cookie"]
                .map(|name| (name.into(), if name == "host" { "a.test".into() } else { "FwoGfake".into() }))
                .to_vec(),
            query: "X-Amz-Security-Token=FwoGfake&api_key=abc&a=1".into(),
            ..Canonical::default()
        };
        let shown = shown_canonical(&canonical);
        assert_eq!(shown.query, "X-Amz-Security-Token=‹8 characters›&api_key=‹3 characters›&a=1");
        assert!(!shown.text().contains("fake"));
        assert_eq!(cut(&Secret::from("0123456789abcdef")), "01234567…");
    }
}
