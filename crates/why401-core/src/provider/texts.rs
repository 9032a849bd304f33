//! Texts: which of some thousand texts stand in another, in either letter case. `build.rs` makes the table, so that a run
//! that looks at a few lines builds no automaton for it.

use serde::{Deserialize, Serialize};

/// The texts, by three bytes of each.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Texts<'a> {
    /// Sorted by look.
    #[serde(borrow)]
    texts: Vec<Text<'a>>,
    /// A bit for each look, by its hash: most places of a text have none.
    #[serde(borrow)]
    may_begin: &'a [u8],
}

/// One text.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Text<'a> {
    look: u32,
    /// Where in the text the look stands.
    at: u32,
    /// Whatever the text is of.
    pub owner: u32,
    /// The text.
    pub text: &'a str,
}

/// Shorter texts are not found.
pub const SHORTEST: usize = 3;
/// Bits of a hash.
const BITS: u32 = 16;

impl<'a> Texts<'a> {
    /// Texts with their owners; `room` is where the bits are kept.
    #[allow(dead_code, reason = "build.rs calls it, which shares this file")]
    pub fn new(texts: &[(&'a str, u32)], room: &'a mut Vec<u8>) -> Self {
        let looks = |text: &'a str| text.as_bytes().windows(SHORTEST).map(look).enumerate();
        let mut uses = std::collections::BTreeMap::<u32, usize>::new();
        for (_, look) in texts.iter().flat_map(|(text, _)| looks(text)) {
            *uses.entry(look).or_default() += 1;
        }
        // The look that the fewest other texts have.
        let rarest = |text: &'a str| looks(text).min_by_key(|(_, look)| uses.get(look).copied());
        let found = texts.iter().filter_map(|&(text, owner)| {
            let (at, look) = rarest(text)?;
            Some(Text { look, at: u32::try_from(at).ok()?, owner, text })
        });
        let mut texts: Vec<Text<'a>> = found.collect();
        texts.sort_by_key(|text| text.look);
        room.resize(1 << (BITS - 3), 0);
        for text in &texts {
            let bit = hash(text.look);
            room[bit >> 3] |= 1 << (bit & 7);
        }
        Self { texts, may_begin: room }
    }

    /// Calls `found` with the owner of each text that stands in `text`, once for each place.
    pub fn each_in(&self, text: &str, mut found: impl FnMut(u32)) {
        let bytes = text.as_bytes();
        for (at, three) in bytes.windows(SHORTEST).enumerate() {
            let look = look(three);
            let bit = hash(look);
            if self.may_begin.get(bit >> 3).is_none_or(|bits| bits & 1 << (bit & 7) == 0) {
                continue;
            }
            let first = self.texts.partition_point(|text| text.look < look);
            for text in self.texts[first..].iter().take_while(|text| text.look == look) {
                let start = at.checked_sub(text.at as usize);
                let part = start.and_then(|start| bytes.get(start..start + text.text.len()));
                if part.is_some_and(|part| part.eq_ignore_ascii_case(text.text.as_bytes())) {
                    found(text.owner);
                }
            }
        }
    }
}

/// Three bytes, whatever their letter case.
fn look(three: &[u8]) -> u32 {
    three.iter().fold(0, |look, byte| look << 8 | u32::from(byte.to_ascii_lowercase()))
}

fn hash(look: u32) -> usize {
    (look.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn texts_are_found_in_either_case() {
        let mut room = Vec::new();
        let texts = [("Invalid API key", 0), ("invalid", 1), ("KEY", 2), ("é token", 3), ("no", 4), ("api key", 5)];
        let texts = Texts::new(&texts, &mut room);
        for (text, expected) in [
            ("{invalid api KEY}", &[0, 1, 2, 5][..]),
            ("keykey", &[2]),
            ("É token, é TOKEN", &[3]),
            ("no", &[]),
            ("", &[]),
        ] {
            let mut found = Vec::new();
            texts.each_in(text, |owner| found.push(owner));
            found.sort_unstable();
            found.dedup();
            assert_eq!(found, expected, "{text}");
        }
    }
}
