//! SharedKey and SharedKeyLite: the header, and what is wrong with it.

use super::answer;
use super::key::{self, plainly_wrong, readings};
use super::recipe::{Recipe, Scheme, Slip, Text};
use super::target::Target;
use super::{form, refuses};
use crate::clock::http_date;
use crate::exchange::{Answer, Request};
use crate::form::Form;
use crate::secret::Secret;
use crate::signature::fault::{At, Candidate, Examined, Fault, Sure};
use crate::signature::keyed::{Hash, Written, base64_of_any_kind};
use crate::signature::search::search;

/// The header as it was sent.
#[derive(Clone, Debug)]
pub struct Credential {
    scheme: Scheme,
    /// Whether the scheme is written as it must be.
    exact: bool,
    account: String,
    /// In base64, as it was sent.
    signature: String,
}

const SCHEME: &str = "header/malformed-scheme";
const CANONICAL: &str = "signature/canonical";

/// The clock may be off by so many seconds.
const TOLERANCE: i64 = 15 * 60;

impl Credential {
    /// The one of this request.
    pub fn of(request: &Request) -> Option<Self> {
        let value = request.header("authorization")?.expose_str()?.trim();
        let (word, rest) = value.split_once(' ')?;
        let scheme = match word.to_ascii_lowercase().as_str() {
            "sharedkey" => Scheme::Full,
            "sharedkeylite" => Scheme::Lite,
            _ => return None,
        };
        let exact = ["SharedKey", "SharedKeyLite"].contains(&word);
        let (account, signature) = rest.trim().split_once(':').unwrap_or(("", rest.trim()));
        Some(Self { scheme, exact, account: account.to_owned(), signature: signature.to_owned() })
    }
}

/// The `Authorization` of a request for `account`, made by rule with the account key (base64). The text that was signed comes along.
pub fn sign(request: &Request, lite: bool, account: &str, key: &Secret) -> Option<(Secret, Text)> {
    let (scheme, word) = if lite { (Scheme::Lite, "SharedKeyLite") } else { (Scheme::Full, "SharedKey") };
    let key = Written::Base64.read(key.expose_str()?)?;
    let text = Recipe::of(request, &Target::of(&request.url), scheme, account).text();
    let mac = Hash::Sha256.mac(&key, text.joined().as_bytes());
    Some((Secret::new(format!("{word} {account}:{}", Written::Base64.write(&mac))), text))
}

/// Looks at a request with this header.
pub(super) fn examine(
    request: &Request,
    credential: &Credential,
    answer: Option<&Answer>,
    candidates: &[Candidate<'_>],
    now: Option<i64>,
) -> Examined {
    let mut found = Examined::default();
    let target = Target::of(&request.url);
    found.faults.extend(header(credential, &target));
    found.faults.extend(date(request, answer, now));
    if request.header("x-ms-version").is_none() {
        let title = "the request names no version of the service";
        let fault = Fault::proven("header/companion-missing", At::Sent, title).sure(Sure::Possible);
        let why = "Without `x-ms-version` the service takes its oldest rules for the text to sign, or refuses.";
        found.faults.push(fault.why(why).mend("Send `x-ms-version: 2021-08-06`, and sign it with the rest."));
    }
    let recipe = Recipe::of(request, &target, credential.scheme, &credential.account);
    let ours = recipe.text();
    let theirs = answer.and_then(|answer| answer::string_to_sign(&answer.body));
    let mut form =
        form("string to sign", &ours, theirs.as_deref().map(|theirs| ("ours (-) and the server's (+)", theirs)));
    if let Some(theirs) = &theirs {
        let difference = Difference::of(&ours, theirs);
        if let (Some(difference), Some(at)) = (&difference, form.first_difference()) {
            form = form.note(at, difference.note.clone());
        }
        judge_texts(&mut found, request, difference.as_ref());
    }
    found.forms.push(form);
    judge_keys(&mut found, credential, &recipe, candidates, theirs.as_deref(), refuses(answer));
    found
}

/// What is wrong with the header itself.
fn header(credential: &Credential, target: &Target) -> Vec<Fault> {
    let mut faults = Vec::new();
    let wrong = |cause: &'static str, title: &str, why: &str| {
        Fault::proven(cause, At::Sent, title)
            .why(why)
            .mend("The form is `SharedKey account:signature`, the signature in base64.")
    };
    if !credential.exact {
        faults.push(wrong(SCHEME, "the scheme is not written `SharedKey`", "The service reads it letter by letter."));
    }
    if credential.account.is_empty() {
        faults.push(wrong(
            SCHEME,
            "no account stands before the signature",
            "Account and signature are joined by a colon.",
        ));
    }
    match Written::Base64.read(&credential.signature) {
        Some(bytes) if bytes.len() == Hash::Sha256.size() => {}
        _ if credential.signature.len() == 64 && Written::Hex.read(&credential.signature).is_some() => {
            faults.push(wrong(CANONICAL, "the signature is hexadecimal", "The service wants base64 of the 32 bytes."));
        }
        Some(bytes) => faults.push(wrong(
            CANONICAL,
            &format!("the signature is {} bytes, and HMAC-SHA256 has 32", bytes.len()),
            "It was cut, or made with another hash.",
        )),
        None => faults.push(wrong(CANONICAL, "the signature is no base64", "It was cut, or encoded twice.")),
    }
    if let Some(account) =
        target.account.as_ref().filter(|own| **own != credential.account && !credential.account.is_empty())
    {
        let title = format!("the header names the account {}, and the address {account}", credential.account);
        let why = "The key is looked up by the name in the header, and the text to sign begins with it.";
        let fault = Fault::proven("signature/secret", At::Sent, title).why(why);
        faults.push(fault.mend("Take the account's name as the address has it, not its display name."));
    }
    faults
}

/// A date too far from the server's.
fn date(request: &Request, answer: Option<&Answer>, now: Option<i64>) -> Option<Fault> {
    let text = request.header("x-ms-date").or_else(|| request.header("date"))?.expose_str()?;
    let name = if request.header("x-ms-date").is_some() { "x-ms-date" } else { "Date" };
    let Some(sent) = http_date(text) else {
        let title = format!("{name} is no date as HTTP has it");
        let why = "Such a date is `Wed, 14 Feb 2018 23:34:04 GMT`, in English and in UTC.";
        return Some(Fault::proven("signature/canonical", At::Sent, title).why(why).mend("Write it in that form."));
    };
    let server = answer.and_then(|answer| http_date(answer.header("date")?));
    let off = sent.checked_sub(server.or(now)?)?;
    if off.abs() <= TOLERANCE {
        return None;
    }
    let minutes = (off.abs() + 30) / 60;
    let whose = if server.is_some() { "the server's" } else { "the time of this check" };
    let way = if off < 0 { "behind" } else { "ahead of" };
    let title = format!("{name} is {minutes} minutes {way} {whose}");
    let why = "The service takes 15 minutes of difference, and then refuses whatever is signed.";
    let sure = if server.is_some() { Sure::Proven } else { Sure::Likely };
    Some(
        Fault::proven("clock/skew", At::Sent, title)
            .sure(sure)
            .why(why)
            .mend("Set this machine's clock by NTP, and sign each request when it is sent."),
    )
}

/// Where the server's text differs from ours.
struct Difference {
    /// The part of ours, such as `Content-Length`; empty where the server has one more.
    part: String,
    note: String,
}

impl Difference {
    fn of(ours: &Text, theirs: &str) -> Option<Self> {
        let lines: Vec<&str> = theirs.split('\n').collect();
        let flat: Vec<(&str, &str)> = ours.0.iter().map(|part| (part.name.as_str(), part.text.as_str())).collect();
        let at =
            (0..flat.len().max(lines.len())).find(|&at| flat.get(at).map(|part| part.1) != lines.get(at).copied())?;
        let name = flat.get(at).map_or("", |part| part.0);
        let (mine, yours) = (flat.get(at).map_or("", |part| part.1), lines.get(at).copied().unwrap_or_default());
        let added = yours.split_once(':').map(|(name, _)| name).filter(|name| name.starts_with("x-ms-"));
        let known = |name: &str| flat.iter().any(|part| part.0 == name);
        if let Some(added) = added.filter(|added| !known(added)) {
            return Some(Self { part: added.to_owned(), note: format!("{added} was added on the way") });
        }
        if name.starts_with("x-ms-") && !lines.iter().any(|line| line.starts_with(&format!("{name}:"))) {
            return Some(Self { part: name.to_owned(), note: format!("{name} did not arrive") });
        }
        let note = match (mine.is_empty(), yours.is_empty()) {
            (true, false) => format!("{name} was added on the way"),
            (false, true) => format!("{name} did not arrive, or the server does not count it"),
            _ => format!("{name} is another one at the server"),
        };
        Some(Self { part: name.to_owned(), note })
    }
}

/// What the two texts tell.
fn judge_texts(found: &mut Examined, request: &Request, difference: Option<&Difference>) {
    let Some(difference) = difference else { return };
    // The length of a body that nobody showed us is not known.
    let unknown =
        difference.part == "Content-Length" && request.body.is_empty() && request.header("content-length").is_none();
    let title = match difference.part.as_str() {
        "method" => "the server saw another method than was sent".to_owned(),
        "resource" => "the server saw another path, or another account, than was sent".to_owned(),
        _ => format!("the server signed other bytes: {}", difference.note),
    };
    let fault = Fault::proven("signature/canonical", At::Carried, title);
    let why = "The text that the server signed is not the one that this request gives.";
    let remedy = match difference.part.as_str() {
        "Content-Length" => "Sign the length of the body that is really sent; nothing stands there for an empty one.",
        "Content-Type" => "Set Content-Type yourself before you sign, so that no client or proxy adds its own.",
        "resource" => "Let nothing between rewrite the path or the host, and sign the path as it is sent.",
        _ => "Let the client sign last, and nothing change the request afterwards.",
    };
    found.faults.push(fault.sure(if unknown { Sure::Likely } else { Sure::Proven }).why(why).mend(remedy));
}

/// Who signed what.
fn judge_keys(
    found: &mut Examined,
    credential: &Credential,
    recipe: &Recipe,
    candidates: &[Candidate<'_>],
    theirs: Option<&str>,
    refused: bool,
) {
    let same = theirs.is_some_and(|theirs| theirs == recipe.text().joined());
    let text = &credential.signature;
    let hex = Written::Hex.read(text).filter(|bytes| bytes.len() == Hash::Sha256.size());
    let whole = |bytes: &Vec<u8>| bytes.len() == Hash::Sha256.size();
    let Some(given) = hex.or_else(|| base64_of_any_kind(text).filter(whole)) else { return };
    let keys: Vec<_> =
        candidates.iter().flat_map(|own| readings(own).into_iter().map(|reading| (own.name, reading))).collect();
    let fits = |recipe: &Recipe| {
        let text = recipe.text().joined();
        keys.iter()
            .find(|(_, own)| Hash::Sha256.fits(own.key.expose(), text.as_bytes(), &given))
            .map(|(n, own)| (*n, own.slip))
    };
    let apply = |slip: &Slip, recipe: &mut Recipe| recipe.apply(slip);
    let cost = recipe.text().joined().len() * keys.len();
    match search(recipe, &recipe.slips(), cost, apply, fits) {
        Some((slips, (name, key_slip))) => {
            found.faults.extend(key_slip.map(|slip| key::fault(slip, name)));
            found.faults.extend(slips.iter().map(|slip| slip_fault(slip, name)));
            if key_slip.is_none() && slips.is_empty() {
                found.verdict = format!("The signature is what {name} makes of this request.");
                if refused && !found.faults.iter().any(|fault| fault.sure == Sure::Proven) {
                    let title = format!("{name} signed this request rightly, and the account has another key");
                    let why = if same {
                        "The server signed the very same bytes, so only the key can differ: it was rotated, or it is another account's."
                    } else {
                        "Nothing in the request is signed wrongly as far as it is known here; the key was rotated, or it is another account's."
                    };
                    let fault = Fault::proven("signature/secret", At::Written, title).why(why);
                    let fault = fault.sure(if same { Sure::Proven } else { Sure::Likely });
                    found.faults.push(fault.mend("Copy a key of this account anew: Azure portal, Access keys, or `az storage account keys list`."));
                }
            } else if !slips.is_empty() {
                if theirs.is_none() {
                    found.forms.clear();
                }
                found.forms.push(signed_form(recipe, &slips));
            }
        }
        None if candidates.is_empty() => {
            if same {
                let title = "both sides signed the same bytes, so that the key differs";
                let why = "The text that this request gives is the one that the server signed.";
                let fault = Fault::proven("signature/secret", At::Written, title).sure(Sure::Likely).why(why);
                found.faults.push(
                    fault.mend("Copy a key of this account anew; it is base64 and has to be decoded before it signs."),
                );
            }
        }
        None => {
            found.faults.extend(candidates.iter().filter_map(plainly_wrong));
            let why = if same {
                "The server signed the same bytes as this request gives, and none of these keys makes that signature of them."
            } else {
                "Neither the text by rule nor one with a usual slip gives that signature with any of these keys."
            };
            let fault =
                Fault::not_made("signature/secret", At::Written, &credential.signature, candidates, " or ").why(why);
            found.faults.push(fault.mend("Find out which key the program has when it signs: print its length and its last four characters' digest, not the key."));
        }
    }
}

/// What the client signed, beside what it should have.
fn signed_form(recipe: &Recipe, slips: &[Slip]) -> Form {
    let mut signed = recipe.clone();
    for slip in slips {
        signed.apply(slip);
    }
    form("string to sign", &signed.text(), Some(("as it was signed (-) and by rule (+)", &recipe.text().joined())))
}

/// A slip in words.
fn slip_fault(slip: &Slip, name: &str) -> Fault {
    let (at, what, remedy) = match slip {
        Slip::Without(header) => (
            At::Carried,
            format!("{header} was added or changed after the request was signed"),
            format!("Set {header} before you sign, and let no client, middleware or proxy add it afterwards."),
        ),
        Slip::Zero => (
            At::Sent,
            "0 was signed for Content-Length, where an empty line belongs".to_owned(),
            "Since version 2015-02-21 the line is empty where there is no body.".to_owned(),
        ),
        Slip::NoLength => (
            At::Sent,
            "Content-Length was left out of what was signed".to_owned(),
            "Sign the length of the body in its line.".to_owned(),
        ),
        Slip::DateTwice => (
            At::Sent,
            "the date was signed twice: in its own line, and in x-ms-date".to_owned(),
            "Leave the line of Date empty where x-ms-date is sent.".to_owned(),
        ),
        Slip::NoQuery => (
            At::Sent,
            "the query was left out of what was signed".to_owned(),
            "Add a line `name:value` for each parameter, sorted by name, behind the path.".to_owned(),
        ),
        Slip::WithoutParameter(name) => (
            At::Carried,
            format!("the parameter {name} was left out of what was signed"),
            format!("Sign {name}, too, or add it before you sign."),
        ),
        Slip::QueryComp | Slip::QueryWhole => (
            At::Sent,
            "the query was signed as it stands in the address".to_owned(),
            "Add a line `name:value` for each parameter, sorted by name, behind the path.".to_owned(),
        ),
        Slip::Encoded => (
            At::Sent,
            "values of the query were signed with their percent-encoding".to_owned(),
            "Decode the values before you sign them.".to_owned(),
        ),
        Slip::Unsorted => (
            At::Sent,
            "the parameters were signed in the order in which they are sent".to_owned(),
            "Sort them by name.".to_owned(),
        ),
        Slip::NamesAsSent => (
            At::Sent,
            "names of headers were signed in the letter case in which they are sent".to_owned(),
            "Write the names of the x-ms- headers in lower case.".to_owned(),
        ),
        Slip::HeadersUnsorted => (
            At::Sent,
            "the x-ms- headers were signed in the order in which they are sent".to_owned(),
            "Sort them by name.".to_owned(),
        ),
        Slip::NoBreak => (
            At::Sent,
            "no line break was signed behind the last x-ms- header".to_owned(),
            "Each header ends with a line break, the last one, too.".to_owned(),
        ),
        Slip::Once => (
            At::Sent,
            "the account was signed once, and an emulator has it twice".to_owned(),
            "With an emulator the path itself begins with the account, so that it stands twice: /devstoreaccount1/devstoreaccount1/…".to_owned(),
        ),
        Slip::Twice => (
            At::Sent,
            "the account was signed twice, as only an emulator has it".to_owned(),
            "Sign `/account` and the path, once.".to_owned(),
        ),
        Slip::NoAccount => (
            At::Sent,
            "the path was signed without the account before it".to_owned(),
            "Sign `/account` and the path.".to_owned(),
        ),
        Slip::PathDecoded => (
            At::Sent,
            "the path was signed without its percent-encoding".to_owned(),
            "Sign the path as it is sent.".to_owned(),
        ),
        Slip::AsTable => (
            At::Sent,
            "the request was signed as one of the table service".to_owned(),
            "Blobs, queues and files have a text of twelve lines before the headers.".to_owned(),
        ),
        Slip::AsBlob => (
            At::Sent,
            "the request was signed as one of the blob service".to_owned(),
            "Tables have a short text: method, Content-MD5, Content-Type, date, resource.".to_owned(),
        ),
        Slip::OtherScheme => (
            At::Sent,
            "the text of the other scheme was signed".to_owned(),
            "SharedKey and SharedKeyLite have different texts; the word in the header must fit.".to_owned(),
        ),
    };
    let why = format!("With that one difference the signature is what {name} makes of this request.");
    Fault::proven("signature/canonical", at, what).why(why).mend(remedy)
}
