//! Text with holes: references to variables whose values are not known yet.

use zeroize::Zeroizing;

use super::text::Text;
use crate::secret::Secret;

/// Text and references, in their order.
#[derive(Clone, Default)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone)]
enum Piece {
    Text(Zeroizing<Vec<u8>>),
    Hole(Hole),
}

/// A reference to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hole {
    pub(super) name: String,
    /// As it stands in the text.
    pub(super) written: String,
    /// What is taken where the variable is not set.
    pub(super) otherwise: Option<String>,
    /// Whether it stands in a shell's line without quotes, so that blanks in its value end the word.
    pub(super) bare: bool,
}

/// Which references a text may hold beside `{{NAME}}` and `${{ secrets.NAME }}`, which are the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// No others.
    Braces,
    /// `$NAME` in capitals and `${NAME}`, too.
    Dollar,
}

impl Template {
    /// The references of this style in `text`; the rest is taken as it stands.
    pub(super) fn of(text: &str, style: Style) -> Self {
        let mut template = Self::default();
        template.push(text, style);
        template
    }

    pub(super) fn push(&mut self, text: &str, style: Style) {
        let (mut at, mut from) = (0, 0);
        while let Some(next) = memchr::memchr2(b'$', b'{', &text.as_bytes()[at..]) {
            let start = at + next;
            match reference(&text[start..], style) {
                Some(hole) => {
                    self.push_bytes(&text.as_bytes()[from..start]);
                    from = start + hole.written.len();
                    at = from;
                    self.push_hole(hole);
                }
                None => at = start + 1,
            }
        }
        self.push_bytes(&text.as_bytes()[from..]);
    }

    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.extend_from_slice(bytes),
            _ if bytes.is_empty() => {}
            _ => self.pieces.push(Piece::Text(Zeroizing::new(bytes.to_vec()))),
        }
    }

    pub(super) fn push_hole(&mut self, hole: Hole) {
        self.pieces.push(Piece::Hole(hole));
    }

    /// Moves the pieces of another behind these.
    pub(super) fn append(&mut self, other: &mut Self) {
        self.pieces.append(&mut other.pieces);
    }

    pub(super) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        })
    }

    /// References as they were written.
    pub(super) fn open(&self) -> Text {
        let mut text = Text::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(bytes) => text.push_bytes(bytes),
                Piece::Hole(hole) => text.push_given(&hole.name, hole.written.as_bytes(), true),
            }
        }
        text
    }

    /// With the values that `give` knows; other references stay as they were written. One word, or none or several where
    /// a shell splits a value.
    pub(super) fn filled(&self, give: &dyn Fn(&str) -> Option<Secret>) -> Vec<Text> {
        let mut words = Vec::new();
        let mut word = if self.pieces.is_empty() { Some(Text::default()) } else { None };
        for piece in &self.pieces {
            match piece {
                Piece::Text(bytes) => word.get_or_insert_default().push_bytes(bytes),
                Piece::Hole(hole) => {
                    let value = give(&hole.name).or_else(|| hole.otherwise.as_deref().map(Secret::from));
                    match value {
                        Some(value) if hole.bare => split(&hole.name, value.expose(), &mut word, &mut words),
                        Some(value) => word.get_or_insert_default().push_given(&hole.name, value.expose(), false),
                        None => word.get_or_insert_default().push_given(&hole.name, hole.written.as_bytes(), true),
                    }
                }
            }
        }
        words.extend(word);
        words
    }
}

/// A value without quotes round it: each run of blanks in it ends a word.
fn split(name: &str, value: &[u8], word: &mut Option<Text>, words: &mut Vec<Text>) {
    for (at, field) in value.split(|byte| b" \t\n".contains(byte)).enumerate() {
        if at > 0 {
            words.extend(word.take());
        }
        if !field.is_empty() {
            word.get_or_insert_default().push_given(name, field, false);
        }
    }
}

/// The reference that `text` begins with.
fn reference(text: &str, style: Style) -> Option<Hole> {
    let hole = |name: &str, length: usize| Hole {
        name: name.to_owned(),
        written: text[..length].to_owned(),
        otherwise: None,
        bare: false,
    };
    let open = if text.starts_with("${{") { 3 } else { 2 };
    if text.starts_with("${{") || text.starts_with("{{") {
        let length = text.find("}}")? + 2;
        return Some(hole(&named(text.get(open..length - 2)?.trim())?, length));
    }
    let rest = text.strip_prefix('$').filter(|_| style == Style::Dollar)?;
    if let Some(rest) = rest.strip_prefix('{') {
        let end = rest.find('}')?;
        return is_name(&rest[..end]).then(|| hole(&rest[..end], end + 3));
    }
    let name = &rest[..name_length(rest)];
    let capitals = name.len() > 1 && is_name(name) && !name.bytes().any(|byte| byte.is_ascii_lowercase());
    capitals.then(|| hole(name, name.len() + 1))
}

/// The variable that an expression between double braces means: `NAME`, `$dotenv NAME`, `secrets.NAME`.
fn named(inner: &str) -> Option<String> {
    let mut words = inner.split_ascii_whitespace();
    let (first, second) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    match (first, second) {
        ("$dotenv" | "$processEnv" | "$env", Some(name)) => Some(name.trim_start_matches('%').to_owned()),
        (_, Some(_)) => None,
        (name, None) => {
            let inner = name.strip_prefix("$env.").or_else(|| name.strip_prefix("$dotenv.")).unwrap_or(name);
            let name = ["secrets.", "vars.", "env.", "process.env."].iter().find_map(|way| inner.strip_prefix(way));
            let name = name.unwrap_or(inner);
            let own = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
            (own && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then(|| name.to_owned())
        }
    }
}

/// Whether it is the name of a variable, as shells take it.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

/// How many bytes of `text` are a name at its beginning.
pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, names) in [
            ("Bearer $ACME_KEY", &["ACME_KEY"][..]),
            ("${acme}/v1/$ID x", &["acme", "ID"]),
            ("Pa$word $1 $$ $WORDx $A", &[]),
            ("{{token}}{{ $dotenv API_KEY }}{{$processEnv %X}}", &["token", "API_KEY", "X"]),
            ("${{ secrets.TOKEN }}", &["TOKEN"]),
            (r#"{"a":{"b":{}}} {{"x"}} {{#if a}}"#, &[]),
            ("{{ $guid }} {{", &[]),
        ] {
            let template = Template::of(text, Style::Dollar);
            assert_eq!(template.holes().map(|hole| hole.name.as_str()).collect::<Vec<_>>(), names, "{text}");
            assert_eq!(template.open().lossy(), text);
        }
        assert_eq!(Template::of("$KEY", Style::Braces).holes().count(), 0);
        let filled = Template::of("a ${K} b", Style::Dollar).filled(&|_| Some(Secret::from("v")));
        assert_eq!(filled.iter().map(Text::lossy).collect::<Vec<_>>(), ["a v b"]);
        assert!(!filled[0].is_open());
    }

    #[test]
    fn a_value_without_quotes_is_split() {
        for (value, expected) in
            [("k", &["a:kb"][..]), ("k\n", &["a:k", "b"]), (" k  l", &["a:", "k", "lb"]), ("", &["a:b"])]
        {
            let mut template = Template::default();
            template.push_bytes(b"a:");
            let hole = Hole { name: "K".into(), written: "$K".into(), otherwise: None, bare: true };
            template.push_hole(hole);
            template.push_bytes(b"b");
            let words: Vec<_> = template.filled(&|_| Some(Secret::from(value))).iter().map(Text::lossy).collect();
            assert_eq!(words, expected, "{value:?}");
        }
    }
}
