//! The date of an HTTP answer (RFC 9110, section 5.6.7), as seconds since 1970.

use jiff::fmt::rfc2822::DateTimeParser;

/// Reads the value of a `Date` header; `None` where it is no date. The two obsolete forms are not read.
pub fn http_date(text: &str) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    // RFC 9110 writes the zone as GMT, which RFC 2822 knows as an obsolete name of it.
    PARSER.parse_timestamp(text.trim()).ok().map(|time| time.as_second())
}

/// Reads a date of ISO 8601 in UTC, with or without its seconds or its time; `None` where it is none.
pub fn iso_date(text: &str) -> Option<i64> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        17 => format!("{}:00Z", text.strip_suffix('Z')?),
        _ => text.to_owned(),
    };
    whole.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::{http_date, iso_date};

    #[test]
    fn dates_of_signatures() {
        assert_eq!(iso_date("1994-11-06T08:49:37Z"), Some(784_111_777));
        assert_eq!(iso_date("1994-11-06T08:49Z"), Some(784_111_740));
        assert_eq!(iso_date("1994-11-06"), Some(784_080_000));
        assert_eq!(iso_date("soon"), None);
    }

    #[test]
    fn dates() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 +0000"), Some(784_111_777));
        assert_eq!(http_date("yesterday"), None);
    }
}
