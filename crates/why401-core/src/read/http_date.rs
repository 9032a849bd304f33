//! The date of an HTTP answer (RFC 9110, section 5.6.7), as seconds since 1970.

use jiff::fmt::rfc2822::DateTimeParser;

/// Reads the value of a `Date` header; `None` where it is no date. The two obsolete forms are not read.
pub fn http_date(text: &str) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    // RFC 9110 writes the zone as GMT, which RFC 2822 knows as an obsolete name of it.
    PARSER.parse_timestamp(text.trim()).ok().map(|time| time.as_second())
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn dates() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 +0000"), Some(784_111_777));
        assert_eq!(http_date("yesterday"), None);
    }
}
