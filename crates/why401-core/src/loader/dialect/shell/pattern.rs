//! Shell patterns: `*`, `?` and `[…]`, where quoted characters stand for themselves.

/// A byte of a pattern, and whether it was quoted.
pub(super) type Patterned = (u8, bool);

enum Piece {
    Any,
    One,
    Literal(Vec<u8>),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

pub(super) struct Pattern {
    pieces: Vec<Piece>,
    /// `?` stands for a character, not for a byte.
    characters: bool,
}

impl Pattern {
    pub(super) fn new(text: &[Patterned], characters: bool) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(&(c, quoted)) = text.get(at) {
            at += 1;
            match (c, quoted) {
                (b'*', false) => {
                    if !matches!(pieces.last(), Some(Piece::Any)) {
                        pieces.push(Piece::Any);
                    }
                }
                (b'?', false) => pieces.push(Piece::One),
                (b'[', false) => match class(&text[at..]) {
                    Some((piece, length)) => {
                        pieces.push(piece);
                        at += length;
                    }
                    None => pieces.push(Piece::Literal(vec![c])),
                },
                (b'\\', false) if at < text.len() => {
                    pieces.push(Piece::Literal(vec![text[at].0]));
                    at += 1;
                }
                _ => pieces.push(Piece::Literal(vec![c])),
            }
        }
        Self { pieces, characters }
    }

    /// All lengths of beginnings of `text` that match, in rising order.
    pub(super) fn beginnings(&self, text: &[u8]) -> Vec<usize> {
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for piece in &self.pieces {
            let mut next = vec![false; text.len() + 1];
            match piece {
                Piece::Any => {
                    let from = reached.iter().position(|is| *is).unwrap_or(reached.len());
                    next[from..].fill(true);
                }
                Piece::One | Piece::Class { .. } => {
                    for at in (0..text.len()).filter(|at| reached[*at]) {
                        let (c, length) = self.character(&text[at..]);
                        let fits = match piece {
                            Piece::Class { negated, ranges } => {
                                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
                            }
                            _ => true,
                        };
                        next[at + length] |= fits;
                    }
                }
                Piece::Literal(bytes) => {
                    for at in (0..text.len()).filter(|at| reached[*at]) {
                        if text[at..].starts_with(bytes) {
                            next[at + bytes.len()] = true;
                        }
                    }
                }
            }
            reached = next;
        }
        (0..=text.len()).filter(|at| reached[*at]).collect()
    }

    pub(super) fn matches(&self, text: &[u8]) -> bool {
        self.beginnings(text).last() == Some(&text.len())
    }

    fn character(&self, text: &[u8]) -> (char, usize) {
        let first = text.first().copied().unwrap_or_default();
        if self.characters {
            let length = character_length(text);
            let character = std::str::from_utf8(&text[..length]).ok().and_then(|t| t.chars().next());
            return (character.unwrap_or(char::from(first)), length);
        }
        (char::from(first), 1)
    }
}

/// Length of the UTF-8 character at the start of `text`; 1 where there is none.
pub(super) fn character_length(text: &[u8]) -> usize {
    (1..=text.len().min(4)).find(|length| std::str::from_utf8(&text[..*length]).is_ok()).unwrap_or(1)
}

/// The class after `[`, and its length with the closing bracket.
fn class(text: &[Patterned]) -> Option<(Piece, usize)> {
    let mut at = 0;
    let negated = matches!(text.first(), Some((b'!' | b'^', false)));
    at += usize::from(negated);
    let start = at;
    let mut ranges = Vec::new();
    loop {
        let &(c, quoted) = text.get(at)?;
        if c == b']' && !quoted && at > start {
            return Some((Piece::Class { negated, ranges }, at + 1));
        }
        if let (b'[', Some((b':', false))) = (c, text.get(at + 1)) {
            let rest: Vec<u8> = text[at + 2..].iter().map(|(c, _)| *c).collect();
            let end = memchr::memmem::find(&rest, b":]")?;
            ranges.extend(named(&rest[..end]));
            at += end + 4;
            continue;
        }
        let (low, length) = literal(&text[at..]);
        at += length;
        match (text.get(at), text.get(at + 1)) {
            (Some((b'-', false)), Some((c, quoted))) if *c != b']' || *quoted => {
                let (high, length) = literal(&text[at + 1..]);
                ranges.push((low, high));
                at += 1 + length;
            }
            _ => ranges.push((low, low)),
        }
    }
}

fn literal(text: &[Patterned]) -> (char, usize) {
    let bytes: Vec<u8> = text.iter().take(4).map(|(c, _)| *c).collect();
    let length = character_length(&bytes);
    let character = std::str::from_utf8(&bytes[..length]).ok().and_then(|t| t.chars().next());
    (character.unwrap_or(char::from(bytes.first().copied().unwrap_or_default())), length)
}

fn named(name: &[u8]) -> Vec<(char, char)> {
    match name {
        b"digit" => vec![('0', '9')],
        b"upper" => vec![('A', 'Z')],
        b"lower" => vec![('a', 'z')],
        b"alpha" => vec![('A', 'Z'), ('a', 'z')],
        b"alnum" => vec![('0', '9'), ('A', 'Z'), ('a', 'z')],
        b"xdigit" => vec![('0', '9'), ('A', 'F'), ('a', 'f')],
        b"space" => vec![(' ', ' '), ('\t', '\r')],
        b"blank" => vec![(' ', ' '), ('\t', '\t')],
        b"punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, matches) in [
            ("a*c", "abbc", true),
            ("a?c", "aéc", true),
            ("[a-c]*", "b", true),
            ("[!a]", "a", false),
            ("[[:digit:]]", "7", true),
            ("[", "[", true),
            ("\\*", "x", false),
            ("*", "", true),
        ] {
            let patterned: Vec<_> = pattern.bytes().map(|c| (c, false)).collect();
            assert_eq!(Pattern::new(&patterned, true).matches(text.as_bytes()), matches, "{pattern} {text}");
        }
    }
}
