//! `$(command)` in a value. why401 runs nothing; it answers for `echo` with plain words, as any shell does.

/// What the command prints without its last line end, or `None` where only running it would tell.
pub(super) fn output(command: &str) -> Option<String> {
    let mut words = command.split([' ', '\t']).filter(|word| !word.is_empty());
    if words.next() != Some("echo") {
        return None;
    }
    let words: Vec<&str> = words.collect();
    let plain =
        words.iter().all(|word| word.chars().all(is_plain)) && !words.first().is_some_and(|w| w.starts_with('-'));
    plain.then(|| words.join(" "))
}

/// The length of a group of balanced parentheses at the start of the text, none of them empty.
pub(super) fn parenthesised(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'(') {
        return None;
    }
    // For each open parenthesis, whether something stands in it.
    let mut open = Vec::new();
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'(' => open.push(false),
            b')' => {
                open.pop().filter(|filled| *filled)?;
                match open.last_mut() {
                    Some(outer) => *outer = true,
                    None => return Some(index + 1),
                }
            }
            _ => {
                if let Some(filled) = open.last_mut() {
                    *filled = true;
                }
            }
        }
    }
    None
}

/// Characters that no shell gives a meaning in the middle of a word.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | ',' | '@' | '%' | '+' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses() {
        for (text, length) in
            [("(a)b", Some(3)), ("(a(b)c)", Some(7)), ("((a))", Some(5)), ("()", None), ("(a()", None), ("(a", None)]
        {
            assert_eq!(parenthesised(text.as_bytes()), length, "{text}");
        }
    }

    #[test]
    fn echo_and_nothing_else() {
        for (command, expected) in [
            ("echo hi", Some("hi")),
            ("echo  a\tb ", Some("a b")),
            ("echo", Some("")),
            ("echo -n hi", None),
            ("echo $HOME", None),
            ("echo 'a'", None),
            ("echo a; rm b", None),
            ("op read op://vault/item", None),
        ] {
            assert_eq!(output(command).as_deref(), expected, "{command}");
        }
    }
}
