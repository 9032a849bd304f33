//! A record of a log, as if it were a project that holds one call and nothing else.

use std::sync::Arc;

use why401_core::exchange::Exchange;
use why401_core::fact::Seen;
use why401_core::project::Project;
use why401_core::read::pasted;
use why401_core::unit;

/// Brings together what can be judged.
pub fn read(exchange: Exchange) -> Project {
    let read = pasted::call(&Arc::from("-"), exchange);
    let mut facts = read.facts;
    for fact in &mut facts {
        if let Seen::Mentions(mentions) = &mut fact.seen {
            mentions.in_refusal = true;
        }
    }
    let units = unit::units(&[], &facts, &[], &[]);
    Project { is_excerpt: true, exchanges: read.exchanges, facts, units, ..Project::default() }
}
