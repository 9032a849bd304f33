//! Code, manifests, scripts, CI and hosting configuration: the first line is the file's path, the rest its text.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let (path, text) = data.split_once('\n').unwrap_or((data, ""));
    let path: Arc<str> = path.into();
    for fact in why401_core::read::facts(&path, text) {
        assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
    }
});
