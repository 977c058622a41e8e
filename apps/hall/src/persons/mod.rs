//! Who a household is: sealed slips for the households, and what a notary checks.

pub(crate) mod notary;
pub(crate) mod slips;
