//! The RFC 6962 tree over the raw lines (rule T3): roots, inclusion and consistency proofs,
//! checkpoints, fingerprints.

use crate::base64;
use crate::hash::{self, Hash, Padded};
use crate::number::count;
use crate::rules::Phrase;
use std::fmt;

/// How many lines are hashed at once, some 150 kB, and how long such a line is at most.
pub(crate) const AT_ONCE: u64 = 1024;
const MAX_TOGETHER: usize = 1 << 10;

/// A tree that grows leaf by leaf and keeps only the roots of its perfect subtrees: log2(n) hashes.
///
/// Lines wait until there are some of them and are then hashed together, level by level: on one
/// level no hash needs another, so the processor can work on several.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Number of leaves under the peaks.
    size: u64,
    /// Roots of the perfect subtrees, largest first: one for each 1 bit of `size`.
    peaks: Vec<Hash>,
    /// The lines after those.
    waiting: Padded,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// Adds a line (without LF). Up to 1,023 of them wait to be hashed together, and then a root
    /// hashes them all: where one is asked for behind each line, add its [leaf hash](leaf_hash).
    pub fn push_line(&mut self, line: &[u8]) {
        // A longer line is hashed by itself, after those that wait.
        if line.len() > MAX_TOGETHER {
            return self.push_leaf(hash::leaf(line));
        }
        self.waiting.push_leaf(line);
        // Not when so many wait but when the subtree is full, so that a leaf added alone does not
        // spoil it for good.
        if self.size().is_multiple_of(AT_ONCE) {
            self.settle();
        }
    }

    /// Adds a leaf hash.
    pub fn push_leaf(&mut self, leaf: Hash) {
        self.settle();
        self.push_subtree(leaf, 0);
    }

    /// Hashes the lines that wait.
    fn settle(&mut self) {
        if count(self.waiting.len()) == AT_ONCE {
            let root = subtree(&self.waiting);
            self.push_subtree(root, AT_ONCE.trailing_zeros());
        } else {
            let leaves = self.waiting.hashes();
            leaves.into_iter().for_each(|leaf| self.push_subtree(leaf, 0));
        }
        self.waiting.clear();
    }

    /// Adds a perfect subtree of 2^height leaves, of which there was a whole number so far.
    pub(crate) fn push_subtree(&mut self, root: Hash, height: u32) {
        let mut right = root;
        let of_this_height = self.size.checked_shr(height).unwrap_or(0);
        // As in binary counting: each full subtree of this height is carried into the next.
        for _ in 0..of_this_height.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            right = hash::node(&left, &right);
        }
        self.peaks.push(right);
        let leaves = 1_u64.checked_shl(height).unwrap_or(0);
        self.size = self.size.saturating_add(leaves);
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size.saturating_add(count(self.waiting.len()))
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        // On a copy: those that wait are still to be hashed together.
        if self.waiting.len() > 0 {
            let mut settled = self.clone();
            settled.settle();
            return settled.root();
        }
        // From the right: a peak stands on the left of all that are smaller.
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => hash::empty(),
            Some(last) => peaks.fold(*last, |right, left| hash::node(left, &right)),
        }
    }
}

/// The root of the perfect subtree over 2^k messages.
pub(crate) fn subtree(messages: &Padded) -> Hash {
    #[cfg(all(feature = "wide", target_arch = "x86_64"))]
    if let Some(root) = crate::wide::sha256::root(messages) {
        return root;
    }
    plain_subtree(messages)
}

/// The same, one message after the other.
pub(crate) fn plain_subtree(messages: &Padded) -> Hash {
    hash::top(messages.hashes())
}

/// The leaf hash of a line (without LF): `SHA-256(0x00 || line)`.
pub fn leaf_hash(line: &[u8]) -> Hash {
    hash::leaf(line)
}

/// Largest power of two smaller than `n`, for `n` of at least 2.
fn split(n: usize) -> usize {
    match n.checked_sub(1).and_then(|n| n.checked_ilog2()) {
        Some(log) => 1 << log,
        None => 0,
    }
}

/// MTH of RFC 6962 section 2.1, over leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.push_leaf(*leaf);
    }
    tree.root()
}

/// PATH of RFC 6962 section 2.1.1: the proof that leaf `index` is in the tree over `leaves`, or
/// `None` if there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    leaves.get(index)?;
    let (mut leaves, mut index, mut proof) = (leaves, index, Vec::new());
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at_checked(split(leaves.len()))?;
        if index < left.len() {
            proof.push(root_of(right));
            leaves = left;
        } else {
            proof.push(root_of(left));
            index = index.checked_sub(left.len())?;
            leaves = right;
        }
    }
    // Found from the root down, and given from the leaf up.
    proof.reverse();
    Some(proof)
}

/// A tree of which every level is held, so that each of its inclusion proofs takes log2(n) steps;
/// for many proofs from one tree.
///
/// ```
/// use floorlot::primitives::tree::{Levels, inclusion_proof, leaf_hash, root_of};
/// let leaves: Vec<_> = (0..7).map(|n: u8| leaf_hash(&[n])).collect();
/// let levels = Levels::new(leaves.clone());
/// assert_eq!((levels.size(), levels.root()), (7, root_of(&leaves)));
/// assert_eq!(levels.inclusion_proof(6), inclusion_proof(&leaves, 6));
/// assert_eq!(levels.inclusion_proof(7), None);
/// ```
#[derive(Debug, Clone)]
pub struct Levels {
    /// The leaves, then the nodes over each two, up to the root. A last one without a partner goes
    /// up as it is, which gives the tree of RFC 6962: everything left of it is perfect.
    levels: Vec<Vec<Hash>>,
}

impl Levels {
    /// The tree over these leaf hashes; 2n hashes in memory.
    pub fn new(leaves: Vec<Hash>) -> Levels {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let mut level = hash::nodes(below);
            level.extend(below.last().filter(|_| below.len() % 2 == 1));
            levels.push(level);
        }
        Levels { levels }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        count(self.levels.first().map_or(0, Vec::len))
    }

    /// The root over all leaves; that of the empty tree if there are none.
    pub fn root(&self) -> Hash {
        self.levels.last().and_then(|top| top.first()).copied().unwrap_or_else(hash::empty)
    }

    /// The proof that a leaf is in the tree, as [`inclusion_proof`] makes it; `None` if there is no
    /// such leaf.
    pub fn inclusion_proof(&self, index: u64) -> Option<Vec<Hash>> {
        let mut index = usize::try_from(index).ok()?;
        self.levels.first()?.get(index)?;
        let mut proof = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            // The last node of a level may have no partner, and then no sibling.
            proof.extend(level.get(index ^ 1));
            index >>= 1;
        }
        Some(proof)
    }
}

/// PROOF of RFC 6962 section 2.1.2: that the tree over the first `old` leaves is a prefix of the
/// tree over all of them. `None` if `old` is 0 (nothing can be proved from an empty tree) or larger
/// than the tree.
///
/// ```
/// use floorlot::primitives::tree::{ProofError, consistency_proof, leaf_hash, root_of, verify_consistency};
/// let leaves: Vec<_> = (0..7).map(|n: u8| leaf_hash(&[n])).collect();
/// let proof = consistency_proof(&leaves, 3).unwrap();
/// verify_consistency(3, 7, root_of(&leaves[..3]), root_of(&leaves), &proof)?;
/// assert!(verify_consistency(3, 7, root_of(&leaves[1..4]), root_of(&leaves), &proof).is_err());
/// assert_eq!(consistency_proof(&leaves, 0), None);
/// # Ok::<(), ProofError>(())
/// ```
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    let (mut leaves, mut old, mut whole, mut proof) = (leaves, old, true, Vec::new());
    while old != leaves.len() {
        let (left, right) = leaves.split_at_checked(split(leaves.len()))?;
        if old <= left.len() {
            proof.push(root_of(right));
            leaves = left;
        } else {
            proof.push(root_of(left));
            old = old.checked_sub(left.len())?;
            leaves = right;
            whole = false;
        }
    }
    // The verifier has the root of the whole older tree, but not that of a part of it.
    if !whole {
        proof.push(root_of(leaves));
    }
    // Found from the root down, and given from the leaves up.
    proof.reverse();
    Some(proof)
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The leaf is not inside the tree.
    #[error("leaf {index} is outside of a tree of {size} leaves")]
    IndexOutside {
        /// The leaf, from 0.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The sizes do not go together, or the older tree is empty.
    #[error("no proof leads from size {old} to size {new}")]
    Sizes {
        /// Size of the older tree.
        old: u64,
        /// Size of the newer tree.
        new: u64,
    },
    /// There are too few or too many hashes in the proof.
    #[error("the proof has {found} hashes, and that is not the right number")]
    Length {
        /// Number of hashes.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to root {found}, expected {expected}")]
    Root {
        /// The root given.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
}

impl ProofError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            ProofError::IndexOutside { index, size } => {
                format!("第 {index} 个叶子（从 0 数起）不在 {size} 个叶子的树中")
            }
            ProofError::Sizes { old, new } => format!("没有从 {old} 行到 {new} 行的证明"),
            ProofError::Length { found } => format!("证明含 {found} 个哈希值，数目不对"),
            ProofError::Root { expected, found } => {
                format!("证明得出的根为 {found}，应为 {expected}")
            }
        };
        Phrase::new(self.to_string(), zh)
    }
}

fn expect_root(found: Hash, expected: Hash) -> Result<(), ProofError> {
    if found == expected { Ok(()) } else { Err(ProofError::Root { expected, found }) }
}

/// One step up, for the places of a node and of the last node on its level: whether the next hash of
/// the proof stands on the left of the node, and both places on the level where they meet.
fn climb(node: u64, last: u64) -> (bool, u64, u64) {
    let on_the_left = node & 1 == 1 || node == last;
    // The last node of a level without a partner goes up as it is, until it has one.
    let alone = if on_the_left && node & 1 == 0 { node.trailing_zeros() } else { 0 };
    let up = |place: u64| place.checked_shr(alone.saturating_add(1)).unwrap_or(0);
    (on_the_left, up(node), up(last))
}

/// Verifies an inclusion proof as RFC 9162 section 2.1.3.2 does.
///
/// ```
/// use floorlot::primitives::tree::{inclusion_proof, leaf_hash, root_of, verify_inclusion};
/// let leaves: Vec<_> = ["one", "two", "three"].iter().map(|l| leaf_hash(l.as_bytes())).collect();
/// let proof = inclusion_proof(&leaves, 2).unwrap();
/// verify_inclusion(leaves[2], 2, 3, &proof, root_of(&leaves)).unwrap();
/// assert!(verify_inclusion(leaves[1], 2, 3, &proof, root_of(&leaves)).is_err());
/// ```
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    // RFC 9162: if the leaf index is not smaller than the size of the tree, the proof fails.
    let last = size.checked_sub(1).filter(|last| index <= *last);
    let last = last.ok_or(ProofError::IndexOutside { index, size })?;
    let (mut f, mut s, mut r) = (index, last, leaf);
    for p in proof {
        // More hashes than levels.
        if s == 0 {
            return Err(ProofError::Length { found: proof.len() });
        }
        let on_the_left;
        (on_the_left, f, s) = climb(f, s);
        r = if on_the_left { hash::node(p, &r) } else { hash::node(&r, p) };
    }
    // Fewer hashes than levels.
    if s != 0 {
        return Err(ProofError::Length { found: proof.len() });
    }
    expect_root(r, root)
}

/// Verifies a consistency proof as RFC 9162 section 2.1.4.2 does. A proof from size 0 is always
/// refused.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    let last = |size: u64| size.checked_sub(1).filter(|_| old <= new);
    let (Some(last_old), Some(last_new)) = (last(old), last(new)) else {
        return Err(ProofError::Sizes { old, new });
    };
    let length = ProofError::Length { found: proof.len() };
    if old == new {
        return if proof.is_empty() { expect_root(old_root, new_root) } else { Err(length) };
    }
    // A perfect older tree is its own first node.
    let (seed, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().map(|(f, r)| (*f, r)).ok_or(length)?
    };
    let shifted = |last: u64| last.checked_shr(last_old.trailing_ones()).unwrap_or(0);
    let (mut f, mut s) = (shifted(last_old), shifted(last_new));
    let (mut fr, mut sr) = (seed, seed);
    // The older root stands on the left of everything new, so only hashes on its left are part of
    // it.
    for c in rest {
        if s == 0 {
            return Err(length);
        }
        let on_the_left;
        (on_the_left, f, s) = climb(f, s);
        (fr, sr) = match on_the_left {
            true => (hash::node(c, &fr), hash::node(c, &sr)),
            false => (fr, hash::node(&sr, c)),
        };
    }
    if s != 0 {
        return Err(length);
    }
    expect_root(fr, old_root)?;
    expect_root(sr, new_root)
}

/// The body of a [C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint): origin, size and base64
/// root, three lines.
///
/// ```
/// use floorlot::primitives::tree::{checkpoint_body, root_of};
/// let body = checkpoint_body("draw.example/2026-001", 0, root_of(&[]));
/// assert_eq!(body, "draw.example/2026-001\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
/// ```
pub fn checkpoint_body(origin: &str, size: u64, root: Hash) -> String {
    format!("{origin}\n{size}\n{}\n", base64::encode(&root.0))
}

/// A checkpoint as people read it aloud: twelve groups of five decimal digits.
///
/// `SHA-256("floorlot/1 fingerprint\n" || body)` as a big-endian integer modulo 10^60.
///
/// ```
/// use floorlot::{Fingerprint, Hash};
/// let fingerprint = Fingerprint::of("draw.example/2026-001", 11, Hash([0x11; 32]));
/// let text = fingerprint.to_string();
/// assert_eq!((text.len(), text.split(' ').count()), (71, 12));
/// assert_eq!(text.replace(' ', "-").parse(), Ok(fingerprint));
/// assert_ne!(Fingerprint::of("draw.example/2026-002", 11, Hash([0x11; 32])), fingerprint);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u32; 12]);

impl Fingerprint {
    /// The fingerprint of the checkpoint over the first `size` lines of the draw `origin`.
    pub fn of(origin: &str, size: u64, root: Hash) -> Fingerprint {
        Fingerprint::of_body(&checkpoint_body(origin, size, root))
    }

    /// The fingerprint of the body of a checkpoint: three lines, each with its LF.
    pub fn of_body(body: &str) -> Fingerprint {
        Fingerprint::of_number(hash::fingerprint(body))
    }

    /// The last 60 decimal digits of a hash, taken as a big-endian integer.
    ///
    /// ```
    /// use floorlot::{Fingerprint, Hash};
    /// let mut hash = Hash([0; 32]);
    /// hash.0[29..].copy_from_slice(&[0x0f, 0x42, 0x41]); // 1,000,001
    /// assert!(Fingerprint::of_number(hash).to_string().ends_with(" 00000 00010 00001"));
    /// ```
    pub fn of_number(hash: Hash) -> Fingerprint {
        let (mut number, mut groups) = (hash.0, [0; 12]);
        // Long division by 10^5, twelve times: the remainders are the groups, from the last on.
        for group in groups.iter_mut().rev() {
            for byte in &mut number {
                let left = *group << 8 | u32::from(*byte);
                let [.., low] = (left / 100_000).to_be_bytes(); // below 256, as *group is below 10^5
                (*byte, *group) = (low, left % 100_000);
            }
        }
        Fingerprint(groups)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, group) in self.0.iter().enumerate() {
            write!(f, "{}{group:05}", if i == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// A text that is not a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("a fingerprint has 60 decimal digits in twelve groups of five, found {digits} digits{}{}", other.map(|c| format!(" and the character '{c}'")).unwrap_or_default(), if self.is_old() { OLD.0 } else { "" })]
pub struct FingerprintError {
    /// How many digits there are.
    pub digits: usize,
    /// The first character that is no digit and no separator.
    pub other: Option<char>,
}

/// What is said of a fingerprint of eight groups.
const OLD: (&str, &str) = (
    ": eight groups are a fingerprint of the old form, which names the root alone and is no evidence any more; ask for the twelve groups, for the 64 hex digits of the root, or for the signed note",
    "：八组是旧格式的指纹，只对应根，不再作为证据；请索取十二组的指纹、根的 64 位十六进制数字，或签名文件",
);

impl FingerprintError {
    /// Whether it has the form of the fingerprints of eight groups, which name the root alone.
    pub fn is_old(&self) -> bool {
        self.digits == 40 && self.other.is_none()
    }

    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let other = self.other.map(|c| format!("，并有字符“{c}”")).unwrap_or_default();
        let digits = self.digits;
        let old = if self.is_old() { OLD.1 } else { "" };
        let zh =
            format!("指纹是 60 位数字，每五位一组，共十二组；发现 {digits} 位数字{other}{old}");
        Phrase::new(self.to_string(), zh)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Reads 60 digits with any spaces or hyphens between them (full-width digits too, as a Chinese
    /// keyboard types them).
    fn from_str(text: &str) -> Result<Fingerprint, FingerprintError> {
        let full_width = |c: char| {
            // What is below U+FF10 wraps around to no digit.
            char::from_u32(u32::from(c).wrapping_sub(0xFF10)).filter(|d| u32::from(*d) < 10)
        };
        let digit = |c: char| c.to_digit(10).or_else(|| full_width(c).map(u32::from));
        let digits: Vec<u32> = text.chars().filter_map(digit).collect();
        let other = text
            .chars()
            .find(|&c| digit(c).is_none() && !c.is_whitespace() && !matches!(c, '-' | '－' | '·'));
        if digits.len() != 60 || other.is_some() {
            return Err(FingerprintError { digits: digits.len(), other });
        }
        let mut groups = [0; 12];
        for (group, five) in groups.iter_mut().zip(digits.chunks_exact(5)) {
            // Five digits never wrap.
            *group = five.iter().fold(0, |n: u32, d| n.wrapping_mul(10).wrapping_add(*d));
        }
        Ok(Fingerprint(groups))
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Levels, Tree, inclusion_proof, leaf_hash, root_of, verify_inclusion};

    #[test]
    fn all_levels_give_the_same_root_and_proofs() {
        let leaves: Vec<_> = (0..133_u8).map(|n| leaf_hash(&[n])).collect();
        for size in 0..=leaves.len() {
            let (leaves, levels) = (&leaves[..size], Levels::new(leaves[..size].to_vec()));
            assert_eq!((levels.size(), levels.root()), (size as u64, root_of(leaves)));
            for (index, leaf) in leaves.iter().enumerate() {
                let proof = levels.inclusion_proof(index as u64).unwrap();
                assert_eq!(
                    Some(&proof),
                    inclusion_proof(leaves, index).as_ref(),
                    "leaf {index} of {size}"
                );
                verify_inclusion(*leaf, index as u64, size as u64, &proof, levels.root()).unwrap();
            }
            assert_eq!(levels.inclusion_proof(size as u64), None);
        }
    }

    #[test]
    fn lines_hashed_at_once_make_the_same_tree() {
        let lines: Vec<String> = (0..5 * AT_ONCE)
            .map(|n| "x".repeat(if n % 41 == 40 { 1_100 } else { n as usize * 2 % 250 }))
            .collect();
        let leaves: Vec<_> = lines.iter().map(|line| leaf_hash(line.as_bytes())).collect();
        // All as lines, or one of them as a leaf, which sets the rest off from the places where
        // subtrees begin.
        for alone in [u64::MAX, 0, 3, AT_ONCE - 1, AT_ONCE] {
            let mut tree = Tree::new();
            let mut plain = Tree::new();
            for (n, (line, leaf)) in (0..).zip(lines.iter().zip(&leaves)) {
                plain.push_leaf(*leaf);
                match n == alone {
                    true => tree.push_leaf(*leaf),
                    false => tree.push_line(line.as_bytes()),
                }
                assert_eq!((tree.size(), tree.root()), (n + 1, plain.root()), "{n} lines");
            }
        }
    }

    #[test]
    fn a_tree_is_that_of_rfc_6962() {
        fn root(leaves: &[crate::Hash]) -> crate::Hash {
            match leaves.len() {
                0 => crate::hash::empty(),
                1 => leaves[0],
                n => crate::hash::node(
                    &root(&leaves[..super::split(n)]),
                    &root(&leaves[super::split(n)..]),
                ),
            }
        }
        let leaves: Vec<_> = (0..150_u8).map(|n| leaf_hash(&[n])).collect();
        (0..=leaves.len())
            .for_each(|n| assert_eq!(root_of(&leaves[..n]), root(&leaves[..n]), "{n} leaves"));
    }
}
