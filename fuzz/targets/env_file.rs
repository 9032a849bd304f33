//! What the author of an env file means.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for intent in why401_core::read::env_file::intents(data) {
        assert!(data.get(intent.span.clone()).is_some() && data.get(intent.inner.clone()).is_some(), "{intent:?}");
    }
});
