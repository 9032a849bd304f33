//! What every kind of signature is looked at in: a request, and the refusal that came of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use why401_core::exchange::{ANSWER, Answer, Exchange, Outcome, Via};
use why401_core::fact::{Origin, Place};
use why401_core::project::Project;
use why401_core::provider::Registry;
use why401_core::read::pasted;
use why401_core::read::request::{Asked, Draft, curl};

use super::super::Verdict;
use super::super::report::Report;
use crate::collect::text_name;
use crate::investigate::Investigation;
use crate::prepare::{LIMIT, Prepared, Wishes, draft, draft_of_bytes, is_curl, refused};
use crate::shown::{self, Shown};
use crate::world::{self, Error};

#[derive(Debug, Args)]
pub(super) struct Given {
    /// A curl line, an entry of a HAR (`capture.har#3`), an `.http` file, a raw request or `curl -v`, its refusal behind it;
    /// standard input where nothing is named
    #[arg(conflicts_with = "command")]
    input: Option<String>,
    /// The answer of the server, where it is not in the input: a file, or `-`
    #[arg(long, value_name = "FILE")]
    answer: Option<PathBuf>,
    /// The project whose env files hold the secrets
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(super) project: PathBuf,
    #[command(flatten)]
    report: Report,
    /// A curl line, after `--`
    #[arg(last = true, value_name = "curl …")]
    command: Vec<String>,
}

/// A request and what came of it.
pub(super) struct Subject {
    /// The request, byte for byte as far as it is known, and how curl would sign it.
    pub(super) asked: Asked,
    /// The answer; `None` where none was given.
    pub(super) answer: Option<Answer>,
    /// The name of the text that it stands in.
    pub(super) name: Arc<str>,
}

impl Given {
    /// Reads the request and its answer; variables have the values that the project gives them.
    pub(super) fn read(&self, project: &Project, registry: &Registry) -> Result<Subject, Error> {
        let mut subject = self.request(project, registry)?;
        if let Some(path) = &self.answer {
            let text = pasted::clean(&bytes_of(path)?);
            subject.answer = Some(answer_in(&text).unwrap_or(Answer { body: text, ..Answer::default() }));
        }
        Ok(subject)
    }

    fn request(&self, project: &Project, registry: &Registry) -> Result<Subject, Error> {
        if !self.command.is_empty() {
            let draft = curl(&self.command).map_err(refused)?;
            return Ok(Subject { asked: filled(draft, project, registry)?, answer: None, name: Arc::from("curl") });
        }
        let target = self.input.as_deref().unwrap_or("-");
        let (path, which) = match target.rsplit_once('#') {
            Some((path, which)) if !Path::new(target).exists() => (path, Some(which)),
            _ => (target, None),
        };
        let name = text_name(Path::new(path));
        let bytes = bytes_of(Path::new(path))?;
        let text = pasted::clean(&bytes);
        let start = text.trim_start();
        if is_curl(start) {
            let (line, rest) = line_and_rest(start);
            let asked = filled(draft(line, target, None)?, project, registry)?;
            let body = || Answer { body: rest.to_owned(), ..Answer::default() };
            let answer = (!rest.trim().is_empty()).then(|| answer_in(rest).unwrap_or_else(body));
            return Ok(Subject { asked, answer, name });
        }
        let is_har = start.starts_with('{');
        let tells = is_har || is_transcript(&text);
        let calls = if tells { pasted::read(&name, &text).exchanges } else { Vec::new() };
        if is_har {
            let asked = filled(draft(&text, target, which)?, project, registry)?;
            let is_it =
                |call: &&Exchange| call.request.url == asked.request.url && call.request.method == asked.request.method;
            let answer = calls.iter().find(is_it).and_then(|call| call.answer().cloned());
            return Ok(Subject { asked, answer, name });
        }
        let mut sent =
            calls.into_iter().filter(|call| !call.request.headers.is_empty() || call.request.query.is_some());
        if let Some(call) = sent.next() {
            let answer = call.answer().cloned();
            return Ok(Subject { asked: Asked { request: call.request, ..Asked::default() }, answer, name });
        }
        Ok(Subject { asked: filled(draft_of_bytes(&bytes, target, which)?, project, registry)?, answer: None, name })
    }

    /// Writes what was found.
    pub(super) fn print(&self, found: &Investigation) -> Result<Verdict, Error> {
        let text = self.report.text(&found.diagnosis);
        Shown::report(&text, &found.revealing).print()?;
        Ok(if found.diagnosis.causes.is_empty() { Verdict::Nothing } else { Verdict::Found })
    }
}

impl Subject {
    /// The call as a case has it; one without an answer is one of which little is known.
    pub(super) fn exchange(&self) -> Exchange {
        let answer: Arc<str> = Arc::from(ANSWER);
        Exchange {
            request: self.asked.request.clone(),
            outcome: Outcome::Answered(self.answer.clone().unwrap_or_default()),
            via: Via::Text(Origin::File(Place::line(if self.answer.is_some() { &answer } else { &self.name }, 1))),
        }
    }
}

/// The request of a draft with the values of the project; it is not signed yet.
fn filled(draft: Draft, project: &Project, registry: &Registry) -> Result<Asked, Error> {
    let wishes = Wishes { credential: None, at: None, headers: &[], allow_metered: false, is_url: false };
    match wishes.unsigned(draft, project, registry, None)? {
        Prepared::Ready(ready) => Ok(ready.asked),
        Prepared::Unset(variable) => Err(Error::new(format!(
            "{} is set neither in this shell nor by an env file of the project",
            shown::name(&variable)
        ))
        .hint("--project FOLDER says which project")),
    }
}

/// The answer in a text, where a head of HTTP says where it begins.
fn answer_in(text: &str) -> Option<Answer> {
    let calls = pasted::read(&Arc::from("answer"), text).exchanges;
    calls
        .iter()
        .filter(|call| call.status().is_some())
        .find_map(Exchange::answer)
        .filter(|answer| !answer.headers.is_empty())
        .cloned()
}

/// A curl line with the lines that it goes on in, and what stands behind it.
fn line_and_rest(text: &str) -> (&str, &str) {
    let mut end = 0;
    let (mut single, mut double) = (false, false);
    for line in text.split_inclusive('\n') {
        end += line.len();
        for c in line.chars() {
            match c {
                '\'' if !double => single = !single,
                '"' if !single => double = !double,
                _ => {}
            }
        }
        if !single && !double && !line.trim_end().ends_with(['\\', '^', '`']) {
            break;
        }
    }
    text.split_at(end)
}

/// Whether the text tells of a call that was made: `curl -v` marks its lines, and an answer has a status line.
fn is_transcript(text: &str) -> bool {
    text.lines().any(|line| {
        let bare = line.trim_start_matches(['<', '>', ' ']);
        line.starts_with("> ") || line.starts_with("< ") || bare.starts_with("HTTP/") && bare.contains(' ')
    })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    if path.as_os_str() == "-" {
        return world::standard_input(LIMIT);
    }
    world::read(path, LIMIT).map_err(|why| Error::new(format!("{}: {why}", path.display())))
}
