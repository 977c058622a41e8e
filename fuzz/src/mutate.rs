//! Changes of whole lines. Changes of bytes alone leave most files without a line that can be read.

use libfuzzer_sys::fuzzer_mutate;

/// A source of choices that is the same for the same seed.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }
}

/// One time in three changes bytes as libFuzzer does, otherwise leaves out, doubles, exchanges or
/// moves lines, or copies a word (what stands between quotation marks) over another.
pub fn of_lines(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut choices = Choices(u64::from(seed));
    if choices.below(3) == 0 || size == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let text = data[..size].to_vec();
    let mut lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    let (a, b) = (choices.below(lines.len()), choices.below(lines.len()));
    let word;
    match choices.below(6) {
        0 => drop(lines.remove(a)),
        1 => lines.insert(b, lines[a]),
        2 => lines.swap(a, b),
        3 => {
            let line = lines.remove(a);
            lines.insert(b.min(lines.len()), line);
        }
        4 => lines.truncate(a.max(1)),
        _ => {
            word = with_word_of(lines[a], lines[b], &mut choices);
            lines[a] = &word;
        }
    }
    let mutated = lines.concat();
    let size = mutated.len().min(max_size);
    data[..size].copy_from_slice(&mutated[..size]);
    size
}

/// A line in which one word is that of another line.
fn with_word_of(line: &[u8], other: &[u8], choices: &mut Choices) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = line.split(|b| *b == b'"').collect();
    let others: Vec<&[u8]> = other.split(|b| *b == b'"').collect();
    let (to, from) = (choices.below(parts.len()), choices.below(others.len()));
    parts[to] = others[from];
    parts.join(&b'"')
}
