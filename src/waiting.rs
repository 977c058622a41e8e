//! Who waits on a standby list, so that the next one is found without looking at all (rule A3).

/// Those of a standby list who have the same needs, each with the largest area that it accepts.
///
/// Over their places on the list, in order, stands a complete binary tree; each node has the most
/// of the two below it, so that the first who accepts an area is found in few steps, however many
/// those before it are whose budget is too small.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waiting {
    /// Places on the list, ascending.
    places: Vec<u32>,
    /// The tree, its root at 1; the places begin in the middle. 0 is nobody, n + 1 somebody who
    /// accepts at most the area n.
    tree: Vec<u64>,
}

impl Waiting {
    /// Nobody waits yet at these places, which are ascending.
    pub(crate) fn at(places: Vec<u32>) -> Waiting {
        let leaves = places.len().next_power_of_two();
        Waiting { places, tree: vec![0; leaves.saturating_mul(2)] }
    }

    /// Who is at this place accepts units of at most this area from now on; `None`: it waits no
    /// more. A place that is not among these changes nothing.
    pub(crate) fn set(&mut self, place: u32, area: Option<u64>) {
        let Ok(index) = self.places.binary_search(&place) else { return };
        let mut node = self.leaf(index);
        let mut most = area.map_or(0, |area| area.saturating_add(1));
        while let Some(value) = self.tree.get_mut(node) {
            *value = most;
            most = most.max(self.most(node ^ 1));
            node >>= 1;
            if node == 0 {
                return;
            }
        }
    }

    /// The first place from `from` on of somebody who waits and accepts this area.
    pub(crate) fn first(&self, from: u32, area: u64) -> Option<u32> {
        let index = self.places.partition_point(|place| *place < from);
        if index == self.places.len() {
            return None;
        }
        let mut node = self.leaf(index);
        // To the right and up, until a node has somebody below it.
        while self.most(node) <= area {
            // A right child is left behind with its parent; the root has nobody to its right.
            node >>= node.trailing_ones();
            if node == 0 {
                return None;
            }
            node |= 1;
        }
        // Down to the first of them.
        while node < self.leaf(0) {
            node = node.saturating_mul(2);
            if self.most(node) <= area {
                node |= 1;
            }
        }
        self.places.get(node.saturating_sub(self.leaf(0))).copied()
    }

    /// The places of all who wait.
    pub(crate) fn all(&self) -> impl Iterator<Item = u32> {
        let leaves = self.tree.iter().skip(self.leaf(0));
        self.places.iter().zip(leaves).filter(|(_, most)| **most > 0).map(|(place, _)| *place)
    }

    fn leaf(&self, index: usize) -> usize {
        (self.tree.len() / 2).saturating_add(index)
    }

    fn most(&self, node: usize) -> u64 {
        self.tree.get(node).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a list that is looked through.
        #[test]
        fn the_first_is_that_of_a_plain_list(
            gaps in prop::collection::vec(1..3u32, 0..40),
            steps in prop::collection::vec((0..90u32, prop::option::of(0..6u64), 0..90u32, 0..6u64), 0..60),
        ) {
            let places: Vec<u32> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            let mut plain: Vec<(u32, Option<u64>)> = places.iter().map(|p| (*p, None)).collect();
            let mut waiting = Waiting::at(places);
            for (place, area, from, asked) in steps {
                waiting.set(place, area);
                plain.iter_mut().filter(|(p, _)| *p == place).for_each(|(_, a)| *a = area);
                let first = plain.iter().find(|(p, a)| *p >= from && a.is_some_and(|a| a >= asked));
                prop_assert_eq!(waiting.first(from, asked), first.map(|(p, _)| *p));
                let all: Vec<u32> = plain.iter().filter(|(_, a)| a.is_some()).map(|(p, _)| *p).collect();
                prop_assert_eq!(waiting.all().collect::<Vec<_>>(), all);
            }
        }
    }
}
