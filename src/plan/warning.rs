//! What is allowed but should be known before the seal (rule P10).

use super::field::plural;
use super::roll::PoolInfo;
use crate::rules::{Lang, Phrase};
use std::fmt;

/// Something that is allowed but should be known before the seal.
///
/// ```
/// use floorlot::plan::{Mode, Plan, Pool, Source};
/// let pool = Pool::lot("A", "A", "7").unit("A-1", "101", 1, &[]).household("H1", "张*", 1, &[]).household("H2", "李*", 1, &[]);
/// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official)
///     .bench("residents", "居民代表", 1, &[("r1", "王*")])
///     .bench("officials", "工作人员", 1, &[("o1", "李*")])
///     .source(Source::TWENTY_DICE)
///     .pool(pool)
///     .validate()?;
/// assert_eq!(plan.warnings()[0].to_string(), "pool A: 2 households for 1 unit; 1 will be on standby");
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// More households than units in a pool: some will be on standby.
    Standby {
        /// The id of the pool in the plan.
        pool: String,
        /// How many households draw in it.
        households: u32,
        /// How many units it has.
        units: u32,
    },
}

impl Warning {
    /// P10: More households than units is allowed. It is a warning, with the number.
    pub(super) fn of(pools: &[PoolInfo]) -> Vec<Warning> {
        let standby = |p: &PoolInfo| Warning::Standby {
            pool: p.id.clone(),
            households: p.household_count(),
            units: p.unit_count(),
        };
        pools.iter().filter(|p| p.household_count() > p.unit_count()).map(standby).collect()
    }

    /// The warning in both languages.
    pub fn words(&self) -> Phrase {
        let Warning::Standby { pool, households, units } = self;
        // The fields are public, so that anybody may have filled in more units than households.
        let standby = households.saturating_sub(*units);
        let of = (
            plural((*households).into(), "household", "households"),
            plural((*units).into(), "unit", "units"),
        );
        Phrase::new(
            format!("pool {pool}: {} for {}; {standby} will be on standby", of.0, of.1),
            format!("批次 {pool}：{households} 户，{units} 套房；将有 {standby} 户候补"),
        )
    }

    /// The warning as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        self.words().get(lang).to_owned()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::Warning;
    use crate::rules::Lang;

    #[test]
    fn more_units_than_households_leave_nobody_on_standby() {
        for (households, units, standby) in [(0, u32::MAX, 0), (1, 2, 0), (u32::MAX, 0, u32::MAX)] {
            let warning = Warning::Standby { pool: "A".into(), households, units };
            assert!(warning.to_string().ends_with(&format!("; {standby} will be on standby")));
            assert!(warning.sentence(Lang::Zh).ends_with(&format!("将有 {standby} 户候补")));
        }
    }
}
