//! bash's `a{b,c}`: several words from one, before anything else is expanded.

use super::run::End;
use super::syntax::{Part, Word};

/// Words that braces may make of one.
const MOST_WORDS: usize = 1000;

/// The words that one word stands for.
pub(super) fn braces(word: &Word) -> Result<Vec<Word>, End> {
    let mut units = Vec::new();
    for part in &word.parts {
        match part {
            Part::Text { bytes, quoted: false } => units.extend(bytes.iter().map(|c| Unit::Byte(*c))),
            part => units.push(Unit::Part(part)),
        }
    }
    let mut words = Vec::new();
    unfold(&units, &mut words, 0)?;
    Ok(words
        .into_iter()
        .map(|units| Word { parts: assemble(&units), array: word.array.clone(), ..word.clone() })
        .collect())
}

#[derive(Clone, Copy)]
enum Unit<'a> {
    Byte(u8),
    Part(&'a Part),
}

impl Unit<'_> {
    fn is(self, c: u8) -> bool {
        matches!(self, Unit::Byte(byte) if byte == c)
    }
}

fn unfold<'a>(units: &[Unit<'a>], words: &mut Vec<Vec<Unit<'a>>>, depth: usize) -> Result<(), End> {
    if depth > 50 || words.len() > MOST_WORDS {
        return Err(End::NotFollowed("many braces"));
    }
    for open in (0..units.len()).filter(|at| units[*at].is(b'{')) {
        let Some((commas, close)) = choices(&units[open..]) else { continue };
        let inner = &units[open + 1..open + close];
        if commas.is_empty() {
            if is_sequence(inner) {
                return Err(End::NotFollowed("a sequence in braces"));
            }
            continue;
        }
        let mut ends = commas;
        ends.push(close);
        let mut from = 1;
        for end in ends {
            let choice = [&units[..open], &units[open + from..open + end], &units[open + close + 1..]].concat();
            unfold(&choice, words, depth + 1)?;
            from = end + 1;
        }
        return Ok(());
    }
    words.push(units.to_vec());
    Ok(())
}

/// The commas on the first level after `{`, and the bracket that closes it.
fn choices(units: &[Unit<'_>]) -> Option<(Vec<usize>, usize)> {
    let (mut depth, mut commas) = (0, Vec::new());
    for (at, unit) in units.iter().enumerate() {
        match unit {
            Unit::Byte(b'{') => depth += 1,
            Unit::Byte(b',') if depth == 1 => commas.push(at),
            Unit::Byte(b'}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((commas, at));
                }
            }
            _ => {}
        }
    }
    None
}

fn is_sequence(units: &[Unit<'_>]) -> bool {
    let text: Option<Vec<u8>> = units.iter().map(|u| if let Unit::Byte(c) = u { Some(*c) } else { None }).collect();
    text.is_some_and(|text| {
        let ends: Vec<_> = text.split(|c| *c == b'.').filter(|end| !end.is_empty()).collect();
        let whole = |end: &&[u8]| end.len() == 1 || std::str::from_utf8(end).is_ok_and(|e| e.parse::<i64>().is_ok());
        memchr::memmem::find(&text, b"..").is_some() && (2..=3).contains(&ends.len()) && ends.iter().all(whole)
    })
}

fn assemble(units: &[Unit<'_>]) -> Vec<Part> {
    let mut parts = Vec::new();
    for unit in units {
        match (unit, parts.last_mut()) {
            (Unit::Byte(c), Some(Part::Text { bytes, quoted: false })) => bytes.push(*c),
            (Unit::Byte(c), _) => parts.push(Part::Text { bytes: vec![*c], quoted: false }),
            (Unit::Part(part), _) => parts.push((*part).clone()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_and_what_is_none() {
        for (text, expected) in [
            ("a{b,c}d", vec!["abd", "acd"]),
            ("{a,{b,c}}", vec!["a", "b", "c"]),
            ("a{b}c", vec!["a{b}c"]),
            ("a{b,c", vec!["a{b,c"]),
            ("{}", vec!["{}"]),
        ] {
            let parts = vec![Part::Text { bytes: text.as_bytes().to_vec(), quoted: false }];
            let words = braces(&Word { parts, ..Word::default() }).unwrap();
            let words: Vec<_> =
                words.iter().map(|word| String::from_utf8_lossy(word.beginning()).into_owned()).collect();
            assert_eq!(words, expected, "{text}");
        }
    }
}
