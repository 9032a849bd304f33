//! key/placeholder: sample text that was never replaced.

use crate::case::{Case, Held, Stop};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Remedy, Standing};
use crate::fact::Remark;
use crate::symptom::Symptom;
use crate::value::{Plainly, plainly};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.effective().filter_map(|held| Some(look(case, held)?.into()));
    let named = known_by(case, "key/placeholder", &NAME).map(Evidence::from);
    written.chain(echoes(case).filter_map(|echoed| Some(repeated(case, &echoed)?.into()))).chain(named).collect()
}

/// Nothing looks the variable up. Whoever shows his code may have written the name over the key.
const NAME: Known = Known {
    remark: Remark::NameInQuotes,
    standing: Standing::Possible,
    stop: Stop::Read,
    title: "the name of the variable is handed over as the key",
    why: "Between quotes the name is a text like any other; clients take what they are given for the key itself.",
    remedy: "Hand over what the variable holds: `os.environ[\"OPENAI_API_KEY\"]`, `process.env.OPENAI_API_KEY`.",
    weight: 24,
};

/// What the server or the client repeats is sample text, or what a mask leaves of it.
fn repeated(case: &Case<'_>, echoed: &Echoed<'_>) -> Option<Finding> {
    let bare = echoed.bare();
    // Dots and stars are the server's own, which hides what it repeats.
    // Whoever pastes the message hides the key in it, too.
    // What JavaScript prints of an object is no text that somebody left standing.
    if bare.chars().all(|c| "xX.-_*#".contains(c)) || bare.starts_with("[object ") {
        return None;
    }
    let whole = echoed.masked().is_none() && (plainly(bare) == Plainly::Placeholder || sounds_so(bare));
    let masked = echoed.masked().is_some_and(|(head, tail)| {
        let tails =
            ["_key", "-key", "_here", "-here", "here>", "oken", "ere", "key>", "_KEY", "_token", "tkey", "mple"];
        let heads = ["your", "<your", "{your", "my-", "my_", "insert", "xxxx", "sk-xxx", "replace", "paste", "enter"];
        let (head, tail) = (head.to_ascii_lowercase(), tail.to_ascii_lowercase());
        tails.iter().any(|end| tail.len() >= 3 && tail.ends_with(&end.to_ascii_lowercase()))
            || heads.iter().any(|start| head.starts_with(start))
    });
    if !(whole || masked) {
        return None;
    }
    // Who shows a message writes crosses and dashes over the key; whether they were sent cannot be told.
    let crossed = bare.rsplit('-').next().is_some_and(|rest| rest.bytes().all(|byte| b"xX-_#.0".contains(&byte)));
    // Where the server says that it saw no credential, the words in the request are those of whoever shows it; so are
    // those that speak of `my` key: a manual speaks to you.
    let mine = bare.to_ascii_lowercase().starts_with("my_");
    let unseen = mine || case.as_refusal().is_some_and(|refusal| refusal.main == Some(Symptom::Absent));
    let mut finding = echoed.finding(
        if whole && (crossed || unseen) {
            Standing::Possible
        } else {
            // Sample text may also be what a person wrote over the key before he showed it.
            Standing::Likely
        },
        "sample text was sent as the key",
        "What is repeated here is what a template or a manual writes where the key goes.",
    );
    if crossed || mine {
        finding.weight = -60;
    }
    Some(finding.mend(Remedy::new(
        "Put the real key there; if it is there, find out which other source still holds the sample.",
    )))
}

/// Whether a person who pasted it has hidden the value: dots, stars, `REDACTED`, something in angle brackets.
fn is_hidden(case: &Case<'_>, held: &Held<'_>) -> bool {
    let text = held.value.expose_str().unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    // `[Copy the secret from the portal]` tells somebody what to do; nobody hides a key so.
    let told = sounds_so(text.trim_start_matches(['[', '<', '{', '(']));
    case.project.is_excerpt
        && !told
        && (text.contains("...")
            || text.contains(['<', '[', '*', '…'])
            || lower.contains("xxx")
            || lower.contains("redacted"))
}

/// A sentence that tells somebody to put his own value.
fn sounds_so(text: &str) -> bool {
    let words = text.to_ascii_lowercase().replace(['_', '-'], " ");
    let verbs = ["insert", "put", "enter", "paste", "copy", "add", "replace", "fill in", "write", "type"];
    let verb = verbs.iter().find_map(|verb| words.strip_prefix(verb));
    words.starts_with("your ")
        || verb.is_some_and(|rest| [" your ", " the ", " with ", " here"].iter().any(|next| rest.starts_with(next)))
}

/// `SQUARE_ACCESS_TOKEN`.
fn is_name(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Finding> {
    // A password or signing secret of one's own works whatever it says; only somebody else's key must be real.
    if held.plainly() != Plainly::Placeholder || !case.is_for_an_api() || is_hidden(case, held) {
        return None;
    }
    let file = held.file?;
    // Whoever runs the server himself may have given it this very password.
    let own = case.project.is_excerpt && case.name.to_ascii_uppercase().contains("PASSWORD");
    // A name in capitals may be that of what a program puts there, and not the text itself.
    let may_refer = case.project.is_excerpt && is_name(held.value.expose_str().unwrap_or_default());
    let standing = match (file.is_for_tests() || own, file.tracked == Some(true) || may_refer) {
        // Tests run against stand-ins, which take anything.
        (true, _) => Standing::Possible,
        // A committed env file is often the project's template.
        (false, true) => Standing::Likely,
        (false, false) => Standing::Proven,
    };
    let finding = Finding::new(
        standing,
        Stop::Written,
        format!("{} still holds sample text", case.name),
        held.origin.clone(),
        format!("The value ({}) is what a template or a manual writes where the key goes.", held.value.shape()),
    );
    let mut remedy = Remedy::new("Put the real key there.");
    remedy.links.extend(case.keys_page().map(str::to_owned));
    Some(finding.mend(remedy))
}
