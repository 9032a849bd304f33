//! A credential's value: a type that shows its shape and never itself.

use std::fmt;

use zeroize::Zeroizing;

/// The bytes of a credential. `Debug` prints the [`Shape`]; there is no `Display` and no `Serialize`,
/// and the memory is wiped on drop.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes ownership of the bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves. Callers look at them; none may write them to an output.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The value as text, if it is UTF-8.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What may be said of the value in public.
    pub fn shape(&self) -> Shape {
        Shape::of(&self.0)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.shape())
    }
}

/// What may be told of a value without giving it away: its length and which kinds of characters it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Length in characters (in bytes where the value is not UTF-8).
    pub length: usize,
    /// Whether the value is UTF-8.
    pub utf8: bool,
    /// The kinds of characters seen, in a fixed order, such as `letters` and `digits`.
    pub kinds: Vec<&'static str>,
}

impl Shape {
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let utf8 = std::str::from_utf8(bytes).is_ok();
        let has = |test: fn(char) -> bool| text.chars().any(test);
        let mut kinds = Vec::new();
        let mut add = |seen: bool, kind| {
            if seen {
                kinds.push(kind);
            }
        };
        add(has(|c| c.is_ascii_alphabetic()), "letters");
        add(has(|c| c.is_ascii_digit()), "digits");
        add(has(|c| c.is_ascii_punctuation()), "punctuation");
        add(has(|c| c == ' ' || c == '\t'), "blanks");
        add(has(|c| c == '\n' || c == '\r'), "line breaks");
        add(has(|c| c.is_ascii_control() && !c.is_ascii_whitespace()), "control characters");
        add(utf8 && has(|c| !c.is_ascii()), "characters outside ASCII");
        Self { length: if utf8 { text.chars().count() } else { bytes.len() }, utf8, kinds }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == 0 {
            return f.write_str("empty");
        }
        let unit = match (self.utf8, self.length) {
            (true, 1) => "character",
            (true, _) => "characters",
            (false, _) => "bytes that are not UTF-8",
        };
        write!(f, "{} {unit}", self.length)?;
        match self.kinds.split_last() {
            Some((last, rest)) if !rest.is_empty() => write!(f, ": {} and {last}", rest.join(", ")),
            Some((last, _)) => write!(f, ": {last}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_shape_and_nothing_of_the_value() {
        let secret = Secret::from("zq7-plainly-fake\n");
        assert_eq!(format!("{secret:?}"), "Secret(17 characters: letters, digits, punctuation and line breaks)");
    }

    #[test]
    fn shapes() {
        for (value, shape) in [
            (&b""[..], "empty"),
            (b"7", "1 character: digits"),
            (b"a b", "3 characters: letters and blanks"),
            ("é".as_bytes(), "1 character: characters outside ASCII"),
            (b"a\xff", "2 bytes that are not UTF-8: letters"),
        ] {
            assert_eq!(Secret::new(value).shape().to_string(), shape);
        }
    }
}
