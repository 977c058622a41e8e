//! The numbers of units, households and lines, as places in a list and back.
//!
//! A unit has one type of number, a household another, so that none is taken for the other. The
//! inner loops of a pool count in plain numbers, from 0 in the pool. Each has three bytes, which
//! hold the 10,000,000 that a plan can have of a kind (P7), the highest first, so that they are
//! ordered as numbers.

use std::ops::Range;

const _: () = assert!(usize::BITS >= 32 && usize::BITS <= 64);

/// A number as a place in a list.
#[inline]
#[expect(clippy::as_conversions, reason = "a place has 32 bits or more, which is asserted above")]
pub(crate) const fn place(number: u32) -> usize {
    number as usize
}

/// `89.25`, of an area in 1/100 m².
pub(crate) fn metres(area: u64) -> String {
    format!("{}.{:02}", area / 100, area % 100)
}

/// A length as a number that is written.
#[inline]
#[expect(clippy::as_conversions, reason = "a length has 64 bits or less, which is asserted above")]
pub(crate) const fn count(length: usize) -> u64 {
    length as u64
}

/// A type for the numbers of one kind of thing in a plan, and one for several that follow one
/// another.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $(#[$docs:meta])* $names:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 3]);

        impl $name {
            /// The caller knows that the plan has so many, or that nothing is found by a number
            /// beyond them.
            #[inline]
            pub(crate) const fn new(number: u32) -> $name {
                // Beyond them all: P7 ends a plan long before.
                let number = if number < 1 << 24 { number } else { (1 << 24) - 1 };
                let [_, high, middle, low] = number.to_be_bytes();
                $name([high, middle, low])
            }

            /// The number itself, from 0.
            #[inline]
            pub const fn get(self) -> u32 {
                let [high, middle, low] = self.0;
                u32::from_be_bytes([0, high, middle, low])
            }

            /// The number as a place in a list that has an entry for each in the plan.
            #[inline]
            pub const fn index(self) -> usize {
                place(self.get())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.get())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.get().fmt(f)
            }
        }

        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $names(Range<u32>);

        impl $names {
            pub(crate) const fn new(range: Range<u32>) -> $names {
                $names(range)
            }

            /// Whether this is one of them.
            #[inline]
            pub fn contains(&self, one: $name) -> bool {
                self.0.contains(&one.get())
            }

            /// The place of one among them, from 0; `None` if it is none of them.
            #[inline]
            pub fn place_of(&self, one: $name) -> Option<u32> {
                one.get().checked_sub(self.0.start).filter(|_| self.contains(one))
            }

            /// The one at a place among them, from 0.
            #[inline]
            pub fn at(&self, place: u32) -> Option<$name> {
                self.0.start.checked_add(place).map($name::new).filter(|one| self.contains(*one))
            }
        }

        impl Iterator for $names {
            type Item = $name;

            #[inline]
            fn next(&mut self) -> Option<$name> {
                self.0.next().map($name::new)
            }

            #[inline]
            fn nth(&mut self, n: usize) -> Option<$name> {
                self.0.nth(n).map($name::new)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl DoubleEndedIterator for $names {
            #[inline]
            fn next_back(&mut self) -> Option<$name> {
                self.0.next_back().map($name::new)
            }
        }

        impl ExactSizeIterator for $names {}
    };
}

number! {
    /// A pool, by its place among the pools of the plan, from 0.
    ///
    /// The [`Roll`](crate::plan::Roll) gives it. In the roll of another plan it means another pool.
    PoolNumber,
    /// Pools that follow one another in the plan.
    PoolNumbers
}

number! {
    /// A household, by its place among the households of the plan, from 0.
    ///
    /// The [`Roll`](crate::plan::Roll) gives it. In the roll of another plan it means another
    /// household.
    ///
    /// ```compile_fail,E0308
    /// # fn mixed(roll: &floorlot::plan::Roll, household: floorlot::plan::HouseholdNumber) {
    /// roll.storey(household); // a household is no unit
    /// # }
    /// ```
    HouseholdNumber,
    /// Households that follow one another in the plan.
    HouseholdNumbers
}

number! {
    /// A family, by its place among the families of the plan, from 0.
    ///
    /// The [`Roll`](crate::plan::Roll) gives it. In the roll of another plan it means another
    /// family.
    FamilyNumber,
    /// Families that follow one another in the plan.
    FamilyNumbers
}

number! {
    /// A unit, by its place among the units of the plan, from 0.
    ///
    /// The [`Roll`](crate::plan::Roll) gives it. In the roll of another plan it means another unit.
    ///
    /// ```compile_fail,E0308
    /// # fn mixed(roll: &floorlot::plan::Roll, unit: floorlot::plan::UnitNumber) {
    /// roll.tier(unit); // a unit is no household
    /// # }
    /// ```
    UnitNumber,
    /// Units that follow one another in the plan.
    UnitNumbers
}
