//! Settings and header lines in configuration of any format: `"apiKey": "…"`, `api_key = "…"`, `Authorization: Bearer …`.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::sends::{Sent, fact_of};
use crate::fact::{Fact, Mentions, Operand, Origin, Place, Seen, Sets, Setter, Value};
use crate::secret::Secret;

/// A name that holds a credential, and its value in quotes or up to the end of the line.
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?im)(?:^|[\s,{(\["'])([\w.-]{0,40}?(?:api[ _-]?key(?: \([^)\n]{1,20}\))?|apikey|client[_-]?id|client[_-]?secret|secret[_-]?key|access[_-]?key(?:[_-]?id)?|access[_-]?token|auth[_-]?token|api[_-]?token|sdk[_-]?key|license[_-]?key|token|password|secret))["']?\s*(?::|=>?)\s*(?:"([^"\n]{0,300})"|'([^'\n]{0,300})'|(\$\{[^}\n]{1,60}\}|(?i:bearer) [^\s"']{6,300}))"#,
    )
    .ok()
});
/// A header that carries a credential, as configuration or a printed request has it.
static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?im)(?:^|[\s,{(\["'`<>-])(authorization|x-authorization|x-access-token|x-access-key|x-api-key|api-key|x-auth-token|x-api-token|x-goog-api-key)["']?\s*[:=]\s*(?:"([^"\n]{0,400})"|'([^'\n]{0,400})'|(?:((?:bearer|basic|token|bot|apikey|api-key|jwt|ssws) [^\s"'`,)\\<]{1,400}|[^\s"'`,({)\\<]{8,400}(?: [^\s"'`]+)?)))"#,
    )
    .ok()
});

/// Values of settings whose names say that they are credentials.
pub(super) fn values(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let found = SETTING.as_ref().into_iter().flat_map(|setting| setting.captures_iter(text));
    let facts = found.filter_map(|found| {
        let value = found.get(2).or_else(|| found.get(3)).or_else(|| found.get(4))?;
        let name = found.get(1)?.as_str().split(" (").next().unwrap_or_default().replace(' ', "_");
        // A text that code goes on with is a part of the value.
        if found.get(4).is_none() && goes_on(text.get(found.get(0)?.range().end..)?) {
            return None;
        }
        let sets = Sets { name, value: Value::Literal(Secret::from(value.as_str())), by: Setter::CredentialFile };
        Some(at(path, text, value.range(), Seen::Sets(sets)))
    });
    facts.take(64).collect()
}

/// Whether code puts something behind a text, so that the text is a part of the value.
fn goes_on(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '\t']);
    ["+", ".", "%", "||", "??", "?"].iter().any(|sign| behind.starts_with(sign))
}

/// Variables that a shell was told to print, where the value comes out in quotes: they are part of it.
pub(super) fn printed(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static ECHO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[^\n]{0,40}?\becho\s+"?\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?"?[ \t]*\n("[^"\n]{8,300}"|'[^'\n]{8,300}')[ \t]*$"#).ok()
    });
    let found = ECHO.as_ref().into_iter().flat_map(|echo| echo.captures_iter(text)).take(8);
    let facts = found.filter_map(|found| {
        let (name, value) = (found.get(1)?, found.get(2)?);
        let value_of = Value::Literal(Secret::from(value.as_str()));
        let sets = Sets { name: name.as_str().to_owned(), value: value_of, by: Setter::Shell };
        Some(at(path, text, value.range(), Seen::Sets(sets)))
    });
    facts.collect()
}

/// Headers that carry a credential; the only address that the text names is where they go.
pub(super) fn headers(path: &Arc<str>, text: &str, mentions: &[Fact]) -> Vec<Fact> {
    let only = only_host(mentions);
    let found = HEADER.as_ref().into_iter().flat_map(|header| header.captures_iter(text));
    let facts = found.filter_map(|found| {
        let value = found.get(2).or_else(|| found.get(3)).or_else(|| found.get(4))?;
        // What code puts together is the business of those who read code.
        let built =
            ["process.env", "os.environ", "getenv", "ENV[", "("].iter().any(|sign| value.as_str().contains(sign));
        let name = found.get(1)?;
        // The name stands in a text that code goes on with: what seems to open the value closes that text.
        let quotes = ['"', '\''];
        let (before, behind) = (&text[..name.start()], &text[name.end()..]);
        let closes = text[..value.start()].chars().next_back() == before.chars().next_back();
        if before.ends_with(quotes) && !behind.starts_with(quotes) && closes {
            return None;
        }
        // JSON has no templates of its own: whether its reader fills them in is open.
        let json = found.get(2).is_some()
            && text.get(..name.start()).is_some_and(|before| before.ends_with('"'))
            && text.get(name.end()..).is_some_and(|after| after.starts_with('"'));
        let json = json || in_arguments(text, &name.range(), value.as_str());
        let template = value.as_str().contains("${") && !value.as_str().contains("${{");
        // Another scheme: a signature, a digest.
        let signed = found.get(4).is_some_and(|value| {
            let lower = value.as_str().to_ascii_lowercase();
            let plain = lower.starts_with(['b', 't', 'a']) || lower.starts_with("jwt ") || lower.starts_with("ssws ");
            lower.contains(' ') && !plain
        });
        let signed = signed || value.as_str().starts_with("AWS4-") || value.as_str().starts_with("Digest");
        // `Authorization: apikey {key}` is how a page shows the form.
        let form = found.get(4).is_some_and(|value| value.as_str().contains(" {") && !value.as_str().contains("{{"));
        let part = found.get(4).is_none() && goes_on(text.get(found.get(0)?.range().end..)?);
        if signed || form || part || template && !json || built || value.as_str().contains('+') {
            return None;
        }
        let sent = Sent {
            name: name.as_str(),
            value: value.as_str(),
            host: only.map(|only| only.host.clone()),
            path: only.map_or_else(String::new, |only| only.path.clone()),
            others: Vec::new(),
            complete: false,
        };
        let mut fact = fact_of(&sent, Origin::File(Place::of(path, text.as_bytes(), &value.range())), value.range());
        if let (true, Seen::Sends(sends)) = (template, &mut fact.seen) {
            let credential = value.as_str().rsplit(' ').next().unwrap_or_default();
            sends.credential = Operand::Literal(Secret::from(credential));
        }
        Some(fact)
    });
    facts.take(16).collect()
}

/// A list of arguments has no shell that fills variables in, unless what starts the program is given them beside it.
fn in_arguments(text: &str, name: &Range<usize>, value: &str) -> bool {
    let before = text[..name.start].trim_end_matches('"').trim_end();
    let is_argument = before.strip_suffix(',').is_some_and(|before| {
        ["\"--header\"", "\"-H\"", "'--header'", "'-H'"].iter().any(|option| before.trim_end().ends_with(option))
    });
    let given = value.split_once("${").and_then(|(_, rest)| rest.split_once('}'));
    is_argument && given.is_some_and(|(variable, _)| !text.contains(&format!("\"{variable}\":")))
}

/// The only host that a text names.
pub(super) fn only_host(facts: &[Fact]) -> Option<&Mentions> {
    let mut hosts = facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Mentions(mentions) => Some(mentions),
        _ => None,
    });
    let first = hosts.next()?;
    hosts.all(|other| other.host == first.host).then_some(first)
}

fn at(path: &Arc<str>, text: &str, span: Range<usize>, seen: Seen) -> Fact {
    Fact { origin: Origin::File(Place::of(path, text.as_bytes(), &span)), span, seen }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_every_format() {
        let names = |text: &str| {
            let found = values(&"x".into(), text);
            let of = |fact: &Fact| match &fact.seen {
                Seen::Sets(sets) => sets.name.clone(),
                _ => String::new(),
            };
            found.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(names("{\"client_id\": \"1.apps \", \"x\": \"y\"}"), ["client_id"]);
        assert_eq!(names("secret_key = 'abc'\nOPENAI_API_KEY: \"b\""), ["secret_key", "OPENAI_API_KEY"]);
        assert_eq!(names("{\"bearerToken\": \"${A_TOKEN}\"}"), ["bearerToken"]);
        assert_eq!(names("{\"tool.sdkKey\": \"${env:SDK_KEY}\"}"), ["tool.sdkKey"]);
        assert!(names("the token is \"abc\"").is_empty());
        assert!(names("const token = 'Bearer ' + user.token;").is_empty());
    }

    #[test]
    fn what_a_shell_prints_in_quotes() {
        let found = printed(&"x".into(), "$ echo $A_KEY\n\"0a1b2c3d4e5f\"\n$ echo $B_KEY\n0a1b2c3d4e5f\n");
        let [Fact { seen: Seen::Sets(sets), .. }] = &found[..] else { panic!("{found:?}") };
        assert_eq!(sets.name, "A_KEY");
        assert!(matches!(&sets.value, Value::Literal(value) if value.expose() == b"\"0a1b2c3d4e5f\""));
    }

    #[test]
    fn headers_of_configuration() {
        let found = headers(&"x".into(), "headers: { \"Authorization\": \"Bearer {env:KEY}\" }", &[]);
        let Some(Seen::Sends(sends)) = found.first().map(|fact| &fact.seen) else { panic!("{found:?}") };
        assert_eq!((sends.name.as_str(), sends.before.as_deref()), ("Authorization", Some("Bearer ")));
        assert!(matches!(&sends.credential, Operand::Literal(value) if value.expose() == b"{env:KEY}"));
        assert_eq!(headers(&"x".into(), "Authorization: Bearer 0a1b2c3d4e", &[]).len(), 1);
        assert!(headers(&"x".into(), "Authorization: `Bearer ${key}`", &[]).is_empty());
        let found = headers(&"x".into(), "{\"headers\": {\"Authorization\": \"Bearer ${A_TOKEN}\"}}", &[]);
        let Some(Seen::Sends(sends)) = found.first().map(|fact| &fact.seen) else { panic!("{found:?}") };
        assert!(matches!(&sends.credential, Operand::Literal(value) if value.expose() == b"${A_TOKEN}"));
        let given = "{\"args\": [\"--header\", \"Authorization: Bearer ${A_TOKEN}\"]";
        assert_eq!(headers(&"x".into(), given, &[]).len(), 1);
        let filled = format!("{given}, \"env\": {{\"A_TOKEN\": \"x\"}}}}");
        assert!(headers(&"x".into(), &filled, &[]).is_empty());
        assert!(headers(&"x".into(), "-H \"Authorization: Bearer ${A_TOKEN}\"", &[]).is_empty());
    }
}
