//! Markdown for a pull request or an issue.

use std::fmt::Write;

use crate::diagnosis::{Diagnosis, Journey, Named, State};

/// The diagnosis as GitHub-flavoured Markdown.
pub fn render(diagnosis: &Diagnosis) -> String {
    let mut out = format!("## why401 {}\n\n", diagnosis.command);
    if !diagnosis.verdict.is_empty() && diagnosis.command == "sign" {
        let _ = writeln!(out, "{}\n", text(&diagnosis.verdict));
    } else if !diagnosis.verdict.is_empty() {
        let count = diagnosis.requests();
        let _ = writeln!(
            out,
            "{} {count} request{} went out.\n",
            text(&diagnosis.verdict),
            if count == 1 { "" } else { "s" }
        );
    } else if diagnosis.causes.is_empty() {
        let _ = writeln!(out, "No cause found in {} credentials.\n", diagnosis.journeys.len());
    }
    for form in &diagnosis.forms {
        let is_diff = form.first_difference().is_some();
        let _ = writeln!(out, "### {}\n\n```{}", text(&form.title), if is_diff { "diff" } else { "text" });
        for line in &form.lines {
            let note = if line.note.is_empty() { String::new() } else { format!("    ^ {}", line.note) };
            let sign = if is_diff { line.side.sign().to_string() } else { String::new() };
            let _ = writeln!(out, "{sign}{}{note}", line.text.replace("```", "` ` `"));
        }
        out.push_str("```\n\n");
    }
    for named in &diagnosis.causes {
        cause(&mut out, diagnosis, named);
    }
    if !diagnosis.experiments.is_empty() {
        out.push_str("### Experiments\n\n| change | answer | |\n| --- | --- | --- |\n");
        for one in &diagnosis.experiments {
            let mark = if one.works { "✓" } else { "✗" };
            let _ = writeln!(out, "| {} | {} | {mark} |", text(&one.change).replace('|', "\\|"), cell(&one.came));
        }
        out.push('\n');
    }
    let broken = |journey: &&Journey| journey.stops.iter().any(|stop| stop.state == State::Broken);
    let mut journeys = diagnosis.journeys.iter().filter(broken).peekable();
    if journeys.peek().is_some() {
        out.push_str("### Journeys\n\n| credential | written | loaded | read | sent | carried | judged |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    }
    for journey in journeys {
        let _ = write!(out, "| `{}` |", code(&journey.credential));
        for stop in &journey.stops {
            let mark = match stop.state {
                State::Good => "✓ ",
                State::Broken => "**✗** ",
                State::Unseen => "– ",
            };
            let _ = write!(out, " {mark}{} |", cell(&stop.text));
        }
        out.push('\n');
    }
    out
}

fn cause(out: &mut String, diagnosis: &Diagnosis, named: &Named) {
    let finding = &named.finding;
    let _ = writeln!(out, "### {} · `{}`\n\n{}.\n", finding.standing.word(), named.cause.slug, text(&finding.title));
    for reason in &finding.why {
        match reason.origin.as_ref().and_then(|origin| origin.place()) {
            Some(place) => {
                let _ =
                    writeln!(out, "- `{}:{}:{}`: {}", code(&place.path), place.line, place.column, text(&reason.text));
                if let Some(excerpt) = diagnosis.excerpt(place) {
                    let _ = writeln!(out, "  ```text\n  {}", excerpt.text.replace("```", "` ` `"));
                    if !excerpt.caret.is_empty() {
                        let _ =
                            writeln!(out, "  {}{}", " ".repeat(excerpt.caret.start), "^".repeat(excerpt.caret.len()));
                    }
                    out.push_str("  ```\n");
                }
            }
            None => {
                let _ = writeln!(out, "- {}", text(&reason.text));
            }
        }
    }
    for remedy in &finding.remedies {
        let _ = writeln!(out, "- **Mend:** {}", text(&remedy.text));
        for command in &remedy.commands {
            let _ = writeln!(out, "  - `{}`", code(command));
        }
        for link in &remedy.links {
            let _ = writeln!(out, "  - <{link}>");
        }
    }
    out.push('\n');
}

/// Text from outside must not become markup.
fn text(text: &str) -> String {
    text.replace('<', "&lt;").replace('\n', " ")
}

fn code(text: &str) -> String {
    text.replace(['`', '\n'], " ")
}

fn cell(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", code(text).replace('|', "\\|")) }
}
