//! environs with `Env(expand_vars=True)`: `${NAME}` and `${NAME:-default}` are looked up when a variable is asked for.

use super::Dialect;
use super::growth::Growth;
use super::python_dotenv::environs;
use crate::loader::{Environment, Failure, File, Loaded, Loader, Visible};
use crate::secret::Secret;

pub(super) const DIALECTS: &[Dialect] = &[Dialect { name: "environs-expand", load }];

/// References that may be followed for one variable. Python gives up at a depth of about 1,000; a chain that long is a
/// circle, and so is one that doubles at each step.
const STEPS: u32 = 400;

fn load(loader: &Loader, files: &[File<'_>], process: &Environment) -> Loaded {
    let mut loaded = environs(loader, files, process);
    let growth = Growth::default();
    let mut values = loaded.values.clone();
    values.retain(|name, visible| {
        let mut lookup = Lookup { loaded: &loaded, growth: &growth, steps: STEPS };
        match lookup.value_of(name, None) {
            Ok(Some(value)) => {
                visible.value = Secret::new(value);
                true
            }
            Ok(None) => false,
            Err(Circle) => {
                let from = visible.from.and_then(|at| loaded.assignments.get(at));
                let message = "asking for it ends in a RecursionError: it refers to itself".to_owned();
                let warning = Failure { file: from.map_or(0, |a| a.file), line: from.map(|a| a.line), message };
                loaded.warnings.push(warning);
                false
            }
        }
    });
    loaded.values = values;
    if growth.is_over() {
        loaded.failure = Some(Growth::failure(0));
    }
    loaded
}

/// A reference that leads back to itself.
struct Circle;

struct Lookup<'a> {
    loaded: &'a Loaded,
    growth: &'a Growth,
    steps: u32,
}

impl Lookup<'_> {
    /// The value of `name`, expanded; `None` where it, or something it refers to, is set nowhere.
    fn value_of(&mut self, name: &str, default: Option<&[u8]>) -> Result<Option<Vec<u8>>, Circle> {
        self.steps = self.steps.checked_sub(1).ok_or(Circle)?;
        let set = self.loaded.values.get(name).map(|Visible { value, .. }| value.expose());
        let Some(value) = set.or(default) else { return Ok(None) };
        if !self.growth.allows(value.len()) {
            return Err(Circle);
        }
        let Some(first) = next_reference(value, 0) else { return Ok(Some(without_backslashes(value))) };
        if first.start == 0 && first.end == value.len() {
            // A default that was used once is not used again for what it names.
            let inherited = default.filter(|default| *default != value);
            return self.value_of(first.name, first.default.or(inherited));
        }
        let (mut out, mut copied, mut next) = (Vec::new(), 0, Some(first));
        while let Some(reference) = next {
            let Some(found) = self.value_of(reference.name, reference.default)? else { return Ok(None) };
            out.extend(value.get(copied..reference.start).unwrap_or_default());
            out.extend(found);
            copied = reference.end;
            next = next_reference(value, copied);
        }
        out.extend(value.get(copied..).unwrap_or_default());
        Ok(Some(out))
    }
}

/// `${name}` or `${name:-default}` in a value.
struct Reference<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    default: Option<&'a [u8]>,
}

/// The first reference at or after `from` that no backslash precedes.
fn next_reference(value: &[u8], from: usize) -> Option<Reference<'_>> {
    let starts = memchr::memmem::find_iter(value.get(from..)?, b"${").map(|at| from + at);
    starts.filter(|&at| at == 0 || value.get(at - 1) != Some(&b'\\')).find_map(|start| {
        let inner = value.get(start + 2..)?;
        let length = inner.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_')?;
        let name = std::str::from_utf8(inner.get(..length)?).ok().filter(|name| !name.is_empty())?;
        let after = inner.get(length..)?;
        if after.starts_with(b"}") {
            return Some(Reference { start, end: start + length + 3, name, default: None });
        }
        let default = after.strip_prefix(b":-")?;
        let default = default.get(..default.iter().position(|b| matches!(b, b'}' | b':'))?)?;
        let end = start + length + default.len() + 4;
        (value.get(end) == Some(&b'}')).then_some(Reference { start, end: end + 1, name, default: Some(default) })
    })
}

/// `\$` stands for `$`, in a value without references.
fn without_backslashes(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    for (at, byte) in value.iter().enumerate() {
        if *byte != b'\\' || value.get(at + 1) != Some(&b'$') {
            out.push(*byte);
        }
    }
    out
}
