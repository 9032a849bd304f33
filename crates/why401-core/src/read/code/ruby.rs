//! Ruby.

use super::lexer::{Holes, Prefixes, Quote, Syntax};
use super::loads::Call;
use super::reads::{Access, Form};
use super::{Language, no_more_reads};
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: Some(("\n=begin", "\n=end")),
    texts: &[
        Quote { open: "\"", close: "\"", escapes: true, lines: true, holes: Holes::HashBrace },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"@",
    prefixes: Prefixes::No,
    regexes: true,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Ruby",
    endings: &["rb", "rake", "ru", "erb"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: true,
    brackets_join: false,
    indents: true,
    accesses: &[
        Access { path: &["ENV", "fetch"], form: Form::Call, through: "ENV.fetch", needs: "" },
        Access { path: &["ENV"], form: Form::Index, through: "ENV", needs: "" },
    ],
    more_reads: no_more_reads,
    loads: &[
        Call { path: &["Dotenv", "load"], loader: "ruby-dotenv", files: Some(""), needs: "" },
        Call { path: &["Dotenv", "overload"], loader: "ruby-dotenv", files: Some(""), needs: "" },
    ],
    import_loads: &[("dotenv/load", "ruby-dotenv")],
    environment: super::ENVIRONMENT,
};
