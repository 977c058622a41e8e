//! What is allowed but should be known before the seal (rules P10 and P13).

use super::field::plural;
use super::roll::{PoolInfo, Roll};
use crate::number::UnitNumber;
use crate::rules::{Lang, Phrase};
use std::collections::BTreeMap;
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
    /// Labels of flats in one building that people may take for each other: they differ in `O` and
    /// `0`, in `l`, `1` and `I`, in letters of other scripts, or in the storey alone.
    AlikeLabels {
        /// The building.
        building: String,
        /// How many flats have a label that looks like that of one before them in the plan.
        flats: u32,
        /// The first of these, and the one that it looks like: id, label, storey.
        such_as: [(String, String, u16); 2],
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

    /// P13: whatever else looks alike is another flat. It is a warning, one for each building.
    pub(super) fn of_labels(roll: &Roll) -> Vec<Warning> {
        let mut buildings: Vec<(&str, u32, [UnitNumber; 2])> = Vec::new();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (again, first) in roll.alike_units() {
            let building = roll.building(again);
            let at = *known.entry(building).or_insert(buildings.len());
            match buildings.get_mut(at) {
                Some((_, flats, _)) => *flats = flats.saturating_add(1),
                None => buildings.push((building, 1, [again, first])),
            }
        }
        let flat = |unit| {
            (roll.unit_id(unit).to_owned(), roll.unit_label(unit).to_owned(), roll.storey(unit))
        };
        let warning = |(building, flats, such_as): (&str, u32, [UnitNumber; 2])| {
            Warning::AlikeLabels { building: building.into(), flats, such_as: such_as.map(flat) }
        };
        buildings.into_iter().map(warning).collect()
    }

    /// The warning in both languages.
    pub fn words(&self) -> Phrase {
        match self {
            Warning::Standby { pool, households, units } => standby(pool, *households, *units),
            Warning::AlikeLabels { building, flats, such_as: [one, other] } => {
                let flats = plural((*flats).into(), "label looks", "labels look");
                let en = |(id, label, storey): &(String, String, u16)| {
                    format!("{label}, storey {storey} ({id})")
                };
                let zh = |(id, label, storey): &(String, String, u16)| {
                    format!("{label}（{storey}层，{id}）")
                };
                Phrase::new(
                    format!(
                        "building {building}: {flats} like that of another flat, such as {} like {}",
                        en(one),
                        en(other)
                    ),
                    format!(
                        "{building}：有房号容易与其他房源混淆，如 {} 与 {}",
                        zh(one),
                        zh(other)
                    ),
                )
            }
        }
    }

    /// The warning as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        self.words().get(lang).to_owned()
    }
}

fn standby(pool: &str, households: u32, units: u32) -> Phrase {
    // The fields are public, so that anybody may have filled in more units than households.
    let standby = households.saturating_sub(units);
    let of = (
        plural(households.into(), "household", "households"),
        plural(units.into(), "unit", "units"),
    );
    Phrase::new(
        format!("pool {pool}: {} for {}; {standby} will be on standby", of.0, of.1),
        format!("批次 {pool}：{households} 户，{units} 套房；将有 {standby} 户候补"),
    )
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::Warning;
    use crate::plan::{Mode, Plan, Pool, Source};
    use crate::rules::Lang;

    #[test]
    fn labels_that_people_take_for_each_other_are_told() {
        let plan = |flats: &[(&str, u64)]| {
            let pool = Pool::lot("A", "A", "7").household("H", "", 1, &[]);
            let pool = (1..).zip(flats).fold(pool, |pool, (n, (label, storey))| {
                pool.unit(&format!("U{n}"), label, *storey, &[])
            });
            let plan = Plan::new("draw.example/1", "Block 7", Mode::Official);
            let plan = plan.bench("r", "r", 1, &[("r1", "")]).bench("o", "o", 1, &[("o1", "")]);
            let named = |mut plan: Plan| {
                plan.members.iter_mut().for_each(|member| member.name = "X".into());
                plan
            };
            let plan = named(plan).source(Source::TWENTY_DICE).pool(pool).validate().unwrap();
            plan.warnings().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let such = |one: &str, other: &str| {
            let like = format!("such as {one} (U2) like {other} (U1)");
            vec![format!("building 7: 1 label looks like that of another flat, {like}")]
        };
        for (one, other) in
            [("101", "1O1"), ("101", "l0I"), ("PA1", "РА1"), ("7B", "7Β"), ("a", "А")]
        {
            let told = such(&format!("{other}, storey 1"), &format!("{one}, storey 1"));
            assert_eq!(plan(&[(one, 1), (other, 1)]), told, "{one} {other}");
        }
        assert_eq!(plan(&[("A", 1), ("A", 2)]), such("A, storey 2", "A, storey 1"));
        let many = plan(&[("101", 1), ("1O1", 1), ("102", 1), ("101", 3)]);
        assert!(many[0].contains("2 labels look like"), "{many:?}");
        assert!(plan(&[("101", 1), ("102", 1), ("201", 2), ("一〇一", 1)]).is_empty());
    }

    #[test]
    fn more_units_than_households_leave_nobody_on_standby() {
        for (households, units, standby) in [(0, u32::MAX, 0), (1, 2, 0), (u32::MAX, 0, u32::MAX)] {
            let warning = Warning::Standby { pool: "A".into(), households, units };
            assert!(warning.to_string().ends_with(&format!("; {standby} will be on standby")));
            assert!(warning.sentence(Lang::Zh).ends_with(&format!("将有 {standby} 户候补")));
        }
    }
}
