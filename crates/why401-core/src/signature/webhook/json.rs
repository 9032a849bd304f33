//! JSON written anew, piece by piece: numbers and strings stay as they were written, so that only what writers differ in changes.

/// A JSON text, its scalars as they were written.
#[derive(Clone, Debug)]
pub enum Node {
    /// A string, a number, or a word; a string with its quotes.
    Scalar(String),
    /// `[…]`.
    List(Vec<Node>),
    /// `{…}`; names with their quotes.
    Map(Vec<(String, Node)>),
}

/// How JSON is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without blanks, as `JSON.stringify` does.
    Compact,
    /// A blank behind commas and colons, as Python's `json.dumps` does.
    Spaced,
    /// Lines, with so many blanks for each level.
    Lines(usize),
}

/// How strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// As they were.
    AsIs,
    /// All but ASCII as `\uXXXX`.
    Escaped,
    /// `\uXXXX` as the character that it means.
    Plain,
    /// `/` as `\/`, as PHP does.
    Slashes,
    /// All but ASCII as `\uXXXX`, and `/` as `\/`.
    EscapedSlashes,
    /// `<`, `>` and `&` as `\u003c` and so on, as Go does.
    Html,
}

/// Deeper than this nobody nests.
const DEPTH: usize = 100;

/// Reads a JSON text; `None` where it is none.
pub fn read(text: &str) -> Option<Node> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    node(&mut rest, 0)
}

fn node(rest: &mut &str, depth: usize) -> Option<Node> {
    if depth > DEPTH {
        return None;
    }
    blanks(rest);
    match rest.bytes().next()? {
        b'{' => {
            *rest = &rest[1..];
            let mut pairs = Vec::new();
            loop {
                blanks(rest);
                match rest.bytes().next()? {
                    b'}' => break,
                    b',' => *rest = &rest[1..],
                    _ => {
                        let name = string(rest)?;
                        blanks(rest);
                        *rest = rest.strip_prefix(':')?;
                        pairs.push((name, node(rest, depth + 1)?));
                    }
                }
            }
            *rest = &rest[1..];
            Some(Node::Map(pairs))
        }
        b'[' => {
            *rest = &rest[1..];
            let mut items = Vec::new();
            loop {
                blanks(rest);
                match rest.bytes().next()? {
                    b']' => break,
                    b',' => *rest = &rest[1..],
                    _ => items.push(node(rest, depth + 1)?),
                }
            }
            *rest = &rest[1..];
            Some(Node::List(items))
        }
        b'"' => string(rest).map(Node::Scalar),
        _ => {
            let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
            let (scalar, behind) = rest.split_at(end);
            *rest = behind;
            (!scalar.is_empty()).then(|| Node::Scalar(scalar.to_owned()))
        }
    }
}

fn blanks(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
}

fn string(rest: &mut &str) -> Option<String> {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let (string, behind) = rest.split_at(end?.0 + 1);
    *rest = behind;
    string.starts_with('"').then(|| string.to_owned())
}

/// Writes it.
pub fn write(node: &Node, style: Style, strings: Strings, sorted: bool) -> String {
    let mut out = String::new();
    put(&mut out, node, style, strings, sorted, 0);
    out
}

fn put(out: &mut String, node: &Node, style: Style, strings: Strings, sorted: bool, level: usize) {
    let (comma, colon) = match style {
        Style::Compact => (",", ":"),
        Style::Spaced => (", ", ": "),
        Style::Lines(_) => (",", ": "),
    };
    let line = |out: &mut String, level: usize| {
        if let Style::Lines(width) = style {
            out.push('\n');
            out.push_str(&" ".repeat(width * level));
        }
    };
    match node {
        Node::Scalar(text) => out.push_str(&scalar(text, strings)),
        Node::List(items) if items.is_empty() => out.push_str("[]"),
        Node::Map(pairs) if pairs.is_empty() => out.push_str("{}"),
        Node::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(comma);
                }
                line(out, level + 1);
                put(out, item, style, strings, sorted, level + 1);
            }
            line(out, level);
            out.push(']');
        }
        Node::Map(pairs) => {
            let mut order: Vec<&(String, Node)> = pairs.iter().collect();
            if sorted {
                order.sort_by(|a, b| a.0.cmp(&b.0));
            }
            out.push('{');
            for (index, (name, value)) in order.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(comma);
                }
                line(out, level + 1);
                out.push_str(&scalar(name, strings));
                out.push_str(colon);
                put(out, value, style, strings, sorted, level + 1);
            }
            line(out, level);
            out.push('}');
        }
    }
}

fn scalar(text: &str, strings: Strings) -> String {
    if !text.starts_with('"') {
        return text.to_owned();
    }
    match strings {
        Strings::AsIs => text.to_owned(),
        Strings::Escaped => escaped(text),
        Strings::Slashes => text.replace("\\/", "/").replace('/', "\\/"),
        Strings::EscapedSlashes => escaped(text).replace("\\/", "/").replace('/', "\\/"),
        Strings::Html => text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"),
        Strings::Plain => plain(text),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// Escapes that are not needed, as the characters that they mean.
fn plain(text: &str) -> String {
    match serde_json::from_str::<String>(text) {
        Ok(value) => serde_json::to_string(&value).unwrap_or_else(|_| text.to_owned()),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style() {
        let node = read("{\"b\": [1.0,2e3, {}], \"a\" :\"é/<\\u00e9\"}").unwrap();
        let write = |style, strings, sorted| write(&node, style, strings, sorted);
        assert_eq!(write(Style::Compact, Strings::AsIs, false), "{\"b\":[1.0,2e3,{}],\"a\":\"é/<\\u00e9\"}");
        assert_eq!(
            write(Style::Spaced, Strings::Escaped, true),
            "{\"a\": \"\\u00e9/<\\u00e9\", \"b\": [1.0, 2e3, {}]}"
        );
        let lines = "{\n  \"b\": [\n    1.0,\n    2e3,\n    {}\n  ],\n  \"a\": \"éé\"\n}".replace("éé", "é/<é");
        assert_eq!(write(Style::Lines(2), Strings::Plain, false), lines);
        assert_eq!(write(Style::Compact, Strings::Slashes, true), "{\"a\":\"é\\/<\\u00e9\",\"b\":[1.0,2e3,{}]}");
        assert_eq!(write(Style::Compact, Strings::Html, true), "{\"a\":\"é/\\u003c\\u00e9\",\"b\":[1.0,2e3,{}]}");
        for text in ["", "{", "{]", "a b", "\"\\\"", &"[".repeat(5000)] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
