//! Random values of every credential shape that the registry knows, made from the shape's own pattern.

use std::collections::HashSet;

use regex_syntax::hir::{Class, Hir, HirKind};
use why401_core::provider::{Credential, Provider};

/// A reproducible source of numbers (xorshift64*).
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }
}

/// A made-up credential.
pub struct Sample {
    /// Its bytes, all of them ASCII.
    pub value: String,
    /// For each byte whether it was drawn, in contrast to what every value of this shape has.
    drawn: Vec<bool>,
    /// The variable that its users put it into.
    pub variable: String,
    /// A host that takes it.
    pub host: String,
}

/// One sample of each shape; `variable` names repeat, as they do in real projects.
pub fn samples(random: &mut Random) -> Vec<Sample> {
    let shapes =
        Provider::all().into_iter().flat_map(|provider| provider.credential.iter().map(move |c| (provider, c)));
    shapes.filter_map(|(provider, credential)| sample(provider, credential, random)).collect()
}

fn sample(provider: &Provider, credential: &Credential, random: &mut Random) -> Option<Sample> {
    let mut made = Sample {
        value: String::new(),
        drawn: Vec::new(),
        variable: provider
            .variables
            .secret
            .first()
            .cloned()
            .unwrap_or_else(|| format!("{}_API_KEY", provider.slug.to_uppercase().replace('-', "_"))),
        host: provider.hosts.names.iter().find(|host| !host.contains('*')).cloned().unwrap_or_default(),
    };
    // Shapes of one alphabet for the whole value exist to suggest; what is too short to be secret has no windows.
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(&credential.pattern).ok()?;
    made.draw(&hir, random);
    (!made.windows().is_empty()).then_some(made)
}

impl Sample {
    /// What may not be seen of it: each run of six characters of which at most one is not drawn.
    pub fn windows(&self) -> Vec<&str> {
        let undrawn = |at: usize| self.drawn[at..at + WINDOW].iter().filter(|drawn| !**drawn).count();
        let ends = self.value.len().saturating_sub(WINDOW - 1);
        (0..ends).filter(|&at| undrawn(at) <= 1).map(|at| &self.value[at..at + WINDOW]).collect()
    }

    fn draw(&mut self, hir: &Hir, random: &mut Random) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => literal.0.iter().for_each(|&byte| self.push(byte, false)),
            HirKind::Class(class) => {
                let bytes = alphabet(class);
                self.push(bytes[random.below(bytes.len())], bytes.len() > 8);
            }
            HirKind::Repetition(repetition) => {
                // Where anything may stand, a body of some length shall.
                let least = if repetition.max.is_none() { repetition.min.max(12) } else { repetition.min };
                let most = repetition.max.unwrap_or(least + 20).min(least + 20);
                let times = least as usize + random.below((most - least) as usize + 1);
                (0..times).for_each(|_| self.draw(&repetition.sub, random));
            }
            HirKind::Capture(capture) => self.draw(&capture.sub, random),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.draw(part, random)),
            HirKind::Alternation(ways) => self.draw(&ways[random.below(ways.len())], random),
        }
    }

    fn push(&mut self, byte: u8, drawn: bool) {
        self.value.push(char::from(byte));
        self.drawn.push(drawn);
    }
}

/// Length of what may not be seen.
pub const WINDOW: usize = 6;

/// The bytes of a class: letters and digits where it has them all, else all that can be seen.
fn alphabet(class: &Class) -> Vec<u8> {
    let holds = |byte: &u8| match class {
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(*byte))),
        Class::Bytes(class) => class.iter().any(|range| (range.start()..=range.end()).contains(byte)),
    };
    let all: Vec<u8> = (b' '..=b'~').filter(holds).collect();
    let usual: Vec<u8> = all.iter().copied().filter(|b| b.is_ascii_alphanumeric() || b"-_+/".contains(b)).collect();
    if !usual.is_empty() {
        usual
    } else if all.is_empty() {
        vec![b' ']
    } else {
        all
    }
}

/// Finds pieces of samples in text.
pub struct Search {
    pieces: HashSet<String>,
    encoded: HashSet<String>,
}

impl Search {
    /// Will look for pieces of these samples, plain, in base64 (at each of its three alignments) and URL-encoded.
    pub fn new<'a>(samples: impl Iterator<Item = &'a Sample>) -> Self {
        let mut search = Self { pieces: HashSet::new(), encoded: HashSet::new() };
        for sample in samples {
            let windows = sample.windows();
            search.pieces.extend(windows.iter().map(|window| (*window).to_owned()));
            // The stretch of the value from its first drawn byte to its last.
            let first = sample.drawn.iter().position(|drawn| *drawn).unwrap_or(0);
            let drawn = &sample.value[first..];
            for skip in 0..3 {
                let encoded = base64(&drawn.as_bytes()[skip.min(drawn.len())..]);
                search.encoded.extend(runs(&encoded, ENCODED));
            }
            let escaped = percent(drawn);
            if escaped != drawn {
                search.encoded.extend(runs(&escaped, ENCODED).filter(|run| run.contains('%')));
            }
        }
        search
    }

    /// The first piece of a sample that can be seen in `output`.
    pub fn find(&self, output: &str) -> Option<String> {
        let plain = output.replace("&amp;", "&").replace("&quot;", "\"").replace("\\\"", "\"").replace("\\/", "/");
        [output, &plain].iter().find_map(|text| {
            let text = without_digests(text);
            let chars: Vec<char> = text.chars().collect();
            let seen = |length: usize, pieces: &HashSet<String>| {
                let mut windows = chars.windows(length).map(|window| window.iter().collect::<String>());
                windows.find(|window| pieces.contains(window))
            };
            seen(WINDOW, &self.pieces).or_else(|| seen(ENCODED, &self.encoded))
        })
    }
}

/// Eight characters of base64 stand for six bytes.
const ENCODED: usize = 8;

fn runs(text: &str, length: usize) -> impl Iterator<Item = String> + '_ {
    let padded = text.trim_end_matches('=');
    (0..(padded.len() + 1).saturating_sub(length)).map(move |at| padded[at..at + length].to_owned())
}

/// Takes out digests, which are random too: 16 or 64 hexadecimal digits after the word sha256.
fn without_digests(text: &str) -> String {
    let pattern = regex::Regex::new(r#"(sha256"?:? "?)[0-9a-f]{16,64}"#).unwrap();
    pattern.replace_all(text, "$1").into_owned()
}

/// RFC 4648, section 4.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().enumerate().fold(0u32, |word, (at, byte)| word | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Percent-encoding of all but letters, digits, `-`, `.`, `_` and `~` (RFC 3986, section 2.3).
pub fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
