//! The numbers of units, households and lines, as places in a list and back.

const _: () = assert!(usize::BITS >= 32 && usize::BITS <= 64);

/// A number as a place in a list.
#[inline]
#[expect(clippy::as_conversions, reason = "a place has 32 bits or more, which is asserted above")]
pub(crate) const fn place(number: u32) -> usize {
    number as usize
}

/// A length as a number that is written.
#[inline]
#[expect(clippy::as_conversions, reason = "a length has 64 bits or less, which is asserted above")]
pub(crate) const fn count(length: usize) -> u64 {
    length as u64
}
