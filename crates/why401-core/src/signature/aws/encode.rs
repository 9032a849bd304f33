//! The encodings of a path and of a query, as clients and servers of AWS make them.

use crate::url::{decoded, encoded};

/// A path segment by segment, each byte but the unreserved percent-encoded; what is encoded already is encoded again.
pub(super) fn path_encoded(path: &str) -> String {
    path.split('/').map(|segment| encoded(segment.as_bytes())).collect::<Vec<_>>().join("/")
}

/// The same path in the one form of each byte: encoded where it must be, and nowhere else.
pub(super) fn path_once(path: &str) -> String {
    path.split('/').map(|segment| encoded(&decoded(segment))).collect::<Vec<_>>().join("/")
}

/// Without `.`, `..` and doubled slashes (RFC 3986, section 5.2.4, and what AWS adds to it).
pub(super) fn normalised(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let first = if path.starts_with('/') { "/" } else { "" };
    let last = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("{first}{}{last}", kept.join("/"))
}

/// The query piece by piece, each in the one form of its bytes; a `+` is a blank, as in forms.
pub(super) fn pieces_once(query: &str) -> Vec<(String, String)> {
    let once = |text: &str| encoded(&decoded(&text.replace('+', "%20")));
    pieces(query).into_iter().map(|(name, value)| (once(&name), once(&value))).collect()
}

/// The pieces of the query as they were written.
pub(super) fn pieces(query: &str) -> Vec<(String, String)> {
    let all = query.split('&').filter(|piece| !piece.is_empty());
    let cut = |piece: &str| match piece.split_once('=') {
        Some((name, value)) => (name.to_owned(), value.to_owned()),
        None => (piece.to_owned(), String::new()),
    };
    all.map(cut).collect()
}

/// The pieces as a query again.
pub(super) fn joined(pieces: &[(String, String)]) -> String {
    pieces.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, again, once, short) in [
            ("/", "/", "/", "/"),
            ("/a%20b", "/a%2520b", "/a%20b", "/a%20b"),
            ("/a+(b)", "/a%2B%28b%29", "/a%2B%28b%29", "/a+(b)"),
            ("//a/./b/../c//", "//a/./b/../c//", "//a/./b/../c//", "/a/c/"),
            ("/..", "/..", "/..", "/"),
            ("/a/..", "/a/..", "/a/..", "/"),
            ("/é", "/%C3%A9", "/%C3%A9", "/é"),
        ] {
            assert_eq!((&*path_encoded(path), &*path_once(path), &*normalised(path)), (again, once, short), "{path}");
        }
    }

    #[test]
    fn queries() {
        assert_eq!(joined(&pieces_once("b=a+c&a&x=%7e%2b&&")), "b=a%20c&a=&x=~%2B");
    }
}
