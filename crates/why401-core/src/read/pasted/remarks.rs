//! Remarks: small signs in code, command lines and prose that decide between causes.

mod lookups;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::bare;
use super::handed;
use super::late;
use super::misplaced;
use super::signs::SIGNS;
use super::starts;
use super::stored;
use super::twice;
use super::written;
use crate::fact::{Fact, Origin, Place, Remark, Seen};

static PATTERNS: LazyLock<Vec<(Remark, Regex)>> = LazyLock::new(|| {
    SIGNS
        .iter()
        .chain(handed::SIGNS)
        .chain(written::SIGNS)
        .filter_map(|(remark, pattern)| Some((*remark, Regex::new(pattern).ok()?)))
        .collect()
});

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
    static DEMANDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"/(\^[^/\n]{3,120}\$?)/[a-z]{0,3}(?:\.test\(|;|,|\))|\.match\(/(\^[^/\n]{3,120})/|\b(?:re\.(?:match|fullmatch|compile)|regexp\.MustCompile|Regex::new|new RegExp|Pattern\.compile|preg_match|\.matches)\(\s*[rbu@]?["'`]{1,3}/?(\^[^"'`\n]{3,120}?)/?["'`]"#).ok()
    });
    for found in DEMANDS.as_ref().into_iter().flat_map(|demands| demands.captures_iter(text)).take(4) {
        if let Some(pattern) = found.iter().skip(1).flatten().next() {
            add(pattern.range(), Seen::Demands(pattern.as_str().to_owned()));
        }
    }
    for (remark, span) in [
        (Remark::OtherFile, other_file(text)),
        (Remark::UnloadedFile, unloaded(text)),
        (Remark::ShellHolds, twice::held(text)),
        (Remark::KeyForName, lookups::by_value(text)),
        (Remark::StartsBare, starts::bare(text)),
        (Remark::EmptyField, lookups::empty_field(text)),
        (Remark::LoadsLate, late::loaded(text)),
        (Remark::MisspeltSetting, misplaced::misspelt(text)),
        (Remark::KeyAsToken, misplaced::key_as_token(text)),
        (Remark::BearerForAnthropic, misplaced::bearer_for_anthropic(text)),
        (Remark::KeyForGateway, misplaced::key_for_a_gateway(text)),
        (Remark::OtherKey, stored::asked_for_another(text)),
        (Remark::BareCommand, bare::command(text).or_else(|| bare::call(text))),
    ] {
        if let Some(span) = span {
            add(span, Seen::Remark(remark));
        }
    }
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|aws_session_token|aws_access_key_id|accessKeyId|awsAccessKey|access_key_id|aws_?[sS]ession_?[tT]oken|session_?[tT]oken)\b")
            .ok()
    });
    for found in NAME.as_ref().into_iter().flat_map(|name| name.find_iter(text)).take(64) {
        add(found.range(), Seen::Refers(found.as_str().to_owned()));
    }
    static WANTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i:\b(?:expects?|reads?|looks? (?:only )?(?:for|up|at)|wants?|takes|requires?|only (?:accepts|knows|supports)))\b[^\n.;A-Z]{0,24}[`'\x22$]?\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b").ok()
    });
    for found in WANTED.as_ref().into_iter().flat_map(|wanted| wanted.captures_iter(text)).take(8) {
        if let Some(name) = found.get(1) {
            add(name.range(), Seen::Wanted(name.as_str().to_owned()));
        }
    }
    // An object of settings, and what Vite loads, have the variable as a field; what is assigned is not read.
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\b(?:settings|config|cfg|conf|env|Settings|Config)\.((?:[A-Za-z][A-Za-z0-9]*_)+(?i:api_key|api_token|access_token|auth_token|secret_key))\b *(?:[^ =\n]|=[=>]|\n|$)").ok()
    });
    for found in FIELD.as_ref().into_iter().flat_map(|field| field.captures_iter(text)).take(8) {
        // The readers of code know what a process itself has.
        let is_read = found.get(0).is_some_and(|field| text[..field.start()].ends_with("process."));
        if let Some(name) = found.get(1).filter(|_| !is_read) {
            add(name.range(), Seen::Wanted(name.as_str().to_ascii_uppercase()));
        }
    }
    static NAMELESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?:-H|--header)[ =]["']((?i:bearer|basic|token|authorization|x-api-key|api-key) [^"':\n]{4,300})["']|(?m)(?:value|gives?|got|is|=>?|:)[: ]+["'`]?((?i:basic) [A-Za-z0-9+/]{8,}={0,2})\W*$"#,
        )
        .ok()
    });
    for found in NAMELESS.as_ref().into_iter().flat_map(|nameless| nameless.captures_iter(text)).take(4) {
        if let Some(value) = found.get(1).or_else(|| found.get(2)) {
            // Behind its name it is a header.
            let before = text[..value.start()].trim_end_matches([' ', '\t', ':', '=', '>', '"', '\'', '`']);
            let line = before.rsplit('\n').next().unwrap_or_default().to_ascii_lowercase();
            if line.ends_with("authorization") {
                continue;
            }
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
            let last = name.rsplit('.').next().unwrap_or(name);
            let lower = last.to_ascii_lowercase();
            hides(last) || found.get(1).is_some() && ["key", "token", "secret"].iter().any(|word| lower.ends_with(word))
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

/// Where somebody writes a key into one file, and the program reads another.
fn other_file(text: &str) -> Option<Range<usize>> {
    const FILE: &str = r"[`'\x22 (]((?:[\w-]*\.env(?:\.\w+)*|[\w-]+\.(?:json|ya?ml|toml|txt|ini|cfg|conf|properties|local|example)))\b";
    static WRITES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let verbs = "add(?:ed)?|put|pasted?|saved?|stored?|set|wrote|writes?|written|edit(?:ed)?|fill(?:ed)?|inserted?";
        Regex::new(&format!(r"(?i)\b(?:{verbs})\b[^\n]{{0,60}}\b(?:in|to|into|inside)\b[^\n]{{0,16}}?{FILE}")).ok()
    });
    static READS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let verbs = "reads?|loads?|loaded|expects?|looks? (?:for|in|at|into)|picks up|parses|takes|opens?";
        Regex::new(&format!(r"(?i)\b(?:{verbs})\b[^\n(]{{0,24}}?{FILE}")).ok()
    });
    let written = WRITES.as_ref()?.captures(text)?;
    let read = READS.as_ref()?.captures_iter(text).find(|read| read[1] != written[1])?;
    let both = READS.as_ref()?.captures_iter(text).any(|read| read[1] == written[1]);
    (!both).then(|| read.get(0).map(|whole| whole.range()))?
}

/// Where an env file is spoken of beside the whole of a program that loads none.
fn unloaded(text: &str) -> Option<Range<usize>> {
    static PROGRAM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^\s*(?:from [\w.]+ import |import \w+|const \w+ = require\(|import .* from |package main)")
            .ok()
    });
    static LOADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)dotenv|env[_-]?file|load_?env|environs|decouple|BaseSettings|next|vite|godotenv|nuxt|source \S*\.env|\bbun\b|docker|compose|envdir|direnv|export \$|react|expo|nest|django").ok()
    });
    static FILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)(?:^|[\s`'\x22(/])(\.env)(?:[\s`'\x22.,):]|$)").ok());
    let file = FILE.as_ref()?.captures(text)?.get(1)?.range();
    (PROGRAM.as_ref()?.is_match(text) && !LOADS.as_ref()?.is_match(text)).then_some(file)
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

    #[test]
    fn headers_without_a_name() {
        for (text, found) in [
            ("curl -H 'Bearer abcdefgh' https://a.test", true),
            ("the value: Basic dXNlcjpwYXNz", true),
            ("> Authorization: Basic dXNlcjpwYXNz", false),
            ("\"Authorization\": \"Basic dXNlcjpwYXNz\"", false),
        ] {
            let nameless = read(&"x".into(), text).iter().any(|fact| matches!(fact.seen, Seen::Nameless(_)));
            assert_eq!(nameless, found, "{text}");
        }
    }

    #[test]
    fn files_that_nobody_reads() {
        for (text, found) in [
            ("add it to the `api_key.txt` file\n# the pack reads config.json", Some(Remark::OtherFile)),
            ("add it to the `config.json` file\n# the pack reads config.json", None),
            ("# .env in working directory\nimport asyncio\n", Some(Remark::UnloadedFile)),
            ("# .env in working directory\nimport asyncio\nfrom dotenv import load_dotenv\n", None),
            ("import asyncio\n", None),
        ] {
            assert_eq!(remarks(text).first().copied(), found, "{text}");
        }
    }

    #[test]
    fn expressions_that_keys_are_held_against() {
        for (text, found) in [
            ("return /^sk-[a-z]{20,}$/.test(key)", Some("^sk-[a-z]{20,}$")),
            ("re.match(r'^sk-[a-z]+$', key)", Some("^sk-[a-z]+$")),
            ("a = b / c", None),
        ] {
            let seen = read(&"x".into(), text).into_iter().find_map(|fact| match fact.seen {
                Seen::Demands(pattern) => Some(pattern),
                _ => None,
            });
            assert_eq!(seen.as_deref(), found, "{text}");
        }
    }
}
