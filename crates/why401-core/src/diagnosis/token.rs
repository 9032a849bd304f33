//! A token as a form: its header and its claims, with times in words. Its signature is never shown, nor a value that is a
//! credential itself.

use serde_json::{Map, Value};

use super::Diagnosis;
use crate::case::Case;
use crate::cause::Standing;
use crate::fact::Token;
use crate::form::Form;
use crate::provider::Registry;
use crate::read::token::{Kind, kind};

/// Claims that are times (RFC 7519; OpenID Connect Core, section 2).
const TIMES: [&str; 7] = ["exp", "nbf", "iat", "auth_time", "updated_at", "at_expires", "auth_exp"];

/// Longer names stand out of the column.
const WIDE: usize = 24;

/// No value is shown beyond so many characters.
const LONGEST: usize = 2000;

impl Diagnosis {
    /// Adds the forms of the token that was handed over, and a verdict.
    pub fn show_token(&mut self, cases: &[Case<'_>]) {
        let Some(case) = cases.iter().find(|case| case.is_token) else { return };
        let Some((_, token)) = case.tokens().next() else { return };
        self.forms.extend(forms(case, token));
        // What a verifier looks at first stands first; what a token allows is asked last.
        self.causes
            .sort_by_key(|named| (named.finding.standing, named.finding.stop, named.cause.slug.starts_with("access/")));
        let first = self.causes.first();
        let Some(named) = first else {
            let fits = self.ruled_out.iter().any(|ruled| ruled.cause == "token/signature");
            let rest = if fits { "" } else { "; its signature was not looked at" };
            self.verdict = match kind(token.text.expose_str().unwrap_or_default()) {
                Kind::Opaque if token.claims.is_empty() => {
                    "Only the issuer can say what this token is good for.".to_owned()
                }
                Kind::Encrypted(_) if token.claims.is_empty() => "Only who has the key can read this token.".to_owned(),
                Kind::Paseto(_) => "This is PASETO and no JWT: what verifies one does not take the other.".to_owned(),
                _ => format!("No fault was found in the token{rest}."),
            };
            return;
        };
        let word = match named.finding.standing {
            Standing::Proven => "Proven",
            Standing::Likely => "Likely",
            Standing::Possible => "Possible",
        };
        self.verdict = format!("{word}: {}.", named.cause.slug);
    }
}

/// What the token says.
fn forms(case: &Case<'_>, token: &Token) -> Vec<Form> {
    let text = token.text.expose_str().unwrap_or_default();
    let issued = case.issued(token);
    let of = issued.map_or_else(String::new, |(provider, kind)| format!(", {} ({})", kind.label, provider.name));
    let what = match kind(text) {
        Kind::Signed(_) => format!("a JWT{of}"),
        Kind::Selective { is_bound, .. } => {
            format!("an SD-JWT{}{of}", if is_bound { " with its holder's proof" } else { "" })
        }
        Kind::Encrypted(_) => "an encrypted token (JWE): only who has the key reads more than its header".to_owned(),
        Kind::Paseto(version) => format!("PASETO {version}: no JWT, and read with other libraries"),
        Kind::Broken(_) => "a broken token".to_owned(),
        Kind::Opaque => {
            let known = case.registry.recognise(text);
            known.map_or_else(
                || match token.claims.is_empty() {
                    true => "an opaque token, which says nothing by itself".to_owned(),
                    false => "an opaque token, as its issuer describes it".to_owned(),
                },
                |known| format!("{} of {}: no JWT", known.credential.label, known.provider.name),
            )
        }
    };
    let mut forms = Vec::new();
    let mut parts = Vec::new();
    if !token.header.is_empty() {
        parts.push(("header", &token.header));
    }
    if !token.claims.is_empty() {
        parts.push(("claims", &token.claims));
    }
    if parts.is_empty() {
        forms.push(Form::new(format!("token: {what}"), &token.text.shape().to_string()));
    }
    for (index, (name, part)) in parts.into_iter().enumerate() {
        let title = if index == 0 { format!("{name} of the token: {what}") } else { name.to_owned() };
        forms.push(Form::new(title, &lines(part, token, case.registry).join("\n")));
    }
    if let Kind::Selective { disclosed, .. } = kind(text) {
        let open: Map<String, Value> = disclosed.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        if !open.is_empty() {
            forms.push(Form::new("disclosed claims", &lines(&open, token, case.registry).join("\n")));
        }
    }
    if let (Some(note), Some(form)) = (issued.and_then(|(_, kind)| kind.note.clone()), forms.last_mut()) {
        let last = form.lines.len().saturating_sub(1);
        *form = std::mem::take(form).note(last, note);
    }
    forms
}

/// Names and values, one a line.
fn lines(part: &Map<String, Value>, token: &Token, registry: &Registry) -> Vec<String> {
    let width = part.keys().map(|name| name.chars().count()).filter(|width| *width <= WIDE).max().unwrap_or(0);
    let line = |(name, value): (&String, &Value)| {
        let shown = shown(value, registry);
        let time = TIMES.contains(&name.as_str()).then(|| value.as_f64()).flatten();
        #[expect(clippy::cast_possible_truncation, reason = "a time with a fraction is cut to its second")]
        let time = time.filter(|time| time.abs() < 1e15).map(|time| in_words(time as i64, token));
        format!("{:width$}  {shown}{}", clean(name), time.map_or_else(String::new, |time| format!("  {time}")))
    };
    part.iter().map(line).collect()
}

/// A value as JSON writes it, a text without its quotes; a credential by its length.
fn shown(value: &Value, registry: &Registry) -> String {
    match value {
        Value::String(text) if is_credential(text, registry) => format!("‹{} characters›", text.chars().count()),
        Value::String(text) => clean(text),
        Value::Array(list) => {
            format!("[{}]", list.iter().map(|one| quoted(one, registry)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| format!("{}: {}", clean(name), quoted(value, registry));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn quoted(value: &Value, registry: &Registry) -> String {
    match value {
        Value::String(text) if !is_credential(text, registry) => format!("\"{}\"", clean(text)),
        other => shown(other, registry),
    }
}

/// Whether a claim's value is a key of a known shape or a token.
fn is_credential(text: &str, registry: &Registry) -> bool {
    registry.recognise(text).is_some()
        || matches!(kind(text), Kind::Signed(_) | Kind::Encrypted(_) | Kind::Selective { .. })
}

/// On one line, without what a terminal obeys, and no longer than anybody reads.
fn clean(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST).collect();
    let rest = text.chars().count().saturating_sub(LONGEST);
    let shown: String =
        cut.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect();
    if rest > 0 { format!("{shown}… and {rest} more characters") } else { shown }
}

/// A time as a date, and how far it is from the one that the token is held against.
fn in_words(time: i64, token: &Token) -> String {
    // What can only be milliseconds is read so.
    let (seconds, unit) = if time > 100_000_000_000 { (time / 1000, "in milliseconds: ") } else { (time, "") };
    let Ok(stamp) = jiff::Timestamp::from_second(seconds) else { return "no time".to_owned() };
    let date = stamp.strftime("%Y-%m-%d %H:%M:%S UTC");
    let distance = token.judged.and_then(|now| seconds.checked_sub(now));
    let distance = distance.map_or_else(String::new, |distance| {
        let span = span(distance.unsigned_abs());
        if distance == 0 {
            ", now".to_owned()
        } else if distance > 0 {
            format!(", in {span}")
        } else {
            format!(", {span} ago")
        }
    });
    format!("{unit}{date}{distance}")
}

/// A span of time in one or two units.
fn span(seconds: u64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => match seconds % 3600 / 60 {
            0 => format!("{} h", seconds / 3600),
            minutes => format!("{} h {minutes} min", seconds / 3600),
        },
        172_800..63_072_000 => format!("{} days", seconds / 86_400),
        _ => format!("{} years", seconds / 31_557_600),
    }
}
