//! key/malformed: the value is not of the provider's shape.

use crate::case::{Case, Held, Stop};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Carrier, Fact, Operand, Remark, Seen, Value};
use crate::provider::{Credential, Kind};
use crate::value::{Plainly, plainly};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let stray = [&STRAY, &BROKEN].into_iter().filter_map(|known| Some(known_by(case, "key/malformed", known)?.into()));
    written
        .chain(nearly_the_same(case).map(Evidence::from))
        .chain(stray)
        .chain(address(case).map(Evidence::from))
        .chain(plus_in_query(case).map(Evidence::from))
        .chain(echoes(case).filter_map(|echoed| Some(no_key(&echoed)?.into())))
        .collect()
}

/// A key stands in the query as it is, and has a `+`: servers read that as a blank.
fn plus_in_query(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal().filter(|refusal| refusal.refuses() && refusal.fits("key/malformed"))?;
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sends(sends) if sends.carrier == Carrier::Query => match &sends.credential {
            Operand::Literal(value) => value.expose_str().is_some_and(|text| text.contains('+') && text.len() >= 8),
            _ => false,
        },
        _ => false,
    })?;
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Sent,
        "the key has a `+` and stands in the query without encoding",
        fact.origin.clone(),
        "Servers read a `+` of a query as a blank (the rule of HTML forms), so that they compare another key.",
    );
    finding.weight = if refusal.main.is_some() { 24 } else { 10 };
    Some(finding.mend(Remedy::new("Encode the value: `%2B` for `+`; or send the key in a header.")))
}

/// What is repeated is an address or a sentence: something else was put where the key goes.
fn no_key(echoed: &Echoed<'_>) -> Option<Finding> {
    let shown = echoed.shown();
    let lower = shown.to_ascii_lowercase();
    let address = ["http://", "https://", "http:", "https:"].iter().any(|start| lower.starts_with(start));
    let words: Vec<&str> = shown.split_whitespace().collect();
    let plain = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    // A masked sentence shows its first words.
    let sentence = echoed.masked().is_some() && words.len() >= 2 && words.iter().all(plain);
    let what = match (address, sentence) {
        (true, _) => "an address",
        (_, true) => "a sentence",
        _ => return None,
    };
    let finding = echoed.finding(
        Standing::Likely,
        &format!("{what} was sent as the key"),
        "What is repeated here is no key of anybody's: something else was put into the field or the variable.",
    );
    Some(finding.mend(Remedy::new("Look at what the field or the variable holds, and put the key there.")))
}

/// A setting for a key holds an address.
fn address(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.as_refusal()?;
    let fact = case.project.facts.iter().find(|fact| match &fact.seen {
        Seen::Sets(sets) => {
            let name = sets.name.to_ascii_lowercase();
            let is_key = ["api_key", "apikey", "api-key", "token", "secret", "password"].iter().any(|end| name.ends_with(end));
            matches!(&sets.value, Value::Literal(value) if is_key && value.expose_str().is_some_and(|text| text.starts_with("https://") || text.starts_with("http://")))
        }
        _ => false,
    })?;
    if !refusal.refuses() {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        "an address stands where the key belongs",
        fact.origin.clone(),
        "The setting is sent as it is; of a URL the service takes at most the part that is the key.",
    );
    finding.weight = 20;
    Some(finding.mend(Remedy::new("Put the bare key there.")))
}

/// CI fills in the expression and leaves the other dollar where it is.
const STRAY: Known = Known {
    remark: Remark::StrayDollar,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "a dollar too many stands before the key",
    why: "`$${{ … }}` is a dollar and then the secret: the key arrives with a `$` before it.",
    remedy: "Write `${{ … }}` with one dollar.",
    weight: 12,
};

/// A terminal breaks a long key, and whoever marks it with the mouse takes one of its lines or a break between them.
const BROKEN: Known = Known {
    remark: Remark::BrokenOverLines,
    standing: Standing::Possible,
    stop: Stop::Written,
    title: "the key is shown over two lines, of which one may be missing",
    why: "A terminal breaks what is too long for it; copied from there, a key ends at the break or has it inside.",
    remedy: "Copy it whole: widen the window, or let the tool write it into a file or the clipboard.",
    weight: 30,
};

/// Two texts of the paste are one key but for a character or a few: it was copied wrongly.
fn nearly_the_same(case: &Case<'_>) -> Option<Finding> {
    case.as_refusal()?;
    let is_key = |text: &str| !is_name(text) || case.registry.with_prefix_of(text).next().is_some();
    let long = |text: &str| text.len() >= 12 && plainly(text) == Plainly::Candidate && is_key(text);
    let held = case.project.facts.iter().filter_map(|fact| match &fact.seen {
        Seen::Sends(sends) => match &sends.credential {
            Operand::Literal(value) => Some((fact, value.expose_str()?)),
            _ => None,
        },
        Seen::Echoes(echoes) => Some((fact, echoes.value.expose_str()?)),
        Seen::Looks(value) => Some((fact, value.expose_str()?)),
        _ => None,
    });
    let values: Vec<(&Fact, &str)> = held.filter(|(_, text)| long(text)).collect();
    let (first, second) = values.iter().enumerate().find_map(|(at, (fact, text))| {
        let other = values[at + 1..].iter().find(|(_, other)| differs_by_little(text, other))?;
        Some((*fact, other.0))
    })?;
    let finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        "two forms of the same key differ by a character or two",
        first.origin.clone(),
        "This one and the other are alike from the beginning, and are not the same: one of them was cut or mistyped.",
    );
    let finding = finding.and("The other one.", Some(second.origin.clone()));
    Some(finding.mend(Remedy::new("Copy the key again, whole, by the copy button of its page.")))
}

/// Whether it is made of words, as the names of machines and models are: `k3s-cpx11-master1`.
fn is_name(text: &str) -> bool {
    let is_word = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() >= 4 && letters.bytes().all(|b| b.is_ascii_lowercase())
    };
    text.contains('-') && text.split('-').any(is_word)
}

/// Whether one is the other with a few characters less at the end, or with one changed.
fn differs_by_little(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let ends = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    let longer = a.len().max(b.len());
    a != b && a.len().abs_diff(b.len()) <= 4 && common >= 8 && common + ends + 2 >= longer
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    let value = held.candidate()?;
    // A whole key of somebody else is another cause.
    if case
        .registry
        .recognise(value)
        .is_some_and(|found| case.provider.is_some_and(|own| own.slug != found.provider.slug))
    {
        return None;
    }
    if let Some(finding) = slipped(case, held, value) {
        return Some(finding);
    }
    let begun: Vec<&Credential> = case
        .registry
        .with_prefix_of(value)
        .filter(|found| case.provider.is_none_or(|provider| provider.slug == found.provider.slug))
        .map(|found| found.credential)
        .filter(|credential| credential.kind != Kind::NoCredential)
        .collect();
    let credential = *begun.first()?;
    let (standing, title, why) = match begun.iter().find(|credential| credential.fits(value)) {
        Some(fits) if fits.checksum_holds(value) == Some(false) => (
            Standing::Proven,
            format!("the checksum of {} does not hold", case.name),
            format!(
                "The last characters of a {} are computed from the others, and here they are not: a character was lost or changed.",
                fits.label
            ),
        ),
        Some(_) => return None,
        None if twice(value, &credential.prefix) => (
            Standing::Proven,
            format!("{} holds two keys joined", case.name),
            "The beginning of a key occurs twice in the value: it was pasted twice, or two lines ran together."
                .to_owned(),
        ),
        None if case.provider.is_none() && credential.prefix.len() < 5 => return None,
        None => (
            // Whoever pastes a key changes it; its form says little.
            if case.project.is_excerpt { Standing::Possible } else { standing(case, &begun, value) },
            format!("{} is not of the shape of a {}", case.name, credential.label),
            shape_words(credential, value),
        ),
    };
    let mut finding = Finding::new(standing, Stop::Written, title, held.origin.clone(), why);
    finding.weight = if standing == Standing::Possible && case.project.is_excerpt { -30 } else { 0 };
    let mut remedy = Remedy::new("Copy the key again, whole, by the copy button of its page.");
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}

/// The beginning of the service's keys, but for its last sign: `xoxb=…` for `xoxb-…`.
fn slipped(case: &Case<'_>, held: &Held<'_>, value: &str) -> Option<Finding> {
    const SIGNS: [char; 6] = ['-', '_', '=', '.', ':', ' '];
    let prefixes = case.provider?.credential.iter().map(|credential| credential.prefix.as_str());
    let prefix = prefixes.clone().find(|prefix| {
        let word = prefix.trim_end_matches(SIGNS);
        let rest = value.strip_prefix(word).filter(|_| word.len() >= 3 && word.len() + 1 == prefix.len());
        rest.is_some_and(|rest| rest.starts_with(SIGNS) && rest.len() > 8)
    })?;
    if prefixes.filter(|prefix| !prefix.is_empty()).any(|prefix| value.starts_with(prefix)) {
        return None;
    }
    let finding = Finding::new(
        Standing::Likely,
        Stop::Written,
        format!("{} begins with another sign than {prefix}", case.name),
        held.origin.clone(),
        format!("Keys of this service begin with `{prefix}`, and here another sign stands in the place of its last."),
    );
    Some(finding.mend(Remedy::new("Copy the key again, whole, by the copy button of its page.")))
}

/// A checksum needs all its characters, so a shorter key is cut off for certain. Elsewhere an older or newer form may be
/// missing from the registry, and a service that is spoken to through another base URL may have keys of its own.
fn standing(case: &Case<'_>, begun: &[&Credential], value: &str) -> Standing {
    let shortest = begun.iter().filter_map(|credential| credential.length).min();
    let cut = shortest.is_some_and(|length| value.len() < usize::try_from(length).unwrap_or(usize::MAX));
    if cut && begun.iter().any(|credential| credential.checksum.is_some()) {
        return Standing::Proven;
    }
    let verified = begun.iter().all(|credential| credential.verified);
    if verified && !case.has_own_base_url() { Standing::Likely } else { Standing::Possible }
}

/// Whether the beginning of a key occurs a second time, and is long enough not to do so by chance.
fn twice(value: &str, prefix: &str) -> bool {
    prefix.len() >= 4 && value.matches(prefix).count() > 1
}

fn shape_words(credential: &Credential, value: &str) -> String {
    let length = value.chars().count();
    match credential.length.and_then(|wanted| usize::try_from(wanted).ok()) {
        Some(wanted) if length < wanted => {
            format!("It has {length} characters and should have {wanted}: it was cut off.")
        }
        Some(wanted) if length > wanted => {
            format!("It has {length} characters and should have {wanted}: something is glued to it.")
        }
        _ => format!("It begins like one, and then its length ({length} characters) or a character does not fit."),
    }
}
