//! What a refusal means: the first of a provider's answers that fits what was seen.

use crate::expression::Regex;

use super::{Answer, Provider, Within};

impl Provider {
    /// The first answer that fits; `None` where this refusal is not known.
    ///
    /// `text` is the body of an HTTP answer, a line of a log, an exception's message; `within` says which, and `None`
    /// that nobody knows: then it may stand for any of them. An unknown `status` narrows nothing.
    pub fn meaning(
        &self,
        status: Option<u16>,
        headers: &[(String, String)],
        text: &str,
        within: Option<&Within>,
    ) -> Option<&Answer> {
        self.answer.iter().find(|answer| answer.fits(status, headers, text, within))
    }
}

impl Answer {
    /// The causes that it is known for, the likeliest first.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.cause).chain(&self.also).map(String::as_str)
    }

    /// Whether this refusal is the one that was seen; arguments as in [`Provider::meaning`].
    pub fn fits(&self, status: Option<u16>, headers: &[(String, String)], text: &str, within: Option<&Within>) -> bool {
        if self.status.is_some() && status.is_some() && self.status != status {
            return false;
        }
        match &self.within {
            Within::Status => self.status == status && self.status.is_some() && is(within, &Within::Body),
            Within::Header(name) => {
                headers.iter().any(|(header, value)| header.eq_ignore_ascii_case(name) && self.occurs_in(value))
                    || within.is_none_or(|place| *place == self.within) && self.occurs_in(text)
            }
            place => is(within, place) && self.occurs_in(text),
        }
    }

    fn occurs_in(&self, text: &str) -> bool {
        match (&self.text, &self.pattern) {
            (Some(literal), _) => text.contains(literal),
            (None, Some(pattern)) => Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text)),
            (None, None) => false,
        }
    }
}

/// Whether `place` may be the one in question.
fn is(within: Option<&Within>, place: &Within) -> bool {
    within.is_none_or(|within| within == place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: Option<u16>, text: Option<&str>, pattern: Option<&str>, within: Within, cause: &str) -> Answer {
        Answer {
            status,
            text: text.map(str::to_owned),
            pattern: pattern.map(str::to_owned),
            within,
            code: None,
            cause: cause.to_owned(),
            also: Vec::new(),
            certain: false,
            note: None,
            sample: None,
            verified: true,
            source: "https://example.com".to_owned(),
        }
    }

    #[test]
    fn the_first_that_fits() {
        let sso = Within::Header("X-Sso".to_owned());
        let answers = [
            answer(Some(403), Some("required"), None, sso, "sso"),
            answer(Some(401), Some("no key"), None, Within::Body, "missing"),
            answer(Some(401), None, Some("key .* (?:unknown|gone)"), Within::Body, "unknown"),
            answer(None, Some("Illegal header"), None, Within::Client, "client"),
            answer(Some(403), None, None, Within::Status, "status"),
        ];
        let sso_header = [("x-sso".to_owned(), "required; url=".to_owned())];
        for (status, headers, text, within, cause) in [
            (Some(403), &sso_header[..], "", Some(Within::Body), Some("sso")),
            (Some(403), &[][..], "required", Some(Within::Body), Some("status")),
            (Some(403), &[], "x-sso: required", None, Some("sso")),
            (Some(401), &[], "no key", Some(Within::Body), Some("missing")),
            (None, &[], "error: no key", None, Some("missing")),
            (Some(400), &[], "no key", Some(Within::Body), None),
            (Some(401), &[], "key 7 is gone", Some(Within::Body), Some("unknown")),
            (None, &[], "TypeError: Illegal header", Some(Within::Client), Some("client")),
            (Some(401), &[], "Illegal header", Some(Within::Body), None),
            (None, &[], "", None, None),
        ] {
            let found = answers.iter().find(|a| a.fits(status, headers, text, within.as_ref()));
            assert_eq!(found.map(|a| a.cause.as_str()), cause, "{status:?} {text}");
        }
    }

    #[test]
    fn a_real_provider() {
        let openai = Provider::find("openai").unwrap();
        let cause = |status, text| openai.meaning(Some(status), &[], text, Some(&Within::Body)).map(|a| &*a.cause);
        assert_eq!(cause(401, r#"{"error":{"message":"Incorrect API key provided: None."}}"#), Some("key/missing"));
        assert_eq!(cause(401, r#"{"error":{"message":"Incorrect API key provided: sk-1***2."}}"#), Some("key/revoked"));
        assert_eq!(cause(200, "Incorrect API key provided"), None);
    }
}
