//! signature/webhook-secret: a webhook is verified with another endpoint's secret, or over other bytes.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Standing};
use crate::fact::Remark;

/// The signature is over the bytes as they came; a parsed body is written anew with other blanks and another order.
const PARSED: Known = Known {
    remark: Remark::ParsedBody,
    standing: Standing::Likely,
    stop: Stop::Judged,
    title: "the body is parsed before its signature is checked",
    why: "The signature is over the bytes as they came; once they are parsed and written anew they are others.",
    remedy: "Hand the raw body to the check: `express.raw({ type: 'application/json' })` on that route, before `express.json()`.",
    weight: 12,
};

/// What is turned down on its way in was signed with another endpoint's secret, or is not what was signed.
const COMES_IN: Known = Known {
    remark: Remark::Webhook,
    standing: Standing::Possible,
    stop: Stop::Judged,
    title: "a webhook comes in, and its signature is not the one that is worked out here",
    why: "Each endpoint has a signing secret of its own, and the signature is over the bytes as they came.",
    remedy: "Take the signing secret of this very endpoint, and hand the raw body to the check.",
    weight: 2,
};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let known = [&PARSED, &COMES_IN].into_iter();
    known.filter_map(|known| Some(known_by(case, "signature/webhook-secret", known)?.into())).collect()
}
