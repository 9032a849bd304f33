//! YAML as a tree in which each node knows its bytes.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle};

/// A node of a document.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its bytes in the file, the quotes of a scalar included; of a collection the first to the last.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Text, a number, a truth value or nothing, as written, unquoted and unescaped.
    Scalar { text: String, quoted: bool },
    /// Pairs in their order.
    Map(Vec<(Node, Node)>),
    /// Items.
    List(Vec<Node>),
}

/// Deeper than any file that people write, and shallow enough to be walked by recursion.
const DEPTH: usize = 60;
/// More nodes than any file that people write; aliases cannot blow a small file up beyond it.
const NODES: usize = 200_000;

/// The documents of a file, and the line (from 1) where the text stops being YAML, if it does.
pub(super) fn documents(text: &str) -> (Vec<Node>, Option<u32>) {
    let mut options = Options::default();
    options.flow_nesting_limit = DEPTH;
    options.block_nesting_limit = DEPTH;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(found) => found,
            Err(error) => {
                return (builder.documents, Some(u32::try_from(error.marker().line()).unwrap_or(1).max(1)));
            }
        };
        let bytes = span.byte_range().unwrap_or(0..0);
        let bytes = bytes.start.min(text.len())..bytes.end.min(text.len());
        if builder.take(event, bytes).is_none() {
            return (builder.documents, Some(1));
        }
    }
    (builder.documents, None)
}

#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

/// A collection whose end was not seen yet.
struct Open {
    start: usize,
    anchor: usize,
    map: bool,
    key: Option<Node>,
    pairs: Vec<(Node, Node)>,
    items: Vec<Node>,
}

impl Builder {
    /// Takes an event; `None` where the tree grows beyond reason.
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                self.put(Node { span, kind: Kind::Scalar { text: text.into_owned(), quoted } }, anchor)?;
            }
            Event::MappingStart(_, anchor, _) => self.open(true, anchor, span.start)?,
            Event::SequenceStart(_, anchor, _) => self.open(false, anchor, span.start)?,
            Event::MappingEnd | Event::SequenceEnd => {
                let done = self.open.pop()?;
                let last = done.pairs.last().map(|(_, value)| value).or(done.items.last());
                // A flow collection ends with its bracket; a block ends with its last node.
                let inner = last.map_or(done.start, |node| node.span.end);
                let end = if span.is_empty() { inner } else { inner.max(span.end) };
                let kind = if done.map { Kind::Map(done.pairs) } else { Kind::List(done.items) };
                self.put(Node { span: done.start..end, kind }, done.anchor)?;
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor)?.clone();
                self.nodes += node.count();
                self.put(node, 0)?;
            }
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
        Some(())
    }

    fn open(&mut self, map: bool, anchor: usize, start: usize) -> Option<()> {
        self.open.push(Open { start, anchor, map, key: None, pairs: Vec::new(), items: Vec::new() });
        (self.open.len() <= DEPTH).then_some(())
    }

    fn put(&mut self, node: Node, anchor: usize) -> Option<()> {
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(open) if open.map => match open.key.take() {
                None => open.key = Some(node),
                Some(key) => open.pairs.push((key, node)),
            },
            Some(open) => open.items.push(node),
        }
        (self.nodes <= NODES).then_some(())
    }
}

impl Node {
    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Map(_) | Kind::List(_) => None,
        }
    }

    /// Whether it says nothing: `null`, `~` or no characters, without quotes.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, quoted: false } if ["", "~", "null", "Null", "NULL"].contains(&text.as_str()))
    }

    /// Whether it is the word `true`.
    pub(super) fn is_true(&self) -> bool {
        self.text().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Pairs of a map whose keys are text, those that `<<` merges in after its own.
    pub(super) fn pairs(&self) -> Vec<(&str, &Node, &Node)> {
        let Kind::Map(pairs) = &self.kind else { return Vec::new() };
        let mut found: Vec<(&str, &Node, &Node)> = Vec::new();
        for (key, value) in pairs {
            match key.text() {
                Some("<<") | None => {}
                Some(name) => found.push((name, key, value)),
            }
        }
        for (_, merged) in pairs.iter().filter(|(key, _)| key.text() == Some("<<")) {
            let sources =
                if let Kind::List(list) = &merged.kind { list.as_slice() } else { std::slice::from_ref(merged) };
            for pair in sources.iter().flat_map(Self::pairs) {
                if found.iter().all(|(name, ..)| *name != pair.0) {
                    found.push(pair);
                }
            }
        }
        found
    }

    /// The value under `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        let Kind::Map(pairs) = &self.kind else { return None };
        match pairs.iter().find(|(key, _)| key.text() == Some(name)) {
            Some((_, value)) => Some(value),
            None => self.pairs().into_iter().find(|(key, ..)| *key == name).map(|(.., value)| value),
        }
    }

    /// The value under a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The items of a list; a scalar is a list of one, and nothing is none.
    pub(super) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Scalar { .. } if !self.is_null() => std::slice::from_ref(self),
            Kind::Scalar { .. } | Kind::Map(_) => &[],
        }
    }

    /// Every scalar in it, keys left aside.
    pub(super) fn scalars(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Scalar { .. } => vec![self],
            Kind::Map(pairs) => pairs.iter().flat_map(|(_, value)| value.scalars()).collect(),
            Kind::List(items) => items.iter().flat_map(Self::scalars).collect(),
        }
    }

    fn count(&self) -> usize {
        match &self.kind {
            Kind::Scalar { .. } => 1,
            Kind::Map(pairs) => 1 + pairs.iter().map(|(key, value)| key.count() + value.count()).sum::<usize>(),
            Kind::List(items) => 1 + items.iter().map(Self::count).sum::<usize>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, path: &[&str]) -> Option<(String, String)> {
        let (documents, _) = documents(text);
        let node = documents.first()?.at(path)?;
        Some((node.text()?.to_owned(), text[node.span.clone()].to_owned()))
    }

    #[test]
    fn values_and_their_bytes() {
        for (text, path, expected, written) in [
            ("a: b\n", &["a"][..], "b", "b"),
            ("# ä\na: 'it''s' # c\n", &["a"], "it's", "'it''s'"),
            ("a:\n  b: \"x\\ty\"\n", &["a", "b"], "x\ty", "\"x\\ty\""),
            ("on: push\n", &["on"], "push", "push"),
            ("a: ä\nb: {c: d}\n", &["b", "c"], "d", "d"),
            ("x: &x {k: v}\ny:\n  <<: *x\n", &["y", "k"], "v", "v"),
            ("a: ${{ secrets.X }}\n", &["a"], "${{ secrets.X }}", "${{ secrets.X }}"),
        ] {
            assert_eq!(value(text, path), Some((expected.to_owned(), written.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn a_block_spans_its_lines() {
        let text = "run: |\n  echo $A\n  echo $B\nnext: 1\n";
        let (value, written) = value(text, &["run"]).unwrap_or_default();
        assert_eq!(value, "echo $A\necho $B\n");
        assert!(written.contains("echo $A") && written.contains("echo $B") && !written.contains("next"), "{written:?}");
    }

    #[test]
    fn what_is_no_yaml_names_its_line() {
        for (text, line) in [("a: b\nc: [\n", true), ("a: {{ x }}\n", false), ("", false), ("a: b\n\tc: d\n", true)] {
            assert_eq!(documents(text).1.is_some(), line, "{text:?}");
        }
        for hostile in ["[".repeat(100_000), "- ".repeat(50_000), "a: &a [*a]\n".to_owned(), "{a: ".repeat(70_000)] {
            let _ = documents(&hostile);
        }
        let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
        assert!(documents(&format!("a0: &a0 x\n{bomb}")).1.is_some());
    }
}
