//! A makefile's logical lines: continuation, comments, and where a variable definition stands in one.

/// A byte and where it stands in the file.
pub(super) type Placed = (u8, usize);

/// How `=` was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flavor {
    /// `=`
    Recursive,
    /// `:=` and `::=`
    Simple,
    /// `+=`
    Append,
    /// `?=`
    Conditional,
    /// `!=`
    Shell,
}

/// `NAME = VALUE`.
pub(super) struct Definition<'a> {
    pub(super) name: Vec<u8>,
    /// Where the name stands.
    pub(super) name_at: usize,
    pub(super) flavor: Flavor,
    /// The value without the blanks before it.
    pub(super) value: &'a [Placed],
    /// The byte after the sign, for a value that is empty.
    pub(super) at: usize,
}

/// The lines of a file without their line ends; those that a backslash joins stay one, `\` and line feed included.
pub(super) fn logical(bytes: &[u8]) -> Vec<Vec<Placed>> {
    let mut lines = Vec::new();
    let mut line: Vec<Placed> = Vec::new();
    let mut start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let mut text = &bytes[start..end];
        let from = start;
        start = end + 1;
        if text.first() == Some(&0) {
            text = &[];
        }
        match memchr::memchr(0, text) {
            // make loses what follows a NUL byte, the line end included.
            Some(nul) => {
                line.extend(text[..nul].iter().copied().zip(from..));
                continue;
            }
            None => line.extend(text.iter().copied().zip(from..)),
        }
        if end < bytes.len() && line.last().is_some_and(|(c, _)| *c == b'\r') {
            line.pop();
        }
        let slashes = line.iter().rev().take_while(|(c, _)| *c == b'\\').count();
        if slashes % 2 == 1 && end < bytes.len() {
            line.push((b'\n', end));
        } else {
            lines.push(std::mem::take(&mut line));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Joins continued lines: backslash, line end and the blanks around them become one space.
pub(super) fn collapse(line: Vec<Placed>) -> Vec<Placed> {
    if !line.iter().any(|(c, _)| *c == b'\n') {
        return line;
    }
    let mut out: Vec<Placed> = Vec::with_capacity(line.len());
    let mut input = line.into_iter().peekable();
    while let Some((c, at)) = input.next() {
        if c != b'\n' {
            out.push((c, at));
            continue;
        }
        let slashes = out.iter().rev().take_while(|(c, _)| *c == b'\\').count();
        out.truncate(out.len() - slashes);
        out.extend(std::iter::repeat_n((b'\\', at), slashes / 2));
        while input.next_if(|(c, _)| is_blank(*c)).is_some() {}
        while out.last().is_some_and(|(c, _)| is_blank(*c)) {
            out.pop();
        }
        out.push((b' ', at));
    }
    out
}

/// Cuts the line at its first `#` outside a reference that no backslash protects; halves the backslashes before each.
pub(super) fn without_comment(mut line: Vec<Placed>) -> Vec<Placed> {
    let mut at = 0;
    while at < line.len() {
        match line[at].0 {
            b'$' => {
                at += 2;
                let open = line.get(at - 1).map(|(c, _)| *c);
                if let Some((open, close)) = open.and_then(pair) {
                    let mut depth = 1;
                    while at < line.len() && depth > 0 {
                        depth += i32::from(line[at].0 == open) - i32::from(line[at].0 == close);
                        at += 1;
                    }
                }
            }
            b'#' => {
                let slashes = line[..at].iter().rev().take_while(|(c, _)| *c == b'\\').count();
                let kept = slashes / 2;
                line.drain(at - slashes..at - kept);
                at -= slashes - kept;
                if slashes % 2 == 0 {
                    line.truncate(at);
                    return line;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    line
}

/// What stands before and after the first `sign` outside a reference.
pub(super) fn split_at(line: &[Placed], sign: u8) -> Option<(&[Placed], &[Placed])> {
    let mut at = 0;
    while let Some(&(c, _)) = line.get(at) {
        if c == sign {
            return Some((&line[..at], &line[at + 1..]));
        }
        at += 1;
        if c != b'$' {
            continue;
        }
        let open = line.get(at).map(|(c, _)| *c);
        at += 1;
        if let Some((open, close)) = open.and_then(pair) {
            let mut depth = 1;
            while at < line.len() && depth > 0 {
                depth += i32::from(line[at].0 == open) - i32::from(line[at].0 == close);
                at += 1;
            }
        }
    }
    None
}

/// The definition that the whole line is, if it is one.
pub(super) fn definition(line: &[Placed]) -> Option<Definition<'_>> {
    let at = |index: usize| line.get(index).map(|(c, _)| *c);
    let (mut index, mut spaced, mut name_end) = (0, false, None);
    let (flavor, after) = loop {
        let mut c = at(index)?;
        index += 1;
        if c == b'#' {
            return None;
        }
        if c == b'$' {
            let open = at(index)?;
            index += 1;
            if let Some((open, close)) = pair(open) {
                let mut depth = 1;
                while depth > 0 {
                    let Some(c) = at(index) else { break };
                    index += 1;
                    depth += i32::from(c == open) - i32::from(c == close);
                }
            }
            continue;
        }
        if is_blank(c) {
            spaced = true;
            name_end = Some(index - 1);
            while at(index).is_some_and(is_space) {
                index += 1;
            }
            c = at(index).filter(|c| *c != b'#')?;
            index += 1;
        }
        let end = if spaced { name_end } else { Some(index - 1) };
        match (c, at(index), at(index + 1)) {
            (b'=', ..) => break ((Flavor::Recursive, end), index),
            (b'+', Some(b'='), _) => break ((Flavor::Append, end), index + 1),
            (b'?', Some(b'='), _) => break ((Flavor::Conditional, end), index + 1),
            (b'!', Some(b'='), _) => break ((Flavor::Shell, end), index + 1),
            (b':', Some(b'='), _) => break ((Flavor::Simple, end), index + 1),
            (b':', Some(b':'), Some(b'=')) => break ((Flavor::Simple, end), index + 2),
            (b':', ..) => return None,
            _ if spaced => return None,
            _ => {}
        }
    };
    let name = line.get(..flavor.1?)?;
    let value = skip_blanks(line.get(after..)?);
    let name_at = name.first().or(line.first()).map_or(0, |(_, at)| *at);
    let at = line.get(after - 1).map_or(0, |(_, at)| at + 1);
    Some(Definition { name: text(name), name_at, flavor: flavor.0, value, at })
}

/// The first word and what follows it.
pub(super) fn word(line: &[Placed]) -> (Vec<u8>, &[Placed]) {
    let end = line.iter().position(|(c, _)| is_space(*c)).unwrap_or(line.len());
    (text(&line[..end]), &line[end..])
}

pub(super) fn skip_blanks(line: &[Placed]) -> &[Placed] {
    let start = line.iter().position(|(c, _)| !is_space(*c)).unwrap_or(line.len());
    &line[start..]
}

pub(super) fn text(line: &[Placed]) -> Vec<u8> {
    line.iter().map(|(c, _)| *c).collect()
}

fn pair(open: u8) -> Option<(u8, u8)> {
    match open {
        b'(' => Some((b'(', b')')),
        b'{' => Some((b'{', b'}')),
        _ => None,
    }
}

fn is_blank(c: u8) -> bool {
    c == b' ' || c == b'\t'
}

pub(super) fn is_space(c: u8) -> bool {
    is_blank(c) || (b'\n'..=b'\r').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(text: &str) -> Vec<Placed> {
        text.bytes().zip(0..).collect()
    }

    #[test]
    fn definitions() {
        for (line, expected) in [
            ("A=b", Some(("A", Flavor::Recursive, "b"))),
            ("A ::= b", Some(("A", Flavor::Simple, "b"))),
            ("A?=b", Some(("A", Flavor::Conditional, "b"))),
            ("$(x=y) += b ", Some(("$(x=y)", Flavor::Append, "b "))),
            ("A: b", None),
            ("A B=c", None),
            ("A", None),
        ] {
            let line = placed(line);
            let found = definition(&line).map(|d| (d.name, d.flavor, text(d.value)));
            let expected = expected.map(|(n, f, v)| (n.as_bytes().to_vec(), f, v.as_bytes().to_vec()));
            assert_eq!(found, expected, "{line:?}");
        }
    }

    #[test]
    fn comments_end_a_line_unless_quoted() {
        for (line, left) in
            [("a#b", "a"), ("a\\#b#c", "a#b"), ("a\\\\#b", "a\\"), ("$(a#b)c", "$(a#b)c"), ("a$#b", "a$#b")]
        {
            assert_eq!(text(&without_comment(placed(line))), left.as_bytes(), "{line}");
        }
    }
}
