//! Signals: those that are sent to `why401` reach the child; those of the terminal reach it anyway, as it is in the same group.

use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// A signal, and whether the terminal itself sends it to everybody in the foreground.
const FORWARDED: &[(Signal, bool)] = &[
    (Signal::INT, true),
    (Signal::QUIT, true),
    (Signal::TERM, false),
    (Signal::HUP, false),
    (Signal::USR1, false),
    (Signal::USR2, false),
];

/// What waits for signals. Whoever has it does not end by one.
pub struct Signals(Vec<(Signal, bool, Stream)>);

impl Signals {
    /// Begins to wait. What was ignored when `why401` started stays so, for the child, too (`nohup`).
    pub fn new() -> std::io::Result<Self> {
        let ignored = ignored();
        let mut waiting = Vec::new();
        for (own, is_terminals) in FORWARDED {
            let number = own.as_raw();
            if ignored >> (number - 1) & 1 == 0 {
                waiting.push((*own, *is_terminals, signal(SignalKind::from_raw(number))?));
            }
        }
        Ok(Self(waiting))
    }

    /// Hands on whatever comes to the process with this number; never ends.
    pub async fn forward(&mut self, to: u32) {
        std::future::poll_fn(|context| {
            for (own, is_terminals, stream) in &mut self.0 {
                while let std::task::Poll::Ready(Some(())) = stream.poll_recv(context) {
                    // In the foreground it comes from the keyboard, and the child has got it already; twice would be too much.
                    let pid = i32::try_from(to).ok().and_then(Pid::from_raw);
                    if let Some(pid) = pid.filter(|_| !(*is_terminals && is_in_foreground())) {
                        // Whoever has ended needs no signal.
                        let _ = kill_process(pid, *own);
                    }
                }
            }
            std::task::Poll::<()>::Pending
        })
        .await;
    }
}

/// Whether a terminal's keys reach this process: its group is in the foreground of its terminal.
fn is_in_foreground() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else { return false };
    rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == rustix::process::getpgrp())
}

/// The signals that this process was told to ignore, as bits from 1 on; none where the system does not tell (Linux does).
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0)
}
