//! The settings of dynaconf: what was cast, by name, and how it is looked up.

use std::collections::{BTreeMap, HashMap};

use super::dynaconf_cast::{Cast, Lazy, Wrong, convert};
use super::growth::Growth;
use super::python::is_space;
use super::python_value::Value;
use crate::loader::Visible;

/// How deep `@format` and `@get` may refer to each other.
pub(super) const LAZY_DEPTH: u32 = 50;

/// How many tables a name may lead through.
const NESTING: usize = 100;

/// Why a setting has no value to show.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    Failed(Wrong),
    Unknown(&'static str),
}

/// The settings: names in upper case, a dot or `__` in a name leading into a table.
pub(super) struct Settings<'a> {
    environment: &'a BTreeMap<String, Visible>,
    store: HashMap<String, Cast>,
    growth: Growth,
}

impl<'a> Settings<'a> {
    /// No settings yet; `@format` looks at `environment`.
    pub(super) fn new(environment: &'a BTreeMap<String, Visible>) -> Self {
        Self { environment, store: HashMap::new(), growth: Growth::default() }
    }

    /// Stores what a variable was cast to.
    pub(super) fn set(&mut self, key: &str, cast: Cast) {
        let key = key.replace("__", ".");
        if let Some((first, rest)) = key.split_once('.') {
            let first = first.trim_matches(is_space).to_uppercase();
            let value = match cast {
                Cast::Value(value) => value,
                Cast::Nothing => Value::Moment("None".to_owned()),
                Cast::Delete | Cast::Lazy(..) | Cast::Unknown(_) => {
                    return self.put(first, Cast::Unknown("a word inside a table: what it gives is not known here"));
                }
            };
            if rest.split('.').count() > NESTING {
                return self.put(first, Cast::Unknown("a name that leads through too many tables"));
            }
            let nested = rest.split('.').rev().fold(value, |value, part| Value::Dict(vec![(part.to_owned(), value)]));
            let merged = match self.store.remove(&first) {
                Some(Cast::Value(Value::Dict(old))) if self.growth.allows(old.len()) => merge(old, nested),
                _ => nested,
            };
            return self.put(first, Cast::Value(merged));
        }
        self.put(key.trim_matches(is_space).to_uppercase(), cast);
    }

    fn put(&mut self, key: String, cast: Cast) {
        if matches!(cast, Cast::Delete) {
            self.store.remove(&key);
        } else {
            self.store.insert(key, cast);
        }
    }

    /// Whether what was set or asked for grew beyond measure.
    pub(super) fn grew_over(&self) -> bool {
        self.growth.is_over()
    }

    /// What `settings.get(name)` answers; `depth` bounds how far references are followed.
    pub(super) fn get(&self, name: &str, depth: u32) -> Result<Option<Value>, Stop> {
        let key = name.replace("__", ".");
        let mut parts = key.split('.');
        let first = parts.next().unwrap_or_default().to_uppercase();
        let mut value = match self.store.get(&first) {
            None | Some(Cast::Nothing | Cast::Delete) => return Ok(None),
            Some(Cast::Value(value)) => {
                let plain = depth == LAZY_DEPTH && matches!(value, Value::Text(_));
                if !plain && !self.growth.allows(value.size()) {
                    return Err(Stop::Unknown("settings refer to each other without end"));
                }
                value.clone()
            }
            Some(Cast::Unknown(why)) => return Err(Stop::Unknown(why)),
            Some(Cast::Lazy(kind, argument, cast)) => {
                if !self.growth.allows(argument.len()) {
                    return Err(Stop::Unknown("settings refer to each other without end"));
                }
                let depth =
                    depth.checked_sub(1).ok_or(Stop::Failed(Wrong("settings refer to each other in a circle")))?;
                let found = match kind {
                    Lazy::Format => self.format(argument, depth)?,
                    Lazy::Get => match self.lookup(argument, depth)? {
                        Some(value) => value,
                        None => return Ok(None),
                    },
                };
                match cast {
                    Some(word) => convert(word, &found.shown()).map_err(Stop::Failed)?,
                    None => found,
                }
            }
        };
        for part in parts {
            let Value::Dict(entries) = value else {
                return Err(Stop::Failed(Wrong("a name leads into a setting that is no table")));
            };
            let part = part.to_uppercase();
            let place = entries.iter().position(|(key, _)| *key == part);
            let place = place.or_else(|| entries.iter().position(|(key, _)| key.to_lowercase() == part.to_lowercase()));
            match place.and_then(|place| entries.into_iter().nth(place)) {
                Some((_, inner)) => value = inner,
                None => return Ok(None),
            }
        }
        Ok((value != Value::Moment("None".to_owned())).then_some(value))
    }

    /// `@format`: `{env[NAME]}` and `{this.NAME}` in a text, braces doubled.
    fn format(&self, template: &str, depth: u32) -> Result<Value, Stop> {
        const UNKNOWN: Stop = Stop::Unknown("a format that only Python can fill in");
        const BRACES: Stop = Stop::Failed(Wrong("`@format` has a brace without its partner"));
        const MISSING: Stop = Stop::Failed(Wrong("`@format` names what is not set"));
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, field) = rest.split_at(at);
            out.push_str(before);
            if let Some(after) = field.strip_prefix("{{").or_else(|| field.strip_prefix("}}")) {
                out.push_str(field.get(..1).unwrap_or_default());
                rest = after;
                continue;
            }
            let (name, after) = field.strip_prefix('{').and_then(|f| f.split_once('}')).ok_or(BRACES)?;
            rest = after;
            if let Some(name) = name.strip_prefix("env[").and_then(|name| name.strip_suffix(']')) {
                let seen = self.environment.get(name).ok_or(MISSING)?;
                if !self.growth.allows(seen.value.len()) {
                    return Err(Stop::Unknown("settings refer to each other without end"));
                }
                out.push_str(seen.value.expose_str().ok_or(UNKNOWN)?);
            } else if let Some(name) = name.strip_prefix("this.").filter(|name| is_identifier(name)) {
                out.push_str(&self.get(name, depth)?.ok_or(MISSING)?.shown());
            } else if ["env", "this"].contains(&name.split(['.', '[', '!', ':']).next().unwrap_or_default()) {
                return Err(UNKNOWN);
            } else {
                return Err(MISSING);
            }
        }
        out.push_str(rest);
        Ok(Value::Text(out))
    }

    /// `@get KEY [@cast] [default]`.
    fn lookup(&self, argument: &str, depth: u32) -> Result<Option<Value>, Stop> {
        let words: Vec<&str> = argument.split(is_space).filter(|word| !word.is_empty()).collect();
        let (key, more) = words.split_first().ok_or(Stop::Failed(Wrong("`@get` names no setting")))?;
        let more = more.join(" ");
        let (mut cast, mut default, mut rest) = (None, None, more.as_str());
        while let Some(quote) = rest.chars().next() {
            let word;
            if matches!(quote, '"' | '\'') {
                let inner = rest.get(1..).and_then(|inner| inner.split_once(quote));
                (word, rest) = inner.ok_or(Stop::Failed(Wrong("`@get` has a quote without its partner")))?;
                default = Some(word);
            } else {
                (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                if quote == '@' { cast = Some(word) } else { default = Some(word) }
            }
            rest = rest.trim_start();
        }
        let found = self.get(key, depth)?.or_else(|| default.map(|text| Value::Text(text.to_owned())));
        match (found, cast) {
            (None, _) => Err(Stop::Failed(Wrong("`@get` names a setting that is not set"))),
            (Some(value), None) => Ok(Some(value)),
            (Some(value), Some(word)) => convert(word, &value.shown()).map(Some).map_err(Stop::Failed),
        }
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A table laid over an older one: keys are compared without regard to case, and keep the older spelling and place.
fn merge(mut old: Vec<(String, Value)>, new: Value) -> Value {
    let Value::Dict(new) = new else { return new };
    for (key, value) in new {
        let exact = old.iter().position(|(known, _)| *known == key);
        let place = exact.or_else(|| old.iter().position(|(known, _)| known.to_lowercase() == key.to_lowercase()));
        match place.and_then(|place| old.get_mut(place)) {
            Some((_, known)) => {
                *known = match (std::mem::replace(known, Value::Bool(false)), value) {
                    (Value::Dict(inner), value @ Value::Dict(_)) => merge(inner, value),
                    (_, value) => value,
                };
            }
            None => old.push((key, value)),
        }
    }
    Value::Dict(old)
}
