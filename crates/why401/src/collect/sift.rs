//! Sift: the places of a large log that speak of a refusal, each with the lines round it, in one pass and in little
//! memory.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::thread;

use memchr::{memchr, memchr_iter, memrchr};
use why401_core::read::marks::{self, Sure};

/// Bytes that are read at once: few enough to stay in the processor's cache while they are searched.
const CHUNK: usize = 128 << 10;
/// Bytes before a place that belong to it, and bytes behind it.
const BEFORE: usize = 2 << 10;
const BEHIND: usize = 6 << 10;
/// So many places with a word that tells of a refusal are kept, and so many with a number only.
const WORDS: usize = 48;
const NUMBERS: usize = 16;
/// More texts than these are not told apart.
const SEEN: usize = 50_000;

/// A place of a log.
#[derive(Debug)]
pub struct Window {
    /// Lines of the file before it.
    pub lines_before: u32,
    /// Its text.
    pub bytes: Vec<u8>,
    sure: Sure,
    /// What its line is, numbers aside.
    line: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Sifted {
    /// The places, in the order of the log.
    pub windows: Vec<Window>,
    /// Places that differ from all of those and were left out.
    pub left_out: usize,
    lines: usize,
}

impl Sifted {
    /// Adds what was found in the part of the log that follows.
    fn follow(&mut self, next: Self) {
        for mut window in next.windows {
            let same = |other: &&Window| other.sure == window.sure;
            if self.windows.iter().any(|other| other.line == window.line) {
                continue;
            }
            if self.windows.iter().filter(same).count() >= most(window.sure) {
                self.left_out += 1;
                continue;
            }
            window.lines_before = window.lines_before.saturating_add(u32::try_from(self.lines).unwrap_or(u32::MAX));
            self.windows.push(window);
        }
        self.left_out += next.left_out;
        self.lines += next.lines;
    }
}

fn most(sure: Sure) -> usize {
    match sure {
        Sure::Word => WORDS,
        Sure::Number => NUMBERS,
    }
}

/// Reads the parts of a log, each in a thread of its own.
pub fn sift_parts(parts: Vec<Box<dyn Read + Send>>) -> io::Result<Sifted> {
    thread::scope(|scope| {
        let parts: Vec<_> = parts.into_iter().map(|part| scope.spawn(|| sift(part))).collect();
        let mut all = Sifted::default();
        for part in parts {
            all.follow(part.join().map_err(|_| io::Error::other("a thread of why401 stopped"))??);
        }
        Ok(all)
    })
}

/// Where in `text` a log can be cut so that every place is in one part with the lines round it; at the end of any line
/// where no such place is near.
pub fn cut(text: &[u8]) -> Option<usize> {
    let line_after = |at: usize| Some(at + memchr(b'\n', text.get(at..)?)? + 1);
    let mut at = line_after(BEHIND)?;
    let anywhere = at;
    while let Some(near) = text.get(at - BEHIND..at + BEFORE) {
        let mut from = 0;
        let last = loop {
            let Some((mark, sure)) = marks::find(near, from) else { break None };
            if is_place(near, &mark, sure, &line_at(near, &mark)) {
                break Some(mark.end);
            }
            from = mark.end;
        };
        let Some(last) = last else { return Some(at) };
        let Some(next) = line_after(at + last) else { break };
        at = next;
    }
    Some(anywhere)
}

/// Whether a mark in its line tells of a refusal.
fn is_place(text: &[u8], mark: &Range<usize>, sure: Sure, line: &Range<usize>) -> bool {
    let within = mark.start - line.start..mark.end - line.start;
    sure == Sure::Word || marks::is_status(&text[line.clone()], &within)
}

/// Reads `input` to its end.
pub fn sift(mut input: impl Read) -> io::Result<Sifted> {
    let mut found = Finder::default();
    let mut buffer = vec![0; CHUNK + BEFORE + BEHIND];
    let (mut filled, mut is_wide, mut is_first) = (0, false, true);
    // Everything before this byte of the buffer was searched.
    let mut searched = 0;
    loop {
        let space = &mut buffer[filled..];
        let mut count = match input.read(space) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        let is_over = count == 0;
        if is_first && count >= 2 {
            is_wide = matches!(space[..2], [0xff, 0xfe] | [0xfe, 0xff]);
            is_first = false;
        }
        if is_wide {
            // A log in UTF-16 is ASCII with a zero beside each byte, as far as it matters here.
            count = without_zeros(&mut space[..count]);
        }
        filled += count;
        if !is_over && filled < buffer.len() {
            continue;
        }
        let text = &buffer[..filled];
        let until = if is_over { filled } else { filled - BEHIND };
        found.search(text, searched..until);
        if is_over {
            found.leave(text);
            found.sifted.lines = found.lines_left;
            return Ok(found.sifted);
        }
        // What lies before the next place, and what was not searched, moves to the front.
        let from = until - BEFORE;
        found.leave(&text[..from]);
        buffer.copy_within(from..filled, 0);
        filled -= from;
        searched = BEFORE;
    }
}

#[derive(Default)]
struct Finder {
    sifted: Sifted,
    seen: HashSet<u64>,
    words: usize,
    numbers: usize,
    /// Bytes and lines of the log before the buffer.
    bytes_left: u64,
    lines_left: usize,
    /// The byte of the log at which the last window ends.
    covered: u64,
}

impl Finder {
    /// Looks for marks that begin in `span` of the buffer.
    fn search(&mut self, text: &[u8], span: Range<usize>) {
        let mut at = span.start;
        // The lines before `counted`.
        let (mut lines, mut counted) = (self.lines_left, 0);
        while let Some((mark, mut sure)) = marks::find(text, at).filter(|(mark, _)| mark.start < span.end) {
            at = mark.end;
            if self.bytes_left + (mark.start as u64) < self.covered {
                continue;
            }
            let line = line_at(text, &mark);
            if !is_place(text, &mark, sure, &line) {
                continue;
            }
            // One place a line.
            while let Some((next, other)) = marks::find(&text[..line.end], at) {
                at = next.end;
                sure = sure.max(other);
            }
            at = at.max(line.end);
            let normal = normal(&text[line.clone()], &(mark.start - line.start..mark.end - line.start));
            if self.seen.len() >= SEEN || !self.seen.insert(normal) {
                continue;
            }
            let kept = match sure {
                Sure::Word => &mut self.words,
                Sure::Number => &mut self.numbers,
            };
            if *kept >= most(sure) {
                self.sifted.left_out += 1;
                continue;
            }
            *kept += 1;
            let window = window_at(text, &line);
            lines += memchr_iter(b'\n', &text[counted..window.start]).count();
            counted = window.start;
            self.covered = self.bytes_left + window.end as u64;
            self.sifted.windows.push(Window {
                lines_before: u32::try_from(lines).unwrap_or(u32::MAX),
                bytes: text[window].to_vec(),
                sure,
                line: normal,
            });
        }
    }

    /// Forgets the front of the buffer.
    fn leave(&mut self, text: &[u8]) {
        self.bytes_left += text.len() as u64;
        self.lines_left += memchr_iter(b'\n', text).count();
    }
}

/// What is the same in lines that differ by numbers, ids and times only. The mark itself may be a number, and counts.
fn normal(line: &[u8], mark: &Range<usize>) -> u64 {
    let mut normal = Vec::with_capacity(line.len());
    for (at, byte) in line.iter().enumerate() {
        let after_number = normal.last() == Some(&b'0');
        match byte {
            _ if mark.contains(&at) => normal.push(*byte),
            b'0'..=b'9' | b'a'..=b'f' if after_number => {}
            b'0'..=b'9' => normal.push(b'0'),
            other => normal.push(*other),
        }
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(&normal);
    hasher.finish()
}

/// The line round a mark, as far as it is near.
fn line_at(text: &[u8], mark: &Range<usize>) -> Range<usize> {
    let from = mark.start.saturating_sub(BEFORE);
    let to = (mark.end + BEHIND).min(text.len());
    let start = memrchr(b'\n', &text[from..mark.start]).map_or(from, |at| from + at + 1);
    let end = memchr(b'\n', &text[mark.end..to]).map_or(to, |at| mark.end + at);
    start..end
}

/// The lines round a line; the line alone where its neighbours are long.
fn window_at(text: &[u8], line: &Range<usize>) -> Range<usize> {
    let from = line.end.saturating_sub(BEFORE).min(line.start);
    let start = match from {
        0 => 0,
        from => memchr(b'\n', &text[from..line.start]).map_or(line.start, |at| from + at + 1),
    };
    let to = (line.start + BEHIND).max(line.end).min(text.len());
    let end = memrchr(b'\n', &text[line.end..to]).map_or(line.end, |at| line.end + at);
    start..end
}

/// Moves what is no zero to the front, and gives back how much it is.
fn without_zeros(bytes: &mut [u8]) -> usize {
    let mut kept = 0;
    for at in 0..bytes.len() {
        if bytes[at] != 0 {
            bytes[kept] = bytes[at];
            kept += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: usize, refusals: &[(usize, &str)]) -> Vec<u8> {
        let mut text = String::new();
        for number in 1..=lines {
            match refusals.iter().find(|(line, _)| *line == number) {
                Some((_, refusal)) => text.push_str(refusal),
                None => text.push_str("10.0.0.1 - - [x] \"GET /a HTTP/1.1\" 200 401 \"-\" \"Mozilla\""),
            }
            text.push('\n');
        }
        text.into_bytes()
    }

    fn lines(sifted: &Sifted, word: &str) -> Vec<usize> {
        let line = |window: &Window| {
            let text = String::from_utf8_lossy(&window.bytes).into_owned();
            text.lines().position(|line| line.contains(word)).map(|at| at + 1 + window.lines_before as usize)
        };
        sifted.windows.iter().filter_map(line).collect()
    }

    #[test]
    fn places_and_their_lines() {
        // At the front, at the ends of chunks, and at the end; one is the same as one before.
        let refusals = [
            (1, "a: Unauthorized"),
            (5_000, "b: Unauthorized 7"),
            (5_300, "c: HTTP 403"),
            (5_990, "b: Unauthorized 8"),
            (20_000, "d: Unauthorized"),
        ];
        let text = log(20_000, &refusals);
        let found = sift(&text[..]).unwrap();
        assert_eq!((lines(&found, "Unauthorized"), lines(&found, "HTTP 403")), (vec![1, 5_000, 20_000], vec![5_300]));
        assert_eq!(found.left_out, 0);
        let mut parts: Vec<Box<dyn Read + Send>> = Vec::new();
        let mut from = 0;
        for middle in [300_000, 600_000] {
            let at = middle + cut(&text[middle..]).unwrap();
            parts.push(Box::new(io::Cursor::new(text[from..at].to_vec())));
            from = at;
        }
        parts.push(Box::new(io::Cursor::new(text[from..].to_vec())));
        let in_parts = sift_parts(parts).unwrap();
        let told =
            |sifted: &Sifted| sifted.windows.iter().map(|w| (w.lines_before, w.bytes.clone())).collect::<Vec<_>>();
        assert_eq!(told(&in_parts), told(&found));
        for at in (0..CHUNK * 2).step_by(997) {
            let mut text = vec![b'\n'; CHUNK * 3];
            text[at..at + 12].copy_from_slice(b"unauthorized");
            assert_eq!(lines(&sift(&text[..]).unwrap(), "unauthorized"), [at + 1], "{at}");
        }
    }

    #[test]
    fn what_is_hostile() {
        let mut long = vec![b'x'; 3 << 20];
        long.extend_from_slice(b" 401 Unauthorized \0\xff");
        long.resize(6 << 20, b'x');
        let found = sift(&long[..]).unwrap();
        assert!(found.windows.len() == 1 && found.windows[0].bytes.len() <= BEFORE + BEHIND + 32);
        let many: String = (0..20_000).map(|n| format!("{} denied\n", "k".repeat(n % 300))).collect();
        let found = sift(many.as_bytes()).unwrap();
        assert!(found.windows.len() <= WORDS);
        let wide: Vec<u8> = "\u{feff}\nHTTP 401 Unauthorized\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(&sift(&wide[..]).unwrap(), "Unauthorized"), [2]);
        assert!(sift(&b""[..]).unwrap().windows.is_empty());
    }
}
