//! curl and wget command lines, in scripts, documentation and CI: what they put into the request.

mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use crate::expression::Regex;

use super::Reader;
use super::carriers::{is_header, is_parameter};
use crate::fact::{Carrier, Encoding, Fact, Join, Near, Operand, Origin, Place, Seen, Sends, Slot};
use crate::secret::Secret;
use crate::url::Url;
use words::{Piece, Word, words};

pub(super) const CURL: Reader = Reader { name: "curl lines", takes, read };

fn takes(path: &str) -> bool {
    let name = super::name_of(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "sh" | "bash" | "zsh" | "md" | "mdx" | "yml" | "yaml" | "rst" | "mk")
        || matches!(name, "Makefile" | "justfile" | "Justfile" | "Jenkinsfile")
        || name.starts_with("Dockerfile")
}

fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let bytes = text.as_bytes();
    let mut facts = Vec::new();
    let mut until = 0;
    for name in ["curl", "wget"] {
        for start in memchr::memmem::find_iter(bytes, name) {
            if start < until || !is_command(bytes, start) {
                continue;
            }
            let words = words(text, start + name.len());
            until = words.last().map_or(start, |word| word.span.end);
            let locals = locals(text, start);
            facts.extend(Line { path, text, locals: &locals, quoted: is_quoted(text, start) }.sends(&words));
        }
        until = 0;
    }
    facts
}

/// Whether the word at `start` is a command: it stands first, or after what a command may follow.
fn is_command(bytes: &[u8], start: usize) -> bool {
    if !matches!(bytes.get(start + 4), Some(b' ' | b'\t' | b'\\')) {
        return false;
    }
    let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
    let before = bytes[line..start].trim_ascii();
    let marks = b"$|&;(`:->@=\"'!{";
    before.last().is_none_or(|last| marks.contains(last))
        || ["then", "do", "else", "RUN", "if", "while", "sudo", "exec", "time"]
            .iter()
            .any(|word| before.ends_with(word.as_bytes()))
}

/// Whether the command stands in a text that a shell expands before: `bash -c "curl …"`, a here-document.
fn is_quoted(text: &str, start: usize) -> bool {
    static HERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<<-?[ \t]*([A-Za-z_]+)[^\n]*\n").ok());
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let open = line.matches('"').count() - line.matches("\\\"").count();
    let here = HERE.as_ref().filter(|_| before.contains("<<")).and_then(|here| here.captures_iter(before).last());
    let in_document = here.is_some_and(|found| {
        let end = found.get(0).map_or(0, |all| all.end());
        !before[end..].lines().any(|line| line.trim() == &found[1])
    });
    open % 2 == 1 || in_document
}

/// What a local name stands for.
#[derive(Clone, Debug)]
enum Bound {
    /// Another variable: `KEY=$OPENAI_API_KEY`.
    Variable(String),
    /// A command's output: `AUTH=$(echo … | base64)`, as bytes of the file.
    Command(Range<usize>),
}

/// The local names as far as the command.
fn locals(text: &str, until: usize) -> HashMap<String, Bound> {
    static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = "([A-Za-z_][A-Za-z0-9_]*)";
        let variable = format!(r#"\$\{{?{name}(?::?[-?=][^}}"\n]*)?\}}?"#);
        let command = r"\$\([^\n]*base64[^\n]*\)";
        let expression = format!(r#"(?m)^[ \t]*(?:local |export )?{name}="?(?:{variable}|({command}))"?[ \t]*$"#);
        Regex::new(&expression).ok()
    });
    let before = text.get(..until).unwrap_or_default();
    let Some(assigned) = ASSIGNED.as_ref().filter(|_| before.contains("=$") || before.contains("=\"$")) else {
        return HashMap::new();
    };
    let bound = assigned.captures_iter(before).filter_map(|found| {
        let variable = found.get(2).map(|name| Bound::Variable(name.as_str().to_owned()));
        let bound = variable.or_else(|| found.get(3).map(|command| Bound::Command(command.range())))?;
        Some((found[1].to_owned(), bound))
    });
    bound.collect()
}

/// What an option's word is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Header,
    User,
    Bearer,
    Url,
    /// A file of options or headers that cannot be seen.
    Hidden,
    Other,
}

/// Options that take a word. Letters may have it attached: `-HName:value`.
const OPTIONS: [(&str, Takes); 24] = [
    ("-H", Takes::Header),
    ("--header", Takes::Header),
    ("-u", Takes::User),
    ("--user", Takes::User),
    ("--oauth2-bearer", Takes::Bearer),
    ("--url", Takes::Url),
    ("-K", Takes::Hidden),
    ("--config", Takes::Hidden),
    ("-X", Takes::Other),
    ("--request", Takes::Other),
    ("-d", Takes::Other),
    ("--data", Takes::Other),
    ("--data-raw", Takes::Other),
    ("--data-binary", Takes::Other),
    ("--data-urlencode", Takes::Other),
    ("--json", Takes::Other),
    ("-o", Takes::Other),
    ("--output", Takes::Other),
    ("-F", Takes::Other),
    ("--form", Takes::Other),
    ("-w", Takes::Other),
    ("--write-out", Takes::Other),
    ("-A", Takes::Other),
    ("--max-time", Takes::Other),
];

/// One command line.
#[derive(Clone, Copy)]
struct Line<'l> {
    path: &'l Arc<str>,
    text: &'l str,
    locals: &'l HashMap<String, Bound>,
    /// Whether the whole line stands in a text that is expanded first: then single quotes keep nothing.
    quoted: bool,
}

/// One credential that it sends.
struct Sent {
    carrier: Carrier,
    name: String,
    name_span: Range<usize>,
    before: String,
    before_span: Range<usize>,
    found: Found,
    span: Range<usize>,
}

/// A credential in a word.
struct Found {
    credential: Operand,
    after: String,
    slot: Slot,
    encoding: Encoding,
    /// Bytes to point at, where it is made elsewhere than in the word.
    made: Option<Range<usize>>,
}

impl Line<'_> {
    fn sends(&self, words: &[Word]) -> Vec<Fact> {
        let mut named: Vec<(Takes, &Word)> = Vec::new();
        let mut expected = None;
        let mut complete = true;
        for word in words {
            let text = word.text(self.text);
            if let Some(takes) = expected.take() {
                named.push((takes, word));
            } else if let Some((_, takes)) = OPTIONS.iter().find(|(option, _)| *option == text) {
                expected = Some(*takes);
            } else if let Some((_, takes)) = OPTIONS.iter().find(|(option, _)| attached(&text, option)) {
                named.push((*takes, word));
            } else if !text.starts_with('-') {
                // A variable alone may bring options of its own: `curl "${ARGS[@]}"`.
                complete &= !matches!(&word.pieces[..], [Piece::Variable(..)]);
                named.push((Takes::Url, word));
            }
        }
        complete &= named.iter().all(|(takes, _)| *takes != Takes::Hidden);
        let urls = named.iter().filter(|(takes, _)| *takes == Takes::Url).map(|(_, word)| *word);
        let url = urls.clone().find(|word| word.text(self.text).contains("://")).or_else(|| urls.clone().next());
        let (host, url_path) = url.map(|word| host_of(&word.text(self.text))).unwrap_or_default();
        let headers = || named.iter().filter(|(takes, _)| *takes == Takes::Header).map(|(_, word)| *word);
        let companions: Vec<String> = headers()
            .filter_map(|word| {
                Some(without_option(&word.text(self.text)).split_once(':')?.0.trim().to_ascii_lowercase())
            })
            .collect();
        let mut sent: Vec<Sent> = headers().filter_map(|word| self.header(word)).collect();
        for (takes, word) in &named {
            match takes {
                Takes::User => sent.extend(self.user(word)),
                Takes::Bearer => sent.push(self.bearer(word)),
                _ => {}
            }
        }
        sent.extend(url.into_iter().flat_map(|word| self.parameters(word)));
        let facts = sent.into_iter().map(|sent| {
            let made = sent.found.made.clone();
            let seen = Seen::Sends(Sends {
                carrier: sent.carrier,
                name: sent.name,
                name_span: sent.name_span,
                before: Some(sent.before),
                before_span: sent.before_span,
                after: sent.found.after,
                credential: sent.found.credential,
                slot: sent.found.slot,
                encoding: sent.found.encoding,
                host: host.clone(),
                url_path: url_path.clone(),
                near: Near::Call,
                companions: companions.clone(),
                complete,
                sdk: None,
            });
            let span = made.unwrap_or(sent.span);
            let origin = Origin::File(Place::of(self.path, self.text.as_bytes(), &span));
            Fact { origin, span, seen }
        });
        facts.collect()
    }

    /// `-H "Name: before $KEY after"`.
    fn header(&self, word: &Word) -> Option<Sent> {
        // The option may stand in a piece of its own before the quote: `--header="Name: …"`.
        let option = |piece: &&Piece| matches!(self.text.get(piece.span()), Some("--header=" | "-H"));
        let pieces = &word.pieces[usize::from(word.pieces.first().as_ref().is_some_and(option))..];
        let (Piece::Text(first) | Piece::Single(first)) = pieces.first()? else { return None };
        let whole = self.text.get(first.clone())?;
        let bare = without_option(whole);
        let start = first.start + (whole.len() - bare.len());
        let (name, rest) = bare.split_once(':')?;
        if !is_header(name.trim()) {
            return None;
        }
        let value = start + name.len() + 1 + (rest.len() - rest.trim_start().len());
        let mut before_end = first.end;
        let mut found = self.credential(word, first.end);
        // All of it stands in the first piece: a scheme may stand before it, and the shell may have left a reference be.
        if pieces.len() == 1 {
            let text = self.text.get(value..first.end)?;
            let cut = scheme_length(text);
            before_end = value + cut;
            found = self.literal(word, before_end..first.end);
        }
        let before = self.text.get(value..before_end).unwrap_or_default().to_owned();
        Some(Sent {
            carrier: Carrier::Header,
            name: name.to_owned(),
            name_span: start..start + name.len(),
            before,
            before_span: value..before_end.max(value),
            found,
            span: word.span.clone(),
        })
    }

    /// A credential that is all text.
    fn literal(&self, word: &Word, span: Range<usize>) -> Found {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let single = matches!(&word.pieces[..], [Piece::Single(_)]);
        let reference = text.strip_prefix('$').map(|rest| rest.trim_start_matches('{').trim_end_matches('}'));
        let name = reference
            .filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        let (credential, slot) = match name {
            Some(name) if single && self.quoted => (self.variable(name), Slot::default()),
            Some(name) if single => (Operand::Unexpanded(name.to_owned()), self.quotes(word)),
            _ if text.is_empty() => (Operand::Unknown, Slot::default()),
            _ => (Operand::Literal(Secret::from(text)), Slot { span, join: Join::Inside }),
        };
        Found { credential, after: String::new(), slot, encoding: Encoding::None, made: None }
    }

    /// The single quotes round a word, where double ones can take their place.
    fn quotes(&self, word: &Word) -> Slot {
        let inside = word.pieces.first().map_or(0..0, Piece::span);
        let safe = !self.text.get(inside.clone()).unwrap_or_default().contains(['"', '`', '\\', '!']);
        let span = inside.start.saturating_sub(1)..inside.end + 1;
        if safe { Slot { span, join: Join::Unknown } } else { Slot::default() }
    }

    /// The first reference in the word after `from`, and the text behind it.
    fn credential(&self, word: &Word, from: usize) -> Found {
        let later = || word.pieces.iter().filter(move |piece| piece.span().start >= from);
        let Some(piece) = later().find(|piece| matches!(piece, Piece::Variable(..) | Piece::Command(_))) else {
            return Found {
                credential: Operand::Unknown,
                after: String::new(),
                slot: Slot::default(),
                encoding: Encoding::None,
                made: None,
            };
        };
        let made = match piece {
            Piece::Variable(name, _) => match self.locals.get(name) {
                Some(Bound::Command(command)) => Some(command.clone()),
                Some(Bound::Variable(_)) | None => None,
            },
            _ => None,
        };
        let span = piece.span();
        let after = later().filter(|other| other.span().start >= span.end).map(|other| match other {
            Piece::Text(span) | Piece::Single(span) => self.text.get(span.clone()).unwrap_or_default(),
            Piece::Variable(..) | Piece::Command(_) => "…",
        });
        let (credential, encoding) = match piece {
            Piece::Variable(name, _) => match self.locals.get(name) {
                Some(Bound::Command(command)) => self.command(self.text.get(command.clone()).unwrap_or_default()),
                Some(Bound::Variable(_)) | None => (self.variable(name), Encoding::None),
            },
            _ => self.command(self.text.get(span.clone()).unwrap_or_default()),
        };
        Found { credential, after: after.collect(), slot: Slot { span, join: Join::Inside }, encoding, made }
    }

    fn variable(&self, name: &str) -> Operand {
        let name = match self.locals.get(name) {
            Some(Bound::Variable(other)) => other,
            Some(Bound::Command(_)) | None => name,
        };
        // Names in small letters are the script's own.
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Operand::Variable(name.to_owned())
        } else {
            Operand::Local(name.to_owned())
        }
    }

    /// `$(echo -n "$USER:$KEY" | base64)`: what it encodes, and how.
    fn command(&self, command: &str) -> (Operand, Encoding) {
        if !command.contains("base64") {
            return (Operand::Unknown, Encoding::None);
        }
        let mut names = command.rmatch_indices('$').filter_map(|(at, _)| {
            let rest = command[at + 1..].trim_start_matches('{');
            let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            (length > 1).then(|| self.variable(&rest[..length]))
        });
        let operand = names.next().unwrap_or(Operand::Unknown);
        let echo = command.trim_start_matches("$(").trim_start().strip_prefix("echo ");
        let keeps_line = echo.is_some_and(|rest| !rest.trim_start().starts_with("-n") && !rest.contains("| tr "));
        let encoding = if keeps_line && !command.contains("\\c") {
            Encoding::Base64OfLine
        } else {
            Encoding::Base64 { joined: Some(command.contains(':')) }
        };
        (operand, encoding)
    }

    /// `-u "$USER:$KEY"`: the password, or the user where the password is empty.
    fn user(&self, word: &Word) -> Option<Sent> {
        let text = word.text(self.text);
        let password = text.rsplit_once(':')?.1;
        let from = if password.is_empty() { 0 } else { word.span.end.saturating_sub(password.len() + 1) };
        let mut found = self.credential(word, from);
        found.encoding = Encoding::ByClient;
        found.slot = Slot::default();
        found.after.clear();
        Some(Sent {
            carrier: Carrier::Basic,
            name: "Authorization".to_owned(),
            name_span: 0..0,
            before: "Basic ".to_owned(),
            before_span: 0..0,
            found,
            span: word.span.clone(),
        })
    }

    fn bearer(&self, word: &Word) -> Sent {
        Sent {
            carrier: Carrier::Header,
            name: "Authorization".to_owned(),
            name_span: 0..0,
            before: "Bearer ".to_owned(),
            before_span: 0..0,
            found: self.credential(word, 0),
            span: word.span.clone(),
        }
    }

    /// `?key=$KEY&…` in the URL.
    fn parameters(&self, word: &Word) -> Vec<Sent> {
        let pairs = word.pieces.windows(2).filter_map(|pair| {
            let [Piece::Text(text), Piece::Variable(_, variable)] = pair else { return None };
            let head = self.text.get(text.clone())?.strip_suffix('=')?;
            let name = &head[head.rfind(['?', '&'])? + 1..];
            let start = text.end - 1 - name.len();
            is_parameter(name).then(|| Sent {
                carrier: Carrier::Query,
                name: name.to_owned(),
                name_span: start..start + name.len(),
                before: String::new(),
                before_span: 0..0,
                found: self.credential(word, variable.start),
                span: start..variable.end,
            })
        });
        pairs.collect()
    }
}

/// Whether a word is the option with its word attached: `-HName: value`, `--header=Name: value`.
fn attached(text: &str, option: &str) -> bool {
    let Some(rest) = text.strip_prefix(option) else { return false };
    if option.starts_with("--") { rest.starts_with('=') } else { option == "-H" && !rest.is_empty() }
}

fn without_option(text: &str) -> &str {
    text.strip_prefix("--header=").or_else(|| text.strip_prefix("-H")).unwrap_or(text)
}

/// Length of a scheme word and the blank after it; 0 where the text begins with the credential.
fn scheme_length(text: &str) -> usize {
    let known = ["bearer", "basic", "token", "bot", "apikey", "ssws"];
    let word = text.split([' ', ':']).next().unwrap_or_default();
    if !known.contains(&word.to_ascii_lowercase().as_str()) {
        return 0;
    }
    let rest = &text[word.len()..];
    word.len() + (rest.len() - rest.trim_start_matches([' ', ':']).len())
}

/// Host and path of a URL; empty where they are worked out at run time.
fn host_of(url: &str) -> (Option<String>, String) {
    let url = Url::of(url);
    if !url.is_absolute() || url.host.contains(['$', '{', '<', '}']) {
        return (None, String::new());
    }
    (url.host(), url.path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> String {
        let all = read(&path.into(), text).into_iter().filter_map(|fact| match fact.seen {
            Seen::Sends(sends) => {
                let credential = match &sends.credential {
                    Operand::Variable(name) => format!("${name}"),
                    Operand::Unexpanded(name) => format!("'${name}'"),
                    Operand::Literal(secret) => format!("'{}'", secret.expose_str().unwrap_or_default()),
                    Operand::Local(name) => name.clone(),
                    Operand::Unknown => "?".to_owned(),
                };
                if !sends.name_span.is_empty() {
                    assert_eq!(text[sends.name_span.clone()], sends.name);
                    assert_eq!(&text[sends.before_span.clone()], sends.before.as_deref().unwrap_or_default());
                }
                let before = sends.before.unwrap_or_default();
                let host = sends.host.map_or(String::new(), |host| format!(" @{host}"));
                let encoding = match sends.encoding {
                    Encoding::None | Encoding::ByClient => "",
                    Encoding::Base64OfLine => "line:",
                    _ => "b64:",
                };
                Some(format!(
                    "{:?} {}: {before}|{encoding}{credential}|{}{host}",
                    sends.carrier, sends.name, sends.after
                ))
            }
            _ => None,
        });
        all.collect::<Vec<_>>().join(" ; ")
    }

    #[test]
    fn command_lines() {
        for (path, text, expected) in [
            (
                "a.sh",
                "curl -s https://api.openai.com/v1/models \\\n  -H \"Authorization: Bearer $OPENAI_API_KEY\"\n",
                "Header Authorization: Bearer |$OPENAI_API_KEY| @api.openai.com",
            ),
            (
                "a.sh",
                "KEY=\"${OPENAI_API_KEY:-}\"\ncurl https://api.openai.com -H \"Authorization: $KEY\"",
                "Header Authorization: |$OPENAI_API_KEY| @api.openai.com",
            ),
            (
                "a.md",
                "Run curl -H x.\n```\n$ curl https://api.x.com/a -H 'Authorization: Bearer $A_KEY'\n```",
                "Header Authorization: Bearer |'$A_KEY'| @api.x.com",
            ),
            (
                "a.md",
                "    curl -H 'X-Api-Key: YOUR_KEY' https://api.x.com/a",
                "Header X-Api-Key: |'YOUR_KEY'| @api.x.com",
            ),
            (
                ".github/workflows/a.yml",
                "      - run: curl -H \"Authorization: token ${{ secrets.GH_TOKEN }}\" https://api.github.com/user",
                "Header Authorization: token |$GH_TOKEN| @api.github.com",
            ),
            ("a.sh", "curl \"https://maps.x.com/a?b=1&key=$A_KEY\"", "Query key: |$A_KEY| @maps.x.com"),
            ("a.sh", "X=$(curl -u \"$USER_ID:$A_KEY\" https://x.com/)", "Basic Authorization: Basic |$A_KEY| @x.com"),
            ("a.sh", "curl -u \"$A_KEY:\" https://x.com/", "Basic Authorization: Basic |$A_KEY| @x.com"),
            (
                "a.sh",
                "curl -H \"Authorization: Basic $(echo $U_ID:$A_KEY | base64)\" https://x.com",
                "Header Authorization: Basic |line:$A_KEY| @x.com",
            ),
            ("a.sh", "bash -c \"curl -H 'X-Api-Key: $A_KEY' https://x.com\"", "Header X-Api-Key: |$A_KEY| @x.com"),
            ("a.sh", "cat <<EOF\ncurl -H 'X-Api-Key: $A_KEY' https://x.com\nEOF", "Header X-Api-Key: |$A_KEY| @x.com"),
            (
                "a.sh",
                "AUTH=$(echo \"$U_ID:$A_KEY\" | base64)\ncurl -H \"Authorization: Basic $AUTH\" https://x.com",
                "Header Authorization: Basic |line:$A_KEY| @x.com",
            ),
            ("a.sh", "# we curl the page\necho 'use curl -H'", ""),
            (
                "a.sh",
                "wget --header=\"Authorization: Bearer$A_KEY\" https://x.com",
                "Header Authorization: Bearer|$A_KEY| @x.com",
            ),
        ] {
            assert_eq!(shown(path, text), expected, "{text}");
        }
    }
}
