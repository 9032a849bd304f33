//! No secret in any output: random credentials of every shape, in every place, and every command over them.
//!
//! `WHY401_LEAK_SEEDS=20` tries more seeds; `WHY401_LEAK_SEED=7` begins with that one. A failure names its seed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

mod calls;
mod pastes;
mod places;
mod shapes;

use std::path::Path;
use std::process::{Command, Stdio};

use shapes::{Random, Sample, Search};
use why401_core::loader::Loader;

const FORMATS: [&str; 6] = ["text", "json", "sarif", "github", "markdown", "html"];

/// Runs `work` for each seed that the environment asks for; for one where it asks for nothing.
fn each_seed(work: impl Fn(&mut Random)) {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("WHY401_LEAK_SEED").unwrap_or(1);
    for seed in first..first + number("WHY401_LEAK_SEEDS").unwrap_or(1) {
        eprintln!("WHY401_LEAK_SEED={seed}");
        work(&mut Random::new(seed));
    }
}

/// Runs a command in `folder` and gives back all that it wrote.
fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_why401"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RUST_BACKTRACE", "1")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {}\n{text}", output.status);
    text
}

/// What was found: a piece, and the lines that show it.
#[derive(Default)]
struct Leaks(Vec<String>);

impl Leaks {
    fn look(&mut self, search: &Search, what: &str, output: &str) {
        if search.find(output).is_none() {
            return;
        }
        let shown = output.lines().filter_map(|line| Some((search.find(line)?, line))).take(3);
        for (piece, line) in shown {
            let at = line.find(&piece).unwrap_or(0);
            let from = line.floor_char_boundary(at.saturating_sub(100));
            let to = line.ceil_char_boundary((at + 100).min(line.len()));
            self.0.push(format!("{what}\n    {piece} in: {}", &line[from..to]));
        }
    }
}

impl Drop for Leaks {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "{} leaks\n{}", self.0.len(), self.0.join("\n"));
        }
    }
}

/// Every way to ask `check` about `root`.
fn check(root: &Path, search: &Search, variables: &[(&str, &str)], leaks: &mut Leaks) {
    let mut look = |arguments: &[&str]| {
        leaks.look(search, &format!("why401 check {}", arguments.join(" ")), &run(root, arguments, variables));
    };
    for format in FORMATS {
        for detail in ["--verbose", "--quiet"] {
            // Only text knows details.
            if format == "text" || detail == "--verbose" {
                look(&["check", "--format", format, detail]);
            }
        }
    }
    look(&[]);
    look(&["check", "--diff"]);
    look(&["check", "--diff", "--format", "json"]);
    look(&["check", "--fix", "-v"]);
    look(&["check", "-v"]);
}

fn assert_many(samples: &[Sample]) {
    assert!(samples.len() > 250, "only {} shapes could be drawn", samples.len());
}

#[test]
fn env_files() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        assert_many(&samples);
        let search = Search::new(samples.iter());
        let folder = tempfile::tempdir().unwrap();
        places::env_project(folder.path(), &samples, random);
        // The shell has some of the variables too, with other values.
        let others = shapes::samples(random);
        let search_others = Search::new(others.iter());
        let variables: Vec<(&str, &str)> =
            others.iter().step_by(7).map(|sample| (sample.variable.as_str(), sample.value.as_str())).collect();
        let mut leaks = Leaks::default();
        for sample in samples.iter().step_by(40) {
            for format in ["text", "json"] {
                let arguments = ["check", "--explain-value", &sample.variable, "--format", format];
                let output = run(folder.path(), &arguments, &variables);
                leaks.look(&search, &arguments.join(" "), &output);
                leaks.look(&search_others, &arguments.join(" "), &output);
            }
        }
        check(folder.path(), &search_others, &variables, &mut leaks);
        let folder = tempfile::tempdir().unwrap();
        places::env_project(folder.path(), &samples, random);
        check(folder.path(), &search, &variables, &mut leaks);
    });
}

#[test]
fn code_and_configuration() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let folder = tempfile::tempdir().unwrap();
        places::source_project(folder.path(), &samples, random);
        let mut leaks = Leaks::default();
        check(folder.path(), &search, &[], &mut leaks);
    });
}

#[test]
fn loaders() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let folder = tempfile::tempdir().unwrap();
        places::env_project(folder.path(), &samples, random);
        let preset = format!("PRESET={}", samples[0].value);
        let bad_preset = samples[1].value.as_str();
        let mut leaks = Leaks::default();
        for (number, loader) in Loader::all().iter().enumerate() {
            // A whole file with every fault ends most loaders early, so each also gets files of one line.
            for (turn, file) in [".env", "prod.env", ".env.test", ".env.broken"].into_iter().enumerate() {
                let format = if (number + turn) % 2 == 0 { "text" } else { "json" };
                let arguments = ["loaders", "try", &loader.slug, file, "--preset", &preset, "--format", format];
                leaks.look(&search, &arguments[..6].join(" "), &run(folder.path(), &arguments, &[]));
            }
        }
        let arguments = ["loaders", "try", "dotenv17", ".env", "--preset", bad_preset];
        leaks.look(&search, "loaders try --preset VALUE", &run(folder.path(), &arguments, &[]));
    });
}

#[test]
fn loaders_line_by_line() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let folder = tempfile::tempdir().unwrap();
        places::env_project(folder.path(), &samples, random);
        let text = std::fs::read_to_string(folder.path().join("prod.env")).unwrap();
        let mut leaks = Leaks::default();
        for loader in Loader::all() {
            for line in text.lines() {
                // The library itself: what it says of a failure, and what it prints when somebody debugs.
                let content = why401_core::loader::Content::Bytes(line.as_bytes());
                let file = why401_core::loader::File { path: ".env", content };
                let loaded = loader.load(&[file], &why401_core::loader::Environment::new());
                let said = loaded.failure.iter().chain(&loaded.warnings).map(|failure| failure.message.as_str());
                let said: Vec<&str> = said.collect();
                leaks.look(&search, &format!("{}: {line}", loader.slug), &said.join("\n"));
            }
        }
    });
}

#[test]
fn own_configuration_and_arguments() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let mut leaks = Leaks::default();
        // A value pasted as an argument is known as a credential by its prefix or by its digits and letters.
        let pasted = |sample: &&Sample| {
            let digits = sample.value.bytes().filter(u8::is_ascii_digit).count();
            digits >= 3 && sample.value.len() >= 20 && !sample.value.starts_with(['/', '-'])
        };
        for sample in samples.iter().filter(pasted).step_by(15) {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".env"), "A=1\n").unwrap();
            for text in places::broken_configurations(sample) {
                std::fs::write(folder.path().join(".why401.toml"), &text).unwrap();
                leaks.look(&search, &format!(".why401.toml {text:?}"), &run(folder.path(), &["check", "-v"], &[]));
            }
            std::fs::remove_file(folder.path().join(".why401.toml")).unwrap();
            let value = sample.value.as_str();
            let (option, variable) = (format!("--{value}"), format!("NAME={value}"));
            for arguments in [
                &[value][..],
                &["check", value],
                &["check", ".", value],
                &["check", &option],
                &["check", "--format", value],
                &["check", "--ignore", value],
                &["check", "--only", value],
                &["check", "--provider", value],
                &["check", "--explain-value", value],
                &["check", &variable],
                &["providers", value],
                &["causes", value],
                &["loaders", value],
                &["loaders", "try", value, ".env"],
                &["loaders", "try", "dotenv17", value],
                &["loaders", "try", "dotenv17", ".env", value],
                &["loaders", "try", "dotenv17", ".env", "--preset", value],
                &["loaders", "try", "dotenv17", ".env", "--format", &variable],
                &["completions", value],
                &["man", value],
                &["probe", value],
            ] {
                leaks.look(&search, &format!("why401 {arguments:?}"), &run(folder.path(), arguments, &[]));
            }
        }
    });
}

#[test]
fn names_of_files_and_folders() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let mut leaks = Leaks::default();
        let fits = |sample: &&Sample| sample.value.len() < 100 && !sample.value.contains(['/', ' ']);
        let folder = tempfile::tempdir().unwrap();
        for sample in samples.iter().filter(fits).step_by(20) {
            // Somebody redirected into the key, or named a file after it; and the same key stands in a file.
            let root = folder.path();
            std::fs::create_dir_all(root.join("a").join(&sample.value)).unwrap();
            std::fs::write(
                root.join(format!("{}.env", sample.value)),
                format!("{}={} \n", sample.variable, sample.value),
            )
            .unwrap();
            std::fs::write(
                root.join("a").join(&sample.value).join("x.js"),
                format!("fetch('https://{}', {{ headers: {{ authorization: '{}' }} }})", sample.host, sample.value),
            )
            .unwrap();
        }
        check(folder.path(), &search, &[], &mut leaks);
    });
}

#[test]
fn pastes_that_are_explained() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let mut leaks = Leaks::default();
        let folder = tempfile::tempdir().unwrap();
        let mut formats = FORMATS.iter().cycle();
        // Each sample is met, a dozen of them in each round of all texts.
        for (turn, part) in samples.chunks(samples.len() / 3 + 1).enumerate() {
            let part: Vec<&Sample> = part.iter().collect();
            for text in pastes::refusals(&part, random) {
                std::fs::write(folder.path().join("paste.txt"), &text).unwrap();
                let mut arguments = vec!["explain", "paste.txt", "--format", formats.next().unwrap(), "-v"];
                let context = pastes::context(part[random.below(part.len())]);
                if turn > 0 {
                    let (name, text) = &context[random.below(context.len())];
                    std::fs::write(folder.path().join(name), text).unwrap();
                    arguments.extend(["--context", name]);
                }
                let output = run(folder.path(), &arguments, &[]);
                leaks.look(&search, &format!("{} <<< {text:?}", arguments.join(" ")), &output);
            }
        }
        // All in one, as a long log has them.
        let all: Vec<&Sample> = samples.iter().collect();
        std::fs::write(folder.path().join("all.txt"), pastes::refusals(&all, random).concat()).unwrap();
        for format in FORMATS {
            leaks.look(&search, format, &run(folder.path(), &["explain", "all.txt", "--format", format], &[]));
        }
    });
}

#[test]
fn calls_of_a_program() {
    each_seed(|random| {
        let samples = shapes::samples(random);
        let search = Search::new(samples.iter());
        let samples: Vec<&Sample> = samples.iter().collect();
        calls::made(&samples, &search, &mut Leaks::default());
    });
}
