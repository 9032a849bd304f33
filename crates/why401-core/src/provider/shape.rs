//! Whether a value fits a credential's shape.

use regex::Regex;

use super::Credential;

impl Credential {
    /// Whether the whole value fits the shape.
    pub fn fits(&self, value: &str) -> bool {
        Regex::new(&self.pattern).is_ok_and(|pattern| pattern.is_match(value))
    }

    /// Whether the checksum holds; `None` where the shape has none.
    pub fn checksum_holds(&self, _value: &str) -> Option<bool> {
        None
    }
}
