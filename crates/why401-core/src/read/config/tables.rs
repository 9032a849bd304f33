//! TOML and JSON as the same tree as YAML, each node with its bytes.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::yaml::{self, Kind, Node};

/// The tree of a TOML file; `None` where it is none.
pub(super) fn toml(text: &str) -> Option<Node> {
    let table = DeTable::parse(text).ok()?;
    let span = table.span();
    Some(map(text, table.get_ref(), span))
}

fn map(text: &str, table: &DeTable<'_>, span: std::ops::Range<usize>) -> Node {
    let mut pairs: Vec<(Node, Node)> =
        table.iter().map(|(key, value)| (scalar(key.span(), key.get_ref(), true), node(text, value))).collect();
    // The parser sorts by name; a report follows the file.
    pairs.sort_by_key(|(key, _)| key.span.start);
    Node { span, kind: Kind::Map(pairs) }
}

fn node(text: &str, value: &Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    match value.get_ref() {
        DeValue::String(text) => scalar(span, text, true),
        DeValue::Array(items) => Node { span, kind: Kind::List(items.iter().map(|item| node(text, item)).collect()) },
        DeValue::Table(table) => map(text, table, span),
        // Numbers, truth values and dates as they are written.
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            let written = text.get(span.clone()).unwrap_or_default().to_owned();
            scalar(span, &written, false)
        }
    }
}

fn scalar(span: std::ops::Range<usize>, text: &str, quoted: bool) -> Node {
    Node { span, kind: Kind::Scalar { text: text.to_owned(), quoted } }
}

/// The tree of a JSON file, comments and trailing commas allowed; `None` where it is none.
pub(super) fn json(text: &str) -> Option<Node> {
    let (mut documents, broken) = yaml::documents(&without_comments(text));
    (broken.is_none() && documents.len() == 1).then(|| documents.pop()).flatten()
}

/// The text with blanks in the place of `//` and `/* */` comments and of tabs between values, so that each byte stays
/// where it is.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") && !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut out = text.as_bytes().to_vec();
    let (mut at, mut quoted) = (0, false);
    while let Some(&byte) = out.get(at) {
        let next = out.get(at + 1).copied();
        let end = match (byte, next) {
            (b'\\', _) if quoted => {
                at += 2;
                continue;
            }
            (b'"', _) => {
                quoted = !quoted;
                at
            }
            (b'\t', _) if !quoted => at + 1,
            (b'/', Some(b'/')) if !quoted => text[at..].find('\n').map_or(out.len(), |end| at + end),
            (b'/', Some(b'*')) if !quoted => text[at..].find("*/").map_or(out.len(), |end| at + end + 2),
            _ => at,
        };
        for blank in out.iter_mut().take(end).skip(at).filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            *blank = b' ';
        }
        at = end.max(at + 1);
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(tree: Option<Node>, text: &str, path: &[&str]) -> Option<(String, String)> {
        let tree = tree?;
        let node = tree.at(path)?;
        Some((node.text()?.to_owned(), text[node.span.clone()].to_owned()))
    }

    #[test]
    fn values_and_their_bytes() {
        for (text, path, expected, written) in [
            ("a = \"b\"\n", &["a"][..], "b", "\"b\""),
            ("[x.y]\na = 1 # c\n", &["x", "y", "a"], "1", "1"),
            ("x = { a = 'ä' }\n", &["x", "a"], "ä", "'ä'"),
            ("[\"a.b\"]\nc = true\n", &["a.b", "c"], "true", "true"),
        ] {
            assert_eq!(value(toml(text), text, path), Some((expected.to_owned(), written.to_owned())), "{text}");
        }
        for (text, path, expected, written) in [
            ("{\"a\": \"b\"}", &["a"][..], "b", "\"b\""),
            (
                "{\n\t\"a\": { // x\n\t\t\"b\": \"https://c\", /* ä */\n\t},\n}\n",
                &["a", "b"],
                "https://c",
                "\"https://c\"",
            ),
            ("{\"a\": {\"b\": 1}}", &["a", "b"], "1", "1"),
        ] {
            assert_eq!(value(json(text), text, path), Some((expected.to_owned(), written.to_owned())), "{text}");
        }
        assert!(toml("a = [").is_none() && json("{").is_none() && json("").is_none());
    }
}
