//! Single values and single lines: what a value plainly is, whose it is, and how a line is shown.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use why401_core::excerpt::Redactor;
use why401_core::fact::Place;
use why401_core::provider::Registry;
use why401_core::secret::Secret;
use why401_core::value;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(Vec::new()));

fuzz_target!(|data: (&str, &str, u16, u16, bool)| {
    let (line, secret, column, width, is_env_file) = data;
    let _ = value::plainly(line);
    let _ = REGISTRY.recognise(line).map(|found| found.credential.checksum_holds(line));
    let _ = REGISTRY.of_variable(line);
    let secret = Secret::from(secret);
    let place = Place { path: "x".into(), line: 1, column: column.into(), width: width.into() };
    let excerpt = Redactor::new([&secret].into_iter()).excerpt(line, &place, is_env_file);
    assert!(excerpt.caret.start <= excerpt.caret.end, "{excerpt:?}");
});
