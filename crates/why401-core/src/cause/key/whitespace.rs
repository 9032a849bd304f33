//! key/whitespace: a blank, tab or line break at the edge of the value that the program gets.

use crate::case::{Case, Held, Stop};
use crate::cause::echo::{Echoed, echoes};
use crate::cause::remarked::{Known, known_by};
use crate::cause::{Evidence, Finding, Reason, Remedy, Standing};
use crate::fact::{Origin, Remark};

pub(super) fn judge(case: &Case<'_>) -> Vec<Evidence> {
    let written = case.values.iter().filter_map(|held| look(case, held));
    let told =
        [&LINE, &FILE, &RETURN, &PIPED, &EDGE].into_iter().filter_map(|known| known_by(case, "key/whitespace", known));
    let written = written.chain(told.map(Evidence::from));
    // What joins two headers puts a blank between them.
    let joined = case.project.facts.iter().any(|fact| fact.is(Remark::TwoHeaders));
    written.chain(echoes(case).filter(|_| !joined).filter_map(|echoed| Some(repeated(&echoed)?.into()))).collect()
}

/// A file or a secret is made by something that ends in a line break.
const LINE: Known = Known {
    remark: Remark::EndsInLine,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "the value was stored with the line break at its end",
    why: "echo, editors and secrets made of files keep the line break, and it is sent as part of the key.",
    remedy: "Store it with `printf %s`, or trim it where it is read.",
    weight: 12,
};

/// What PowerShell writes into a pipe ends in a line end of its own.
const PIPED: Known = Known {
    remark: Remark::PipedByPowerShell,
    standing: Standing::Likely,
    stop: Stop::Loaded,
    title: "PowerShell's pipe adds a line end to the password",
    why: "PowerShell hands texts through a pipe with CR and LF behind each, and the program reads them as part of the password.",
    remedy: "Run the two in cmd (`cmd /c \"… | docker login … --password-stdin\"`), or hand the password over as an argument.",
    weight: 30,
};

/// A value stands in quotes, with a blank at one end.
const EDGE: Known = Known {
    remark: Remark::BlankInQuotes,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "a blank stands between the value and its quote",
    why: "What the quotes hold is the value, with the blank; no service takes that off.",
    remedy: "Take the blank off, and trim what a form or a file hands over.",
    weight: 40,
};

/// A file has the line ends of Windows, and a shell or a program takes the first half for a part of the value.
const RETURN: Known = Known {
    remark: Remark::WindowsLines,
    standing: Standing::Likely,
    stop: Stop::Written,
    title: "a carriage return clings to the value",
    why: "The lines of the file end in CR and LF, and what reads it takes only the LF for the end of the line.",
    remedy: "Save the file with the line ends of Unix: `sed -i 's/\\r$//' .env`.",
    weight: 12,
};

/// The key comes out of a file as it is.
const FILE: Known = Known {
    remark: Remark::Untrimmed,
    standing: Standing::Possible,
    stop: Stop::Read,
    title: "the key is read from a file with whatever ends its line",
    why: "Editors and echo end the last line of a file, and the line break becomes part of the key.",
    remedy: "Trim the text where it is read: `.read().strip()`, `.trim()`.",
    weight: 12,
};

/// The server or the client repeats a blank or a line break at the edge of the key.
fn repeated(echoed: &Echoed<'_>) -> Option<Finding> {
    // What encodes the pair of Basic breaks lines by itself: that is no blank of the key.
    if echoed.scheme.eq_ignore_ascii_case("basic") && echoed.text.ends_with('\n') {
        return None;
    }
    let bare = echoed.text.trim();
    // The value of another header.
    if bare.contains(['{', '(']) {
        return None;
    }
    let encoded = ["%20", "%0a", "%0d", "+"].iter().any(|end| {
        let lower = bare.to_ascii_lowercase();
        *end != "+" && (lower.ends_with(end) || lower.starts_with(end))
    });
    let what = Edges::of(echoed.text.as_bytes())
        .words()
        .or_else(|| encoded.then(|| "has an encoded blank at its edge".to_owned()));
    let what = what.filter(|_| bare.len() > 3)?;
    let finding = echoed.finding(
        Standing::Proven,
        &format!("the key that was sent {what}"),
        "It is repeated here with what belongs to no key.",
    );
    Some(finding.mend(Remedy::new("Take it off where the value is written, or trim the value where it is read.")))
}

fn look(case: &Case<'_>, held: &Held<'_>) -> Option<Evidence> {
    // The last line of a PEM key ends, as all its lines do.
    if held.value.expose().trim_ascii().starts_with(b"-----BEGIN") {
        return None;
    }
    let edges = Edges::of(held.value.expose());
    let Some(what) = edges.words() else { return trimmed(case, held) };
    let reader = held.loader().map_or_else(String::new, |loader| format!(" {} hands it on.", loader.name));
    let finding = Finding::new(
        Standing::Proven,
        Stop::Written,
        format!("the value of {} {what}", case.called()),
        held.origin.clone(),
        format!(
            "The value is {}.{reader} It becomes part of the header, and the key is another one.",
            held.value.shape()
        ),
    );
    Some(finding.mend(remedy(held, &edges)).into())
}

/// The blank that the loader takes off is no fault, and the report says so.
fn trimmed(case: &Case<'_>, held: &Held<'_>) -> Option<Evidence> {
    let (loader, file) = (held.loader()?, held.file?);
    let rest = file.bytes.expose().get(held.span.end..)?;
    let blank = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    blank.then(|| {
        Evidence::Against(Reason {
            text: format!("a blank follows the value of {}, and {} takes it off", case.name, loader.name),
            origin: Some(held.origin.clone()),
        })
    })
}

fn remedy(held: &Held<'_>, edges: &Edges) -> Remedy {
    let remedy = Remedy::new("Take the blank off, at both ends of the value.");
    let (Some(written), Origin::File(place)) = (held.written(), &held.origin) else { return remedy };
    // Only blanks that stand at the very edge of what was written can be cut without guessing.
    let own = Edges::of(written);
    if own.leading != edges.leading || own.trailing != edges.trailing {
        return remedy;
    }
    let (start, end) = (held.span.start, held.span.end);
    let mut remedy = remedy;
    if own.leading > 0 {
        remedy = remedy.edit(place, start..start + own.leading, "");
    }
    if own.trailing > 0 {
        remedy = remedy.edit(place, end - own.trailing..end, "");
    }
    remedy
}

/// How many bytes of white space stand at either end.
struct Edges {
    leading: usize,
    trailing: usize,
    line_break: bool,
}

impl Edges {
    fn of(bytes: &[u8]) -> Self {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
        let leading = bytes.iter().take_while(blank).count();
        let trailing = bytes[leading..].iter().rev().take_while(blank).count();
        let at_edge = bytes[..leading].iter().chain(&bytes[bytes.len() - trailing..]);
        Self { leading, trailing, line_break: at_edge.clone().any(|byte| matches!(byte, b'\n' | b'\r')) }
    }

    /// What is wrong, as the rest of a sentence; `None` where nothing is.
    fn words(&self) -> Option<String> {
        let kind = if self.line_break { "a line break" } else { "a blank" };
        match (self.leading, self.trailing) {
            (0, 0) => None,
            (_, 0) => Some(format!("begins with {kind}")),
            (0, _) => Some(format!("ends in {kind}")),
            _ => Some(format!("has {kind} at both ends")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Edges;

    #[test]
    fn edges() {
        for (value, words) in [
            ("abc", None),
            ("", None),
            ("abc ", Some("ends in a blank")),
            (" abc", Some("begins with a blank")),
            ("\tabc\r\n", Some("has a line break at both ends")),
            ("a b", None),
        ] {
            assert_eq!(Edges::of(value.as_bytes()).words().as_deref(), words, "{value:?}");
        }
    }
}
