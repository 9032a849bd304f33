//! Every dialect: the first byte chooses the loader, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401_core::loader::{Content, Environment, File, Loader};
use why401_core::secret::Secret;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let loaders = Loader::all();
    let loader = &loaders[usize::from(*choice) % loaders.len()];
    let process = Environment::from([("A".to_owned(), Secret::from("from the process"))]);
    let loaded = loader.load(&[File { path: ".env", content: Content::Bytes(bytes) }], &process);
    for assignment in &loaded.assignments {
        assert!(bytes.get(assignment.span.clone()).is_some(), "{}: {assignment:?}", loader.slug);
    }
});
