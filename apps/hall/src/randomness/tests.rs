//! Known answers from the examples that NIST SP 800-22 Rev. 1a prints, and broken generators.

use super::statistics::{
    Patterns, approximate_entropy, block_frequency, cumulative_sums, frequency, longest_run, poker,
    runs, serial,
};
use super::{
    FOR_UNIFORMITY, ROWS, Row, SAMPLE, bits_of, false_alarm, findings, needed, p_values, tests,
};
use floorlot::Hash;

/// The bits of a text of 0 and 1.
fn bits(text: &str) -> Vec<u8> {
    text.bytes().filter(|c| c.is_ascii_digit()).map(|c| c - b'0').collect()
}

/// The 100 bits of most examples: those of the number π.
fn pi() -> Vec<u8> {
    bits(
        "11001001000011111101101010100010001000010110100011\
          00001000110100110001001100011001100010100010111000",
    )
}

/// The 128 bits of the example in section 2.4.8, which those of GB/T 32915-2016 are of, too.
fn of_128() -> Vec<u8> {
    bits(
        "11001100000101010110110001001100111000000000001001001101010100010001001111010110\
          100000001101011111001100111001101101100010110010",
    )
}

#[track_caller]
fn close(found: f64, printed: f64) {
    assert!((found - printed).abs() < 1.1e-6, "found {found}, the standard prints {printed}");
}

#[test]
fn the_short_examples_of_the_standard() {
    close(frequency(&bits("1011010101")), 0.527_089); // 2.1.4
    close(block_frequency(&bits("0110011010"), 3), 0.801_252); // 2.2.4
    close(runs(&bits("1001101011")), 0.147_232); // 2.3.4
    let [first, second] = serial(&Patterns::of(&bits("0011011101"), 3)); // 2.11.4
    close(first, 0.808_792);
    close(second, 0.670_320);
    close(approximate_entropy(&Patterns::of(&bits("0100110101"), 4)), 0.261_961); // 2.12.4
    close(cumulative_sums(bits("1011010111").iter()), 0.411_659); // 2.13.4
}

#[test]
fn the_hundred_bits_of_pi() {
    close(frequency(&pi()), 0.109_599); // 2.1.8
    close(block_frequency(&pi(), 10), 0.706_438); // 2.2.8
    close(runs(&pi()), 0.500_798); // 2.3.8
    close(approximate_entropy(&Patterns::of(&pi(), 3)), 0.235_301); // 2.12.8
    close(cumulative_sums(pi().iter()), 0.219_194); // 2.13.8
    close(cumulative_sums(pi().iter().rev()), 0.114_866);
}

#[test]
fn the_128_bits_of_both_standards() {
    // 2.4.8 prints 0.180609, made with probabilities of more digits than it prints; with those that
    // it prints it is 0.180598, as in GB/T 32915-2016.
    close(longest_run(&of_128()), 0.180_598);
    let [first, second] = serial(&Patterns::of(&of_128(), 2));
    close(first, 0.436_868);
    close(second, 0.723_674);
    close(poker(&of_128(), 4), 0.213_734);
}

/// The first bits of e, from 10.10110111… on: e = 2 + (1 + (1 + (1 + …)/4)/3)/2, in fixed point.
#[cfg(feature = "odds")]
fn e() -> Vec<u8> {
    use num_bigint::BigUint;
    const GUARD: usize = 64;
    // 1/n! is below 2^-(SAMPLE + GUARD) from about here on.
    const TERMS: u32 = 75_000;
    // Σ 1/n! from a to b - 1 as p/q times 1/(a - 1)!, split in the middle.
    fn sum(a: u32, b: u32) -> (BigUint, BigUint) {
        if b - a == 1 {
            return (BigUint::from(1_u8), BigUint::from(a));
        }
        let middle = a.midpoint(b);
        let ((p, q), (p_right, q_right)) = (sum(a, middle), sum(middle, b));
        (p * &q_right + p_right, q * q_right)
    }
    let (p, q) = sum(1, TERMS);
    let e = (BigUint::from(1_u8) << (SAMPLE + GUARD)) + (p << (SAMPLE + GUARD)) / q;
    e.to_str_radix(2).bytes().take(SAMPLE).map(|c| c - b'0').collect()
}

/// Appendix B lists the P-values for a million bits of e.
#[test]
#[cfg(feature = "odds")]
fn a_million_bits_of_e() {
    let e = e();
    close(frequency(&e), 0.953_749);
    close(block_frequency(&e, 128), 0.211_072);
    close(runs(&e), 0.561_917);
    close(longest_run(&e), 0.718_945);
    let of_16 = Patterns::of(&e, 16);
    close(serial(&of_16)[0], 0.766_182);
    close(approximate_entropy(&of_16.of_length(11)), 0.700_073);
    close(cumulative_sums(e.iter()), 0.669_887);
    close(cumulative_sums(e.iter().rev()), 0.724_266);
    // Section 2.11.8 has the same stream with m = 2.
    let [first, second] = serial(&of_16.of_length(2));
    close(first, 0.843_764);
    close(second, 0.561_915);
}

#[test]
fn how_many_have_to_pass() {
    // Section 4.2.1: of 1000 samples a share of 0.9805607.
    assert_eq!([needed(1_000), needed(100), needed(2)], [981, 97, 2]);
    // 1 - 0.99² of two; of a hundred the binomial distribution has 0.0184 for four and more.
    assert!((false_alarm(2) - 0.0199).abs() < 1e-9);
    assert!((false_alarm(100) - 0.0185).abs() < 1e-4, "{}", false_alarm(100));
    assert!((1.0 / false_alarm(1_000)).round() > 250.0, "{}", false_alarm(1_000));
    let even: Vec<f64> = (0..100).map(|n| f64::from(n) / 100.0 + 0.005).collect();
    let row = Row::of(&even);
    assert_eq!((row.passed, row.tenths), (99, [10; 10]));
    assert!(row.passes() && row.uniformity == Some(1.0));
    // The same number passes, but all P-values are in one tenth.
    let row = Row::of(&[0.55; 100]);
    assert!(row.passed == 100 && !row.passes(), "{:?}", row.uniformity);
    assert!(Row::of(&[0.55; FOR_UNIFORMITY - 1]).uniformity.is_none());
    assert!(!Row::of(&[[0.5; 96].as_slice(), &[0.0; 4]].concat()).passes());
}

/// Which tests a sample fails.
fn failed(sample: &[u8]) -> Vec<usize> {
    assert_eq!(sample.len(), SAMPLE);
    let p = p_values(sample);
    (0..ROWS).filter(|row| p[*row] < 0.000_1).collect()
}

/// A sample of a generator of bytes.
fn bytes(mut make: impl FnMut(usize) -> u8) -> Vec<u8> {
    (0..SAMPLE / 8).map(&mut make).flat_map(|b| (0..8).rev().map(move |p| b >> p & 1)).collect()
}

#[test]
fn broken_generators_are_found() {
    assert_eq!(failed(&vec![0; SAMPLE]), (0..ROWS).collect::<Vec<_>>());
    let names = |rows: &[usize]| rows.iter().map(|row| tests()[*row].name.en.clone()).collect();
    let found = |sample: &[u8]| -> Vec<String> { names(&failed(sample)) };
    // As many ones as zeros, and all else wrong.
    let pattern = found(&bytes(|_| 0b0101_0101));
    assert!(!pattern.contains(&"Frequency (monobit)".to_owned()), "{pattern:?}");
    assert!(pattern.contains(&"Runs".to_owned()) && pattern.len() == 8, "{pattern:?}");
    // A counter: its high bytes hardly change.
    let counter = found(&bytes(|n| (n / 4).to_be_bytes()[4 + n % 4]));
    assert!(counter.len() > 8, "{counter:?}");
    // A keystream of which one bit in a hundred was made a one.
    let good = bits_of(Hash([7; 32]), 0);
    let mut bent = good.clone();
    bent.iter_mut().step_by(100).for_each(|bit| *bit = 1);
    assert!(found(&bent).contains(&"Frequency (monobit)".to_owned()));
    // One that repeats after 1,024 bytes.
    let repeats: Vec<u8> = good.iter().cycle().take(8_192).copied().collect();
    let repeats: Vec<u8> = repeats.iter().cycle().take(SAMPLE).copied().collect();
    assert!(found(&repeats).contains(&"Serial, first P-value".to_owned()));
    // Each bit is the opposite of the one before it three times in five.
    let mut last = 0;
    let alternating: Vec<u8> = (0..SAMPLE)
        .map(|n| {
            let block = good[n] << 1 | good[(n + 500_000) % SAMPLE];
            last = if block > 0 { 1 - last } else { last };
            last
        })
        .collect();
    assert!(found(&alternating).contains(&"Runs".to_owned()));
}

#[test]
fn the_keystream_passes_and_each_pool_has_its_own() {
    let keys = [Hash([1; 32]), Hash([2; 32]), Hash([3; 32])];
    let found = findings(&keys, 2).unwrap();
    assert_eq!((found.samples, found.pools, found.rows.len()), (3, 3, ROWS));
    assert_eq!(found.low(), 0);
    assert!(findings(&[], 2).is_none());
    // A second sample of a pool goes on where the first ended, within block 1953.
    let mut keystream = floorlot::primitives::seed::Keystream::new(keys[0]);
    let block = keystream.block(1_953);
    let [first, second] = [bits_of(keys[0], 0), bits_of(keys[0], 1)];
    let byte = |bits: &[u8]| bits.iter().fold(0_u8, |byte, bit| byte << 1 | bit);
    assert_eq!([byte(&first[SAMPLE - 8..]), byte(&second[..8])], [block[7], block[8]]);
}
