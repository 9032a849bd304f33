//! What needs no preflight: the methods and headers that a form could send, too ("CORS-safelisted").

use std::fmt;

use super::header::is_safelisted_method;
use super::list::trim;
use crate::secret::Secret;

/// Why a browser asks with OPTIONS first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The method is none of GET, HEAD and POST.
    Method(String),
    /// A header, its name in lower case, and what is special about it.
    Header(String, Unsafe),
}

/// Why a header is not safelisted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// Its name.
    Name,
    /// Its value is longer than 128 bytes.
    Long,
    /// Its value has a byte that may be dangerous to a server.
    Byte,
    /// Its value is no type that a form sends.
    Type,
    /// Its value is no simple range.
    Range,
    /// All safelisted values together are longer than 1024 bytes.
    Together,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, why) = match self {
            Self::Method(method) => return write!(f, "the method {method} is none of GET, HEAD and POST"),
            Self::Header(name, why) => (name, why),
        };
        match why {
            Unsafe::Name => write!(f, "the header {name} is none that a form could send"),
            Unsafe::Long => write!(f, "the value of {name} is longer than 128 bytes"),
            Unsafe::Byte => write!(f, "the value of {name} has a character beyond plain words and lists"),
            Unsafe::Type => {
                write!(f, "the value of {name} is none of the three types that a form sends")
            }
            Unsafe::Range => write!(f, "the value of {name} is not of the form bytes=0-255"),
            Unsafe::Together => write!(f, "{name} and the other plain headers are longer than 1024 bytes together"),
        }
    }
}

/// Why a preflight is needed, the method first, then headers sorted by name; empty where none is. The names are "CORS-unsafe
/// request-header names".
pub(super) fn reasons(method: &str, headers: &[(String, Secret)]) -> Vec<Why> {
    let (mut unsafe_, mut potentially, mut size) = (Vec::new(), Vec::new(), 0);
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        // Chromium sends a User-Agent of the page's without asking; it takes its own in its place.
        if lower == "user-agent" {
            continue;
        }
        match is_safelisted(name, value) {
            Ok(()) => {
                potentially.push(lower);
                size += value.len();
            }
            Err(why) => unsafe_.push(Why::Header(lower, why)),
        }
    }
    if size > 1024 {
        unsafe_.extend(potentially.into_iter().map(|name| Why::Header(name, Unsafe::Together)));
    }
    unsafe_.sort_by(|a, b| a.name().cmp(b.name()));
    let method = (!is_safelisted_method(method)).then(|| Why::Method(method.to_owned()));
    method.into_iter().chain(unsafe_).collect()
}

impl Why {
    /// The header's name, in lower case; the method's otherwise.
    pub fn name(&self) -> &str {
        match self {
            Self::Method(name) | Self::Header(name, _) => name,
        }
    }
}

/// Fetch standard, "CORS-safelisted request-header"; and the client hints that Chromium adds.
pub(super) fn is_safelisted(name: &str, value: &Secret) -> Result<(), Unsafe> {
    let bytes = value.expose();
    let name = name.to_ascii_lowercase();
    let safe = |is_safe: bool, why| if is_safe { Ok(()) } else { Err(why) };
    if !KNOWN.contains(&name.as_str()) {
        return Err(Unsafe::Name);
    }
    if bytes.len() > 128 {
        return Err(Unsafe::Long);
    }
    match name.as_str() {
        "accept" => safe(!bytes.iter().any(is_unsafe), Unsafe::Byte),
        "accept-language" | "content-language" => safe(bytes.iter().all(is_of_language), Unsafe::Byte),
        "content-type" if bytes.iter().any(is_unsafe) => Err(Unsafe::Byte),
        "content-type" => safe(is_form_type(&String::from_utf8_lossy(bytes)), Unsafe::Type),
        "range" => safe(is_simple_range(&String::from_utf8_lossy(bytes)), Unsafe::Range),
        "save-data" => safe(bytes.eq_ignore_ascii_case(b"on"), Unsafe::Byte),
        "ect" => safe(matches!(bytes, b"slow-2g" | b"2g" | b"3g" | b"4g"), Unsafe::Byte),
        "rtt" | "width" | "viewport-width" => safe(bytes.iter().all(u8::is_ascii_digit), Unsafe::Byte),
        _ => {
            let number = String::from_utf8_lossy(bytes).parse::<f64>().is_ok_and(|number| number >= 0.0);
            safe(number && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'), Unsafe::Byte)
        }
    }
}

/// The five names of the standard, and the hints that Chromium alone lets through.
const KNOWN: &[&str] = &[
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "range",
    "save-data",
    "device-memory",
    "dpr",
    "width",
    "viewport-width",
    "rtt",
    "downlink",
    "ect",
];

/// Whether a name is on Chromium's list and not on the standard's.
pub(super) fn is_chromiums_own(name: &str) -> bool {
    name == "user-agent" || KNOWN[5..].contains(&name)
}

/// Fetch standard, "CORS-unsafe request-header byte".
fn is_unsafe(byte: &u8) -> bool {
    *byte < 0x20 && *byte != b'\t' || *byte == 0x7f || b"\"():<>?@[\\]{}".contains(byte)
}

fn is_of_language(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b" *,-.;=".contains(byte)
}

/// Whether "parse a MIME type" gives one of the three essences.
fn is_form_type(value: &str) -> bool {
    let essence = trim(value).split(';').next().unwrap_or_default().trim_end_matches([' ', '\t', '\r', '\n']);
    ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(essence))
}

/// Whether "parse a single range header value" gives a range with a start.
fn is_simple_range(value: &str) -> bool {
    let Some((start, end)) = value.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return false };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| text.trim_start_matches('0').to_owned();
    let (low, high) = (number(start), number(end));
    let in_order = end.is_empty() || (low.len(), &low) <= (high.len(), &high);
    !start.is_empty() && digits(start) && digits(end) && in_order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(name: &str, value: &str) -> Option<Unsafe> {
        is_safelisted(name, &Secret::from(value)).err()
    }

    #[test]
    fn headers_that_need_no_preflight() {
        for (name, value) in [
            ("ACCEPT", "text/html, */*;q=0.5"),
            ("accept-language", "de-DE, en;q=0.7"),
            ("Content-Type", "text/plain"),
            ("content-type", "TEXT/Plain ; charset=utf-8"),
            ("content-type", "multipart/form-data; boundary=x"),
            ("range", "bytes=0-255"),
            ("range", "bytes=7-"),
            ("save-data", "on"),
            ("dpr", "1.5"),
        ] {
            assert_eq!(why(name, value), None, "{name}: {value}");
        }
    }

    #[test]
    fn headers_that_need_one() {
        for (name, value, reason) in [
            ("Authorization", "x", Unsafe::Name),
            ("priority", "u=1", Unsafe::Name),
            ("accept", "a\"b", Unsafe::Byte),
            ("accept-language", "de_DE", Unsafe::Byte),
            ("content-language", "de/DE", Unsafe::Byte),
            ("content-type", "application/json", Unsafe::Type),
            ("content-type", "text/plain, text/html", Unsafe::Type),
            ("content-type", "", Unsafe::Type),
            ("content-type", "text/plain; a=\"b\"", Unsafe::Byte),
            ("range", "bytes=-5", Unsafe::Range),
            ("range", "bytes=5-3", Unsafe::Range),
            ("range", "bytes=0-1,3-4", Unsafe::Range),
            ("range", "Bytes=0-1", Unsafe::Range),
            ("range", "bytes= 0-1", Unsafe::Range),
            ("save-data", "off", Unsafe::Byte),
        ] {
            assert_eq!(why(name, value), Some(reason), "{name}: {value}");
        }
        assert_eq!((why("accept", &"a".repeat(128)), why("accept", &"a".repeat(129))), (None, Some(Unsafe::Long)));
    }

    #[test]
    fn all_values_together() {
        let long = |count| {
            let names = KNOWN.iter().take(4).chain(["dpr", "rtt", "width", "viewport-width", "downlink"].iter());
            let value = |name: &str| match name {
                "content-type" => format!("text/plain;a={}", "a".repeat(115)),
                "accept" | "accept-language" | "content-language" => "a".repeat(128),
                _ => "1".repeat(128),
            };
            let headers: Vec<_> =
                names.take(count).map(|name| ((*name).to_owned(), Secret::from(&*value(name)))).collect();
            reasons("GET", &headers).len()
        };
        assert_eq!((long(8), long(9)), (0, 9));
    }
}
