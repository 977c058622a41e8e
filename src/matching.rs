//! Who can still be housed: Hall's condition on classes of households and units (rules P10 and D4).
//!
//! Units that have the same of the pool's needs among their features are one class; households with
//! the same needs are one class. All that matters is how many there are of each, so the work does
//! not grow with the number of households.

use crate::number::place;

/// How many classes of units a pool has at most: for 8 needs (rule P7), or by areas too (P15).
pub(crate) const MOST_CLASSES: usize = 256;

/// A set of unit classes, of [at most 256](MOST_CLASSES).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClassSet([u64; 4]);

impl ClassSet {
    pub(crate) const NONE: ClassSet = ClassSet([0; 4]);

    pub(crate) fn insert(&mut self, class: usize) {
        if let Some(word) = self.0.get_mut(class / 64) {
            *word |= 1 << (class % 64);
        }
    }

    pub(crate) fn contains(&self, class: usize) -> bool {
        self.0.get(class / 64).is_some_and(|word| word >> (class % 64) & 1 == 1)
    }

    fn zip(self, other: ClassSet, op: impl Fn(u64, u64) -> u64) -> ClassSet {
        let mut out = self;
        for (a, b) in out.0.iter_mut().zip(other.0) {
            *a = op(*a, b);
        }
        out
    }

    pub(crate) fn and(self, other: ClassSet) -> ClassSet {
        self.zip(other, |a, b| a & b)
    }

    fn or(self, other: ClassSet) -> ClassSet {
        self.zip(other, |a, b| a | b)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..4).flat_map(move |w| {
            let mut word = self.0.get(w).copied().unwrap_or(0);
            std::iter::from_fn(move || {
                let bit = place(word.trailing_zeros());
                word &= word.checked_sub(1)?;
                Some((w << 6).saturating_add(bit))
            })
        })
    }
}

/// The households of one class that wait, and where they are matched.
#[derive(Debug, Clone)]
struct Waiting {
    /// The unit classes that they accept.
    accepts: ClassSet,
    /// How many of them are matched to each unit class.
    matched: Vec<u32>,
    /// How many are matched to none. Never more than 0 in a plan that keeps rule P10.
    unmatched: u32,
}

impl Waiting {
    fn total(&self) -> u64 {
        self.matched.iter().chain([&self.unmatched]).map(|&n| u64::from(n)).sum()
    }

    fn used(&self) -> ClassSet {
        let mut set = ClassSet::default();
        self.matched.iter().enumerate().filter(|(_, n)| **n > 0).for_each(|(c, _)| set.insert(c));
        set
    }

    fn at(&mut self, class: usize) -> Option<&mut u32> {
        self.matched.get_mut(class)
    }
}

/// A maximum matching of waiting households with needs to free units, kept up to date as units go.
#[derive(Debug, Clone)]
pub(crate) struct Matching {
    /// All unit classes, and the free units of all of them.
    every: ClassSet,
    all_free: u32,
    /// Free units of each class.
    free: Vec<u32>,
    /// Free units of each class that are matched to nobody.
    spare: Vec<u32>,
    waiting: Vec<Waiting>,
    /// The loose classes, until something changes them.
    loose: Option<ClassSet>,
}

/// So many more units or households, of which a plan has 10,000,000 at most (rule P7).
fn more(count: Option<&mut u32>, n: u32) {
    count.into_iter().for_each(|count| *count = count.saturating_add(n));
}

/// So many fewer. There are never fewer than none.
fn fewer(count: Option<&mut u32>, n: u32) {
    if let Some(count) = count {
        debug_assert!(*count >= n, "{n} of {count}");
        *count = count.saturating_sub(n);
    }
}

/// Households with needs that cannot all be housed (rule P10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shortage {
    /// The classes of households.
    pub(crate) household_classes: Vec<usize>,
    /// How many households they are.
    pub(crate) households: u64,
    /// How many units any of them accepts.
    pub(crate) units: u64,
}

impl Matching {
    /// `free[c]` units of each unit class; for each household class the unit classes that it
    /// accepts, and how many wait.
    pub(crate) fn new(free: Vec<u32>, waiting: &[(ClassSet, u32)]) -> Matching {
        let class = |&(accepts, _): &(ClassSet, u32)| Waiting {
            accepts,
            matched: vec![0; free.len()],
            unmatched: 0,
        };
        let mut every = ClassSet::default();
        (0..free.len()).for_each(|class| every.insert(class));
        let mut matching = Matching {
            every,
            all_free: free.iter().sum(),
            waiting: waiting.iter().map(class).collect(),
            spare: free.clone(),
            free,
            loose: None,
        };
        for (d, &(_, count)) in waiting.iter().enumerate() {
            matching.add_waiting(d, count);
        }
        matching
    }

    /// Free units of a class.
    fn free(&self, class: usize) -> u32 {
        self.free.get(class).copied().unwrap_or(0)
    }

    /// Free units of these classes.
    pub(crate) fn free_in(&self, classes: ClassSet) -> u32 {
        // Of all of them without a look at any: of which class the last one was may still have to
        // come out of the memory. (Word by word, as they were just written: all at once has to wait.)
        if classes.0.iter().zip(&self.every.0).all(|(a, b)| a == b) {
            return self.all_free;
        }
        classes.iter().map(|class| self.free(class)).sum()
    }

    /// Free units of all classes.
    pub(crate) fn all_free(&self) -> u32 {
        self.all_free
    }

    /// How many units may go, whatever their classes, until a class may stop being loose by itself; 0
    /// if one is not.
    pub(crate) fn slack(&self) -> u32 {
        let left = self.free.iter().zip(&self.spare).filter(|(free, _)| **free > 0);
        left.map(|(_, spare)| *spare).min().unwrap_or(0)
    }

    /// `count` more households of class `d` wait.
    pub(crate) fn add_waiting(&mut self, d: usize, count: u32) {
        self.loose = None;
        let Some(class) = self.waiting.get_mut(d) else { return };
        let mut rest = count;
        // Spare units first, which moves nobody.
        for c in class.accepts.iter() {
            let (Some(spare), Some(matched)) = (self.spare.get_mut(c), class.at(c)) else {
                continue;
            };
            let n = rest.min(*spare);
            fewer(Some(spare), n);
            more(Some(matched), n);
            fewer(Some(&mut rest), n);
        }
        // The rest only where others move to other units: this makes the matching a maximum (D4,
        // step 2).
        while rest > 0 && self.augment(d).is_ok() {
            fewer(Some(&mut rest), 1);
        }
        more(self.waiting.get_mut(d).map(|class| &mut class.unmatched), rest);
    }

    /// One household of class `d` waits no longer, because it was called.
    pub(crate) fn remove_waiting(&mut self, d: usize) {
        self.loose = None;
        let Some(class) = self.waiting.get_mut(d) else { return };
        // Who had nothing waits no longer: no unit becomes spare.
        if class.unmatched > 0 {
            fewer(Some(&mut class.unmatched), 1);
            return;
        }
        if let Some(c) = class.used().iter().next() {
            fewer(class.at(c), 1);
            more(self.spare.get_mut(c), 1);
            // The unit that became spare may be what somebody unmatched needs.
            self.match_unmatched();
        }
    }

    /// A unit of class `c` was picked.
    pub(crate) fn take_unit(&mut self, c: usize) {
        let (Some(free), Some(spare)) = (self.free.get_mut(c), self.spare.get_mut(c)) else {
            return;
        };
        *free = free.saturating_sub(1);
        self.all_free = self.all_free.saturating_sub(1);
        if *spare > 1 {
            fewer(Some(spare), 1); // still loose by itself, so nothing changes for anybody
            return;
        }
        self.loose = None;
        if *spare == 1 {
            *spare = 0;
            return;
        }
        // The unit was matched: whoever it was matched to must find another.
        let holder = self.waiting.iter_mut().enumerate().find_map(|(d, w)| {
            let matched = w.at(c).filter(|m| **m > 0)?;
            fewer(Some(matched), 1);
            Some(d)
        });
        // Its household may find another unit; if not, it is unmatched, which only a refuted file
        // does.
        if let Some(d) = holder {
            self.add_waiting(d, 1);
        }
    }

    /// A unit of class `c` is free again, because its pick was withdrawn.
    pub(crate) fn return_unit(&mut self, c: usize) {
        self.loose = None;
        if c < self.free.len() {
            more(Some(&mut self.all_free), 1);
        }
        more(self.free.get_mut(c), 1);
        more(self.spare.get_mut(c), 1);
        self.match_unmatched();
    }

    /// The classes of which a unit may go without leaving a waiting household out (rule D4, step
    /// 3).
    pub(crate) fn loose(&mut self) -> ClassSet {
        // Most picks change no class, and this is asked for at every call.
        if let Some(loose) = self.loose {
            return loose;
        }
        let mut loose = ClassSet::default();
        // D4: A unit class with more free units than matched ones is loose.
        self.spare.iter().enumerate().filter(|(_, n)| **n > 0).for_each(|(c, _)| loose.insert(c));
        let used: Vec<(ClassSet, ClassSet)> =
            self.waiting.iter().map(|w| (w.accepts, w.used())).collect();
        // D4: A unit class is also loose when a household class matched to one of its units accepts
        // a unit class that is loose. Repeat until nothing changes.
        loop {
            let before = loose;
            for (accepts, used) in &used {
                if !accepts.and(loose).is_empty() {
                    loose = loose.or(*used);
                }
            }
            if loose == before {
                break;
            }
        }
        self.loose = Some(loose);
        loose
    }

    /// Why not all waiting households can be housed at once, if they cannot.
    pub(crate) fn shortage(&mut self) -> Option<Shortage> {
        let d = self.waiting.iter().position(|w| w.unmatched > 0)?;
        let (reached, classes) = self.augment(d).err()?;
        let households =
            reached.iter().filter_map(|&d| self.waiting.get(d)).map(Waiting::total).sum();
        let units = classes.iter().map(|c| u64::from(self.free(c))).sum();
        Some(Shortage { household_classes: reached, households, units })
    }

    fn match_unmatched(&mut self) {
        for d in 0..self.waiting.len() {
            while self.waiting.get(d).is_some_and(|w| w.unmatched > 0) && self.augment(d).is_ok() {
                fewer(self.waiting.get_mut(d).map(|w| &mut w.unmatched), 1);
            }
        }
    }

    /// Matches one more household of class `start`, moving others along an augmenting path if need
    /// be. On failure: the household and unit classes that were reached, which break Hall's
    /// condition.
    fn augment(&mut self, start: usize) -> Result<(), (Vec<usize>, ClassSet)> {
        let mut reached = vec![start];
        // household class -> the unit class it can give up
        let mut left_for = vec![None; self.waiting.len()];
        let mut seen = ClassSet::default();
        // unit class -> the household class that reached it
        let mut via = vec![start; self.free.len()];
        let mut next = 0..;
        while let Some(&d) = next.next().and_then(|n: usize| reached.get(n)) {
            let accepts = self.waiting.get(d).map(|w| w.accepts).unwrap_or_default();
            // A set has room for 256 classes; the pool may have fewer.
            for c in accepts.iter().filter(|&c| c < self.free.len()) {
                if seen.contains(c) {
                    continue;
                }
                seen.insert(c);
                via.get_mut(c).into_iter().for_each(|v| *v = d);
                if self.spare.get(c).is_some_and(|&s| s > 0) {
                    self.shift(start, c, &via, &left_for);
                    return Ok(());
                }
                // Whoever has a unit of this class could give it up for another.
                for (y, w) in self.waiting.iter().enumerate() {
                    if w.matched.get(c).is_some_and(|&m| m > 0) && !reached.contains(&y) {
                        reached.push(y);
                        left_for.get_mut(y).into_iter().for_each(|l| *l = Some(c));
                    }
                }
            }
        }
        Err((reached, seen))
    }

    /// Moves one household each along the path that ends in the spare unit class `end`.
    fn shift(&mut self, start: usize, end: usize, via: &[usize], left_for: &[Option<usize>]) {
        fewer(self.spare.get_mut(end), 1);
        let mut c = end;
        loop {
            let d = via.get(c).copied().unwrap_or(start);
            let Some(class) = self.waiting.get_mut(d) else { return };
            more(class.at(c), 1);
            if d == start {
                return;
            }
            let Some(given_up) = left_for.get(d).copied().flatten() else { return };
            fewer(class.at(given_up), 1);
            c = given_up;
        }
    }
}
