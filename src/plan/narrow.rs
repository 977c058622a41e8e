//! What every household and unit of a plan has, in few bytes: small numbers, names that come again
//! and again, labels that end an id.

use super::ids::Texts;
use crate::number::place;
use crate::text::same;
use std::ops::Range;

/// Numbers of which most are small: a byte for each as long as all are below 256.
#[derive(Debug, Clone)]
pub(super) struct Narrow<T> {
    bytes: Vec<u8>,
    /// All of them, from the first on that does not fit into a byte.
    wide: Vec<T>,
}

impl<T> Default for Narrow<T> {
    fn default() -> Narrow<T> {
        Narrow { bytes: Vec::new(), wide: Vec::new() }
    }
}

impl<T: Copy + From<u8> + TryInto<u8>> Narrow<T> {
    pub(super) fn reserve(&mut self, count: usize) {
        self.bytes.reserve_exact(count);
    }

    #[inline]
    pub(super) fn push(&mut self, number: T) {
        match number.try_into() {
            Ok(byte) if self.wide.is_empty() => self.bytes.push(byte),
            _ => {
                self.widen();
                self.wide.push(number);
            }
        }
    }

    fn widen(&mut self) {
        self.wide.extend(std::mem::take(&mut self.bytes).into_iter().map(T::from));
    }

    #[inline]
    pub(super) fn get(&self, index: u32) -> Option<T> {
        let byte = self.bytes.get(place(index)).copied().map(T::from);
        byte.or_else(|| self.wide.get(place(index)).copied())
    }

    /// Those of some households or units that follow one another.
    pub(super) fn of(&self, range: &Range<u32>) -> impl Iterator<Item = T> {
        let places = place(range.start)..place(range.end);
        // All are in one of the two.
        let bytes = self.bytes.get(places.clone()).unwrap_or_default();
        let wide = self.wide.get(places).unwrap_or_default();
        bytes.iter().copied().map(T::from).chain(wide.iter().copied())
    }

    /// Puts another number in the place of one.
    pub(super) fn set(&mut self, index: u32, number: T) {
        match (number.try_into(), self.bytes.get_mut(place(index))) {
            (Ok(byte), Some(slot)) => *slot = byte,
            _ => {
                self.widen();
                let slot = self.wide.get_mut(place(index));
                slot.into_iter().for_each(|slot| *slot = number);
            }
        }
    }
}

/// How many names are looked for when one comes.
const RECENT: usize = 1 << 12;

/// Texts of which many are the same, such as masked names: each is kept once, as long as it comes
/// again before others take its place among the recent ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// The number of the text of each.
    numbers: Narrow<u32>,
    texts: Texts,
    /// Of those that keep rule P3, each at the place that follows from its bytes: the number of a
    /// text plus 1, or 0.
    recent: Vec<u32>,
}

/// A name as it comes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Name<'a> {
    /// One of the [recent](Names::known) ones.
    Known(u32),
    /// Another that keeps rule P3.
    Right(&'a str),
    /// One that may break it.
    Any(&'a str),
}

impl Names {
    pub(super) fn reserve(&mut self, count: usize) {
        self.numbers.reserve(count);
    }

    pub(super) fn push(&mut self, name: Name<'_>) {
        let number = match name {
            Name::Known(number) => number,
            Name::Right(name) => {
                self.known(name.as_bytes()).unwrap_or_else(|| self.add(name, true))
            }
            Name::Any(name) => self.add(name, false),
        };
        self.numbers.push(number);
    }

    /// The number of a recent name with these bytes, which keeps rule P3.
    pub(super) fn known(&self, name: &[u8]) -> Option<u32> {
        let known = self.recent.get(Names::slot(name))?.checked_sub(1)?;
        same(self.texts.get(known).as_bytes(), name).then_some(known)
    }

    fn slot(name: &[u8]) -> usize {
        let mix = |sum: usize, byte: &u8| sum.wrapping_mul(31).wrapping_add((*byte).into());
        name.iter().fold(0, mix) % RECENT
    }

    fn add(&mut self, name: &str, right: bool) -> u32 {
        if self.recent.is_empty() {
            self.recent = vec![0; RECENT];
        }
        self.texts.push(name);
        let slot = self.recent.get_mut(Names::slot(name.as_bytes())).filter(|_| right);
        slot.into_iter().for_each(|slot| *slot = self.texts.len());
        self.texts.len().saturating_sub(1)
    }

    pub(super) fn get(&self, index: u32) -> &str {
        self.numbers.get(index).map(|number| self.texts.get(number)).unwrap_or_default()
    }
}

/// The labels of units: of one that ends the id of its unit, as `1203` ends `B07-1203`, only the
/// length is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    /// How many bytes of the id the label has; 0 if it is another text.
    ends: Narrow<u16>,
    /// The units with another text, in their order, and these texts.
    others: Vec<u32>,
    texts: Texts,
}

impl Labels {
    pub(super) fn reserve(&mut self, count: usize) {
        self.ends.reserve(count);
    }

    /// The label of the next unit, which has this number and this id.
    pub(super) fn push(&mut self, unit: u32, id: &str, label: &str) {
        let ends = u16::try_from(label.len()).ok().filter(|_| id.ends_with(label));
        self.ends.push(ends.unwrap_or(0));
        if ends.is_none() {
            self.others.push(unit);
            self.texts.push(label);
        }
    }

    /// The label of the unit with this number and this id.
    pub(super) fn get<'a>(&'a self, unit: u32, id: &'a str) -> &'a str {
        let length = self.ends.get(unit).filter(|length| *length > 0).map(usize::from);
        if let Some(start) = length.and_then(|length| id.len().checked_sub(length)) {
            return id.get(start..).unwrap_or_default();
        }
        let at = self.others.binary_search(&unit).ok().and_then(|at| u32::try_from(at).ok());
        at.map(|at| self.texts.get(at)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, Name, Names, Narrow, RECENT};

    #[test]
    fn numbers_are_the_same_narrow_and_wide() {
        for all in [vec![0, 255, 7], vec![0, 256, 255], vec![999], vec![]] {
            let mut numbers = Narrow::<u16>::default();
            all.iter().for_each(|n| numbers.push(*n));
            let whole = 0..all.len() as u32;
            assert_eq!(numbers.of(&whole).collect::<Vec<_>>(), all);
            for (index, changed) in (0..).zip(0..all.len()) {
                for number in [3, 300] {
                    let (mut other, mut expected) = (numbers.clone(), all.clone());
                    other.set(index, number);
                    expected[changed] = number;
                    assert_eq!(other.of(&whole).collect::<Vec<_>>(), expected);
                }
            }
        }
    }

    #[test]
    fn names_come_back_however_often_and_however_many() {
        let name = |n: usize| ["", "张*明", "韩*"].map(str::to_owned).get(n % 7).cloned();
        let all: Vec<String> =
            (0..3 * RECENT).map(|n| name(n).unwrap_or_else(|| format!("N{}", n / 2))).collect();
        let mut names = Names::default();
        all.iter().for_each(|name| names.push(Name::Right(name)));
        names.push(Name::Any("wrong"));
        assert_eq!(names.known(b"wrong"), None);
        assert_eq!(names.get(all.len() as u32), "wrong");
        assert!((0..).zip(&all).all(|(n, name)| names.get(n) == name));
        assert!(names.texts.len() < 3 * RECENT as u32 * 4 / 7);
        assert_eq!(names.get(all.len() as u32 + 1), "");
    }

    #[test]
    fn labels_are_those_given_whether_they_end_the_id_or_not() {
        let units =
            [("B07-1203", "1203"), ("B07-12A", "12a"), ("x", "x"), ("B1", ""), ("B07-1", "7号")];
        let mut labels = Labels::default();
        (0..).zip(units).for_each(|(n, (id, label))| labels.push(n, id, label));
        for (n, (id, label)) in (0..).zip(units) {
            assert_eq!(labels.get(n, id), label);
        }
        assert_eq!(labels.others, [1, 4]);
    }
}
