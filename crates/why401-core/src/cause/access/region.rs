//! access/region: regions that an account has to open for itself.

use crate::case::{Case, Stop};
use crate::cause::remarked::{Known, known_where_open};
use crate::cause::{Evidence, Standing};
use crate::fact::Remark;

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let is_aws = case.as_refusal().is_some_and(|refusal| refusal.is_of("aws"));
    let found = known_where_open(case, "access/region", &OPT_IN).filter(|_| is_aws);
    found.into_iter().map(Evidence::from).collect()
}

/// What names its own cause needs no region.
const OPT_IN: Known = Known {
    remark: Remark::OptInRegion,
    standing: Standing::Likely,
    stop: Stop::Judged,
    title: "the region is one that an account must open for itself, and does not know the key until then",
    why: "Regions that came after March 2019 are shut until the account opts in; they refuse every credential of it. Tokens of the global endpoint of STS are not good there either.",
    remedy: "Open the region (`aws account enable-region --region-name NAME`), and take session tokens from a regional endpoint: `AWS_STS_REGIONAL_ENDPOINTS=regional`.",
    weight: 30,
};
