//! Remarks: small signs in code, command lines and prose that decide between causes.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::fact::{Fact, Origin, Place, Remark, Seen};

/// The signs that carry no value, each with an expression.
const SIGNS: &[(Remark, &str)] = &[
    // The marks of a terminal's colours, written out.
    (Remark::Coloured, r"(?:\\033|\\x1[bB]|\\u001[bB]|\\e|\^\[|\x1b)\[[0-9;]*m"),
    // echo ends what it prints in a line break, and it is encoded with the pair.
    (
        Remark::EncodesLine,
        r#"\becho\s+["']?[^\n|n-][^\n|]*\|\s*(?:openssl\s+(?:enc\s+-)?base64|base64)\s*(?:$|[)\n|;&"'])"#,
    ),
    // A key is written into a file by echo, or a secret is made of a file.
    (
        Remark::EndsInLine,
        r#"\becho\s+["']?[A-Za-z0-9_-]{16,}["']?\s*>\s*\S+|--from-file[= ]\S+|\becho\s+["']?[^\n|n-][^\n|]*\|\s*(?:gh secret set|kubectl create secret|docker secret create|vault kv put|wrangler secret put|fly secrets|heroku config)"#,
    ),
    // A value is cut out of an env file by text tools, which know no quotes.
    (
        Remark::CutsOut,
        r"(?:grep|sed|awk)\b[^\n]*\.env\b[^\n]*(?:\bcut\b|\bsed\b|\bawk\b)|\b(?:cut|awk|sed)\b[^\n]*(?:-d ?['\x22]?=|-F ?['\x22]?=)[^\n]*\.env\b|export \$\(\s*(?:cat|grep|xargs)[^\n]*\.env",
    ),
    // The body of a webhook is parsed before its signature is checked.
    (
        Remark::ParsedBody,
        r"(?s)(?:express\.json\(|bodyParser\.json\(|JSON\.stringify\(\s*(?:req|request)\.body|json\.dumps\(|request\.json\b|req\.body\b|@RequestBody|to_json\b).{0,1500}(?:constructEvent|construct_event|webhook|signature)|(?s)(?:constructEvent|construct_event|webhook|signature).{0,600}(?:JSON\.stringify\(\s*(?:req|request)\.body|json\.dumps\(|request\.json\b)",
    ),
    // Somebody shows a preflight.
    (Remark::Preflight, r"(?i)access-control-request-(?:method|headers)\s*:|-X\s*['\x22]?OPTIONS\b"),
    // A browser's Origin goes with the request.
    (
        Remark::SendsOrigin,
        r"(?i)(?:-H\s*['\x22]|\n\s*|> )origin:\s*(?:https?|chrome-extension|moz-extension|app|capacitor|null)",
    ),
    // The sandbox is chosen.
    (
        Remark::Sandbox,
        r"(?i)\buse_?test_?net\b\s*[=:]\s*true|\btestnet\b|\bsandbox\b|\bstripe listen\b|\bset_sandbox_mode\b|environment\s*[=:]\s*['\x22]?(?:sandbox|development|staging)",
    ),
    // `export NAME = value` is three words to a shell.
    (Remark::SpacedAssignment, r"(?m)^\s*(?:\$ )?export\s+[A-Za-z_]\w*(?:\s+=|=\s+\S)"),
    (
        Remark::DollarInQuotes,
        r#"(?:-p|--password|-u|--username|--token|--api-key|-H)[= ]?"[^"\n$]*[A-Za-z0-9]\$[A-Za-z][^"\n]*"|(?m)^\s*export\s+\w+="[^"\n$]*[A-Za-z0-9]\$[A-Za-z][^"\n]*""#,
    ),
    // `$${{ secrets.X }}`, and what a log shows of it.
    (Remark::StrayDollar, r"\$\$\{\{\s*secrets|(?m)^\s*[a-z_-]+: \$\*{3}\s*$"),
    (Remark::Gate, r#"(?m)^\s*auth_basic\s+["']|^\s*AuthType\s+Basic\b|basicauth\s*[{/]"#),
    // A value is kept as JSON text, quotes and all.
    (
        Remark::StoredAsJson,
        r#"localStorage[\s\S]{0,200}(?:^|\n)\s*"[^"\n]{16,}"|\.setItem\([^,\n]+,\s*JSON\.stringify\("#,
    ),
];

static PATTERNS: LazyLock<Vec<(Remark, Regex)>> =
    LazyLock::new(|| SIGNS.iter().filter_map(|(remark, pattern)| Some((*remark, Regex::new(pattern).ok()?))).collect());

/// The signs in `text`, and those that carry a value: the beginning of a key that is asked for, variables by name, a header
/// without its name, the header that code looks for.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |span: std::ops::Range<usize>, seen: Seen| {
        let place = Place::of(path, text.as_bytes(), &span);
        facts.push(Fact { origin: Origin::File(place), span, seen });
    };
    static BEGINS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)starts_?with\(\s*["']([A-Za-z][A-Za-z0-9_-]{1,12})["']|HasPrefix\([^,\n]{1,40},\s*"([A-Za-z][A-Za-z0-9_-]{1,12})""#).ok()
    });
    for found in BEGINS.as_ref().into_iter().flat_map(|begins| begins.captures_iter(text)).take(4) {
        let Some(prefix) = found.get(1).or_else(|| found.get(2)) else { continue };
        // `Bearer` is the header's, not the key's.
        if !prefix.as_str().eq_ignore_ascii_case("bearer") && !prefix.as_str().starts_with("http") {
            add(prefix.range(), Seen::Compares(prefix.as_str().to_owned()));
        }
    }
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|aws_session_token|aws_access_key_id|accessKeyId|awsAccessKey|access_key_id|aws_?[sS]ession_?[tT]oken|session_?[tT]oken)\b")
            .ok()
    });
    for found in NAME.as_ref().into_iter().flat_map(|name| name.find_iter(text)).take(64) {
        add(found.range(), Seen::Refers(found.as_str().to_owned()));
    }
    static NAMELESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?:-H|--header)[ =]["']((?i:bearer|basic|token) [^"':\n]{4,300})["']"#).ok());
    for found in NAMELESS.as_ref().into_iter().flat_map(|nameless| nameless.captures_iter(text)).take(4) {
        if let Some(value) = found.get(1) {
            let word = value.as_str().split(' ').next().unwrap_or_default();
            add(value.range(), Seen::Nameless(word.to_owned()));
        }
    }
    for (remark, pattern) in &*PATTERNS {
        if let Some(found) = pattern.find(text) {
            add(found.range(), Seen::Remark(*remark));
        }
    }
    static HIDDEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bstr\(\s*([A-Za-z_.]+)\s*\)|\{([A-Za-z_.]+)\}").ok());
    if text.contains("SecretStr") && !text.contains("get_secret_value") {
        let hides =
            |name: &str| text.contains(&format!("{name} = SecretStr(")) || text.contains(&format!("{name}: SecretStr"));
        let found = HIDDEN.as_ref().into_iter().flat_map(|hidden| hidden.captures_iter(text)).find(|found| {
            let name = found.get(1).or_else(|| found.get(2)).map_or("", |name| name.as_str());
            hides(name.rsplit('.').next().unwrap_or(name))
        });
        if let Some(whole) = found.and_then(|found| found.get(0)) {
            add(whole.range(), Seen::Remark(Remark::HidingType));
        }
    }
    static EXPECTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)\b(?:\w*_)?header(?:_?name|_KEY)?\w*\s*[:=]\s*["']((?:x-|api-|auth)[A-Za-z-]{2,40})["']|(?:getHeader|headers\.get|header\(|HTTP_)\(?["']((?:X-|api-|Auth)[A-Za-z-]{2,40})["']"#).ok()
    });
    for found in EXPECTS.as_ref().into_iter().flat_map(|expects| expects.captures_iter(text)).take(4) {
        if let Some(name) = found.get(1).or_else(|| found.get(2)) {
            add(name.range(), Seen::Expects(name.as_str().to_owned()));
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remarks(text: &str) -> Vec<Remark> {
        let found = read(&"x".into(), text).into_iter().filter_map(|fact| match fact.seen {
            Seen::Remark(remark) => Some(remark),
            _ => None,
        });
        found.collect()
    }

    #[test]
    fn signs() {
        for (text, expected) in [
            ("\\033[0;32mabc\\033[0m", Remark::Coloured),
            ("echo \"$u:$p\" | openssl base64", Remark::EncodesLine),
            ("echo tskey0123456789abcdef > authkey", Remark::EndsInLine),
            ("KEY=$(grep -E '^A=' .env | cut -d= -f2-)", Remark::CutsOut),
            ("app.use(express.json());\nstripe.webhooks.constructEvent(x)", Remark::ParsedBody),
            ("curl https://a.test -X 'OPTIONS'", Remark::Preflight),
            ("curl -H \"Origin: chrome-extension://abc\" http://a", Remark::SendsOrigin),
            ("binance.UseTestnet = true", Remark::Sandbox),
            ("key = SecretStr(x)\nuse(str(key))", Remark::HidingType),
        ] {
            assert!(remarks(text).contains(&expected), "{text}");
        }
        for text in
            ["echo -n \"$u:$p\" | base64 -w0", "printf %s \"$u:$p\" | base64", "origin/main", "echo hello > greeting"]
        {
            assert!(remarks(text).is_empty(), "{text}");
        }
    }
}
