//! Whether a value fits a credential's shape, and whether its checksum holds.

use crate::expression::Regex;

use super::{Checksum, Credential};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

impl Credential {
    /// Whether the whole value fits the shape. The checksum is another question: [`Credential::checksum_holds`].
    pub fn fits(&self, value: &str) -> bool {
        // Most values are turned down here, so that no pattern needs to be kept compiled.
        value.starts_with(&self.prefix) && Regex::new(&self.pattern).is_ok_and(|pattern| pattern.is_match(value))
    }

    /// Whether the checksum inside `value` is right. `None` where the shape has none that can be recomputed offline,
    /// and for a value that does not fit the shape.
    pub fn checksum_holds(&self, value: &str) -> Option<bool> {
        let checksum = self.checksum?;
        if !self.fits(value) {
            return None;
        }
        let (covered, stated, alphabet) = match checksum {
            Checksum::Crc32Base62 => {
                let (body, stated) = split_last(value, 6)?;
                (body.strip_prefix(self.prefix.as_str())?, stated, &BASE62[..])
            }
            Checksum::Crc32Base36 => {
                let (body, stated) = split_last(value, 7)?;
                (body, stated, &BASE36[..])
            }
        };
        Some(encode(crc32fast::hash(covered.as_bytes()), alphabet, stated.len()) == stated.as_bytes())
    }
}

/// `value` in front of its last `count` bytes, and these; `None` where it is shorter or they begin inside a character.
fn split_last(value: &str, count: usize) -> Option<(&str, &str)> {
    value.split_at_checked(value.len().checked_sub(count)?)
}

/// `number` in the positional system of `alphabet`, most significant digit first, padded with zeros to `width`.
fn encode(mut number: u32, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = alphabet.len() as u32;
    let mut digits = vec![alphabet[0]; width];
    for digit in digits.iter_mut().rev() {
        *digit = alphabet[(number % base) as usize];
        number /= base;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::super::Provider;
    use super::*;

    fn credential(provider: &str, prefix: &str, checksum: Option<Checksum>) -> &'static Credential {
        let provider = Provider::find(provider).unwrap();
        provider.credential.iter().find(|c| c.prefix == prefix && c.checksum == checksum).unwrap()
    }

    #[test]
    fn fits() {
        let key = credential("github", "ghp_", Some(Checksum::Crc32Base62));
        let value = key.example.concat();
        assert!(key.fits(&value));
        for other in [value.replacen("ghp_", "gho_", 1), format!("{value} "), value[..39].to_owned(), String::new()] {
            assert!(!key.fits(&other), "{other}");
        }
    }

    #[test]
    fn checksums() {
        // The dummy with which GitHub announced the format, and our own examples.
        let announced = ["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].concat();
        let github = credential("github", "ghp_", Some(Checksum::Crc32Base62));
        let gitlab = credential("gitlab", "glpat-", Some(Checksum::Crc32Base36));
        let no_checksum = credential("gitlab", "glpat-", None);
        for (credential, value, holds) in [
            (github, announced.clone(), Some(true)),
            (github, announced.replace('z', "y"), Some(false)),
            (github, announced.replace("q17", "q18"), Some(false)),
            (github, announced[..39].to_owned(), None),
            (github, announced.replace('z', "é"), None),
            (gitlab, gitlab.example.concat(), Some(true)),
            (gitlab, gitlab.example.concat().replacen("fake", "fade", 1), Some(false)),
            (no_checksum, no_checksum.example.concat(), None),
        ] {
            assert_eq!(credential.checksum_holds(&value), holds, "{value}");
        }
    }

    #[test]
    fn numbers_are_padded() {
        assert_eq!(encode(0, BASE36, 3), b"000");
        assert_eq!(encode(61, BASE62, 2), b"0z");
        assert_eq!(encode(u32::MAX, BASE36, 7), b"1z141z3");
    }
}
