//! header/basic-encoding: user and password are badly joined or encoded for HTTP Basic.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::case::{Case, Stop};
use crate::cause::asked::{asked, in_tests};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::{Encoding, Fact, Operand, Remark, Sends};
use crate::provider::Place;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let seen = case.sends.iter().filter_map(|(fact, sends)| {
        look(case, fact, sends)
            .or_else(|| plain_pair(sends, fact))
            .or_else(|| perhaps(case, fact, sends))
            .map(Into::into)
    });
    let told =
        [&ECHO, &OTHER_USER, &BYTES].into_iter().filter_map(|known| known_by(case, "header/basic-encoding", known));
    let broken = echoes(case).filter_map(|echoed| Some(Evidence::from(line_end(&echoed)?)));
    seen.chain(told.map(Evidence::from)).chain(broken).collect()
}

/// A client repeats a pair that ends in a line break: the encoder put it there.
fn line_end(echoed: &Echoed<'_>) -> Option<Finding> {
    let ends = echoed.scheme.eq_ignore_ascii_case("basic") && echoed.text.ends_with('\n') && echoed.text.len() > 1;
    let finding = ends.then(|| {
        echoed.finding(
            Standing::Proven,
            "the base64 text ends in a line break",
            "This encoder breaks lines and puts a line break at the end, and no header may hold one.",
        )
    })?;
    Some(finding.mend(Remedy::new(
        "Use the encoder that breaks no lines: `b64encode`, `strict_encode64`, `getEncoder`, `base64 -w0`.",
    )))
}

/// A token is the password, and the user's own name stands before it.
const OTHER_USER: Known = Known {
    remark: Remark::OtherUser,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "a token is the password, and the user before it is not the word that goes with tokens",
    why: "PyPI looks at the user first: `__token__`, and nothing else, says that the password is a token.",
    remedy: "Write `username = __token__`, and the token with its `pypi-` as the password.",
    weight: 60,
};

/// A header as it was sent shows the text form of bytes.
const BYTES: Known = Known {
    remark: Remark::BytesForm,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "the text form of bytes was sent: b'…'",
    why: "b64encode gives bytes, and put into a text they bring `b'` and `'` along.",
    remedy: "Turn the bytes into text with `.decode()`.",
    weight: 40,
};

/// A shell encodes the line break of echo with the pair.
const ECHO: Known = Known {
    remark: Remark::EncodesLine,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "a line break is encoded with user and password",
    why: "echo ends what it prints in a line break, and base64 encodes it as part of the password.",
    remedy: "Use `printf '%s' \"$user:$password\" | base64 -w0`, with openssl `-A`.",
    weight: 10,
};

/// What follows Basic has a colon in it, and so is the pair itself: base64 has none.
fn plain_pair(sends: &Sends, fact: &Fact) -> Option<Finding> {
    let basic = sends.before.as_deref()?.trim().eq_ignore_ascii_case("basic");
    let Operand::Literal(value) = &sends.credential else { return None };
    // `base64(user:password)` tells what is sent, and is not what is sent.
    if !basic || !value.expose().contains(&b':') || value.expose().contains(&b'(') {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Proven,
        Stop::Sent,
        "Basic is followed by user and password as they are",
        fact.origin.clone(),
        "After Basic the server decodes base64 of `user:password` (RFC 7617); base64 holds no colon.",
    );
    finding.weight = 10;
    Some(finding.mend(Remedy::new("Encode the pair: `printf %s 'user:password' | base64 -w0`.")))
}

/// The code makes the pair by itself, and a server that nobody registered refuses it.
fn perhaps(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    let refusal = case.refusal.as_ref()?;
    let basic = sends.before.as_deref()?.trim().eq_ignore_ascii_case("basic");
    if !basic
        || refusal.provider().is_some()
        || sends.encoding == Encoding::ByClient
        || !refusal.fits("header/basic-encoding")
    {
        return None;
    }
    let mut finding = Finding::new(
        Standing::Possible,
        Stop::Sent,
        "the pair for Basic is put together and encoded by hand",
        fact.origin.clone(),
        "Here a text form of bytes, a line break, a missing colon or a template that is not filled in slip into what is encoded.",
    );
    finding.weight = -5;
    Some(finding.mend(Remedy::new(
        "Decode what is sent and look at it, or let the client do it: `auth=(user, password)`, `-u user:password`.",
    )))
}

fn look(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    let before = sends.before.as_deref()?;
    if !before.trim().eq_ignore_ascii_case("basic") {
        return None;
    }
    let (standing, title, why, remedy) = match sends.encoding {
        Encoding::Base64Bytes => (
            Standing::Proven,
            "the text form of bytes is sent: b'…'",
            "b64encode gives bytes, and put into a text they bring `b'` and `'` along.",
            "Turn the bytes into text with `.decode()`.",
        ),
        Encoding::Base64Lines => (
            Standing::Proven,
            "the base64 text ends in a line break",
            "This encoder breaks lines and puts a line break at the end, and no header may hold one.",
            "Use the encoder that breaks no lines: `strict_encode64`, `b64encode`, `getEncoder`.",
        ),
        Encoding::Base64OfLine => (
            Standing::Likely,
            "a line break is encoded with the password",
            "echo ends its output with a line break, and base64 encodes it as a part of the password.",
            "Use `printf '%s'` or `echo -n`, and `base64 -w0` for long values.",
        ),
        Encoding::None => return unencoded(case, fact, sends),
        Encoding::Base64 { joined: Some(false) } => return unjoined(case, fact, sends),
        Encoding::Base64 { .. } | Encoding::ByClient | Encoding::Whole => return None,
    };
    let standing = if in_tests(fact) { Standing::Possible } else { standing };
    Some(Finding::new(standing, Stop::Sent, title, fact.origin.clone(), why).mend(Remedy::new(remedy)))
}

/// `Basic ${key}`: the value itself would have to be base64.
fn unencoded(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    let colon = sends.after.starts_with(':');
    if !colon {
        let upper = case.name.to_ascii_uppercase();
        let said = ["BASIC", "BASE64", "B64", "ENCODED", "CRED", "AUTH"].iter().any(|word| upper.contains(word));
        let mut values = case.values.iter().filter(|held| !held.in_template()).peekable();
        let encoded = |value: &[u8]| STANDARD.decode(value.trim_ascii()).is_ok_and(|plain| plain.contains(&b':'));
        // Without a value or a known service, the variable may well hold the encoded pair.
        let known = values.peek().is_some() || asked(case).any(|asked| asked.is_api_key());
        if said
            || !known
            || matches!(
                sends.credential,
                Operand::Unknown | Operand::Local(_) | Operand::Literal(_) | Operand::Unexpanded(_)
            )
        {
            return None;
        }
        if values.any(|held| encoded(held.value.expose())) {
            return None;
        }
    }
    let standing = match (colon, in_tests(fact)) {
        (_, true) => Standing::Possible,
        (true, false) => Standing::Proven,
        (false, false) => Standing::Likely,
    };
    let finding = Finding::new(
        standing,
        Stop::Sent,
        "Basic is followed by the plain key, and not by base64",
        fact.origin.clone(),
        "After Basic the server decodes base64 of `user:password` (RFC 7617), and a plain value does not decode to it.",
    );
    Some(finding.mend(Remedy::new("Encode `user:password` with base64, or let the client library do it.")))
}

/// `Basic ${btoa(key)}`: no colon tells the user from the password.
fn unjoined(case: &Case<'_>, fact: &Fact, sends: &Sends) -> Option<Finding> {
    // The variable may hold the pair already.
    let pair = case.values.iter().any(|held| held.value.expose().contains(&b':'));
    let single = asked(case).any(|asked| {
        asked.provider.placement.iter().any(|p| p.place == Place::BasicUser || p.scheme.eq_ignore_ascii_case("basic"))
    });
    if pair || !single || !matches!(sends.credential, Operand::Variable(_)) {
        return None;
    }
    let standing = if in_tests(fact) { Standing::Possible } else { Standing::Likely };
    let finding = Finding::new(
        standing,
        Stop::Sent,
        "no colon joins the user and the password",
        fact.origin.clone(),
        "HTTP Basic encodes `user:password`, and the colon stands there even where one of the two is empty (RFC 7617).",
    );
    Some(finding.mend(Remedy::new("Join them with a colon before encoding: `key:` where the key is the user name.")))
}
