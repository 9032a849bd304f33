//! `$((…))`: whole numbers, variables and the operators that change nothing.

/// The value of an expression; `value_of` gives a variable's text. `None` for what is not known here: assignments,
/// `?:`, `,`, and whatever is an error.
pub(super) fn evaluate(text: &[u8], mut value_of: impl FnMut(&str) -> Vec<u8>) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let mut reader = Reader { rest: text, value_of: &mut value_of, depth: 0 };
    if text.trim().is_empty() {
        return Some(0);
    }
    let value = reader.binary(0)?;
    reader.rest.trim_start().is_empty().then_some(value)
}

/// Binary operators by rising precedence, longer ones first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// Operators that a shorter one must not be taken for.
const LONGER: &[&str] = &["||", "&&", "<<", ">>", "**", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="];

struct Reader<'t, 'v> {
    rest: &'t str,
    value_of: &'v mut dyn FnMut(&str) -> Vec<u8>,
    depth: usize,
}

impl Reader<'_, '_> {
    fn binary(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            let rest = self.rest.trim_start();
            let Some(operator) = operators.iter().find(|operator| rest.starts_with(**operator)) else {
                return Some(left);
            };
            if operator.len() == 1 && LONGER.iter().any(|longer| rest.starts_with(longer)) {
                return Some(left);
            }
            self.rest = &rest[operator.len()..];
            let right = self.binary(level + 1)?;
            left = apply(operator, left, right)?;
        }
    }

    fn unary(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth > 50 {
            return None;
        }
        let rest = self.rest.trim_start();
        let first = rest.chars().next()?;
        let value = match first {
            '-' | '+' | '!' | '~' if !rest.starts_with("--") && !rest.starts_with("++") => {
                self.rest = &rest[1..];
                let value = self.unary()?;
                match first {
                    '-' => value.wrapping_neg(),
                    '!' => i64::from(value == 0),
                    '~' => !value,
                    _ => value,
                }
            }
            '(' => {
                self.rest = &rest[1..];
                let value = self.binary(0)?;
                self.rest = self.rest.trim_start().strip_prefix(')')?;
                value
            }
            _ => {
                let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                self.rest = after;
                if first.is_ascii_digit() {
                    number(word)?
                } else if word.is_empty() {
                    return None;
                } else {
                    let value = (self.value_of)(word);
                    let text = std::str::from_utf8(&value).ok()?.trim();
                    match text.strip_prefix('-') {
                        _ if text.is_empty() => 0,
                        Some(digits) => number(digits)?.wrapping_neg(),
                        None => number(text)?,
                    }
                }
            }
        };
        self.depth -= 1;
        Some(value)
    }
}

fn number(word: &str) -> Option<i64> {
    if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16).ok();
    }
    let radix = if word.len() > 1 && word.starts_with('0') { 8 } else { 10 };
    word.bytes().all(|c| c.is_ascii_digit()).then(|| i64::from_str_radix(word, radix).ok())?
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    let shift = u32::try_from(right).ok().filter(|by| *by < 64);
    Some(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<<" => left.checked_shl(shift?)?,
        ">>" => left.checked_shr(shift?)?,
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let value_of = |name: &str| if name == "A" { b"7".to_vec() } else { Vec::new() };
        for (text, value) in [
            ("1+2*3", Some(7)),
            (" (1 + 2) * A ", Some(21)),
            ("-A%4", Some(-3)),
            ("010 + 0x10", Some(24)),
            ("X", Some(0)),
            ("", Some(0)),
            ("1 < 2 && 3 != 3", Some(0)),
            ("1 << 4 | 1", Some(17)),
            ("1/0", None),
            ("A=1", None),
            ("A++", None),
            ("1 +", None),
        ] {
            assert_eq!(evaluate(text.as_bytes(), value_of), value, "{text:?}");
        }
    }
}
