//! A list of ids in few bytes: 1,000,000 of them in some 12 MB.

use std::collections::BTreeMap;

/// Ids in the order of the plan, found again by binary search.
///
/// Not a hash table, because a file made to hurt the verifier could make all its ids fall into one
/// bucket.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    text: String,
    /// Where each id ends. Empty as long as all ids are of the same width, as those of an office
    /// often are.
    ends: Vec<u32>,
    width: u32,
    count: u32,
    /// Indices sorted by lower-case id; empty as long as the ids come in that order by themselves.
    sorted: Vec<u32>,
    in_order: bool,
    /// How many ids were indexed, and those that came after that, by themselves.
    indexed: Option<u32>,
    late: BTreeMap<String, u32>,
}

fn lower(id: &[u8]) -> impl Iterator<Item = u8> + '_ {
    id.iter().map(u8::to_ascii_lowercase)
}

/// How many bytes two ids have in common at the beginning, looked for 8 at a time.
fn common(a: &[u8], b: &[u8]) -> usize {
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
        (Some(x), Some(y)) if !x.eq_ignore_ascii_case(y) => {
            x.to_ascii_lowercase() < y.to_ascii_lowercase()
        }
        _ => rest(a) < rest(b),
    }
}

impl Ids {
    pub(crate) fn new() -> Ids {
        Ids { in_order: true, ..Ids::default() }
    }

    /// Makes room for so many ids of about this length.
    pub(crate) fn reserve(&mut self, count: usize, length: usize) {
        self.text.reserve_exact(count.saturating_mul(length));
    }

    pub(crate) fn push(&mut self, id: &str) {
        if self.indexed.is_some() {
            self.late.entry(id.to_owned()).or_insert(self.count);
        } else if let Some(last) = self.count.checked_sub(1).filter(|_| self.in_order) {
            self.in_order = comes_before(self.bytes_of(last), id.as_bytes());
        }
        self.append(id);
    }

    fn append(&mut self, id: &str) {
        let width = u32::try_from(id.len()).unwrap_or(u32::MAX);
        if self.count == 0 {
            self.width = width;
        } else if self.ends.is_empty() && width != self.width {
            self.ends = (1..=self.count).map(|n| n * self.width).collect();
        }
        self.text.push_str(id);
        self.count += 1;
        if self.count > 1 && (!self.ends.is_empty() || width != self.width) {
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }

    /// Some of these ids, to be read one after the other and not to be found.
    pub(crate) fn listed(&self, indices: impl ExactSizeIterator<Item = u32>) -> Ids {
        let mut ids = Ids::default();
        ids.reserve(indices.len(), self.width as usize);
        indices.for_each(|index| ids.append(self.get(index)));
        ids
    }

    pub(crate) fn len(&self) -> u32 {
        self.count
    }

    /// The id at this index; empty if there is none.
    pub(crate) fn get(&self, index: u32) -> &str {
        let (start, end) = if self.ends.is_empty() {
            (
                u64::from(index) * u64::from(self.width),
                (u64::from(index) + 1) * u64::from(self.width),
            )
        } else {
            let at = |i: u32| self.ends.get(i as usize).copied().map_or(u64::MAX, u64::from);
            (index.checked_sub(1).map_or(0, at), at(index))
        };
        self.text.get(start as usize..end as usize).unwrap_or_default()
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

    /// The index of exactly this id, the first if it occurs again. Call [`Ids::index`] first.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let at = |rank: u32| {
            if self.in_order { rank } else { self.sorted.get(rank as usize).copied().unwrap_or(0) }
        };
        let indexed = self.indexed.unwrap_or(self.len());
        let (mut low, mut high) = (0, indexed);
        while low < high {
            let middle = low.midpoint(high);
            match self.compare(at(middle), id) {
                std::cmp::Ordering::Less => low = middle + 1,
                _ => high = middle,
            }
        }
        let found = Some(at(low)).filter(|&i| low < indexed && self.get(i) == id);
        found.or_else(|| self.late.get(id).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, comes_before, lower};

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
}
