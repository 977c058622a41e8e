//! Statistical tests of the keystream (rule D3), as a notary's file has them: NIST SP 800-22
//! Rev. 1a and GB/T 32915-2016. Pure, but that it takes several threads.
//!
//! | file | what is in it |
//! |---|---|
//! | `special` | erfc, igamc |
//! | `statistics` | the P-value of a sample, one function for each test |
//! | here | which tests with which parameters, the samples of the keystream, and how many passed |

mod special;
mod statistics;

use floorlot::Hash;
use floorlot::primitives::seed::Keystream;
use floorlot::rules::Phrase;
use rayon::prelude::*;
use statistics::Patterns;

/// Bits of a sample: the length that both standards recommend their parameters for.
pub(crate) const SAMPLE: usize = 1_000_000;

/// Samples are tried at this level: one in a hundred of a perfect generator fails.
pub(crate) const ALPHA: f64 = 0.01;

/// P-values that are less uniform than this tell of a broken generator (SP 800-22, section 4.2.2).
const UNIFORM: f64 = 0.0001;

/// From so many samples on their P-values can be told to be uniform (the same).
pub(crate) const FOR_UNIFORMITY: usize = 55;

/// A row of the report.
pub(crate) struct Test {
    pub(crate) name: Phrase,
    pub(crate) parameters: &'static str,
    /// The section of SP 800-22; none for what GB/T 32915-2016 alone has.
    pub(crate) section: Option<&'static str>,
}

/// How many P-values a sample has.
pub(crate) const ROWS: usize = 12;

/// The tests, in the order of their P-values.
pub(crate) fn tests() -> [Test; ROWS] {
    let row = |section, en: &str, zh: &str, parameters| Test {
        name: Phrase::new(en, zh),
        parameters,
        section,
    };
    [
        row(Some("2.1"), "Frequency (monobit)", "单比特频数检测", ""),
        row(Some("2.2"), "Frequency within a block", "块内频数检测", "M = 10000"),
        row(Some("2.3"), "Runs", "游程总数检测", ""),
        row(Some("2.4"), "Longest run of ones in a block", "块内最大“1”游程检测", "M = 10000"),
        row(Some("2.11"), "Serial, first P-value", "重叠子序列检测 P1", "m = 16"),
        row(Some("2.11"), "Serial, second P-value", "重叠子序列检测 P2", "m = 16"),
        row(Some("2.11"), "Serial, first P-value", "重叠子序列检测 P1", "m = 5"),
        row(Some("2.11"), "Serial, second P-value", "重叠子序列检测 P2", "m = 5"),
        row(Some("2.12"), "Approximate entropy", "近似熵检测", "m = 10"),
        row(Some("2.13"), "Cumulative sums, forward", "累加和检测（前向）", ""),
        row(Some("2.13"), "Cumulative sums, backward", "累加和检测（后向）", ""),
        row(None, "Poker", "扑克检测", "m = 8"),
    ]
}

/// The P-values of a sample.
fn p_values(bits: &[u8]) -> [f64; ROWS] {
    let of_16 = Patterns::of(bits, 16);
    let [serial_16, serial_5] =
        [statistics::serial(&of_16), statistics::serial(&of_16.of_length(5))];
    [
        statistics::frequency(bits),
        statistics::block_frequency(bits, 10_000),
        statistics::runs(bits),
        statistics::longest_run(bits),
        serial_16[0],
        serial_16[1],
        serial_5[0],
        serial_5[1],
        statistics::approximate_entropy(&of_16.of_length(11)),
        statistics::cumulative_sums(bits.iter()),
        statistics::cumulative_sums(bits.iter().rev()),
        statistics::poker(bits, 8),
    ]
}

/// What came of one test over all samples.
pub(crate) struct Row {
    /// Samples with a P-value of [`ALPHA`] or more.
    pub(crate) passed: usize,
    /// So many have to pass.
    pub(crate) needed: usize,
    /// How many P-values are in each tenth from 0 to 1.
    pub(crate) tenths: [usize; 10],
    /// The P-value of their uniformity; none of fewer than 55 samples.
    pub(crate) uniformity: Option<f64>,
}

impl Row {
    fn of(p_values: &[f64]) -> Row {
        let mut tenths = [0; 10];
        for p in p_values {
            tenths[((p * 10.0) as usize).min(9)] += 1;
        }
        Row {
            passed: p_values.iter().filter(|p| **p >= ALPHA).count(),
            needed: needed(p_values.len()),
            tenths,
            uniformity: (p_values.len() >= FOR_UNIFORMITY).then(|| uniformity(&tenths)),
        }
    }

    /// Whether neither the share of samples that pass nor the P-values tell of a broken generator.
    pub(crate) fn passes(&self) -> bool {
        self.passed >= self.needed && self.uniformity.is_none_or(|p| p >= UNIFORM)
    }
}

/// How many of so many samples have to pass: 1 - α less three standard deviations (SP 800-22,
/// section 4.2.1; GB/T 32915-2016 has the same formula).
fn needed(samples: usize) -> usize {
    let s = samples as f64;
    ((1.0 - ALPHA) * s - 3.0 * (s * ALPHA * (1.0 - ALPHA)).sqrt()).ceil().max(0.0) as usize
}

/// How likely it is that of a perfect generator too few samples pass: fewer than needed, each with
/// chance 1 - α, or that the P-values are not uniform.
pub(crate) fn false_alarm(samples: usize) -> f64 {
    let (s, needed) = (samples as f64, needed(samples));
    let failed = |k: usize| {
        let k = k as f64;
        let ways = libm::lgamma(s + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(s - k + 1.0);
        (ways + k * ALPHA.ln() + (s - k) * (1.0 - ALPHA).ln()).exp()
    };
    let few: f64 = (0..=samples - needed.min(samples)).map(failed).sum();
    let uneven = if samples >= FOR_UNIFORMITY { UNIFORM } else { 0.0 };
    (1.0 - few + uneven).clamp(f64::MIN_POSITIVE, 1.0)
}

/// How likely it is that the P-values of a perfect generator are as unevenly spread (SP 800-22,
/// section 4.2.2).
fn uniformity(tenths: &[usize; 10]) -> f64 {
    let expected = tenths.iter().sum::<usize>() as f64 / 10.0;
    let squares: f64 = tenths.iter().map(|n| (*n as f64 - expected).powi(2)).sum();
    special::igamc(4.5, squares / expected / 2.0)
}

/// What came of all tests.
pub(crate) struct Findings {
    pub(crate) samples: usize,
    /// Of so many pools a sample was taken, the first ones of the plan.
    pub(crate) pools: usize,
    pub(crate) rows: Vec<Row>,
}

impl Findings {
    /// How many rows do not pass.
    pub(crate) fn low(&self) -> usize {
        self.rows.iter().filter(|row| !row.passes()).count()
    }
}

/// The most samples: as many as GB/T 32915-2016 asks for.
pub(crate) const MOST: usize = 1_000;

/// Tests the keystreams of these keys: so many samples, of one pool after the other, or as many as
/// there are pools (up to [`MOST`]), so that each pool has one. None without a key.
pub(crate) fn findings(keys: &[Hash], samples: usize) -> Option<Findings> {
    let samples = samples.max(keys.len().min(MOST));
    let sample = |number: usize| {
        let key = keys.get(number % keys.len())?;
        Some(p_values(&bits_of(*key, number / keys.len())))
    };
    (!keys.is_empty()).then_some(())?;
    let of_samples: Vec<_> = (0..samples).into_par_iter().filter_map(sample).collect();
    let row = |row: usize| {
        let p_values: Vec<f64> = of_samples.iter().filter_map(|p| p.get(row).copied()).collect();
        Row::of(&p_values)
    };
    let rows = (0..ROWS).map(row).collect();
    Some(Findings { samples, pools: keys.len().min(samples), rows })
}

/// Part of the keystream of a pool: all 64 bytes of each block (rule D3), block after block, the
/// highest bit of a byte first.
fn bits_of(key: Hash, part: usize) -> Vec<u8> {
    const BYTES: usize = SAMPLE / 8;
    let (first, skip) = (part * BYTES / 64, part * BYTES % 64);
    let mut keystream = Keystream::new(key);
    let blocks = (first..).map_while(|block| u32::try_from(block).ok());
    let bytes = blocks.flat_map(move |block| keystream.block(block)).skip(skip).take(BYTES);
    bytes.flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)).collect()
}

#[cfg(test)]
mod tests;
