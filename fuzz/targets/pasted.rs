//! Pastes: bytes to text, the calls and facts that it tells of, and the files that stand in it.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use why401_core::read::pasted;

fuzz_target!(|data: &[u8]| {
    let path: Arc<str> = "paste".into();
    let text = pasted::clean(data);
    for read in [pasted::read(&path, &text), pasted::beside(&path, &text)] {
        for fact in read.facts {
            assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
        }
    }
    for piece in pasted::pieces(&text) {
        assert_eq!(piece.text.len(), text.len(), "{}", piece.name);
        for fact in why401_core::read::facts(&piece.name.as_str().into(), &piece.text) {
            assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
        }
    }
});
