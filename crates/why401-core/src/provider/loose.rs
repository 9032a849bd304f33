//! Loose keys: credentials of a known shape anywhere in a text, whatever the text is.
//!
//! One pass at the speed of memory finds long runs of the characters that keys are made of. They are rare in what people
//! write, so that only there prefixes are compared, and only behind a prefix a pattern is tried. A search for some hundred
//! prefixes, half of them three characters long, stops many times more often.

use std::ops::Range;
use std::sync::OnceLock;

use super::index::SHORTEST_PREFIX;
use super::{Credential, Kind, Provider, Recognised, Registry, prefixes, registered};
use crate::expression::Expression;

/// Every key that counts has a part of so many letters, digits, `-` and `_` in a row.
const RUN: usize = 23;
/// No key is longer; what goes on longer is data in some encoding.
const LONGEST: usize = 1024;
/// Less than this behind what all keys of the kind begin with is no key: nobody has to guess it.
const LEAST: usize = 16;
/// How far in front of a run its key may begin: `https://hooks.slack.com/services/…`.
const LEAD: usize = 128;

/// The prefixes of all shapes, sorted.
#[derive(Debug)]
pub(super) struct Shapes(Vec<Shape>);

#[derive(Debug)]
struct Shape {
    prefix: &'static str,
    found: OnceLock<Option<(Recognised, Expression)>>,
    place: At,
}

#[derive(Debug)]
enum At {
    Own(&'static Provider, &'static Credential),
    Registered(usize, usize),
}

impl Registry {
    /// Every credential of a known and verified shape that is no public one, and where it stands. What looks like a
    /// public one of any service is left out; so is what has a checksum that does not hold.
    pub fn keys_in(&self, text: &[u8]) -> Vec<(Range<usize>, Recognised)> {
        let mut keys = Vec::new();
        let mut at = 0;
        while let Some(run) = next_run(text, at) {
            let token = token_round(text, run);
            at = token.end;
            let mut from = token.start;
            while from < token.end {
                match self.key_at(text, from) {
                    Some((end, found)) => {
                        keys.push((from..end, found));
                        from = end;
                    }
                    None => from += 1,
                }
            }
        }
        keys
    }

    /// The key that begins at `start`, and where it ends.
    fn key_at(&self, text: &[u8], start: usize) -> Option<(usize, Recognised)> {
        if !begins(text, start) {
            return None;
        }
        let rest = &text[start..text.len().min(start + LONGEST)];
        let mut best: Option<(usize, Recognised)> = None;
        for shape in self.shapes().beginning(rest) {
            let Some((found, pattern)) = shape.get() else { continue };
            // What base64 may hold by chance is a key only where no base64 is round it.
            let bare = shape.prefix.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if bare && start.checked_sub(1).is_some_and(|before| text[before] == b'/') {
                continue;
            }
            let whole =
                |end: &usize| ends(text, start + end, bare) && *end >= literal(&found.credential.pattern) + LEAST;
            let Some(length) = pattern.find(rest).map(|found| found.end).filter(whole) else { continue };
            match found.credential.kind {
                Kind::Publishable | Kind::KeyId | Kind::Test | Kind::NoCredential => return None,
                Kind::Secret | Kind::Restricted | Kind::Project | Kind::Admin | Kind::Oauth | Kind::Signing => {}
            }
            let value = std::str::from_utf8(&rest[..length]).ok()?;
            if found.credential.checksum_holds(value) == Some(false) {
                continue;
            }
            let longer = best.is_none_or(|(_, other)| other.credential.prefix.len() < shape.prefix.len());
            if found.credential.verified && longer {
                best = Some((start + length, *found));
            }
        }
        best
    }

    fn shapes(&self) -> &Shapes {
        self.shapes.get_or_init(|| {
            let own = self.own.iter().flat_map(|&provider| {
                provider.credential.iter().map(move |credential| (&*credential.prefix, At::Own(provider, credential)))
            });
            let registered = prefixes().all.iter();
            let registered =
                registered.map(|&(prefix, provider, credential)| (prefix, At::Registered(provider, credential)));
            let all = own.chain(registered).filter(|(prefix, _)| prefix.len() >= SHORTEST_PREFIX);
            let mut all: Vec<Shape> =
                all.map(|(prefix, place)| Shape { prefix, found: OnceLock::new(), place }).collect();
            all.sort_by_key(|shape| shape.prefix);
            Shapes(all)
        })
    }
}

impl Shapes {
    /// The shapes whose prefix `text` begins with.
    fn beginning<'s>(&'s self, text: &'s [u8]) -> impl Iterator<Item = &'s Shape> {
        let head = &text[..text.len().min(SHORTEST_PREFIX)];
        let start = self.0.partition_point(|shape| &shape.prefix.as_bytes()[..SHORTEST_PREFIX] < head);
        let same = self.0[start..].iter().take_while(move |shape| shape.prefix.as_bytes().starts_with(head));
        same.filter(|shape| text.starts_with(shape.prefix.as_bytes()))
    }
}

impl Shape {
    /// What it is of, and its pattern without the end: inside a text the end is where no more of it can follow.
    fn get(&self) -> Option<&(Recognised, Expression)> {
        let make = || {
            let (provider, credential) = match self.place {
                At::Own(provider, credential) => (provider, credential),
                At::Registered(provider, credential) => {
                    let provider = registered().get(provider)?;
                    (provider, provider.credential.get(credential)?)
                }
            };
            let open = credential.pattern.strip_suffix('$').unwrap_or(&credential.pattern);
            let pattern = Expression::new(open)?;
            Some((Recognised { provider, credential }, pattern))
        };
        self.found.get_or_init(make).as_ref()
    }
}

/// The characters that every key is made of, most of it.
const fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_')
}

/// A place in the next run of `RUN` or more characters that keys are made of, from `from` on. Of every sixteen bytes eight
/// are looked at together: a run that long holds eight of these, and eight more beside them.
///
/// It stays a function of its own: inside its caller the loop has too few registers.
#[inline(never)]
fn next_run(text: &[u8], from: usize) -> Option<usize> {
    let block = |at: usize| text.get(at..at + 8).is_some_and(|block| block.try_into().is_ok_and(may_be_of_key));
    let start = from + 8;
    let (chunks, _) = text.get(start..).unwrap_or_default().as_chunks::<16>();
    for (index, chunk) in chunks.iter().enumerate() {
        let [a, b, c, d, e, f, g, h, ..] = *chunk;
        let at = start + index * 16;
        if may_be_of_key([a, b, c, d, e, f, g, h]) && (block(at + 8) || block(at - 8)) && is_long(text, from, at) {
            return Some(at);
        }
    }
    let tail = from.max(text.len().saturating_sub(2 * RUN));
    (tail..text.len()).find(|&at| is_of_key(text[at]) && is_long(text, from, at))
}

/// Whether eight bytes may all be of a key: letters, digits and a few marks more than there are in keys.
fn may_be_of_key(bytes: [u8; 8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let word = u64::from_le_bytes(bytes);
    let low = word & !HIGH;
    // The high bit of a byte is set where it is at least `-`, more than `9`, at least `a` in either case.
    let (dash, nine) = (low + (0x80 - 0x2d) * EACH, low + (0x7f - 0x39) * EACH);
    let letter = (low | (0x20 * EACH)) + (0x80 - 0x61) * EACH;
    ((dash & !nine) | letter) & !word & HIGH == HIGH
}

/// Whether the run round `at`, which does not reach back before `from`, is long enough.
fn is_long(text: &[u8], from: usize, at: usize) -> bool {
    let before = text[from.max(at.saturating_sub(RUN))..at].iter().rev().take_while(|byte| is_of_key(**byte)).count();
    let after = text[at..text.len().min(at + RUN)].iter().take_while(|byte| is_of_key(**byte)).count();
    before + after >= RUN
}

/// The word round the byte at `at`: all that may belong to one key.
fn token_round(text: &[u8], at: usize) -> Range<usize> {
    let of_token = |byte: &u8| is_of_key(*byte) || b"./+=:@%~!".contains(byte);
    let before = text[at.saturating_sub(LEAD)..at].iter().rev().take_while(|byte| of_token(byte)).count();
    let after = text[at..].iter().take_while(|byte| of_token(byte)).count();
    at - before..at + after.max(1)
}

/// Whether a key may begin here: nothing that a key is made of stands in front, unless it is a line break's escape.
fn begins(text: &[u8], at: usize) -> bool {
    match text[..at] {
        [] => true,
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., before] => !is_of_key(before) && before != b'+',
    }
}

/// How many characters a pattern begins with that stand for themselves.
fn literal(pattern: &str) -> usize {
    let plain = |c: &char| c.is_ascii_alphanumeric() || "-_:/=".contains(*c);
    pattern.trim_start_matches('^').chars().filter(|c| *c != '\\').take_while(plain).count()
}

/// Whether a key may end here; one that `bare` letters and digits begin may not end inside base64.
fn ends(text: &[u8], at: usize, bare: bool) -> bool {
    text.get(at).is_none_or(|after| !(is_of_key(*after) || bare && b"+/".contains(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        let keys = Registry::new(Vec::new()).keys_in(text.as_bytes());
        keys.into_iter().map(|(range, found)| (found.provider.slug.as_str(), text[range].to_owned())).collect()
    }

    #[test]
    fn wherever_a_key_stands() {
        let stripe = ["sk_", "live_", "51Fake9Fake8Fake7Fake6Fa"].concat();
        let gitlab = ["glp", "at-", "Fa8ke-Fa7ke_Fa6keFa5"].concat();
        for key in [(&stripe, "stripe"), (&gitlab, "gitlab")] {
            let (key, provider) = key;
            for frame in ["", "const key = \"", "https://oauth2:", "\"a\\n", "x=1&token=", "'", "<b>", "\u{feff}"] {
                for after in ["", "\"", "@host/x", "\\n\"", ")", ";\n"] {
                    for shift in 0..17 {
                        let text = format!("{}{frame}{key}{after}", " ".repeat(shift));
                        assert_eq!(found(&text), [(provider, key.clone())], "{text}");
                    }
                }
            }
            for other in [format!("x{key}"), format!("{key}-x{}", "y".repeat(300)), format!("a_{key}")] {
                assert_ne!(found(&other), [(provider, key.clone())], "{other}");
            }
        }
        let two = format!("{stripe},{gitlab}");
        assert_eq!(found(&two), [("stripe", stripe), ("gitlab", gitlab)]);
    }

    #[test]
    fn what_is_no_secret() {
        for text in [
            String::new(),
            "a_very_long_identifier_that_is_no_key_at_all".to_owned(),
            "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk".to_owned(),
            ["AIza", "SyFake0Fake1Fake2Fake3Fake4Fake5Fak"].concat(),
            ["pk_", "live_", "51Fake9Fake8Fake7Fake6Fa"].concat(),
            ["ghp_", "FakeFakeFakeFakeFakeFakeFakeFakeFake"].concat(),
            "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t".to_owned(),
            format!("\"EAA{}/x\"", "AGFzbQEAAAABz".repeat(20)),
            format!("\"EAA{}\"", "AGFzbQEAAAABz".repeat(5000)),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn every_example_that_begins_with_its_prefix() {
        let registry = Registry::new(Vec::new());
        let mut count = 0;
        for provider in Provider::all() {
            for credential in provider.credential.iter().filter(|c| c.verified && c.prefix.len() >= SHORTEST_PREFIX) {
                let example = credential.example.concat();
                let keys = registry.keys_in(format!("key: \"{example}\"").as_bytes());
                if let [(range, _)] = &keys[..] {
                    assert_eq!(*range, 6..6 + example.len(), "{}: {example}", provider.slug);
                    count += 1;
                }
            }
        }
        assert!(count > 60, "{count}");
    }
}
