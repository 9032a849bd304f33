//! What a person pastes: bytes to text, text to calls and facts, and what it says of a refusal.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use why401_core::exchange::Outcome;
use why401_core::provider::{Registry, meanings};
use why401_core::read::{marks, pasted};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::new(Vec::new()));

fuzz_target!(|data: &[u8]| {
    let path: Arc<str> = "-".into();
    let text = pasted::clean(data);
    let read = pasted::read(&path, &text);
    let beside = pasted::beside(&path, &text);
    for fact in read.facts.iter().chain(&beside.facts) {
        assert!(text.get(fact.span.clone()).is_some(), "{fact:?}");
    }
    for piece in pasted::pieces(&text) {
        assert_eq!(piece.text.len(), text.len(), "{}", piece.name);
    }
    for exchange in &read.exchanges {
        let Outcome::Answered(answer) = &exchange.outcome else { continue };
        for meaning in meanings(answer, &[]) {
            assert!(answer.body.get(meaning.span.clone()).is_some(), "{meaning:?}");
        }
    }
    let _ = REGISTRY.named_in(&text);
    let mut at = 0;
    while let Some((mark, _)) = marks::find(data, at) {
        assert!(mark.start >= at && mark.end <= data.len());
        let _ = marks::is_status(data, &mark);
        at = mark.end;
    }
});
