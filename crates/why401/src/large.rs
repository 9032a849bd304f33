//! Large: a log that nobody would paste. The places that speak of a refusal are judged each by itself, and what they show
//! is brought together as one diagnosis of the log.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use why401_core::cause::Standing;
use why401_core::diagnosis::{Diagnosis, Named};
use why401_core::paste::{Paste, Text};
use why401_core::project::Skipped;
use why401_core::provider::Registry;

use crate::collect;
use crate::collect::sift::{self, Sifted};
use crate::investigate::{self, Investigation};
use crate::world::{self, Error};

/// A refusal that a person hands over.
pub enum Refusal {
    /// Small enough to be one text.
    Whole(Text),
    /// The places of a large log.
    Places(Places),
}

/// The places of a large log, with its name.
pub struct Places {
    name: Arc<str>,
    sifted: Sifted,
}

/// What is longer is a log.
const WHOLE: u64 = 1 << 20;
/// A part of a log that is worth a thread has at least so many bytes.
const PART: u64 = 32 << 20;
/// Bytes in which a place to cut is looked for.
const CUT: u64 = 256 << 10;
/// Reasons of one cause that are shown, each from another place.
const REASONS: usize = 6;

/// Reads the file at `path`, or standard input; an archive of calls (HAR) is read whole, up to `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Refusal, Error> {
    let name = collect::text_name(path);
    let failed = |why: &dyn std::fmt::Display| Error::new(format!("{name}: {why}"));
    let mut input: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        world::input()
    } else {
        Box::new(world::open(path).map_err(|why| failed(&why))?.0)
    };
    let mut bytes = Vec::new();
    input
        .by_ref()
        .take(WHOLE + 1)
        .read_to_end(&mut bytes)
        .map_err(|why| failed(&format!("it could not be read: {why}")))?;
    if bytes.len() as u64 > WHOLE && is_archive(&bytes) {
        let rest = limit.saturating_sub(bytes.len() as u64);
        input
            .by_ref()
            .take(rest)
            .read_to_end(&mut bytes)
            .map_err(|why| failed(&format!("it could not be read: {why}")))?;
    } else if bytes.len() as u64 > WHOLE {
        // UTF-16 says so at its front alone.
        let is_wide = matches!(bytes[..2], [0xff, 0xfe] | [0xfe, 0xff]);
        let sifted = match parts(path).filter(|_| !is_wide) {
            Some(parts) => sift::sift_parts(parts),
            None => sift::sift(Cursor::new(bytes).chain(input)),
        };
        let sifted = sifted.map_err(|why| failed(&format!("it could not be read to its end: {why}")))?;
        return Ok(Refusal::Places(Places { name, sifted }));
    }
    Ok(Refusal::Whole(Text { name, bytes }))
}

/// The parts of a large file, one for each processor; `None` where it is read in one go.
fn parts(path: &Path) -> Option<Vec<Box<dyn Read + Send>>> {
    if path.as_os_str() == "-" {
        return None;
    }
    let (_, length) = world::open(path).ok()?;
    let count = (length / PART).min(world::processors() as u64).clamp(1, 8);
    let mut cuts = vec![0];
    for number in 1..count {
        let middle = length / count * number;
        let mut near = Vec::new();
        world::open_part(path, middle..middle + CUT).ok()?.read_to_end(&mut near).ok()?;
        // Where there is no good place the part before is longer.
        cuts.extend(sift::cut(&near).map(|at| middle + at as u64));
    }
    // What is written meanwhile belongs to the last part.
    cuts.push(u64::MAX);
    let parts = cuts.windows(2).map(|ends| world::open_part(path, ends[0]..ends[1]).ok());
    parts.collect()
}

/// Whether a JSON document of calls begins so.
fn is_archive(bytes: &[u8]) -> bool {
    let start = bytes.get(..512).unwrap_or(bytes).trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.starts_with(b"{") && memchr::memmem::find(start, b"\"log\"").is_some()
}

/// Looks at each place, and at the small texts of `paste` together.
pub fn explain(mut paste: Paste, logs: Vec<Places>, registry: &Registry) -> Investigation {
    let mut all = (!paste.refusals.is_empty()).then(|| investigate::explain(&paste, registry));
    let mut left_out = Vec::new();
    for Places { name, sifted } in logs {
        for window in sifted.windows {
            paste.refusals = vec![Text { name: name.clone(), bytes: window.bytes }];
            let mut found = investigate::explain(&paste, registry);
            found.shift(&name, window.lines_before);
            match &mut all {
                Some(all) => merge(all, found),
                None => all = Some(found),
            }
        }
        if sifted.left_out > 0 {
            let why = format!("{} more lines that speak of refusals: others were judged", sifted.left_out);
            left_out.push(Skipped { what: name.to_string(), why });
        }
    }
    // A log without any such place refuses nothing, and what lies beside it is looked at all the same.
    let nothing = || vec![Text { name: Arc::from("-"), bytes: Vec::new() }];
    let mut whole = all.unwrap_or_else(|| investigate::explain(&Paste { refusals: nothing(), ..paste }, registry));
    whole.diagnosis.not_tried.extend(left_out);
    rank(&mut whole.diagnosis);
    whole
}

/// Adds what a place showed.
fn merge(whole: &mut Investigation, found: Investigation) {
    let (diagnosis, place) = (&mut whole.diagnosis, found.diagnosis);
    for named in place.causes {
        let same = |other: &&mut Named| other.cause.slug == named.cause.slug && other.credential == named.credential;
        let Some(other) = diagnosis.causes.iter_mut().find(same) else {
            diagnosis.causes.push(named);
            continue;
        };
        let better = (named.finding.standing, -named.finding.weight) < (other.finding.standing, -other.finding.weight);
        let second = if better { std::mem::replace(other, named) } else { named };
        for reason in second.finding.why {
            if other.finding.why.len() < REASONS && !other.finding.why.contains(&reason) {
                other.finding.why.push(reason);
            }
        }
    }
    for journey in place.journeys {
        if !diagnosis.journeys.iter().any(|other| other.credential == journey.credential) {
            diagnosis.journeys.push(journey);
        }
    }
    for ruled_out in place.ruled_out {
        if !diagnosis.ruled_out.contains(&ruled_out) {
            diagnosis.ruled_out.push(ruled_out);
        }
    }
    diagnosis.excerpts.extend(place.excerpts);
    for piece in found.revealing {
        if !whole.revealing.contains(&piece) {
            whole.revealing.push(piece);
        }
    }
}

/// Best first. Of what is only possible little is said where something better was found: each place has its own.
fn rank(diagnosis: &mut Diagnosis) {
    diagnosis.causes.sort_by_key(|named| (named.finding.standing, -named.finding.weight));
    if diagnosis.causes.iter().any(|named| named.finding.standing < Standing::Possible) {
        let mut possible = 0;
        diagnosis.causes.retain(|named| {
            possible += usize::from(named.finding.standing == Standing::Possible);
            named.finding.standing < Standing::Possible || possible <= 3
        });
    }
}
