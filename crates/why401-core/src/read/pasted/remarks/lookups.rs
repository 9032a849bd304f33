//! Look-ups that find nothing: a variable of the environment that is asked for by its value, where its name belongs, and
//! a field of a configuration that is empty.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// Fewer characters than this may be a name.
const LEAST: usize = 16;
/// A name has a number or two; a key has so many places with digits.
const RUNS: usize = 3;

/// Where a variable is asked for by what looks like a key, or by a constant that holds one.
pub(super) fn by_value(text: &str) -> Option<Range<usize>> {
    static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?:\benviron(?:\.get\(|\[)|\bgetenv\(|\bGetenv\(|\bENV(?:\[|\.fetch\()|\bprocess\.env\[)\s*(?:["']([^"'\n]{8,200})["']|([A-Za-z_]\w*)\s*[\]),])"#,
        )
        .ok()
    });
    ASKED.as_ref()?.captures_iter(text).find_map(|found| match (found.get(1), found.get(2)) {
        (Some(value), _) => is_value(value.as_str()).then(|| value.range()),
        (_, Some(constant)) => held_by(text, constant.as_str()).filter(|held| is_value(held)).map(|_| constant.range()),
        _ => None,
    })
}

/// Where a field for a credential is empty, beside one that is filled: who hides what he shows hides all of it.
pub(super) fn empty_field(text: &str) -> Option<Range<usize>> {
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?im)^[ \t]*["']?(?:\w*[_-])?(?:api_?key|key|token|secret|password|client_?id|client_?secret)["']?\s*:\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*,?[ \t]*$"#).ok()
    });
    let fields: Vec<_> = FIELD.as_ref()?.captures_iter(text).take(16).collect();
    let value = |found: &crate::expression::Captures<'_>| {
        found.get(1).or_else(|| found.get(2)).map_or(0, |value| value.as_str().len())
    };
    let filled = fields.iter().any(|found| value(found) >= 8);
    let empty = fields.iter().find(|found| value(found) == 0).filter(|_| filled)?;
    empty.get(0).map(|whole| whole.range())
}

/// What a constant is set to in the same text.
fn held_by<'t>(text: &'t str, constant: &str) -> Option<&'t str> {
    static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t]*(?:(?:const|let|var|final|static|String|export) +)*([A-Za-z_]\w*)\s*=\s*["']([^"'\n]{8,200})["']"#).ok()
    });
    let found = SET.as_ref()?.captures_iter(text).find(|found| &found[1] == constant)?;
    found.get(2).map(|value| value.as_str())
}

/// Whether this can be no variable's name: a mask, or letters with digits among them as only a key has.
fn is_value(text: &str) -> bool {
    let is_mask = text.contains("***") || text.to_ascii_lowercase().contains("xxxx");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+=:".contains(&byte));
    let has_small = text.bytes().any(|byte| byte.is_ascii_lowercase());
    let runs = text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    text.len() >= LEAST && (is_mask || is_plain && has_small && runs >= RUNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_filled() {
        for (text, found) in [
            ("{\n  \"key\": \"\",\n  \"token\": \"5d0f8b1c6a3e\"\n}", true),
            ("api_key: ''\nclient_secret: 'abcdefgh12'\n", true),
            ("{\n  \"key\": \"\",\n  \"token\": \"\"\n}", false),
            ("{\n  \"name\": \"\",\n  \"token\": \"5d0f8b1c6a3e\"\n}", false),
        ] {
            assert_eq!(empty_field(text).is_some(), found, "{text}");
        }
    }

    #[test]
    fn values_and_names() {
        for (text, found) in [
            ("Client(os.environ.get('SG.q_fz7RVBk.ivL3teh3Ke'))", Some("SG.q_fz7RVBk.ivL3teh3Ke")),
            ("os.getenv(\"sk-proj-4fT9a2Lq0Zb7\")", Some("sk-proj-4fT9a2Lq0Zb7")),
            ("process.env['4fT9a2Lq0Zb7cd81']", Some("4fT9a2Lq0Zb7cd81")),
            ("KEY = '***sendgrid***api***'\nos.environ.get(KEY)", Some("KEY")),
            ("KEY = 'SENDGRID_API_KEY'\nos.environ.get(KEY)", None),
            ("os.environ.get(KEY)", None),
            ("os.environ[\"AWS_REGION_EU_WEST_1\"]", None),
            ("os.environ.get(\"npm_config_registry2\")", None),
            ("ENV['my-app.api-key']", None),
            ("process.env['ConnectionStrings__Db1']", None),
            ("os.environ['service-v2.token-eu1']", None),
        ] {
            assert_eq!(by_value(text).and_then(|span| text.get(span)), found, "{text}");
        }
    }
}
