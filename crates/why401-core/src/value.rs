//! What the text of a credential plainly is: nothing, sample text, a mask, a reference, or something that may be a key.

use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use crate::expression::Expression;

/// What a value plainly is, told from its text alone, the deepest fault first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plainly {
    /// No bytes, or only blanks.
    Empty,
    /// The text by which a language prints "no value": `undefined`, `null`, `None`, `nil`.
    NoValue,
    /// A reference stands where its value should.
    Reference(Reference),
    /// Sample text that was never replaced.
    Placeholder,
    /// The form in which a dashboard or a log hides a key.
    Masked,
    /// Quotes are part of it.
    Quoted,
    /// White space stands at an edge.
    Edged,
    /// Characters that no one sees or that no key has; in order of appearance, each once.
    Strange(Vec<char>),
    /// A JSON object.
    Json,
    /// Nothing of the above: it may be a key.
    Candidate,
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A variable: `${NAME}`, `$NAME`, `%NAME%`.
    Variable(String),
    /// A command: `$(…)` or backquotes.
    Command,
    /// A template's expression: `{{ … }}`, `${{ … }}`, `<%= … %>`.
    Template,
    /// A secret store's address: `op://…`, `vault:…`.
    Store(&'static str),
}

/// What `value` plainly is.
pub fn plainly(value: &str) -> Plainly {
    let trimmed = value.trim_matches(is_blank);
    if trimmed.is_empty() {
        return Plainly::Empty;
    }
    if ["undefined", "null", "none", "nil", "nan", "[object object]"].contains(&trimmed.to_ascii_lowercase().as_str()) {
        return Plainly::NoValue;
    }
    if let Some(reference) = reference(trimmed) {
        return Plainly::Reference(reference);
    }
    let bare = trimmed.trim_matches(is_quote);
    if is_placeholder(bare) {
        return Plainly::Placeholder;
    }
    if is_masked(bare) {
        return Plainly::Masked;
    }
    let strange = strange(value);
    if !strange.is_empty() {
        return Plainly::Strange(strange);
    }
    if quoted(trimmed).is_some() {
        return Plainly::Quoted;
    }
    if trimmed.len() != value.len() {
        return Plainly::Edged;
    }
    if bare.starts_with('{') && bare.ends_with('}') && bare.contains(':') {
        return Plainly::Json;
    }
    Plainly::Candidate
}

/// ASCII white space and the vertical tab: what a header field's value may not begin or end with.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// The quote that is part of the value: at its beginning, or a single one at its end.
pub fn quoted(value: &str) -> Option<char> {
    let (first, last) = (value.chars().next()?, value.chars().next_back()?);
    // No key begins with a quote, whatever follows the one that closes it: a comment, a semicolon.
    if is_quote(first) {
        return Some(first);
    }
    (is_quote(last) && !value[..value.len() - 1].contains(last)).then_some(last)
}

/// A reference that is the whole value, or a braced one anywhere in it.
fn reference(value: &str) -> Option<Reference> {
    static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        ascii(r"^(?:\$([A-Z_][A-Z0-9_]*)|%([A-Z_][A-Z0-9_]*)%)$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:[:?+-][^}]*)?\}")
    });
    // A template whose mark was forgotten: an f-string without its f.
    let inner = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if inner.is_some_and(|name| {
        name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    }) {
        return Some(Reference::Template);
    }
    for (prefix, store) in [
        ("op://", "1Password"),
        ("vault://", "Vault"),
        ("ref+", "vals"),
        ("awssm://", "AWS Secrets Manager"),
        ("arn:aws:secretsmanager:", "AWS Secrets Manager"),
        ("arn:aws:ssm:", "AWS Parameter Store"),
        ("gcpsm://", "Google Secret Manager"),
        ("sm://", "Google Secret Manager"),
        ("@Microsoft.KeyVault(", "Azure Key Vault"),
        ("doppler://", "Doppler"),
        ("infisical://", "Infisical"),
        ("keychain:", "the keychain"),
    ] {
        if value.starts_with(prefix) {
            return Some(Reference::Store(store));
        }
    }
    if value.starts_with("{env:") && value.ends_with('}') {
        return Some(Reference::Variable(value[5..value.len() - 1].to_owned()));
    }
    if value.contains("{{") && value.contains("}}") || value.contains("<%") && value.contains("%>") {
        return Some(Reference::Template);
    }
    if value.starts_with("$(")
        || value.len() > 2 && value.starts_with('`') && value.ends_with('`') && value.contains(' ')
    {
        return Some(Reference::Command);
    }
    if !value.contains(['$', '%']) {
        return None;
    }
    let found = VARIABLE.as_ref()?.captures(value.as_bytes())?;
    let name = found.iter().skip(1).flatten().next()?;
    Some(Reference::Variable(String::from_utf8_lossy(name.as_bytes()).into_owned()))
}

/// An expression, and words of which one stands in all that it matches. Most values have none, and to compile an
/// expression takes as long as all else that is done to a small project.
struct Guarded {
    words: &'static [&'static str],
    expression: &'static str,
    compiled: OnceLock<Option<Expression>>,
}

impl Guarded {
    const fn new(words: &'static [&'static str], expression: &'static str) -> Self {
        Self { words, expression, compiled: OnceLock::new() }
    }

    fn matches(&self, value: &str, lower: &str) -> bool {
        self.words.iter().any(|word| lower.contains(word))
            && self
                .compiled
                .get_or_init(|| Expression::new(self.expression))
                .as_ref()
                .is_some_and(|expression| expression.matches(value.as_bytes()))
    }
}

/// Sample text: what documentation and templates write where the key goes.
fn is_placeholder(value: &str) -> bool {
    static SAMPLES: [Guarded; 8] = [
        // In angle brackets or square brackets, the way manuals mark a gap.
        Guarded::new(&["<", "["], r"(?i)^<[^<>]+>$|^\[[a-z_ -]+\]$"),
        // Somebody is told to put his own.
        Guarded::new(
            &["your", "my", "the"],
            r"(?i)(?:^|[_\W])(?:your|my|the)[_ -]?(?:own[_ -]?)?(?:[a-z0-9]+[_ -]){0,4}(?:api|key|token|secret|password|value|id|credential)s?(?:[_ -]?(?:here|goes|value))*(?:$|[_\W])",
        ),
        Guarded::new(
            &["insert", "replace", "put", "enter", "paste", "add", "fill"],
            r"(?i)(?:^|[_\W])(?:insert|replace|put|enter|paste|add|fill)[_ -](?:[a-z]+[_ -])*(?:key|token|secret|me|here|in|this|with|your|it)",
        ),
        Guarded::new(
            &["change", "replace", "fill", "to", "tbd", "fixme"],
            r"(?i)^(?:change|replace|fill)[_ -]?me(?:[_ -].*)?$|^change[_ -]?(?:this|it)|^to[_ -]?be[_ -]?(?:filled|replaced|set)|^(?:todo|tbd|fixme)$",
        ),
        Guarded::new(
            &["dummy", "fake", "sample", "example", "placeholder", "some"],
            r"(?i)^(?:dummy|fake|sample|example|placeholder|some)(?:[_ -](?:[a-z]+[_ -])*(?:key|token|secret|value|password))?$|placeholder",
        ),
        Guarded::new(&["here"], r"(?i)(?:key|token|secret|value)[_ -](?:goes[_ -])?here$"),
        // The name of a variable in the place of its value.
        Guarded::new(
            &["_key", "_token", "_secret", "_password", "_id"],
            "^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|ID)$",
        ),
        // A known beginning, and then one character again and again, or dots.
        Guarded::new(
            &["xxx", "00000000", "...", "…"],
            r"(?i)^(?:[a-z]{2,8}[_-]){0,4}(?:x{4,}|0{8,}|\.{3,}|…|(?:xxx+[_-]?)+)$|^(?:[a-z]{2,8}[_-]){1,4}x{3,}[a-z0-9._-]*$|^x{8}-x{4}-x{4}-x{4}-x{12}$",
        ),
    ];
    const BARE: [&str; 18] = [
        "apikey",
        "api_key",
        "api-key",
        "api key",
        "token",
        "secret",
        "secretkey",
        "secret_key",
        "secret-key",
        "secret key",
        "accesstoken",
        "password",
        "supersecret",
        "super-secret",
        "super_secret",
        "mysecret",
        "secret123",
        "changeit",
    ];
    let lower = value.to_ascii_lowercase();
    let bare =
        BARE.contains(&lower.as_str()) || ["access_token", "access-token", "access token"].contains(&lower.as_str());
    bare || SAMPLES.iter().any(|sample| sample.matches(value, &lower))
}

/// Stars, dots or bullets in the place of most of the characters.
fn is_masked(value: &str) -> bool {
    static MASK: Guarded = Guarded::new(
        &["**", "...", "…", "••", "●●"],
        r"^[A-Za-z0-9_-]{0,24}(?:\*{3,}|\.{3,}|…|•{2,}|●{2,})[A-Za-z0-9_-]{0,12}$|^[A-Za-z0-9_-]{1,24}\*{2,}[A-Za-z0-9_-]{1,12}$",
    );
    MASK.matches(value, value)
}

/// Whether a key of a right shape is made up, as those of manuals and tests are: it says so.
pub fn looks_made_up(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    ["fake", "dummy", "sample", "mock", "test", "invalid", "foobar"].iter().any(|word| lower.contains(word))
        || is_filler(value)
}

/// Whether a key of a right shape is only filled up to it: it tells what belongs there, hardly any characters differ, or
/// they stand in an order that nobody draws.
pub fn is_filler(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let words = ["example", "placeholder", "redact", "your", "insert", "replace", "changeme", "xxxx", "0000"];
    let bytes = lower.as_bytes();
    let mut distinct = bytes.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let count = |fits: fn(&u8) -> bool| value.bytes().filter(&fits).count();
    let drawn =
        count(u8::is_ascii_digit) >= 2 || count(u8::is_ascii_uppercase) >= 4 && count(u8::is_ascii_lowercase) >= 4;
    // Who calls a key fake wants it to be seen as one.
    let says_so = lower.contains("fake");
    words.iter().any(|word| lower.contains(word))
        || !says_so && (distinct.len() < 10 || !drawn)
        || counts(bytes, 1, 4)
        || counts(bytes, 2, 6)
        || bytes.windows(6).any(|run| run.iter().all(|byte| *byte == run[0]))
}

/// Whether characters go up or down by one, `steps` times: `abcde`, `54321`; with a stride of two `a1b2c3d4`.
fn counts(bytes: &[u8], stride: usize, steps: usize) -> bool {
    let pairs = || bytes.iter().zip(bytes.iter().skip(stride)).filter(|(a, _)| a.is_ascii_alphanumeric());
    [1i16, -1].into_iter().any(|step| {
        let mut run = 0;
        pairs().any(|(a, b)| {
            run = if i16::from(*b) - i16::from(*a) == step { run + 1 } else { 0 };
            run >= steps
        })
    })
}

/// Characters that no key has: control characters inside, and everything outside ASCII.
fn strange(value: &str) -> Vec<char> {
    let mut found = Vec::new();
    let inside = value.trim_matches(is_blank);
    for c in inside.chars().filter(|c| !c.is_ascii() || c.is_ascii_control()) {
        if !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// The name of a character that people do not see or do not expect, such as `U+200B ZERO WIDTH SPACE`.
pub fn character_name(c: char) -> String {
    let name = match c {
        '\t' => "TAB",
        '\n' => "LINE FEED",
        '\r' => "CARRIAGE RETURN",
        '\0' => "NULL",
        '\u{1b}' => "ESCAPE",
        '\u{7f}' => "DELETE",
        '\u{85}' => "NEXT LINE",
        '\u{a0}' => "NO-BREAK SPACE",
        '\u{ad}' => "SOFT HYPHEN",
        '\u{2002}' => "EN SPACE",
        '\u{2003}' => "EM SPACE",
        '\u{2009}' => "THIN SPACE",
        '\u{200b}' => "ZERO WIDTH SPACE",
        '\u{200c}' => "ZERO WIDTH NON-JOINER",
        '\u{200d}' => "ZERO WIDTH JOINER",
        '\u{200e}' => "LEFT-TO-RIGHT MARK",
        '\u{200f}' => "RIGHT-TO-LEFT MARK",
        '\u{2010}' => "HYPHEN",
        '\u{2011}' => "NON-BREAKING HYPHEN",
        '\u{2013}' => "EN DASH",
        '\u{2014}' => "EM DASH",
        '\u{2018}' => "LEFT SINGLE QUOTATION MARK",
        '\u{2019}' => "RIGHT SINGLE QUOTATION MARK",
        '\u{201c}' => "LEFT DOUBLE QUOTATION MARK",
        '\u{201d}' => "RIGHT DOUBLE QUOTATION MARK",
        '\u{2026}' => "HORIZONTAL ELLIPSIS",
        '\u{2028}' => "LINE SEPARATOR",
        '\u{2029}' => "PARAGRAPH SEPARATOR",
        '\u{202a}'..='\u{202e}' => "BIDIRECTIONAL CONTROL",
        '\u{202f}' => "NARROW NO-BREAK SPACE",
        '\u{2060}' => "WORD JOINER",
        '\u{2212}' => "MINUS SIGN",
        '\u{3000}' => "IDEOGRAPHIC SPACE",
        '\u{feff}' => "ZERO WIDTH NO-BREAK SPACE (byte order mark)",
        '\u{fffd}' => "REPLACEMENT CHARACTER",
        c if c.is_control() => "CONTROL CHARACTER",
        c if c.is_alphabetic() => "LETTER outside ASCII",
        _ => "CHARACTER outside ASCII",
    };
    format!("U+{:04X} {name}", u32::from(c))
}

/// Whether nobody sees the character: it has no width or looks like a blank.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The expression over bytes, its classes meant for ASCII: these are built many times faster than those of Unicode.
fn ascii(expression: &str) -> Option<Regex> {
    RegexBuilder::new(expression).unicode(false).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_keys() {
        for (body, filler, made_up) in [
            ("9fK2mQ8xL0pZ7rT4vB3nW6yC", false, false),
            ("qZkWmTpLxVbNsRjHgFdCyUiOaEqPzXkWmT", false, false),
            ("QzKwMtPlXvBnSrJhGfDcYuIoAeQpZxKwMt", false, false),
            ("51Fake9Fake8Fake7Fake6Fa", false, true),
            ("fakefakefakefakefakefake", false, true),
            ("abcdefghijklmnop12", true, true),
            ("a1b2c3d4e5f6g7h8", true, true),
            ("0f9e8d7c6b5a4f3e2d1c", true, true),
            ("xxxxxxxxxxxxxxxx12", true, true),
            ("9fK2EXAMPLE0pZ7rT4vB3nW6yC", true, true),
            ("compile_pattern_cache_of_all", true, true),
        ] {
            let key = ["sk_", "live_", body].concat();
            assert_eq!((is_filler(&key), looks_made_up(&key)), (filler, made_up), "{body}");
        }
    }

    #[test]
    fn what_a_value_plainly_is() {
        let random = ["sk-", "Qx7vB2nM9", "kLp4RtY8wZ"].concat();
        for (value, expected) in [
            ("", Plainly::Empty),
            ("  \n", Plainly::Empty),
            ("undefined", Plainly::NoValue),
            ("None", Plainly::NoValue),
            ("${OPENAI_API_KEY}", Plainly::Reference(Reference::Variable("OPENAI_API_KEY".into()))),
            ("$OPENAI_API_KEY", Plainly::Reference(Reference::Variable("OPENAI_API_KEY".into()))),
            ("%API_KEY%", Plainly::Reference(Reference::Variable("API_KEY".into()))),
            ("$(pass show x)", Plainly::Reference(Reference::Command)),
            ("${{ secrets.X }}", Plainly::Reference(Reference::Template)),
            ("op://vault/item/field", Plainly::Reference(Reference::Store("1Password"))),
            ("your_api_key", Plainly::Placeholder),
            ("your-openai-api-key-here", Plainly::Placeholder),
            ("<KEY>", Plainly::Placeholder),
            ("sk-xxxx", Plainly::Placeholder),
            ("sk-xxxxxxxxxxxxxxxxxxxxxxxx", Plainly::Placeholder),
            ("changeme", Plainly::Placeholder),
            ("replace_with_your_key", Plainly::Placeholder),
            ("insert-token-here", Plainly::Placeholder),
            ("\"your_api_key\"", Plainly::Placeholder),
            ("sk-...", Plainly::Placeholder),
            ("c4****f7", Plainly::Masked),
            ("sk-hSm...oGil", Plainly::Masked),
            ("**********", Plainly::Masked),
            ("\"abc\"", Plainly::Quoted),
            ("abc\"", Plainly::Quoted),
            ("\"abc\" # note", Plainly::Quoted),
            ("abc ", Plainly::Edged),
            ("ab\u{200b}c", Plainly::Strange(vec!['\u{200b}'])),
            ("{\"k\":\"v\"}", Plainly::Json),
            ("pa$word", Plainly::Candidate),
            ("myapikey4711", Plainly::Candidate),
            (&random, Plainly::Candidate),
        ] {
            assert_eq!(plainly(value), expected, "{value:?}");
        }
    }
}
