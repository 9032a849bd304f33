//! Times that stand beside each other: a log's own and the `Date` of an answer that it writes down; the time from which a
//! credential is good and that of the server.

use std::sync::{Arc, LazyLock};

use crate::clock::{Offset, http_date, iso_date};
use crate::expression::Regex;
use crate::fact::{Fact, Origin, Place, Remark, Seen};

/// The first line of `text` that has both times; its own must be in UTC, or nobody knows what it is.
pub(super) fn read(path: &Arc<str>, text: &str) -> Option<Fact> {
    static BOTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?im)^[^\n]{0,40}?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:Z|\+00:?00)[^\n]{0,300}?\bdate: ?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)").ok()
    });
    if !text.contains(" GMT") {
        return None;
    }
    let found = BOTH.as_ref()?.captures(text)?;
    let (own, date) = (found.get(1)?, found.get(2)?);
    let millis = iso_date(&format!("{}Z", own.as_str()))?.checked_mul(1000)?;
    let offset = Offset::by_date(date.as_str(), millis, 0)?;
    let origin = Origin::File(Place::of(path, text.as_bytes(), &date.range()));
    Some(Fact { origin, span: date.range(), seen: Seen::ClockDiffers(offset) })
}

/// Azure Storage says from when to when a SAS is good, and what time it has itself.
pub(super) fn early(path: &Arc<str>, text: &str) -> Option<Fact> {
    static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let time = r"\[([^\]\n]{20,40})\]";
        Regex::new(&format!(r"\bStart {time} - Expiry {time} - Current {time}")).ok()
    });
    if !text.contains(" - Current [") {
        return None;
    }
    let found = FRAME.as_ref()?.captures(text)?;
    let (start, now) = (found.get(1)?, found.get(3)?);
    let is_early = http_date(now.as_str())? < http_date(start.as_str())?;
    let origin = Origin::File(Place::of(path, text.as_bytes(), &start.range()));
    is_early.then(|| Fact { origin, span: start.range(), seen: Seen::Remark(Remark::BeforeStart) })
}

#[cfg(test)]
mod tests {
    use super::{early, read};
    use crate::fact::Seen;

    #[test]
    fn a_time_before_the_start() {
        for (now, is_early) in [("10:02:13", true), ("12:30:00", false)] {
            let frame = format!(
                "Start [Tue, 09 Apr 2024 12:00:00 GMT] - Expiry [Tue, 09 Apr 2024 13:00:00 GMT] - Current [Tue, 09 Apr 2024 {now} GMT]"
            );
            assert_eq!(early(&"x".into(), &frame).is_some(), is_early, "{now}");
        }
    }

    #[test]
    fn two_times_in_a_line() {
        let ahead = |text: &str| {
            read(&"x".into(), text).and_then(|fact| match fact.seen {
                Seen::ClockDiffers(offset) => Some(offset.ahead / 60_000),
                _ => None,
            })
        };
        let line = |own: &str| format!("[TRACE] [{own}] header: date: Mon, 18 Jan 2021 08:55:00 GMT");
        assert_eq!(ahead(&line("2021-01-18T09:55:00Z")), Some(59));
        assert_eq!(ahead(&line("2021-01-18T08:55:01.123Z")), Some(0));
        assert_eq!(ahead(&line("2021-01-18T09:55:00")), None);
    }
}
