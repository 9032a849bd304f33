//! curl command lines: as words that the shell has split already, and as text.
//!
//! `read/curl/words.rs` splits command lines, too, but keeps the span of each piece as it is written, for facts that point
//! into a file; here the words are wanted as a program gets them, with quotes and escapes taken off.

mod ask;
mod bash;
mod body;
mod cmd;
mod line;
mod manner;
mod options;

use super::template::{Style, Template};
use super::text::Text;
use super::{Asked, Draft, Files, Refused, refused};
use line::Line;

/// The request of `why401 probe -- curl …`, whose words the shell has split. What stands there as `$NAME`, `${NAME}` or
/// `{{NAME}}` is a hole.
///
/// # Errors
/// An option that curl does not have or that cannot be asked, by its name; no address or several.
pub fn curl(words: &[String]) -> Result<Draft, Refused> {
    let Some(words) = words.split_first().and_then(|(first, rest)| is_curl(first).then_some(rest)) else {
        return Err(refused(
            format!("the command is not curl: {}", named(words.first().map_or("", String::as_str))),
            "After `--` stands a line for curl: `why401 probe -- curl https://api.acme.dev/v1/me`.",
        ));
    };
    Draft::new(words.iter().map(|word| Template::of(word, Style::Dollar)).collect(), typed)
}

/// The request of a curl line as it stands in a text: for bash and its kin, or for cmd, as browsers copy it.
///
/// # Errors
/// No curl line in it, quotes that do not end, parts that only a running shell knows; and as [`curl`].
pub fn curl_text(text: &str) -> Result<Draft, Refused> {
    if let Some(other) =
        ["Invoke-WebRequest", "Invoke-RestMethod", "iwr ", "irm "].iter().find(|other| text.contains(*other))
    {
        return Err(refused(
            format!("this is a line for PowerShell ({})", other.trim()),
            "Copy it as cURL (bash) or cURL (cmd), which browsers offer beside it.",
        ));
    }
    let split = if cmd::is_cmd(text) { cmd::words(text) } else { bash::words(text)? };
    let at = split.words.iter().position(|word| is_curl(&word.open().lossy()));
    let Some(at) = at else {
        return Err(refused("no curl line stands in the text", "It begins with the word `curl`."));
    };
    Ok(Draft::new(split.words[at + 1..].to_vec(), told)?.warned(split.warnings))
}

/// The words of a command line, and what was remarkable about them.
#[derive(Default)]
struct Split {
    words: Vec<Template>,
    warnings: Vec<String>,
}

fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    name == "curl" || name.eq_ignore_ascii_case("curl.exe")
}

/// A word as it may be shown: what could be a credential is not.
fn named(word: &str) -> String {
    if word.is_empty() {
        return "nothing stands there".to_owned();
    }
    let plain = word.len() < 24 && word.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_./".contains(&byte));
    if plain { format!("`{word}`") } else { format!("a word of {} characters", word.chars().count()) }
}

fn told(words: &[Text], files: &Files) -> Result<Asked, Refused> {
    ask::ask(&Line::of(words)?, files)
}

fn typed(words: &[Text], files: &Files) -> Result<Asked, Refused> {
    let mut asked = told(words, files)?;
    asked.warn_of_arguments();
    Ok(asked)
}

#[cfg(test)]
mod tests;
