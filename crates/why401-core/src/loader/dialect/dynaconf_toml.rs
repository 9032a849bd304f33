//! The TOML with which dynaconf casts a value: version 1.0 as Python's tomllib reads it, integers of any size included.

use super::python_value::{Value, decimal};

/// Arrays and tables that may stand inside each other.
const DEPTH: usize = 100;

/// The value of `key` in the document `key=TEXT`; `None` where that is no TOML.
pub(super) fn cast(text: &str) -> Option<Value> {
    let text = text.replace("\r\n", "\n");
    let mut reader = Reader { text: &text, at: 0, depth: 0 };
    reader.skip_blanks();
    let value = reader.value()?;
    reader.skip_blanks();
    reader.skip_comment()?;
    match reader.rest().strip_prefix('\n') {
        None => reader.rest().is_empty().then_some(value),
        // What follows only has to be TOML too, without another `key`.
        Some(more) => toml::from_str::<toml::Table>(&format!("key=0\n{more}")).ok().map(|_| value),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !test(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        self.take_while(|c| c == ' ' || c == '\t');
    }

    fn skip_comment(&mut self) -> Option<()> {
        if self.peek() == Some('#') {
            let comment = self.take_while(|c| c != '\n');
            return (!comment.chars().any(|c| is_illegal(c, false))).then_some(());
        }
        Some(())
    }

    /// Blanks, line ends and comments, which may stand between the items of an array.
    fn skip_between_items(&mut self) -> Option<()> {
        loop {
            let before = self.at;
            self.take_while(|c| matches!(c, ' ' | '\t' | '\n'));
            self.skip_comment()?;
            if self.at == before {
                return Some(());
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            '"' | '\'' => self.string().map(Value::Text),
            '[' | '{' => {
                self.depth += 1;
                let value = if self.depth > DEPTH {
                    None
                } else if self.peek() == Some('[') {
                    self.array()
                } else {
                    self.table()
                };
                self.depth -= 1;
                value
            }
            _ if self.eat("true") => Some(Value::Bool(true)),
            _ if self.eat("false") => Some(Value::Bool(false)),
            _ => match self.moment() {
                Moment::Valid(text) => Some(Value::Moment(text)),
                Moment::Invalid => None,
                Moment::None => self.number(),
            },
        }
    }

    fn string(&mut self) -> Option<String> {
        if self.eat("\"\"\"") {
            self.eat("\n");
            let mut text = self.basic(true)?;
            text.push_str(self.quotes_before_end('"'));
            Some(text)
        } else if self.eat("'''") {
            self.eat("\n");
            let (text, _) = self.rest().split_once("'''")?;
            self.at += text.len() + 3;
            let more = self.quotes_before_end('\'');
            (!text.chars().any(|c| is_illegal(c, true))).then(|| format!("{text}{more}"))
        } else if self.eat("\"") {
            self.basic(false)
        } else {
            self.eat("'");
            let (text, _) = self.rest().split_once('\'')?;
            self.at += text.len() + 1;
            (!text.chars().any(|c| is_illegal(c, false))).then(|| text.to_owned())
        }
    }

    /// A string over several lines may end in one or two quotes of its own.
    fn quotes_before_end(&mut self, quote: char) -> &'a str {
        let rest = self.rest();
        let count = rest.chars().take_while(|c| *c == quote).take(2).count();
        self.at += count;
        rest.get(..count).unwrap_or_default()
    }

    /// A string with escapes, after its opening quotes.
    fn basic(&mut self, lines: bool) -> Option<String> {
        let mut out = String::new();
        loop {
            if self.eat(if lines { "\"\"\"" } else { "\"" }) {
                return Some(out);
            }
            let c = self.peek()?;
            self.at += c.len_utf8();
            match c {
                '\\' => self.escape(lines, &mut out)?,
                c if is_illegal(c, lines) => return None,
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self, lines: bool, out: &mut String) -> Option<()> {
        let c = self.peek()?;
        if lines && matches!(c, ' ' | '\t' | '\n') {
            self.skip_blanks();
            match self.peek() {
                None => return Some(()),
                Some('\n') => self.take_while(|c| matches!(c, ' ' | '\t' | '\n')),
                Some(_) => return None,
            };
            return Some(());
        }
        self.at += c.len_utf8();
        out.push(match c {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            '"' | '\\' => c,
            'u' | 'U' => {
                let length = if c == 'u' { 4 } else { 8 };
                let digits = self.rest().get(..length).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                self.at += length;
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            _ => return None,
        });
        Some(())
    }

    fn array(&mut self) -> Option<Value> {
        self.eat("[");
        let mut items = Vec::new();
        loop {
            self.skip_between_items()?;
            if self.eat("]") {
                return Some(Value::List(items));
            }
            items.push(self.value()?);
            self.skip_between_items()?;
            if !self.eat(",") {
                return self.eat("]").then_some(Value::List(items));
            }
        }
    }

    fn table(&mut self) -> Option<Value> {
        self.eat("{");
        self.skip_blanks();
        let (mut entries, mut closed) = (Vec::new(), Vec::new());
        if self.eat("}") {
            return Some(Value::Dict(entries));
        }
        loop {
            let path = self.key()?;
            if !self.eat("=") {
                return None;
            }
            self.skip_blanks();
            let value = self.value()?;
            // An array or a table that was written out takes no further keys.
            if closed.iter().any(|closed: &Vec<String>| path.starts_with(closed)) {
                return None;
            }
            if matches!(value, Value::List(_) | Value::Dict(_)) {
                closed.push(path.clone());
            }
            insert(&mut entries, &path, value)?;
            self.skip_blanks();
            if self.eat("}") {
                return Some(Value::Dict(entries));
            }
            if !self.eat(",") {
                return None;
            }
            self.skip_blanks();
        }
    }

    /// A dotted key and the blanks after it.
    fn key(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            path.push(match self.peek()? {
                '"' | '\'' if self.rest().starts_with("\"\"\"") || self.rest().starts_with("'''") => {
                    // An empty key; what follows it is no key.
                    self.at += 2;
                    String::new()
                }
                '"' | '\'' => self.string()?,
                _ => self.take_while(is_bare).to_owned(),
            });
            if path.last().is_some_and(String::is_empty) && !self.text.get(..self.at)?.ends_with(['"', '\'']) {
                return None;
            }
            self.skip_blanks();
            if !self.eat(".") {
                return (path.len() <= DEPTH).then_some(path);
            }
            self.skip_blanks();
        }
    }

    fn number(&mut self) -> Option<Value> {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            let Some(after) = self.rest().strip_prefix(prefix) else { continue };
            let length = digits(after, radix);
            if length > 0 {
                self.at += 2 + length;
                return decimal(&after.get(..length)?.replace('_', ""), radix).map(Value::Integer);
            }
        }
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['+', '-']));
        let unsigned = rest.get(sign..)?;
        if let Some(word) = ["inf", "nan"].into_iter().find(|word| unsigned.starts_with(word)) {
            self.at += sign + word.len();
            return rest.get(..sign + word.len())?.parse().ok().map(Value::Float);
        }
        let whole = if unsigned.starts_with('0') { 1 } else { digits(unsigned, 10) };
        if whole == 0 {
            return None;
        }
        let mut end = whole;
        if let Some(after) = unsigned.get(end..)?.strip_prefix('.') {
            let length = digits(after, 10);
            end += if length > 0 { 1 + length } else { 0 };
        }
        if let Some(after) = unsigned.get(end..)?.strip_prefix(['e', 'E']) {
            let signed = usize::from(after.starts_with(['+', '-']));
            let length = digits(after.get(signed..)?, 10);
            end += if length > 0 { 1 + signed + length } else { 0 };
        }
        self.at += sign + end;
        let text = rest.get(..sign + end)?.replace('_', "");
        if end > whole {
            return text.parse().ok().map(Value::Float);
        }
        let text = text.strip_prefix('+').unwrap_or(&text);
        Some(Value::Integer(if text == "-0" { "0" } else { text }.to_owned()))
    }

    /// A date, a time, or both.
    fn moment(&mut self) -> Moment {
        let rest = self.rest();
        let Some(date) = date(rest) else {
            return match time(rest) {
                Some((time, length)) => {
                    self.at += length;
                    Moment::Valid(format!("datetime.time({})", time.repr()))
                }
                None => Moment::None,
            };
        };
        self.at += 10;
        let (year, month, day) = date;
        let valid = year > 0 && day <= days(year, month);
        let after = self.rest().strip_prefix(['T', 't', ' ']).and_then(time);
        let text = match after {
            Some((time, length)) => {
                self.at += 1 + length;
                let zone = self.offset().map_or_else(String::new, |zone| format!(", tzinfo={zone}"));
                format!("datetime.datetime({year}, {month}, {day}, {}{zone})", time.repr())
            }
            None => format!("datetime.date({year}, {month}, {day})"),
        };
        if valid { Moment::Valid(text) } else { Moment::Invalid }
    }

    /// The time zone as Python writes it.
    fn offset(&mut self) -> Option<String> {
        const UTC: &str = "datetime.timezone.utc";
        if self.eat("Z") || self.eat("z") {
            return Some(UTC.to_owned());
        }
        let sign = self.rest().strip_prefix(['+', '-'])?;
        let (hours, minutes) = (two(sign, 0, 0, 23)?, two(sign, 3, 0, 59)?);
        if sign.as_bytes().get(2) != Some(&b':') {
            return None;
        }
        let negative = self.peek() == Some('-');
        self.at += 6;
        let seconds = hours * 3600 + minutes * 60;
        let delta = match (seconds, negative) {
            (0, _) => return Some(UTC.to_owned()),
            (seconds, false) => format!("seconds={seconds}"),
            (seconds, true) => format!("days=-1, seconds={}", 86_400 - seconds),
        };
        Some(format!("datetime.timezone(datetime.timedelta({delta}))"))
    }
}

enum Moment {
    Valid(String),
    /// Written like one, but no day of the calendar.
    Invalid,
    None,
}

struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    micro: u32,
}

impl Time {
    fn repr(&self) -> String {
        let Self { hour, minute, second, micro } = self;
        match (second, micro) {
            (0, 0) => format!("{hour}, {minute}"),
            (_, 0) => format!("{hour}, {minute}, {second}"),
            _ => format!("{hour}, {minute}, {second}, {micro}"),
        }
    }
}

/// Two digits at `at` that lie within the bounds.
fn two(text: &str, at: usize, least: u32, most: u32) -> Option<u32> {
    let digits = text.get(at..at + 2).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|number| (least..=most).contains(number))
}

fn date(text: &str) -> Option<(u32, u32, u32)> {
    let year = text.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let dashes = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    dashes.then_some((year, two(text, 5, 1, 12)?, two(text, 8, 1, 31)?))
}

/// A time of the day and its length; digits beyond the microsecond are dropped.
fn time(text: &str) -> Option<(Time, usize)> {
    let (hour, minute, second) = (two(text, 0, 0, 23)?, two(text, 3, 0, 59)?, two(text, 6, 0, 59)?);
    if text.as_bytes().get(2) != Some(&b':') || text.as_bytes().get(5) != Some(&b':') {
        return None;
    }
    let fraction = text.get(8..).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let kept = fraction.get(..length.min(6))?;
    let micro = format!("{kept:0<6}").parse().ok()?;
    Some((Time { hour, minute, second, micro }, if length > 0 { 9 + length } else { 8 }))
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The length of a run of digits, in which single underscores may stand; in decimal it does not begin with a zero
/// unless a point or an exponent stands before it, which the caller has seen to.
fn digits(text: &str, radix: u32) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(|(_, next)| next.is_digit(radix));
        if c.is_digit(radix) {
            end = at + 1;
        } else if c != '_' || end == 0 || end != at || !next_is_digit {
            break;
        }
    }
    end
}

fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Control characters, except for the tab and, where a string may go over lines, the line end.
fn is_illegal(c: char, lines: bool) -> bool {
    c.is_ascii_control() && c != '\t' && !(lines && c == '\n')
}

fn insert(entries: &mut Vec<(String, Value)>, path: &[String], value: Value) -> Option<()> {
    let (key, rest) = path.split_first()?;
    let found = entries.iter().position(|(known, _)| known == key);
    if rest.is_empty() {
        if found.is_some() {
            return None;
        }
        entries.push((key.clone(), value));
        return Some(());
    }
    let at = found.unwrap_or_else(|| {
        entries.push((key.clone(), Value::Dict(Vec::new())));
        entries.len() - 1
    });
    match entries.get_mut(at) {
        Some((_, Value::Dict(inner))) => insert(inner, rest, value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts() {
        for (text, shown) in [
            ("true", Some("True")),
            ("True", None),
            ("12e5", Some("1200000.0")),
            ("012", None),
            ("+1_000#x", Some("1000")),
            ("1__0", None),
            ("0xdead_beef", Some("3735928559")),
            ("123456789012345678901234567890", Some("123456789012345678901234567890")),
            ("abc", None),
            ("\"a\\u00e9\" # b", Some("aé")),
            ("'a' b", None),
            ("[1, 'x',\n{a.b=2}, ]", Some("[1, 'x', {'a': {'b': 2}}]")),
            ("{a=1,}", None),
            ("{a={b=1},a.c=2}", None),
            ("1979-05-27", Some("datetime.date(1979, 5, 27)")),
            ("1979-02-30", None),
            (
                "1979-05-27 07:32:00.5-00:30",
                Some(
                    "datetime.datetime(1979, 5, 27, 7, 32, 0, 500000, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=84600)))",
                ),
            ),
            ("07:32:00", Some("datetime.time(7, 32)")),
            ("1\nB=2", Some("1")),
            ("1\nkey=2", None),
            ("-----BEGIN\nx", None),
        ] {
            assert_eq!(cast(text).map(|value| value.shown()).as_deref(), shown, "{text:?}");
        }
    }
}
