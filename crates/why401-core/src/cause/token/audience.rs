//! token/audience: `aud` is not this API.

use super::expected;
use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_where_open};
use crate::cause::{Evidence, Finding, Standing};
use crate::fact::Remark;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let words = "the token's audience is another than the one that is expected";
    let remedy = "Ask for a token of this API: its own scope or `audience`, not another API's.";
    let found = expected::finding(case, "aud", words, remedy);
    let found = found.map(|finding| known(case, finding)).or_else(|| known_where_open(case, "token/audience", &AZURE));
    found.into_iter().map(Into::into).collect()
}

/// The answer leaves it open whether a key is in the wrong header or a token is for somebody else, and tokens are in play.
const AZURE: Known = Known {
    remark: Remark::TokenCredential,
    standing: Standing::Likely,
    stop: Stop::Sent,
    title: "a token is sent, and the service may want one for another audience",
    why: "The library takes a token, and no key; that it is missing is out of the question, and its audience is what the program chose.",
    remedy: "Ask for the scope that the answer names, such as `https://cognitiveservices.azure.com/.default`, and look whether the token is still good.",
    weight: 20,
};

/// What a well-known audience stands for.
fn known(case: &Case<'_>, finding: Finding) -> Finding {
    let mut names = case.tokens().filter_map(|(_, token)| {
        let (_, kind) = case.issued(token)?;
        let claim = kind.audience.as_deref().unwrap_or("aud");
        token.texts(claim).into_iter().find_map(|value| Some((value.to_owned(), kind.audiences.get(value)?.clone())))
    });
    match names.next() {
        Some((value, name)) => finding.and(format!("`{value}` is {name}."), None),
        None => finding,
    }
}
