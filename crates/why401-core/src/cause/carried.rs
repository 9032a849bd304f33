//! What the request of a running program carried: it was seen on the wire, so that nothing has to be guessed.

use crate::case::Case;
use crate::exchange::{Exchange, Via};
use crate::fact::{Fact, Operand, Origin, Seen, Sends};
use crate::read::carriers::{is_header, is_parameter};
use crate::secret::Secret;

/// The captured request that was refused: the last hop of its way; `None` where the case is no refusal of one.
pub(super) fn captured<'p>(case: &Case<'p>) -> Option<&'p Exchange> {
    let refusal = case.as_refusal()?;
    refusal.exchanges.last().copied().filter(|exchange| exchange.via == Via::Capture)
}

/// Whether the request carries anything where a credential may stand: in a header, the query, a cookie.
pub(super) fn carries_any(exchange: &Exchange) -> bool {
    let request = &exchange.request;
    let signed = |name: &str| name.eq_ignore_ascii_case("x-amz-signature") || name.eq_ignore_ascii_case("sig");
    request.headers.iter().any(|(name, _)| is_header(name) || name.eq_ignore_ascii_case("cookie"))
        || request.parameters().any(|(name, _)| is_parameter(name) || signed(name))
}

/// What stands for a value in a header that carries credentials: the word for "no value", or a scheme with nothing behind it.
pub(super) fn nothing(value: &Secret) -> Option<Nothing<'_>> {
    let text = value.expose_str()?.trim();
    let (before, last) = text.rsplit_once(' ').map_or(("", text), |(before, last)| (before.trim(), last));
    let is_scheme = ["bearer", "basic", "token", "apikey", "bot"].contains(&last.to_ascii_lowercase().as_str());
    match (is_no_value(text), is_no_value(last), before.is_empty()) {
        (true, ..) => Some(Nothing { before: "", word: text }),
        (_, true, _) => Some(Nothing { before, word: last }),
        (.., true) if is_scheme || text.is_empty() => Some(Nothing { before: last, word: "" }),
        _ => None,
    }
}

/// What stands for a value.
pub(super) struct Nothing<'t> {
    /// The scheme; empty where there is none.
    pub before: &'t str,
    /// The word for "no value"; empty where there is none.
    pub word: &'t str,
}

/// Whether no value came in the request: nothing where one may stand, or what stands for none.
pub(super) fn came_without_value(exchange: &Exchange) -> bool {
    let mut headers = exchange.request.headers.iter().filter(|(name, _)| is_header(name)).peekable();
    match headers.peek() {
        Some(_) => headers.all(|(_, value)| nothing(value).is_some()),
        None => !carries_any(exchange),
    }
}

/// The credentials that headers of captured requests carried, each with the words before it.
pub(super) fn carried<'p>(case: &Case<'p>) -> impl Iterator<Item = (&'p Fact, &'p Sends, &'p Secret)> {
    let project = case.project;
    let is_captured = project.exchanges.last().is_some_and(|exchange| exchange.via == Via::Capture);
    project.facts.iter().filter(move |_| is_captured).filter_map(|fact| match (&fact.seen, &fact.origin) {
        (Seen::Sends(sends), Origin::Header(_)) => match &sends.credential {
            Operand::Literal(value) => Some((fact, sends, value)),
            _ => None,
        },
        _ => None,
    })
}

/// Whether the value is how a program prints that it has none.
fn is_no_value(text: &str) -> bool {
    let words =
        ["undefined", "none", "null", "nil", "nan", "[object object]", "[object promise]", "<nil>", "%!s(<nil>)"];
    words.contains(&text.trim().to_ascii_lowercase().as_str())
}
