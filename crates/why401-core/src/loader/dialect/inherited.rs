//! What every JavaScript object has without being given it. A loader that looks a name up in a plain object or in
//! `process.env` finds these under names that nothing set, and takes them for a value.

use super::super::Failure;

/// Where an expansion stops without a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    /// It does not come to an end.
    Endless,
    /// It meets what a plain object inherits, and fails.
    Inherited,
    /// A command fails.
    Command,
}

impl Stuck {
    /// The failure of the loader in file `file`.
    pub(super) fn failure(self, file: usize) -> Failure {
        let message = match self {
            Self::Endless => "the references of this file lead in a circle without end",
            Self::Inherited => INHERITED,
            Self::Command => "a command in a value fails, and the loader with it",
        };
        Failure { file, line: None, message: message.into() }
    }
}

/// Why a loader fails at such a name.
pub(super) const INHERITED: &str = "a name that every JavaScript object has already, such as `constructor`";

/// The properties of `Object.prototype`.
const NAMES: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Whether an object that nobody gave this name has something under it all the same.
pub(super) fn is_inherited(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What `text.replace(written, object[name])` puts into its place: what the function that stands under the name answers
/// when it is called with `written` and without an object.
pub(super) fn replacement<'a>(name: &str, written: &'a str) -> Result<&'a str, Stuck> {
    match name {
        "__proto__" => Ok("[object Object]"),
        "constructor" => Ok(written),
        "toString" => Ok("[object Undefined]"),
        "isPrototypeOf" => Ok("false"),
        _ => Err(Stuck::Inherited),
    }
}

/// What such a value looks like as text.
pub(super) fn as_text(name: &str) -> String {
    let function = if name == "constructor" { "Object" } else { name };
    if name == "__proto__" { "[object Object]".into() } else { format!("function {function}() {{ [native code] }}") }
}
