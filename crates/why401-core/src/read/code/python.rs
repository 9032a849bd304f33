//! Python.

use super::Language;
use super::lexer::{Holes, Kind, Prefixes, Quote, Syntax};
use super::loads::Call;
use super::reads::{Access, Form, Read, is_variable};
use super::source::Source;
use crate::fact::Join;

const fn quote(mark: &'static str, lines: bool) -> Quote {
    Quote { open: mark, close: mark, escapes: true, lines, holes: Holes::Brace }
}

pub(super) const SYNTAX: Syntax = Syntax {
    line_comments: &["#"],
    block_comment: None,
    texts: &[quote("\"\"\"", true), quote("'''", true), quote("\"", false), quote("'", false)],
    in_names: b"",
    prefixes: Prefixes::Python,
    regexes: false,
};

pub(super) const LANGUAGE: Language = Language {
    name: "Python",
    endings: &["py", "pyi", "pyw"],
    syntax: &SYNTAX,
    join: Join::Plus,
    lines_end: true,
    brackets_join: true,
    indents: true,
    accesses: &[
        Access { path: &["os", "environ", "get"], form: Form::Call, through: "os.environ.get", needs: "" },
        Access { path: &["os", "environ"], form: Form::Index, through: "os.environ", needs: "" },
        Access { path: &["environ", "get"], form: Form::Call, through: "os.environ.get", needs: "" },
        Access { path: &["environ"], form: Form::Index, through: "os.environ", needs: "" },
        Access { path: &["os", "getenv"], form: Form::Call, through: "os.getenv", needs: "" },
        Access { path: &["getenv"], form: Form::Call, through: "os.getenv", needs: "" },
        Access { path: &["config"], form: Form::Call, through: "config()", needs: "decouple" },
        Access { path: &["config"], form: Form::Call, through: "config()", needs: "starlette.config" },
        Access { path: &["env"], form: Form::Call, through: "env()", needs: "environ" },
        Access { path: &["env", "str"], form: Form::Call, through: "env.str()", needs: "environ" },
    ],
    more_reads,
    loads: &[
        Call { path: &["load_dotenv"], loader: "python-dotenv", files: Some("dotenv_path"), needs: "" },
        Call { path: &["dotenv", "load_dotenv"], loader: "python-dotenv", files: Some("dotenv_path"), needs: "" },
        Call { path: &["dotenv_values"], loader: "python-dotenv", files: Some("dotenv_path"), needs: "" },
        Call { path: &["read_env"], loader: "django-environ", files: Some("env_file"), needs: "environ.Env" },
        Call { path: &["SettingsConfigDict"], loader: "pydantic-settings", files: Some("env_file"), needs: "" },
    ],
    import_loads: &[],
    environment: super::ENVIRONMENT,
};

/// Fields of pydantic's settings classes: each reads the variable of its own name, whatever the letter case.
fn more_reads(source: &Source<'_>, reads: &mut Vec<Read>) {
    if !source.text.contains("BaseSettings") {
        return;
    }
    let mut prefix = "";
    for index in 0..source.tokens.len() {
        if source.word(index) == "env_prefix" && source.is(index + 1, b'=') {
            prefix = source.whole_text(index + 2).unwrap_or_default();
        }
    }
    let column = |at: usize| {
        let start = source.tokens[at].start;
        start - source.text[..start].rfind('\n').map_or(0, |line| line + 1)
    };
    let mut inside = false;
    for at in 0..source.tokens.len() {
        if !source.new_line(at) || source.parent(at).is_some() {
            continue;
        }
        if source.word(at) == "class" {
            let line = (at..at + 12).take_while(|next| *next == at || !source.new_line(*next));
            if column(at) == 0 {
                inside = line.into_iter().any(|next| source.word(next) == "BaseSettings");
            }
            continue;
        }
        if column(at) == 0 {
            inside = false;
        }
        let named = inside && source.is(at + 1, b':') && source.kind(at) == Some(Kind::Name);
        let Some(name) = source.name(at).filter(|name| named && is_variable(name) && *name != "model_config") else {
            continue;
        };
        // The type goes to the end of the line or to the default.
        let rest = (at + 2..source.tokens.len()).take_while(|next| !source.new_line(*next));
        let equals = rest.clone().find(|next| source.is(*next, b'=') && source.parent(*next).is_none());
        let alias = rest.clone().find_map(|next| {
            let named = matches!(source.word(next), "alias" | "validation_alias" | "env") && source.is(next + 1, b'=');
            named.then(|| source.whole_text(next + 2)).flatten()
        });
        let required = equals.is_some_and(|at| source.word(at + 1) == "Field" && source.is(at + 3, b'.'));
        let token = source.tokens[at];
        let name = alias.map_or_else(|| format!("{prefix}{name}").to_ascii_uppercase(), str::to_owned);
        reads.push(Read {
            name,
            span: token.start..token.end,
            tokens: at..at + 1,
            through: "BaseSettings",
            fallback: equals.is_some() && !required,
        });
    }
    reads.sort_by_key(|read| read.tokens.start);
}
