//! Lines on their way into the [tree](crate::tree), hashed here or on other threads.
//!
//! RFC 6962 hashes every perfect subtree by itself: the root over 2^k lines that begin at a multiple
//! of 2^k depends on nothing else. So such batches can be hashed anywhere and in any order, and the
//! tree is that of pushing line by line; a test compares the two.

#[cfg(feature = "threads")]
use crate::hash::{Hash, Padded};
#[cfg(feature = "threads")]
use crate::threads::Threads;
use crate::tree::Tree;
#[cfg(feature = "threads")]
use crate::tree::{AT_ONCE, subtree};
#[cfg(feature = "threads")]
use std::collections::BTreeMap;
#[cfg(feature = "threads")]
use std::sync::mpsc::{Receiver, Sender, channel};

/// A tree that grows line by line.
#[derive(Debug, Default)]
pub(crate) struct Leaves {
    tree: Tree,
    #[cfg(feature = "threads")]
    elsewhere: Option<Elsewhere>,
}

impl Leaves {
    /// Hashes on other threads as well, if there are any.
    #[cfg(feature = "threads")]
    pub(crate) fn on(threads: &Threads) -> Leaves {
        Leaves { tree: Tree::new(), elsewhere: threads.others().map(Elsewhere::new) }
    }

    /// Adds a line (without LF).
    pub(crate) fn push_line(&mut self, line: &[u8]) {
        #[cfg(feature = "threads")]
        if let Some(elsewhere) = &mut self.elsewhere
            && elsewhere.takes_next(&self.tree)
        {
            return elsewhere.push(line, &mut self.tree);
        }
        self.tree.push_line(line);
    }

    /// Number of lines.
    pub(crate) fn size(&self) -> u64 {
        #[cfg(feature = "threads")]
        if let Some(elsewhere) = &self.elsewhere {
            return self.tree.size().saturating_add(elsewhere.lines());
        }
        self.tree.size()
    }

    /// The tree over all lines so far.
    pub(crate) fn tree(&mut self) -> &Tree {
        #[cfg(feature = "threads")]
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.settle(&mut self.tree);
        }
        &self.tree
    }
}

/// A batch has as many lines as are hashed at once: enough that to hand it over costs nothing beside
/// it.
#[cfg(feature = "threads")]
const BATCH: u64 = AT_ONCE;

/// How many batches wait for each thread before the thread that reads hashes one itself, so that it
/// never runs far ahead of the others, and they always have something to do.
#[cfg(feature = "threads")]
const AHEAD: u64 = 3;

/// The batches that are not in the tree yet.
#[cfg(feature = "threads")]
#[derive(Debug)]
struct Elsewhere {
    threads: Threads,
    /// The one that grows.
    batch: Padded,
    /// How many were given away so far, and how many of them are in the tree.
    given: u64,
    entered: u64,
    /// Those that came back before one that was given away earlier.
    roots: BTreeMap<u64, Hash>,
    /// Hashed batches, to be filled again.
    empty: Vec<Padded>,
    hashed: (Sender<Hashed>, Receiver<Hashed>),
}

/// A batch that was hashed: its number, its root, and its room.
#[cfg(feature = "threads")]
type Hashed = (u64, Hash, Padded);

#[cfg(feature = "threads")]
impl Elsewhere {
    fn new(threads: Threads) -> Elsewhere {
        Elsewhere {
            threads,
            batch: Padded::default(),
            given: 0,
            entered: 0,
            roots: BTreeMap::new(),
            empty: Vec::new(),
            hashed: channel(),
        }
    }

    /// How many lines are not in the tree yet.
    fn lines(&self) -> u64 {
        let batches = self.given.saturating_sub(self.entered);
        batches.saturating_mul(BATCH).saturating_add(crate::number::count(self.batch.len()))
    }

    /// Whether the next line is one of a batch: the first of one stands at a multiple of its size.
    fn takes_next(&self, tree: &Tree) -> bool {
        self.lines() > 0 || tree.size().is_multiple_of(BATCH)
    }

    fn push(&mut self, line: &[u8], tree: &mut Tree) {
        self.batch.push_leaf(line);
        if crate::number::count(self.batch.len()) == BATCH {
            self.give(tree);
        }
    }

    /// Gives the batch away, or hashes it here if others have enough to do.
    fn give(&mut self, tree: &mut Tree) {
        let next = self.empty.pop().unwrap_or_default();
        let (number, batch) = (self.given, std::mem::replace(&mut self.batch, next));
        self.given = number.saturating_add(1);
        while let Ok(hashed) = self.hashed.1.try_recv() {
            self.enter(hashed, tree);
        }
        let waiting = number.saturating_sub(self.entered);
        if waiting >= self.threads.count().saturating_mul(AHEAD) {
            let root = subtree(&batch);
            return self.enter((number, root, batch), tree);
        }
        let back = self.hashed.0.clone();
        self.threads.spawn(move || {
            let root = subtree(&batch);
            // Nobody waits for it any more when the verification was given up.
            back.send((number, root, batch)).unwrap_or_default();
        });
    }

    /// A batch was hashed; those that are next go into the tree.
    fn enter(&mut self, (number, root, mut batch): Hashed, tree: &mut Tree) {
        batch.clear();
        self.empty.push(batch);
        self.roots.insert(number, root);
        while let Some(root) = self.roots.remove(&self.entered) {
            tree.push_subtree(root, BATCH.trailing_zeros());
            self.entered = self.entered.saturating_add(1);
        }
    }

    /// Waits until all lines are in the tree.
    fn settle(&mut self, tree: &mut Tree) {
        while self.entered < self.given {
            match self.hashed.1.recv() {
                Ok(hashed) => self.enter(hashed, tree),
                // It has a sender of its own, so this does not happen.
                Err(_) => break,
            }
        }
        self.batch.hashes().into_iter().for_each(|leaf| tree.push_leaf(leaf));
        self.batch.clear();
    }
}

#[cfg(all(test, feature = "threads"))]
mod tests {
    use super::{BATCH, Leaves};
    use crate::threads::Threads;
    use crate::tree::Tree;

    #[test]
    fn the_tree_is_that_of_pushing_line_by_line_on_any_number_of_threads() {
        let line = |n: u64| format!("line {n}{}", "x".repeat(n as usize * 7 % 400)).into_bytes();
        let looks = [0, 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH, 9 * BATCH + 77, 40 * BATCH];
        for threads in 1..5 {
            let (mut leaves, mut plain) = (Leaves::on(&Threads::new(threads)), Tree::new());
            for n in 0..=40 * BATCH {
                assert_eq!(leaves.size(), n);
                if looks.contains(&n) {
                    assert_eq!((leaves.tree().size(), leaves.tree().root()), (n, plain.root()));
                }
                leaves.push_line(&line(n));
                plain.push_line(&line(n));
            }
            assert_eq!(leaves.tree().root(), plain.root(), "{threads} threads");
        }
    }
}
