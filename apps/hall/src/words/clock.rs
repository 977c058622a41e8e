//! Times as people read them, and the two clocks of this computer.

use crate::words::say::tr;
use floorlot::rules::Lang;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// From how many seconds on a wall clock that went its own way is told.
pub const JUMP: u64 = 60;

/// The clocks of this computer: one that people can set, and one that only runs on.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Seconds since 1970.
    pub wall: fn() -> u64,
    /// The time since the program began; it stands still while the computer sleeps.
    pub steady: fn() -> Duration,
}

impl Clock {
    /// Those of the system.
    pub const SYSTEM: Clock = Clock { wall: wall_of_system, steady: steady_of_system };
}

fn steady_of_system() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
}

fn wall_of_system() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
        .saturating_add_signed(set_by())
}

/// By how much a test has set the clock: the number in the file that `FLOORLOT_TEST_CLOCK` names. A
/// program for use (`--release`) does not look.
#[cfg(debug_assertions)]
fn set_by() -> i64 {
    let file = std::env::var_os("FLOORLOT_TEST_CLOCK");
    file.and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok()).unwrap_or(0)
}

#[cfg(not(debug_assertions))]
fn set_by() -> i64 {
    0
}

/// Watches whether the wall clock goes with the steady one.
pub struct Jumps {
    clock: Clock,
    /// How far the wall clock is ahead of the steady one, as it was told last.
    ahead: i128,
}

impl Jumps {
    /// From now on.
    pub fn new(clock: Clock) -> Jumps {
        let mut jumps = Jumps { clock, ahead: 0 };
        jumps.ahead = jumps.now_ahead();
        jumps
    }

    fn now_ahead(&self) -> i128 {
        i128::from((self.clock.wall)()) - i128::from((self.clock.steady)().as_secs())
    }

    /// By how many seconds the wall clock has jumped since that was told last; `None` if by no more
    /// than a minute.
    pub fn look(&mut self) -> Option<i64> {
        let ahead = self.now_ahead();
        let by = ahead - self.ahead;
        if by.unsigned_abs() <= u128::from(JUMP) {
            return None;
        }
        self.ahead = ahead;
        i64::try_from(by).ok()
    }
}

/// `2026-11-22 09:00:00 +08:00 (2026-11-22 01:00:00 UTC)` for seconds since 1970, the first in the
/// time zone of this computer.
pub fn when(seconds: u64) -> String {
    let Some(time) =
        i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
    else {
        return format!("1970-01-01 00:00:00 UTC + {seconds} s");
    };
    let (local, utc) = (time.to_zoned(TimeZone::system()), time.to_zoned(TimeZone::UTC));
    format!(
        "{} ({} UTC)",
        local.strftime("%Y-%m-%d %H:%M:%S %:z"),
        utc.strftime("%Y-%m-%d %H:%M:%S")
    )
}

/// `3 minutes`, or `90 seconds`.
pub(crate) fn duration(seconds: u64, lang: Lang) -> String {
    match (seconds / 60, seconds % 60) {
        (1, 0) => tr!(lang, "1 minute", "1 分钟"),
        (minutes, 0) => tr!(lang, "{minutes} minutes", "{minutes} 分钟"),
        _ => tr!(lang, "{seconds} seconds", "{seconds} 秒"),
    }
}
