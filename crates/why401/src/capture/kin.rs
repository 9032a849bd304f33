//! Kin: programs of this run that cannot send a proxy their credential, such as those on a JVM. The system tells whose a
//! connection is (Linux), and a process whose environment has the credential was started by this run. Elsewhere nobody is
//! let in so.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;

use super::Proxy;

/// The variable by which processes of a run know it.
pub const MARK: &str = "WHY401_RUN";

/// What is known of them.
#[derive(Default)]
pub(super) struct Kin {
    connections: RefCell<HashSet<u64>>,
    /// Processes, the last one first: most connections are of those that came before.
    known: RefCell<Vec<u32>>,
}

impl Kin {
    /// Whether the connection was let in so.
    pub(super) fn has(&self, connection: u64) -> bool {
        self.connections.borrow().contains(&connection)
    }

    /// Whether the connection from this port of this machine is of such a process.
    pub(super) fn is_let_in(&self, connection: u64, port: u16, proxy: &Proxy) -> bool {
        let own = socket(port);
        let found = own.and_then(|socket| self.owner(&socket, proxy));
        if let Some(process) = found {
            let mut known = self.known.borrow_mut();
            known.retain(|other| *other != process);
            known.insert(0, process);
            known.truncate(8);
            self.connections.borrow_mut().insert(connection);
        }
        found.is_some()
    }

    /// The process of this run that has the socket.
    fn owner(&self, socket: &str, proxy: &Proxy) -> Option<u32> {
        let known = self.known.borrow().clone();
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        known.into_iter().chain(numbers).find(|process| has_socket(*process, socket) && is_of_run(*process, proxy))
    }
}

/// What the system calls the socket of this machine's end of a connection, such as `socket:[4711]`.
fn socket(port: u16) -> Option<String> {
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().find_map(|path| {
        let table = fs::read_to_string(path).ok()?;
        table.lines().skip(1).find_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (local, inode) = (fields.nth(1)?, fields.nth(7)?);
            let (address, own) = local.rsplit_once(':')?;
            // 127.0.0.1, as an address of its own and as one of IPv6.
            let is_here = address == "0100007F" || address == "0000000000000000FFFF00000100007F";
            (is_here && u16::from_str_radix(own, 16).ok()? == port && inode != "0").then(|| format!("socket:[{inode}]"))
        })
    })
}

fn has_socket(process: u32, socket: &str) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{process}/fd")) else { return false };
    open.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|to| to.as_os_str() == socket))
}

/// Whether the process was started with the credential of this run in its environment.
fn is_of_run(process: u32, proxy: &Proxy) -> bool {
    let Ok(environment) = fs::read(format!("/proc/{process}/environ")) else { return false };
    environment.split(|byte| *byte == 0).any(|variable| {
        let value = variable.strip_prefix(MARK.as_bytes()).and_then(|rest| rest.strip_prefix(b"=http://"));
        let credential = value.and_then(|value| value.split(|byte| *byte == b'@').next());
        credential.is_some_and(|credential| proxy.is_ours(credential))
    })
}
