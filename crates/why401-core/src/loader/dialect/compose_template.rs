//! Docker Compose's `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, `${NAME:?error}` and `$$`, as compose-go
//! 2.4 reads them, in env files and in compose files alike.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::reading::fits;

/// Why a text cannot be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `${` without a well-formed name and end.
    Malformed,
    /// `${NAME:?}` or `${NAME?}` of a variable that has no value.
    Required,
    /// Defaults within defaults without end.
    TooDeep,
    /// More than a value may hold.
    TooLong,
}

impl Fault {
    /// The fault in words.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Malformed => "a `${` without a well-formed name and `}`",
            Self::Required => "a variable marked as required has no value",
            Self::TooDeep => "references nested too deeply",
            Self::TooLong => "references to very long values",
        }
    }
}

/// Nesting beyond which we give up; a person writes two or three levels.
const DEPTH_LIMIT: usize = 64;

/// Fills in a text. Of a name that `lookup` does not know nothing is left.
pub(super) fn substitute<'v>(text: &[u8], lookup: &impl Fn(&str) -> Option<&'v [u8]>) -> Result<Vec<u8>, Fault> {
    fill(text, lookup, 0)
}

fn fill<'v>(text: &[u8], lookup: &impl Fn(&str) -> Option<&'v [u8]>, depth: usize) -> Result<Vec<u8>, Fault> {
    let Some(pattern) = pattern().filter(|_| depth < DEPTH_LIMIT) else { return Err(Fault::TooDeep) };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for found in pattern.find_iter(text) {
        out.extend_from_slice(&text[at..found.start()]);
        let value = reference(found.as_bytes(), lookup, depth)?;
        if !fits(out.len(), value.len()) {
            return Err(Fault::TooLong);
        }
        out.extend(value);
        at = found.end();
    }
    out.extend_from_slice(&text[at..]);
    Ok(out)
}

/// What one match stands for. Up to its last `}` on the line a braced match may hold further references.
fn reference<'v>(found: &[u8], lookup: &impl Fn(&str) -> Option<&'v [u8]>, depth: usize) -> Result<Vec<u8>, Fault> {
    let (first, rest) = found.split_at(closing_brace(found).map_or(found.len(), |at| at + 1));
    let Some(groups) = pattern().and_then(|pattern| pattern.captures(first)) else { return Err(Fault::Malformed) };
    if groups.name("escaped").is_some() {
        return Ok(b"$".to_vec());
    }
    let value = |name: &[u8]| std::str::from_utf8(name).ok().and_then(lookup);
    if let Some(name) = groups.name("named") {
        return Ok(value(name.as_bytes()).unwrap_or_default().to_vec());
    }
    let Some(braced) = groups.name("braced") else { return Err(Fault::Malformed) };
    let braced = braced.as_bytes();
    let Some(end) = braced.iter().position(|byte| matches!(byte, b':' | b'-' | b'+' | b'?')) else {
        return Ok(value(braced).unwrap_or_default().to_vec());
    };
    let strict = braced[end] == b':';
    let operator = if strict { end + 1 } else { end };
    let given = value(&braced[..end]);
    let present = given.is_some_and(|value| !strict || !value.is_empty());
    // The operand is filled in, and may fail, even where it is not needed.
    let operand = fill(braced.get(operator + 1..).unwrap_or_default(), lookup, depth + 1)?;
    let mut out = match braced.get(operator) {
        Some(b'-') if !present => operand,
        Some(b'+') if present => operand,
        Some(b'?') if !present => return Err(Fault::Required),
        _ => given.unwrap_or_default().to_vec(),
    };
    out.extend(fill(rest, lookup, depth + 1)?);
    Ok(out)
}

/// The brace that closes the first one. The character after an opening brace is not looked at.
fn closing_brace(text: &[u8]) -> Option<usize> {
    let (mut open, mut at) = (0_i64, 0);
    while at < text.len() {
        match text[at] {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            b'{' => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let build = || {
        let name = "[_a-z][_a-z0-9]*";
        Regex::new(&format!(
            r"\$(?i:(?P<escaped>\$)|(?P<named>{name})|\{{(?:(?P<braced>{name}(?::?[-+?](?-u:[^\n]*))?)\}}|(?P<invalid>)))"
        ))
        .ok()
    };
    PATTERN.get_or_init(build).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let lookup = |name: &str| match name {
            "B" => Some(&b"2"[..]),
            "EMPTY" => Some(&b""[..]),
            _ => None,
        };
        for (text, given) in [
            ("$B-${B}-$$B", Ok("2-2-$B")),
            ("${X:-a}${X-b}${EMPTY-c}${EMPTY:-d}", Ok("abd")),
            ("${X:-${B}}!", Ok("2!")),
            ("${B:+yes}${EMPTY:+no}", Ok("yes")),
            ("${X?}", Err(Fault::Required)),
            ("${B", Err(Fault::Malformed)),
            ("$(B) $", Ok("$(B) $")),
        ] {
            let got = substitute(text.as_bytes(), &lookup);
            assert_eq!(got, given.map(|text: &str| text.as_bytes().to_vec()), "{text}");
        }
    }
}
