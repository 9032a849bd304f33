//! What an answer or a client's message repeats of the credential that it got: the best clue of all.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use crate::fact::{Echoes, Fact, Origin, Place, Seen};
use crate::secret::Secret;
use crate::url::decoded;

/// One way of repeating: the expression's first group is what was repeated.
struct Way {
    pattern: &'static str,
    by_client: bool,
}

/// How services and clients say it.
const WAYS: &[Way] = &[
    // "Incorrect API key provided: X. You can find …": nothing stands round X but what was sent.
    Way {
        pattern: r#"(?i)\b(?:incorrect|invalid) api key provided:\s*([^\n,;<>]{1,200}?)(?:\.? You can|\. |\.?["']\s*[,;}\n]|[,;\n]|\.?$)"#,
        by_client: false,
    },
    // "Unknown API key 'X'", "invalid token: X"
    Way {
        pattern: r#"(?i)\b(?:incorrect|invalid|unknown|malformed|expired|wrong)\s+(?:api|secret|access|auth)?[ _-]?(?:key|token|credential)s?(?:\s+(?:provided|given|received|supplied|used|passed))?(?:\s*[:=]\s*["'`]?|\s+["'`])([^\n"',;<>]{1,200}?)(?:\.? You can|\. |["'`,;\n}]|\.?$)"#,
        by_client: false,
    },
    // "Passed in: bearer X", "Received=X", "Received API Key = X"
    Way {
        pattern: r#"(?i)(?:passed in|received(?: api key| key| token)?)\s*[:=]\s*["'`]?([^\n"'`,}]{1,200})"#,
        by_client: false,
    },
    // "Application with identifier 'X' was not found", "tenant identifier 'undefined'": an id in words is none.
    Way {
        pattern: r"(?i)\b(?:application|client|app|tenant)(?: with)? (?:identifier|id) '([A-Za-z_ <>{}$-]{3,80})'",
        by_client: false,
    },
    // "Your api key: X is invalid", "the token 'X' is not valid", "api_key 'X'"
    Way {
        pattern: r#"(?i)\b(?:api[ _-]?key|access[ _-]?key(?: id)?|token|client[ _-]?id|credentials?)(?:["']?\s*(?:=>|[:=])\s*|\s+)["']([^"'\n]{0,200})["']"#,
        by_client: false,
    },
    Way {
        pattern: r#"(?i)\b(?:api[ _-]?key|token)\s*:\s*(\S{0,200})\s+is (?:invalid|not valid|incorrect|wrong)"#,
        by_client: false,
    },
    // A header as it was sent, in a debug print.
    Way {
        pattern: r#"(?i)\bauthorization["']?\s*[:=]\s*["']?((?:bearer|token|basic)(?: [^"'\\\n,}]{0,300})?)(?:["'\\\n,}]|$)"#,
        by_client: false,
    },
    // "though you did set your Authorization header to "null"."
    Way { pattern: r#"(?i)\bset your authorization header to \\?["']([^"'\\\n]{0,200})\\?["']"#, by_client: false },
    // "Illegal header value b'Bearer '", "Invalid header value b'token X\n'"
    Way {
        pattern: r#"(?i)(?:illegal|invalid) header value:?\s*b?["']((?:[^"'\\\n]|\\.){0,400})["']"#,
        by_client: true,
    },
    // "Headers.append: "Bearer X" is an invalid header value."
    Way { pattern: r#"(?i)headers\.\w+: "([^"\n]{0,400})" is an invalid header value"#, by_client: true },
    // What JavaScript makes of an object that is no text.
    Way { pattern: r"(?i)\bbearer (\[object \w{1,40}\])", by_client: true },
    // The header's value alone, quotes inside: "Bearer 'X'".
    Way { pattern: r#"(?im)^\s*((?:bearer|basic|token) ["'][A-Za-z0-9._~+/=-]{8,400}["']?)"#, by_client: true },
    // The credential where a variable's name belongs: KeyError: 'sk-…'
    Way { pattern: r#"KeyError: ["']([^"'\n]{12,200})["']"#, by_client: true },
    // AWS repeats the header: Credential=X/20250101/…
    Way { pattern: r#"\bCredential=([^,\n"]{0,160}?)/\d{8}/"#, by_client: false },
    // The address that was refused shows what its query carried: a word for nothing, a reference, an edge that was encoded.
    // What else stands there may be what a person wrote over the key.
    Way {
        pattern: r#"[?&](?:[\w-]*(?:api[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token)|appid|app_id|token|auth|key)=((?:undefined|null|None|nil|NaN|(?:\[|%5[Bb])object(?:%20|\+)Object(?:\]|%5[Dd]))|(?:%22|%27|%60|%3[Cc]|%20|%09|%0[AaDd]|%E2%80%[89ABab][0-9A-Fa-f]|%EF%BB%BF|%C2%A0|[Bb]earer(?:%20|\+))[^&\s"'<>`)]{4,200}|[^&\s"'<>`)]{4,200}?(?:%22|%27|%60|%20|%0[AaDd]|%E2%80%[89ABab][0-9A-Fa-f]|%EF%BB%BF|%C2%A0)|(?:\$|%24)?(?:%7[Bb]|\{){1,2}(?:%20)*[A-Za-z_][\w.]{1,60}(?:%20)*(?:%7[Dd]|\}){1,2}|%24[A-Z][A-Z0-9_]{3,60})(?:[&\s"'<>`)#]|$)"#,
        by_client: false,
    },
    // S3 repeats the key id or the header.
    Way {
        pattern: r"<(?:AWSAccessKeyId|ArgumentValue)>(?:[ \t]*\r?\n[ \t]*)?([^<]{0,600}?)(?:\r?\n[ \t]*)?</",
        by_client: false,
    },
];

/// What is repeated in `text`.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    static PATTERNS: LazyLock<Vec<(Regex, bool)>> =
        LazyLock::new(|| WAYS.iter().filter_map(|way| Some((Regex::new(way.pattern).ok()?, way.by_client))).collect());
    let mut facts: Vec<Fact> = Vec::new();
    for (pattern, by_client) in &*PATTERNS {
        for found in pattern.captures_iter(text).take(16) {
            let Some(value) = found.get(1) else { continue };
            let value = without_stop(value.range(), text);
            if facts.iter().any(|fact| fact.span.start < value.end && value.start < fact.span.end)
                || is_prose(&text[value.clone()])
                || is_hidden(&text[value.clone()])
                || is_between(text, &value)
                || is_filled_in(text, &value)
                || !by_client && !is_refused(text, value.start)
                || is_advice(&text[..found.get(0).map_or(0, |whole| whole.start())])
            {
                continue;
            }
            let said = &text[value.clone()];
            let in_query = text[..value.start].ends_with('=') && said.contains('%');
            let shown = match (*by_client, in_query) {
                (true, _) => unescape(said),
                (false, true) => String::from_utf8(decoded(said)).unwrap_or_else(|_| said.to_owned()),
                (false, false) => said.to_owned(),
            };
            let place = Place::of(path, text.as_bytes(), &value);
            let echoes = Echoes { value: Secret::new(shown), by_client: *by_client };
            facts.push(Fact { origin: Origin::File(place), span: value, seen: Seen::Echoes(echoes) });
        }
    }
    facts
}

/// The full stop of the sentence is no part of the value; a row of them may be.
fn without_stop(value: Range<usize>, text: &str) -> Range<usize> {
    let said = &text[value.clone()];
    let cut = usize::from(said.ends_with('.') && !said.ends_with(".."));
    value.start..value.end - cut
}

/// Whether a person who pasted it wrote a word in brackets where the value was: `[masked]`, `<redacted>`.
fn is_hidden(value: &str) -> bool {
    let word = value.rsplit(' ').next().unwrap_or_default();
    let inner = word.strip_prefix(['[', '<']).and_then(|word| word.strip_suffix([']', '>']));
    let words = ["masked", "redacted", "hidden", "removed", "filtered", "secret", "omitted", "snip"];
    inner.is_some_and(|inner| words.iter().any(|word| inner.to_ascii_lowercase().contains(word)))
}

/// Whether what seems to end the value opens another quotation: what lies between two of them is a sentence.
fn is_between(text: &str, value: &Range<usize>) -> bool {
    let mut after = text[value.end..].chars();
    let is_quote = after.next().is_some_and(|sign| matches!(sign, '"' | '\'')) && text[value.clone()].ends_with(' ');
    is_quote && after.next().is_some_and(char::is_alphanumeric)
}

/// Whether a shell puts the variable's value there: a command line, and no single quotes round the `$`.
fn is_filled_in(text: &str, value: &Range<usize>) -> bool {
    let start = text[..value.start].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[start..value.start];
    let commands = ["curl ", "wget ", "http ", "https ", "xh ", "grpcurl "];
    text[value.clone()].contains(" $")
        && commands.iter().any(|command| before.contains(command))
        && before.matches('\'').count().is_multiple_of(2)
}

/// Whether anything round `at` says that something was refused: else it is a setting, and no repetition.
fn is_refused(text: &str, at: usize) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:40[01347]|429|unauthori[sz]ed|forbidden|(?:access )?denied|rejected|illegal|malformed|unknown|incorrect|wrong|expired|not valid|signature|credential=|AWSAccessKeyId|ArgumentValue|passed in|received|request headers)\b|invalid|\w(?:Error|Exception)\b").ok()
    });
    let from = text.floor_char_boundary(at.saturating_sub(600));
    let to = text.ceil_char_boundary((at + 600).min(text.len()));
    WORDS.as_ref().is_some_and(|words| words.is_match(&text[from..to]))
}

/// Whether the words before show how a header is to be written, and repeat none.
fn is_advice(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let start = line.char_indices().rev().nth(40).map_or(0, |(at, _)| at);
    let lower = line[start..].to_ascii_lowercase();
    let words = [
        "i.e. ",
        "e.g. ",
        "expected ",
        "try ",
        "format is ",
        "like ",
        "such as ",
        "should be ",
        "must be ",
        "example: ",
        "pass it with ",
        "pass it as ",
        "send it as ",
    ];
    let bare = lower.trim_end_matches(['"', '\'', '`', '\\', '(', ' ', ':']);
    words.iter().any(|word| bare.ends_with(word.trim_end_matches([' ', ':'])))
}

/// Whether what follows is the rest of a sentence and no value.
fn is_prose(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let plain = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'' || b == b'.');
    // Sample text tells somebody what to put there.
    let lower = value.to_ascii_lowercase();
    let sample = ["your ", "insert ", "enter ", "put ", "paste ", "replace "];
    if sample.iter().any(|start| lower.starts_with(start)) && lower.contains("your") {
        return false;
    }
    let scheme =
        words.first().is_some_and(|first| ["bearer", "token", "basic"].contains(&first.to_ascii_lowercase().as_str()));
    words.len() >= 3 && !scheme && words.iter().filter(|word| plain(word)).count() * 2 > words.len()
        || matches!(words[..], [only] if ["provided", "or", "is", "for", "and", "error", "format", "in", "the", "not", "type", "id", "found"].contains(&only.trim_end_matches(['.', ','])))
}

/// Escapes of a printed string literal.
fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated() {
        for (text, expected) in [
            ("Incorrect API key provided: undefined. You can find your API key at https://a", Some("undefined")),
            ("Incorrect API key provided: \"sk-p***9x\". You can find", Some("\"sk-p***9x\"")),
            ("Incorrect API key provided: ${OPENA*****KEY}. You can find", Some("${OPENA*****KEY}")),
            ("Your api key: ****eek} is invalid", Some("****eek}")),
            (
                "Malformed API Key passed in. Ensure Key has `Bearer ` prefix. Passed in: bearer sk-1",
                Some("bearer sk-1"),
            ),
            ("Illegal header value b'Bearer '", Some("Bearer ")),
            ("ValueError: Invalid header value b'token abc\\n'", Some("token abc\n")),
            ("Credential=AWS Access Key ID [None]: AKIA/20250101/us-east-1", Some("AWS Access Key ID [None]: AKIA")),
            ("401: you did set your Authorization header to \\\"null\\\".", Some("null")),
            ("> Authorization: bearer [masked]\n< HTTP/1.1 401", None),
            ("Format is Authorization: Bearer [token]", None),
            ("using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)", None),
            ("placeholder 'openai.api-key' in value \"x\"", None),
            ("getting AD OAuth token: 'AADSTS700016: Application with identifier '0a1b' was invalid'", None),
            ("Invalid API key provided", None),
            ("$ curl http://a.test -H \"Authorization: Bearer $TOKEN\"\nHTTP:401", None),
            ("$ curl http://a.test -H 'Authorization: Bearer $TOKEN'\nHTTP:401", Some("Bearer $TOKEN")),
            ("authorization\n\tBearer [object Promise]", Some("[object Promise]")),
            ("invalid_client: not found\nclient_id='Insert your client ID here'", Some("Insert your client ID here")),
            ("Bearer 'abcdefghijk'", Some("Bearer 'abcdefghijk'")),
            ("invalid token or expired session for this user", None),
            ("GET https://a.test/x?q=1&appid=undefined 401", Some("undefined")),
            ("401 for url: https://a.test/x?api_key=%22abcdefgh%22&q=1", Some("\"abcdefgh\"")),
            ("401 for url: https://a.test/x?token=abcdefgh%0A", Some("abcdefgh\n")),
            ("401 for url: https://a.test/x?key=$%7BAPI_KEY%7D", Some("${API_KEY}")),
            ("401 for url: https://a.test/x?key=%24%7BAPI_KEY%7D", Some("${API_KEY}")),
            ("401 for url: https://a.test/x?key=%24API_KEY", Some("$API_KEY")),
            ("401 for url: https://a.test/x?key=%60abcdefgh%60", Some("`abcdefgh`")),
            ("401 for url: https://a.test/x?key=abcdefgh%E2%80%8B", Some("abcdefgh\u{200b}")),
            ("401 for url: https://a.test/x?token=Bearer%20abcdefgh", Some("Bearer abcdefgh")),
            ("401 for url: https://a.test/x?key=%3CYOUR_KEY%3E", Some("<YOUR_KEY>")),
            ("401 for url: https://a.test/x?key=YOUR_KEY&a=b", None),
        ] {
            let found = read(&"x".into(), text);
            let value = found.first().map(|fact| match &fact.seen {
                Seen::Echoes(echoes) => echoes.value.expose_str().unwrap().to_owned(),
                _ => String::new(),
            });
            assert_eq!(value.as_deref(), expected, "{text}");
        }
    }
}
