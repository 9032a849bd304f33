//! What a server or a client repeated of the credential, as the judges look at it: whole, or what a mask left of it.

use crate::case::{Case, Stop};
use crate::cause::{Finding, Standing};
use crate::fact::Fact;

/// One repetition.
pub(super) struct Echoed<'c> {
    /// Where it was seen.
    pub(super) fact: &'c Fact,
    /// The word before the credential, such as `Bearer`; empty where there is none.
    pub(super) scheme: &'c str,
    /// The credential, as far as it is shown.
    pub(super) text: &'c str,
    /// Whether a client says it, before anything was sent.
    pub(super) by_client: bool,
}

/// What was repeated; nothing where the case is a credential of the project and not the refusal.
pub(super) fn echoes<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Echoed<'c>> {
    let echoes = case.as_refusal().into_iter().flat_map(|refusal| &refusal.echoes);
    echoes.filter_map(|&(fact, echoes)| {
        let text = echoes.value.expose_str()?;
        let (scheme, text) = split(text);
        Some(Echoed { fact, scheme, text, by_client: echoes.by_client })
    })
}

fn split(value: &str) -> (&str, &str) {
    let word = ["bearer", "basic", "token", "bot"].into_iter().find(|word| {
        value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && value[word.len()..].chars().next().is_none_or(char::is_whitespace)
    });
    match word {
        // One blank belongs to the scheme; what follows is the credential's.
        Some(word) => (&value[..word.len()], value[word.len()..].strip_prefix(' ').unwrap_or("")),
        None => ("", value),
    }
}

impl Echoed<'_> {
    /// Where the stars or dots of a mask stand: what is shown before them, and after.
    pub(super) fn masked(&self) -> Option<(&str, &str)> {
        let mask = |c: char| matches!(c, '*' | '•' | '●' | '…');
        let dots = self
            .text
            .find("...")
            .map(|at| (at, at + 3 + self.text[at + 3..].bytes().take_while(|b| *b == b'.').count()));
        let stars = self.text.find(mask).map(|at| {
            let rest = &self.text[at..];
            (at, at + rest.find(|c| !mask(c)).unwrap_or(rest.len()))
        });
        let (start, end) = stars.or(dots)?;
        Some((&self.text[..start], &self.text[end..]))
    }

    /// The credential without quotes round it.
    pub(super) fn bare(&self) -> &str {
        self.text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\'))
    }

    /// The credential as far as it is shown: without quotes round it, and what stands before a mask.
    pub(super) fn shown(&self) -> &str {
        self.masked().map_or(self.bare(), |(head, _)| head.trim_matches(['"', '\'']))
    }

    /// The server, or the client, got something that is no key: what, and why we say so.
    pub(super) fn finding(&self, standing: Standing, title: &str, why: &str) -> Finding {
        let mut finding = Finding::new(standing, Stop::Sent, title, self.fact.origin.clone(), why);
        // What arrived is known better than what any text about it says.
        finding.weight = 30;
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn scheme_and_credential() {
        for (value, parts) in [
            ("Bearer abc", ("Bearer", "abc")),
            ("bearer  abc", ("bearer", " abc")),
            ("Bearer ", ("Bearer", "")),
            ("Bearer", ("Bearer", "")),
            ("tokens", ("", "tokens")),
            ("abc", ("", "abc")),
        ] {
            assert_eq!(split(value), parts);
        }
    }
}
