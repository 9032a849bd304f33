//! What changes with every request, replaced by something fixed of the same shape: ids, times, numbers in paths.

/// As an id of 128 bits is written.
const UUID: &[u8] = b"7c9e6679-7425-40de-944b-e07fc1f90ae7";
const HEX: &[u8] = b"7c9e66797425e07f";
const DIGITS: &[u8] = b"1700412345";

/// Writes `text` with the ids of requests and the time replaced.
pub(super) fn text(text: &str, into: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let has_one_time = times(bytes) == 1;
    let mut at = 0;
    while at < bytes.len() {
        let in_token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || *byte >= 0x80;
        let end = bytes[at..].iter().position(|byte| !in_token(byte)).map_or(bytes.len(), |length| at + length);
        let token = &bytes[at..end];
        if has_one_time && is_time(&bytes[at..]) {
            at += time(&bytes[at..], into);
            continue;
        }
        replace(token, into);
        at = end;
        if let Some(byte) = bytes.get(at) {
            into.push(*byte);
            at += 1;
        }
    }
}

/// Writes a URL's path with the names of single things replaced.
pub(super) fn path(path: &str, into: &mut Vec<u8>) {
    for (number, part) in path.split('/').enumerate() {
        if number > 0 {
            into.push(b'/');
        }
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            into.push(b'1');
        } else {
            replace(part.as_bytes(), into);
        }
    }
}

fn replace(token: &[u8], into: &mut Vec<u8>) {
    let fill = |with: &[u8], into: &mut Vec<u8>| into.extend(with.iter().cycle().take(token.len()));
    if token.len() < 10 {
        into.extend_from_slice(token);
    } else if is_uuid(token) {
        into.extend_from_slice(UUID);
    } else if token.iter().all(u8::is_ascii_digit) {
        fill(DIGITS, into);
    } else if token.len() >= 16 && token.iter().all(u8::is_ascii_hexdigit) && token.iter().any(u8::is_ascii_digit) {
        fill(HEX, into);
    } else if token.len() >= 12 && [&b"req_"[..], b"req-"].iter().any(|start| token.starts_with(start)) {
        into.extend_from_slice(&token[..4]);
        into.extend(HEX.iter().cycle().take(token.len() - 4));
    } else {
        into.extend_from_slice(token);
    }
}

fn is_uuid(token: &[u8]) -> bool {
    token.len() == UUID.len()
        && token
            .iter()
            .zip(UUID)
            .all(|(byte, known)| if *known == b'-' { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Whether a date and a time begin here, as RFC 3339 has them.
fn is_time(bytes: &[u8]) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    bytes.len() >= FORM.len()
        && bytes.iter().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

/// Writes a fixed time and gives back the length of the one that stands here.
fn time(bytes: &[u8], into: &mut Vec<u8>) -> usize {
    into.extend_from_slice(b"2024-01-02T03:04:05");
    let rest = &bytes[19..];
    match rest.first() {
        Some(b'.' | b',') => 20 + rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 19,
    }
}

/// How many times are told. Two of them are held against each other by who reads them, and stay.
fn times(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'T', bytes).filter(|at| *at >= 10 && is_time(&bytes[at - 10..])).take(2).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steady(text: &str, write: fn(&str, &mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        write(text, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_changes_with_each_request() {
        for (one, other, same) in [
            ("a 0b0e6679-7425-40de-944b-e07fc1f90ae7", "a 7c9e6679-7425-40de-944b-e07fc1f90000", true),
            ("req_011CSHoEeqs5C35K2UUqR7Fy", "req_011CSHoEeqs5C35K2UUqR7Zz", true),
            ("{\"timestamp\":\"2026-01-02T03:04:05.123Z\"}", "{\"timestamp\":\"2026-11-02T03:04:59.9Z\"}", true),
            ("AADSTS7000215", "AADSTS7000222", false),
            ("code 40001", "code 40002", false),
            (
                "signed 2026-01-02T03:04:05Z now 2026-01-02T04:04:05Z",
                "signed 2026-01-02T03:04:05Z now 2026-01-02T05:04:05Z",
                false,
            ),
            ("sk-p***9x", "sk-p***8x", false),
            ("é 1", "é 2", false),
        ] {
            assert_eq!(steady(one, text) == steady(other, text), same, "{one} {other}");
        }
        assert_eq!(steady("a é", text), "a é");
        assert_eq!(steady("/v1/users/42/keys/", path), "/v1/users/1/keys/");
    }
}
