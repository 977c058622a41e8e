//! Flats next to those that the others of a household's group, or of its family, have chosen. A
//! hint for people who want to live side by side, and no rule: it changes neither what is offered nor what is taken.
//!
//! Next to a flat are those of the same building on the same storey, and that right above or below
//! it, where the labels tell: 1802 and 1702 end in the same two digits, and so do 1502 and 1302
//! where labels leave out 14.

use crate::ceremony::book::Book;
use crate::ceremony::draw::Draw;
use floorlot::plan::{HouseholdNumber, Roll, UnitNumber};

/// The flats of the others of the family, and of the group.
pub(crate) struct Companions {
    family: Vec<(HouseholdNumber, UnitNumber)>,
    group: Vec<(HouseholdNumber, UnitNumber)>,
}

impl Companions {
    /// Those of the group and the family of a household; empty if it has none, or is the first.
    pub(crate) fn of(draw: &Draw, household: HouseholdNumber) -> Companions {
        let (roll, head) = (draw.roll(), draw.roll().group_head(household));
        // P8: a group is within one pool.
        let pool = roll.pool_of(household).and_then(|pool| roll.pool(pool));
        let households = pool.map(|pool| pool.household_numbers()).unwrap_or_default();
        let own = roll.family_of(household).and_then(|family| roll.family(family));
        let claims = own.map(|family| family.claims.as_slice()).unwrap_or_default();
        let group = households.filter(|h| roll.group_head(*h) == head && !claims.contains(h));
        let held = |h: HouseholdNumber| Some((h, draw.session.holding(h).unit()?));
        Companions {
            family: claims.iter().copied().filter(|h| *h != household).filter_map(held).collect(),
            group: group.filter(|h| *h != household).filter_map(held).collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.family.is_empty() && self.group.is_empty()
    }

    /// Each of the group with the flat that it has; what the family has is told with the family.
    pub(crate) fn of_group(&self) -> impl Iterator<Item = (HouseholdNumber, UnitNumber)> + '_ {
        self.group.iter().copied()
    }

    /// Whether a flat is next to one of theirs.
    pub(crate) fn are_beside(&self, unit: UnitNumber, (roll, book): (&Roll, &Book)) -> bool {
        self.family.iter().chain(&self.group).any(|&(_, own)| {
            own != unit
                && roll.building(own) == roll.building(unit)
                && on_or_above(
                    (book.storey(own), book.own_label(own)),
                    (book.storey(unit), book.own_label(unit)),
                )
        })
    }
}

/// Whether two flats are on one storey, or one right above the other.
fn on_or_above((storey, label): (u64, &str), (other, its): (u64, &str)) -> bool {
    storey == other
        || storey.abs_diff(other) == 1
            && stack(label).is_some_and(|stack_of| stack(its) == Some(stack_of))
}

/// What stands before the number of a label, and its last two digits; of 1单元1802 `1单元` and 02.
fn stack(label: &str) -> Option<(&str, &str)> {
    let before = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = label.get(before.len()..).filter(|number| number.len() > 2)?;
    Some((before, number.get(number.len() - 2..)?))
}

#[cfg(test)]
mod tests {
    use super::on_or_above;

    #[test]
    fn the_same_storey_and_the_flat_right_above_or_below_are_next() {
        for (one, other, next) in [
            ((18, "1801"), (18, "1804"), true),
            ((18, "1802"), (17, "1702"), true),
            ((9, "902"), (10, "1002"), true),
            ((18, "1802"), (17, "1701"), false),
            ((18, "1802"), (16, "1602"), false),
            // Labels leave out numbers that nobody wants.
            ((13, "1502"), (12, "1302"), true),
            ((3, "1单元301"), (4, "1单元401"), true),
            ((3, "1单元301"), (4, "2单元401"), false),
            // The labels do not tell.
            ((3, "C"), (4, "C"), false),
            ((3, "3"), (4, "4"), false),
        ] {
            assert_eq!(on_or_above(one, other), next, "{one:?} {other:?}");
            assert_eq!(on_or_above(other, one), next, "{other:?} {one:?}");
        }
    }
}
