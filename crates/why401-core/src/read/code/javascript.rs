//! JavaScript and TypeScript, JSX, Vue, Svelte and Astro files.

use super::Language;
use super::lexer::{Holes, Kind, Prefixes, Quote, Syntax};
use super::loads::Call;
use super::reads::{Access, Form, Read, is_variable};
use super::source::Source;
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "`", close: "`", escapes: true, lines: true, holes: Holes::DollarBrace },
        Quote { open: "\"", close: "\"", escapes: true, lines: false, holes: Holes::No },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"$",
    prefixes: Prefixes::No,
    regexes: true,
};

pub(super) const LANGUAGE: Language = Language {
    name: "JavaScript",
    endings: &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro"],
    syntax: &SYNTAX,
    join: Join::Template,
    lines_end: true,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["process", "env"], form: Form::Member, through: "process.env", needs: "" },
        Access { path: &["import", "meta", "env"], form: Form::Member, through: "import.meta.env", needs: "" },
        Access { path: &["Bun", "env"], form: Form::Member, through: "Bun.env", needs: "" },
        Access { path: &["Deno", "env", "get"], form: Form::Call, through: "Deno.env.get", needs: "" },
        Access { path: &["Netlify", "env", "get"], form: Form::Call, through: "Netlify.env.get", needs: "" },
    ],
    more_reads,
    loads: &[
        Call { path: &["dotenv", "config"], loader: "dotenv", files: Some("path"), needs: "dotenv" },
        Call { path: &["config"], loader: "dotenv", files: Some("path"), needs: "dotenv" },
        Call { path: &["configDotenv"], loader: "dotenv", files: Some("path"), needs: "dotenv" },
        Call { path: &["process", "loadEnvFile"], loader: "node", files: Some(""), needs: "" },
    ],
    import_loads: &[("dotenv/config", "dotenv"), ("dotenv-flow/config", "dotenv-flow")],
    environment: &[".env", "$env/", "dotenv"],
};

/// `const { A, B: b = 'x' } = process.env` and names imported from SvelteKit's `$env` modules.
fn more_reads(source: &Source<'_>, reads: &mut Vec<Read>) {
    for open in 0..source.tokens.len() {
        if !source.is(open, b'{') || source.other(open) <= open {
            continue;
        }
        let close = source.other(open);
        let through = if source.is(close + 1, b'=') {
            if source.path_at(close + 2, &["process", "env"]).is_some_and(|end| ends(source, end)) {
                "process.env"
            } else if source.path_at(close + 2, &["import", "meta", "env"]).is_some_and(|end| ends(source, end)) {
                "import.meta.env"
            } else {
                continue;
            }
        } else if source.word(close + 1) == "from" {
            match source.whole_text(close + 2) {
                Some("$env/static/private" | "$env/dynamic/private") => "$env/static/private",
                Some("$env/static/public") => "$env/static/public",
                _ => continue,
            }
        } else {
            continue;
        };
        for part in source.arguments(open) {
            let at = part.start;
            let Some(name) = source.name(at).filter(|name| is_variable(name)) else { continue };
            let token = source.tokens[at];
            let fallback = part.clone().any(|at| source.is(at, b'='));
            reads.push(Read {
                name: name.to_owned(),
                span: token.start..token.end,
                tokens: at..at + 1,
                through,
                fallback,
            });
        }
    }
    reads.sort_by_key(|read| read.tokens.start);
}

/// Whether nothing follows that would make another value of it.
fn ends(source: &Source<'_>, at: usize) -> bool {
    !matches!(source.kind(at), Some(Kind::Mark(b'.' | b'['))) || source.new_line(at)
}

/// Whether the file's code runs in a browser: it says so, or no server can run it.
pub(super) fn is_for_browser(path: &str, text: &str) -> bool {
    let says = ["\"use client\"", "'use client'"];
    let head = text.trim_start();
    says.iter().any(|word| head.starts_with(word))
        || path.ends_with(".vue") && !text.contains("useRuntimeConfig")
        || path.ends_with(".svelte")
}
