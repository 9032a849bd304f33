//! What is wrong with a request to a trading platform.

use super::{Market, Unit};
use crate::clock::{http_date, iso_date};
use crate::exchange::{Answer, Outcome, Request};
use crate::form::Form;
use crate::secret::Secret;
use crate::signature::fault::{At, Candidate, Examined, Fault, Sure, span};
use crate::signature::keyed::{Hash, Written, base64_of_any_kind};
use crate::signature::message::{Message, form};
use crate::signature::reading::{Reading, readings};
use crate::signature::schema::{Piece, Rule};
use crate::signature::search::search;
use crate::url::{Url, decoded};

/// How the request may have been signed.
#[derive(Clone)]
struct Recipe {
    message: Message,
    rule: Rule,
    /// The kinds of slips that were made.
    made: Vec<u8>,
}

/// A way in which clients miss what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slip {
    NoBody,
    NoQuery,
    Sorted,
    Decoded,
    Without(String),
    NoPath(String),
    Method,
    Whole,
    Time(String),
    Nonce(String),
    NoNonce,
    Mark,
    JsonBlanks(Vec<u8>),
    Hash(Hash),
    Written,
}

/// Looks at a request to this platform. `now` is the time of its judgement.
pub fn examine(
    market: &Market,
    request: &Request,
    outcome: &Outcome,
    candidates: &[Candidate<'_>],
    now: Option<i64>,
) -> Examined {
    let answer = outcome.answer();
    let mut found = Examined::default();
    let (message, given) = read(market, request);
    found.faults.extend(header(market, request, given.as_deref()));
    found.faults.extend(time(market, request, &message, answer, now));
    let mut lines = message.described(&market.rule, "");
    lines.insert(0, format!("{}, {}", market.rule.hash.name(), market.rule.written.name()));
    found.forms.push(Form::new(format!("what is signed for {}", market.name), &lines.join("\n")));
    if let Some(given) = given.filter(|given| !given.is_empty()) {
        judge_keys(&mut found, market, &message, &given, candidates, answer);
    }
    found.sorted()
}

/// The pieces of the request, and its signature.
fn read(market: &Market, request: &Request) -> (Message, Option<String>) {
    let text = |name: &str| request.header(name).and_then(Secret::expose_str).map(|value| value.trim().to_owned());
    let mut message = Message::of(request);
    let mut given = market.header.as_deref().and_then(text);
    if let Some(name) = &market.parameter {
        let (query, from_query) = without(message.query.as_deref().unwrap_or_default(), name);
        message.query = message.query.is_some().then_some(query);
        let body = String::from_utf8_lossy(&message.body).into_owned();
        let (body, from_body) = without(&body, name);
        message.body = body.into_bytes();
        given = from_query.or(from_body);
    }
    let parameter = |name: &str| {
        let query = message.query.clone().unwrap_or_default().into_bytes();
        let all = [form(&query), form(&message.body)].concat();
        let found = all.into_iter().find(|(own, _)| own == name.as_bytes())?;
        Some(String::from_utf8_lossy(&found.1).into_owned())
    };
    message.timestamp = match (&market.time_header, &market.time_parameter) {
        (Some(name), _) => text(name).unwrap_or_default(),
        (None, Some(name)) => parameter(name).unwrap_or_default(),
        (None, None) => String::new(),
    };
    if let Some(name) = &market.nonce {
        let json: Option<serde_json::Value> = serde_json::from_slice(&message.body).ok();
        let in_json = json.and_then(|json| {
            let nonce = json.get(name)?;
            Some(nonce.as_str().map_or_else(|| nonce.to_string(), str::to_owned))
        });
        message.nonce = in_json.or_else(|| parameter(name)).unwrap_or_default();
    }
    (message, given)
}

/// The pairs of a query without the one of this name, and its value.
fn without(text: &str, name: &str) -> (String, Option<String>) {
    let is_it = |piece: &&str| piece.split('=').next() == Some(name);
    let value = text.split('&').find(is_it).and_then(|piece| piece.split_once('='));
    let rest: Vec<&str> = text.split('&').filter(|piece| !is_it(piece)).collect();
    (rest.join("&"), value.map(|(_, value)| String::from_utf8_lossy(&decoded(value)).into_owned()))
}

/// What is missing beside the signature.
fn header(market: &Market, request: &Request, given: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let missing = |cause, title: String, why: String| {
        Fault::proven(cause, At::Sent, title).why(why).mend(format!("See {}.", market.docs))
    };
    match request.header(&market.key).and_then(Secret::expose_str) {
        None => faults.push(missing(
            "header/missing",
            format!("the header {} is missing", market.key),
            format!("{} looks the secret up by the key that stands there.", market.name),
        )),
        Some(key) if key.trim() != key || key.contains(['"', '\'']) => {
            let cause = if key.trim() == key { "key/quoted" } else { "key/whitespace" };
            let title = format!("blanks or quotes cling to the key in {}", market.key);
            faults.push(missing(cause, title, "With them it is no key that is known.".to_owned()));
        }
        Some(_) => {}
    }
    if given.is_none_or(str::is_empty) {
        let place = market.header.as_ref().or(market.parameter.as_ref());
        let title = format!("the signature, {}, is missing", place.map_or("", String::as_str));
        faults.push(missing("header/missing", title, "Without it no private call is taken.".to_owned()));
    }
    for name in market.beside.iter().chain(&market.time_header).filter(|name| request.header(name).is_none()) {
        let why = format!("{} wants it with each private call.", market.name);
        faults.push(missing("header/companion-missing", format!("the header {name} is missing"), why));
    }
    faults
}

/// A time in another unit, or too far from the server's.
fn time(
    market: &Market,
    request: &Request,
    message: &Message,
    answer: Option<&Answer>,
    now: Option<i64>,
) -> Option<Fault> {
    let text = message.timestamp.as_str();
    if text.is_empty() || market.time_header.is_none() && market.time_parameter.is_none() {
        return None;
    }
    let name = market.time_header.as_ref().or(market.time_parameter.as_ref())?;
    let unit = |title: String| {
        let why = match market.unit {
            Unit::Seconds => "It counts seconds since 1970.",
            Unit::Millis => "It counts milliseconds since 1970: 13 digits today.",
            Unit::Iso => "It is written as 2030-01-02T03:04:05.678Z.",
        };
        Some(Fault::proven("clock/skew", At::Sent, title).why(why).mend(format!("Send {name} in that unit.")))
    };
    let seconds = match market.unit {
        Unit::Iso => iso_date(text),
        Unit::Seconds => text.split('.').next().and_then(|whole| whole.parse::<i64>().ok()),
        Unit::Millis => text.parse::<i64>().ok(),
    };
    let Some(number) = seconds else { return unit(format!("{name} is no time as {} reads it", market.name)) };
    let sent = match market.unit {
        Unit::Millis if number < 100_000_000_000 => {
            return unit(format!("{name} is in seconds, where milliseconds are read"));
        }
        Unit::Millis if number > 100_000_000_000_000 => {
            return unit(format!("{name} is in microseconds or less, where milliseconds are read"));
        }
        Unit::Millis => number / 1000,
        Unit::Seconds if number > 100_000_000_000 => {
            return unit(format!("{name} is in milliseconds, where seconds are read"));
        }
        Unit::Seconds | Unit::Iso => number,
    };
    let window = market.window.as_deref().and_then(|window| {
        let found = request.parameters().find(|(own, _)| *own == window)?.1?;
        found.parse::<i64>().ok().map(|millis| millis / 1000)
    });
    let tolerance = window.or(i64::try_from(market.tolerance?).ok())?;
    let server = answer.and_then(|answer| http_date(answer.header("date")?));
    let off = sent.checked_sub(server.or(now)?)?;
    // Ahead of the server by a second is too much for Binance; the `Date` of an answer is whole seconds and comes later.
    if off.abs() <= tolerance.max(2) {
        return None;
    }
    let way = if off < 0 { "behind" } else { "ahead of" };
    let whose = if server.is_some() { "the server's time" } else { "the time of this check" };
    let title = format!("{name} is {} {way} {whose}", span(off));
    let sure = if server.is_some() { Sure::Proven } else { Sure::Possible };
    let why = format!("{} takes {} of difference.", market.name, span(tolerance));
    Some(
        Fault::proven("clock/skew", At::Sent, title)
            .sure(sure)
            .why(why)
            .mend("Set this machine's clock by NTP, and sign each request when it is sent."),
    )
}

impl Slip {
    /// Slips of one kind exclude each other.
    fn kind(&self) -> u8 {
        match self {
            Self::NoBody | Self::JsonBlanks(_) => 0,
            Self::NoQuery | Self::Sorted | Self::Decoded | Self::Mark => 1,
            Self::Without(_) => 2,
            Self::NoPath(_) | Self::Whole => 3,
            Self::Method => 4,
            Self::Time(_) | Self::Nonce(_) | Self::NoNonce => 5,
            Self::Hash(_) => 6,
            Self::Written => 7,
        }
    }

    fn apply(&self, recipe: &mut Recipe) -> bool {
        if recipe.made.contains(&self.kind()) {
            return false;
        }
        recipe.made.push(self.kind());
        let message = &mut recipe.message;
        match self {
            Self::NoBody => message.body.clear(),
            Self::JsonBlanks(body) => message.body.clone_from(body),
            Self::NoQuery => message.query = None,
            Self::Sorted => {
                let mut pieces: Vec<&str> = message.query.as_deref().unwrap_or_default().split('&').collect();
                pieces.sort_unstable();
                message.query = Some(pieces.join("&"));
            }
            Self::Decoded => {
                let query = message.query.as_deref().map(|query| String::from_utf8_lossy(&decoded(query)).into_owned());
                message.query = query;
                message.body = decoded(&String::from_utf8_lossy(&message.body));
            }
            Self::Mark => message.query = message.query.as_ref().map(|query| format!("?{query}")),
            Self::Without(name) => {
                let (query, _) = without(message.query.as_deref().unwrap_or_default(), name);
                message.query = Some(query);
            }
            Self::NoPath(path) => {
                let query = message.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
                message.url = format!("https://host.invalid{path}{query}");
            }
            Self::Whole => recipe
                .rule
                .signs
                .iter_mut()
                .filter(|p| [Piece::Path, Piece::PathAndQuery].contains(p))
                .for_each(|p| *p = Piece::Url),
            Self::Method => message.method = message.method.to_ascii_lowercase(),
            Self::Time(time) => message.timestamp.clone_from(time),
            Self::Nonce(nonce) => message.nonce.clone_from(nonce),
            Self::NoNonce => message.nonce.clear(),
            Self::Hash(hash) => recipe.rule.hash = *hash,
            Self::Written => {}
        }
        true
    }
}

fn slips(message: &Message, rule: &Rule) -> Vec<Slip> {
    let signs = |piece: Piece| rule.signs.contains(&piece);
    let mut slips = Vec::new();
    if !message.body.is_empty() {
        slips.push(Slip::NoBody);
        let spaced = crate::signature::webhook::rewritten(&message.body);
        slips.extend(spaced.into_iter().map(Slip::JsonBlanks));
    }
    if message.query.is_some() {
        slips.extend([Slip::NoQuery, Slip::Sorted, Slip::Mark]);
        let names: Vec<String> = form(message.query.as_deref().unwrap_or_default().as_bytes())
            .into_iter()
            .map(|(name, _)| String::from_utf8_lossy(&name).into_owned())
            .collect();
        slips.extend(names.into_iter().take(40).map(Slip::Without));
    }
    slips.push(Slip::Decoded);
    let path = Url::of(&message.url).path;
    if signs(Piece::Path) || signs(Piece::PathAndQuery) {
        slips.push(Slip::Whole);
        slips.extend(
            path.char_indices().skip(1).filter(|(_, c)| *c == '/').map(|(at, _)| Slip::NoPath(path[at..].to_owned())),
        );
        let other = if path.ends_with('/') { path.trim_end_matches('/').to_owned() } else { format!("{path}/") };
        slips.push(Slip::NoPath(other));
    }
    if signs(Piece::Method) {
        slips.push(Slip::Method);
    }
    if signs(Piece::Timestamp)
        && let Ok(number) = message.timestamp.parse::<i64>()
    {
        slips.extend(
            [(number / 1000).to_string(), (number.saturating_mul(1000)).to_string(), String::new()].map(Slip::Time),
        );
    }
    if signs(Piece::NonceAndBody) {
        slips.push(Slip::NoNonce);
        if let Ok(number) = message.nonce.parse::<i64>() {
            slips.extend([number.saturating_sub(1), number.saturating_add(1)].map(|n| Slip::Nonce(n.to_string())));
        }
    }
    slips.push(Slip::Written);
    slips.extend(Hash::ALL.into_iter().filter(|hash| *hash != rule.hash).map(Slip::Hash));
    slips
}

/// Who signed what.
fn judge_keys(
    found: &mut Examined,
    market: &Market,
    message: &Message,
    given: &str,
    candidates: &[Candidate<'_>],
    answer: Option<&Answer>,
) {
    let rule = &market.rule;
    if let Some(fault) = candidates.iter().find_map(|own| no_secret(own, market)) {
        found.faults.push(fault);
        return;
    }
    let read = |written: Written| match written {
        Written::Hex => Written::Hex.read(given),
        Written::Base64 => base64_of_any_kind(&given.replace(' ', "+")),
    };
    let other = if rule.written == Written::Hex { Written::Base64 } else { Written::Hex };
    let (own_bytes, other_bytes) = (read(rule.written), read(other));
    let keys: Vec<(&str, Reading)> = candidates
        .iter()
        .filter_map(|own| Some((own.name, own.value.expose_str()?)))
        .flat_map(|(name, text)| readings(text, rule.secret, "").into_iter().map(move |reading| (name, reading)))
        .collect();
    let plain = Recipe { message: message.clone(), rule: rule.clone(), made: Vec::new() };
    let slips = slips(message, rule);
    let cost = (message.body.len() + message.url.len()) * keys.len();
    let fits = |recipe: &Recipe| {
        let bytes = if recipe.made.contains(&Slip::Written.kind()) { &other_bytes } else { &own_bytes };
        let bytes = bytes.as_ref().filter(|bytes| bytes.len() == recipe.rule.hash.size())?;
        let text = recipe.message.text(&recipe.rule, "");
        keys.iter()
            .find(|(_, key)| recipe.rule.hash.fits(key.key.expose(), &text, bytes))
            .map(|(name, key)| (*name, key.slip))
    };
    match search(&plain, &slips, cost, |slip, recipe| slip.apply(recipe), fits) {
        Some((slips, (name, key_slip))) => {
            found.faults.extend(key_slip.map(|slip| slip.fault(name, "signature/secret", "")));
            found.faults.extend(slips.iter().map(|slip| slip_fault(slip, name, market)));
            if key_slip.is_none() && slips.is_empty() {
                found.verdict = format!("The signature is what {name} makes of this request.");
                let says = answer.is_some_and(|answer| answer.body.to_ascii_lowercase().contains("signature"));
                if says && found.faults.is_empty() {
                    let title = format!("{name} signed this rightly, and it is not the secret of the key that is sent");
                    let fault = Fault::proven("signature/secret", At::Written, title).sure(Sure::Likely);
                    let why = "The server computes another signature from the secret that it has for this key.";
                    found.faults.push(fault.why(why).mend("Make a new key, and set key and secret at once."));
                }
            }
        }
        None if candidates.is_empty() => {}
        None => {
            let fault = Fault::not_made("signature/secret", At::Written, given, candidates, " or ");
            let why =
                "Neither the text by rule nor one with a usual slip gives that signature with any of these secrets.";
            found.faults.push(
                fault
                    .why(why)
                    .mend(format!("Find out which secret the program has when it signs; see {}.", market.docs)),
            );
        }
    }
}

/// A value that is no secret for a keyed hash: a private key in PEM, which signs by another algorithm.
fn no_secret(candidate: &Candidate<'_>, market: &Market) -> Option<Fault> {
    let text = candidate.value.expose_str()?;
    let what = if text.contains("PRIVATE KEY-----") {
        "a private key in PEM"
    } else if text.starts_with("organizations/") {
        "the name of a key, and no secret"
    } else {
        return None;
    };
    let title = format!("{} is {what}", candidate.name);
    let why = format!(
        "{} takes a keyed hash here; such a key signs tokens or whole requests by ECDSA, Ed25519 or RSA.",
        market.name
    );
    Some(
        Fault::proven("key/wrong-type", At::Written, title)
            .why(why)
            .mend(format!("Make a key for this interface: {}.", market.docs)),
    )
}

/// A slip in words.
fn slip_fault(slip: &Slip, name: &str, market: &Market) -> Fault {
    let what = match slip {
        Slip::NoBody => "the body was left out of what was signed".to_owned(),
        Slip::JsonBlanks(_) => "the body was written anew between signing and sending".to_owned(),
        Slip::NoQuery => "the query was left out of what was signed".to_owned(),
        Slip::Sorted => "the parameters were signed in another order than they are sent".to_owned(),
        Slip::Decoded => "the parameters were signed before they were percent-encoded".to_owned(),
        Slip::Mark => "the question mark was signed with the query".to_owned(),
        Slip::Without(name) => format!("the parameter {name} was left out of what was signed, or added afterwards"),
        Slip::NoPath(path) => format!("another path was signed than is asked: {path}"),
        Slip::Whole => "the whole address was signed, where the path belongs".to_owned(),
        Slip::Method => "the method was signed in lower case".to_owned(),
        Slip::Time(_) => "the time was signed in another unit than it is sent".to_owned(),
        Slip::Nonce(_) => "another nonce was signed than is sent: it was made twice".to_owned(),
        Slip::NoNonce => "the nonce does not stand before the body in what was hashed".to_owned(),
        Slip::Hash(hash) => format!("{} signed, and {} wants {}", hash.name(), market.name, market.rule.hash.name()),
        Slip::Written => format!("the signature is not written in {}", market.rule.written.name()),
    };
    let why = format!("With that one difference the signature is what {name} makes of this request.");
    let remedy = format!("Sign exactly what is sent, piece by piece as {} has it.", market.docs);
    Fault::proven("signature/canonical", At::Sent, what).why(why).mend(remedy)
}
