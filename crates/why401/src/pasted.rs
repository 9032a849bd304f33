//! Pasted: people paste a key where a path or an option belongs. What is said of such an argument does not repeat it.

use std::borrow::Cow;
use std::path::Path;

use why401_core::provider::Registry;

/// Pieces of this process's arguments that look like credentials, each with what is shown in its place.
pub struct Pasted(Vec<(String, String)>);

impl Pasted {
    /// Looks at the arguments.
    pub fn of_process() -> Self {
        let mut found = Vec::new();
        for argument in std::env::args_os().skip(1) {
            for piece in pieces(&argument.to_string_lossy()).filter(|piece| is_credential(piece)) {
                let shown = format!("‹{} characters›", piece.chars().count());
                found.push((piece.escape_debug().to_string(), shown.clone()));
                found.push((piece.to_owned(), shown));
            }
        }
        Self(found)
    }

    /// `text` without them.
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for (piece, shown) in &self.0 {
            if text.contains(piece.as_str()) {
                text = text.replace(piece.as_str(), shown).into();
            }
        }
        text
    }
}

/// The argument itself, and the parts that a parser of arguments may show: `NAME=VALUE`, `--option=VALUE`.
fn pieces(argument: &str) -> impl Iterator<Item = &str> {
    let bare = argument.trim_start_matches('-');
    let (before, after) = bare.split_once('=').unwrap_or((bare, ""));
    [bare, after, before].into_iter().filter(|piece| !piece.is_empty())
}

/// Whether an argument's piece is a credential: what is the name of a file is none.
fn is_credential(piece: &str) -> bool {
    looks_like_credential(piece) && !Path::new(piece).exists()
}

/// Whether a word that a person typed is more likely a credential than a path, an option or a name.
pub fn looks_like_credential(piece: &str) -> bool {
    if piece.len() < 12 {
        return false;
    }
    // The name of a cause, or what was meant as one.
    if piece.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-')) && piece.contains('/') {
        return false;
    }
    if Registry::new(Vec::new()).with_prefix_of(piece).next().is_some() {
        return true;
    }
    let count = |fits: fn(&u8) -> bool| piece.bytes().filter(fits).count();
    let (digits, lower, upper) =
        (count(u8::is_ascii_digit), count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let is_path = piece.starts_with(['/', '.', '~']) || piece.contains('/') && (lower == 0 || upper == 0);
    // No word of a name has letters and digits in turn.
    let turns = |word: &str| {
        word.as_bytes().windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count()
    };
    let is_variable =
        lower == 0 && piece.contains('_') && !piece.contains('-') && piece.split('_').all(|word| turns(word) < 3);
    piece.len() >= 16 && digits >= 3 && !is_path && !is_variable
}

#[cfg(test)]
mod tests {
    use super::{looks_like_credential, pieces};

    #[test]
    fn what_looks_like_a_credential() {
        for (piece, looks) in [
            ("sk-fakefakefakefake", true),
            ("9fK2mQ8xL0pZ7rT4", true),
            ("ab3/X9+k2Lq8Zt7Yw5Rm", true),
            ("7c9e6679-7425-40de-944b-e07fc1f90ae7", true),
            ("my-project-folder-name", false),
            ("projects/2024/01/some-shop", false),
            ("../a1b2c3d4e5f6a1b2c3", false),
            ("AWS_ACCESS_KEY_ID_2024", false),
            ("AQV_PW4W-XJGYBHI86IZYUSMB4RZ", true),
            ("key/whitespace", false),
        ] {
            assert_eq!(looks_like_credential(piece), looks, "{piece}");
        }
    }

    #[test]
    fn parts_of_arguments() {
        assert_eq!(pieces("--a=b").collect::<Vec<_>>(), ["a=b", "b", "a"]);
        assert_eq!(pieces("x").collect::<Vec<_>>(), ["x", "x"]);
    }
}
