//! What a person pastes: an error, a log, `curl -v`, a HAR, a stack trace, with configuration or code between.

mod bare;
mod bearer;
mod claims;
mod clean;
mod echo;
mod handed;
mod har;
mod heads;
mod keys;
mod kinds;
mod late;
mod lines;
mod looks;
mod loose;
mod mentions;
mod misplaced;
mod pieces;
mod remarks;
mod sends;
mod settings;
mod signs;
mod starts;
mod stored;
mod tales;
mod times;
mod trials;
mod twice;
mod verifies;
mod visits;
mod vocabulary;
mod written;

use std::sync::Arc;

pub use clean::clean;
pub use loose::loose;
pub use mentions::SURROUNDINGS;
pub use pieces::{Piece, pieces};

use crate::exchange::{Answer, Exchange, Outcome, Request, Via};
use crate::fact::{Fact, Origin, Place};
use crate::url::Url;

/// What was read of a paste.
#[derive(Debug, Default)]
pub struct Pasted {
    /// The calls that it tells of.
    pub exchanges: Vec<Exchange>,
    /// Addresses, echoes of credentials, and what was sent.
    pub facts: Vec<Fact>,
}

/// Reads a cleaned paste. Every part of it belongs to one exchange: what no HTTP head claims is the answer of a call of
/// which little else is known.
pub fn read(path: &Arc<str>, text: &str) -> Pasted {
    let archive = har::read(path, text);
    let is_archive = archive.is_some();
    let mut exchanges = archive.unwrap_or_else(|| heads::read(path, text));
    for exchange in lines::read(path, text) {
        // A log line that says no more than a head does is the same call.
        if !exchanges.iter().any(|other| is_same(other, &exchange)) {
            exchanges.push(exchange);
        }
    }
    if !exchanges
        .iter()
        .any(|exchange| matches!(&exchange.outcome, Outcome::Answered(answer) if !answer.body.is_empty()))
    {
        exchanges.push(prose(path, text));
    }
    let mut facts = mentions::read(path, text);
    facts.extend(echo::read(path, text));
    facts.extend(looks::read(path, text));
    facts.extend(exchanges.iter().flat_map(sends::of));
    facts.extend(exchanges.iter().flat_map(bearer::of));
    facts.extend(claims::read(path, text));
    facts.extend(keys::read(path, text));
    facts.extend(sends::in_addresses(path, text));
    facts.extend(remarks::read(path, text));
    facts.extend(trials::read(path, text));
    facts.extend(verifies::scheme(path, text));
    facts.extend(settings::printed(path, text));
    facts.extend(visits::read(path, text, true));
    facts.extend(times::read(path, text));
    facts.extend(times::early(path, text));
    // The words of an archive are those of its form.
    if !is_archive {
        facts.extend(vocabulary::read(path, text));
    }
    Pasted { exchanges, facts }
}

/// The same of a text that lies beside the refusal: configuration, code, a remark. What it tells of calls is known; it is
/// no answer itself.
pub fn beside(path: &Arc<str>, text: &str) -> Pasted {
    let mut facts = mentions::read(path, text);
    facts.extend(settings::headers(path, text, &facts));
    facts.extend(settings::values(path, text));
    facts.extend(settings::printed(path, text));
    facts.extend(looks::read(path, text));
    facts.extend(claims::read(path, text));
    facts.extend(keys::read(path, text));
    facts.extend(verifies::read(path, text));
    facts.extend(verifies::scheme(path, text));
    facts.extend(trials::read(path, text));
    facts.extend(remarks::read(path, text));
    facts.extend(sends::in_addresses(path, text));
    let mut exchanges = heads::read(path, text);
    exchanges.extend(lines::read(path, text));
    facts.extend(exchanges.iter().flat_map(sends::of));
    facts.extend(visits::read(path, text, false));
    facts.extend(vocabulary::read(path, text));
    Pasted { exchanges, facts }
}

/// The same of one call that a record of a log tells of.
pub fn call(path: &Arc<str>, mut exchange: Exchange) -> Pasted {
    let mut facts = sends::of(&exchange);
    facts.extend(bearer::of(&exchange));
    if let Outcome::Answered(answer) = &mut exchange.outcome {
        answer.status = answer.status.or_else(|| lines::status(&answer.body));
        facts.extend(mentions::read(path, &answer.body));
        facts.extend(echo::read(path, &answer.body));
        facts.extend(looks::read(path, &answer.body));
        facts.extend(claims::read(path, &answer.body));
    }
    Pasted { exchanges: vec![exchange], facts }
}

/// The call that a text without any HTTP head tells of.
fn prose(path: &Arc<str>, text: &str) -> Exchange {
    let (method, url) = lines::address(text).unwrap_or_default();
    let told = tales::without(text);
    let answer = Answer { status: lines::status(&told), headers: heads::fields(text), body: told.into_owned() };
    Exchange {
        request: Request { method, url, ..Request::default() },
        outcome: Outcome::Answered(answer),
        via: Via::Text(Origin::File(Place::of(path, text.as_bytes(), &(0..0)))),
    }
}

/// The host of a URL, in lower case.
pub fn host(url: &str) -> Option<String> {
    Url::of(url).host()
}

fn is_same(a: &Exchange, b: &Exchange) -> bool {
    a.status() == b.status()
        && (a.request.method == b.request.method || b.request.method.is_empty())
        && (a.request.url.ends_with(&b.request.url) || b.request.url.is_empty())
}
