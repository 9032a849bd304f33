//! The JSON object of a token's part, with the names that stand twice: readers differ in which one they take (RFC 7519,
//! section 4).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Flaw;

/// The object in these bytes and what stands twice in it; `start` is how many characters of the token stand before the part.
pub(super) fn object(bytes: &[u8], part: &str, start: usize) -> Result<(Map<String, Value>, Vec<Flaw>), Flaw> {
    let at = start + 1;
    if let Err(error) = std::str::from_utf8(bytes) {
        let byte = error.valid_up_to() + 1;
        return Err(Flaw::new(at, format!("the {part} is no UTF-8 from its byte {byte} on")));
    }
    let object: Doubled = serde_json::from_slice(bytes).map_err(|error| {
        let what = match serde_json::from_slice::<Value>(bytes) {
            Ok(_) => format!("the {part} is no JSON object"),
            Err(_) => format!("the {part} is no JSON from its line {}, column {} on", error.line(), error.column()),
        };
        Flaw::new(at, what)
    })?;
    let doubled = object.twice.into_iter().map(|name| {
        let name: String = name.chars().take(40).collect();
        let what = format!("`{name}` stands twice in the {part}, and readers differ in which one they take");
        Flaw { at, what, is_forgiven: true }
    });
    Ok((object.map, doubled.collect()))
}

/// An object, and the names that it has twice.
struct Doubled {
    map: Map<String, Value>,
    twice: Vec<String>,
}

impl<'de> Deserialize<'de> for Doubled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Doubled;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Doubled, A::Error> {
                let mut found = Doubled { map: Map::new(), twice: Vec::new() };
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if found.map.insert(name.clone(), value).is_some() && !found.twice.contains(&name) {
                        found.twice.push(name);
                    }
                }
                Ok(found)
            }
        }
        deserializer.deserialize_map(Names)
    }
}
