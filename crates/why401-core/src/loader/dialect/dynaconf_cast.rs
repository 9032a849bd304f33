//! The casts of dynaconf: by a word such as `@int` before a value, or else by TOML.

use std::sync::OnceLock;

use regex::Regex;

use super::dynaconf_toml;
use super::python::{Dict, is_space};
use super::python_value::Value;

/// A word before a value that Python refuses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wrong(pub(super) &'static str);

/// What a variable is cast to.
#[derive(Clone, Debug)]
pub(super) enum Cast {
    Value(Value),
    /// `None`, which is not set.
    Nothing,
    /// `@del`: the setting is taken away.
    Delete,
    /// `@format`, `@get`: looked up when it is asked for, then cast.
    Lazy(Lazy, String, Option<&'static str>),
    /// Only running code can tell.
    Unknown(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Lazy {
    Format,
    Get,
}

/// How many words may stand before one value.
const NESTING: usize = 50;

/// The words that cast.
const WORDS: &[&str] = &[
    "@str",
    "@int",
    "@float",
    "@bool",
    "@json",
    "@format",
    "@jinja",
    "@reset",
    "@del",
    "@merge",
    "@merge_unique",
    "@insert",
    "@get",
    "@read_file",
    "@upper",
    "@lower",
    "@title",
    "@capitalize",
    "@strip",
    "@lstrip",
    "@rstrip",
    "@split",
    "@casefold",
    "@swapcase",
    "@note",
    "@comment",
    "@null",
    "@none",
    "@empty",
];

impl Cast {
    /// A variable of the environment. Its result is looked at for words a second time when it is stored.
    pub(super) fn of_variable(text: &str) -> Result<Self, Wrong> {
        let text = match text.trim_matches(is_space) {
            "True" | "False" => text.to_lowercase(),
            _ => text.to_owned(),
        };
        match Self::of(&text, true)? {
            Self::Value(value) => Self::again(value),
            other => Ok(other),
        }
    }

    fn of(text: &str, toml: bool) -> Result<Self, Wrong> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let Some(word) = WORDS.iter().find(|known| **known == word) else {
            let plain = || Value::Text(text.to_owned());
            return Ok(Self::Value(if toml { dynaconf_toml::cast(text).unwrap_or_else(plain) } else { plain() }));
        };
        for lazy in ["@jinja", "@format", "@read_file", "@get"] {
            if rest.starts_with(lazy) && ["@str", "@int", "@float", "@bool", "@json"].contains(word) {
                let argument = text.replace(&format!("{word} {lazy}"), "");
                return Ok(match Self::word(lazy, argument.trim_matches(is_space))? {
                    Self::Lazy(kind, argument, _) => Self::Lazy(kind, argument, Some(word)),
                    other => other,
                });
            }
        }
        // `@merge @merge @merge ...` is read word within word.
        if rest.split(' ').take_while(|next| WORDS.contains(next)).count() > NESTING {
            return Ok(Self::Unknown("a value behind too many words"));
        }
        Self::word(word, rest)
    }

    /// Strings inside lists and tables are looked at for words too.
    fn again(value: Value) -> Result<Self, Wrong> {
        let inner = |value: Value| match Self::again(value)? {
            Self::Value(value) => Ok(value),
            Self::Nothing => Ok(Value::Moment("None".to_owned())),
            _ => Err(Wrong("a word inside a list is not understood")),
        };
        Ok(match value {
            Value::Text(text) => return Self::of(&text, false),
            Value::List(items) => Self::Value(Value::List(items.into_iter().map(inner).collect::<Result<_, _>>()?)),
            Value::Dict(entries) => {
                let entries = entries.into_iter().map(|(key, value)| Ok((key, inner(value)?)));
                Self::Value(Value::Dict(entries.collect::<Result<_, _>>()?))
            }
            other => Self::Value(other),
        })
    }

    fn word(word: &'static str, argument: &str) -> Result<Self, Wrong> {
        let text = |text: String| Ok(Self::Value(Value::Text(text)));
        match word {
            "@note" | "@comment" | "@null" | "@none" => Ok(Self::Nothing),
            "@empty" => Ok(Self::Value(Value::Moment("EMPTY".to_owned()))),
            "@del" => Ok(Self::Delete),
            "@format" => Ok(Self::Lazy(Lazy::Format, argument.to_owned(), None)),
            "@get" => Ok(Self::Lazy(Lazy::Get, argument.to_owned(), None)),
            "@jinja" => Ok(Self::Unknown("a Jinja template: what it gives is not known here")),
            "@read_file" => Ok(Self::Unknown("the content of another file: not read here")),
            "@upper" => text(argument.to_uppercase()),
            "@lower" | "@casefold" => text(argument.to_lowercase()),
            "@capitalize" | "@title" | "@swapcase" => text(recase(word, argument)),
            "@strip" => text(argument.trim_matches(is_space).to_owned()),
            "@lstrip" => text(argument.trim_start_matches(is_space).to_owned()),
            "@rstrip" => text(argument.trim_end_matches(is_space).to_owned()),
            "@split" => {
                let words = argument.split(is_space).filter(|word| !word.is_empty());
                Ok(Self::Value(Value::List(words.map(|word| Value::Text(word.to_owned())).collect())))
            }
            "@reset" => Self::of(argument, true),
            "@insert" | "@merge" | "@merge_unique" => match Self::of(argument, true)? {
                Self::Value(value @ (Value::List(_) | Value::Dict(_))) if word != "@insert" => Ok(Self::Value(value)),
                Self::Value(Value::Text(text)) if word != "@insert" && json_objects(&text).len() == 1 => {
                    Ok(Self::Value(json_objects(&text).swap_remove(0)))
                }
                Self::Value(Value::Text(text))
                    if word != "@insert" && pairs().is_some_and(|pairs| pairs.is_match(&text)) =>
                {
                    pairs_of(&text)
                }
                Self::Value(Value::Text(text)) if word != "@insert" && text.contains(',') => {
                    let items = text.split(',').map(|item| match Self::of(item, true)? {
                        Self::Value(value) => Ok(value),
                        _ => Err(Wrong("a word inside a list is not understood")),
                    });
                    Ok(Self::Value(Value::List(items.collect::<Result<_, _>>()?)))
                }
                Self::Value(value) => Ok(Self::Value(Value::List(vec![value]))),
                other => Ok(other),
            },
            _ => convert(word, argument).map(Self::Value),
        }
    }
}

/// `key=value` in the argument of `@merge`.
fn pairs() -> Option<&'static Regex> {
    static PAIRS: OnceLock<Option<Regex>> = OnceLock::new();
    PAIRS
        .get_or_init(|| {
            let pattern = r#"([a-zA-Z0-9_.]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9_.\-:/@]*))"#;
            Regex::new(pattern).ok()
        })
        .as_ref()
}

/// The table that `@merge key=value, other="value"` stands for.
fn pairs_of(text: &str) -> Result<Cast, Wrong> {
    let mut dict: Dict<Value> = Dict::new();
    for found in pairs().into_iter().flat_map(|pairs| pairs.captures_iter(text)) {
        let key = found.get(1).map_or("", |key| key.as_str());
        let value = (2..5).find_map(|group| found.get(group)).map_or("", |value| value.as_str());
        match Cast::of(value, true)? {
            Cast::Value(value) => dict.set(key.to_owned(), value),
            _ => return Ok(Cast::Unknown("a word inside a table: what it gives is not known here")),
        }
    }
    Ok(Cast::Value(Value::Dict(dict.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect())))
}

/// `@str`, `@int`, `@float`, `@bool` and `@json` of a text.
pub(super) fn convert(word: &str, text: &str) -> Result<Value, Wrong> {
    let trimmed = text.trim_matches(is_space);
    match word {
        // `int` strips what Unicode calls white space, and no more.
        "@int" => integer(text.trim()).map(Value::Integer).ok_or(Wrong("`@int` stands before what is no integer")),
        "@float" => {
            let digits = trimmed.replace('_', "");
            let number = digits.parse().ok().filter(|_| !lone_underscore(trimmed));
            number.map(Value::Float).ok_or(Wrong("`@float` stands before what is no number"))
        }
        "@bool" => {
            let truths = ["t", "true", "enabled", "1", "on", "yes"];
            Ok(Value::Bool(truths.contains(&trimmed.to_lowercase().as_str())))
        }
        "@json" => {
            let whole = serde_json::from_str(text).ok().map(of_json);
            let found = whole.or_else(|| json_objects(text).into_iter().next());
            found.ok_or(Wrong("`@json` stands before what is no JSON"))
        }
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// What `int(text)` gives.
fn integer(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let plain = digits.replace('_', "");
    if plain.is_empty() || lone_underscore(digits) || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = plain.trim_start_matches('0');
    match (digits, negative) {
        ("", _) => Some("0".to_owned()),
        (digits, true) => Some(format!("-{digits}")),
        (digits, false) => Some(digits.to_owned()),
    }
}

/// Whether an underscore does not stand between two digits.
fn lone_underscore(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))))
}

/// The JSON objects that stand anywhere in a text, Python's names for true, false and null allowed after a colon.
fn json_objects(text: &str) -> Vec<Value> {
    let mut text = text.to_owned();
    for (python, json) in [("True", "true"), ("False", "false"), ("None", "null")] {
        text = text.replace(&format!(": {python}"), &format!(": {json}"));
        text = text.replace(&format!(":{python}"), &format!(": {json}"));
    }
    let (mut objects, mut rest) = (Vec::new(), text.as_str());
    while let Some(at) = rest.find('{') {
        let here = rest.get(at..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(here).into_iter::<serde_json::Value>();
        let skipped = match stream.next() {
            Some(Ok(object)) => {
                objects.push(of_json(object));
                stream.byte_offset()
            }
            _ => 1,
        };
        rest = here.get(skipped..).unwrap_or_default();
    }
    objects
}

fn of_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Moment("None".to_owned()),
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) if number.is_f64() => Value::Float(number.as_f64().unwrap_or_default()),
        serde_json::Value::Number(number) => Value::Integer(number.to_string()),
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(of_json).collect()),
        serde_json::Value::Object(entries) => Value::Dict(entries.into_iter().map(|(k, v)| (k, of_json(v))).collect()),
    }
}

/// `str.capitalize`, `str.title` and `str.swapcase`.
fn recase(word: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        let upper = match word {
            "@swapcase" => c.is_lowercase(),
            _ => !inside,
        };
        if upper {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        inside = word == "@capitalize" || c.is_alphabetic();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables() {
        for (text, shown) in [
            ("abc", Some("abc")),
            (" True ", Some("True")),
            ("@int 007", Some("7")),
            ("@int 1__0", None),
            ("@float 1e3", Some("1000.0")),
            ("@bool on", Some("True")),
            ("@str 1.50", Some("1.50")),
            ("@str @int 3", Some("3")),
            ("@json {\"a\": [1, null]}", Some("{'a': [1, None]}")),
            ("@json see {\"a\": True} there", Some("{'a': True}")),
            ("@json nothing", None),
            ("[\"@int 3\", \"@nothing 3\"]", Some("[3, '@nothing 3']")),
            ("@upper abc", Some("ABC")),
            ("@title it's", Some("It'S")),
            ("@split a  b", Some("['a', 'b']")),
            ("@merge a=1, b='x y'", Some("{'a': 1, 'b': 'x y'}")),
            ("@merge 1,x", Some("[1, 'x']")),
            ("@insert 5", Some("[5]")),
            ("@username", Some("@username")),
        ] {
            let seen = match Cast::of_variable(text) {
                Ok(Cast::Value(value)) => Some(value.shown()),
                Ok(_) | Err(_) => None,
            };
            assert_eq!(seen.as_deref(), shown, "{text:?}");
        }
    }
}
