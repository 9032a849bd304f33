//! Loose headers: a line or two of code in whatever language that put a credential into a header, for pieces that no
//! reader of a language understands as a whole.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::settings::only_host;
use crate::fact::{Carrier, Encoding, Fact, Near, Operand, Origin, Place, Seen, Sends, Slot};
use crate::read::carriers::is_header;

/// More than so many make no sense.
const MOST: usize = 8;

/// The words that may stand before a credential.
const WORD: &str = r"(?i:bearer|basic|token|bot|api-?key|key|jwt|ssws)";
/// A name, a member or a call that may give a credential.
const EXPRESSION: &str = r#"[&@$]?[A-Za-z_][\w.$>:-]*(?:[(\[]["']?[\w.$ ]{0,60}["']?[)\]])?(?:\.\w+\(\))?"#;
/// A text in any quotes, as code of many languages marks it.
const TEXT: &str = r#"@?[fF$]{0,2}(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|`[^`\n]{0,200}`)"#;

/// A header that is given a credential.
struct Given<'t> {
    name: &'t str,
    before: String,
    credential: Operand,
    span: Range<usize>,
}

/// The headers of `text` that are given a credential, but for those that are in `known` already.
pub fn loose(path: &Arc<str>, text: &str, known: &[Fact]) -> Vec<Fact> {
    let is_known = |name: &str| {
        known.iter().any(|fact| matches!(&fact.seen, Seen::Sends(sends) if sends.name.eq_ignore_ascii_case(name)))
    };
    let host = only_host(known);
    let facts = given(text).into_iter().filter(|given| !is_known(given.name)).map(|given| {
        let sends = Sends {
            carrier: Carrier::Header,
            name: given.name.to_owned(),
            name_span: 0..0,
            before: Some(given.before),
            before_span: 0..0,
            after: String::new(),
            credential: given.credential,
            slot: Slot::default(),
            encoding: Encoding::None,
            host: host.map(|host| host.host.clone()),
            url_path: host.map_or_else(String::new, |host| host.path.clone()),
            near: Near::Function,
            companions: Vec::new(),
            complete: false,
            sdk: None,
        };
        let origin = Origin::File(Place::of(path, text.as_bytes(), &given.span));
        Fact { origin, span: given.span, seen: Seen::Sends(sends) }
    });
    facts.take(MOST).collect()
}

fn given(text: &str) -> Vec<Given<'_>> {
    // A text, perhaps within a call that formats it, perhaps joined with something; or something alone.
    fn value() -> String {
        let joined = format!(r"(?:\s*(?:\+|\.\.|\.|&|<>|,|%)\s*{EXPRESSION})?");
        format!(r"((?:[A-Za-z][\w.]*!?\(\s*(?:format:\s*)?)?{TEXT}{joined}|{EXPRESSION})")
    }
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let between = r"(?:\s*\]\s*\+?=\s*|\s*\)?\s*=>\s*|\s*[:,]\s*|\s*=\s*)";
        Regex::new(&format!(r#"["'`]?\b([A-Za-z][A-Za-z-]{{4,40}})["'`]?{between}{}"#, value())).ok()
    });
    // An object of name and value, as workflow tools have it.
    static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let between = r#"\s*,\s*"value"\s*:\s*"#;
        Regex::new(&format!(r#""(?:name|key)"\s*:\s*"([A-Za-z-]{{4,40}})"{between}{}"#, value())).ok()
    });
    // Apple's way has the value first.
    static LAST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let behind = r#"[\])\s,]+forHTTPHeaderField:\s*@?"([A-Za-z-]{4,40})""#;
        Regex::new(&format!(r"(?:setValue|addValue)[(:]\s*(?:\[NSString stringWithFormat:\s*)?{}{behind}", value()))
            .ok()
    });
    let mut found = Vec::new();
    for (pattern, name, value) in [(&FIRST, 1, 2), (&PAIR, 1, 2), (&LAST, 2, 1)] {
        for captures in pattern.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(text)).take(64) {
            let (Some(name), Some(value)) = (captures.get(name), captures.get(value)) else { continue };
            // What stands before the host of an address is a user and a password.
            let is_user = text[..name.start()].ends_with("://");
            let is_header = is_field(name.as_str()) && !is_user;
            if let Some((before, credential)) = taken_apart(value.as_str()).filter(|_| is_header) {
                found.push(Given { name: name.as_str(), before, credential, span: value.range() });
            }
        }
    }
    found
}

/// The words before a credential, and what gives the credential; `None` where nothing says that there is one.
fn taken_apart(value: &str) -> Option<(String, Operand)> {
    static FILLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r#"(?:\$\{\{?|#\{|\{\{?|\\\(|\$)\s*([\w.$>:()\[\]'" -]{1,60}?)\s*(?:\}\}?|\))?"#;
        Regex::new(&format!(r#"^@?[fF$]{{0,2}}["'`]=?\s*({WORD}[ :=]\s*)?{name}["'`]$"#)).ok()
    });
    static JOINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(&format!(
            r#"^(?:[A-Za-z][\w.]*!?\(\s*(?:format:\s*)?)?@?[fF$]{{0,2}}["'`]({WORD} ?)?(?:%s|%@|\{{\}})?["'`]\s*(?:\+|\.\.|\.|&|<>|,|%)\s*({EXPRESSION})$"#
        ))
        .ok()
    });
    static ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("^({EXPRESSION})$")).ok());
    let parts = |pattern: &LazyLock<Option<Regex>>| {
        let found = pattern.as_ref()?.captures(value)?;
        Some((found.get(1).map_or(String::new(), |word| word.as_str().to_owned()), found.get(2)?.as_str().to_owned()))
    };
    // A call that looks a variable up has a text within, too.
    let looked_up = || matches!(operand(value), Operand::Variable(_)).then(|| (String::new(), value.to_owned()));
    let alone = || Some((String::new(), ALONE.as_ref()?.captures(value)?.get(1)?.as_str().to_owned()));
    let (before, expression) = parts(&FILLED).or_else(|| parts(&JOINED)).or_else(alone).or_else(looked_up)?;
    // R's paste puts a blank between.
    let before = if before.is_empty() || before.ends_with([' ', ':', '=']) || !value.starts_with("paste(") {
        before
    } else {
        format!("{before} ")
    };
    let credential = operand(&expression);
    let named = match &credential {
        Operand::Variable(name) | Operand::Local(name) => is_credential(name),
        _ => false,
    };
    (named || !before.is_empty()).then_some((before, credential))
}

/// What an expression gives: a variable of the environment, or something local.
fn operand(expression: &str) -> Operand {
    static VARIABLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i:getenv|get_env|environment|env)\W{1,3}([A-Z][A-Z0-9_]{2,60})"#).ok());
    if let Some(name) = VARIABLE.as_ref().and_then(|variable| variable.captures(expression)?.get(1)) {
        return Operand::Variable(name.as_str().to_owned());
    }
    let bare = expression.trim_end_matches(['(', ')', '[', ']', '"', '\'', '!', ' ']);
    let last = bare.rsplit(['.', '>', ':', '$', '[', '"', '\'', '(']).next().unwrap_or(bare);
    Operand::Local(last.to_owned())
}

/// Whether the name is that of a header, and not of an option that is called alike.
fn is_field(name: &str) -> bool {
    is_header(name) && (name.contains('-') || name.to_ascii_lowercase().starts_with("aut"))
}

fn is_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["key", "token", "secret", "jwt", "auth", "password", "cred"].iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_any_language() {
        for (text, expected) in [
            (
                "request.setValue(\"Bearer \\(apiKey)\", forHTTPHeaderField: \"Authorization\")",
                "Authorization|Bearer |apiKey",
            ),
            ("[request setValue:apiKey forHTTPHeaderField:@\"X-Api-Key\"]", "X-Api-Key||apiKey"),
            (
                "[r setValue:[NSString stringWithFormat:@\"Bearer %@\", token] forHTTPHeaderField:@\"Authorization\"];",
                "Authorization|Bearer |token",
            ),
            ("'Authorization': 'Bearer $apiKey',", "Authorization|Bearer |apiKey"),
            ("add_headers(`Authorization` = paste(\"Bearer\", Sys.getenv(\"A_KEY\")))", "Authorization|Bearer |$A_KEY"),
            ("add_headers(Authorization = Sys.getenv(\"A_KEY\"))", "Authorization||$A_KEY"),
            ("add_headers(Authorization = api_key)", "Authorization||api_key"),
            ("headers = [{\"Authorization\", \"Bearer #{api_key}\"}]", "Authorization|Bearer |api_key"),
            ("headers = { [\"x-api-key\"] = \"\" .. api_key },", "x-api-key||api_key"),
            ("http.setRequestHeader \"Authorization\", \"Bearer \" & apiKey", "Authorization|Bearer |apiKey"),
            (
                "{\"name\":\"Authorization\",\"value\":\"Bearer {{$credentials.apiKey}}\"}",
                "Authorization|Bearer |apiKey",
            ),
            ("headers: { authorization: `bearer ${token}` }", "authorization|bearer |token"),
            ("http.addHeader(\"Authorization\", \"Bearer \" + token);", "Authorization|Bearer |token"),
            ("headers: { Authorisation: 'Bearer ' + key }", "Authorisation|Bearer |key"),
        ] {
            let found = given(text);
            let shown = found.first().map(|given| {
                let credential = match &given.credential {
                    Operand::Variable(name) => format!("${name}"),
                    Operand::Local(name) => name.clone(),
                    _ => String::new(),
                };
                format!("{}|{}|{credential}", given.name, given.before)
            });
            assert_eq!(shown.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "const token = req.headers['authorization'].split(' ')[1]",
            "if (headers['Authorization'] == expected) {",
            "allowedHeaders: ['Content-Type', 'Authorization']",
            "Authorization: string;",
            "new Mailer({ apiKey: API_KEY, domain })",
            "app.use(cors({ exposedHeaders: 'Authorization', credentials: true }))",
        ] {
            assert!(given(text).is_empty(), "{text}");
        }
    }
}
