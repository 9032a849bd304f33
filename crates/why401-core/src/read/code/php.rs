//! PHP.

use super::lexer::{Holes, Prefixes, Quote, Syntax};
use super::reads::{Access, Form};
use super::{Language, no_more_reads};
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//", "#"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "\"", close: "\"", escapes: true, lines: true, holes: Holes::DollarName },
        Quote { open: "'", close: "'", escapes: true, lines: true, holes: Holes::No },
    ],
    in_names: b"$",
    prefixes: Prefixes::No,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "PHP",
    endings: &["php"],
    syntax: &SYNTAX,
    join: Join::Dot,
    lines_end: false,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["getenv"], form: Form::Call, through: "getenv()", needs: "" },
        Access { path: &["env"], form: Form::Call, through: "env()", needs: "" },
        Access { path: &["$_ENV"], form: Form::Index, through: "$_ENV", needs: "" },
        Access { path: &["$_SERVER"], form: Form::Index, through: "$_SERVER", needs: "_KEY" },
    ],
    more_reads: no_more_reads,
    loads: &[],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};
