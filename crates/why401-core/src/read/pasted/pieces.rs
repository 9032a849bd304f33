//! Pieces: a paste taken apart into what were files. Each keeps its place: the text of a piece is the whole text with
//! everything else filled, so that lines, columns and bytes of facts are those of the paste.

use std::ops::Range;
use std::sync::LazyLock;

use crate::expression::Regex;

use super::kinds;

/// A part of a paste that was a file, or could be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The name of the file, as the text says it or as its kind has it.
    pub name: String,
    /// The text, as long as the whole paste; what belongs to others is blank.
    pub text: String,
}

/// More than so many make no sense.
const MOST: usize = 40;

/// The pieces of `text` in which code or configuration stands.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut named: Vec<(String, Vec<Range<usize>>)> = Vec::new();
    for block in blocks(text) {
        let Some(part) = text.get(block.span.clone()) else { continue };
        let Some(name) = block.name.or_else(|| kinds::of(part).map(str::to_owned)) else { continue };
        // Blocks of the same file, or of the same kind one after the other, are one file.
        match named.iter().position(|(other, _)| *other == name) {
            Some(at) => named[at].1.push(block.span),
            None if named.len() < MOST => named.push((name, vec![block.span])),
            None => {}
        }
    }
    named
        .into_iter()
        .map(|(name, spans)| {
            // What a loader would take for the beginning of a name is a comment to each of them.
            let text =
                if is_env(&name) { without_numbers(&only(text, &spans, b'#')) } else { only(text, &spans, b' ') };
            Piece { text, name }
        })
        .collect()
}

fn is_env(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.starts_with(".env") || file.ends_with(".env")
}

/// The lines of an env file without the numbers that `grep -n`, `cat -n` and editors put before them.
fn without_numbers(text: &str) -> String {
    static NUMBER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^[ \t]*\d{1,5}(?:[:|.][ \t]*|[ \t]+)(?:export[ \t]+)?[A-Za-z_]\w*=").ok());
    let mut bytes = text.as_bytes().to_vec();
    for line in NUMBER.as_ref().into_iter().flat_map(|number| number.find_iter(text)) {
        let name = line.as_str().find(|sign: char| sign.is_ascii_alphabetic() || sign == '_').unwrap_or(0);
        bytes[line.start()..line.start() + name].fill(b' ');
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whether an env file goes on here, and no code or prose begins.
fn goes_on(text: &str) -> bool {
    static LINE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\s*(?:#|(?:export\s+)?[A-Za-z_][\w.-]*[ \t]*=[^=>])").ok());
    LINE.as_ref().is_some_and(|line| line.is_match(text))
}

/// Whether a comment in an env file is the heading of something else: what follows it sets nothing as such a file does.
fn begins_another(line: &str, rest: &str) -> bool {
    let is_heading = line.trim_start().starts_with(['#', '/']) && !line.contains('=');
    is_heading && !rest.trim().is_empty() && !rest.starts_with(['\n', '\r']) && !goes_on(rest)
}

struct Block {
    name: Option<String>,
    span: Range<usize>,
}

/// Blocks end at an empty line, at a line that names the next file, and at a fence.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut name: Option<String> = None;
    let (mut start, mut at, mut fenced, mut printing) = (0, 0, false, false);
    let mut close = |start: usize, end: usize, name: &Option<String>| {
        if text.get(start..end).is_some_and(|part| !part.trim().is_empty()) {
            blocks.push(Block { name: name.clone(), span: start..end });
        }
    };
    for line in text.split_inclusive('\n') {
        let (begin, end) = (at, at + line.len());
        at = end;
        if let Some(info) = line.trim_start().strip_prefix("```") {
            close(start, begin, &name);
            start = end;
            fenced = !fenced;
            name = if fenced { file_of_fence(info.trim()) } else { None };
        } else if let Some(file) = printed(line) {
            close(start, begin, &name);
            start = end;
            printing = true;
            name = Some(file);
        } else if printing && (line.trim().is_empty() || line.trim_start().starts_with("$ ")) {
            close(start, begin, &name);
            start = begin;
            printing = false;
            name = None;
        } else if let Some(file) = file_name(line) {
            printing = false;
            close(start, begin, &name);
            start = end;
            name = Some(file);
        } else if !fenced
            && begins_another(line, &text[end..])
            && name.as_deref().map_or_else(|| text.get(start..begin).and_then(kinds::of) == Some(".env"), is_env)
        {
            close(start, begin, &name);
            start = begin;
            name = None;
        } else if line.trim().is_empty()
            && !fenced
            && name.as_deref().is_none_or(|name| is_env(name) && !goes_on(&text[end..]))
        {
            name = None;
            close(start, begin, &name);
            start = end;
        }
    }
    close(start, text.len(), &name);
    blocks
}

/// What files are called whose content people show.
const NAMES: &str = r"((?:[\w.@-]+/)*(?:\.env(?:\.[\w.-]+)?|\.?[\w-]+\.env|etc/(?:[\w.-]+/)*env(?:ironment)?|\.aws/credentials|\.netrc|_netrc|\.npmrc|\.pypirc|\.envrc|\.(?:zshrc|zshenv|zprofile|bashrc|bash_profile|profile)|\.dev\.vars|Dockerfile|Procfile|Makefile|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml|[\w.-]+\.(?:jsx?|mjs|cjs|tsx?|py|rb|php|go|rs|java|kt|cs|sh|ya?ml|json|toml|conf|service|properties|vue|svelte)))";

/// The file that a line names before its content: `# .env`, `// src/lib/client.js (Vite)`, `.env.local:`,
/// `# .env of the worker`.
fn file_name(line: &str) -> Option<String> {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let mark = r"(?:#+|//|--|;|/\*|<!--|\*)";
        let root = r"[`*]*(?:\./|~/|/)?";
        let end = r"[`*]*(?::\d+)?\s*(?::|\([^)\n]*\)[^=\n]*|\*/|-->)?";
        // A comment may go on to say whose file it is, or where it lies.
        let whose = r"[`*]*(?:,|:| [-\x{2013}\x{2014}]| (?:of|in|for|at|on|from|beside|next|inside|with|used|read|file|content|as)\b)[^=\n{;]{1,80}";
        Regex::new(&format!(
            r"^\s*{mark}?\s*(?:File:\s*|cat\s+)?{root}{NAMES}{end}\s*$|^\s*(?:#+|//)\s*(?:in (?:the |my )?|my |the )?{root}{NAMES}(?:{whose})?\s*$"
        ))
        .ok()
    });
    let found = MARK.as_ref()?.captures(line.trim_end())?;
    // A sentence may end so; a line that names a file begins with its mark or is nothing else.
    let name = found.get(1).or_else(|| found.get(2))?.as_str();
    // `/etc/app/env` is an env file by another name.
    let other = name.starts_with("etc/") && (name.ends_with("/env") || name.ends_with("/environment"));
    Some(if other { ".env".to_owned() } else { name.to_owned() })
}

/// The file that a command before it prints: `$ cat .env`, `head -3 .env`; what `env` prints is one, too.
fn printed(line: &str) -> Option<String> {
    static PRINTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:[$#>%]\s*|\S+@\S+[:~/\w]*[$#]\s*)(?:(?:sudo )?(?:cat|head|tail|less|more|bat|type|nl)(?:\s+-\S+)*\s+(?:\S*?/)?(\.aws/credentials|[\w.-]+)|(?:e?grep|rg)(?:\s+-\S+)*\s+\S+\s+(?:\S*?/)?([\w.-]*\.env[\w.-]*)|(env|printenv|set|export -p))\s*(?:\|\s*(?:e?grep|rg|sort|less|more|cat)\b.*)?$").ok()
    });
    let found = PRINTS.as_ref()?.captures(line.trim_end())?;
    let name = found.get(1).or_else(|| found.get(2)).map_or(".env", |name| name.as_str());
    name.contains('.').then(|| name.to_owned())
}

/// The file that the word behind a fence stands for.
fn file_of_fence(info: &str) -> Option<String> {
    let word = info.split([' ', ',', '{', ':']).next().unwrap_or_default().to_ascii_lowercase();
    if let Some(title) = info.split_once("title=").map(|(_, title)| title.trim_matches(['"', '\'', ' ', '}'])) {
        return Some(title.to_owned());
    }
    let name = match word.as_str() {
        "js" | "javascript" | "jsx" | "mjs" => "pasted.js",
        "ts" | "typescript" | "tsx" => "pasted.ts",
        "py" | "python" => "pasted.py",
        "rb" | "ruby" => "pasted.rb",
        "php" => "pasted.php",
        "go" | "golang" => "pasted.go",
        "rs" | "rust" => "pasted.rs",
        "java" => "Pasted.java",
        "kotlin" | "kt" => "Pasted.kt",
        "cs" | "csharp" | "c#" => "Pasted.cs",
        "env" | "dotenv" | "ini" => ".env",
        "dockerfile" | "docker" => "Dockerfile",
        "nginx" => "nginx.conf",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The text with everything outside of `spans` filled; lines stay lines.
fn only(text: &str, spans: &[Range<usize>], fill: u8) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in bytes.iter_mut().enumerate() {
        if *byte != b'\n' && !spans.iter().any(|span| span.contains(&at)) {
            *byte = fill;
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        pieces(text).into_iter().map(|piece| piece.name).collect()
    }

    #[test]
    fn a_paste_is_taken_apart() {
        let text = "It fails:\n\n# .env\nA=1\n\n// src/api.js (Create React App)\nconst a = process.env.A\n";
        assert_eq!(names(text), [".env", "src/api.js"]);
        let env = &pieces(text)[0];
        assert_eq!(env.text.len(), text.len());
        assert_eq!(env.text.trim_matches(['#', '\n']), "A=1");
        assert_eq!(names("# /etc/radon/env\nA='1'\n"), [".env"]);
        assert_eq!(
            names("# ~/.tool/.env\nA=1\n# ./.env of the project, where it starts\nA=2\n"),
            [".tool/.env", ".env"]
        );
        assert_eq!(names("a: 1\n# .llm.env\nA=1\n"), [".llm.env"]);
        assert_eq!(names("# in .env.local\nA=1\n"), [".env.local"]);
        assert_eq!(names("# config.toml is read first\nA=1\n"), [".env"]);
        assert_eq!(names("see\n```ts\nconst a = 1\n```\nand\n\nB=2\n"), ["pasted.ts", ".env"]);
        assert_eq!(names("# .env\nA=1\n\nB=2\n\napiKey: process.env.A\n"), [".env", "pasted.ts"]);
        assert_eq!(names("$ cat ~/.aws/credentials\n[default]\naws_access_key_id = a\n"), [".aws/credentials"]);
        let text = "$ grep -n A_KEY .env\n3:A_KEY=b\n27:A_KEY=c\n";
        assert_eq!(pieces(text)[0].text.trim_matches(['#', '\n']), "  A_KEY=b\n   A_KEY=c");
        let text = "# .env\nA=1\n# what the server has\nsecret: b\n";
        assert_eq!(pieces(text)[0].text.trim_matches(['#', '\n']), "A=1");
        assert!(names("nothing here but words").is_empty());
    }
}
