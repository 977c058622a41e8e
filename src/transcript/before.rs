//! What a later plan is compared with: the rules and the panel of an earlier one, and what its
//! households asked for.

use crate::plan::{HouseholdNumber, PoolInfo, Roll};
use std::collections::BTreeMap;

/// What a plan says of its pools and its panel.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// For each pool how it is drawn.
    pub(super) pools: BTreeMap<String, String>,
    /// For each bench its quorum.
    pub(super) quorums: BTreeMap<String, u64>,
    /// For each member bench, name and key.
    pub(super) members: BTreeMap<String, [String; 3]>,
}

impl Rules {
    pub(super) fn of(roll: &Roll) -> Rules {
        let pools = roll.pools().iter().map(|pool| (pool.id.clone(), drawn(pool)));
        let quorums = roll.benches().map(|(id, quorum)| (id.to_owned(), quorum));
        let member = |id: &str| {
            let key = roll.member_key(id).map(ToString::to_string);
            let words = [roll.bench_of(id), roll.member_name(id), key.as_deref()];
            (id.to_owned(), words.map(|word| word.unwrap_or_default().to_owned()))
        };
        let members = roll.members().map(member).collect();
        Rules { pools: pools.collect(), quorums: quorums.collect(), members }
    }
}

fn drawn(pool: &PoolInfo) -> String {
    let seconds = pool.seconds.map(|seconds| seconds.to_string());
    let words = [
        Some(pool.rule.word()),
        pool.absence.map(|absence| absence.word()),
        seconds.as_deref(),
        pool.unranked.map(|unranked| unranked.word()),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Tier and needs of a household.
pub(super) type Asks = (u16, Vec<String>);

pub(super) fn asks(roll: &Roll, household: HouseholdNumber) -> Asks {
    (roll.tier(household), roll.needs(household).to_vec())
}
