//! Tokens and keys as people paste them: what they come in, which kind they are, and whether a signature fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401_core::read::key;
use why401_core::read::token::issuer::{introspection, metadata};
use why401_core::read::token::wrapped::bare;
use why401_core::read::token::{Kind, kind};
use why401_core::secret::Secret;
use why401_core::signature::jws::{Handed, Signed, examine};

fuzz_target!(|data: (&str, &[u8])| {
    let (text, keys) = data;
    let bare = bare(text);
    let _ = (metadata(text), introspection(text));
    let ring = key::keys(keys);
    match kind(&bare.text) {
        Kind::Broken(flaw) => assert!(flaw.at >= 1 && !flaw.what.is_empty()),
        Kind::Signed(jwt) => {
            let Some(signed) = Signed::of(&bare.text, &jwt.header) else { return };
            let _ = examine(&signed, &Handed::Secret(Secret::new(keys)));
            if let Ok(ring) = ring {
                let _ = examine(&signed, &Handed::Keys { keys: ring.keys, text: Secret::new(keys), is_set: true });
            }
        }
        _ => {}
    }
});
