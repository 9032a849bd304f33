//! Git's index: the list of tracked files, in the versions 2 to 4 of its form (gitformat-index in git's manual).

/// Hands the name of each entry to `each`; `None` where the bytes are no whole index of a plain kind, so that git has to
/// be asked: a split index lists only a part, a sparse one names folders for what lies in them.
pub(super) fn names(bytes: &[u8], mut each: impl FnMut(&[u8])) -> Option<()> {
    /// Stat data, a SHA-1 and the flags.
    const FIXED: usize = 62;
    if !bytes.starts_with(b"DIRC") {
        return None;
    }
    let version = number(bytes, 4)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let mut at = 12;
    let mut previous: Vec<u8> = Vec::new();
    for _ in 0..number(bytes, 8)? {
        let flags = u16::from_be_bytes([*bytes.get(at + 60)?, *bytes.get(at + 61)?]);
        let extended = if version > 2 && flags & 0x4000 != 0 { 2 } else { 0 };
        let mut start = at + FIXED + extended;
        if version == 4 {
            let (dropped, after) = offset(bytes, start)?;
            start = after;
            previous.truncate(previous.len().checked_sub(dropped)?);
        }
        let rest = bytes.get(start..)?;
        let length = memchr::memchr(0, rest)?;
        if version == 4 {
            previous.extend_from_slice(&rest[..length]);
            each(&previous);
            at = start + length + 1;
        } else {
            each(&rest[..length]);
            // Entries are padded with NULs, one at least, to a multiple of eight bytes.
            at += (start - at + length + 8) & !7;
        }
    }
    // Extensions, then the checksum of 20 bytes.
    while at + 28 <= bytes.len() {
        if [&b"link"[..], b"sdir"].contains(&&bytes[at..at + 4]) {
            return None;
        }
        at = at.checked_add(8)?.checked_add(usize::try_from(number(bytes, at + 4)?).ok()?)?;
    }
    Some(())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A number in git's variable-length form, and where it ends.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::names;

    /// The names in an index that git itself writes, in this version of its form.
    fn listed(version: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let status = Command::new("git").args(arguments).current_dir(folder.path()).status().unwrap();
            assert!(status.success(), "git {arguments:?}");
        };
        git(&["init", "-q"]);
        for name in [".env", "a", "ab/c/.env", "ab/c/.env.local", "ab/d", "é"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        git(&["-c", "core.autocrlf=false", "add", "."]);
        git(&["add", "--intent-to-add", "."]);
        git(&["update-index", "--index-version", version]);
        let bytes = std::fs::read(folder.path().join(".git/index")).unwrap();
        let mut found = Vec::new();
        assert_eq!(names(&bytes, |name| found.push(String::from_utf8_lossy(name).into_owned())), Some(()));
        // Whatever is missing, the answer is that git must be asked, or the names so far; never a panic.
        for length in 0..bytes.len() {
            let _ = names(&bytes[..length], |_| {});
        }
        found
    }

    #[test]
    fn every_version() {
        for version in ["2", "3", "4"] {
            assert_eq!(
                listed(version),
                [".env", "a", "ab/c/.env", "ab/c/.env.local", "ab/d", "é"],
                "version {version}"
            );
        }
    }

    #[test]
    fn what_is_no_index() {
        for bytes in
            [&b""[..], b"DIRC", b"DIRC\0\0\0\x05\0\0\0\0", b"DIRC\0\0\0\x02\xff\xff\xff\xff", b"PACK\0\0\0\x02"]
        {
            assert_eq!(names(bytes, |_| {}), None);
        }
    }
}
