//! A worker: each line of a batch read, judged where it is a refusal, and answered.

use std::sync::mpsc::{Receiver, SyncSender};

use why401_core::provider::Registry;
use why401_core::read::record::{Fault, Fields, Record};
use why401_core::render;

use super::lines::{Batch, LONGEST};
use super::memo::Memo;
use super::{Answers, Counts};
use crate::investigate;

/// What is said of one refusal.
struct Said {
    verdict: String,
    cause: Option<&'static str>,
}

/// Answers batches until there are no more, or nobody listens.
pub(super) fn work(batches: &Receiver<Batch>, answers: &SyncSender<Answers>, fields: &Fields, registry: &Registry) {
    let mut worker =
        Worker { fields, registry, memo: Memo::new(), key: Vec::new(), nothing: render::record::nothing() };
    for batch in batches {
        if answers.send(worker.answer(&batch)).is_err() {
            break;
        }
    }
}

struct Worker<'a> {
    fields: &'a Fields,
    registry: &'a Registry,
    memo: Memo<Said>,
    key: Vec<u8>,
    nothing: String,
}

impl Worker<'_> {
    fn answer(&mut self, batch: &Batch) -> Answers {
        let mut answers =
            Answers { text: Vec::with_capacity(batch.bytes.len() / 2), faults: Vec::new(), counts: Counts::default() };
        if batch.bytes.is_empty() {
            answers.faults.extend(batch.too_long.iter().map(|number| (*number, Fault::TooLong(LONGEST))));
        }
        let mut too_long = batch.too_long.iter().peekable();
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', &batch.bytes).chain(
            // The last line of a stream may have no end.
            (!batch.bytes.ends_with(b"\n")).then_some(batch.bytes.len()),
        );
        for (number, end) in (batch.first..).zip(ends) {
            let line = &batch.bytes[start..end];
            start = end + 1;
            if too_long.next_if(|long| **long == number).is_some() {
                answers.faults.push((number, Fault::TooLong(LONGEST)));
                continue;
            }
            let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
            if !line.trim_ascii().is_empty() {
                self.line(number, line, &mut answers);
            }
        }
        answers.counts.bad = answers.faults.len() as u64;
        answers
    }

    fn line(&mut self, number: u64, line: &[u8], answers: &mut Answers) {
        let repaired;
        let mut read = self.fields.read(line);
        if read.is_err() && std::str::from_utf8(line).is_err() {
            // A server's answer may be in any encoding.
            repaired = String::from_utf8_lossy(line).into_owned();
            read = self.fields.read(repaired.as_bytes());
        }
        let record = match read {
            Ok(record) => record,
            Err(fault) => return answers.faults.push((number, fault)),
        };
        let counts = &mut answers.counts;
        counts.records += 1;
        if !record.refuses() {
            return render::record::line(number, &self.nothing, &mut answers.text);
        }
        counts.refusals += 1;
        let said = if record.key(&mut self.key) {
            let registry = self.registry;
            &*self.memo.get(&self.key, || say(&record, registry))
        } else {
            &say(&record, self.registry)
        };
        if let Some(cause) = said.cause {
            counts.explained += 1;
            *counts.causes.entry(cause).or_default() += 1;
        }
        render::record::line(number, &said.verdict, &mut answers.text);
    }
}

fn say(record: &Record<'_>, registry: &Registry) -> Said {
    let (provider, diagnosis) = investigate::explain_call(record.exchange(), registry);
    Said {
        verdict: render::record::verdict(provider, &diagnosis),
        cause: diagnosis.causes.first().map(|named| named.cause.slug),
    }
}
