//! Learns `words.toml`: which words stand beside refusals of which cause.
//!
//! ```sh
//! cargo run --release -p why401-core --example learn_words -- CASES.jsonl… > words.new && mv words.new crates/why401-core/words.toml
//! ```
//!
//! Each line of the cases is an object with `input.log`, `input.context`, `stack`, the confirmed `cause` (`none` where nothing
//! was refused), the causes that are `also_acceptable`, its `source` (`recalled` where it was written down from memory), a
//! `weight` if it is not 1, and `real` with another `log` and `context` where keys of a real shape stand in the place of those
//! that are plainly fake. The samples of all known answers are learnt from besides. What the judges find in a case is learnt
//! like its words, so that experience knows how far each of them is to be trusted. It is a ridge regression, solved by
//! conjugate gradients (Hestenes and Stiefel, 1952), of each cause on the words.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a tool for the developers, which reads files and counts"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::thread;

use serde_json::Value;
use why401_core::case::Case;
use why401_core::diagnosis;
use why401_core::paste::{self, Paste};
use why401_core::provider::Registry;
use why401_core::words::{HARMLESS, split};

/// How much a cause counts that is accepted beside the confirmed one.
const ALSO: f64 = 0.8;
/// How much the sample of an answer counts beside a case, and a refusal that somebody wrote down from memory.
const SAMPLE: f64 = 0.5;
const RECALLED: f64 = 0.35;
/// What keeps rare words from learning single cases by heart.
const RIDGE: f64 = 0.5;
/// Words that stand in fewer texts tell of those alone.
const TEXTS: usize = 3;
/// So many words are kept, the loudest.
const MOST: usize = 24_000;
/// Weights below are noise, in hundredths.
const QUIET: f64 = 2.0;

/// Words that hold every sentence together, whatever it is about.
const EMPTY: &[&str] = &[
    "about", "after", "again", "all", "also", "and", "any", "are", "been", "but", "can", "did", "does", "for", "from",
    "had", "has", "have", "here", "how", "its", "just", "more", "most", "other", "our", "out", "own", "same", "see",
    "should", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "via", "was", "were", "what", "when", "where", "which", "while", "who", "will", "with", "would", "you",
    "your",
];

/// One text whose cause is known.
struct Text {
    source: &'static str,
    words: BTreeSet<String>,
    causes: Vec<(String, f64)>,
    weight: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut cases: Vec<Value> = Vec::new();
    for file in &files {
        for line in fs::read_to_string(file)?.lines().filter(|line| !line.trim().is_empty()) {
            cases.push(serde_json::from_str(line)?);
        }
    }
    texts.extend(shared_out(&cases, case));
    for folder in ["families", "providers"] {
        samples(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts)?;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for word in texts.iter().flat_map(|text| &text.words) {
        *seen.entry(word).or_default() += 1;
    }
    let often: BTreeSet<String> =
        seen.into_iter().filter(|(_, n)| *n >= TEXTS).map(|(word, _)| word.to_owned()).collect();
    // What is left after the first round is learnt once more, so that the quiet words are missed by nobody.
    let mut volume: BTreeMap<String, f64> = BTreeMap::new();
    for (word, weight) in learn(&texts, &often).into_iter().flat_map(|(_, _, words)| words) {
        let most = volume.entry(word).or_default();
        *most = weight.abs().max(*most);
    }
    let mut loud: Vec<(f64, String)> = volume.into_iter().map(|(word, most)| (most, word)).collect();
    loud.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let learnt = learn(&texts, &loud.into_iter().take(MOST).map(|(_, word)| word).collect());
    let of = |source: &str| texts.iter().filter(|text| text.source == source).count();
    println!(
        "# What words tell of causes, in hundredths: see src/words/mod.rs. Learnt by examples/learn_words.rs, and not edited by"
    );
    println!(
        "# hand, from {} refusals whose cause came out, {} written down from memory, {} samples of answers and {} harmless texts.",
        of("thread"),
        of("recalled"),
        of("sample"),
        of("harmless")
    );
    println!("causes = [");
    let mut table: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((slug, share, words), place) in learnt.into_iter().zip(0..) {
        println!("    [{}, {share:.0}],", Value::from(slug));
        for (word, weight) in words {
            table.entry(word).or_default().push(format!("[{place}, {:.0}]", weight.clamp(-127.0, 127.0)));
        }
    }
    println!("]\n\n[words]");
    for (word, told) in table {
        // A word of quotes is written as TOML can hold it.
        println!("{} = [{}]", Value::from(word), told.join(", "));
    }
    Ok(())
}

/// What `work` makes of each, by all processors.
fn shared_out<T: Sync, U: Send>(all: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let share = all.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)).max(1);
    thread::scope(|scope| {
        let parts = all.chunks(share).map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<U>>()));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    })
}

fn case(case: &Value) -> Text {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let (input, stack) = (&case["input"], list(&case["stack"]));
    let real = if case["real"].is_object() { &case["real"] } else { input };
    let whole = [text(&input["log"]), text(&input["context"]), stack.join(" ")].join("\n");
    let also = list(&case["also_acceptable"]).into_iter().map(|cause| (cause, ALSO));
    let (source, weight) = match () {
        () if case["cause"] == HARMLESS => ("harmless", 1.0),
        () if case["source"] == "recalled" => ("recalled", RECALLED),
        () => ("thread", 1.0),
    };
    let mut words = words(&whole);
    words.extend(found(&text(&real["log"]), &text(&real["context"]), stack));
    Text {
        source,
        words,
        causes: also.chain([(text(&case["cause"]), 1.0)]).collect(),
        weight: case["weight"].as_f64().unwrap_or(weight),
    }
}

/// What the judges find in a paste, as words.
fn found(log: &str, context: &str, stack: Vec<String>) -> Vec<String> {
    let text = |name: &str, text: &str| paste::Text { name: name.into(), bytes: text.as_bytes().to_vec() };
    let context: Vec<_> = (!context.is_empty()).then(|| text("context.txt", context)).into_iter().collect();
    let registry = Registry::new(Vec::new());
    let paste = Paste { refusals: vec![text("-", log)], context, stack, provider: None };
    let read = paste::read(&paste, &registry);
    diagnosis::found(&Case::all(&read.project, &registry))
}

fn samples(folder: &Path, texts: &mut Vec<Text>) -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let file: toml::Table = fs::read_to_string(&path)?.parse()?;
        for answer in file.get("answer").and_then(toml::Value::as_array).into_iter().flatten() {
            let text = |name: &str| answer.get(name).and_then(toml::Value::as_str).unwrap_or_default();
            let also = answer.get("also").and_then(toml::Value::as_array).into_iter().flatten();
            let also = also.filter_map(toml::Value::as_str).map(|cause| (cause.to_owned(), ALSO));
            let causes: Vec<_> = also.chain([(text("cause").to_owned(), 1.0)]).collect();
            let mut words = words(&format!("{}\n{}", text("sample"), text("note")));
            // What is found in them is what they say themselves; what is seen there has a colon.
            let seen = found(text("sample"), "", Vec::new());
            words.extend(seen.into_iter().filter(|word| word.contains(':')));
            texts.push(Text { source: "sample", words, causes, weight: SAMPLE });
        }
    }
    Ok(())
}

/// The words of a text, without those of made-up keys and those of any text.
fn words(text: &str) -> BTreeSet<String> {
    let made_up = |words: &str| {
        words.contains("fake") || words.split(' ').any(|word| word.bytes().all(|byte| (b'a'..=b'f').contains(&byte)))
    };
    split(text)
        .into_iter()
        .map(|(word, _)| word)
        .filter(|word| !made_up(word) && !EMPTY.contains(&word.as_str()))
        .collect()
}

/// Each cause with its share and the weights of its words, both in hundredths.
fn learn(texts: &[Text], known: &BTreeSet<String>) -> Vec<(String, f64, BTreeMap<String, f64>)> {
    let places: BTreeMap<&str, usize> = known.iter().map(String::as_str).zip(0..).collect();
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let rows: Vec<Vec<usize>> = texts
        .iter()
        .map(|text| text.words.iter().filter_map(|word| places.get(word.as_str()).copied()).collect())
        .collect();
    let causes: BTreeSet<&str> = texts.iter().flat_map(|text| &text.causes).map(|(cause, _)| cause.as_str()).collect();
    let learnt = causes.into_iter().map(|slug| {
        let given = |text: &Text| text.causes.iter().find(|(cause, _)| cause == slug).map_or(0.0, |(_, much)| *much);
        // Causes are told from each other among refusals; what is no refusal is told from all of them.
        let counts = |text: &Text| if slug == HARMLESS || text.source != "harmless" { text.weight } else { 0.0 };
        let weigh: Vec<f64> = texts.iter().map(counts).collect();
        let share = texts.iter().zip(&weigh).map(|(text, weight)| weight * given(text)).sum::<f64>()
            / weigh.iter().sum::<f64>();
        let wanted: Vec<f64> = texts.iter().map(|text| given(text) - share).collect();
        let weights = solve(&weigh, &rows, &wanted, names.len());
        let loud = names.iter().zip(weights).map(|(name, weight)| (*name, weight * 100.0));
        let loud = loud.filter(|(_, weight)| weight.abs() >= QUIET);
        let words = loud.map(|(name, weight)| (name.to_owned(), weight)).collect();
        (slug.to_owned(), share * 100.0, words)
    });
    learnt.collect()
}

/// The weights `w` with the least `Σ weight · (x·w − wanted)² + RIDGE · w²`, where a text of n words has 1/√n for each.
fn solve(weigh: &[f64], rows: &[Vec<usize>], wanted: &[f64], size: usize) -> Vec<f64> {
    let scale = |row: &Vec<usize>| 1.0 / (row.len().max(1) as f64).sqrt();
    let spread = |values: &dyn Fn(usize) -> f64| {
        let mut sums = vec![0.0; size];
        for (at, row) in rows.iter().enumerate() {
            let value = values(at) * weigh[at] * scale(row);
            row.iter().for_each(|&word| sums[word] += value);
        }
        sums
    };
    let apply = |v: &[f64]| {
        let of_row: Vec<f64> =
            rows.iter().map(|row| row.iter().map(|&word| v[word]).sum::<f64>() * scale(row)).collect();
        let mut out = spread(&|at| of_row[at]);
        out.iter_mut().zip(v).for_each(|(out, v)| *out += RIDGE * v);
        out
    };
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut solution = vec![0.0; size];
    let mut rest = spread(&|at| wanted[at]);
    let mut way = rest.clone();
    let mut error = dot(&rest, &rest);
    for _ in 0..200 {
        if error < 1e-10 {
            break;
        }
        let applied = apply(&way);
        let step = error / dot(&way, &applied);
        solution.iter_mut().zip(&way).for_each(|(x, d)| *x += step * d);
        rest.iter_mut().zip(&applied).for_each(|(r, a)| *r -= step * a);
        let next = dot(&rest, &rest);
        way.iter_mut().zip(&rest).for_each(|(d, r)| *d = r + next / error * *d);
        error = next;
    }
    solution
}
