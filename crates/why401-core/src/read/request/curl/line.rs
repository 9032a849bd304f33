//! The words of a curl line, sorted by what each does.

use super::options::{Does, Row, by_letter, by_name};
use crate::read::request::text::Text;
use crate::read::request::{Note, Refused, refused};

/// What a line says.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Each option that does something, in order: the option as written, what it does, its word, and whether it is
    /// switched on (`--no-location` switches off).
    pub(super) does: Vec<Said>,
    pub(super) urls: Vec<Text>,
    pub(super) notes: Vec<Note>,
}

#[derive(Debug)]
pub(super) struct Said {
    pub(super) option: String,
    pub(super) does: Does,
    pub(super) word: Text,
    pub(super) on: bool,
}

impl Line {
    /// Reads the words behind `curl` as curl does.
    ///
    /// # Errors
    /// An unknown option, one without its word, one that cannot be asked.
    pub(super) fn of(words: &[Text]) -> Result<Self, Refused> {
        let mut line = Self::default();
        let mut words = words.iter();
        let mut options = true;
        while let Some(word) = words.next() {
            if !options || word.len() < 2 || !word.starts_with("-") {
                line.urls.push(word.clone());
                continue;
            }
            let shown = word.lossy();
            if shown == "--" {
                options = false;
            } else if let Some(name) = shown.strip_prefix("--") {
                let (row, on) = long(name)?;
                let own = if row.word { Some(words.next().ok_or_else(|| wordless(row.long))?) } else { None };
                line.say(format!("--{}", row.long), &row, own.cloned().unwrap_or_default(), on)?;
            } else {
                line.letters(word, &shown, &mut words)?;
            }
        }
        Ok(line)
    }

    /// `-sSLk`, `-XPOST`, `-HName:value`.
    fn letters<'w>(
        &mut self,
        word: &Text,
        shown: &str,
        words: &mut impl Iterator<Item = &'w Text>,
    ) -> Result<(), Refused> {
        let mut at = 1;
        while let Some(letter) = shown.get(at..).and_then(|rest| rest.chars().next()) {
            let Some(row) = by_letter(letter) else {
                return Err(refused(
                    format!("curl has no option `-{}`{}", letter.escape_default(), within(shown)),
                    "Options begin with a dash; a word that belongs to one stands behind it.",
                ));
            };
            at += letter.len_utf8();
            let option = format!("-{letter}");
            if row.word {
                let own = if at < word.len() {
                    word.behind(at)
                } else {
                    words.next().cloned().ok_or_else(|| wordless(row.long))?
                };
                return self.say(option, &row, own, true);
            }
            self.say(option, &row, Text::default(), true)?;
        }
        Ok(())
    }

    fn say(&mut self, option: String, row: &Row, word: Text, on: bool) -> Result<(), Refused> {
        match row.does {
            Does::Nothing => {}
            Does::Noted(_) | Does::Refused(_) if !on => {}
            Does::Noted(why) => {
                if !self.notes.iter().any(|note| note.what == option) {
                    self.notes.push(Note { what: option, why: why.to_owned() });
                }
            }
            Does::Refused(why) => {
                return Err(refused(
                    format!("`{option}` cannot be asked: {why}"),
                    "Take the option out, if the request makes sense without it.",
                ));
            }
            Does::Url => self.urls.push(word),
            does => self.does.push(Said { option, does, word, on }),
        }
        Ok(())
    }
}

/// A long option, and whether it is switched on.
fn long(name: &str) -> Result<(Row, bool), Refused> {
    if let Some(row) = by_name(name) {
        return Ok((row, true));
    }
    if let Some(row) = name.strip_prefix("no-").and_then(by_name).filter(|row| !row.word) {
        return Ok((row, false));
    }
    if let Some(row) = name.strip_prefix("expand-").and_then(by_name) {
        return Err(refused(
            format!("`--expand-{}` cannot be asked: why401 has no variables of curl", row.long),
            format!("Write `--{}` and '$NAME' for a variable of the environment.", row.long),
        ));
    }
    if let Some((name, _)) = name.split_once('=')
        && let Some(row) = by_name(name)
    {
        return Err(refused(
            format!("curl takes no `=` behind `--{name}`"),
            if row.word {
                format!("Write a blank instead: `--{name} …`.")
            } else {
                format!("Write `--{name}` alone.")
            },
        ));
    }
    let name: String =
        name.split('=').next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(40).collect();
    Err(refused(
        format!("curl has no option `--{name}`, as far as why401 knows, or it could mean several"),
        "`curl --help all` lists them; take it out, if the request makes sense without it.",
    ))
}

fn wordless(option: &str) -> Refused {
    refused(format!("`--{option}` wants a word behind it, and the line ends there"), "Write its value, or take it out.")
}

/// Where several letters stand together: which.
fn within(shown: &str) -> String {
    let plain = shown.len() > 2 && shown.len() < 12 && shown.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { format!(" (in `{shown}`)") } else { String::new() }
}
