//! Secrets of Kubernetes whose key is asked for under a name that the secret does not have.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// The key that a `secretKeyRef` asks for, where the secret of that name is shown as well, and has others only.
pub(super) fn asked_for_another(text: &str) -> Option<Range<usize>> {
    static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"secretKeyRef:\s*\{?\s*(?:name:\s*["']?([\w.-]+)["']?[\s,]+key:\s*["']?([\w.-]+)|key:\s*["']?([\w.-]+)["']?[\s,]+name:\s*["']?([\w.-]+))"#,
        )
        .ok()
    });
    let found = ASKS.as_ref()?.captures(text)?;
    let secret = found.get(1).or_else(|| found.get(4))?;
    let key = found.get(2).or_else(|| found.get(3))?;
    let keys = keys_of(text, secret.as_str());
    (!keys.is_empty() && !keys.contains(&key.as_str())).then(|| key.range())
}

/// The keys of a secret, as a command or a manifest makes it.
fn keys_of<'a>(text: &'a str, secret: &str) -> Vec<&'a str> {
    static MAKES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bcreate secret generic +([\w.-]+)((?:[^\n]*\\\r?\n)*[^\n]*)").ok());
    static LITERAL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"--from-(?:literal|file)[= ]["']?([\w.-]+)="#).ok());
    static MANIFEST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"kind: Secret\b[^-]*?\bname:\s*["']?([\w.-]+)["']?(?:\n(?:[ \t][^\n]*|type:[^\n]*))*?\n(?:data|stringData):[ \t]*\n((?:[ \t]+[^\n]+\n?)+)"#).ok()
    });
    static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?m)^[ \t]+["']?([\w.-]+)["']?:"#).ok());
    let of = |makes: &'static LazyLock<Option<Regex>>, each: &'static LazyLock<Option<Regex>>| {
        let made = makes.as_ref().into_iter().flat_map(|makes| makes.captures_iter(text));
        let made = made.filter(|made| made.get(1).is_some_and(|name| name.as_str() == secret));
        let rest = made.filter_map(|made| made.get(2));
        rest.flat_map(|rest| each.as_ref().into_iter().flat_map(move |each| each.captures_iter(rest.as_str())))
            .filter_map(|key| Some(key.get(1)?.as_str()))
            .collect::<Vec<_>>()
    };
    let mut keys = of(&MAKES, &LITERAL);
    keys.extend(of(&MANIFEST, &ENTRY));
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_the_secret_does_not_have() {
        let asks = "secretKeyRef:\n      name: llm\n      key: openai\n";
        let made = "kubectl create secret generic llm \\\n  --from-literal=OPENAI_API_KEY=x\n";
        let manifest = "kind: Secret\nmetadata:\n  name: llm\ndata:\n  api-key: eA==\n";
        for (text, key) in [
            (format!("{asks}{made}"), Some("openai")),
            (format!("{manifest}{asks}"), Some("openai")),
            (format!("{asks}{}", made.replace("OPENAI_API_KEY", "openai")), None),
            (format!("{}{asks}", manifest.replace("api-key", "openai")), None),
            (format!("{asks}{}", made.replace("llm", "other")), None),
            (asks.to_owned(), None),
        ] {
            assert_eq!(asked_for_another(&text).map(|span| &text[span]), key, "{text}");
        }
    }
}
