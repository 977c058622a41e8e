//! The tests, one function each: the P-value of a sample, as NIST SP 800-22 Rev. 1a defines it in
//! the section that each function names. GB/T 32915-2016 has the same tests under the Chinese name,
//! and `poker` besides. A bit is a byte, 0 or 1.

use super::special::{erfc, igamc, normal};

/// As many as there are, as a number of the formulas.
fn number(count: usize) -> f64 {
    count as f64
}

fn ones(bits: &[u8]) -> usize {
    bits.iter().filter(|bit| **bit == 1).count()
}

/// Section 2.1, frequency (monobit) · 单比特频数检测: are there as many ones as zeros?
pub(super) fn frequency(bits: &[u8]) -> f64 {
    let (n, ones) = (number(bits.len()), number(ones(bits)));
    let sum = 2.0 * ones - n;
    erfc(sum.abs() / n.sqrt() / std::f64::consts::SQRT_2)
}

/// Section 2.2, frequency within a block · 块内频数检测.
pub(super) fn block_frequency(bits: &[u8], block: usize) -> f64 {
    let off = |bits: &[u8]| number(ones(bits)) / number(block) - 0.5;
    let squares: f64 = bits.chunks_exact(block).map(|bits| off(bits).powi(2)).sum();
    let chi_squared = 4.0 * number(block) * squares;
    igamc(number(bits.len() / block) / 2.0, chi_squared / 2.0)
}

/// Section 2.3, runs · 游程总数检测: does the stream change too often, or too seldom?
pub(super) fn runs(bits: &[u8]) -> f64 {
    let n = number(bits.len());
    let share = number(ones(bits)) / n;
    // 2.3.4 (2): what fails the frequency test so clearly need not be looked at.
    if (share - 0.5).abs() >= 2.0 / n.sqrt() {
        return 0.0;
    }
    let runs = 1 + bits.windows(2).filter(|two| two.first() != two.last()).count();
    let expected = 2.0 * n * share * (1.0 - share);
    erfc((number(runs) - expected).abs() / (2.0 * (2.0 * n).sqrt() * share * (1.0 - share)))
}

/// How long the blocks of the next test are, the longest run of its first class, and the
/// probability of each class, as section 2.4.4 and 3.4 print them.
type Classes = (usize, usize, &'static [f64]);

const OF_8: Classes = (8, 1, &[0.2148, 0.3672, 0.2305, 0.1875]);
const OF_128: Classes = (128, 4, &[0.1174, 0.2430, 0.2493, 0.1752, 0.1027, 0.1124]);
const OF_10_000: Classes = (10_000, 10, &[0.0882, 0.2092, 0.2483, 0.1933, 0.1208, 0.0675, 0.0727]);

/// Section 2.4, longest run of ones in a block · 块内最大“1”游程检测.
pub(super) fn longest_run(bits: &[u8]) -> f64 {
    let (block, first, chances) = match bits.len() {
        ..6_272 => OF_8,
        6_272..750_000 => OF_128,
        _ => OF_10_000,
    };
    let mut found = vec![0_usize; chances.len()];
    for bits in bits.chunks_exact(block) {
        let longest = bits.split(|bit| *bit == 0).map(<[u8]>::len).max().unwrap_or(0);
        let class = longest.saturating_sub(first).min(chances.len() - 1);
        found[class] += 1;
    }
    let blocks = number(bits.len() / block);
    let chi_squared: f64 = found
        .iter()
        .zip(chances)
        .map(|(found, chance)| (number(*found) - blocks * chance).powi(2) / (blocks * chance))
        .sum();
    igamc(number(chances.len() - 1) / 2.0, chi_squared / 2.0)
}

/// How often each pattern of a length occurs, the stream taken as a ring.
pub(super) struct Patterns {
    counts: Vec<u32>,
    /// Bits of the stream.
    bits: usize,
}

impl Patterns {
    pub(super) fn of(bits: &[u8], length: u32) -> Patterns {
        let mask = (1_usize << length) - 1;
        let mut counts = vec![0; 1 << length];
        let ahead = bits.iter().cycle().take(length.saturating_sub(1) as usize);
        let mut pattern = ahead.fold(0, |pattern, bit| pattern << 1 | usize::from(*bit));
        let rest = bits.iter().cycle().skip(length.saturating_sub(1) as usize).take(bits.len());
        for bit in rest {
            pattern = (pattern << 1 | usize::from(*bit)) & mask;
            counts[pattern] += 1;
        }
        Patterns { counts, bits: bits.len() }
    }

    /// Those without their last bit: of a ring they are counted with the longer ones.
    pub(super) fn shorter(&self) -> Patterns {
        let counts = self.counts.chunks(2).map(|two| two.iter().sum()).collect();
        Patterns { counts, bits: self.bits }
    }

    /// The same until they have this length.
    pub(super) fn of_length(&self, length: u32) -> Patterns {
        let mut patterns = self.shorter();
        while patterns.counts.len() > 1 << length {
            patterns = patterns.shorter();
        }
        patterns
    }

    /// ψ² of section 2.11.4; of patterns without a bit it is 0.
    fn psi_squared(&self) -> f64 {
        let squares: f64 = self.counts.iter().map(|count| f64::from(*count).powi(2)).sum();
        number(self.counts.len()) / number(self.bits) * squares - number(self.bits)
    }

    /// φ of section 2.12.4.
    fn phi(&self) -> f64 {
        let share = |count: &u32| f64::from(*count) / number(self.bits);
        self.counts.iter().filter(|count| **count > 0).map(|c| share(c) * share(c).ln()).sum()
    }
}

/// Section 2.11, serial · 重叠子序列检测: is each pattern of m bits as frequent as each other? Two
/// P-values, of the first and of the second difference.
pub(super) fn serial(patterns: &Patterns) -> [f64; 2] {
    let (one, two) = (patterns.shorter(), patterns.shorter().shorter());
    let psi = [patterns.psi_squared(), one.psi_squared(), two.psi_squared()];
    let [first, second] = [psi[0] - psi[1], psi[0] - 2.0 * psi[1] + psi[2]];
    let all = number(patterns.counts.len());
    [igamc(all / 4.0, first / 2.0), igamc(all / 8.0, second / 2.0)]
}

/// Section 2.12, approximate entropy · 近似熵检测, of patterns of m and, given, of m + 1 bits.
pub(super) fn approximate_entropy(longer: &Patterns) -> f64 {
    let shorter = longer.shorter();
    let entropy = shorter.phi() - longer.phi();
    let chi_squared = 2.0 * number(longer.bits) * (std::f64::consts::LN_2 - entropy);
    igamc(number(shorter.counts.len()) / 2.0, chi_squared / 2.0)
}

/// Section 2.13, cumulative sums · 累加和检测: how far does the walk lead, a step up for a one and
/// down for a zero?
pub(super) fn cumulative_sums<'b>(bits: impl ExactSizeIterator<Item = &'b u8>) -> f64 {
    let n = bits.len() as f64;
    let (mut sum, mut farthest) = (0_i64, 0);
    for bit in bits {
        sum += if *bit == 1 { 1 } else { -1 };
        farthest = farthest.max(sum.abs());
    }
    let z = farthest as f64;
    let chance = |step: f64| normal(step * z / n.sqrt());
    let sum_over = |from: f64, shift: f64| -> f64 {
        let (from, to) = ((from / 4.0).ceil() as i64, ((n / z - 1.0) / 4.0).floor() as i64);
        let term = |k: i64| {
            let k = 4.0 * k as f64;
            chance(k + shift) - chance(k + shift - 2.0)
        };
        (from..=to).map(term).sum()
    };
    (1.0 - sum_over(-n / z + 1.0, 1.0) + sum_over(-n / z - 3.0, 3.0)).clamp(0.0, 1.0)
}

/// GB/T 32915-2016, poker · 扑克检测: is each block of m bits as frequent as each other?
pub(super) fn poker(bits: &[u8], length: usize) -> f64 {
    let mut counts = vec![0_u32; 1 << length];
    for block in bits.chunks_exact(length) {
        counts[block.iter().fold(0, |block, bit| block << 1 | usize::from(*bit))] += 1;
    }
    let (blocks, all) = (number(bits.len() / length), number(counts.len()));
    let squares: f64 = counts.iter().map(|count| f64::from(*count).powi(2)).sum();
    igamc((all - 1.0) / 2.0, (all / blocks * squares - blocks) / 2.0)
}
