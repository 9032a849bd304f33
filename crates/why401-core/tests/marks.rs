//! In a large log only lines with a mark are looked at: how many of the known answers have one.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::disallowed_macros, reason = "a test")]

use why401_core::provider::{Family, Provider};
use why401_core::read::marks;

#[test]
fn known_answers_are_found() {
    let providers = Provider::all().into_iter().map(|provider| (&provider.name, &provider.answer));
    let families = Family::all().iter().map(|family| (&family.name, &family.answer));
    let (mut all, mut missed) = (0, Vec::new());
    for (name, answers) in providers.chain(families) {
        for answer in answers {
            let Some(text) = answer.sample.as_ref().or(answer.text.as_ref()) else { continue };
            // The statuses of refusals are marks themselves, and stand in any log that has one.
            if answer.status.is_some_and(|status| [401, 403, 407, 429].contains(&status)) {
                continue;
            }
            // The rest speak of something that was not found, and not of credentials.
            if !["key/", "header/", "token/", "signature/"].iter().any(|group| answer.cause.starts_with(group)) {
                continue;
            }
            all += 1;
            if marks::find(text.as_bytes(), 0).is_none() {
                missed.push(format!("{name}: {}: {}", answer.cause, text.replace('\n', " ")));
            }
        }
    }
    let share = missed.len() * 100 / all;
    assert!(
        all > 300 && share <= 25,
        "{share} of 100 are missed, such as\n{}",
        missed[..missed.len().min(400)].join("\n")
    );
}
