//! Ids and other texts of a plan in few bytes: 1,000,000 ids in some 12 MB.

use crate::number::place;
use std::collections::BTreeMap;

/// P7: how many ids of one kind a plan can have.
pub(crate) const MOST_IDS: u32 = 10_000_000;

/// P7: how many bytes they can have in all, which is what ids of 64 bytes (P2) need. Whoever writes
/// longer ones breaks P2, and is not given more memory for it.
pub(crate) const MOST_BYTES: usize = 640_000_000;

/// Texts one behind the other, found by their number: those of a plan have a few bytes each, and a
/// [`String`] has 24 before its first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    text: String,
    /// Where each ends. Empty as long as all are of the same width, as the ids of an office often
    /// are.
    ends: Vec<u32>,
    width: u32,
    count: u32,
}

impl Texts {
    /// Makes room for so many texts of about this length.
    pub(crate) fn reserve(&mut self, count: usize, length: usize) {
        self.text.reserve_exact(count.saturating_mul(length));
    }

    /// Adds a text. One beyond 2^32 bytes in all is held as an empty one; the caps of rule P7 keep
    /// a plan from that.
    pub(crate) fn push(&mut self, text: &str) {
        let end = u32::try_from(self.text.len().saturating_add(text.len()));
        debug_assert!(end.is_ok() && self.count < u32::MAX, "more than the caps of rule P7 allow");
        let text = if end.is_ok() { text } else { "" };
        // Below 2^32: a text that reaches further is held as an empty one.
        let width = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if self.count == 0 {
            self.width = width;
        } else if self.ends.is_empty() && width != self.width {
            // From the first text of another width on, the end of each is kept.
            self.ends = (1..=self.count).map(|n| n.saturating_mul(self.width)).collect();
        }
        self.text.push_str(text);
        self.count = self.count.saturating_add(1);
        if !self.ends.is_empty() {
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    /// How many bytes all of them have.
    fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The text with this number; empty if there is none.
    pub(crate) fn get(&self, index: u32) -> &str {
        let range = if self.ends.is_empty() {
            let (at, width) = (place(index), place(self.width));
            at.checked_mul(width).and_then(|start| Some(start..start.checked_add(width)?))
        } else {
            let end = |index: u32| self.ends.get(place(index)).copied().map(place);
            let start = index.checked_sub(1).map_or(Some(0), end);
            start.and_then(|start| Some(start..end(index)?))
        };
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}

/// Ids in the order of the plan, found again by binary search.
///
/// Not a hash table, because a file made to hurt the verifier could make all its ids fall into one
/// bucket.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    texts: Texts,
    /// Indices sorted by lower-case id; empty as long as the ids come in that order by themselves.
    sorted: Vec<u32>,
    in_order: bool,
    /// How many ids were indexed, and those that came after that, by themselves.
    indexed: Option<u32>,
    late: BTreeMap<String, u32>,
    /// How many ids, and how many bytes in all, there can be.
    most: (u32, usize),
}

fn lower(id: &[u8]) -> impl Iterator<Item = u8> + '_ {
    id.iter().map(u8::to_ascii_lowercase)
}

/// How many bytes two texts have in common at the beginning, looked for 8 at a time.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "same is at most the length of a text, and this runs for each id of the plan"
)]
#[inline]
pub(super) fn common(a: &[u8], b: &[u8]) -> usize {
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    let differences = words.map(|(x, y)| u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y));
    let mut same = 0;
    for difference in differences {
        if difference != 0 {
            return same + difference.trailing_zeros() as usize / 8;
        }
        same += 8;
    }
    same + a.iter().zip(b).skip(same).take_while(|(x, y)| x == y).count()
}

/// Whether `a` sorts before `b` without regard to capitals. Most ids share a beginning, so that is
/// passed over first.
fn comes_before(a: &[u8], b: &[u8]) -> bool {
    let same = common(a, b);
    let rest = |id: &'_ [u8]| id.get(same..).map(<[u8]>::to_ascii_lowercase);
    match (a.get(same), b.get(same)) {
        // Equal up to capitals here, or one of them ends: only then the rest is looked at.
        (Some(x), Some(y)) if !x.eq_ignore_ascii_case(y) => {
            x.to_ascii_lowercase() < y.to_ascii_lowercase()
        }
        _ => rest(a) < rest(b),
    }
}

impl Ids {
    pub(crate) fn new() -> Ids {
        Ids::with_room(MOST_IDS, MOST_BYTES)
    }

    /// Ids that end after so many of them, or so many bytes in all.
    pub(super) fn with_room(count: u32, bytes: usize) -> Ids {
        Ids {
            texts: Texts::default(),
            sorted: Vec::new(),
            in_order: true,
            indexed: None,
            late: BTreeMap::new(),
            most: (count, bytes),
        }
    }

    /// Makes room for so many ids of about this length.
    pub(crate) fn reserve(&mut self, count: usize, length: usize) {
        self.texts.reserve(count, length);
    }

    /// Whether one more id is within the caps of rule P7. Ask before [`Ids::push`].
    pub(crate) fn has_room_for(&self, id: &str) -> bool {
        let (count, bytes) = self.most;
        self.len() < count && self.texts.bytes().saturating_add(id.len()) <= bytes
    }

    pub(crate) fn push(&mut self, id: &str) {
        debug_assert!(self.has_room_for(id), "an id beyond the caps of rule P7");
        if self.indexed.is_some() {
            self.late.entry(id.to_owned()).or_insert(self.texts.len());
        } else if let Some(last) = self.len().checked_sub(1).filter(|_| self.in_order) {
            // As long as each comes after the one before, the plan's order is the index.
            self.in_order = comes_before(self.bytes_of(last), id.as_bytes());
        }
        self.texts.push(id);
    }

    /// Some of these ids, to be read one after the other and not to be found.
    pub(crate) fn listed(&self, indices: impl ExactSizeIterator<Item = u32> + Clone) -> Ids {
        let mut ids = Ids::new();
        ids.reserve(indices.len(), place(self.texts.width));
        // They lie anywhere in the memory: first a look at each, so that the processor fetches many
        // at once.
        let look = |index| self.get(index).as_bytes().first().copied().unwrap_or(0);
        std::hint::black_box(indices.clone().fold(0, |all, index| all ^ look(index)));
        indices.for_each(|index| ids.texts.push(self.get(index)));
        ids
    }

    pub(crate) fn len(&self) -> u32 {
        self.texts.len()
    }

    /// The id at this index; empty if there is none.
    pub(crate) fn get(&self, index: u32) -> &str {
        self.texts.get(index)
    }

    fn bytes_of(&self, index: u32) -> &[u8] {
        self.get(index).as_bytes()
    }

    /// By lower-case id; those that differ in capitals alone, which is a fault of the plan, by
    /// themselves, so that each of them is still found.
    fn compare(&self, index: u32, id: &str) -> std::cmp::Ordering {
        let own = self.bytes_of(index);
        lower(own).cmp(lower(id.as_bytes())).then_with(|| own.cmp(id.as_bytes()))
    }

    /// Sorts, and gives each id that differs from an earlier one in capitals at most, with that
    /// earlier one.
    pub(crate) fn index(&mut self) -> Vec<(u32, u32)> {
        // Late ids stand behind the sorted ones.
        self.in_order &= self.late.is_empty();
        self.late.clear();
        self.indexed = Some(self.len());
        if self.in_order {
            return Vec::new();
        }
        let mut sorted: Vec<u32> = (0..self.len()).collect();
        sorted.sort_unstable_by(|&a, &b| self.compare(a, self.get(b)).then(a.cmp(&b)));
        let same = |a: &u32, b: &u32| self.bytes_of(*a).eq_ignore_ascii_case(self.bytes_of(*b));
        let mut twice = Vec::new();
        for group in sorted.chunk_by(same).filter(|group| group.len() > 1) {
            let first = group.iter().min().copied().unwrap_or(0);
            twice.extend(group.iter().filter(|id| **id != first).map(|id| (*id, first)));
        }
        twice.sort_unstable();
        self.sorted = sorted;
        twice
    }

    /// The first of the ids that differ from this one in capitals at most. Call [`Ids::index`]
    /// first.
    pub(crate) fn first_like(&self, id: &str) -> Option<u32> {
        let at = |rank: u32| {
            if self.in_order { rank } else { self.sorted.get(place(rank)).copied().unwrap_or(0) }
        };
        let (mut low, mut high) = (0_u32, self.indexed.unwrap_or(self.len()));
        let end = high;
        while low < high {
            let middle = low.midpoint(high);
            match lower(self.bytes_of(at(middle))).cmp(lower(id.as_bytes())) {
                std::cmp::Ordering::Less => low = middle.saturating_add(1),
                _ => high = middle,
            }
        }
        let like = |index: &u32| self.bytes_of(*index).eq_ignore_ascii_case(id.as_bytes());
        (low..end).map(at).take_while(like).min()
    }

    /// The index of exactly this id, the first if it occurs again. Call [`Ids::index`] first.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let at = |rank: u32| {
            if self.in_order { rank } else { self.sorted.get(place(rank)).copied().unwrap_or(0) }
        };
        let indexed = self.indexed.unwrap_or(self.len());
        let (mut low, mut high) = (0_u32, indexed);
        while low < high {
            let middle = low.midpoint(high);
            match self.compare(at(middle), id) {
                std::cmp::Ordering::Less => low = middle.saturating_add(1),
                _ => high = middle,
            }
        }
        let found = Some(at(low)).filter(|&i| low < indexed && self.get(i) == id);
        found.or_else(|| self.late.get(id).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, MOST_BYTES, MOST_IDS, Texts, comes_before, lower};

    #[test]
    fn order_is_that_of_lower_case() {
        let ids = [
            "",
            "a",
            "A",
            "ab",
            "B07-1203",
            "b07-1203",
            "B07-1204",
            "B07-1203x",
            "B07-1203X7",
            "H0000001H0000001",
            "H0000001H0000002",
        ];
        for (a, b) in ids.iter().flat_map(|a| ids.map(|b| (a.as_bytes(), b.as_bytes()))) {
            assert_eq!(comes_before(a, b), lower(a).lt(lower(b)), "{a:?} {b:?}");
        }
    }

    fn ids(list: &[&str]) -> Ids {
        let mut ids = Ids::new();
        list.iter().for_each(|id| ids.push(id));
        ids
    }

    #[test]
    fn finds_in_order_and_out_of_order() {
        for list in [["a", "b", "c", "d"], ["d", "B", "a", "C"]] {
            let mut ids = ids(&list);
            assert_eq!(ids.index(), []);
            for (i, id) in (0..).zip(list) {
                assert_eq!(ids.find(id), Some(i), "{id} in {list:?}");
            }
            assert_eq!(ids.find("e"), None);
            assert_eq!(ids.find("A"), None);
        }
    }

    #[test]
    fn the_first_of_those_that_differ_in_capitals_alone() {
        for (list, found) in [
            (["a", "b", "c", "d"], [Some(1), None]),
            (["d", "B", "a", "b"], [Some(1), None]),
            (["e", "a", "B", "b"], [Some(2), Some(0)]),
        ] {
            let mut ids = ids(&list);
            ids.index();
            assert_eq!(["b", "E"].map(|id| ids.first_like(id)), found, "{list:?}");
        }
    }

    #[test]
    fn ids_of_different_widths() {
        for list in [
            ["a", "b", "cc", "d"],
            ["aa", "b", "c", "dd"],
            ["", "a", "", "bb"],
            ["a", "", "b", "c"],
        ] {
            let ids = ids(&list);
            let all: Vec<&str> = (0..ids.len()).map(|i| ids.get(i)).collect();
            assert_eq!(all, list);
            let turned = ids.listed([3, 0, 2, 1].into_iter());
            assert_eq!([0, 1, 2, 3].map(|i| turned.get(i)), [3, 0, 2, 1].map(|i: usize| list[i]));
            assert_eq!(ids.get(4), "");
        }
    }

    #[test]
    fn finds_each_of_many_ids_that_differ_in_capitals_alone() {
        let capitals = |n: u32| -> String {
            (0..8).map(|bit| if n >> bit & 1 == 1 { 'A' } else { 'a' }).collect()
        };
        let all: Vec<String> = (0..256).rev().map(capitals).collect();
        let mut ids = ids(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ids.index(), (1..256).map(|n| (n, 0)).collect::<Vec<_>>());
        for (i, id) in (0..).zip(&all) {
            assert_eq!(ids.find(id), Some(i));
        }
    }

    #[test]
    fn finds_what_came_after_the_index() {
        for list in [["a", "b", "c", "d"], ["d", "B", "a", "C"]] {
            let mut ids = ids(&list);
            ids.index();
            ["0", "b", "e"].iter().for_each(|id| ids.push(id));
            let places = || list.iter().zip(0..).chain([(&"0", 4), (&"e", 6)]);
            places()
                .for_each(|(id, place)| assert_eq!(ids.find(id), Some(place), "{id} in {list:?}"));
            assert_eq!(ids.index(), [(5, 1)]);
            places()
                .for_each(|(id, place)| assert_eq!(ids.find(id), Some(place), "{id} in {list:?}"));
        }
    }

    #[test]
    fn names_every_id_that_occurs_again() {
        let mut ids = ids(&["x1", "a", "X1", "b", "x1", "A"]);
        assert_eq!(ids.index(), [(2, 0), (4, 0), (5, 1)]);
        assert_eq!(ids.find("X1"), Some(2));
    }

    #[test]
    fn the_room_ends_with_the_ids_and_with_their_bytes() {
        let mut ids = Ids::with_room(3, 10);
        for id in ["abcd", "abcdef"] {
            assert!(ids.has_room_for(id), "{id}");
            ids.push(id);
        }
        assert!(!ids.has_room_for("x") && ids.has_room_for(""));
        ids.push("");
        assert!(!ids.has_room_for("")); // three are three, however short
        ids.index();
        assert_eq!((ids.find("abcdef"), ids.find(""), ids.len()), (Some(1), Some(2), 3));
    }

    #[test]
    fn the_last_id_within_the_caps_is_pushed_and_found() {
        // As if all but one had been read: they have no bytes, so that the test needs none.
        let mut ids = Ids::new();
        ids.texts.count = MOST_IDS - 1;
        assert!(ids.has_room_for(&"x".repeat(64)));
        ids.push("last");
        assert!(!ids.has_room_for("") && ids.get(MOST_IDS).is_empty());
        assert_eq!((ids.get(MOST_IDS - 1), ids.get(MOST_IDS - 2), ids.get(0)), ("last", "", ""));
        assert_eq!(ids.index(), []);
        assert_eq!(ids.find("last"), Some(MOST_IDS - 1));
    }

    #[test]
    fn as_many_ids_as_there_can_be_fit_into_32_bits() {
        assert!(u32::try_from(MOST_BYTES).is_ok() && 64 * MOST_IDS as usize == MOST_BYTES);
        let texts = Texts { width: u32::MAX, count: 2, ..Texts::default() };
        assert_eq!((texts.get(0), texts.get(1), texts.get(u32::MAX)), ("", "", ""));
        let texts = Texts { ends: vec![u32::MAX, 0], count: 2, ..Texts::default() };
        assert_eq!((texts.get(0), texts.get(1), texts.get(2)), ("", "", ""));
    }
}
