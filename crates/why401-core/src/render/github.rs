//! GitHub Actions workflow commands: annotations on the lines of a pull request.

use std::fmt::Write;

use crate::cause::Standing;
use crate::diagnosis::Diagnosis;

/// One workflow command a cause.
pub fn render(diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    for named in &diagnosis.causes {
        let finding = &named.finding;
        let command = match finding.standing {
            Standing::Proven => "error",
            Standing::Likely => "warning",
            Standing::Possible => "notice",
        };
        let place = finding.place().map_or_else(String::new, |place| {
            let end = place.column.saturating_add(place.width.saturating_sub(1));
            format!("file={},line={},col={},endColumn={end},", property(&place.path), place.line, place.column)
        });
        let title = property(&format!("{} ({})", named.cause.slug, finding.standing.word()));
        let mut message = format!("{}.", finding.title);
        for reason in &finding.why {
            let _ = write!(message, "\n{}", reason.text);
        }
        for remedy in &finding.remedies {
            let _ = write!(message, "\nTo mend it: {}", remedy.text);
        }
        let _ = writeln!(out, "::{command} {place}title={title}::{}", data(&message));
    }
    out
}

/// Escapes the message of a command, as the runner's toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::property;

    #[test]
    fn properties_are_escaped() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
