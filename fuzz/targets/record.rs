//! A line of NDJSON, with fields under their usual names and under others.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use why401_core::read::pasted;
use why401_core::read::record::Fields;

static FIELDS: LazyLock<[Fields; 2]> = LazyLock::new(|| {
    let mapped = [("status", "a.b"), ("headers", "h"), ("body", "a.c")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    [Fields::new(&[]), Fields::new(&mapped)].map(|fields| fields.expect("these are right"))
});

fuzz_target!(|data: &[u8]| {
    for fields in &*FIELDS {
        match fields.read(data) {
            Ok(record) => {
                let (mut one, mut two) = (Vec::new(), Vec::new());
                let kept = record.key(&mut one);
                assert_eq!((record.key(&mut two), &two), (kept, &one));
                if record.refuses() {
                    let _ = pasted::call(&Arc::from("-"), record.exchange());
                }
            }
            Err(fault) => assert!(fault.to_string().len() < 80),
        }
    }
});
