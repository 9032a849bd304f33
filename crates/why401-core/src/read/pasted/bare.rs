//! Bare commands: curl with headers of its own, and none of them, nor anything else, is a credential.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

/// The first command, where none that is shown carries a credential. One without headers is often cut short.
pub(super) fn command(text: &str) -> Option<Range<usize>> {
    static CURL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?:[$#>%] ?)?curl\b(?:[^\n]*\\[ \t]*\n)*[^\n]*").ok());
    static HEADER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:-H|--header)[ =]?['\x22]?[A-Za-z-]+:").ok());
    static CARRIES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)authori[sz]ation|api[-_]?key|api-?token|access[-_]?token|auth[-_]?token|private-token|cookie",
            r"|secret|bearer|signature|[?&](?:key|token|auth|sig|code)=|x-[\w-]*(?:key|token|auth)|apikey",
            r"|\s(?:-u|--user|-b|--cookie|-n|--netrc\S*|--oauth2-bearer|--aws-sigv4|-E|--cert|-K|--config|--negotiate)\b",
            r"|\s-X ?['\x22]?OPTIONS|://[^/\s'\x22@]+:[^/\s'\x22@]+@|access-control-request|\.\.\.",
        ))
        .ok()
    });
    let commands: Vec<_> = CURL.as_ref()?.find_iter(text).take(8).collect();
    let first =
        commands.iter().find(|command| HEADER.as_ref().is_some_and(|header| header.is_match(command.as_str())))?;
    let any = commands.iter().any(|command| CARRIES.as_ref().is_some_and(|carries| carries.is_match(command.as_str())));
    (!any).then(|| first.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_carry_nothing() {
        for (text, bare) in [
            ("curl -X 'POST' \\\n  'http://a.test/v1' \\\n  -H 'accept: application/json'\n", true),
            ("$ curl https://a.test -H \"Content-Type: application/json\" -d '{}'\n", true),
            ("curl https://a.test -H \"Content-Type: application/json\" -u a:b\n", false),
            ("curl https://a.test -H 'accept: */*' -H \"x-api-key: $KEY\"\n", false),
            ("curl 'https://a.test?key=abc' -H 'accept: */*'\n", false),
            ("curl -H 'accept: */*' https://a.test\ncurl -H 'Authorization: Bearer x' https://a.test\n", false),
            ("curl https://a.test\n", false),
        ] {
            assert_eq!(command(text).is_some(), bare, "{text}");
        }
    }
}
