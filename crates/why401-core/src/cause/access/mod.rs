//! access/: a valid key that is not allowed.

mod region;
mod scope;

use super::{Cause, page};

pub(super) const CAUSES: &[Cause] = &[
    page!("access/scope", "scope.md", scope::judge),
    page!("access/restricted-key", "restricted_key.md"),
    page!("access/organization", "organization.md"),
    page!("access/ip", "ip.md"),
    page!("access/referrer", "referrer.md"),
    page!("access/api-disabled", "api_disabled.md"),
    page!("access/billing", "billing.md"),
    page!("access/account", "account.md"),
    page!("access/resource", "resource.md"),
    page!("access/region", "region.md", region::judge),
    page!("access/propagation", "propagation.md"),
    page!("access/policy", "policy.md"),
];
