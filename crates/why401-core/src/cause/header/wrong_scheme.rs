//! header/wrong-scheme: another word stands before the key than the service asks for.

use crate::case::{Case, Stop};
use crate::cause::asked::{Asked, Mismatch, asked, words_of};
use crate::cause::tried::{Differs, tried};
use crate::cause::{Edit, Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Encoding, Fact, Seen};
use crate::provider::Provider;
use crate::symptom::Symptom;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = asked(case).filter_map(|asked| Some(look(&asked)?.into()));
    let other = challenged(case)
        .or_else(|| looked_for(case))
        .or_else(|| tried(case, Differs::Scheme))
        .or_else(|| stranger(case))
        .or_else(|| basic_for_token(case))
        .or_else(|| in_a_header_for_keys(case));
    known.chain(other.map(Evidence::from)).collect()
}

/// The code that judges looks for one word before the credential, and the request says another.
fn looked_for(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses())?;
    let (at, wanted) = expected(case)?;
    let words = || {
        case.project.facts.iter().filter_map(|fact| match &fact.seen {
            Seen::Sends(sends) if sends.name.eq_ignore_ascii_case("authorization") => {
                Some((fact, sends.before.as_deref()?.trim().trim_end_matches(':')))
            }
            _ => None,
        })
    };
    let (fact, sent) = words().find(|(_, word)| !word.is_empty())?;
    if words().any(|(_, word)| word.eq_ignore_ascii_case(wanted)) || !refusal.fits("header/wrong-scheme") {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("{sent} stands before the credential, and the server looks for {wanted}"),
        fact.origin.clone(),
        "To whoever looks for another word, such a header holds no credential.",
    );
    finding.weight = 40;
    let finding = finding.and("It looks for it here.", Some(at.origin.clone()));
    Some(finding.mend(Remedy::new(format!("Send `Authorization: {wanted} …`, or let the server look for {sent}."))))
}

/// The word before the credential that code which judges looks for.
pub(super) fn expected<'p>(case: &Case<'p>) -> Option<(&'p Fact, &'p str)> {
    case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::ExpectsScheme(word) => Some((fact, word.as_str())),
        _ => None,
    })
}

/// The challenge of the answer names other schemes than the one that was sent (RFC 9110, section 11.6.1).
fn challenged(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (exchange, sent, asked) = refusal.answers().find_map(|(exchange, answer)| {
        let value = exchange.request.header("authorization")?.expose_str()?;
        let (sent, _) =
            value.split_once(' ').filter(|(word, _)| word.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
        let challenges = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
        let asked: Vec<String> = challenges.flat_map(|(_, value)| schemes(value)).collect();
        let differs = !asked.is_empty() && !asked.iter().any(|own| own.eq_ignore_ascii_case(sent));
        (differs && answer.status == Some(401)).then(|| (exchange, sent.to_owned(), asked))
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("{sent} is sent, and who answers asks for {}", asked.join(" or ")),
        exchange.origin(),
        "A 401 names in WWW-Authenticate the schemes that it takes, and the one that was sent is none of them.",
    );
    finding.weight = 22;
    Some(finding.mend(Remedy::new(format!(
        "Send the credential as {}; if the API itself wants {sent}, something before it answered with a challenge of its own.",
        asked.join(" or ")
    ))))
}

/// The schemes of a challenge: words that stand first, or behind a comma, with a blank or nothing behind them.
fn schemes(value: &str) -> Vec<String> {
    let first = |piece: &str| {
        let word = piece.trim().split(' ').next().unwrap_or_default();
        let is_word = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        is_word.then(|| word.to_owned())
    };
    value
        .split(',')
        .filter(|piece| !piece.trim().split(' ').next().unwrap_or_default().contains('='))
        .filter_map(first)
        .collect()
}

/// What judges tokens finds no token, and what is shown of the header is user and password.
fn basic_for_token(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (_, said) = refusal.meanings.first()?;
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Nameless(word) => word.eq_ignore_ascii_case("basic"),
        Seen::Sends(sends) => sends.before.as_deref().is_some_and(|word| word.trim().eq_ignore_ascii_case("basic")),
        _ => false,
    })?;
    if said.answer.cause != "token/malformed" {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "user and password come as Basic, where a token behind Bearer is read",
        fact.origin.clone(),
        "`Basic …` is user and password in base64; whoever takes it for a token cannot decode it.",
    );
    finding.weight = 14;
    Some(finding.mend(Remedy::new("Send `Authorization: Bearer TOKEN`, or let the server read Basic.")))
}

/// A header that is there for keys has a word before the key, as only Authorization has it.
fn in_a_header_for_keys(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("header/wrong-scheme"))?;
    let (fact, sends) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Sends(sends) if sends.carrier == Carrier::Header => {
            let name = sends.name.to_ascii_lowercase();
            let is_for_keys = name.ends_with("api-key") || name.ends_with("apikey");
            let word = sends.before.as_deref()?.trim();
            let known = sends.host.as_deref().is_some_and(|host| case.registry.of_host(host).is_some());
            (is_for_keys && word.eq_ignore_ascii_case("bearer") && !known).then_some((fact, sends))
        }
        _ => None,
    })?;
    let takes = |provider: &Provider| {
        provider.placement.iter().any(|own| own.name.eq_ignore_ascii_case(&sends.name) && !own.scheme.is_empty())
    };
    if refusal.provider().is_some_and(takes) {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        format!("Bearer stands before the key in {}", sends.name),
        fact.origin.clone(),
        "Bearer is a scheme of Authorization; a header that is there for keys takes the bare key, and the word becomes part of it.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new(format!("Send `{}:` and the bare key.", sends.name))))
}

/// A server that nobody registered says that it saw no credential, and the request carries one behind a word.
fn stranger(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let (fact, word) = case.project.facts.iter().find_map(|fact| match &fact.seen {
        Seen::Sends(sends) if sends.carrier == Carrier::Header && sends.name.eq_ignore_ascii_case("authorization") => {
            let word = sends.before.as_deref()?.trim();
            let known = sends.host.as_deref().is_some_and(|host| case.registry.of_host(host).is_some());
            (word.eq_ignore_ascii_case("bearer") && !known).then_some((fact, word))
        }
        _ => None,
    })?;
    // Whoever finds fault with a token has seen one.
    let unseen = (refusal.symptoms.contains(&Symptom::Absent) || refusal.meanings.is_empty())
        && refusal.main != Some(Symptom::Claims);
    if refusal.provider().is_some() || !unseen {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        format!("the server may not know the word {word} before the key"),
        fact.origin.clone(),
        "The key is in the request, and the answer reads as if there were none: many services take the bare key, or a header of their own.",
    );
    finding.weight = 5;
    Some(finding.mend(Remedy::new("Look up which header and which word the service documents, and try the bare key.")))
}

fn look(asked: &Asked<'_, '_>) -> Option<Finding> {
    let mismatch = asked.mismatch()?;
    let Mismatch::OtherScheme(placement) = mismatch else { return None };
    let sends = asked.sends;
    let before = sends.before.as_deref().unwrap_or_default();
    // A word that is no scheme is a spoilt one, and another cause's.
    let known = ["bearer", "basic", "token", "bot", "apikey", "api-key", "key", "ssws", "oauth", "jwt", "digest"];
    if !known.contains(&asked.scheme().as_str()) || !(before.ends_with(' ') || sends.carrier == Carrier::Basic) {
        return None;
    }
    let service = &asked.provider.name;
    let word = before.trim();
    let finding = Finding::new(
        asked.standing(&mismatch),
        Stop::Sent,
        format!("{word} stands before the key, and {service} asks for {}", asks(&placement.scheme)),
        asked.fact.origin.clone(),
        format!("{service} takes {}.", words_of(placement)),
    );
    let mut remedy = Remedy::new(match placement.scheme.as_str() {
        "" => format!("Send the bare key, without {word}."),
        scheme => format!("Write {scheme} in the place of {word}."),
    });
    let plain = sends.encoding == Encoding::None && !placement.scheme.eq_ignore_ascii_case("basic");
    if let Some(place) = asked.fact.origin.place()
        && plain
        && sends.before_span.len() == before.len()
    {
        let replacement = if placement.scheme.is_empty() { String::new() } else { format!("{} ", placement.scheme) };
        remedy.edits.push(Edit { place: place.clone(), span: sends.before_span.clone(), replacement });
    }
    Some(finding.mend(remedy.link(asked.provider.links.docs.clone())))
}

fn asks(scheme: &str) -> String {
    if scheme.is_empty() { "the bare key".to_owned() } else { scheme.to_owned() }
}
