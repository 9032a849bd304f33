//! Reads: which variables a program reads, found by a table of accesses for each language.

use std::collections::HashMap;
use std::ops::Range;

use super::lexer::Kind;
use super::source::Source;

/// One way in which a language reads variables.
pub(super) struct Access {
    /// The names before the variable, such as `process`, `env`.
    pub(super) path: &'static [&'static str],
    /// How the variable follows.
    pub(super) form: Form,
    /// How people say it.
    pub(super) through: &'static str,
    /// A word that the file must hold for this to be meant; empty where the path says enough.
    pub(super) needs: &'static str,
}

/// How the variable's name follows the path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `.NAME` or `["NAME"]`.
    Member,
    /// `["NAME"]`.
    Index,
    /// `("NAME")`, a second argument is what it falls back on.
    Call,
    /// `!("NAME")`: it is read while the program is built.
    Macro,
}

/// One variable that is read.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) name: String,
    /// Bytes of the name.
    pub(super) span: Range<usize>,
    /// The tokens of the whole access.
    pub(super) tokens: Range<usize>,
    pub(super) through: &'static str,
    pub(super) fallback: bool,
}

/// Every read of the file, by the tables of its language.
pub(super) fn reads(source: &Source<'_>) -> Vec<Read> {
    let table: Vec<&Access> = source
        .language
        .accesses
        .iter()
        .filter(|access| access.needs.is_empty() || source.text.contains(access.needs))
        .collect();
    let mut by_first: HashMap<&str, Vec<&Access>> = HashMap::new();
    for access in table {
        if let Some(first) = access.path.first() {
            by_first.entry(first).or_default().push(access);
        }
    }
    let mut reads: Vec<Read> = Vec::new();
    let mut until = 0;
    for index in 0..source.tokens.len() {
        let Some(accesses) = source.name(index).and_then(|name| by_first.get(name)) else { continue };
        if index < until {
            continue;
        }
        if let Some(read) = accesses.iter().find_map(|access| read_at(source, index, access)) {
            until = read.tokens.end;
            reads.push(read);
        }
    }
    (source.language.more_reads)(source, &mut reads);
    reads
}

fn read_at(source: &Source<'_>, index: usize, access: &Access) -> Option<Read> {
    if access.path.len() == 1 && source.is_member(index) {
        return None;
    }
    let after = source.path_at(index, access.path)?;
    let (name, end, mut fallback) = match access.form {
        Form::Member => member(source, after).or_else(|| indexed(source, after))?,
        Form::Index => indexed(source, after)?,
        Form::Call => called(source, after)?,
        Form::Macro => called(source, source.is(after, b'!').then_some(after + 1)?)?,
    };
    let text = source.word(name);
    if !is_variable(text) {
        return None;
    }
    // `process.env.X = …` sets it.
    if source.is(end, b'=') && !source.is(end + 1, b'=') && !source.is(end + 1, b'>') {
        return None;
    }
    fallback |= falls_back(source, end);
    let token = source.tokens.get(name)?;
    Some(Read {
        name: text.to_owned(),
        span: token.start..token.end,
        tokens: index..end,
        through: access.through,
        fallback,
    })
}

/// `.NAME`: the name's token, the index after it, no fallback.
fn member(source: &Source<'_>, after: usize) -> Option<(usize, usize, bool)> {
    let at = source.separator(after)?;
    // A call such as `os.environ.get(` is another form.
    (source.kind(at) == Some(Kind::Name) && !source.is(at + 1, b'(')).then_some((at, at + 1, false))
}

/// `["NAME"]`.
fn indexed(source: &Source<'_>, after: usize) -> Option<(usize, usize, bool)> {
    let open = if source.is(after, b'?') && source.is(after + 1, b'.') { after + 2 } else { after };
    let inside = source.is(open, b'[') && source.other(open) == open + 2;
    (inside && source.whole_text(open + 1).is_some()).then_some((open + 1, open + 3, false))
}

/// `("NAME", default)`.
fn called(source: &Source<'_>, after: usize) -> Option<(usize, usize, bool)> {
    if !source.is(after, b'(') || source.other(after) == after {
        return None;
    }
    let arguments = source.arguments(after);
    let first = arguments.first()?;
    if first.len() != 1 || source.whole_text(first.start).is_none() {
        return None;
    }
    let fallback = arguments[1..].iter().any(|argument| gives_value(source, argument));
    Some((first.start, source.other(after) + 1, fallback))
}

/// Whether the default is more than nothing. `default=`, `default:` and the like may stand before it; casts are none.
fn gives_value(source: &Source<'_>, argument: &Range<usize>) -> bool {
    let named = argument.len() > 2 && (source.is(argument.start + 1, b'=') || source.is(argument.start + 1, b':'));
    let value = if named { argument.start + 2..argument.end } else { argument.clone() };
    let about_value = !named || source.word(argument.start).to_ascii_lowercase().contains("default");
    about_value && !is_nothing(source, value.start)
}

fn is_nothing(source: &Source<'_>, index: usize) -> bool {
    source.whole_text(index) == Some("")
        || matches!(
            source.word(index),
            "None"
                | "null"
                | "nil"
                | "undefined"
                | "NULL"
                | "throw"
                | "raise"
                | "die"
                | "exit"
                | "cast"
                | "str"
                | "abort"
        )
}

/// Whether an operator after the access gives it something to fall back on.
fn falls_back(source: &Source<'_>, end: usize) -> bool {
    let value = match source.kind(end) {
        Some(Kind::Mark(b'|')) if source.is(end + 1, b'|') => end + 2,
        Some(Kind::Mark(b'?')) if source.is(end + 1, b'?') || source.is(end + 1, b':') => end + 2,
        Some(Kind::Mark(b')')) => {
            return source.parent(end).is_some() && {
                let next = end + 1;
                (source.are(next, b"||") || source.are(next, b"??")) && !is_nothing(source, next + 2)
            };
        }
        Some(Kind::Name) if source.word(end) == "or" => end + 1,
        Some(Kind::Mark(b'{')) if source.language.name == "Ruby" => return true,
        Some(Kind::Mark(b'.')) => {
            return matches!(
                source.word(end + 1),
                "unwrap_or"
                    | "unwrap_or_else"
                    | "unwrap_or_default"
                    | "getOrElse"
                    | "orElse"
                    | "getOrDefault"
                    | "or_else"
                    | "presence"
            );
        }
        _ => return false,
    };
    !is_nothing(source, value)
}

/// Whether the text may be the name of a variable.
pub(super) fn is_variable(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && text.len() > 1
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}
