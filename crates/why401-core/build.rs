//! Compiles `providers/*.toml`, `families/*.toml`, `loaders/*.toml`, `clients.toml`, `webhooks.toml`, `markets.toml`, `pitfalls/*.toml` and `words.toml` into a compact form, so that a start parses no TOML.
//! A file that does not fit the schema fails the build, with its path and line.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build script reads files and talks to Cargo"
)]

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::{env, fs, process};

#[path = "src/provider/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod provider;

#[path = "src/provider/index.rs"]
#[allow(dead_code, unreachable_pub)]
mod index;

#[path = "src/provider/plain.rs"]
#[allow(dead_code, unreachable_pub)]
mod plain;

#[path = "src/provider/texts.rs"]
#[allow(dead_code, unreachable_pub)]
mod texts;

#[path = "src/client/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod client;

#[path = "src/signature/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod signature;

#[path = "src/loader/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod loader;

#[path = "src/words/schema.rs"]
#[allow(dead_code, unreachable_pub)]
mod words;

fn main() {
    println!("cargo::rerun-if-changed=providers");
    println!("cargo::rerun-if-changed=loaders");
    println!("cargo::rerun-if-changed=families");
    println!("cargo::rerun-if-changed=clients.toml");
    println!("cargo::rerun-if-changed=webhooks.toml");
    println!("cargo::rerun-if-changed=markets.toml");
    println!("cargo::rerun-if-changed=pitfalls");
    println!("cargo::rerun-if-changed=words.toml");
    let providers = read::<provider::Provider>("providers", |p| &p.slug);
    let entries: Vec<Vec<u8>> = providers.iter().map(encode).collect();
    write("providers", &index(&providers, &entries));
    write("prefixes", &prefixes(&providers));
    let kinds = providers.iter().enumerate().flat_map(|(place, p)| p.token.iter().map(move |kind| mark(place, kind)));
    write("tokens", &kinds.collect::<Vec<_>>());
    let families = read::<provider::Family>("families", |f| &f.slug);
    let answers = providers.iter().map(|p| ("providers", &p.slug, &p.answer));
    let answers = answers.chain(families.iter().map(|f| ("families", &f.slug, &f.answer)));
    let answers = answers.flat_map(|(folder, slug, answers)| answers.iter().map(move |a| wording(folder, slug, a)));
    write_wordings(&answers.collect::<Vec<_>>());
    write("families", &families);
    write("clients", &parse::<client::Clients>(Path::new("clients.toml")));
    write("webhooks", &parse::<signature::Senders>(Path::new("webhooks.toml")));
    write("markets", &parse::<signature::Markets>(Path::new("markets.toml")));
    write("words", &words::Table::of(&parse::<words::File>(Path::new("words.toml"))));
    let pitfalls: Vec<words::Pitfalls> = toml_files(Path::new("pitfalls")).iter().map(|path| parse(path)).collect();
    write("pitfalls", &words::Lore::of(&pitfalls));
    let loaders = read::<loader::Loader>("loaders", |l| &l.slug);
    write("loaders", &loaders);
    let needles: Vec<Vec<Vec<Vec<String>>>> = loaders
        .iter()
        .map(|loader| loader.detect.iter().map(|detect| needles(&loader.slug, detect)).collect())
        .collect();
    write("needles", &needles);
}

/// Writes the texts that each answer requires, and of which answer each set of them is.
fn write_wordings(answers: &[Vec<Vec<String>>]) {
    let sets = answers.iter().enumerate().flat_map(|(answer, sets)| sets.iter().map(move |set| (answer, set)));
    let (mut texts, mut answer_of_set): (Vec<(&str, u32)>, Vec<usize>) = Default::default();
    for (number, (answer, set)) in (0..).zip(sets) {
        texts.extend(set.iter().map(|text| (text.as_str(), number)));
        answer_of_set.push(answer);
    }
    write("wordings", &(texts::Texts::new(&texts, &mut Vec::new()), answer_of_set));
}

/// Sets of texts: where the answer fits a text, one of each set stands in it; none where only a status or a header shows
/// it. The texts are as they are compared. The set that says most is there whatever it says, of the others those of whole
/// words.
fn wording(folder: &str, slug: &str, answer: &provider::Answer) -> Vec<Vec<String>> {
    let path = Path::new(folder).join(slug).with_extension("toml");
    let plain = |set: &[String]| set.iter().map(|text| plain::Plain::of(text).text).collect::<Vec<_>>();
    let mut sets = Vec::new();
    if let Some(pattern) = &answer.pattern {
        let parsed = ParserBuilder::new().build().parse(pattern);
        sets = required(&parsed.unwrap_or_else(|e| fail(&path, &e.to_string())));
        sets.sort_by_key(|set| Reverse((set.iter().map(String::len).min(), Reverse(set.len()))));
        let rest: Vec<_> = sets.iter().skip(1).filter_map(|set| words(set)).collect();
        sets.truncate(1);
        sets = sets.iter().map(|set| plain(set)).chain(rest).collect();
    } else if let Some(text) = &answer.text {
        sets.push(plain(std::slice::from_ref(text)));
    } else {
        return sets;
    }
    if sets.first().is_none_or(|set| set.iter().any(|text| text.len() < texts::SHORTEST)) {
        fail(&path, &format!("no text is required by {answer:?}: it would be tried on every text"));
    }
    sets
}

/// Of each text its longest word, which nothing that is done to a text changes; none where one is short.
fn words(set: &[String]) -> Option<Vec<String>> {
    let word = |text: &String| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.max_by_key(|word| word.len()).filter(|word| word.len() > 3).map(str::to_owned)
    };
    set.iter().map(word).collect()
}

/// Sets of literals: for the expression of a detect entry to match, a text must hold one of each set. The set that says
/// most comes first. Where the expression ignores case they are lower case, as people write commands.
fn needles(slug: &str, detect: &loader::Detect) -> Vec<Vec<String>> {
    let Some(code) = &detect.code else { return Vec::new() };
    let path = Path::new("loaders").join(slug).with_extension("toml");
    let parsed = ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(code);
    let mut sets = required(&parsed.unwrap_or_else(|e| fail(&path, &e.to_string())));
    if sets.is_empty() {
        fail(&path, &format!("no text is required by {code}: it would be tried on every file"));
    }
    sets.sort_by_key(|set| Reverse(worth(set)));
    sets
}

/// What speaks of environments is rarer than `require(`; long is rarer than short.
fn worth(set: &[String]) -> (bool, usize, Reverse<usize>) {
    let shortest = set.iter().map(String::len).min().unwrap_or(0);
    let speaks = shortest > 3 && set.iter().all(|literal| literal.to_ascii_lowercase().contains("env"));
    (speaks, shortest, Reverse(set.len()))
}

fn required(hir: &Hir) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.iter().collect(),
        _ => vec![hir],
    };
    for part in parts {
        match part.kind() {
            HirKind::Look(_) | HirKind::Empty => continue,
            HirKind::Literal(literal) => {
                run.push_str(&String::from_utf8_lossy(&literal.0));
                continue;
            }
            HirKind::Class(class) => {
                if let Some(letter) = one_letter(class) {
                    run.push(letter);
                    continue;
                }
            }
            HirKind::Capture(capture) => sets.extend(required(&capture.sub)),
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                sets.extend(required(&repetition.sub));
                if !run.is_empty() && is_blank(&repetition.sub) {
                    sets.push([" ", "\t"].map(|blank| format!("{run}{blank}")).into());
                    run.clear();
                }
            }
            HirKind::Repetition(_) => {}
            // Of each way the set that says most.
            HirKind::Alternation(ways) => {
                let ways: Option<Vec<_>> =
                    ways.iter().map(|way| required(way).into_iter().max_by_key(|s| worth(s))).collect();
                sets.extend(ways.map(|ways| ways.concat()));
            }
            // Taken apart above, and never nested.
            HirKind::Concat(_) => {}
        }
        sets.push(vec![std::mem::take(&mut run)]);
    }
    sets.push(vec![run]);
    sets.retain(|set| set.iter().all(|literal| !literal.is_empty()));
    sets
}

/// Whether it matches white space and nothing else.
fn is_blank(hir: &Hir) -> bool {
    let HirKind::Class(class) = hir.kind() else { return false };
    let blank = |range: (u32, u32)| (range.0..=range.1).all(|c| char::from_u32(c).is_some_and(char::is_whitespace));
    ranges(class).into_iter().all(blank)
}

/// The letter that a class stands for, either case of it. Letters outside ASCII that fold to it are let go.
fn one_letter(class: &Class) -> Option<char> {
    let ascii = ranges(class).into_iter().filter(|(_, last)| *last < 128);
    let letters: Vec<u8> =
        ascii.flat_map(|(first, last)| first..=last).filter_map(|c| u8::try_from(c).ok()).take(3).collect();
    matches!(letters[..], [upper, lower] if upper.to_ascii_lowercase() == lower).then(|| char::from(letters[1]))
}

fn ranges(class: &Class) -> Vec<(u32, u32)> {
    match class {
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        Class::Unicode(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    }
}

fn index<'a>(providers: &'a [provider::Provider], entries: &'a [Vec<u8>]) -> index::Index<'a> {
    let mut index = index::Index::default();
    for (place, provider) in providers.iter().enumerate() {
        let variables = &provider.variables;
        let names = variables.secret.iter().chain(&variables.public).chain(&variables.other);
        index.slugs.push((&provider.slug, place));
        index.variables.extend(names.map(|name| (name.as_str(), place)));
        index.hosts.extend(provider.hosts.names.iter().map(|name| (name.as_str(), place)));
    }
    index.slugs.sort();
    index.variables.sort();
    index.variables.dedup_by_key(|(name, _)| *name);
    index.entries = entries.iter().map(Vec::as_slice).collect();
    index
}

fn prefixes(providers: &[provider::Provider]) -> index::Prefixes<'_> {
    let mut all = Vec::new();
    for (place, provider) in providers.iter().enumerate() {
        let of = provider.credential.iter().enumerate();
        all.extend(of.map(|(credential, shape)| (shape.prefix.as_str(), place, credential)));
    }
    all.retain(|(prefix, ..)| prefix.len() >= index::SHORTEST_PREFIX);
    all.sort_unstable();
    index::Prefixes { all }
}

/// What every token of this kind has and has not.
fn mark(provider: usize, kind: &provider::Issued) -> index::Mark<'_> {
    let patterns = kind.claims.iter().map(|(name, pattern)| (name.as_str(), pattern));
    let patterns = patterns.chain(kind.issuer.iter().map(|pattern| ("iss", pattern)));
    let claims = patterns.map(|(name, pattern)| {
        let parsed = ParserBuilder::new().build().parse(pattern);
        let sets = required(&parsed.unwrap_or_else(|e| fail(Path::new("providers"), &format!("{pattern}: {e}"))));
        let lines: Vec<String> = sets.iter().map(|set| set.join("\t").to_lowercase()).collect();
        // A build ends soon; what it leaks goes with it.
        (name, &*lines.join("\n").leak())
    });
    index::Mark { provider, claims: claims.collect(), without: kind.without.iter().map(String::as_str).collect() }
}

/// The entries of a folder, sorted by file name.
fn read<T: serde::de::DeserializeOwned>(folder: &str, slug: fn(&T) -> &String) -> Vec<T> {
    let mut entries = Vec::new();
    for path in toml_files(Path::new(folder)) {
        let entry: T = parse(&path);
        if path.file_stem().and_then(|s| s.to_str()) != Some(slug(&entry)) {
            fail(&path, "the slug is not the file's name");
        }
        entries.push(entry);
    }
    entries
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|e| fail(path, &e.to_string()));
    toml::from_str(&text).unwrap_or_else(|e| fail(path, &e.to_string()))
}

fn encode<T: serde::Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap_or_else(|e| fail(Path::new("postcard"), &e.to_string()))
}

/// Writes `$OUT_DIR/{name}.bin`.
fn write<T: serde::Serialize>(name: &str, value: &T) {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name).with_extension("bin");
    fs::write(&out, encode(value)).unwrap_or_else(|e| fail(&out, &e.to_string()));
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|e| fail(folder, &e.to_string()));
    let mut files: Vec<_> = listing.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

fn fail(path: &Path, why: &str) -> ! {
    eprintln!("{}: {why}", path.display());
    process::exit(1)
}
