//! The place in a record that a JSON value goes to; what belongs nowhere is skipped without being kept.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

use super::Record;
use super::fields::{Field, Node};

/// Where a value goes.
pub(super) struct Slot<'n, 'r, 'a> {
    pub(super) node: &'n Node,
    pub(super) record: &'r mut Record<'a>,
}

impl<'a> DeserializeSeed<'a> for Slot<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Slot<'_, '_, 'a> {
    fn text(self, text: Cow<'a, str>) {
        let record = self.record;
        let first = |slot: &mut Cow<'a, str>, text| {
            if slot.is_empty() {
                *slot = text;
            }
        };
        match self.node.field {
            Some(Field::Status) => {
                let digits = text.trim_start().get(..3).and_then(|digits| digits.parse().ok());
                record.set_status(digits);
            }
            Some(Field::Host) => first(&mut record.host, text),
            Some(Field::Url) => first(&mut record.url, text),
            Some(Field::Method) => first(&mut record.method, text),
            Some(Field::Body) => record.add_body(text),
            Some(Field::Headers | Field::Asked) | None => return,
        }
        record.is_known = true;
    }

    fn headers(&mut self, pairs: impl Iterator<Item = (String, String)>) {
        let of_request = self.node.field == Some(Field::Asked);
        for (name, value) in pairs {
            self.record.add_header(Cow::Owned(name), Cow::Owned(value), of_request);
        }
        self.record.is_known = true;
    }
}

impl Record<'_> {
    fn set_status(&mut self, status: Option<u64>) {
        let status = status.and_then(|status| u16::try_from(status).ok()).filter(|s| (100..600).contains(s));
        self.status = self.status.or(status);
        self.is_known |= status.is_some();
    }
}

impl<'a> Visitor<'a> for Slot<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if self.node.field == Some(Field::Status) {
            self.record.set_status(Some(number));
        }
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        self.text(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.node.field.is_some() {
            self.text(Cow::Owned(text.to_owned()));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        match self.node.field {
            Some(Field::Headers | Field::Asked) => {
                let mut pairs = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    pairs.extend(text_of(&value).map(|value| (name, value)));
                }
                self.headers(pairs.into_iter());
            }
            // A body that was logged as JSON.
            Some(Field::Body) if self.node.children.is_empty() => {
                let body = Value::deserialize(de::value::MapAccessDeserializer::new(map))?;
                self.text(Cow::Owned(body.to_string()));
            }
            _ => {
                while let Some(node) = map.next_key_seed(Key(self.node))? {
                    match node {
                        Some(node) => map.next_value_seed(Slot { node, record: self.record })?,
                        None => map.next_value::<IgnoredAny>().map(drop)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        match self.node.field {
            Some(Field::Headers | Field::Asked) => {
                let mut pairs = Vec::new();
                while let Some(value) = seq.next_element::<Value>()? {
                    let part = |names: [&str; 3], at: usize| {
                        names.iter().find_map(|name| value.get(name)).or_else(|| value.get(at)).and_then(text_of)
                    };
                    pairs.extend(part(["name", "key", "k"], 0).zip(part(["value", "val", "v"], 1)));
                }
                self.headers(pairs.into_iter());
            }
            Some(Field::Body) => {
                let body = Value::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
                self.text(Cow::Owned(body.to_string()));
            }
            _ => while seq.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(())
    }
}

/// The text of a header's value; lists are joined as HTTP joins them.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => Some(values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

/// Looks a key up while it is read, so that none is kept.
struct Key<'n>(&'n Node);

impl<'a, 'n> DeserializeSeed<'a> for Key<'n> {
    type Value = Option<&'n Node>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Key<'n> {
    type Value = Option<&'n Node>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(key))
    }
}
