//! `.netrc`: user and password by host, which many clients send without being asked.

use std::sync::Arc;

use super::{Facts, name_of};
use crate::fact::{Fact, Seen, Stored};
use crate::read::Reader;
use crate::secret::Secret;

pub(super) const NETRC: Reader =
    Reader { name: ".netrc", takes: |path| matches!(name_of(path), ".netrc" | "_netrc"), read };

/// An entry for each `machine`, and the one for `default`, whose address is empty.
fn read(path: &Arc<str>, text: &str) -> Vec<Fact> {
    let mut facts = Facts::new(path, text);
    let mut words = words(text);
    while let Some((at, word)) = words.next() {
        let (span, address) = match word {
            "machine" => match words.next() {
                Some((host, name)) => (at..host + name.len(), name.to_ascii_lowercase()),
                None => break,
            },
            "default" => (at..at + word.len(), String::new()),
            _ => continue,
        };
        facts.add(span, Seen::Stored(Stored::Credential { address, variable: None }));
    }
    facts.found
}

/// User and password that clients send to this host: those of its entry, or else those of `default`.
pub fn entry(text: &str, host: &str) -> Option<(Secret, Secret)> {
    let mut found: Vec<(bool, Option<&str>, Option<&str>)> = Vec::new();
    let mut words = words(text).map(|(_, word)| word);
    while let Some(word) = words.next() {
        match word {
            "machine" => found.push((words.next()?.eq_ignore_ascii_case(host), None, None)),
            "default" => found.push((true, None, None)),
            "login" | "password" => {
                let value = words.next();
                match found.last_mut() {
                    Some(entry) if word == "login" => entry.1 = value,
                    Some(entry) => entry.2 = value,
                    None => {}
                }
            }
            _ => {}
        }
    }
    let (_, login, password) = found.into_iter().find(|(fits, ..)| *fits)?;
    Some((Secret::from(login.unwrap_or_default()), Secret::from(password?)))
}

/// The words with their places; a comment runs to the end of its line.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.split_once(" #").map_or(line, |(before, _)| before))
    });
    lines.filter(|(_, line)| !line.trim_start().starts_with('#')).flat_map(|(start, line)| {
        line.split_whitespace().map(move |word| (start + (word.as_ptr() as usize - line.as_ptr() as usize), word))
    })
}

#[cfg(test)]
mod tests {
    use super::{entry, read};
    use crate::fact::{Seen, Stored};

    #[test]
    fn the_entry_of_a_host() {
        let text = "machine a.test login u password p\nmachine b.test password q\ndefault login x password y\n";
        let of = |host| {
            let (user, password) = entry(text, host).unwrap();
            format!("{}:{}", user.expose_str().unwrap(), password.expose_str().unwrap())
        };
        assert_eq!((of("A.test"), of("b.test"), of("c.test")), ("u:p".into(), ":q".into(), "x:y".into()));
        assert!(entry("machine a.test login u password p", "b.test").is_none());
    }

    #[test]
    fn entries() {
        let text = "# machine no\nmachine A.test login u password p\nmachine b.test\n  login u\ndefault login x password y\nmachine";
        let found: Vec<String> = read(&".netrc".into(), text)
            .into_iter()
            .map(|fact| match fact.seen {
                Seen::Stored(Stored::Credential { address, .. }) => address,
                _ => "?".to_owned(),
            })
            .collect();
        assert_eq!(found, ["a.test", "b.test", ""]);
    }
}
