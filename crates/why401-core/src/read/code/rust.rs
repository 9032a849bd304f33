//! Rust.

use super::lexer::{Holes, Prefixes, Quote, Syntax};
use super::loads::Call;
use super::reads::{Access, Form};
use super::{Language, no_more_reads};
use crate::fact::Join;

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    texts: &[
        Quote { open: "\"", close: "\"", escapes: true, lines: true, holes: Holes::No },
        Quote { open: "'", close: "'", escapes: true, lines: false, holes: Holes::No },
    ],
    in_names: b"",
    prefixes: Prefixes::Rust,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Rust",
    endings: &["rs"],
    syntax: &SYNTAX,
    join: Join::Format,
    lines_end: false,
    brackets_join: false,
    indents: false,
    accesses: &[
        Access { path: &["std", "env", "var"], form: Form::Call, through: "env::var", needs: "" },
        Access { path: &["std", "env", "var_os"], form: Form::Call, through: "env::var_os", needs: "" },
        Access { path: &["env", "var"], form: Form::Call, through: "env::var", needs: "" },
        Access { path: &["env", "var_os"], form: Form::Call, through: "env::var_os", needs: "" },
        Access { path: &["dotenvy", "var"], form: Form::Call, through: "dotenvy::var", needs: "" },
        Access { path: &["dotenv", "var"], form: Form::Call, through: "dotenv::var", needs: "" },
        Access { path: &["env"], form: Form::Macro, through: "env!", needs: "" },
        Access { path: &["option_env"], form: Form::Macro, through: "option_env!", needs: "" },
    ],
    more_reads: no_more_reads,
    loads: &[
        Call { path: &["dotenvy", "dotenv"], loader: "rust-dotenvy", files: None, needs: "" },
        Call { path: &["dotenvy", "from_filename"], loader: "rust-dotenvy", files: Some(""), needs: "" },
        Call { path: &["dotenv", "from_filename"], loader: "rust-dotenv", files: Some(""), needs: "" },
    ],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};
