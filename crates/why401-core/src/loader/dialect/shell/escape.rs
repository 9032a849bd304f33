//! Backslash sequences: `$'…'` of bash, and what `echo` and `printf` make of their words.

/// The text of `$'…'`, given what follows the opening quote; and how many bytes it takes, the closing quote included.
pub(super) fn dollar_quoted(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut at = 0;
    while *text.get(at)? != b'\'' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    let mut out = Vec::new();
    let mut rest = &text[..at];
    while let Some((&c, after)) = rest.split_first() {
        rest = after;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some((&c, after)) = rest.split_first() else {
            out.push(b'\\');
            break;
        };
        rest = after;
        match c {
            b'c' => match rest.split_first() {
                Some((&c, after)) => {
                    rest = after;
                    out.push(if c == b'?' { 0x7f } else { c.to_ascii_uppercase() & 0x1f });
                }
                None => out.extend(b"\\c"),
            },
            b'0'..=b'7' => {
                let (value, length) = number(&[&[c], rest].concat(), 8, 3);
                rest = &rest[length - 1..];
                #[allow(clippy::cast_possible_truncation, reason = "the shell keeps the low eight bits")]
                out.push(value as u8);
            }
            b'x' if rest.first() == Some(&b'{') => {
                let (value, length) = number(&rest[1..], 16, 8);
                rest = &rest[1 + length..];
                rest = rest.strip_prefix(b"}").unwrap_or(rest);
                out.push((value & 0xff).try_into().unwrap_or_default());
            }
            _ => rest = common(c, rest, &mut out, b"\"'?"),
        }
        if out.last() == Some(&0) {
            // A NUL byte ends the text.
            out.pop();
            break;
        }
    }
    Some((out, at + 1))
}

/// What `echo -e` of bash, `echo` of dash and `%b` print; `false` where `\c` ends the output.
pub(super) fn echoed(text: &[u8], out: &mut Vec<u8>, dash: bool) -> bool {
    let mut rest = text;
    while let Some((&c, after)) = rest.split_first() {
        rest = after;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some((&c, after)) = rest.split_first() else {
            out.push(b'\\');
            break;
        };
        rest = after;
        match c {
            b'c' => return false,
            b'0' => {
                let (value, length) = number(rest, 8, 3);
                rest = &rest[length..];
                out.push((value & 0xff).try_into().unwrap_or_default());
            }
            b'x' | b'u' | b'U' | b'e' | b'E' if dash => out.extend([b'\\', c]),
            _ => rest = common(c, rest, out, b""),
        }
    }
    true
}

/// The sequences that all share, after the backslash; gives what follows.
fn common<'t>(c: u8, rest: &'t [u8], out: &mut Vec<u8>, itself: &[u8]) -> &'t [u8] {
    let mut used = 0;
    match c {
        b'a' => out.push(7),
        b'b' => out.push(8),
        b'e' | b'E' => out.push(27),
        b'f' => out.push(12),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'v' => out.push(11),
        b'\\' => out.push(b'\\'),
        c if itself.contains(&c) => out.push(c),
        b'x' | b'u' | b'U' => {
            let most = match c {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let (value, length) = number(rest, 16, most);
            used = length;
            match (length, c, char::from_u32(value)) {
                (0, ..) => out.extend([b'\\', c]),
                (_, b'x', _) => out.push((value & 0xff).try_into().unwrap_or_default()),
                (_, _, Some(character)) => out.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
                (_, _, None) => {}
            }
        }
        c => out.extend([b'\\', c]),
    }
    &rest[used..]
}

fn number(text: &[u8], radix: u32, most: usize) -> (u32, usize) {
    let digits = text.iter().take(most).map_while(|c| char::from(*c).to_digit(radix));
    digits.fold((0, 0), |(value, length), digit| (value.wrapping_mul(radix).wrapping_add(digit), length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollar_quotes() {
        for (text, gives) in [
            ("a\\tb'", "a\tb"),
            ("\\x41\\101\\u00e9\\q\\''", "AAé\\q'"),
            ("a\\0b'", "a"),
            ("\\cA'", "\u{1}"),
            ("'", ""),
        ] {
            assert_eq!(dollar_quoted(text.as_bytes()), Some((gives.as_bytes().to_vec(), text.len())), "{text}");
        }
        assert_eq!(dollar_quoted(b"abc\\'"), None);
    }
}
