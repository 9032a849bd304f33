//! Values: how code puts a header or parameter together, as texts and operands in their order.

use std::ops::Range;

use super::lexer::Kind;
use super::locals::Locals;
use super::reads::Read;
use super::source::Source;
use crate::fact::{Encoding, Join, Operand, Slot};
use crate::secret::Secret;

/// A value as code builds it: text, one credential, text.
#[derive(Clone, Debug)]
pub(super) struct Built {
    /// Text before the credential; `None` where something unknown stands there.
    pub(super) before: Option<String>,
    /// Bytes of that text.
    pub(super) before_span: Range<usize>,
    pub(super) after: String,
    pub(super) credential: Operand,
    pub(super) slot: Slot,
    pub(super) encoding: Encoding,
}

/// What a file's code needs to be understood.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) reads: &'s [Read],
    pub(super) locals: &'s Locals<'a>,
}

#[derive(Clone, Debug)]
enum Part {
    /// Bytes of the file.
    Text(Range<usize>),
    /// A text that is not written there.
    Said(&'static str),
    /// An expression, and whether it stands inside a text.
    Operand(Range<usize>, bool),
    /// A name inside a format text: Rust's `{key}`.
    Named(Range<usize>),
}

/// A name leads to its value at most this often.
const HOPS: usize = 3;

impl Scope<'_, '_> {
    /// What the value in `range` is made of.
    pub(super) fn build(&self, range: Range<usize>) -> Option<Built> {
        if range.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        self.parts(range, false, 0, &mut parts);
        self.join(&parts)
    }

    fn join(&self, parts: &[Part]) -> Option<Built> {
        let text = |span: &Range<usize>| self.source.text.get(span.clone()).unwrap_or_default();
        let mut before = String::new();
        let mut before_span = 0..0;
        let first = parts.iter().position(|part| matches!(part, Part::Operand(..) | Part::Named(_)));
        for part in &parts[..first.unwrap_or(parts.len())] {
            match part {
                Part::Text(span) => {
                    before.push_str(text(span));
                    before_span = if before_span.is_empty() { span.clone() } else { before_span.start..span.end };
                }
                Part::Said(word) => before.push_str(word),
                Part::Operand(..) | Part::Named(_) => {}
            }
        }
        let Some(first) = first else {
            let [Part::Text(span)] = parts else { return None };
            return Some(literal(&before, span));
        };
        let (mut credential, mut encoding, slot) = self.operand(&parts[first]);
        let mut known = true;
        let mut chosen = first;
        // `${scheme} ${key}`: what comes first is no credential, and so what stands before the credential is unknown.
        if !matches!(credential, Operand::Variable(_)) && encoding == Encoding::None && before.is_empty() {
            for (index, part) in parts.iter().enumerate().skip(first + 1) {
                let (other, other_encoding, _) = self.operand(part);
                if matches!(other, Operand::Variable(_)) || other_encoding != Encoding::None {
                    (credential, encoding, known, chosen) = (other, other_encoding, false, index);
                    break;
                }
            }
        }
        let slot = if chosen == first { slot } else { self.operand(&parts[chosen]).2 };
        let mut after = String::new();
        for part in &parts[chosen + 1..] {
            match part {
                Part::Text(span) => after.push_str(text(span)),
                Part::Said(word) => after.push_str(word),
                Part::Operand(..) | Part::Named(_) => after.push('…'),
            }
        }
        Some(Built { before: known.then_some(before), before_span, after, credential, slot, encoding })
    }

    /// The credential that an expression stands for.
    fn operand(&self, part: &Part) -> (Operand, Encoding, Slot) {
        match part {
            Part::Operand(range, inside) => {
                let join = if *inside { Join::Inside } else { self.source.language.join };
                let span = if *inside {
                    // The mark that opens the hole belongs to it.
                    let open = range.start.checked_sub(1).filter(|at| self.source.kind(*at) == Some(Kind::Open));
                    open.map_or_else(
                        || self.source.span(range),
                        |at| self.source.tokens[at].start..self.source.tokens[self.source.other(at)].end,
                    )
                } else {
                    self.source.span(range)
                };
                let (operand, encoding) = self.resolve(range, *inside, 0);
                (operand, encoding, Slot { span, join })
            }
            Part::Named(span) => {
                let name = self.source.text.get(span.clone()).unwrap_or_default();
                let at = self.source.tokens.partition_point(|token| token.start < span.start);
                let operand = self.follow(name, at, false, 0).map_or(Operand::Local(name.to_owned()), |found| found.0);
                // The braces of the hole stand right round the name.
                let span = span.start.saturating_sub(1)..span.end + 1;
                (operand, Encoding::None, Slot { span, join: Join::Inside })
            }
            Part::Text(_) | Part::Said(_) => (Operand::Unknown, Encoding::None, Slot::default()),
        }
    }

    /// What an expression stands for, names followed.
    fn resolve(&self, range: &Range<usize>, inside: bool, hops: usize) -> (Operand, Encoding) {
        let encoding = self.encoding(range, inside);
        if encoding == Encoding::Whole {
            return (Operand::Local("SecretString".to_owned()), encoding);
        }
        if let Some(read) = self.reads.iter().find(|read| range.contains(&read.tokens.start)) {
            return (Operand::Variable(read.name.clone()), encoding);
        }
        if range.len() == 1
            && let Some(text) = self.source.whole_text(range.start)
        {
            return (Operand::Literal(Secret::from(text)), encoding);
        }
        let Some((at, member)) = self.last_name(range) else { return (Operand::Unknown, encoding) };
        let name = self.source.word(at);
        match self.follow(name, at, member, hops) {
            Some((operand, inner)) => {
                // `token = base64.b64encode(…)`, and `.decode()` where it is used.
                let decoded = self.has(range, |word| word == "decode" || word == "str");
                let inner = match inner {
                    Encoding::Base64Bytes if decoded => Encoding::Base64 { joined: None },
                    inner => inner,
                };
                (operand, if encoding == Encoding::None { inner } else { encoding })
            }
            None => (Operand::Local(name.to_owned()), encoding),
        }
    }

    fn follow(&self, name: &str, at: usize, member: bool, hops: usize) -> Option<(Operand, Encoding)> {
        if hops >= HOPS {
            return None;
        }
        let binding = self.locals.binding(name, at, member)?;
        match self.resolve(&binding.value, true, hops + 1) {
            (Operand::Unknown, _) => None,
            found => Some(found),
        }
    }

    /// The name that the expression is about: the last of a chain such as `this.config.apiKey`, calls at its end such
    /// as `.trim()` left aside; the first argument of a call that wraps it.
    fn last_name(&self, range: &Range<usize>) -> Option<(usize, bool)> {
        let source = self.source;
        let mut found = None;
        let mut at = range.start;
        while at < range.end {
            if source.kind(at) == Some(Kind::Name) {
                if source.is(at + 1, b'(') {
                    // `base64.b64encode(key)` is about its argument, `key.trim()` and `config.get("x")` are not.
                    let arguments = source.arguments(at + 1);
                    if let Some(inner) = arguments.first().and_then(|argument| self.last_name(argument)) {
                        return Some(inner);
                    }
                } else if !source.is(at + 1, b'!') || !source.is(at + 2, b'(') {
                    found = Some((at, source.is_member(at)));
                }
            }
            let inside = matches!(source.kind(at), Some(Kind::Begin | Kind::Open));
            at = if inside { at + 1 } else { source.after(at) };
        }
        found
    }

    fn has(&self, range: &Range<usize>, test: impl Fn(&str) -> bool) -> bool {
        range.clone().any(|at| self.source.name(at).is_some_and(&test))
    }

    /// How the expression encodes what it carries.
    fn encoding(&self, range: &Range<usize>, inside: bool) -> Encoding {
        const LINES: [&str; 5] = ["encode64", "encodebytes", "encodestring", "getMimeEncoder", "encodeBase64Chunked"];
        const PYTHON: [&str; 3] = ["b64encode", "standard_b64encode", "urlsafe_b64encode"];
        const PLAIN: [&str; 12] = [
            "btoa",
            "strict_encode64",
            "urlsafe_encode64",
            "base64_encode",
            "EncodeToString",
            "ToBase64String",
            "encodeToString",
            "encodeBase64",
            "encodeBase64String",
            "Base64",
            "base64",
            "b64",
        ];
        let to_base64 = range.clone().any(|at| self.source.whole_text(at).is_some_and(|text| text == "base64"));
        if self.has(range, |word| LINES.contains(&word)) {
            return Encoding::Base64Lines;
        }
        if self.has(range, |word| PYTHON.contains(&word)) {
            let decoded = self.has(range, |word| word == "decode" || word == "str" || word == "to_str");
            if inside && !decoded && self.source.language.indents {
                return Encoding::Base64Bytes;
            }
            return Encoding::Base64 { joined: self.joined(range, 0) };
        }
        if to_base64 || self.has(range, |word| PLAIN.contains(&word)) {
            return Encoding::Base64 { joined: self.joined(range, 0) };
        }
        if self.takes_all(range) {
            return Encoding::Whole;
        }
        Encoding::None
    }

    /// Whether the expression takes what AWS Secrets Manager holds as it is, in a file that takes no JSON apart.
    fn takes_all(&self, range: &Range<usize>) -> bool {
        const PARSERS: [&str; 8] = [
            "json.loads",
            "JSON.parse",
            "Unmarshal",
            "json_decode",
            "readValue",
            "JsonSerializer",
            "Deserialize",
            "from_str",
        ];
        let named = |at: usize| {
            self.source.name(at) == Some("SecretString") || self.source.whole_text(at) == Some("SecretString")
        };
        range.clone().any(named) && !PARSERS.iter().any(|parser| self.source.text.contains(parser))
    }

    /// Whether a colon joins two things in what is encoded.
    fn joined(&self, range: &Range<usize>, hops: usize) -> Option<bool> {
        let colon = |at: usize| self.source.kind(at) == Some(Kind::Text) && self.source.word(at).contains(':');
        if range.clone().any(colon) {
            return Some(true);
        }
        for at in range.clone().filter(|at| self.source.kind(*at) == Some(Kind::Name)) {
            if hops < HOPS
                && let Some(binding) = self.locals.binding(self.source.word(at), at, self.source.is_member(at))
                && !binding.value.contains(&range.start)
                && self.joined(&binding.value, hops + 1) == Some(true)
            {
                return Some(true);
            }
        }
        let reads = self.reads.iter().filter(|read| range.contains(&read.tokens.start)).count();
        (reads == 1).then_some(false)
    }

    fn parts(&self, range: Range<usize>, inside: bool, hops: usize, into: &mut Vec<Part>) {
        let source = self.source;
        let mut range = range;
        while matches!(source.word(range.start), "await" | "&" | "*" | "return") && range.len() > 1 {
            range.start += 1;
        }
        if range.is_empty() {
            return;
        }
        if source.is(range.start, b'(') && source.other(range.start) + 1 == range.end {
            return self.parts(range.start + 1..range.end - 1, inside, hops, into);
        }
        if let Some(chosen) = self.chosen(&range) {
            return self.parts(chosen, inside, hops, into);
        }
        if let Some(pieces) = self.split(&range) {
            for piece in pieces {
                self.parts(piece, inside, hops, into);
            }
            return;
        }
        let start = range.start;
        match source.kind(start) {
            Some(Kind::Text) if source.whole_text(start).is_some() => return self.text(&range, into),
            Some(Kind::Begin) => {
                self.holes(start, hops, into);
                // Python puts texts side by side.
                let next = source.after(start);
                if next < range.end && matches!(source.kind(next), Some(Kind::Text | Kind::Begin)) {
                    self.parts(next..range.end, inside, hops, into);
                }
                return;
            }
            Some(Kind::Mark(b'[')) if self.joined_list(&range, hops, into) => return,
            Some(Kind::Name) if self.call(&range, inside, hops, into) => return,
            _ => {}
        }
        if hops < HOPS && self.inline(&range, hops, into) {
            return;
        }
        into.push(Part::Operand(range, inside));
    }

    /// A local name that is bound to a text with a credential in it stands for that text.
    fn inline(&self, range: &Range<usize>, hops: usize, into: &mut Vec<Part>) -> bool {
        let simple = range.clone().all(|at| {
            matches!(self.source.kind(at), Some(Kind::Name | Kind::Mark(b'.' | b'!' | b'-' | b'>' | b'?' | b'&')))
        });
        let Some((at, member)) = self.last_name(range).filter(|_| simple) else { return false };
        let Some(binding) = self.locals.binding(self.source.word(at), at, member) else { return false };
        let mut parts = Vec::new();
        self.parts(binding.value.clone(), false, hops + 1, &mut parts);
        let told = parts.iter().any(|part| matches!(part, Part::Text(_) | Part::Said(_)));
        if told {
            into.extend(parts);
        }
        told
    }

    /// The alternative that carries the credential: the left of `||`, the right of `&&`, the fuller branch of `? :`.
    fn chosen(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let source = self.source;
        let mut at = range.start;
        while at < range.end {
            if at > range.start {
                if source.are(at, b"||") || source.are(at, b"??") || source.are(at, b"?:") || source.word(at) == "or" {
                    return Some(range.start..at);
                }
                if source.are(at, b"&&") {
                    return Some(at + 2..range.end);
                }
                if source.word(at) == "if" && source.kind(at) == Some(Kind::Name) {
                    return Some(range.start..at);
                }
                if source.is(at, b'?') && !source.is(at + 1, b'.') && !source.is(at + 1, b'-') {
                    let mut colon = at + 1;
                    while colon < range.end && !source.is(colon, b':') {
                        colon = source.after(colon);
                    }
                    if colon < range.end {
                        let (left, right) = (at + 1..colon, colon + 1..range.end);
                        return Some(if left.len() >= right.len() { left } else { right });
                    }
                }
            }
            at = source.after(at);
        }
        None
    }

    /// The pieces that the language's operator joins.
    fn split(&self, range: &Range<usize>) -> Option<Vec<Range<usize>>> {
        let source = self.source;
        let dot = source.language.join == Join::Dot;
        let (mut at, mut from, mut pieces) = (range.start, range.start, Vec::new());
        while at < range.end {
            let joins = if dot {
                source.is(at, b'.')
            } else {
                source.is(at, b'+') && !source.is(at + 1, b'+') && !source.is(at + 1, b'=')
                    || source.are(at, b"<<") && source.language.name == "Ruby"
            };
            if joins && at > from {
                pieces.push(from..at);
                from = at + if source.is(at, b'<') { 2 } else { 1 };
                at = from;
                continue;
            }
            at = source.after(at);
        }
        if pieces.is_empty() {
            return None;
        }
        if from < range.end {
            pieces.push(from..range.end);
        }
        Some(pieces)
    }

    /// A text, and what is done to it: `"…".format(…)`, `"…" % x`, `"…".concat(x)`, texts side by side.
    fn text(&self, range: &Range<usize>, into: &mut Vec<Part>) {
        let source = self.source;
        let next = range.start + 1;
        if source.is(next, b'%') && next < range.end {
            let value = next + 1..range.end;
            let arguments = if source.is(value.start, b'(') && source.other(value.start) + 1 == value.end {
                source.arguments(value.start)
            } else {
                vec![value]
            };
            return self.format(range.start, &arguments, into);
        }
        if source.is(next, b'.') && source.is(next + 2, b'(') && next + 2 < range.end {
            match source.word(next + 1) {
                "format" | "formatted" => return self.format(range.start, &source.arguments(next + 2), into),
                "concat" => {
                    into.push(Part::Text(self.bytes(range.start)));
                    for argument in source.arguments(next + 2) {
                        self.parts(argument, false, HOPS, into);
                    }
                    return;
                }
                _ => {}
            }
        }
        into.push(Part::Text(self.bytes(range.start)));
        if next < range.end && matches!(source.kind(next), Some(Kind::Text | Kind::Begin)) {
            self.parts(next..range.end, false, HOPS, into);
        }
    }

    fn bytes(&self, at: usize) -> Range<usize> {
        self.source.tokens.get(at).map_or(0..0, |token| token.start..token.end)
    }

    /// The segments and holes of a text.
    fn holes(&self, begin: usize, hops: usize, into: &mut Vec<Part>) {
        let end = self.source.other(begin);
        let mut at = begin + 1;
        while at < end {
            match self.source.kind(at) {
                Some(Kind::Open) => {
                    let inner = at + 1..self.source.other(at).max(at + 1);
                    self.parts(inner, true, hops, into);
                }
                Some(Kind::Text) => into.push(Part::Text(self.bytes(at))),
                _ => {}
            }
            at = self.source.after(at);
        }
    }

    /// `["Bearer", key].join(" ")`.
    fn joined_list(&self, range: &Range<usize>, hops: usize, into: &mut Vec<Part>) -> bool {
        let after = self.source.after(range.start);
        let Some(open) = self.source.path_at(after + 1, &["join"]).filter(|open| self.source.is(*open, b'(')) else {
            return false;
        };
        let blank = self.source.whole_text(open + 1) == Some(" ");
        for (index, element) in self.source.arguments(range.start).into_iter().enumerate() {
            if index > 0 && blank {
                into.push(Part::Said(" "));
            }
            self.parts(element, false, hops, into);
        }
        true
    }

    /// Calls that make a text: `fmt.Sprintf("…", x)`, `format!(…)`, and calls that only wrap one.
    fn call(&self, range: &Range<usize>, inside: bool, hops: usize, into: &mut Vec<Part>) -> bool {
        let source = self.source;
        let mut at = range.start;
        while at < range.end && !source.is(at, b'(') {
            if !matches!(source.kind(at), Some(Kind::Name | Kind::Mark(b'.' | b':' | b'!' | b'-' | b'>' | b'\\'))) {
                return false;
            }
            at += 1;
        }
        if at == range.start || at >= range.end {
            return false;
        }
        let name = if source.is(at - 1, b'!') { source.word(at.saturating_sub(2)) } else { source.word(at - 1) };
        let arguments = source.arguments(at);
        if matches!(name, "Sprintf" | "sprintf" | "format" | "Format")
            && let Some(first) = arguments.first()
            && source.whole_text(first.start).is_some()
        {
            self.format(first.start, &arguments[1..], into);
            return true;
        }
        // `new AuthenticationHeaderValue("Bearer", key)`.
        if name == "AuthenticationHeaderValue"
            && let [scheme, value] = &arguments[..]
            && source.whole_text(scheme.start).is_some()
        {
            into.push(Part::Text(self.bytes(scheme.start)));
            into.push(Part::Said(" "));
            self.parts(value.clone(), inside, hops, into);
            return true;
        }
        if self.encoding(range, inside) != Encoding::None || self.reads.iter().any(|read| read.tokens.contains(&at)) {
            return false;
        }
        let [argument] = &arguments[..] else { return false };
        let mut parts = Vec::new();
        self.parts(argument.clone(), inside, hops, &mut parts);
        let wraps = parts.len() > 1 && parts.iter().any(|part| matches!(part, Part::Text(_)));
        if wraps {
            into.extend(parts);
        }
        wraps
    }

    /// A format text with its arguments put in: `%s`, `%v`, `{}`, `{0}`, `{name}`.
    fn format(&self, text_at: usize, arguments: &[Range<usize>], into: &mut Vec<Part>) {
        let span = self.bytes(text_at);
        let text = self.source.text.get(span.clone()).unwrap_or_default();
        let bytes = text.as_bytes();
        let (mut at, mut from, mut next) = (0, 0, 0);
        while at < bytes.len() {
            let (length, name) = match bytes[at] {
                b'%' => match bytes.get(at + 1) {
                    Some(b's' | b'v' | b'd' | b'q') => (2, ""),
                    _ => (0, ""),
                },
                b'{' => match text[at..].find('}') {
                    Some(close) if !text[at..].starts_with("{{") => (close + 1, &text[at + 1..at + close]),
                    _ => (0, ""),
                },
                _ => (0, ""),
            };
            if length == 0 {
                at += 1;
                continue;
            }
            if from < at {
                into.push(Part::Text(span.start + from..span.start + at));
            }
            let name = name.split(':').next().unwrap_or_default();
            let named = |range: &&Range<usize>| !name.is_empty() && self.source.word(range.start) == name;
            if let Some(argument) = name.parse::<usize>().ok().and_then(|index| arguments.get(index)) {
                into.push(Part::Operand(argument.clone(), false));
            } else if let Some(argument) = arguments.iter().find(named) {
                into.push(Part::Operand(argument.start + 2..argument.end.max(argument.start + 2), false));
            } else if !name.is_empty() {
                into.push(Part::Named(span.start + at + 1..span.start + at + 1 + name.len()));
            } else if let Some(argument) = arguments.get(next) {
                into.push(Part::Operand(argument.clone(), false));
                next += 1;
            }
            at += length;
            from = at;
        }
        if from < bytes.len() {
            into.push(Part::Text(span.start + from..span.end));
        }
    }
}

/// A value that is all text: a scheme word may stand before the credential.
fn literal(text: &str, span: &Range<usize>) -> Built {
    let known = ["bearer", "basic", "token", "bot", "apikey", "key", "ssws", "digest", "negotiate"];
    let word = text.split([' ', ':']).next().unwrap_or_default();
    let has_scheme = known.contains(&word.to_ascii_lowercase().as_str()) && text.len() > word.len();
    let blanks =
        if has_scheme { text[word.len()..].len() - text[word.len()..].trim_start_matches([' ', ':']).len() } else { 0 };
    let cut = if has_scheme { word.len() + blanks } else { 0 };
    Built {
        before: Some(text[..cut].to_owned()),
        before_span: span.start..span.start + cut,
        after: String::new(),
        credential: if text[cut..].is_empty() {
            Operand::Unknown
        } else {
            Operand::Literal(Secret::from(&text[cut..]))
        },
        slot: Slot { span: span.start + cut..span.end, join: Join::Inside },
        encoding: Encoding::None,
    }
}
