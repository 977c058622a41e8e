//! Why one household got its unit: what the report tells of the household that it is asked for.

use crate::aftermath::Recording;
use serde::Serialize;

/// Why one household got this unit.
///
/// ```
/// use floorlot::transcript::{Evidence, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let asked = Evidence::default().with_household("H002".to_owned());
/// let why = verify(&file[..], &asked)?.why.unwrap();
/// assert_eq!((why.unit.as_deref(), why.offered), (Some("A-0301"), vec!["A-0301".to_owned()]));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Why {
    /// The id of the household in the plan.
    pub household: String,
    /// The id of its pool.
    pub pool: String,
    /// Its tier; 1 is called first (rule P7).
    pub tier: u16,
    /// What it needs.
    pub needs: Vec<String>,
    /// The first household of its group, if it is not itself.
    pub called_with: Option<String>,
    /// Its ticket, in decimal.
    pub ticket: String,
    /// Its place in the order of the pool, from 1.
    pub place: u64,
    /// How many households are in the pool.
    pub of: u32,
    /// How often it missed its call.
    pub missed: u64,
    /// Its lot, in decimal.
    pub lot: String,
    /// The units it was offered, in plan order.
    pub offered: Vec<String>,
    /// `choice`, `lot`, `ranking` or `standby`; `None` if it was not served.
    pub by: Option<String>,
    /// The number that the lot gave (lot mod number of units offered), from 0.
    pub number: Option<u64>,
    /// The place of the unit in its ranking, from 1.
    pub rank: Option<u64>,
    /// Who chose for it.
    pub proxy: Option<String>,
    /// The unit it got.
    pub unit: Option<String>,
    /// The line of its pick or standby.
    pub line: u64,
    /// When it was called (the last time), in seconds since 1970-01-01T00:00:00Z, if the line says.
    pub called_at: Option<u64>,
    /// Where that is in the recordings, if they are registered.
    pub recording: Option<Moment>,
    /// What came after the result and concerns it.
    pub later: Vec<Later>,
}

/// A moment in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Moment {
    /// The name of the file.
    pub recording: String,
    /// The second in it, from 0.
    pub second: u64,
}

/// A line after the result that concerns the household that is explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Later {
    /// The line, from 1.
    pub line: u64,
    /// Its kind, such as `swap`.
    pub what: String,
    /// The unit of the household after it.
    pub holds: Option<String>,
}

impl Why {
    /// The same without what came later than this line, or stands in it.
    pub(super) fn until(mut self, line: u64) -> Why {
        self.later.retain(|later| later.line < line);
        self
    }
}

impl Moment {
    /// Where a time is in the recordings: the file that started last before it, and the second in
    /// it.
    pub(super) fn find(recordings: &[Recording], at: u64) -> Option<Moment> {
        let recording = recordings.iter().filter(|r| r.start <= at).max_by_key(|r| r.start)?;
        let second = at.checked_sub(recording.start)?;
        Some(Moment { recording: recording.name.clone(), second })
    }
}
