//! Message: the pieces of a request that a keyed hash may be over, and the text that a rule makes of them.

use super::keyed::Hash;
use super::schema::{Piece, Rule};
use crate::exchange::Request;
use crate::url::Url;

/// The pieces of a request.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The method, in capitals.
    pub method: String,
    /// The whole address, query included.
    pub url: String,
    /// The query without the signature; `None` where there is no `?`.
    pub query: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// The time, as it was written.
    pub timestamp: String,
    /// The message's own name.
    pub id: String,
    /// What rises with each request, as it was written.
    pub nonce: String,
}

impl Message {
    /// Of a request, without what only its rule knows.
    pub fn of(request: &Request) -> Self {
        let query = request.query.as_ref().map(|query| String::from_utf8_lossy(query.expose()).into_owned());
        let url = match &query {
            Some(query) => format!("{}?{query}", request.url),
            None => request.url.clone(),
        };
        let body = request.body.expose().to_vec();
        Self { method: request.method.to_ascii_uppercase(), url, query, body, ..Self::default() }
    }

    /// The text that the rule signs.
    pub fn text(&self, rule: &Rule, version: &str) -> Vec<u8> {
        let mut text = Vec::new();
        for (index, piece) in rule.signs.iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(rule.joined.as_bytes());
            }
            self.piece(*piece, version, &mut text);
        }
        text
    }

    fn piece(&self, piece: Piece, version: &str, text: &mut Vec<u8>) {
        let path = || match Url::of(&self.url).path {
            "" => "/".to_owned(),
            path => path.to_owned(),
        };
        match piece {
            Piece::Version => text.extend_from_slice(version.as_bytes()),
            Piece::Timestamp => text.extend_from_slice(self.timestamp.as_bytes()),
            Piece::Id => text.extend_from_slice(self.id.as_bytes()),
            Piece::Method => text.extend_from_slice(self.method.as_bytes()),
            Piece::Url => text.extend_from_slice(self.url.as_bytes()),
            Piece::Path => text.extend_from_slice(path().as_bytes()),
            Piece::PathAndQuery => {
                text.extend_from_slice(path().as_bytes());
                if let Some(query) = &self.query {
                    text.push(b'?');
                    text.extend_from_slice(query.as_bytes());
                }
            }
            Piece::Query => text.extend_from_slice(self.query.as_deref().unwrap_or_default().as_bytes()),
            Piece::Body => text.extend_from_slice(&self.body),
            Piece::Parameters => {
                let mut pairs = form(&self.body);
                pairs.sort();
                // Twilio counts a value that comes twice once.
                pairs.dedup();
                for (name, value) in pairs {
                    text.extend_from_slice(&name);
                    text.extend_from_slice(&value);
                }
            }
            Piece::NonceAndBody => {
                let both = [self.nonce.as_bytes(), &self.body].concat();
                text.extend_from_slice(&Hash::Sha256.digest(&both));
            }
        }
    }

    /// The text in words, piece by piece, without what stands in the body.
    pub fn described(&self, rule: &Rule, version: &str) -> Vec<String> {
        let line = |piece: &Piece| match piece {
            Piece::Version => format!("version: {version}"),
            Piece::Timestamp if self.timestamp.is_empty() => "timestamp: (none was sent)".to_owned(),
            Piece::Timestamp => format!("timestamp: {}", self.timestamp),
            Piece::Id if self.id.is_empty() => "id: (none was sent)".to_owned(),
            Piece::Id => format!("id: {}", self.id),
            Piece::Method => format!("method: {}", self.method),
            Piece::Url => format!("address: {}", self.url.split('?').next().unwrap_or_default()),
            Piece::Path => format!("path: {}", Url::of(&self.url).path),
            Piece::PathAndQuery => format!("path: {}{}", Url::of(&self.url).path, names(self.query.as_deref())),
            Piece::Query => format!("query: {}", names(self.query.as_deref())),
            Piece::Body => format!("body: {}", size(&self.body)),
            Piece::Parameters => {
                let mut pairs = form(&self.body);
                pairs.sort();
                let all: Vec<_> = pairs.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
                format!("parameters, sorted: {}", if all.is_empty() { "(none)".to_owned() } else { all.join(", ") })
            }
            Piece::NonceAndBody => format!("SHA-256 of the nonce {} and the body: {}", self.nonce, size(&self.body)),
        };
        rule.signs.iter().map(line).collect()
    }
}

/// The names in a query, for people; values may be secrets.
fn names(query: Option<&str>) -> String {
    let Some(query) = query else { return String::new() };
    let all = query.split('&').map(|piece| match piece.split_once('=') {
        Some((name, _)) => format!("{name}=…"),
        None => piece.to_owned(),
    });
    format!("?{}", all.collect::<Vec<_>>().join("&"))
}

fn size(bytes: &[u8]) -> String {
    if bytes.is_empty() { "empty".to_owned() } else { format!("{} bytes", bytes.len()) }
}

/// The pairs of a form, decoded.
pub fn form(body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let text = String::from_utf8_lossy(body);
    let plain = |text: &str| crate::url::decoded(&text.replace('+', " "));
    let pieces = text.trim_end_matches(['\r', '\n']).split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (plain(name), plain(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::signature::schema::{SecretAs, Written};

    #[test]
    fn pieces() {
        let request = Request {
            method: "post".into(),
            url: "https://a.test/x".into(),
            query: Some("b=1".into()),
            headers: Vec::new(),
            body: Secret::from("To=%2B1&From=2+3"),
        };
        let message = Message { timestamp: "17".into(), id: "m".into(), nonce: "9".into(), ..Message::of(&request) };
        let rule = |signs: &[Piece]| Rule {
            hash: Hash::Sha256,
            written: Written::Hex,
            secret: SecretAs::Text,
            signs: signs.to_vec(),
            joined: ":".into(),
        };
        let text = |signs: &[Piece]| String::from_utf8_lossy(&message.text(&rule(signs), "v0")).into_owned();
        assert_eq!(text(&[Piece::Version, Piece::Timestamp, Piece::Id, Piece::Method]), "v0:17:m:POST");
        assert_eq!(
            text(&[Piece::Url, Piece::Path, Piece::PathAndQuery, Piece::Query]),
            "https://a.test/x?b=1:/x:/x?b=1:b=1"
        );
        assert_eq!(text(&[Piece::Parameters]), "From2 3To+1");
        assert_eq!(
            message.described(&rule(&[Piece::PathAndQuery, Piece::Body]), ""),
            ["path: /x?b=…", "body: 16 bytes"]
        );
    }
}
