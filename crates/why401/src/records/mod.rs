//! Records: a log as a stream, one JSON record a line in, one verdict a line out, in order and in constant memory.
//!
//! A reader cuts the stream into batches of whole lines and deals them out to the workers in turn; the writer takes the
//! answers in the same turn, so that they need no sorting. Every queue holds two batches: who is ahead waits, back to
//! whoever writes into our standard input.

mod lines;
mod memo;
mod worker;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use why401_core::provider::Registry;
use why401_core::read::record::{Fault, Fields};

use crate::shown::{Out, Shown};
use crate::world::Error;
use lines::{Batch, Lines};

/// Batches that wait for one worker, or for the writer.
const WAITING: usize = 2;
/// So many bad lines are told one by one; of the rest only the number is.
const TOLD: u64 = 100;

/// What came of a batch.
struct Answers {
    text: Vec<u8>,
    faults: Vec<(u64, Fault)>,
    counts: Counts,
}

/// How many of what.
#[derive(Default)]
struct Counts {
    records: u64,
    refusals: u64,
    explained: u64,
    bad: u64,
    causes: BTreeMap<&'static str, u64>,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.refusals += other.refusals;
        self.explained += other.explained;
        self.bad += other.bad;
        for (cause, count) in &other.causes {
            *self.causes.entry(cause).or_default() += count;
        }
    }

    fn summary(&self) -> String {
        let Self { records, refusals, explained, bad, .. } = self;
        let mut text =
            format!("why401: {records} records, {refusals} refusals, {explained} with a cause, {bad} bad lines\n");
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(**count), **cause));
        for (cause, count) in causes {
            text.push_str(&format!("{count:>12}  {cause}\n"));
        }
        text
    }
}

/// Reads `input` to its end and writes what is said of each record; whether any cause was found.
pub fn run(input: Box<dyn Read + Send>, fields: Fields, registry: Registry, jobs: usize) -> Result<bool, Error> {
    let known = Arc::new((fields, registry));
    let (mut ways, mut answers, mut workers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..jobs.max(1) {
        let (way, batches) = sync_channel::<Batch>(WAITING);
        let (answer, answered) = sync_channel::<Answers>(WAITING);
        let known = known.clone();
        workers.push(thread::spawn(move || worker::work(&batches, &answer, &known.0, &known.1)));
        ways.push(way);
        answers.push(answered);
    }
    let reader = thread::spawn(move || deal(Lines::new(input), &ways));
    let (counts, is_heard) = write(&answers)?;
    drop(answers);
    if is_heard {
        // A thread that stopped early would look like the end of the input.
        let broken = |_| Error::new("a thread of why401 stopped; what was written is right, and not all");
        workers.into_iter().try_for_each(JoinHandle::join).map_err(broken)?;
        let read = reader.join().map_err(broken)?;
        read.map_err(|why| Error::new(format!("the input could not be read to its end: {why}")))?;
    }
    if counts.bad > TOLD {
        Shown::known(format!("why401: {} more bad lines\n", counts.bad - TOLD)).complain();
    }
    Shown::known(counts.summary()).complain();
    Ok(counts.explained > 0)
}

/// Hands the batches to the workers in turn; ends early where nobody takes them any more.
fn deal(mut lines: Lines, ways: &[SyncSender<Batch>]) -> std::io::Result<()> {
    for way in ways.iter().cycle() {
        let Some(batch) = lines.next()? else { break };
        if way.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

/// Writes the answers in the order of the batches. The second part says whether the reader of our output stayed.
fn write(answers: &[Receiver<Answers>]) -> Result<(Counts, bool), Error> {
    let mut out = Out::open();
    let mut counts = Counts::default();
    for answered in answers.iter().cycle() {
        // Batches are dealt out in turn: where one is missing, none follows.
        let Ok(found) = answered.recv() else { break };
        for (line, fault) in found.faults.iter().take(usize::try_from(TOLD.saturating_sub(counts.bad)).unwrap_or(0)) {
            Shown::known(format!("why401: line {line} was skipped: {fault}\n")).complain();
        }
        counts.add(&found.counts);
        if !out.write(&found.text)? {
            return Ok((counts, false));
        }
    }
    Ok((counts, true))
}
