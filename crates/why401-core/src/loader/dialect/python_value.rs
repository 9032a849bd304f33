//! Values of Python as a program prints them: what a loader that casts makes of text.

use std::fmt::Write;

/// A value that is not text alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// The digits of an integer of any size, with a `-` where it is below zero.
    Integer(String),
    Float(f64),
    Bool(bool),
    /// A date or time, as `repr` writes it.
    Moment(String),
    List(Vec<Value>),
    /// In the order in which the keys were set.
    Dict(Vec<(String, Value)>),
}

impl Value {
    /// Text as it is, all else as `repr` writes it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.repr(),
        }
    }

    /// What `repr` writes.
    pub(super) fn repr(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        16 + match self {
            Self::Text(text) | Self::Integer(text) | Self::Moment(text) => text.len(),
            Self::Float(_) | Self::Bool(_) => 0,
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Dict(entries) => entries.iter().map(|(key, value)| key.len() + value.size()).sum(),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => write_text(text, out),
            Self::Integer(digits) => out.push_str(digits),
            Self::Float(number) => out.push_str(&float(*number)),
            Self::Bool(true) => out.push_str("True"),
            Self::Bool(false) => out.push_str("False"),
            Self::Moment(text) => out.push_str(text),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Dict(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    write_text(key, out);
                    out.push_str(": ");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// A string in the quotes that need the fewest escapes; what cannot be printed as its number.
fn write_text(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if c == quote => out.extend(['\\', c]),
            _ if is_printable(c) => out.push(c),
            _ => {
                let number = u32::from(c);
                let _ = match number {
                    0..=0xff => write!(out, "\\x{number:02x}"),
                    0x100..=0xffff => write!(out, "\\u{number:04x}"),
                    _ => write!(out, "\\U{number:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// `str.isprintable`. Rust's `Debug` of a string escapes by the same Unicode categories, except for a combining
/// character at its start.
fn is_printable(c: char) -> bool {
    c == '\'' || c == '"' || [' ', c].iter().collect::<String>().escape_debug().skip(1).eq([c])
}

/// The shortest digits that give the number back, with an exponent below 1e-4 and from 1e16 on.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if number != 0.0 && !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{number:?}"),
    }
}

/// Digits up to which Python writes an integer as text.
const MOST_DIGITS: usize = 4300;

/// The decimal digits of a number given in `radix` (a power of two up to 16); `None` for another digit, and for a number
/// that Python would not write.
pub(super) fn decimal(digits: &str, radix: u32) -> Option<String> {
    const LIMB: u64 = 1_000_000_000;
    // Little-endian, nine decimal digits each.
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.trim_start_matches('0').chars() {
        if limbs.len() > MOST_DIGITS / 9 + 1 {
            return None;
        }
        let mut carry = u64::from(digit.to_digit(radix)?);
        for limb in &mut limbs {
            let next = *limb * u64::from(radix) + carry;
            *limb = next % LIMB;
            carry = next / LIMB;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut out = String::new();
    for (at, limb) in limbs.iter().rev().enumerate() {
        let _ = if at == 0 { write!(out, "{limb}") } else { write!(out, "{limb:09}") };
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats() {
        for (number, shown) in [
            (1.0, "1.0"),
            (1_200_000.0, "1200000.0"),
            (1e16, "1e+16"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-0.0, "-0.0"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(float(number), shown);
        }
    }

    #[test]
    fn texts() {
        for (text, shown) in [
            ("a'b", r#""a'b""#),
            ("a'\"", r#"'a\'"'"#),
            ("é\u{a0}\u{200b}\n", r"'é\xa0\u200b\n'"),
            ("e\u{301}🔑", "'e\u{301}🔑'"),
        ] {
            assert_eq!(Value::Text(text.to_owned()).repr(), shown);
        }
    }

    #[test]
    fn integers_of_any_size() {
        assert_eq!(decimal("ffffffffffffffffffff", 16).as_deref(), Some("1208925819614629174706175"));
        assert_eq!(decimal("1000000000000", 2).as_deref(), Some("4096"));
    }
}
