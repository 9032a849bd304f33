//! Answers that repeat the credential: it never reaches a verdict.

use super::Call;
use super::verdict::Blocked;
use crate::secret::Secret;

/// What stands where a credential was.
const MARK: &str = "‹hidden›";

/// Pieces that are hidden wherever an answer repeats them.
#[derive(Clone, Debug)]
pub(super) struct Masked(Vec<Secret>);

impl Masked {
    /// What the page sets in headers and parameters whose names speak of credentials.
    pub(super) fn of(call: &Call) -> Self {
        let query = call.url.split_once('?').map_or("", |(_, query)| query);
        let parameters = query.split(['&', '#']).filter_map(|piece| piece.split_once('='));
        let headers = call.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.expose_str()?)));
        let named = headers.chain(parameters).filter(|(name, _)| carries_credential(name));
        // The word before a credential, such as Bearer, is none.
        let pieces = named.filter_map(|(_, value)| value.split_whitespace().last()).filter(|piece| piece.len() >= 6);
        Self(pieces.map(Secret::from).collect())
    }

    /// Hides them in everything that an answer's text reached.
    pub(super) fn hide(&self, blocked: &mut Blocked) {
        for piece in self.0.iter().filter_map(Secret::expose_str) {
            let texts = [&mut blocked.meaning, &mut blocked.console, &mut blocked.error, &mut blocked.url];
            let lines = blocked.must.iter_mut().map(|(_, value)| value);
            for text in texts.into_iter().chain(&mut blocked.was).chain(lines) {
                if text.contains(piece) {
                    *text = text.replace(piece, MARK);
                }
            }
        }
    }
}

/// Whether credentials travel in a header or parameter of this name.
pub(super) fn carries_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "cookie", "key", "token", "secret", "password", "sig"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::MARK;
    use crate::cors::{Call, Fetch, Gets, Next, Origin};
    use crate::exchange::{Answer, Outcome};
    use crate::secret::Secret;

    #[test]
    fn a_repeated_credential_is_hidden() {
        let key = ["zq7", "-plainly-", "fake"].concat();
        let mut call = Call::get(Origin::parse("http://a.test").unwrap(), format!("http://b.test/?api_key={key}"));
        call.headers.push(("Authorization".to_owned(), Secret::from(format!("Bearer {key}").as_str())));
        let mut fetch = Fetch::new(&call);
        let Next::Ask(_) = fetch.ask() else { panic!("a preflight is needed") };
        let headers = vec![("Access-Control-Allow-Origin".to_owned(), format!("x {key}"))];
        fetch.hear(&Outcome::Answered(Answer { status: Some(200), headers, body: String::new() }));
        let Next::Done(verdict) = fetch.ask() else { panic!("this is the end") };
        assert!(matches!(&verdict.gets, Gets::Nothing(blocked) if blocked.was == Some(format!("x {MARK}"))));
        assert!(!format!("{verdict:?}{fetch:?}{call:?}").contains(&key));
    }
}
