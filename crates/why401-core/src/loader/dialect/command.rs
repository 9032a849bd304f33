//! `$(command)` in a value. why401 runs nothing; it answers for `echo` with plain or quoted words, as any shell does.

use std::collections::HashMap;

/// What the command prints without its last line end, or `None` where only running it would tell.
pub(super) fn output(command: &str) -> Option<String> {
    let words = words(command)?;
    let (first, words) = words.split_first()?;
    let plain = first == "echo" && !words.first().is_some_and(|word| word.starts_with('-'));
    plain.then(|| words.join(" "))
}

/// The words of a command in which nothing but quotes means anything to a shell.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            // Shells differ in what `echo` makes of a backslash.
            (Some('"'), '$' | '`') | (Some(_), '\\') | (Some(_), '\n') => return None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if is_plain(c) => word.get_or_insert_default().push(c),
            (None, _) => return None,
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// The groups of balanced parentheses in a text, none of them empty, by where they begin: their lengths.
pub(super) fn parenthesised(text: &[u8]) -> HashMap<usize, usize> {
    let mut groups = HashMap::new();
    // For each open parenthesis: where it stands, whether something stands in it, whether all in it is well-formed.
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    for (index, byte) in text.iter().enumerate() {
        let formed = match byte {
            b'(' => {
                open.push((index, false, true));
                continue;
            }
            b')' => match open.pop() {
                Some((start, true, true)) => {
                    groups.insert(start, index + 1 - start);
                    true
                }
                _ => false,
            },
            _ => true,
        };
        if let Some((_, filled, well)) = open.last_mut() {
            *filled = true;
            *well &= formed;
        }
    }
    groups
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
            [("(a)b", Some(3)), ("(a(b)c)", Some(7)), ("((a))", Some(5)), ("()", None), ("(a()b)", None), ("(a", None)]
        {
            assert_eq!(parenthesised(text.as_bytes()).get(&0).copied(), length, "{text}");
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
            ("echo 'a'", Some("a")),
            ("echo \"a  b\"c ''", Some("a  bc ")),
            ("echo '-n' a", None),
            ("echo \"$A\"", None),
            ("echo 'a", None),
            ("echo 'a\\b'", None),
            ("echo a; rm b", None),
            ("op read op://vault/item", None),
        ] {
            assert_eq!(output(command).as_deref(), expected, "{command}");
        }
    }
}
