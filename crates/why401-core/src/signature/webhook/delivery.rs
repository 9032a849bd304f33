//! Delivery: a message as it came in, with the signatures that it carries.

use super::Sender;
use crate::exchange::Request;
use crate::secret::Secret;
use crate::signature::message::Message;
use crate::signature::schema::Layout;

/// A message of a sender.
#[derive(Clone, Debug)]
pub struct Delivery<'s> {
    /// Who sent it.
    pub sender: &'s Sender,
    /// Its pieces.
    pub(super) message: Message,
    /// The signatures of the scheme that counts.
    pub(super) signatures: Vec<String>,
    /// Schemes of other signatures in the header.
    pub(super) schemes: Vec<String>,
    /// The header's value; empty where it is missing.
    pub(super) header: String,
    /// Whether the address is known with its scheme.
    pub(super) timed: bool,
}

impl Delivery<'static> {
    /// The one of this request, by the header that it carries; `None` where it carries that of no known sender.
    pub fn of(request: &Request) -> Option<Self> {
        let has = |name: &str| request.header(name).is_some();
        let sender = Sender::all().iter().find(|own| has(&own.header) && own.beside.as_deref().is_none_or(has))?;
        Some(Self::from(sender, request))
    }
}

impl<'s> Delivery<'s> {
    /// The request as a message of this sender.
    pub fn from(sender: &'s Sender, request: &Request) -> Self {
        let text = |name: &str| request.header(name).and_then(Secret::expose_str).unwrap_or_default().trim().to_owned();
        let header = text(&sender.header);
        let mut message = Message::of(request);
        let (mut signatures, mut schemes) = (Vec::new(), Vec::new());
        match sender.layout {
            Layout::One => match header.strip_prefix(sender.before.as_str()) {
                Some(signature) => signatures.push(signature.to_owned()),
                None => schemes.push(header.split(['=', ',']).next().unwrap_or_default().to_owned()),
            },
            Layout::Pairs => {
                for pair in header.split(sender.between) {
                    let (name, value) = pair.trim().split_once('=').unwrap_or((pair.trim(), ""));
                    if name == sender.time {
                        message.timestamp = value.to_owned();
                    } else if name == sender.before {
                        signatures.push(value.to_owned());
                    } else if !name.is_empty() {
                        schemes.push(name.to_owned());
                    }
                }
            }
            Layout::List => {
                for one in header.split_ascii_whitespace() {
                    match one.split_once(',') {
                        Some((scheme, value)) if scheme == sender.before => signatures.push(value.to_owned()),
                        Some((scheme, _)) => schemes.push(scheme.to_owned()),
                        None => schemes.push(String::new()),
                    }
                }
            }
        }
        signatures.retain(|signature| !signature.is_empty());
        schemes.retain(|scheme| !scheme.is_empty());
        schemes.truncate(4);
        if let Some(name) = &sender.time_header {
            message.timestamp = text(name);
        }
        if let Some(name) = &sender.id_header {
            message.id = text(name);
        }
        let timed = sender.tolerance.is_some() || sender.time_header.is_some() || sender.layout == Layout::Pairs;
        Self { sender, message, signatures, schemes, header, timed }
    }

    /// When it says that it was signed, in seconds since 1970.
    pub(super) fn time(&self) -> Option<i64> {
        let number: i64 = self.message.timestamp.trim().parse().ok()?;
        Some(if self.sender.millis || number > 100_000_000_000 { number / 1000 } else { number })
    }
}
