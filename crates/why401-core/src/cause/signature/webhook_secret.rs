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

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    known_by(case, "signature/webhook-secret", &PARSED).into_iter().map(Into::into).collect()
}
