//! Times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `2026-11-22 09:00:00 +08:00 (2026-11-22 01:00:00 UTC)` for seconds since 1970, the first in the time zone of this computer.
pub(crate) fn when(seconds: u64) -> String {
    let Some(time) = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok()) else {
        return format!("1970-01-01 00:00:00 UTC + {seconds} s");
    };
    let (local, utc) = (time.to_zoned(TimeZone::system()), time.to_zoned(TimeZone::UTC));
    format!("{} ({} UTC)", local.strftime("%Y-%m-%d %H:%M:%S %:z"), utc.strftime("%Y-%m-%d %H:%M:%S"))
}
