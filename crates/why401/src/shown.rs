//! Shown: the last look at a report before anybody sees it. Values never get that far; but people write one where a name
//! belongs, and name files after one.

use std::collections::HashSet;

use why401_core::provider::Registry;

/// `text` with each of `pieces` replaced by its length.
pub fn hide(text: &str, pieces: &[String]) -> String {
    let mut pieces: Vec<&String> = pieces.iter().collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    let mut text = text.to_owned();
    for piece in pieces {
        text = text.replace(piece.as_str(), &format!("‹{} characters›", piece.chars().count()));
    }
    text
}

/// The parts of names of variables that look like credentials: a line of an env file may begin with its value.
pub fn in_names<'a>(names: impl Iterator<Item = &'a str>, registry: &Registry) -> Vec<String> {
    let parts = names.flat_map(|name| name.split(|c: char| !(c.is_ascii_alphanumeric() || "_-+/=.~".contains(c))));
    parts.filter(|part| looks_like_credential(part, registry)).map(str::to_owned).collect()
}

/// The parts of paths that are credentials of a known shape, or one of the `known` values. Other names that look random
/// are what build tools give their files.
pub fn in_paths<'a>(paths: impl Iterator<Item = &'a str>, registry: &Registry, known: &HashSet<&str>) -> Vec<String> {
    let parts =
        paths.flat_map(|path| path.split('/')).flat_map(|name| [name, name.rsplit_once('.').map_or("", |n| n.0)]);
    let reveals = |part: &&str| part.len() >= 12 && (registry.recognise(part).is_some() || known.contains(part));
    parts.filter(reveals).map(str::to_owned).collect()
}

/// Whether `text` is a known kind of credential, or has a part that no person would choose as a word.
fn looks_like_credential(text: &str, registry: &Registry) -> bool {
    if text.len() < 12 {
        return false;
    }
    let random = |part: &str| {
        let bytes = part.as_bytes();
        let turns = bytes.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
        let has = |fits: fn(&u8) -> bool, least| bytes.iter().filter(|byte| fits(byte)).count() >= least;
        let mixed = has(u8::is_ascii_uppercase, 2) && has(u8::is_ascii_lowercase, 2) && has(u8::is_ascii_digit, 1);
        bytes.len() >= 6 && turns >= 3 || bytes.len() >= 12 && mixed
    };
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(random) || registry.recognise(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_credential() {
        for (piece, looks) in [
            ("9fK2mQ8xL0pZ7rT4", true),
            ("ab3/X9+k2Lq8Zt7Yw5Rm", true),
            ("7c9e6679-7425-40de-944b-e07fc1f90ae7", true),
            ("my-project-folder-name", false),
            ("projects/2024/01/some-shop", false),
            ("AWS_ACCESS_KEY_ID_2024", false),
            ("my_s3_bucket_eu1_2024", false),
            ("SENDGRID_API_KEY_V3", false),
            ("key/whitespace", false),
        ] {
            assert_eq!(looks_like_credential(piece, &Registry::new(Vec::new())), looks, "{piece}");
        }
    }

    #[test]
    fn names_and_paths() {
        let key = ["sk_", "live_", "51Fake9Fake8Fake7Fake6Fa"].concat();
        let registry = Registry::new(Vec::new());
        let paths = [format!("a/{key}.env"), "dist/main.3f9a2b7c1d4e.js".to_owned()];
        assert_eq!(in_paths(paths.iter().map(String::as_str), &registry, &HashSet::new()), [key.as_str()]);
        let names = [format!("KEY: {key}\nNAME"), "OPENAI_API_KEY".to_owned()];
        let hidden = in_names(names.iter().map(String::as_str), &registry);
        assert_eq!(hide(&names[0], &hidden), "KEY: ‹32 characters›\nNAME");
    }
}
