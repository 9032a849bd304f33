//! Go.

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
        Quote { open: "\"", close: "\"", escapes: true, lines: false, holes: Holes::No },
        Quote { open: "`", close: "`", escapes: false, lines: true, holes: Holes::No },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"",
    prefixes: Prefixes::No,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Go",
    endings: &["go"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: true,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["os", "Getenv"], form: Form::Call, through: "os.Getenv", needs: "" },
        Access { path: &["os", "LookupEnv"], form: Form::Call, through: "os.LookupEnv", needs: "" },
        Access { path: &["viper", "GetString"], form: Form::Call, through: "viper.GetString", needs: "AutomaticEnv" },
    ],
    more_reads,
    loads: &[
        Call { path: &["godotenv", "Load"], loader: "go-godotenv", files: Some(""), needs: "" },
        Call { path: &["godotenv", "Overload"], loader: "go-godotenv", files: Some(""), needs: "" },
        Call { path: &["gotenv", "Load"], loader: "go-gotenv", files: Some(""), needs: "" },
    ],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};

/// Tags of struct fields that an env library fills: `` `env:"NAME,required"` ``, `` `envconfig:"NAME"` ``.
fn more_reads(source: &Source<'_>, reads: &mut Vec<Read>) {
    for at in 0..source.tokens.len() {
        if source.kind(at) != Some(Kind::Text) {
            continue;
        }
        let text = source.word(at);
        for tag in ["env:\"", "envconfig:\""] {
            let Some(start) = text.find(tag).map(|found| found + tag.len()) else { continue };
            let rest = text[start..].split('"').next().unwrap_or_default();
            let name = rest.split(',').next().unwrap_or_default();
            if is_variable(name) && name.bytes().all(|byte| !byte.is_ascii_lowercase()) {
                let from = source.tokens[at].start + start;
                let fallback = text.contains("envDefault") || text.contains("default:\"");
                reads.push(Read {
                    name: name.to_owned(),
                    span: from..from + name.len(),
                    tokens: at..at + 1,
                    through: "a struct tag",
                    fallback,
                });
            }
        }
    }
    reads.sort_by_key(|read| read.tokens.start);
}
